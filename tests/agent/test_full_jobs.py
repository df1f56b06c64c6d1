"""When a storage that is full is asked again, and what counts as room."""

from __future__ import annotations

import itertools

import pytest

from backupclient.agent.full_jobs import FullJobs
from backupclient.control import Control
from backupclient.errors import StorageFull, StorageUnreachable
from backupclient.events import BackupSummary, JobState
from backupclient.jobs.job import Job, Task, Turn
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import JobKind, Limits, Outcome
from tests.fakes import ManualClock

MB = 1_000_000
DONE = BackupSummary(snapshot_id="made-up")


class Waiting:
    """A job that waits for room, over a storage that says what the test wants."""

    def __init__(self, clock: ManualClock, reason: str = "") -> None:
        self.clock = clock
        self.takes = False
        self.away = False
        self.asked: list[float] = []
        task = Task(
            kind=JobKind.BACKUP,
            location="/drive",
            subject=("/home",),
            repository="r",
            turn=Turn.WRITES,
            trial=False,
            limits=Limits(),
            run=lambda _, __, ___: DONE,
            has_room=self._has_room,
        )
        self.job = Job(task, clock, patient=True)
        # As by whoever runs it, who goes on waiting.
        self.job.control.wake()
        self.job.wait_for(StorageFull(reason=reason), 60, 1)

    def _has_room(self, _: Control, needed: int) -> bool:
        assert needed == 1
        self.asked.append(self.clock.monotonic())
        if self.away:
            raise StorageUnreachable
        return self.takes


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def look(full: FullJobs, waiting: Waiting, free: int | None = None) -> list[Job]:
    full.look([waiting.job], free)
    return full.with_room(free)


def test_a_storage_is_asked_often_at_first_and_seldom_later(clock: ManualClock) -> None:
    waiting = Waiting(clock)
    full = FullJobs(clock, Control(clock))
    begin = clock.monotonic()
    while clock.monotonic() - begin < 2 * 3600:
        assert look(full, waiting) == []
        left = full.until_next()
        assert left is not None
        clock.advance(left)
    pauses = [(at - begin, after - at) for at, after in itertools.pairwise(waiting.asked)]
    assert {pause for age, pause in pauses if age < 590} == {5}
    assert {pause for age, pause in pauses if 600 <= age < 3570} == {30}
    assert {pause for age, pause in pauses if age >= 3600} == {60}


def test_what_took_nothing_and_takes_a_byte_has_room(clock: ManualClock) -> None:
    waiting = Waiting(clock)
    full = FullJobs(clock, Control(clock))
    assert look(full, waiting) == []
    waiting.away = True
    clock.advance(5)
    assert look(full, waiting) == []
    waiting.away, waiting.takes = False, True
    assert look(full, waiting) == [], "it is not time yet"
    clock.advance(5)
    assert look(full, waiting) == [waiting.job]


def test_what_takes_a_byte_all_along_has_room_once_there_is_clearly_more(
    clock: ManualClock,
) -> None:
    waiting = Waiting(clock)
    waiting.takes = True
    full = FullJobs(clock, Control(clock))
    assert look(full, waiting, free=10 * MB) == []
    clock.advance(5)
    assert look(full, waiting, free=60 * MB) == []
    assert look(full, waiting, free=80 * MB) == [waiting.job]


def test_a_limit_that_was_set_here_is_not_asked_for(clock: ManualClock) -> None:
    waiting = Waiting(clock, reason="own-limit")
    full = FullJobs(clock, Control(clock))
    assert look(full, waiting) == []
    assert full.until_next() is None
    assert waiting.asked == []
    assert full.all() == [waiting.job]


def test_a_backup_that_ended_for_want_of_room_is_asked_for_until_the_next(
    clock: ManualClock,
) -> None:
    waiting = Waiting(clock)
    failure = Failure(code="storage-full")
    waiting.job.end(Outcome(state=JobState.FAILED, failure=failure))
    full = FullJobs(clock, Control(clock))
    full.look([waiting.job], None)
    assert full.all() == [waiting.job]
    newer = Waiting(clock).job
    newer.end(Outcome(state=JobState.DONE, summary=DONE))
    full.look([waiting.job, newer], None)
    assert not full.any
