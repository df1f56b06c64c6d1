"""What a checkpoint holds is safe as long as it is listed, and nothing else is because of it."""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.errors import SnapshotMissing, StorageFault
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.kinds import RunState
from backupclient.operations.status import Source, file_pages
from backupclient.repository.blob import BlobType
from backupclient.repository.snapshot import CHECKPOINT
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo
from backupclient.wire.answers import FileAnswer, FileState
from tests.manifest.counting import assert_counted
from tests.operations.backup.test_checkpoint import (
    FILES,
    SIZE,
    SMALL_PACKS,
    SlowStorage,
    cut_short,
    the_checkpoint,
)
from tests.operations.computer import Computer, request
from tests.operations.stored import nodes_of
from tests.storage.faults import RecordingStorage
from tests.trees import random_bytes

LONG_AGO = (1_700_000_000, 1_700_000_000)


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(FILES):
        folder = source / f"folder-{number // 8}" / "deeper"
        folder.mkdir(exist_ok=True, parents=True)
        write(folder / f"file-{number}", number)
    return source


def write(path: Path, seed: int) -> None:
    path.write_bytes(random_bytes(seed, SIZE))
    os.utime(path, LONG_AGO)


def answers(computer: Computer, top: Path) -> dict[str, FileAnswer]:
    source = Source("here", "id", computer.folder)
    pages = file_pages(source, os.fsencode(top), frozenset(FileState), computer.clock)
    return {
        os.fsdecode(os.path.relpath(f.path, bytes(top))): f for page in pages for f in page.files
    }


def in_state(computer: Computer, top: Path, state: FileState) -> set[str]:
    with computer.manifest() as manifest:
        assert_counted(manifest)
    return {name for name, one in answers(computer, top).items() if one.state is state}


def held(computer: Computer, top: Path) -> set[str]:
    """The files of which a listed snapshot holds what was last read of them."""
    found: set[str] = set()
    with computer.manifest() as manifest:
        for snapshot in computer.snapshots():
            for path, node in nodes_of(computer, snapshot, top).items():
                row = manifest.entry_at(os.path.join(bytes(top), path))
                if row is not None and row.content == b"".join(node.content or ()):
                    found.add(os.fsdecode(path))
    return found


def test_what_the_checkpoint_of_a_first_backup_holds_is_safe_and_the_rest_waits(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files, after=14)
    the_checkpoint(computer)
    safe = in_state(computer, files, FileState.SAFE)
    assert safe == held(computer, files)
    assert FILES / 8 < len(safe) < FILES
    assert in_state(computer, files, FileState.WAITING) == answers(computer, files).keys() - safe
    with computer.manifest() as manifest:
        run = manifest.runs()[0]
    for name in safe:
        one = answers(computer, files)[name]
        assert one.safe_since is not None
        assert one.looked_at is not None
        assert run.started // 1000 / 1e6 <= one.looked_at.timestamp() < one.safe_since.timestamp()


def test_when_it_is_found_gone_they_wait_again_at_once(computer: Computer, files: Path) -> None:
    cut_short(computer, files, after=14)
    computer.open().delete_snapshot(the_checkpoint(computer)[0])
    assert in_state(computer, files, FileState.SAFE)
    with computer.session():
        pass  # the storage is looked at
    assert in_state(computer, files, FileState.SAFE) == set()
    computer.backup(files, tuning=SMALL_PACKS)
    assert len(in_state(computer, files, FileState.SAFE)) == FILES


def test_a_run_that_goes_on_takes_nothing_back(computer: Computer, files: Path) -> None:
    cut_short(computer, files, after=12)
    before = in_state(computer, files, FileState.SAFE)
    assert before
    slow = SlowStorage(computer, seconds=300)
    wrong: list[object] = []

    def look(packs: int) -> None:
        safe = in_state(computer, files, FileState.SAFE)
        if not before <= safe:
            wrong.append((packs, before - safe))
        with contextlib.suppress(SnapshotMissing):  # it has just been replaced
            if packs % 3 == 0 and not safe <= held(computer, files):
                wrong.append((packs, safe - held(computer, files)))

    slow.after = look
    done = computer.backup(files, storage=slow, tuning=SMALL_PACKS).summary
    assert wrong == []
    assert slow.packs > 3
    assert done.files_safe >= len(before)
    assert (done.files_new, done.files_changed) == (FILES, 0)
    assert in_state(computer, files, FileState.SAFE) == held(computer, files)
    assert len(held(computer, files)) == FILES
    again = computer.backup(files).summary
    assert (again.files_new, again.files_unmodified, again.bytes_read) == (0, FILES, 0)


def test_what_was_on_its_way_at_one_checkpoint_is_in_the_next(
    computer: Computer, files: Path
) -> None:
    """Folders of which something was read and not yet acknowledged are looked at again, although
    nothing in them has changed since."""
    slow = cut_short(computer, files, after=14)
    assert len([name for name, put in slow.of_snapshots() if put]) >= 3
    with computer.manifest() as manifest:
        stored = set()
        for path in files.rglob("file-*"):
            row = manifest.entry_at(bytes(path))
            ids = [] if row is None else blob_ids(row.content)
            if ids and len(manifest.blobs.known(BlobType.DATA, ids)) == len(ids):
                stored.add(str(path.relative_to(files)))
    assert len(stored) > FILES / 2
    assert held(computer, files) == stored
    assert in_state(computer, files, FileState.SAFE) == stored


def test_a_folder_that_is_gone_is_not_safe_by_the_checkpoint_that_lacks_it(
    computer: Computer, files: Path
) -> None:
    slow = SlowStorage(computer)
    slow.fails_after = 14
    gone: list[str] = []

    def remove(_: int) -> None:
        safe = set() if gone else in_state(computer, files, FileState.SAFE)
        for name in sorted({name.partition("/")[0] for name in safe})[:1]:
            shutil.rmtree(files / name)
            gone.append(name)

    slow.after = remove
    with pytest.raises(StorageFault):
        computer.backup(files, storage=slow, tuning=SMALL_PACKS)
    [name] = gone
    safe = in_state(computer, files, FileState.SAFE)
    assert safe
    assert not [one for one in safe if one.startswith(name)]
    assert safe == held(computer, files)


def test_what_changed_since_is_not_safe_once_the_next_one_lacks_it(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files, after=14)
    gone, moved, *rest = sorted(in_state(computer, files, FileState.SAFE))
    changed, same = rest[:-5], rest[-5:]
    (files / gone).unlink()
    (files / moved).rename(files / moved.replace("file", "moved"))
    for number, name in enumerate(changed):
        write(files / name, 1000 + number)
    for number in range(8):
        write(files / f"folder-{number}" / "deeper" / "another", 2000 + number)
    cut_short(computer, files, after=4, seconds=400)
    assert the_checkpoint(computer)
    now = in_state(computer, files, FileState.SAFE)
    assert now <= held(computer, files)
    assert set(same) <= now
    assert set(changed) - now


def test_a_set_that_overlaps_vouches_for_its_own_only(computer: Computer, files: Path) -> None:
    cut_short(computer, files, after=10)
    inner = files / "folder-0"
    cut_short(computer, request(inner, files / "folder-7"), after=2, seconds=700)
    assert len(computer.snapshots()) == 2
    for name in list(computer.snapshots()):
        assert in_state(computer, files, FileState.SAFE) <= held(computer, files)
        computer.open().delete_snapshot(name)
        with computer.session():
            pass
    assert in_state(computer, files, FileState.SAFE) == set()


def test_a_checkpoint_after_one_that_would_have_been_empty_says_what_it_holds(
    computer: Computer, files: Path
) -> None:
    """Nothing was stored yet when the first was due."""

    class Late(RecordingStorage):
        def __init__(self) -> None:
            super().__init__(computer.storage)
            self.passed = 0
            self.looks = 0
            self.looked = threading.Event()

        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            if threading.current_thread().name.startswith("upload"):
                while not self.passed and self.looks < 3:  # by then the first is over
                    computer.clock.advance(700)
                    self.looked.wait(0.1)
                    self.looked.clear()
                if self.passed == 2:
                    raise StorageFault
                self.passed += 1
            super().put(key, data, overwrite=overwrite, meter=meter)

        def list(self, prefix: str) -> Iterator[ObjectInfo]:
            yield from super().list(prefix)
            if prefix == "index/":  # as at the beginning, and before each checkpoint
                self.looks += 1
                self.looked.set()

    with pytest.raises(StorageFault):
        computer.backup(files / "folder-0", storage=Late(), tuning=SMALL_PACKS)
    safe = in_state(computer, files, FileState.SAFE)
    assert safe == held(computer, files)
    assert safe


def test_what_a_complete_backup_of_more_holds_stays_safe_when_the_checkpoint_goes(
    computer: Computer, files: Path
) -> None:
    cut_short(computer, files / "folder-0", after=2, seconds=700)
    assert in_state(computer, files, FileState.SAFE)
    computer.backup(files, tuning=SMALL_PACKS)
    assert [one.is_checkpoint for one in computer.snapshots().values()] == [False]
    with computer.session():
        pass  # the storage is looked at
    assert len(in_state(computer, files, FileState.SAFE)) == FILES


def test_what_is_read_and_not_acknowledged_is_in_no_checkpoint(
    computer: Computer, files: Path
) -> None:
    """The line stands still with packs on it while a checkpoint is written."""

    class Stuck(RecordingStorage):
        def __init__(self) -> None:
            super().__init__(computer.storage)
            self.passed = 0
            self.saved = threading.Event()

        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            if threading.current_thread().name.startswith("upload"):
                if self.passed >= 5:
                    computer.clock.advance(700)
                    assert self.saved.wait(60)
                    raise StorageFault
                self.passed += 1
            super().put(key, data, overwrite=overwrite, meter=meter)
            if key.startswith("snapshots/"):
                self.saved.set()

    stuck = Stuck()
    with pytest.raises(StorageFault):
        computer.backup(files, storage=stuck, tuning=SMALL_PACKS)
    assert stuck.saved.is_set()
    with computer.manifest() as manifest:
        assert [run.state for run in manifest.runs()] == [RunState.FAILED]
        read = sum(
            entry.content is not None
            for number in range(FILES // 8)
            for folder in [manifest.find_folder(bytes(files / f"folder-{number}" / "deeper"))]
            if folder is not None
            for entry in manifest.entries_of(folder).values()
        )
    [snapshot] = computer.snapshots().values()
    assert CHECKPOINT in snapshot.tags
    assert in_state(computer, files, FileState.SAFE) == held(computer, files)
    assert 0 < len(held(computer, files)) < read
