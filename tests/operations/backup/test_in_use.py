"""Another program holds a file so that nobody else may read it: by a file lease, as on Linux."""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.events import Reason
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes


class Held:
    """Files that nobody else may read. `left`: given back when somebody has waited so often."""

    def __init__(self) -> None:
        self._files: list[int] = []
        self.left = 1 << 30

    def take(self, path: Path) -> None:
        file = os.open(path, os.O_RDWR)
        self._files.append(file)
        fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)

    def give_back(self) -> None:
        while self._files:
            os.close(self._files.pop())


class LatelyFree(ManualClock):
    def __init__(self, held: Held) -> None:
        super().__init__(an_hour_ahead())
        self._held = held

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self._held.left -= 1
        if not self._held.left:
            self._held.give_back()
        return super().wait(event, seconds)


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    told = signal.signal(signal.SIGIO, lambda *_: None)  # that somebody wants the file
    try:
        yield held
    finally:
        held.give_back()
        signal.signal(signal.SIGIO, told)


@pytest.fixture
def clock(held: Held) -> LatelyFree:
    return LatelyFree(held)


@pytest.fixture
def storage(clock: LatelyFree) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def files(source: Path) -> list[Path]:
    """A small one and one of several chunks."""
    (source / "beside").write_text("nobody uses this")
    (source / "below").mkdir()
    files = [source / "below" / "small", source / "large"]
    for path, size in zip(files, (5000, 3 << 20), strict=True):
        path.write_bytes(random_bytes(size, size))
    return files


def test_what_is_let_go_of_within_two_seconds_is_no_problem(
    computer: Computer, source: Path, held: Held, files: list[Path]
) -> None:
    for path in files:
        held.take(path)
        with contextlib.suppress(BlockingIOError):
            os.close(os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            pytest.fail("this file system has no leases")
    held.left = 3
    done = computer.backup(source)
    assert done.problems == []
    assert done.summary.files_new == done.summary.total_files_processed == 3
    # What lies in more than one blob is told apart by name alone.
    assert differences(computer, done.summary.snapshot_id, source) <= {"large"}


def test_what_stays_in_use_is_a_problem_once_and_keeps_its_last_version(
    computer: Computer, source: Path, held: Held, files: list[Path]
) -> None:
    before = computer.backup(source)
    for path in files:
        path.write_bytes(random_bytes(1, 2 * path.stat().st_size))
        held.take(path)
    (source / "beside").write_text("changed")
    done = computer.backup(source)
    assert sorted((Path(one.path), one.reason) for one in done.problems) == [
        (path, Reason.LOCKED) for path in files
    ]
    assert done.summary.files_changed == 1
    assert done.summary.total_bytes_processed < before.summary.total_bytes_processed
    held.give_back()
    after = computer.backup(source)
    assert after.problems == []
    assert after.summary.files_changed == 2
