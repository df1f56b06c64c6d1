"""Too little memory: the backup goes on with less at once, and does nothing twice."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from backupclient.errors import OutOfMemory
from backupclient.events import NoticeCode
from backupclient.manifest.kinds import RunState
from backupclient.operations.backup.run import Tuning
from backupclient.storage.base import FREE, Data, Meter, Storage
from tests.operations.computer import Computer
from tests.operations.judge import holds
from tests.operations.stored import differences
from tests.repository.restic import Restic
from tests.storage.faults import RecordingStorage
from tests.trees import random_bytes

SIZE = 300_000
FILES = 60
TUNING = Tuning(threads=2, processes=0, uploads=2, pack_size=4 << 20)


class Tight(RecordingStorage):
    """What allocates in it meets no memory at the puts of these numbers. Real exhaustion would meet
    whoever else is on this computer."""

    def __init__(self, inner: Storage, *numbers: int) -> None:
        super().__init__(inner)
        self._numbers = numbers
        self._count = 0
        self._lock = threading.Lock()

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if key.startswith("data/"):
            with self._lock:
                self._count += 1
                if self._count in self._numbers:
                    raise MemoryError
        super().put(key, data, overwrite=overwrite, meter=meter)


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(FILES):
        folder = source / f"folder-{number // 8}"
        folder.mkdir(exist_ok=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, SIZE))
    (source / "large").write_bytes(random_bytes(1000, 12 << 20))
    return source


@pytest.mark.needs_restic
def test_it_goes_on_with_less_and_from_where_it_was(
    computer: Computer, files: Path, restic: Restic
) -> None:
    tight = Tight(computer.storage, 3)
    done = computer.backup(files, storage=tight, tuning=TUNING)
    assert done.notices.count(NoticeCode.LESS_AT_ONCE) == 1
    assert done.summary.went_on_from is not None
    assert done.summary.bytes_safe > 4 << 20
    sent = sum(len(change.body or b"") for change in tight.changes)
    assert sent < (FILES * SIZE + (12 << 20)) * 1.05
    holds(restic, done.summary.snapshot_id, files, tidy=False)
    with computer.manifest() as manifest:
        assert [run.state for run in manifest.runs()] == [RunState.COMPLETE, RunState.FAILED]


def test_if_even_the_least_is_too_much_that_is_said_and_what_was_sent_is_kept(
    computer: Computer, files: Path
) -> None:
    tight = Tight(computer.storage, *range(4, 1000))
    with pytest.raises(OutOfMemory):
        computer.backup(files, storage=tight, tuning=TUNING)
    before = sum(len(change.body or b"") for change in tight.changes)
    assert before > 4 << 20
    again = computer.backup(files, tuning=TUNING).summary
    assert again.bytes_read < FILES * SIZE + (12 << 20) - before * 0.9
    assert differences(computer, again.snapshot_id, files / "folder-0") == set()


def test_what_is_less_comes_to_an_end() -> None:
    steps = []
    tuning: Tuning | None = Tuning()
    while tuning is not None:
        steps.append(tuning)
        tuning = tuning.smaller()
    assert len(steps) <= 5
    assert steps[-1] == Tuning(threads=1, processes=0, uploads=1, pack_size=4 << 20)
