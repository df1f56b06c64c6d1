"""A whole backup: what it reads, sends, counts and leaves behind."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import tracemalloc
from pathlib import Path

import msgspec
import pytest

from backupclient.errors import ObjectMissing, StorageFault, StorageUnreachable
from backupclient.events import FileAction, FileDone, Phase, Progress
from backupclient.operations.backup.run import Tuning
from backupclient.repository.layout import FileKind
from backupclient.repository.tree import Node
from backupclient.requests import BackupRequest
from backupclient.storage.base import FREE, Data, Meter, Storage
from tests.ancestors import Ancestors
from tests.operations.computer import (
    Computer,
    TickingClock,
    an_hour_ahead,
    request,
    stored_kinds,
)
from tests.operations.judge import holds
from tests.operations.stored import differences, nodes_of
from tests.repository.restic import Restic
from tests.storage.faults import Fault, FaultKind, FaultyStorage, RecordingStorage
from tests.trees import KIB, MIB, odd_tree, random_bytes


@pytest.fixture
def files(source: Path) -> Path:
    """Five files of 5000 bytes in three folders."""
    for number, name in enumerate(("a", "b", "docs/c", "docs/d", "docs/deeper/e")):
        file = source / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(random_bytes(number, 5000))
    return source


# --- no work twice --------------------------------------------------------------------------------


def test_a_second_backup_of_the_same_reads_and_adds_nothing(
    computer: Computer, files: Path
) -> None:
    above = Ancestors(files)
    first = computer.backup(files).summary
    assert (first.files_new, first.data_blobs, first.bytes_read) == (5, 5, 25_000)
    recording = RecordingStorage(computer.storage)
    second = computer.backup(files, storage=recording).summary
    assert (second.files_new, second.files_changed, second.files_unmodified) == (0, 0, 5)
    assert (second.bytes_read, second.data_blobs) == (0, 0)
    assert second.parent_id == first.snapshot_id
    assert second.total_bytes_processed == first.total_bytes_processed == 25_000
    assert second.dirs_new == 0
    # The folders above the source may change meanwhile: nothing else may be sent.
    trees = above.changed_trees()
    assert second.tree_blobs <= trees
    assert trees or second.data_added == 0
    kinds = [change.key.partition("/")[0] for change in recording.changes]
    assert kinds.count("data") <= (1 if trees else 0)
    assert differences(computer, second.snapshot_id, files) == set()


def test_one_changed_file_is_all_that_is_read_and_sent(computer: Computer, files: Path) -> None:
    computer.backup(files)
    (files / "docs" / "c").write_bytes(random_bytes(50, 6000))
    second = computer.backup(files).summary
    assert (second.files_new, second.files_changed, second.files_unmodified) == (0, 1, 4)
    assert (second.bytes_read, second.data_blobs) == (6000, 1)
    assert differences(computer, second.snapshot_id, files) == set()


def test_a_renamed_folder_is_read_and_not_sent(computer: Computer, files: Path) -> None:
    computer.backup(files)
    (files / "docs").rename(files / "papers")
    second = computer.backup(files).summary
    assert (second.files_new, second.files_unmodified, second.data_blobs) == (3, 2, 0)
    assert differences(computer, second.snapshot_id, files) == set()


def test_a_file_that_became_a_folder_and_the_other_way_round(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    (files / "a").unlink()
    (files / "a").mkdir()
    (files / "a" / "inside").write_bytes(b"inside")
    shutil.rmtree(files / "docs")
    (files / "docs").write_bytes(b"a file now")
    for _ in range(2):
        last = computer.backup(files).summary
        assert differences(computer, last.snapshot_id, files) == set()
    assert (last.files_new, last.bytes_read) == (0, 0)


def test_when_all_is_to_be_read_all_is_read_and_nothing_added(
    computer: Computer, files: Path
) -> None:
    first = computer.backup(files).summary
    forced = computer.backup(msgspec.structs.replace(request(files), force=True)).summary
    assert (forced.bytes_read, forced.data_blobs) == (25_000, 0)
    assert forced.parent_id == ""
    trees = [nodes_of(computer, one.snapshot_id, files) for one in (first, forced)]
    assert trees[0] == trees[1]


def test_a_change_that_leaves_size_and_time_as_they_were_is_seen(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    info = (files / "a").stat()
    (files / "a").write_bytes(random_bytes(60, 5000))
    os.utime(files / "a", ns=(info.st_atime_ns, info.st_mtime_ns))
    second = computer.backup(files).summary
    assert second.data_blobs == 1
    assert differences(computer, second.snapshot_id, files) == set()


def test_only_what_is_new_is_sent_where_much_is_the_same(computer: Computer, source: Path) -> None:
    for number in range(30):
        (source / f"copy-{number}").write_bytes(random_bytes(number % 3, 700 * KIB))
    recording = RecordingStorage(computer.storage)
    summary = computer.backup(source, storage=recording).summary
    assert summary.data_added < 3 * 710 * KIB
    assert sum(len(change.body or b"") for change in recording.changes) < 3 * 710 * KIB
    assert (summary.files_new, summary.bytes_read) == (30, 30 * 700 * KIB)


# --- as restic would ------------------------------------------------------------------------------


def comparable(node: Node) -> Node:
    """Of a folder above what was chosen: other programs change it at any time."""
    return msgspec.structs.replace(node, mtime_ns=0, atime_ns=0, ctime_ns=0, subtree=None, links=0)


@pytest.fixture
def odd(source: Path) -> Path:
    """Everything odd in which restic cuts nothing, since it cuts elsewhere."""
    odd_tree(source / "odd", undecodable_targets=False)
    for path in (source / "odd").rglob("*"):
        if not path.is_symlink() and path.is_file() and path.stat().st_size >= 512 * KIB:
            path.unlink()
    return source


@pytest.mark.needs_restic
@pytest.mark.parametrize(
    "chosen",
    [
        ("SOURCE",),
        (".",),
        ("odd/names", "odd/links"),
        ("SOURCE/odd/links", "SOURCE/odd/attributes", "SOURCE/odd"),
        ("./odd/../odd",),
        ("../source/odd",),
    ],
    ids=" ".join,
)
def test_trees_are_those_that_restic_makes(
    computer: Computer,
    odd: Path,
    restic: Restic,
    chosen: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(odd)
    arguments = [one.replace("SOURCE", str(odd)) for one in chosen]
    restic("backup", "--host", socket.gethostname(), *arguments, cwd=odd)
    [theirs] = computer.snapshots()
    asked = BackupRequest(paths=tuple(map(os.fsencode, arguments)), force=True)
    ours = computer.backup(asked).summary
    snapshots = computer.snapshots()
    assert snapshots[ours.snapshot_id].paths == sorted(snapshots[theirs].paths)
    left, right = nodes_of(computer, ours.snapshot_id), nodes_of(computer, theirs)
    assert left.keys() == right.keys()
    for path, node in left.items():
        above = any(arg.startswith("/" + os.fsdecode(path) + "/") for arg in arguments)
        if above:
            assert comparable(node) == comparable(right[path]), path
        else:
            assert node == right[path], path


# --- what it leaves behind ------------------------------------------------------------------------


def test_a_crash_between_writing_the_index_and_noting_it_leaves_nothing_twice(
    computer: Computer, files: Path
) -> None:
    class Crash(BaseException):
        """The program is gone: nothing is tidied up."""

    class Crashing(RecordingStorage):
        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            super().put(key, data, overwrite=overwrite, meter=meter)
            if key.startswith("index/"):
                raise Crash

    with pytest.raises(Crash):
        computer.backup(files, storage=Crashing(computer.storage))
    second = computer.backup(files).summary
    assert second.data_blobs == 0
    assert differences(computer, second.snapshot_id, files) == set()
    demand_each_pack_once(computer)


def test_an_index_file_whose_answer_was_lost_names_nothing_twice(
    computer: Computer, files: Path
) -> None:
    class LosesAnswer(RecordingStorage):
        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            super().put(key, data, overwrite=overwrite, meter=meter)
            if key.startswith("index/"):
                raise StorageUnreachable(reason="cut-off")

    with pytest.raises(StorageUnreachable):
        computer.backup(files, storage=LosesAnswer(computer.storage))
    second = computer.backup(files).summary
    assert second.data_blobs == 0
    demand_each_pack_once(computer)


def demand_each_pack_once(computer: Computer) -> None:
    repository = computer.open()
    named = [p.name for name in repository.list_index() for p in repository.load_index(name)]
    assert len(named) == len(set(named))
    assert set(named) == {file.name for file in repository.list_packs()}


@pytest.mark.needs_restic
@pytest.mark.parametrize("kind", [FaultKind.ERROR_BEFORE, FaultKind.LOST_ANSWER])
def test_whichever_call_of_a_second_backup_fails_the_next_one_is_whole(
    computer: Computer, files: Path, restic: Restic, kind: FaultKind
) -> None:
    computer.backup(files)
    number = 0
    while True:
        number += 1
        (files / "docs" / "c").write_bytes(random_bytes(100 + number, 5000))
        faulty = FaultyStorage(computer.storage, [Fault(kind, at=number, calls=10_000)])
        try:
            computer.backup(files, storage=faulty)
        except (StorageFault, StorageUnreachable, ObjectMissing):
            done = computer.backup(files).summary
            assert differences(computer, done.snapshot_id, files) == set(), number
            continue
        break
    assert number > 8
    holds(restic, computer.backup(files).summary.snapshot_id, files, tidy=False)


def test_the_order_of_writing_is_packs_then_index_then_snapshot(
    computer: Computer, files: Path
) -> None:
    recording = RecordingStorage(computer.storage)
    computer.backup(files, storage=recording)
    kinds = [change.key.partition("/")[0] for change in recording.changes]
    assert kinds == sorted(kinds, key=["data", "index", "snapshots"].index)
    assert kinds.count("index") == kinds.count("snapshots") == 1


def test_a_dry_run_tells_what_a_backup_would_do_and_does_nothing(
    computer: Computer, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen by a relative name: the folders above, which may change meanwhile, are not in it."""
    monkeypatch.chdir(files.parent)
    chosen = request(Path(files.name))
    computer.backup(chosen)
    (files / "a").write_bytes(random_bytes(70, 9000))
    (files / "b").unlink()
    before = stored_kinds(computer.storage)
    with computer.manifest() as manifest:
        runs = manifest.runs()
    dry = computer.backup(msgspec.structs.replace(chosen, dry_run=True)).summary
    assert stored_kinds(computer.storage) == before
    with computer.manifest() as manifest:
        assert manifest.runs() == runs
    assert dry.dry_run
    assert dry.snapshot_id == ""
    real = computer.backup(chosen).summary
    for name in ("files_new", "files_changed", "files_unmodified", "data_blobs", "data_added"):
        assert getattr(dry, name) == getattr(real, name), name
    assert (real.files_changed, real.data_blobs, real.bytes_read) == (1, 1, 9000)


def test_a_dry_run_of_a_first_backup_leaves_not_one_row(
    computer: Computer, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Chosen by a relative name, as above."""
    monkeypatch.chdir(files.parent)
    dry = msgspec.structs.replace(request(Path(files.name)), dry_run=True)
    first, second = computer.backup(dry).summary, computer.backup(dry).summary
    assert msgspec.structs.replace(first, total_duration=0) == msgspec.structs.replace(
        second, total_duration=0
    )
    with computer.manifest() as manifest:
        assert manifest.runs() == []
        assert manifest.entries_of(1) == {}


# --- what it tells --------------------------------------------------------------------------------


def test_details_name_each_file_once(computer: Computer, files: Path) -> None:
    detailed = msgspec.structs.replace(request(files), details=True)

    def told() -> dict[str, FileAction]:
        events = computer.backup(detailed).events
        done = [event for event in events if isinstance(event, FileDone)]
        assert len({event.path for event in done}) == len(done)
        return {str(Path(event.path).relative_to(files)): event.action for event in done}

    assert told() == dict.fromkeys(("a", "b", "docs/c", "docs/d", "docs/deeper/e"), FileAction.NEW)
    (files / "a").write_bytes(b"changed")
    assert told()["a"] is FileAction.CHANGED
    assert set(told().values()) == {FileAction.UNCHANGED}


def test_progress_ends_with_everything_accounted_for(computer: Computer, files: Path) -> None:
    for _ in range(2):
        events = [e for e in computer.backup(files).events if isinstance(e, Progress)]
        last = events[-1]
        assert last.phase is Phase.FINISHING
        assert last.files_safe + last.files_sent == last.files_total == 5
        assert last.bytes_safe + last.bytes_sent == last.bytes_total == 25_000
        assert all(a.bytes_sent <= b.bytes_sent for a, b in itertools.pairwise(events))


def test_the_first_backup_of_more_folders_begins_at_what_is_safe(
    computer: Computer, files: Path
) -> None:
    computer.backup(files / "docs")
    events = [e for e in computer.backup(files).events if isinstance(e, Progress)]
    begins = next(e for e in events if e.phase is Phase.UPLOADING)
    assert (begins.bytes_safe, begins.bytes_total) == (15_000, 25_000)


def test_a_later_run_knows_of_new_files_before_it_has_read_them(
    computer: Computer, files: Path
) -> None:
    computer.backup(files)
    (files / "a").write_bytes(b"2" * 9_000)
    (files / "docs" / "c").unlink()
    (files / "new").write_bytes(b"1" * 70_000)
    computer.clock = TickingClock(an_hour_ahead(), 0.1)
    events = [e for e in computer.backup(files).events if isinstance(e, Progress)]
    sizes = [e.bytes_total for e in events if e.phase is Phase.UPLOADING]
    assert sizes[0] == 25_000, "the last run's"
    assert sizes[-1] == 25_000 + 4_000 - 5_000 + 70_000
    assert events[-1].files_total == 5


def test_a_snapshot_says_who_made_it_of_what_and_how_it_went(
    computer: Computer, files: Path
) -> None:
    asked = msgspec.structs.replace(request(files), tags=("one", "two"), hostname="named")
    summary = computer.backup(asked).summary
    snapshot = computer.snapshots()[summary.snapshot_id]
    assert (snapshot.hostname, snapshot.tags, snapshot.paths) == (
        "named",
        ["one", "two"],
        [str(files)],
    )
    assert snapshot.summary is not None
    assert snapshot.summary.files_new == 5
    assert snapshot.summary.total_bytes_processed == 25_000
    assert abs((snapshot.time - computer.clock.now()).total_seconds()) < 1


# --- how much it takes ----------------------------------------------------------------------------


class Swallowing(FaultyStorage):
    """Takes packs and forgets them, so that they are not in this process's memory."""

    def __init__(self, inner: Storage) -> None:
        super().__init__(inner)
        self.taken = 0

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if FileKind.INDEX.prefix in key or not key.startswith("data/"):
            super().put(key, data, overwrite=overwrite, meter=meter)
        else:
            self.taken += len(data)


def test_memory_does_not_grow_with_what_is_backed_up(computer: Computer, source: Path) -> None:
    """What a backup holds at its peak, by Python's own count, of twice and four times as much."""
    small_packs = Tuning(threads=1, processes=0, uploads=1, pack_size=MIB)
    peaks = []
    for size in (24 * MIB, 72 * MIB):
        (source / "large").write_bytes(random_bytes(size, size))
        swallowing = Swallowing(computer.storage)
        tracemalloc.start()
        try:
            computer.backup(source, storage=swallowing, tuning=small_packs)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
        assert swallowing.taken > size
    assert peaks[1] < peaks[0] * 1.3 + MIB
    assert peaks[1] < 72 * MIB
