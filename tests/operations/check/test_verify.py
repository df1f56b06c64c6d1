"""Check: what is wrong is told, with the files that it costs, and nothing is changed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from backupclient.errors import FormatUnsupported, InvalidRequest, StorageUnreachable
from backupclient.events import CheckProgress, CheckSummary, Damage, Event, Noticed
from backupclient.manifest.past import CHECKS, checks_in
from backupclient.manifest.states import FILE_NAME
from backupclient.operations.check.packs import IndexedSize, choose_packs
from backupclient.operations.check.run import run_check
from backupclient.operations.status import Source, file_pages
from backupclient.operations.trees import TreeReader
from backupclient.repository.blob import BlobType
from backupclient.repository.files import store
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import CheckRequest
from backupclient.storage.base import ObjectInfo, Storage
from backupclient.storage.folder import FolderStorage
from backupclient.wire.answers import FileState
from backupclient.wire.overview import RunEnd
from tests.manifest.counting import assert_counted
from tests.operations.computer import Computer
from tests.operations.forge import Forge
from tests.operations.restoring import WatchedStorage, damage, packs
from tests.repository.restic import Restic
from tests.storage.faults import Fault, FaultKind, FaultyStorage, RecordingStorage
from tests.trees import MIB, odd_tree, random_bytes

READ_ALL = CheckRequest(read_data=True)


class Checked(NamedTuple):
    """How a check went."""

    summary: CheckSummary
    events: list[Event]

    @property
    def damage(self) -> list[Damage]:
        return [event for event in self.events if isinstance(event, Damage)]

    @property
    def codes(self) -> Counter[str]:
        return Counter(one.code for one in self.damage)

    @property
    def affected(self) -> set[str]:
        return {path for one in self.damage for path in one.affected}

    @property
    def notices(self) -> dict[str, object]:
        return {e.code: e.facts["count"] for e in self.events if isinstance(e, Noticed)}


def check(
    computer: Computer, request: CheckRequest = READ_ALL, *, storage: Storage | None = None
) -> Checked:
    """Check, and demand that nothing was changed, and that what was found is noted."""
    recording = RecordingStorage(storage or computer.storage)
    with computer.session(storage=recording, refresh=False) as session:
        summary = run_check(session, request, Random(1))
        events = list(computer.events)
        noted = checks_in(session.manifest.fact(CHECKS))[0]
    assert recording.changes == []
    told = [event for event in events if isinstance(event, Damage)]
    assert summary.errors == len(told) == noted.errors
    checked = Checked(summary, events)
    assert noted.end is RunEnd.COMPLETE
    assert noted.read_data is request.read_data
    assert (noted.packs, noted.packs_read) == (summary.packs, summary.packs_read)
    assert set(noted.affected) <= checked.affected
    assert noted.affected_count == len(checked.affected)
    assert not in_state(computer, FileState.SAFE) & checked.affected
    return checked


def in_state(computer: Computer, state: FileState) -> set[str]:
    if not (computer.folder / FILE_NAME).exists():
        return set()
    with computer.manifest() as manifest:
        assert_counted(manifest)
    source = Source("here", "id", computer.folder)
    pages = file_pages(source, b"/", frozenset({state}), computer.clock)
    return {os.fsdecode(file.path) for page in pages for file in page.files}


@pytest.fixture
def stored(computer: Computer, source: Path) -> Path:
    """Files of one blob, and one of several; two snapshots."""
    for number in range(60):
        (source / f"{number:02}").write_bytes(random_bytes(number, 10_000))
    (source / "large").write_bytes(random_bytes(1, 6 * MIB))
    computer.backup(source)
    (source / "new").write_bytes(b"of the second")
    computer.backup(source)
    return source


# --- what is whole --------------------------------------------------------------------------------


def test_what_we_wrote_is_whole(computer: Computer, stored: Path, place: Path) -> None:
    checked = check(computer)
    assert checked.damage == []
    assert checked.notices == {}
    assert checked.summary.snapshots == 2
    assert checked.summary.packs == checked.summary.packs_read == len(packs(place))
    assert checked.summary.unused_packs == 0


@pytest.mark.needs_restic
def test_what_restic_wrote_is_whole(computer: Computer, restic: Restic, tmp_path: Path) -> None:
    odd_tree(tmp_path / "odd", undecodable_targets=False)
    restic.backup(tmp_path / "odd")
    checked = check(computer)
    assert checked.damage == []
    assert checked.summary.trees > 20
    steps = {event.step for event in checked.events if isinstance(event, CheckProgress)}
    assert steps == {"snapshots", "index", "packs", "trees", "data"}


def test_the_structure_alone_reads_no_data(
    computer: Computer, stored: Path, storage: FolderStorage
) -> None:
    watched = WatchedStorage(storage)
    checked = check(computer, CheckRequest(), storage=watched)
    assert checked.damage == []
    assert watched.reads == []
    assert checked.summary.packs_read == 0


def test_an_empty_repository(computer: Computer) -> None:
    assert check(computer).summary.snapshots == 0


def test_packs_that_no_snapshot_needs_are_counted(computer: Computer, stored: Path) -> None:
    for name in computer.snapshots():
        computer.open().delete_snapshot(name)
    checked = check(computer)
    assert checked.damage == []
    assert checked.summary.unused_packs == checked.summary.packs > 0


# --- snapshots, trees, nodes ----------------------------------------------------------------------


def test_a_damaged_snapshot_is_told_and_the_others_are_checked(
    computer: Computer, stored: Path, place: Path
) -> None:
    damage(next((place / "snapshots").iterdir()), at=60)
    checked = check(computer)
    assert checked.codes == {"backup-entry-damaged": 1}
    assert checked.summary.snapshots == 1


def test_nodes_that_no_program_should_write(computer: Computer) -> None:
    forge = Forge(computer)
    inner = forge.tree(forge.file(b"b", b"1"), forge.file(b"a", b"1"), forge.file(b"a", b"1"))
    forge.snapshot(
        forge.tree(
            forge.file(b"..", b"1"),
            Node(name=b"empty, says it", type=NodeType.FILE, size=1, content=()),
            forge.folder(b"f", inner),
            forge.file(b"larger", b"1", size=1000),
            Node(name=b"no content", type=NodeType.FILE),
            Node(name=b"no tree", type=NodeType.DIR),
            forge.file(b"right", b"1"),
            forge.file(b"smaller", b"12", size=1),
        )
    )
    checked = check(computer)
    told = {one.affected[0]: one.raw for one in checked.damage}
    assert set(checked.codes) == {"node-wrong"}
    assert told == {
        "/..": "impossible name",
        "/empty, says it": "1 bytes are promised, 0 are stored",
        "/f/a": "name twice",
        "/larger": "1000 bytes are promised, 1 are stored",
        "/no content": "file without content",
        "/no tree": "folder without a tree",
        "/smaller": "1 bytes are promised, 2 are stored",
    }
    assert checked.summary.errors == 8  # one of the names in /f is out of order, too


def test_a_tree_that_is_missing_and_one_that_is_none(computer: Computer) -> None:
    forge = Forge(computer)
    # A file's blob is no tree, even if its contents were one.
    data = forge.file(b"data", b'{"nodes":[]}').content
    assert data is not None
    forge.snapshot(
        forge.tree(
            forge.folder(b"data", data[0]),
            forge.folder(b"gone", bytes(32)),
            forge.folder(b"none", forge.tree()),
        )
    )
    checked = check(computer)
    assert checked.codes == {"piece-missing": 2}
    assert checked.affected == {"/data", "/gone"}


# --- index ----------------------------------------------------------------------------------------


def test_a_damaged_index_file_is_told_and_what_it_named_is_found(
    computer: Computer, stored: Path, place: Path
) -> None:
    computer.lose_manifest()
    for path in (place / "index").iterdir():
        damage(path, at=80)
    checked = check(computer)
    assert checked.codes["index-damaged"] == len(list((place / "index").iterdir()))
    assert checked.codes["piece-unlisted"] == 2  # the root trees: what is below is not come to
    assert checked.codes["piece-missing"] == 0
    assert checked.notices == {"packs-unindexed": len(packs(place))}


def test_what_no_index_file_names_is_looked_through_like_the_rest(
    computer: Computer, stored: Path, place: Path
) -> None:
    """One thing that is wrong hides no other."""
    for path in (place / "index").iterdir():
        damage(path, at=80)
    gone, *_, spoiled = [path for path in packs(place) if path.stat().st_size > 10_000]
    gone.unlink()
    damage(spoiled, at=100)
    checked = check(computer)
    assert checked.codes["index-damaged"] == 2
    assert checked.codes["pack-damaged"] == 1
    assert checked.codes["piece-missing"] > 0
    assert checked.affected - {"/"} < {str(path) for path in stored.rglob("*")}
    assert checked.summary.trees > 2


def test_what_a_newer_program_wrote_is_told(computer: Computer, stored: Path) -> None:
    repository = computer.open()
    for kind in (FileKind.SNAPSHOT, FileKind.INDEX):
        store(repository.storage, kind, repository.sealer.seal(b"\x09 of another kind"))
    checked = check(computer)
    assert checked.codes == {"backup-entry-damaged": 1, "index-damaged": 1}
    assert checked.summary.packs_read == len(_indexed(computer))


def test_a_missing_index_file_is_told_from_missing_data(
    computer: Computer, stored: Path, place: Path
) -> None:
    for path in (place / "index").iterdir():
        path.unlink()
    checked = check(computer)
    assert checked.codes == {"piece-unlisted": 2}
    for path in packs(place):
        path.unlink()
    assert check(computer).codes == {"piece-missing": 2}


def test_a_pack_named_twice_does_no_harm(computer: Computer, stored: Path) -> None:
    repository = computer.open()
    first = repository.load_index(repository.list_index()[0])
    repository.save_index([*first, *repository.load_index(repository.list_index()[-1])])
    checked = check(computer)
    assert checked.damage == []
    assert set(checked.notices) == {"packs-indexed-twice"}
    assert checked.summary.blobs == len({e.id for p in _indexed(computer) for e in p.entries})


def _indexed(computer: Computer) -> list[IndexedPack]:
    repository = computer.open()
    found = []
    for name in repository.list_index():
        with contextlib.suppress(FormatUnsupported):
            found += repository.load_index(name)
    return found


@pytest.mark.parametrize("change", ["one less", "moved", "other length"])
def test_an_index_that_lists_other_blobs_than_the_pack(
    computer: Computer, stored: Path, change: str
) -> None:
    repository = computer.open()
    wrong = []
    for pack in _indexed(computer):
        *entries, last = pack.entries
        if change == "moved":
            entries.append(last._replace(offset=last.offset + 1))
        elif change == "other length":
            entries.append(last._replace(uncompressed_length=last.uncompressed_length + 1))
        wrong.append(IndexedPack(pack.name, tuple(entries)))
    for name in repository.list_index():
        repository.delete_index(name)
    repository.save_index(wrong)
    assert check(computer).summary.errors >= len(wrong)


# --- packs ----------------------------------------------------------------------------------------


def test_a_missing_pack_is_told_with_the_files_it_costs(
    computer: Computer, stored: Path, place: Path
) -> None:
    lost = packs(place)[0]
    lost.unlink()
    for request in (CheckRequest(), READ_ALL):
        checked = check(computer, request)
        assert [(one.code, one.item) for one in checked.damage] == [("pack-missing", lost.name)]
        assert checked.affected == files_in(computer, stored, lost.name)


def files_in(computer: Computer, source: Path, pack: str) -> set[str]:
    """The files of all snapshots that need something of a pack."""
    ids = {e.id for p in _indexed(computer) if p.name == pack for e in p.entries}
    found = set()
    with computer.session() as session:
        trees = TreeReader(session)
        for name in session.snapshot_names:
            for path, node in trees.walk(session.load_snapshot(name).tree):
                if ids & set(node.content or ()):
                    found.add("/" + os.fsdecode(b"/".join(path)))
    assert all(path.startswith(str(source)) for path in found)
    return found


def test_a_pack_cut_short_is_seen_in_the_listing(
    computer: Computer, stored: Path, place: Path
) -> None:
    pack = packs(place)[0]
    pack.chmod(0o600)
    os.truncate(pack, pack.stat().st_size - 10)
    assert check(computer, CheckRequest()).codes == {"pack-size": 1}
    checked = check(computer)
    assert checked.codes == {"pack-damaged": 1}
    assert checked.affected == set()  # only the header is gone


def test_a_flipped_bit_in_a_blob_costs_the_files_that_hold_it(
    computer: Computer, stored: Path, place: Path
) -> None:
    damage(packs(place)[0], at=100)
    assert check(computer, CheckRequest()).damage == []
    everything = in_state(computer, FileState.SAFE)
    checked = check(computer)
    assert checked.codes == {"pack-damaged": 1}
    assert len(checked.affected) == 1
    assert in_state(computer, FileState.WAITING) == checked.affected
    assert in_state(computer, FileState.SAFE) == everything - checked.affected
    again = computer.backup(stored).summary
    assert again.bytes_read == sum(os.path.getsize(path) for path in checked.affected)
    assert in_state(computer, FileState.SAFE) == everything


@pytest.mark.parametrize("folder", ["root", "folder"])
def test_a_damaged_tree_costs_what_is_below_it_and_the_next_backup_reads_none_of_that(
    computer: Computer, source: Path, place: Path, folder: str
) -> None:
    (source / "below" / "deeper").mkdir(parents=True)
    for path in ("beside", "below/one", "below/deeper/two"):
        (source / path).write_bytes(path.encode())
    computer.backup(source)
    everything = in_state(computer, FileState.SAFE)
    assert len(everything) == 3
    with computer.session() as session:
        (name,) = session.snapshot_names
        lost = session.load_snapshot(name).tree
        if folder == "folder":
            found = dict(TreeReader(session).walk(lost))
            subtree = found[tuple(os.fsencode(source / "below").split(b"/")[1:])].subtree
            assert subtree is not None
            lost = subtree
        at = session.manifest.blobs.locate(BlobType.TREE, lost)
    assert at is not None
    damage(next(pack for pack in packs(place) if pack.name == at.pack), at=at.offset + 20)
    check(computer, CheckRequest(read_data=True))
    beside = {str(source / "beside")} if folder == "folder" else set()
    assert in_state(computer, FileState.SAFE) == beside
    assert in_state(computer, FileState.WAITING) == everything - beside
    assert computer.backup(source).summary.bytes_read == 0
    assert in_state(computer, FileState.SAFE) == everything
    assert check(computer, CheckRequest()).damage == []


def test_a_flipped_bit_in_a_header_costs_no_file(
    computer: Computer, stored: Path, place: Path
) -> None:
    pack = packs(place)[0]
    damage(pack, at=pack.stat().st_size - 20)
    checked = check(computer)
    assert checked.codes == {"pack-damaged": 1}
    assert checked.affected == set()


def test_a_pack_whose_contents_are_another_pack(
    computer: Computer, stored: Path, place: Path
) -> None:
    first, second = packs(place)[:2]
    first.chmod(0o600)
    shutil.copyfile(second, first)
    checked = check(computer)
    assert checked.summary.errors == 1
    assert checked.affected == files_in(computer, stored, first.name)


def test_damage_on_the_way_is_no_damage(
    computer: Computer, stored: Path, storage: FolderStorage
) -> None:
    opening = FaultyStorage(storage)
    with computer.session(storage=opening) as session:
        before = opening.calls
        run_check(session, READ_ALL)
    fired = 0
    for at in range(before + 1, opening.calls + 1):
        faulty = FaultyStorage(storage, [Fault(FaultKind.BIT_FLIP, at=at)])
        assert check(computer, storage=faulty).damage == []
        fired += len(faulty.fired)
    assert fired > 5


def test_a_storage_that_is_gone_ends_the_check(
    computer: Computer, stored: Path, storage: FolderStorage
) -> None:
    opening = FaultyStorage(storage)
    with computer.session(storage=opening):
        pass
    fault = Fault(FaultKind.TIMEOUT, at=opening.calls + 6, calls=1000)
    with pytest.raises(StorageUnreachable):
        check(computer, storage=FaultyStorage(storage, [fault], clock=computer.clock))
    with computer.session() as session:
        [noted] = checks_in(session.manifest.fact(CHECKS))
    assert noted.end is RunEnd.FAILED
    assert noted.failure is not None
    assert noted.failure.code == StorageUnreachable.code


class Forgetful(WatchedStorage):
    """Its listing lacks an object that is there."""

    forgotten = ""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return (info for info in super().list(prefix) if not info.key.endswith(self.forgotten))


def test_a_listing_that_lacks_a_pack_is_not_believed(
    computer: Computer, stored: Path, storage: FolderStorage, place: Path
) -> None:
    forgetful = Forgetful(storage)
    forgetful.forgotten = packs(place)[0].name
    assert check(computer, CheckRequest(), storage=forgetful).damage == []


# --- which packs ----------------------------------------------------------------------------------

SOME = [IndexedSize(f"{n:02x}" + "0" * 62, 100, b"") for n in range(256)]


@pytest.mark.parametrize(
    ("subset", "count"),
    [("10%", 26), ("100%", 256), ("0.1%", 1), ("1000", 10), ("1k", 10), ("50", 1), ("1M", 256)],
)
def test_a_random_part_of_the_packs(subset: str, count: int) -> None:
    chosen = choose_packs(SOME, subset, Random(3))
    assert len(set(chosen)) == len(chosen) == count
    if count < 256:
        assert chosen != choose_packs(SOME, subset, Random(4))


def test_all_parts_together_are_all_packs() -> None:
    parts = [choose_packs(SOME, f"{n}/5", Random(0)) for n in range(1, 6)]
    assert sorted(pack for part in parts for pack in part) == SOME
    assert all(40 < len(part) < 60 for part in parts)


@pytest.mark.parametrize(
    "subset", ["0/5", "6/5", "1/257", "101%", "0%", "x", "1/", "5T5", "0", "-1"]
)
def test_a_part_that_cannot_be_is_told_first(computer: Computer, subset: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        check(computer, CheckRequest(read_data_subset=subset))
    assert raised.value.facts == {"reason": "subset", "subset": subset}


def test_only_the_part_asked_for_is_read(computer: Computer, stored: Path, place: Path) -> None:
    read = [
        check(computer, CheckRequest(read_data_subset=f"{n}/2")).summary.packs_read for n in (1, 2)
    ]
    assert sum(read) == len(packs(place))
