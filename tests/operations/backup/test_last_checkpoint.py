"""A backup that cannot go on leaves a checkpoint, if there is room for one, and holds up nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import (
    BackupError,
    Cancelled,
    SourceUnavailable,
    StorageFault,
    StorageFull,
    StorageUnreachable,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, Storage
from tests.operations.backup.test_checkpoint import SMALL_PACKS, is_part_of, the_checkpoint
from tests.operations.computer import Computer
from tests.operations.judge import restored
from tests.repository.restic import Restic
from tests.storage.faults import RecordingStorage
from tests.trees import random_bytes

SIZE = 300_000
FILES = 40


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(FILES):
        folder = source / f"folder-{number // 8}"
        folder.mkdir(exist_ok=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, SIZE))
    return source


class Ending(RecordingStorage):
    """After so many packs it fails with `error`: at every put, or at large ones only."""

    def __init__(self, inner: Storage, after: int, error: BackupError, *, large: bool) -> None:
        super().__init__(inner)
        self._left = after
        self._error = error
        self._large = large
        self._lock = threading.Lock()

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        with self._lock:
            large = memoryview(data).nbytes > 1 << 19
            self._left -= large
            if self._left < 0 and (large or not self._large):
                raise self._error
        super().put(key, data, overwrite=overwrite, meter=meter)


@pytest.mark.needs_restic
@pytest.mark.parametrize("error", [StorageFull(), StorageFault()], ids=["full", "given up"])
def test_what_was_sent_before_the_end_can_be_restored(
    computer: Computer, files: Path, restic: Restic, error: BackupError
) -> None:
    ending = Ending(computer.storage, 6, error, large=True)
    with pytest.raises(type(error)):
        computer.backup(files, storage=ending, tuning=SMALL_PACKS)
    name, _ = the_checkpoint(computer)
    restic("check", "--read-data")
    assert is_part_of(restored(restic, name, files), files) >= 10


def test_a_storage_that_takes_nothing_at_all_gets_none(computer: Computer, files: Path) -> None:
    ending = Ending(computer.storage, 6, StorageFull(), large=False)
    with pytest.raises(StorageFull):
        computer.backup(files, storage=ending, tuning=SMALL_PACKS)
    assert computer.snapshots() == {}


class Pulling(RecordingStorage):
    """Somebody pulls out the drive while a pack is on its way."""

    def __init__(self, inner: Storage, drive: Path, after: int) -> None:
        super().__init__(inner)
        self._drive = drive
        self._left = after

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        super().put(key, data, overwrite=overwrite, meter=meter)
        self._left -= 1
        if not self._left:
            self._drive.rename(self._drive.with_name("in the hand"))


def test_a_drive_that_is_pulled_out_costs_nothing_that_was_sent(
    computer: Computer, files: Path
) -> None:
    pulling = Pulling(computer.storage, files, after=6)
    with pytest.raises(SourceUnavailable):
        computer.backup(files, storage=pulling, tuning=SMALL_PACKS)
    assert computer.snapshots() == {}  # what cannot be looked at is in none
    files.with_name("in the hand").rename(files)
    summary = computer.backup(files, tuning=SMALL_PACKS).summary
    assert summary.bytes_read < FILES * SIZE - (5 << 20)


class Cut(RecordingStorage):
    """After so many packs somebody stops the job, and the line is cut: nothing is answered until
    the system would notice it."""

    def __init__(self, inner: Storage, after: int, stop: Callable[[], None]) -> None:
        super().__init__(inner)
        self._left = after
        self._stop = stop
        self.noticed = threading.Event()

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        self._hang()
        super().put(key, data, overwrite=overwrite, meter=meter)
        self._left -= 1
        if not self._left:
            self._stop()

    def stat(self, key: str) -> ObjectInfo:
        self._hang()
        return super().stat(key)

    def _hang(self) -> None:
        if self._left <= 0:
            self.noticed.wait(60)
            raise StorageUnreachable(reason="connect-timeout")


def test_a_stop_is_not_held_up_by_a_line_that_was_just_cut(computer: Computer, files: Path) -> None:
    control = Control(computer.clock)
    cut = Cut(computer.storage, 6, control.stop)
    clock = SystemClock()
    began = clock.monotonic()
    with pytest.raises(Cancelled):
        computer.backup(files, storage=cut, control=control, tuning=SMALL_PACKS)
    assert clock.monotonic() - began < 50
    cut.noticed.set()
    assert computer.snapshots() == {}
    assert computer.backup(files, tuning=SMALL_PACKS).summary.bytes_safe > 0
