"""A lock is held by one side at a time, told from a dead one, and given up in time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from backupclient.clock import SystemClock
from backupclient.errors import (
    AccessDenied,
    Cancelled,
    Fact,
    LockLost,
    RepositoryLocked,
    StorageUnreachable,
)
from backupclient.repository.found_locks import find_locks, unlock
from backupclient.repository.layout import FileKind
from backupclient.repository.repository import Repository
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD, ROOT
from tests.repository.locks import BERT, HOURS, MINUTES, Locks
from tests.repository.memory_storage import MemoryStorage

# --- taking it ------------------------------------------------------------------------------------


def test_a_lock_is_an_object_that_others_can_read(locks: Locks) -> None:
    lock = locks.take()
    ((_, found),) = find_locks(locks.repository)
    assert found is not None
    assert (found.hostname, found.username, found.uid, found.gid) == ("laptop", "anna", 1000, 1000)
    assert (found.pid, found.exclusive) == (os.getpid(), False)
    lock.check()
    lock.release()
    assert locks.names == set()
    assert not lock.held


def test_many_may_share_one(locks: Locks) -> None:
    for _ in range(3):
        locks.take().check()
    locks.leave(BERT, exclusive=False)
    locks.take().check()
    assert len(locks.names) == 5


@pytest.mark.parametrize(("mine", "theirs"), [(True, False), (False, True), (True, True)])
def test_an_exclusive_lock_suffers_no_other(locks: Locks, mine: bool, theirs: bool) -> None:
    locks.take(exclusive=theirs)
    with pytest.raises(RepositoryLocked) as caught:
        locks.take(exclusive=mine)
    facts = caught.value.facts
    assert (facts["holder"], facts["exclusive"], facts["pid"]) == (
        "anna@laptop",
        theirs,
        os.getpid(),
    )
    assert len(locks.names) == 1


def test_waiting_ends_when_the_other_is_done(locks: Locks) -> None:
    other = locks.take(exclusive=True)
    told: list[tuple[Fact, float]] = []

    def on_wait(facts: dict[str, Fact], waited: float) -> None:
        told.append((facts["holder"], waited))
        if len(told) == 4:
            other.release()

    lock = locks.new()
    lock.acquire(wait=600, on_wait=on_wait)
    assert lock.held
    assert told == [("anna@laptop", waited) for waited in (0, 5, 15, 35)]


def test_waiting_ends_when_the_time_is_over(locks: Locks) -> None:
    locks.take(exclusive=True)
    before = locks.clock.monotonic()
    with pytest.raises(RepositoryLocked) as caught:
        locks.new().acquire(wait=200)
    assert caught.value.facts["waited_seconds"] == pytest.approx(200)
    assert locks.clock.monotonic() - before == pytest.approx(200)
    assert max(locks.clock.waits) == 60
    assert len(locks.names) == 1


def test_waiting_ends_when_the_job_is_stopped(locks: Locks) -> None:
    locks.take(exclusive=True)
    with pytest.raises(Cancelled):
        locks.new().acquire(wait=600, on_wait=lambda facts, waited: locks.control.stop())
    assert len(locks.names) == 1


class Meeting(MemoryStorage):
    """The moment our lock is stored, another's is there too."""

    theirs: tuple[str, bytes] | None = None

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        super().put(key, data, overwrite=overwrite, meter=meter)
        if self.theirs is not None and key.startswith("locks/"):
            self.add(*self.theirs)
            self.theirs = None


def test_who_began_at_once_learns_of_the_other_before_he_writes(clock: ManualClock) -> None:
    storage = Meeting(clock)
    repository = Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    locks = Locks(repository, clock)
    theirs = locks.leave(BERT)
    key = FileKind.LOCK.key(theirs)
    storage.theirs = (key, storage.objects.pop(key))
    lock = locks.new()
    lock.acquire(at_once=True)
    with pytest.raises(RepositoryLocked) as caught:
        lock.check()
    assert (caught.value.facts["holder"], caught.value.facts["late"]) == ("bert@desktop", True)
    assert locks.names == {theirs}
    with pytest.raises(RepositoryLocked):
        lock.check()
    lock.release()


def test_who_began_at_once_and_is_alone_goes_on(locks: Locks) -> None:
    lock = locks.new()
    lock.acquire(at_once=True)
    lock.check()
    assert lock.held
    assert locks.clock.waits[:1] == [0.2]
    lock.release()
    assert locks.names == set()


def test_a_second_look_that_fails_is_told_before_anything_is_written(clock: ManualClock) -> None:
    storage = OnceListed(clock)
    repository = Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    locks = Locks(repository, clock)
    lock = locks.new()
    storage.listings_left = 1
    lock.acquire(at_once=True)
    with pytest.raises(StorageUnreachable):
        lock.check()
    storage.listings_left = 100
    lock.release()
    assert locks.names == set()


class OnceListed(MemoryStorage):
    """Goes away after so many listings."""

    listings_left = 100

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        if not self.listings_left:
            raise StorageUnreachable
        self.listings_left -= 1
        return super().list(prefix)


def test_two_who_come_at_once_see_each_other(clock: ManualClock) -> None:
    storage = Meeting(clock)
    repository = Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    locks = Locks(repository, clock)
    name = locks.leave(BERT)
    storage.theirs = (f"locks/{name}", storage.objects.pop(f"locks/{name}"))
    with pytest.raises(RepositoryLocked) as caught:
        locks.take()
    assert caught.value.facts["holder"] == "bert@desktop"
    assert locks.names == {name}


def test_a_job_stopped_while_it_takes_the_lock_leaves_none(locks: Locks) -> None:
    locks.control.stop()
    with pytest.raises(Cancelled):
        locks.take()
    assert locks.names == set()


# --- keeping it -----------------------------------------------------------------------------------


def test_it_is_written_anew_every_five_minutes(locks: Locks) -> None:
    lock = locks.take()
    (first,) = locks.names
    locks.clock.advance(4 * MINUTES)
    lock.keep()
    assert locks.names == {first}
    locks.clock.advance(2 * MINUTES)
    lock.keep()
    (second,) = locks.names
    assert second != first
    lock.check()
    lock.release()
    assert locks.names == set()


def test_a_clock_that_was_set_back_does_not_stop_the_refreshing(locks: Locks) -> None:
    lock = locks.take()
    (first,) = locks.names
    locks.clock.jump(-2 * HOURS)
    locks.clock.advance(6 * MINUTES)
    lock.keep()
    assert first not in locks.names
    assert len(locks.names) == 1


@pytest.mark.parametrize("hours", [0.5, 2, 8])
def test_after_sleep_it_goes_on_if_the_lock_is_still_there(locks: Locks, hours: float) -> None:
    lock = locks.take()
    (before,) = locks.names
    locks.clock.jump(hours * HOURS)  # in sleep the monotonic clock may stand still
    lock.check()
    assert before not in locks.names
    assert len(locks.names) == 1
    lock.check()


def test_after_sleep_it_is_lost_if_somebody_removed_it(
    locks: Locks, storage: MemoryStorage
) -> None:
    lock = locks.take()
    storage.writes.clear()
    unlock(locks.repository, locks.clock, BERT, remove_all=True)
    (own,) = locks.names  # not by this process
    locks.repository.delete_file(FileKind.LOCK, own)
    locks.clock.jump(8 * HOURS)
    for _ in range(2):
        with pytest.raises(LockLost):
            lock.check()
    assert storage.writes == [], "a new lock would disturb whoever is alone there now"
    lock.release()
    assert locks.names == set()


class Snatching(MemoryStorage):
    """Somebody removes our lock while we write it anew."""

    armed = False

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if self.armed:
            for lock in self.keys("locks/"):
                del self.objects[lock]
        super().put(key, data, overwrite=overwrite, meter=meter)


def test_it_is_lost_if_it_goes_while_it_is_written_anew(clock: ManualClock) -> None:
    storage = Snatching(clock)
    repository = Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    lock = Locks(repository, clock).take()
    storage.armed = True
    clock.jump(1 * HOURS)
    with pytest.raises(LockLost):
        lock.check()
    assert storage.keys("locks/") == ()
    lock.release()


class Unreachable(MemoryStorage):
    """Answers nothing while it is away."""

    away = False
    away_after_put = False

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if self.away:
            raise StorageUnreachable
        super().put(key, data, overwrite=overwrite, meter=meter)
        self.away = self.away_after_put

    def stat(self, key: str) -> ObjectInfo:
        if self.away:
            raise StorageUnreachable
        return super().stat(key)

    def delete(self, key: str) -> None:
        if self.away:
            raise StorageUnreachable
        super().delete(key)


@pytest.fixture
def far(clock: ManualClock) -> Unreachable:
    return Unreachable(clock)


@pytest.fixture
def far_locks(far: Unreachable, clock: ManualClock) -> Locks:
    return Locks(Repository.create(far, PASSWORD, clock, identity=ANNA, cost=CHEAP), clock)


def test_a_storage_that_is_away_for_a_while_costs_nothing(
    far: Unreachable, far_locks: Locks
) -> None:
    lock = far_locks.take()
    far.away = True
    for _ in range(3):
        far_locks.clock.advance(6 * MINUTES)
        with pytest.raises(StorageUnreachable):
            lock.keep()
        lock.check()
    far.away = False
    far_locks.clock.advance(2 * MINUTES)
    lock.keep()
    far_locks.clock.advance(6 * MINUTES)
    lock.check()
    assert len(far_locks.names) == 1
    lock.release()


def test_a_storage_that_is_away_for_too_long_costs_the_lock(
    far: Unreachable, far_locks: Locks
) -> None:
    lock = far_locks.take()
    far.away = True
    far_locks.clock.advance(23 * MINUTES)
    with pytest.raises(LockLost) as caught:
        lock.check()
    assert isinstance(caught.value.__cause__, StorageUnreachable)
    far.away = False
    with pytest.raises(LockLost):
        lock.check()
    lock.release()
    assert far_locks.names == set()


def test_a_lock_counts_as_written_only_when_the_old_one_was_seen_afterwards(
    far: Unreachable, far_locks: Locks
) -> None:
    lock = far_locks.take()
    far.away_after_put = True
    far_locks.clock.advance(20 * MINUTES)
    with pytest.raises(StorageUnreachable):
        lock.keep()
    far_locks.clock.advance(3 * MINUTES)
    with pytest.raises(LockLost):
        lock.check()
    far.away = far.away_after_put = False
    lock.release()
    assert far_locks.names == set()


def test_release_never_raises(far: Unreachable, far_locks: Locks) -> None:
    lock = far_locks.take()
    far.away = True
    lock.release()
    assert not lock.held
    lock.release()


@pytest.mark.parametrize("stopped", [False, True])
def test_release_waits_for_seconds_alone_where_nothing_answers(
    clock: ManualClock, stopped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if stopped:  # it waits for less
        monkeypatch.setattr("backupclient.repository.lock._RELEASE_SECONDS", 60.0)
    silent = Silent(clock)
    repository = Repository.create(silent, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    locks = Locks(repository, clock)
    lock = locks.take()
    silent.silent = True
    if stopped:
        locks.control.stop()
    watch = SystemClock()
    began = watch.monotonic()
    lock.release()
    assert watch.monotonic() - began < 50
    assert locks.names  # it is still there, but nobody's
    Locks(repository, clock).take(exclusive=True).release()
    assert not locks.names
    silent.answers.set()


class Silent(MemoryStorage):
    """The next request to delete gets no answer, when it is `silent`."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.answers = threading.Event()
        self.silent = False

    def delete(self, key: str) -> None:
        if self.silent:
            self.silent = False
            assert self.answers.wait(60)
            raise StorageUnreachable
        super().delete(key)


def test_a_thread_keeps_it_while_the_job_is_busy(
    locks: Locks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backupclient.repository.lock._POLL_SECONDS", 0.005)
    lock = locks.take()
    (first,) = locks.names
    locks.clock.advance(6 * MINUTES)
    done = threading.Event()
    for _ in range(2000):
        if locks.names and first not in locks.names:
            break
        done.wait(0.005)
    lock.release()
    assert first not in locks.names
    assert "lock" not in {thread.name for thread in threading.enumerate()}


# --- where nothing can be written -----------------------------------------------------------------


def test_reading_needs_no_lock_where_none_can_be_written(
    locks: Locks, storage: MemoryStorage
) -> None:
    storage.read_only = True
    lock = locks.new()
    lock.acquire(optional=True)
    assert not lock.held
    locks.clock.jump(8 * HOURS)
    lock.check()
    lock.release()


def test_writing_needs_one(locks: Locks, storage: MemoryStorage) -> None:
    storage.read_only = True
    with pytest.raises(AccessDenied):
        locks.new().acquire()


def test_even_an_optional_lock_respects_an_exclusive_one(
    locks: Locks, storage: MemoryStorage
) -> None:
    locks.leave(BERT)
    storage.read_only = True
    with pytest.raises(RepositoryLocked):
        locks.new().acquire(optional=True)


# --- the signal -----------------------------------------------------------------------------------


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="this system has no SIGHUP")
def test_a_process_that_ignores_hangups_survives_one() -> None:
    program = (
        "import os, signal; from backupclient.repository.lock import ignore_hangup;"
        "ignore_hangup(); os.kill(os.getpid(), signal.SIGHUP); print('alive')"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=False
    )
    assert done.stdout.strip() == b"alive", done.stderr
