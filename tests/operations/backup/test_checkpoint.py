"""What an unfinished backup has stored can be restored, and is never less than before."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import AccessDenied, Cancelled, StorageFault
from backupclient.events import Noticed
from backupclient.operations.backup.run import Tuning
from backupclient.operations.select import find_snapshot
from backupclient.repository.snapshot import Snapshot
from backupclient.requests import BackupRequest
from backupclient.storage.base import FREE, Data, Meter, Storage
from tests.compare import Aspect, compare_trees
from tests.operations.computer import Computer, request
from tests.operations.judge import holds, restored
from tests.operations.stored import names_of
from tests.repository.restic import Restic
from tests.storage.faults import RecordingStorage
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1 << 20)
SIZE = 300_000
FILES = 64


class SlowStorage(RecordingStorage):
    """Every pack takes `seconds`, in which the job's thread shows something; `after` is called with
    their number when one has arrived."""

    def __init__(
        self, computer: Computer, seconds: float = 130, inner: Storage | None = None
    ) -> None:
        super().__init__(inner or computer.storage)
        self._clock = computer.clock
        self._shown = threading.Event()
        computer.on_event = lambda _: self._shown.set()
        self._seconds = seconds
        self.packs = 0
        self.fails_after = 1000
        self.after: Callable[[int], None] = lambda _: None

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        upload = threading.current_thread().name.startswith("upload")
        if upload and self.packs >= self.fails_after:
            raise StorageFault
        super().put(key, data, overwrite=overwrite, meter=meter)
        if upload:
            self._shown.clear()
            self._clock.advance(self._seconds)
            self.packs += 1
            self.after(self.packs)
            self._shown.wait(60)

    def of_snapshots(self) -> list[tuple[str, bool]]:
        """Names of snapshot files, and whether they were put (or deleted)."""
        return [
            (change.key.rpartition("/")[2], change.body is not None)
            for change in self.changes
            if change.key.startswith("snapshots/")
        ]


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(FILES):
        folder = source / f"folder-{number // 8}" / "deeper"
        folder.mkdir(exist_ok=True, parents=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, SIZE))
        os.utime(folder / f"file-{number}", (1_700_000_000, 1_700_000_000))
    return source


def cut_short(
    computer: Computer, files: Path | BackupRequest, after: int, seconds: float = 130
) -> SlowStorage:
    """A slow backup that fails for good after so many packs."""
    slow = SlowStorage(computer, seconds)
    slow.fails_after = after
    with pytest.raises(StorageFault):
        computer.backup(files, storage=slow, tuning=SMALL_PACKS)
    return slow


def the_checkpoint(computer: Computer) -> tuple[str, Snapshot]:
    [found] = [
        (name, snapshot)
        for name, snapshot in computer.snapshots().items()
        if snapshot.is_checkpoint
    ]
    return found


def is_part_of(restored: Path, source: Path) -> int:
    """Demands that whatever is in `restored` is in `source` too, the same; returns the number of
    files."""
    found = compare_trees(source, restored, ignore={Aspect.MTIME})
    lacking = [one for one in found if (source / os.fsdecode(one.path)).exists()]
    assert [one for one in lacking if (restored / os.fsdecode(one.path)).exists()] == []
    return sum(path.is_file() for path in restored.rglob("*"))


@pytest.mark.needs_restic
def test_restic_restores_what_a_first_backup_that_never_finished_had_sent(
    computer: Computer, files: Path, restic: Restic
) -> None:
    cut_short(computer, files, after=14)
    name, snapshot = the_checkpoint(computer)
    assert snapshot.paths == [str(files)]
    restic("check", "--read-data")
    count = is_part_of(restored(restic, name, files), files)
    assert FILES / 8 < count < FILES


def test_the_new_one_is_written_before_the_old_one_is_deleted(
    computer: Computer, files: Path
) -> None:
    slow = SlowStorage(computer)
    summary = computer.backup(files, storage=slow, tuning=SMALL_PACKS).summary
    changes = slow.of_snapshots()
    there: list[str] = []
    for name, put in changes:
        if put:
            there.append(name)
            assert len(there) <= 2
        else:
            assert name == there.pop(0)
            assert len(there) == 1
    assert len([name for name, put in changes if put]) >= 3
    assert list(computer.snapshots()) == there == [summary.snapshot_id]


@pytest.mark.needs_restic
def test_a_checkpoint_never_holds_less_than_the_last_complete_snapshot(
    computer: Computer, files: Path, restic: Restic
) -> None:
    first = computer.backup(files).summary
    before = names_of(computer, first.snapshot_id, files)
    for number in range(0, FILES, 2):
        path = files / f"folder-{number // 8}" / "deeper" / f"file-{number}"
        path.write_bytes(random_bytes(1000 + number, SIZE))
    (files / "folder-0" / "deeper" / "file-1").unlink()
    (files / "folder-7" / "new").write_bytes(random_bytes(5000, SIZE))
    cut_short(computer, files, after=6)
    name, snapshot = the_checkpoint(computer)
    assert before <= names_of(computer, name, files)
    assert snapshot.parent == first.snapshot_id
    restic("check", "--read-data")
    back = restored(restic, name, files)
    state = {"old": 0, "new": 0}
    for number in range(FILES):
        data = (back / f"folder-{number // 8}" / "deeper" / f"file-{number}").read_bytes()
        if data == random_bytes(number, SIZE):
            state["old"] += not number % 2
        else:
            assert data == random_bytes(1000 + number, SIZE)
            state["new"] += 1
    assert state["old"]
    assert state["new"]


def test_the_next_complete_run_removes_what_unfinished_ones_have_left(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files, after=14)
    the_checkpoint(computer)
    summary = computer.backup(files, tuning=SMALL_PACKS).summary
    assert list(computer.snapshots()) == [summary.snapshot_id]


def test_one_that_nobody_remembers_is_removed_too(computer: Computer, files: Path) -> None:
    cut_short(computer, files, after=14)
    computer.lose_manifest()
    outcome = computer.backup(files, tuning=SMALL_PACKS)
    assert list(computer.snapshots()) == [outcome.summary.snapshot_id]


def test_after_the_loss_of_the_manifest_what_a_checkpoint_holds_is_not_read_again(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files, after=14)
    name, _ = the_checkpoint(computer)
    held = sum("file" in one for one in names_of(computer, name, files))
    computer.lose_manifest()
    summary = computer.backup(files, tuning=SMALL_PACKS).summary
    assert held > 10
    assert summary.bytes_read == (FILES - held) * SIZE


def test_a_complete_snapshot_is_the_parent_and_the_latest_though_a_checkpoint_is_newer(
    computer: Computer, files: Path
) -> None:
    first = computer.backup(files).summary
    for path in files.rglob("file-*"):
        path.write_bytes(random_bytes(int(path.name[5:]) + 500, SIZE))
    cut_short(computer, files, after=9)
    the_checkpoint(computer)
    with computer.session() as session:
        assert find_snapshot(session, "latest").name == first.snapshot_id
        assert computer.events == []
    computer.lose_manifest()
    assert computer.backup(files).summary.parent_id == first.snapshot_id


def test_where_there_is_nothing_else_latest_is_a_checkpoint_and_that_is_said(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files, after=14)
    name, _ = the_checkpoint(computer)
    with computer.session() as session:
        assert find_snapshot(session, "latest").name == name
        [noticed] = [event for event in computer.events if isinstance(event, Noticed)]
        assert noticed.code == "unfinished-backup-taken"


def test_a_stop_leaves_a_checkpoint(computer: Computer, files: Path) -> None:
    control = Control(computer.clock)
    slow = SlowStorage(computer, seconds=1)
    slow.after = lambda packs: control.stop() if packs == 6 else None
    with pytest.raises(Cancelled):
        computer.backup(files, storage=slow, control=control, tuning=SMALL_PACKS)
    name, _ = the_checkpoint(computer)
    assert sum("file" in one for one in names_of(computer, name, files)) >= 8
    # Once nothing is new, a stop leaves it as it is.
    control = Control(computer.clock)
    control.stop()
    with pytest.raises(Cancelled):
        computer.backup(files, control=control, tuning=SMALL_PACKS)
    assert the_checkpoint(computer)[0] == name


def test_a_stop_before_anything_was_stored_leaves_none(computer: Computer, files: Path) -> None:
    control = Control(computer.clock)
    control.stop()
    with pytest.raises(Cancelled):
        computer.backup(files, control=control, tuning=SMALL_PACKS)
    assert computer.snapshots() == {}


def test_where_nothing_may_be_deleted_each_comes_after_twice_the_time(
    computer: Computer, files: Path
) -> None:
    class Kept(SlowStorage):
        def delete(self, key: str) -> None:
            if key.startswith("snapshots/"):
                raise AccessDenied(operation="delete", key=key)
            super().delete(key)

    slow = Kept(computer, seconds=250)
    computer.backup(files, storage=slow, tuning=SMALL_PACKS)
    assert slow.packs > 15
    # After 10, 30, 70 minutes; and the complete one. Else there would be six or seven.
    assert 3 <= len(slow.of_snapshots()) <= 4


@pytest.mark.needs_restic
def test_a_chosen_file_and_two_folders(
    computer: Computer, files: Path, restic: Restic, tmp_path: Path
) -> None:
    (alone := tmp_path / "alone").write_bytes(random_bytes(77, SIZE))
    os.utime(alone, (1_700_000_000, 1_700_000_000))
    what = request(alone, files / "folder-0", files / "folder-5")
    cut_short(computer, what, after=4, seconds=400)
    name, snapshot = the_checkpoint(computer)
    assert snapshot.paths == sorted(map(os.fsdecode, what.paths))
    assert is_part_of(restored(restic, name, files), files) > 0
    restic("check", "--read-data")
    summary = computer.backup(what).summary
    holds(restic, summary.snapshot_id, files / "folder-5", tidy=False)


def test_what_a_run_wrote_with_changed_files_is_as_they_were_sent_or_not_at_all(
    computer: Computer, files: Path
) -> None:
    """A file that changed after it was sent is left to the next run."""
    slow = SlowStorage(computer)
    changed = files / "folder-7" / "deeper" / "file-56"

    def change(packs: int) -> None:
        if packs == 4:
            changed.write_bytes(b"changed after it was sent")

    slow.after = change
    slow.fails_after = 9
    with pytest.raises(StorageFault):
        computer.backup(files, storage=slow, tuning=SMALL_PACKS)
    name, _ = the_checkpoint(computer)
    held = names_of(computer, name, files)
    assert "folder-7/deeper/file-56" not in held
    assert "folder-7/deeper/file-57" in held


class StoppedWithin(SlowStorage):
    """The job is stopped when the trees of its first checkpoint are on their way."""

    def __init__(self, computer: Computer, control: Control) -> None:
        super().__init__(computer)
        self._control = control

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        by_the_job = not threading.current_thread().name.startswith("upload")
        if by_the_job and key.startswith("data/") and not self._control.stopped:
            self._control.stop()
            raise Cancelled
        super().put(key, data, overwrite=overwrite, meter=meter)


@pytest.mark.needs_restic
def test_a_stop_within_a_checkpoint_leaves_a_whole_one(
    computer: Computer, files: Path, restic: Restic
) -> None:
    """What the first try had made of trees never came to be stored."""
    control = Control(computer.clock)
    slow = StoppedWithin(computer, control)
    with pytest.raises(Cancelled):
        computer.backup(files, storage=slow, control=control, tuning=SMALL_PACKS)
    name, _ = the_checkpoint(computer)
    restic("check", "--read-data")
    # Twenty have arrived. Of the three batches of four that were read last, nobody may have heard.
    assert is_part_of(restored(restic, name, files), files) >= 8
