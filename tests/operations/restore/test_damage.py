"""Restore from a repository that is damaged, or that somebody made to do harm."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

import pytest

from backupclient.errors import StorageUnreachable
from backupclient.events import Reason
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import Overwrite
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer
from tests.operations.forge import Forge
from tests.operations.restoring import ColdStorage, damage, leftovers, packs, restore
from tests.storage.faults import Fault, FaultKind, FaultyStorage
from tests.trees import MIB, random_bytes


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "target"


# --- damage ---------------------------------------------------------------------------------------


@pytest.fixture
def stored(computer: Computer, source: Path) -> Path:
    """Two hundred files of one blob each, and one of several."""
    for number in range(200):
        (source / f"{number:03}").write_bytes(random_bytes(number, 10_000))
    (source / "large").write_bytes(random_bytes(1, 9 * MIB))
    computer.backup(source)
    return source


def restored_names(target: Path, source: Path) -> set[str]:
    """Those that are whole."""
    names = {path.name for path in target.iterdir() if not path.stem.endswith(" (damaged)")}
    for name in names:
        assert (target / name).read_bytes() == (source / name).read_bytes()
    return names


def test_a_damaged_blob_costs_only_the_files_that_hold_it(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    damage(packs(place)[0], at=100)
    restored = restore(computer, target, subfolder=str(stored))
    assert [reason for _, reason in restored.problems] == [Reason.DAMAGED]
    names = restored_names(target, stored)
    assert len(names) == 200
    assert {f"/{name}" for name in {p.name for p in stored.iterdir()} - names} == {
        path for path, _ in restored.problems
    }
    assert leftovers(target) == []


@pytest.mark.parametrize("sparse", [False, True])
def test_what_can_be_read_of_a_large_file_is_kept_under_another_name(
    computer: Computer, source: Path, target: Path, place: Path, sparse: bool
) -> None:
    whole = random_bytes(1, 9 * MIB)
    (source / "film.mkv").write_bytes(whole)
    computer.backup(source)
    damage(packs(place)[0], at=100)
    restored = restore(computer, target, subfolder=str(source), sparse=sparse)
    assert restored.problems == [("/film.mkv", Reason.DAMAGED)]
    assert [path.name for path in target.iterdir()] == ["film (damaged).mkv"]
    kept = (target / "film (damaged).mkv").read_bytes()
    assert len(kept) == len(whole)
    wrong = [at for at in range(0, len(whole), 4096) if kept[at : at + 4096] != whole[at:][:4096]]
    assert 0 < len(wrong) * 4096 <= 8 * MIB
    assert all(not any(kept[at + 1 : at + 4095]) for at in wrong[1:-1])
    # What is there already is nobody's to replace.
    again = restore(computer, target, subfolder=str(source), sparse=sparse)
    assert again.problems == restored.problems
    names = {path.name for path in target.iterdir()}
    assert names == {"film (damaged).mkv", "film (damaged) 2.mkv"}
    assert (target / "film (damaged).mkv").read_bytes() == kept


def test_a_large_file_of_which_nothing_can_be_read_leaves_nothing(
    computer: Computer, source: Path, target: Path, place: Path
) -> None:
    (source / "film.mkv").write_bytes(random_bytes(1, 9 * MIB))
    computer.backup(source)
    repository = computer.open()
    for name in repository.list_index():
        for pack in repository.load_index(name):
            if pack.entries[0].type is BlobType.DATA:
                repository.delete_pack(pack.name)
    restored = restore(computer, target, subfolder=str(source))
    assert restored.problems == [("/film.mkv", Reason.DAMAGED)]
    assert list(target.iterdir()) == []


def test_what_an_earlier_restore_left_is_not_taken_for_the_lost_part(
    computer: Computer, source: Path, target: Path, place: Path
) -> None:
    whole = random_bytes(1, 9 * MIB)
    (source / "film.mkv").write_bytes(whole)
    computer.backup(source)
    restore(computer, target, subfolder=str(source))
    (target / "film.mkv").write_bytes(random_bytes(2, 9 * MIB))  # all of it is another
    damage(packs(place)[0], at=100)
    restored = restore(computer, target, subfolder=str(source))
    assert restored.problems == [("/film.mkv", Reason.DAMAGED)]
    kept = (target / "film (damaged).mkv").read_bytes()
    pieces = [kept[at : at + 4096] for at in range(0, len(whole), 4096)]
    right = [whole[at : at + 4096] for at in range(0, len(whole), 4096)]
    strange = [n for n, piece in enumerate(pieces) if any(piece) and piece != right[n]]
    assert len(strange) <= 2  # where the lost part begins and ends
    assert (target / "film.mkv").read_bytes() == random_bytes(2, 9 * MIB)


def test_of_a_blob_that_is_stored_twice_the_copy_that_is_whole_is_taken(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    (place / "index-aside").mkdir()
    for path in (place / "index").iterdir():
        path.rename(place / "index-aside" / path.name)
    before = set(packs(place))
    # Two computers may store the same at the same time.
    Computer(computer.storage, computer.folder.with_name("other"), computer.clock).backup(stored)
    for path in (place / "index-aside").iterdir():
        path.rename(place / "index" / path.name)
    old = sorted(before)
    old[0].unlink()
    for path in old[1:]:
        for at in range(50, path.stat().st_size, 5000):
            damage(path, at)
    restored = restore(computer, target, subfolder=str(stored))
    assert restored.problems == []
    assert len(restored_names(target, stored)) == 201


def test_a_missing_pack_costs_only_the_files_that_need_it(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    packs(place)[0].unlink()
    restored = restore(computer, target, subfolder=str(stored))
    names = restored_names(target, stored)
    assert 0 < len(names) < 201
    assert len(names) + len(restored.problems) == 201
    assert {reason for _, reason in restored.problems} == {Reason.DAMAGED}


def test_what_lies_in_cold_storage_costs_its_files_and_can_be_had_later(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    cold = ColdStorage(computer.storage, packs(place)[0])
    restored = restore(computer, target, storage=cold, subfolder=str(stored))
    names = restored_names(target, stored)
    assert names == {path.name for path in target.iterdir()}, "nothing of it is called damaged"
    assert len(names) > 50
    assert len(names) + len(restored.problems) == 201
    assert {reason for _, reason in restored.problems} == {Reason.ARCHIVED}
    later = restore(computer, target, subfolder=str(stored))
    assert later.problems == []
    assert len(restored_names(target, stored)) == 201


def test_a_folder_whose_list_lies_in_cold_storage_costs_no_other(
    computer: Computer, source: Path, target: Path, place: Path
) -> None:
    for name in ("cold", "warm"):
        (source / name).mkdir()
        (source / name / "file").write_bytes(name.encode())
        before = set(packs(place))
        computer.backup(source)
        last = set(packs(place)) - before
        if name == "cold":
            # Its folder's tree; the next backup makes the others anew.
            [lists] = [pack for pack in last if is_of_trees(computer, pack)]
    restored = restore(
        computer, target, storage=ColdStorage(computer.storage, lists), subfolder=str(source)
    )
    assert restored.problems == [("/cold", Reason.ARCHIVED)]
    assert (target / "warm" / "file").read_bytes() == b"warm"


def is_of_trees(computer: Computer, pack: Path) -> bool:
    entries = computer.open().load_pack_header(pack.name, pack.stat().st_size)
    return {entry.type for entry in entries} == {BlobType.TREE}


def test_a_pack_cut_short_gives_what_is_left_of_it(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    pack = packs(place)[0]
    pack.chmod(0o600)
    os.truncate(pack, pack.stat().st_size - 3000)
    restored = restore(computer, target, subfolder=str(stored))
    assert len(restored.problems) <= 1
    assert len(restored_names(target, stored)) >= 200


def test_a_file_that_is_there_stays_when_its_own_is_damaged(
    computer: Computer, stored: Path, target: Path, place: Path
) -> None:
    for pack in packs(place, smallest=50_000):
        pack.unlink()
    target.mkdir()
    (target / "000").write_bytes(b"what I have")
    restored = restore(computer, target, subfolder=str(stored))
    assert len(restored.problems) == 201
    assert (target / "000").read_bytes() == b"what I have"


def test_damage_on_the_way_is_fetched_once_more(
    computer: Computer, stored: Path, target: Path, storage: FolderStorage
) -> None:
    opening = FaultyStorage(storage)
    with computer.session(storage=opening):
        pass
    fired = 0
    for at in range(1, 9):
        fault = Fault(FaultKind.BIT_FLIP, at=opening.calls + at)
        faulty = FaultyStorage(storage, [fault])
        shutil.rmtree(target, ignore_errors=True)
        restored = restore(computer, target, subfolder=str(stored), storage=faulty)
        assert restored.problems == []
        assert len(restored_names(target, stored)) == 201
        fired += len(faulty.fired)
    assert fired >= 4


def test_a_storage_that_is_gone_ends_the_restore(
    computer: Computer, stored: Path, target: Path, storage: FolderStorage
) -> None:
    opening = FaultyStorage(storage)
    restore(computer, target, subfolder=str(stored), storage=opening, dry_run=True)
    fault = Fault(FaultKind.TIMEOUT, at=opening.calls + 1, calls=1000)
    faulty = FaultyStorage(storage, [fault], clock=computer.clock)
    with pytest.raises(StorageUnreachable):
        restore(computer, target, subfolder=str(stored), storage=faulty)


def test_a_damaged_tree_costs_only_its_folder(computer: Computer, target: Path) -> None:
    forge = Forge(computer)
    inner = forge.tree(forge.file(b"inside", b"1"))
    missing = bytes(32)
    forge.snapshot(
        forge.tree(
            forge.folder(b"gone", missing),
            forge.folder(b"here", inner),
            forge.file(b"z", b"2"),
        )
    )
    restored = restore(computer, target)
    assert restored.problems == [("/gone", Reason.DAMAGED)]
    assert (target / "here" / "inside").read_bytes() == b"1"
    assert (target / "z").read_bytes() == b"2"


@pytest.mark.parametrize("size", [0, 2, 4, 10_000, 1 << 63])
def test_a_size_that_its_blobs_do_not_have_is_refused(
    computer: Computer, target: Path, size: int
) -> None:
    forge = Forge(computer)
    forge.snapshot(
        forge.tree(forge.file(b"padded", b"abc", size=size), forge.file(b"right", b"abc"))
    )
    restored = restore(computer, target)
    assert restored.problems == [("/padded", Reason.DAMAGED)]
    assert os.listdir(target) == ["right"]


def test_nodes_that_cannot_be(computer: Computer, target: Path) -> None:
    forge = Forge(computer)
    nodes = (
        Node(name=b"no content", type=NodeType.FILE),
        Node(name=b"no tree", type=NodeType.DIR),
        Node(name=b"no such owner", type=NodeType.FILE, uid=1 << 40, content=()),
        Node(name=b"odd", type=NodeType.IRREGULAR),
        Node(name=b"socket", type=NodeType.SOCKET),
        forge.file(b"twice", b"1"),
        forge.file(b"twice", b"2"),
    )
    forge.snapshot(forge.tree(*nodes))
    restored = restore(computer, target)
    assert restored.problems == [
        ("/no content", Reason.DAMAGED),
        ("/no such owner", Reason.DAMAGED),
        ("/no tree", Reason.DAMAGED),
        ("/odd", Reason.SPECIAL),
        ("/twice", Reason.DAMAGED),
    ]
    assert os.listdir(target) == ["twice"]
    assert (target / "twice").read_bytes() == b"1"


# --- never outside the target ---------------------------------------------------------------------


@pytest.mark.parametrize("name", [b"..", b".", b"", b"../outside", b"a/b", b"/outside", b"a\0b"])
def test_names_that_lead_elsewhere_are_refused(
    computer: Computer, target: Path, tmp_path: Path, name: bytes
) -> None:
    forge = Forge(computer)
    inner = forge.tree(forge.file(b"planted", b"evil"))
    forge.snapshot(
        forge.tree(
            forge.file(b"good", b"good"), forge.file(name, b"evil"), forge.folder(name, inner)
        )
    )
    before = {*tmp_path.iterdir(), computer.folder}
    restored = restore(computer, target)
    assert [reason for _, reason in restored.problems] == [Reason.ODD_NAME] * 2
    assert os.listdir(target) == ["good"]
    assert set(tmp_path.iterdir()) - before == {target}


def test_a_link_in_the_snapshot_is_never_written_through(
    computer: Computer, target: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    forge = Forge(computer)
    inner = forge.tree(forge.file(b"planted", b"evil"))
    forge.snapshot(
        forge.tree(
            forge.link(b"way", os.fsencode(outside)),
            forge.folder(b"way", inner),
            forge.link(b"way2", os.fsencode(outside / "file")),
            forge.file(b"way2", b"evil"),
        )
    )
    for _ in range(2):
        restore(computer, target)
        assert list(outside.iterdir()) == []


@pytest.mark.parametrize("overwrite", list(Overwrite))
def test_a_planted_link_is_never_followed(
    computer: Computer, source: Path, target: Path, tmp_path: Path, overwrite: Overwrite
) -> None:
    outside = tmp_path / "outside"
    (outside / "deeper").mkdir(parents=True)
    (outside / "file").write_bytes(b"mine")
    for folder in ("folder/deeper", "plain"):
        (source / folder).mkdir(parents=True)
        (source / folder / "file").write_bytes(b"restored")
    (source / "file").write_bytes(b"restored")
    computer.backup(source)
    target.mkdir()
    (target / "folder").symlink_to(outside)
    (target / "file").symlink_to(outside / "file")
    os.utime(target / "file", (1, 1), follow_symlinks=False)  # older than what is restored
    restore(computer, target, subfolder=str(source), overwrite=overwrite, second_name=" (old)")
    assert (outside / "file").read_bytes() == b"mine"
    assert list((outside / "deeper").iterdir()) == []
    assert (target / "plain" / "file").read_bytes() == b"restored"
    stays = overwrite in (Overwrite.NEVER, Overwrite.KEEP_BOTH)
    assert (target / "folder").is_symlink() == (target / "file").is_symlink() == stays
    if overwrite is not Overwrite.NEVER:
        mark = " (old)" if stays else ""
        assert (target / f"folder{mark}" / "deeper" / "file").read_bytes() == b"restored"
        assert (target / f"file{mark}").read_bytes() == b"restored"


def test_a_planted_leftover_is_not_written_to(
    computer: Computer, source: Path, target: Path, tmp_path: Path
) -> None:
    content = random_bytes(1, 2 * MIB)
    (source / "file").write_bytes(content + b"end")
    computer.backup(source)
    target.mkdir()
    victim = tmp_path / "victim"
    victim.write_bytes(content)
    os.link(victim, target / ".file.plainkeep-00000000")
    restore(computer, target, subfolder=str(source))
    assert victim.read_bytes() == content
    assert (target / "file").read_bytes() == content + b"end"
    assert stat.S_IMODE(victim.stat().st_mode) == 0o644


# --- names that this file system does not take ----------------------------------------------------


def test_a_name_too_long_here_is_shortened_and_told(computer: Computer, target: Path) -> None:
    forge = Forge(computer)
    long = "\N{SNOWMAN}".encode() * 100
    inner = forge.tree(forge.file(b"inside", b"1"))
    forge.snapshot(
        forge.tree(forge.folder(long, inner), forge.file(long + b"a", b"2"), forge.file(b"b", b"3"))
    )
    restored = restore(computer, target)
    assert [reason for _, reason in restored.problems] == [Reason.NAME_SHORTENED] * 2
    found = {path.name: path for path in target.iterdir()}
    assert len(found) == 3
    shortened = [name for name in found if name.startswith("\N{SNOWMAN}" * 50)]
    assert len(shortened) == 2
    assert {p.name for p in target.rglob("*") if p.is_file()} >= {"b", "inside"}
    assert [p.read_bytes() for p in target.rglob("inside")] == [b"1"]
    again = restore(computer, target)
    assert again.summary.unchanged == 3
