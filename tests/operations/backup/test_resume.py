"""A run that was cut short: the next one goes on where it stopped."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFault
from backupclient.operations.backup.run import Tuning
from backupclient.storage.base import FREE, Data, Meter
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.judge import holds
from tests.repository.restic import Restic
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method, RecordingStorage
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1 << 20)
SIZE = 300_000
FILES = 48
TOTAL = SIZE * FILES


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(FILES):
        folder = source / f"folder-{number // 8}"
        folder.mkdir(exist_ok=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, SIZE))
    return source


def sent_bytes(recording: RecordingStorage) -> int:
    return sum(len(change.body or b"") for change in recording.changes)


def break_off(computer: Computer, files: Path, after: int) -> int:
    """The storage fails for good after so many puts; returns how many bytes it took."""
    recording = RecordingStorage(computer.storage)
    fault = Fault(FaultKind.ERROR_BEFORE, at=after + 1, calls=1000, method=Method.PUT)
    with pytest.raises(StorageFault):
        computer.backup(files, storage=FaultyStorage(recording, [fault]), tuning=SMALL_PACKS)
    return sent_bytes(recording)


def test_packs_that_a_failed_run_sent_are_not_sent_again(computer: Computer, files: Path) -> None:
    before = break_off(computer, files, after=5)
    recording = RecordingStorage(computer.storage)
    computer.backup(files, storage=recording, tuning=SMALL_PACKS)
    assert before > 4 << 20
    assert before + sent_bytes(recording) < TOTAL * 1.05


@pytest.mark.parametrize("clock", [TickingClock(an_hour_ahead(), step=3)], ids=["long"])
def test_packs_of_a_failed_run_that_took_long_are_not_sent_again(
    computer: Computer, files: Path
) -> None:
    before = break_off(computer, files, after=5)
    recording = RecordingStorage(computer.storage)
    computer.backup(files, storage=recording, tuning=SMALL_PACKS)
    assert before + sent_bytes(recording) < TOTAL * 1.05


@pytest.mark.parametrize("clock", [TickingClock(an_hour_ahead(), step=3)], ids=["long"])
def test_files_of_folders_that_a_failed_run_had_not_finished_are_not_read_again(
    computer: Computer, files: Path
) -> None:
    before = break_off(computer, files, after=5)
    summary = computer.backup(files, tuning=SMALL_PACKS).summary
    # What lay in packs that were not sent, and the rest of the folder that was being read.
    assert summary.bytes_read <= TOTAL - before + 8 * SIZE


class StoppingStorage(RecordingStorage):
    """The user stops the job while pack number `at` is on its way; it arrives all the same."""

    def __init__(self, inner: FolderStorage, control: Control, at: int) -> None:
        super().__init__(inner)
        self._control = control
        self._at = at
        self._count = 0

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        super().put(key, data, overwrite=overwrite, meter=meter)
        self._count += 1
        if self._count == self._at:
            self._control.stop()


def test_packs_that_had_arrived_when_the_job_was_stopped_are_not_sent_again(
    computer: Computer, files: Path, storage: FolderStorage
) -> None:
    control = Control(computer.clock)
    first = StoppingStorage(storage, control, at=5)
    with pytest.raises(Cancelled):
        computer.backup(files, storage=first, control=control, tuning=SMALL_PACKS)
    second = RecordingStorage(storage)
    computer.backup(files, storage=second, tuning=SMALL_PACKS)
    assert sent_bytes(first) > 4 << 20
    assert sent_bytes(first) + sent_bytes(second) < TOTAL * 1.05


@pytest.mark.needs_restic
def test_after_any_number_of_puts_the_next_run_completes_and_nothing_is_lost(
    computer: Computer, files: Path, restic: Restic
) -> None:
    for after in range(100):
        try:
            fault = Fault(FaultKind.ERROR_BEFORE, at=after + 1, calls=1000, method=Method.PUT)
            faulty = FaultyStorage(computer.storage, [fault])
            done = computer.backup(files, storage=faulty, tuning=SMALL_PACKS)
        except StorageFault:
            restic("check", "--read-data")
            continue
        holds(restic, done.summary.snapshot_id, files, tidy=False)
        return
    pytest.fail("it never completed")


def test_a_dry_run_leaves_neither_an_object_nor_a_row(computer: Computer, files: Path) -> None:
    before = {info.key for info in computer.storage.list("")}
    dry = msgspec.structs.replace(request(files), dry_run=True)
    summary = computer.backup(dry).summary
    assert {info.key for info in computer.storage.list("")} == before
    assert (summary.files_new, summary.total_bytes_processed) == (FILES, TOTAL)
    assert TOTAL <= summary.data_added <= TOTAL * 1.01
    with computer.manifest() as manifest:
        assert manifest.runs() == []
        assert manifest.blobs.count() == 0
        assert manifest.find_folder(bytes(files)) is None
