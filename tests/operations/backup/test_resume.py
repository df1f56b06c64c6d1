"""A run that was cut short: the next one goes on where it stopped."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFault
from backupclient.events import BackupSummary, Noticed, Phase, Progress
from backupclient.operations.backup.run import Tuning, run_backup
from backupclient.operations.session import Session
from backupclient.repository.blob import BlobType
from backupclient.repository.layout import pack_key
from backupclient.repository.pack import PackBuilder, PackEntry, parse_header
from backupclient.storage.base import FREE, Data, Meter, Storage
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.judge import holds
from tests.operations.stored import nodes_of
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


def located(session: Session, blob_id: bytes) -> tuple[str, PackEntry]:
    location = session.manifest.blobs.locate(BlobType.DATA, blob_id)
    assert location is not None
    pack, offset, length, raw_length = location
    return pack, PackEntry(blob_id, BlobType.DATA, offset, length, raw_length)


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


def test_packs_that_arrived_without_anybody_noting_it_are_not_sent_again(
    computer: Computer, files: Path
) -> None:
    """As when the computer loses power in the moment in which the storage acknowledges them."""
    before = break_off(computer, files, after=8)
    with computer.manifest() as manifest, manifest.transaction():
        for row in manifest.blobs.unindexed_packs()[-3:]:
            manifest.blobs.drop_pack(row.no)
    recording = RecordingStorage(computer.storage)
    computer.backup(files, storage=recording, tuning=SMALL_PACKS)
    assert before > 7 << 20
    assert before + sent_bytes(recording) < TOTAL * 1.05


@pytest.mark.parametrize("harm", [b"", b"x" * 100_000], ids=["empty", "garbage"])
def test_a_stray_that_is_not_what_its_name_says_is_not_counted_on(
    computer: Computer, files: Path, restic: Restic, harm: bytes
) -> None:
    break_off(computer, files, after=8)
    with computer.manifest() as manifest, manifest.transaction():
        row = manifest.blobs.unindexed_packs()[-1]
        manifest.blobs.drop_pack(row.no)
    whole = computer.storage.get(pack_key(row.name))
    computer.storage.put(
        pack_key(row.name), harm + whole[len(harm) :] if harm else b"", overwrite=True
    )
    done = computer.backup(files, tuning=SMALL_PACKS)
    # What is left of it is of no use to anybody.
    computer.storage.delete(pack_key(row.name))
    holds(restic, done.summary.snapshot_id, files, tidy=False)


# --- the spool ------------------------------------------------------------------------------------


class StuckLine(RecordingStorage):
    """Takes `packs` packs, then nothing more; fails once `enough` says so."""

    def __init__(self, inner: Storage, packs: int, enough: Callable[[], bool]) -> None:
        super().__init__(inner)
        self._packs = packs
        self._enough = enough

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if key.startswith("data/"):
            if not self._packs:
                for _ in range(400):
                    if self._enough():
                        break
                    time.sleep(0.05)
                raise StorageFault
            self._packs -= 1
        super().put(key, data, overwrite=overwrite, meter=meter)


def slow_backup(computer: Computer, files: Path, storage: Storage) -> BackupSummary:
    computer.clock.advance(60)
    with computer.session(storage=storage) as session:
        session.upload_limit = lambda: 1e6
        return run_backup(session, request(files), SMALL_PACKS)


def spooled(computer: Computer) -> list[Path]:
    return sorted((computer.folder / "spool").glob("*"))


def leave_packs_in_the_spool(computer: Computer, files: Path) -> int:
    """A run over a slow line that breaks; returns how many bytes it had read and kept safe."""
    line = StuckLine(computer.storage, 2, lambda: len(spooled(computer)) >= 8)
    with pytest.raises(StorageFault):
        slow_backup(computer, files, line)
    assert len(spooled(computer)) >= 8
    return sent_bytes(line) + sum(path.stat().st_size for path in spooled(computer))


@pytest.mark.needs_restic
def test_what_lies_in_the_spool_is_sent_without_reading_it_again(
    computer: Computer, files: Path, restic: Restic
) -> None:
    kept = leave_packs_in_the_spool(computer, files)
    waiting = sum(path.stat().st_size for path in spooled(computer))
    recording = RecordingStorage(computer.storage)
    summary = slow_backup(computer, files, recording)
    assert kept > 9 << 20
    # What was read before and is sent now was not safe yet.
    assert waiting * 0.98 < summary.data_added_packed <= summary.bytes_uploaded
    packs = [change for change in recording.changes if change.key.startswith("data/")]
    assert summary.bytes_uploaded == sum(len(change.body or b"") for change in packs)
    assert summary.bytes_safe <= summary.total_bytes_processed - waiting * 0.98
    shown = [event for event in computer.events if isinstance(event, Progress)]
    assert max(event.bytes_safe for event in shown) == summary.bytes_safe
    assert shown[-1].bytes_safe + shown[-1].bytes_sent == summary.total_bytes_processed
    assert summary.bytes_read <= TOTAL - kept * 0.98
    assert spooled(computer) == []
    holds(restic, summary.snapshot_id, files, tidy=False)


def twins(computer: Computer) -> None:
    """Beside each pack in the spool another one with the same blobs, as a second job that read the
    same files would have left it."""
    repository = computer.open()
    for path in spooled(computer):
        data = path.read_bytes()
        builder = PackBuilder(BlobType.DATA, len(data) + 4096)
        for entry in parse_header(len(data), data, repository.sealer):
            sealed = data[entry.offset : entry.offset + entry.length]
            plain = repository.codec.decode(sealed, entry.uncompressed_length)
            builder.append(repository.codec.encode(BlobType.DATA, plain))
        pack = builder.finish(repository.sealer)
        path.with_name(pack.name).write_bytes(pack.data)


def test_of_two_packs_in_the_spool_with_the_same_in_them_one_is_sent(
    computer: Computer, files: Path
) -> None:
    leave_packs_in_the_spool(computer, files)
    before = len(spooled(computer))
    twins(computer)
    assert len(spooled(computer)) == 2 * before
    slow_backup(computer, files, computer.storage)
    assert spooled(computer) == []
    assert sum(info.size for info in computer.storage.list("data/")) < TOTAL * 1.02


@pytest.mark.needs_restic
def test_what_is_damaged_in_the_spool_is_read_again(
    computer: Computer, files: Path, restic: Restic
) -> None:
    leave_packs_in_the_spool(computer, files)
    for number, path in enumerate(spooled(computer)):
        data = bytearray(path.read_bytes())
        if number % 3 == 0:
            data[len(data) // 2] ^= 1
        elif number % 3 == 1:
            del data[len(data) // 2 :]
        path.write_bytes(data)
    summary = slow_backup(computer, files, computer.storage)
    assert spooled(computer) == []
    holds(restic, summary.snapshot_id, files, tidy=False)


def test_what_nobody_wants_any_more_is_not_sent(computer: Computer, files: Path) -> None:
    leave_packs_in_the_spool(computer, files)
    computer.lose_manifest()
    recording = RecordingStorage(computer.storage)
    computer.backup(files, storage=recording, tuning=SMALL_PACKS)
    assert spooled(computer) == []
    assert sent_bytes(recording) < TOTAL * 1.05


def test_a_quick_line_needs_no_spool(computer: Computer, files: Path) -> None:
    computer.backup(files, tuning=SMALL_PACKS)
    assert not (computer.folder / "spool").exists()


# --- inside a large file --------------------------------------------------------------------------

LARGE = 40 << 20


@pytest.fixture
def large_file(source: Path) -> Path:
    (source / "large").write_bytes(random_bytes(3, LARGE))
    return source


def test_a_large_file_is_gone_on_with_where_a_run_was_cut_short(
    computer: Computer, large_file: Path
) -> None:
    before = break_off(computer, large_file, after=9)
    recording = RecordingStorage(computer.storage)
    outcome = computer.backup(large_file, storage=recording, tuning=SMALL_PACKS)
    assert before > 8 << 20
    assert before + sent_bytes(recording) < LARGE * 1.02
    assert outcome.summary.bytes_read <= LARGE - before + (1 << 18)
    assert outcome.summary.bytes_safe + outcome.summary.bytes_read == LARGE
    assert "went-on" in outcome.notices
    with computer.manifest() as manifest:
        assert manifest.unfinished.all() == {}


@pytest.mark.needs_restic
def test_a_large_file_that_took_many_runs_is_whole_and_each_byte_was_read_once(
    computer: Computer, large_file: Path, restic: Restic
) -> None:
    sent = 0
    for runs in range(40):
        recording = RecordingStorage(computer.storage)
        fault = Fault(FaultKind.ERROR_BEFORE, at=5, calls=1000, method=Method.PUT)
        try:
            done = computer.backup(
                large_file, storage=FaultyStorage(recording, [fault]), tuning=SMALL_PACKS
            )
        except StorageFault:
            sent += sent_bytes(recording)
            continue
        assert runs > 4
        assert sent + sent_bytes(recording) < LARGE * 1.05
        assert done.summary.bytes_read < 12 << 20
        holds(restic, done.summary.snapshot_id, large_file, tidy=False)
        return
    pytest.fail("it never completed")


def test_a_large_file_that_changed_meanwhile_is_read_from_its_start(
    computer: Computer, large_file: Path
) -> None:
    break_off(computer, large_file, after=9)
    (large_file / "large").write_bytes(data := random_bytes(4, LARGE))
    summary = computer.backup(large_file, tuning=SMALL_PACKS).summary
    assert summary.bytes_read == len(data)
    assert summary.bytes_safe == 0


def test_of_a_large_file_whose_packs_somebody_pruned_those_are_sent_again(
    computer: Computer, large_file: Path
) -> None:
    break_off(computer, large_file, after=9)
    packs = [info.key for info in computer.storage.list("data/")]
    for key in packs[::2]:
        computer.storage.delete(key)
    summary = computer.backup(large_file, tuning=SMALL_PACKS).summary
    nodes = nodes_of(computer, summary.snapshot_id, large_file)
    assert nodes[b"large"].size == LARGE
    with computer.session() as session:
        parts = [
            session.repository.load_blob(*located(session, blob_id))
            for blob_id in nodes[b"large"].content or ()
        ]
    assert b"".join(parts) == (large_file / "large").read_bytes()


def test_a_run_that_goes_on_shows_what_is_safe_from_its_start(
    computer: Computer, files: Path, large_file: Path
) -> None:
    before = break_off(computer, files, after=20)
    outcome = computer.backup(files, tuning=SMALL_PACKS)
    shown = [event for event in outcome.events if isinstance(event, Progress)]
    uploading = [event for event in shown if event.phase is Phase.UPLOADING]
    assert uploading[0].bytes_safe > before * 0.8
    assert uploading[0].bytes_total == TOTAL + LARGE
    done = [event.bytes_safe + event.bytes_sent for event in uploading]
    assert done == sorted(done)
    assert done[-1] <= TOTAL + LARGE
    [noticed] = [event for event in outcome.events if isinstance(event, Noticed)]
    assert noticed.facts["safe_bytes"] == uploading[0].bytes_safe
    assert outcome.summary.went_on_from is not None
    assert outcome.summary.bytes_safe + outcome.summary.bytes_read == TOTAL + LARGE


def test_a_first_run_and_one_after_a_complete_one_go_on_from_nothing(
    computer: Computer, files: Path
) -> None:
    for _ in range(2):
        outcome = computer.backup(files, tuning=SMALL_PACKS)
        assert outcome.notices == []
        assert outcome.summary.went_on_from is None


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
