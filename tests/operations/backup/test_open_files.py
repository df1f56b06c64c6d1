"""The system lets no more files be opened for a while: nothing is missed, and no file is blamed."""

from __future__ import annotations

import contextlib
import os
import resource
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.errors import TooManyOpenFiles
from backupclient.events import NoticeCode
from backupclient.operations.backup.run import Tuning
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

TUNING = Tuning(threads=2, processes=0, uploads=1, pack_size=1 << 20)


class Hoard:
    """Takes every file that this process may still open, and gives them back."""

    def __init__(self) -> None:
        self._files: list[int] = []
        self._limits = resource.getrlimit(resource.RLIMIT_NOFILE)

    def take(self) -> None:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, self._limits[1]))
        with contextlib.suppress(OSError):
            while True:
                self._files.append(os.open("/dev/null", os.O_RDONLY))

    def give_back(self) -> None:
        while self._files:
            os.close(self._files.pop())
        resource.setrlimit(resource.RLIMIT_NOFILE, self._limits)


class LatelyFree(ManualClock):
    """The files are given back when somebody has waited for them so often."""

    def __init__(self, hoard: Hoard) -> None:
        super().__init__(an_hour_ahead())
        self._hoard = hoard
        self.left = 1 << 30

    def wait(self, event: threading.Event, seconds: float) -> bool:
        self.left -= 1
        if not self.left:
            self._hoard.give_back()
        return super().wait(event, seconds)


@pytest.fixture
def hoard() -> Iterator[Hoard]:
    hoard = Hoard()
    yield hoard
    hoard.give_back()


@pytest.fixture
def clock(hoard: Hoard) -> LatelyFree:
    return LatelyFree(hoard)


@pytest.fixture
def storage(clock: LatelyFree) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(30):
        folder = source / f"folder-{number // 8}"
        folder.mkdir(exist_ok=True)
        (folder / f"file-{number}").write_bytes(random_bytes(number, 30_000))
    for number in range(4):
        (source / f"large-{number}").write_bytes(random_bytes(100 + number, 600_000))
    return source


class Hoarding:
    """The hoard is taken at the run's `at`th event: while it looks around, or when it begins to
    read."""

    def __init__(self, hoard: Hoard, at: int) -> None:
        self._hoard = hoard
        self._left = at

    def __call__(self, _: object) -> None:
        self._left -= 1
        if not self._left:
            self._hoard.take()


@pytest.mark.parametrize("at", [1, 2])
def test_they_are_tried_again_and_none_is_a_problem(
    computer: Computer, clock: LatelyFree, files: Path, hoard: Hoard, at: int
) -> None:
    computer.backup(files / "folder-0", tuning=TUNING)
    computer.on_event = Hoarding(hoard, at)
    clock.left = 7
    done = computer.backup(files, tuning=TUNING)
    hoard.give_back()
    assert NoticeCode.FEWER_AT_ONCE in done.notices
    assert done.problems == []
    found = differences(computer, done.summary.snapshot_id, files)
    assert found <= {f"large-{number}" for number in range(4)}  # of more than one blob
    assert done.summary.total_files_processed == 34


def test_if_that_goes_on_the_backup_ends_and_says_so(
    computer: Computer, files: Path, hoard: Hoard
) -> None:
    computer.backup(files / "folder-0", tuning=TUNING)
    computer.on_event = Hoarding(hoard, 2)
    with pytest.raises(TooManyOpenFiles):
        computer.backup(files, tuning=TUNING)
    hoard.give_back()
    assert computer.backup(files, tuning=TUNING).problems == []
