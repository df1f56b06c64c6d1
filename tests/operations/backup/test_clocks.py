"""Clocks that are wrong, jump or stand still: nothing is lost by them, and locks hold."""

from __future__ import annotations

import abc
from pathlib import Path

import pytest

from backupclient.errors import LockLost
from backupclient.events import Event, NoticeCode, Progress
from backupclient.operations.session import LockMode
from backupclient.repository.found_locks import held_here
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.backup.test_resume import SMALL_PACKS
from tests.operations.backup.test_walk_history import prune
from tests.operations.computer import Computer, TickingClock, an_hour_ahead
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

HOURS = 3600.0


@pytest.fixture
def clock() -> ManualClock:
    return TickingClock(an_hour_ahead(), step=0.2)


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(24):
        (source / f"in-{number % 4}").mkdir(exist_ok=True)
        (source / f"in-{number % 4}" / f"f-{number}").write_bytes(random_bytes(number, 200_000))
    return source


def change(files: Path) -> None:
    for number in range(4):
        (files / f"in-{number}" / f"f-{number}").write_bytes(random_bytes(100 + number, 200_000))


class Once(abc.ABC):
    """Does something at the first progress after a pack has arrived."""

    def __init__(self, computer: Computer) -> None:
        self.computer = computer
        self.done = False
        computer.on_event = self._take

    def _take(self, event: Event) -> None:
        if not self.done and isinstance(event, Progress) and event.uploaded_bytes:
            self.done = True
            self.happen()

    @abc.abstractmethod
    def happen(self) -> None: ...


class Sleep(Once):
    """The computer sleeps for hours; its monotonic clock stands still. `removed`: somebody
    removes its lock meanwhile, and prunes."""

    removed = False
    hours = 8.0

    def happen(self) -> None:
        self.computer.clock.jump(self.hours * HOURS)
        if self.removed:
            repository = self.computer.open()
            for info in list(self.computer.storage.list("locks/")):
                repository.storage.delete(info.key)
            prune(self.computer, repository)


class SetClock(Once):
    hours = 0.0

    def happen(self) -> None:
        self.computer.clock.jump(self.hours * HOURS)


def test_a_sleep_in_mid_run_costs_nothing(computer: Computer, files: Path) -> None:
    nap = Sleep(computer)
    done = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS)
    assert nap.done
    assert differences(computer, done.summary.snapshot_id, files) == set()


@pytest.mark.parametrize("hours", [8.0, 0.0], ids=["asleep", "by force"])
def test_a_run_whose_lock_was_removed_ends_and_loses_nothing(
    computer: Computer, files: Path, hours: float
) -> None:
    first = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS).summary
    change(files)
    nap = Sleep(computer)
    nap.removed = True
    nap.hours = hours
    before = computer.snapshots().keys()
    with pytest.raises(LockLost):
        computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS)
    assert nap.done
    assert computer.snapshots().keys() == before == {first.snapshot_id}
    held_here.clear()
    last = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS).summary
    assert differences(computer, last.snapshot_id, files) == set()


@pytest.mark.parametrize("hours", [-24 * 365.0, -2.0, 2.0])
def test_a_clock_that_is_set_in_mid_run_costs_nothing(
    computer: Computer, files: Path, hours: float
) -> None:
    setting = SetClock(computer)
    setting.hours = hours
    done = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS).summary
    assert setting.done
    assert differences(computer, done.snapshot_id, files) == set()
    change(files)
    again = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS).summary
    assert differences(computer, again.snapshot_id, files) == set()
    # Nothing is sent twice, whatever the times say of what must be read again.
    assert again.data_blobs == 4


@pytest.mark.parametrize("ours", [-2.0, 0.0, 2.0])
@pytest.mark.parametrize("theirs", [-2.0, 0.0, 2.0])
def test_computers_whose_clocks_differ_respect_each_other(
    computer: Computer, files: Path, tmp_path: Path, ours: float, theirs: float
) -> None:
    """By two hours each way from the storage's, which is more than a lock lives."""
    clock = ManualClock(an_hour_ahead())
    clock.jump(theirs * HOURS)
    computer.clock.jump(ours * HOURS)
    storage = computer.storage
    assert isinstance(storage, MemoryStorage)
    other = Computer(storage, tmp_path / "other", clock)
    with other.session(mode=LockMode.SHARED) as session:
        [lock] = [key for key in storage.objects if key.startswith("locks/")]
        held_here.clear()  # as if it were another process
        done = computer.backup(files, mode=LockMode.SHARED, tuning=SMALL_PACKS).summary
        assert lock in storage.objects
        session.check_lock()
    assert differences(computer, done.snapshot_id, files) == set()


@pytest.mark.parametrize(("minutes", "told"), [(-4, False), (-10, True), (-600, True), (10, False)])
def test_a_clock_set_back_since_the_last_run_is_told(
    computer: Computer, files: Path, minutes: int, told: bool
) -> None:
    computer.backup(files)
    computer.clock.jump(minutes * 60 - 60)
    change(files)
    done = computer.backup(files)
    assert (NoticeCode.CLOCK_JUMPED in done.notices) is told
    assert differences(computer, done.summary.snapshot_id, files) == set()
    computer.clock.jump(86_400)
    assert NoticeCode.CLOCK_JUMPED not in computer.backup(files).notices
