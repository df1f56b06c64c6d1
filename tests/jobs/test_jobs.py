"""Jobs whose work is a few lines of the test's own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import msgspec
import pytest

from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import (
    BackupError,
    Cancelled,
    JobMissing,
    LockLost,
    RepositoryLocked,
    StorageFull,
    StorageUnreachable,
    WrongPassword,
)
from backupclient.events import (
    BackupSummary,
    Emit,
    Event,
    FileProblem,
    JobState,
    Phase,
    Progress,
    Reason,
    StateChanged,
    Waiting,
)
from backupclient.jobs.job import Job, Task, Turn
from backupclient.jobs.running import PAUSES, Jobs
from backupclient.storage.throttle import Throttle
from backupclient.wire.jobs import JobInfo, JobKind, Limits, Outcome
from tests.fakes import ManualClock
from tests.patience import PATIENCE

DONE = BackupSummary(snapshot_id="a" * 64)
AT_WORK = Progress(phase=Phase.UPLOADING)
Run = Callable[[Control, Throttle, Emit], BackupSummary]


def task(
    run: Run,
    *,
    repository: str = "r",
    location: str = "",
    turn: Turn = Turn.WRITES,
    has_room: Callable[[Control, int], bool] = lambda _, __: True,
) -> Task:
    return Task(
        kind=JobKind.BACKUP,
        location=location or f"/{repository}",
        subject=("/home",),
        repository=repository,
        turn=turn,
        trial=False,
        limits=Limits(upload=1000),
        run=run,
        has_room=has_room,
    )


def comes_to(job: Job, state: JobState) -> None:
    """Wait until it stands there."""
    never, clock = threading.Event(), SystemClock()
    ends_at = clock.monotonic() + PATIENCE
    while job.state is not state:
        assert clock.monotonic() < ends_at, job.state
        never.wait(0.005)


class Listening:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.outcomes: list[Outcome] = []

    def news(self, job: str, event: Event) -> None:
        self.events.append(event)

    def ended(self, job: str, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    @property
    def states(self) -> list[JobState]:
        return [event.state for event in self.events if isinstance(event, StateChanged)]


def failing(*errors: BackupError | None, at_work: bool = True) -> Run:
    """Ends with each of the errors in turn, and then well."""
    left: Iterator[BackupError | None] = iter(errors)

    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        if at_work:
            emit(AT_WORK)
        if (error := next(left, None)) is not None:
            raise error
        return DONE

    return run


def test_a_job_runs_in_the_thread_that_runs_it_and_returns_what_it_did() -> None:
    jobs, shown = Jobs(ManualClock()), list[Event]()
    threads: list[threading.Thread] = []

    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        threads.append(threading.current_thread())
        assert throttle.up.limit == 1000
        emit(AT_WORK)
        return DONE

    job = jobs.add(task(run), patient=False, show=shown.append)
    assert job.info().state is JobState.QUEUED
    assert jobs.run(job) is DONE
    assert threads == [threading.current_thread()]
    assert shown == [StateChanged(state=JobState.RUNNING), AT_WORK]
    info = job.info()
    assert (info.state, info.progress) == (JobState.DONE, AT_WORK)
    assert info.outcome == Outcome(state=JobState.DONE, summary=DONE)
    assert jobs.active == 0


def test_a_running_job_waits_for_the_storage_until_something_was_stored() -> None:
    clock, waiting = ManualClock(), Waiting(code="storage-unreachable", seconds=30)
    jobs, seen = Jobs(clock), list[JobInfo]()

    def run(_control: Control, _throttle: Throttle, emit: Emit) -> BackupSummary:
        for event in (
            AT_WORK,
            waiting,
            msgspec.structs.replace(AT_WORK, seconds=9, uploaded_bytes=9),
            msgspec.structs.replace(AT_WORK, bytes_sent=AT_WORK.bytes_sent + 1),
        ):
            emit(event)
            seen.append(job.info())
        return DONE

    job = jobs.add(task(run), patient=False)
    jobs.run(job)
    next_try = clock.now() + timedelta(seconds=30)
    assert [(one.state, one.waiting, one.next_try) for one in seen] == [
        (JobState.RUNNING, None, None),
        (JobState.RUNNING, waiting, next_try),
        (JobState.RUNNING, waiting, next_try),
        (JobState.RUNNING, None, None),
    ]


def test_who_subscribes_later_hears_what_was_told_and_how_it_ended() -> None:
    jobs, problem = Jobs(ManualClock()), FileProblem(path="/a", reason=Reason.VANISHED)
    early, late, last = Listening(), Listening(), Listening()

    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        emit(problem)
        emit(AT_WORK)
        job.subscribe(late)
        return DONE

    job = jobs.add(task(run), patient=False)
    job.subscribe(early)
    jobs.run(job)
    job.subscribe(last)
    assert [e for e in early.events if not isinstance(e, StateChanged)] == [problem, AT_WORK]
    for listener in (late, last):
        assert listener.events[:2] == [problem, AT_WORK]
        assert [outcome.summary for outcome in listener.outcomes] == [DONE]
    assert job.info().problems == 1


@pytest.mark.parametrize(
    "error", [StorageFull(needed_bytes=5), StorageUnreachable("away"), LockLost()]
)
def test_a_patient_job_waits_longer_each_time_and_goes_on(error: BackupError) -> None:
    clock = ManualClock()
    jobs, listener = Jobs(clock), Listening()
    job = jobs.add(task(failing(*[error] * 8)), patient=True)
    job.subscribe(listener)
    assert jobs.run(job) is DONE
    assert clock.waits == [60, 120, 300, 600, 1800, 3600, 3600, 3600]
    waiting = [event for event in listener.events if isinstance(event, Waiting)]
    assert [event.code for event in waiting] == [error.code] * 8
    assert [event.attempt for event in waiting] == [*range(1, 9)]
    assert waiting[0].facts == error.facts
    running, resting = JobState.RUNNING, JobState.WAITING
    assert listener.states == [JobState.QUEUED, running, *[resting, running] * 8]


def test_a_full_storage_is_only_probed_until_there_is_room() -> None:
    clock, asked = ManualClock(), list[float]()
    began: list[float] = []

    def has_room(_: Control, needed: int) -> bool:
        assert needed == 300
        asked.append(clock.monotonic())
        if len(asked) == 2:
            raise StorageUnreachable
        return len(asked) == 4

    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        began.append(clock.monotonic())
        if len(began) == 1:
            raise StorageFull(needed_bytes=300)
        return DONE

    jobs = Jobs(clock)
    assert jobs.run(jobs.add(task(run, has_room=has_room), patient=True)) is DONE
    start = began[0]
    assert [at - start for at in asked] == [60, 180, 480, 1080]
    assert began[1:] == asked[-1:]


def test_intervals_begin_anew_when_something_could_be_sent() -> None:
    clock, runs = ManualClock(), list[int]()

    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        runs.append(1)
        emit(Progress(phase=Phase.UPLOADING, uploaded_bytes=5 if len(runs) == 3 else 0))
        if len(runs) < 5:
            raise StorageFull
        return DONE

    jobs = Jobs(clock)
    jobs.run(jobs.add(task(run), patient=True))
    assert clock.waits == [60, 120, 60, 120]


@pytest.mark.parametrize(
    ("error", "patient", "at_work"),
    [
        (StorageFull(), False, True),
        (StorageUnreachable(), False, True),
        (StorageUnreachable(), True, False),
        (RepositoryLocked(), True, False),
        (WrongPassword(), True, True),
    ],
)
def test_what_waiting_would_not_mend_or_nobody_waits_for_ends_a_job_at_once(
    error: BackupError, patient: bool, at_work: bool
) -> None:
    clock = ManualClock()
    jobs = Jobs(clock)
    job = jobs.add(task(failing(error, at_work=at_work)), patient=patient)
    with pytest.raises(type(error)) as raised:
        jobs.run(job)
    assert raised.value is error
    assert clock.waits == []
    outcome = job.info().outcome
    assert outcome is not None
    assert outcome.failure is not None
    assert (outcome.state, outcome.failure.code) == (JobState.FAILED, error.code)


def test_our_own_mistakes_end_a_job_and_are_raised_as_they_are() -> None:
    def run(control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        raise ZeroDivisionError

    jobs = Jobs(ManualClock())
    job = jobs.add(task(run), patient=True)
    with pytest.raises(ZeroDivisionError):
        jobs.run(job)
    outcome = job.info().outcome
    assert outcome is not None
    assert outcome.failure is not None
    assert outcome.failure.code == "internal-error"


class Held:
    """Work that goes on until it is let go or stopped."""

    def __init__(self) -> None:
        self.began = threading.Event()
        self.let_go = threading.Event()

    def __call__(self, control: Control, throttle: Throttle, emit: Emit) -> BackupSummary:
        self.began.set()
        while not self.let_go.wait(0.01):
            control.check()
        return DONE


def test_one_job_at_a_time_writes_to_a_repository_and_others_work_beside_it() -> None:
    jobs = Jobs(SystemClock())
    first, second, elsewhere, reading = Held(), Held(), Held(), Held()
    for work, repository, turn in (
        (first, "r", Turn.WRITES),
        (second, "r", Turn.WRITES),
        (elsewhere, "s", Turn.WRITES),
        (reading, "r", Turn.READS),
    ):
        jobs.start(jobs.add(task(work, repository=repository, turn=turn), patient=False))
        if work is not second:
            assert work.began.wait(20)
    assert not second.began.wait(0.2)
    assert [job.state for job in jobs.all()][1] is JobState.QUEUED
    first.let_go.set()
    assert second.began.wait(20)
    for work in (second, elsewhere, reading):
        work.let_go.set()
    assert jobs.wait_until_idle(20)
    assert {job.state for job in jobs.all()} == {JobState.DONE}


def test_a_place_that_became_known_meanwhile_is_still_the_same() -> None:
    jobs = Jobs(SystemClock())
    first, second = Held(), Held()
    jobs.start(jobs.add(task(first, repository="/drive", location="/drive"), patient=False))
    assert first.began.wait(20)
    jobs.start(jobs.add(task(second, repository="8f1c22ab", location="/drive"), patient=False))
    assert not second.began.wait(0.2)
    first.let_go.set()
    assert second.began.wait(20)
    second.let_go.set()
    assert jobs.wait_until_idle(20)


def test_who_must_be_alone_waits_for_all_before_it_and_all_behind_it_wait_for_it() -> None:
    jobs = Jobs(SystemClock())
    before, alone, behind = (Held(), Held()), Held(), (Held(), Held())
    for work, turn in (
        (before[0], Turn.READS),
        (before[1], Turn.WRITES),
        (alone, Turn.ALONE),
        (behind[0], Turn.READS),
        (behind[1], Turn.WRITES),
    ):
        jobs.start(jobs.add(task(work, turn=turn), patient=False))
        if work in before:
            assert work.began.wait(20)
        else:
            assert not work.began.wait(0.1)
    before[0].let_go.set()
    assert not alone.began.wait(0.2)
    before[1].let_go.set()
    assert alone.began.wait(20)
    assert not any(work.began.is_set() for work in behind)
    alone.let_go.set()
    assert all(work.began.wait(20) for work in behind)
    for work in behind:
        work.let_go.set()
    assert jobs.wait_until_idle(20)


def test_a_job_can_be_stopped_in_the_queue() -> None:
    jobs, held, never = Jobs(SystemClock()), Held(), Held()
    jobs.start(jobs.add(task(held, repository="r"), patient=False))
    assert held.began.wait(20)
    queued = jobs.add(task(never, repository="r"), patient=False)
    jobs.start(queued)
    queued.stop()
    comes_to(queued, JobState.STOPPED)
    assert not never.began.is_set()
    held.let_go.set()
    assert jobs.wait_until_idle(20)


def test_who_waits_for_room_lets_others_have_their_turn() -> None:
    clock = SystemClock()
    jobs, other = Jobs(clock), Held()
    waits = jobs.add(task(failing(StorageFull()), repository="r"), patient=True)
    jobs.start(waits)
    comes_to(waits, JobState.WAITING)
    jobs.start(jobs.add(task(other, repository="r"), patient=False))
    assert other.began.wait(20)
    info = waits.info()
    assert info.waiting is not None
    assert info.next_try is not None
    assert 50 < (info.next_try - clock.now()).total_seconds() <= PAUSES[0]
    waits.resume()  # now, not in a minute
    comes_to(waits, JobState.QUEUED)
    other.let_go.set()
    assert jobs.wait_until_idle(20)
    comes_to(waits, JobState.DONE)


def test_a_job_can_be_stopped_while_it_waits_for_room() -> None:
    jobs = Jobs(SystemClock())
    job = jobs.add(task(failing(StorageFull())), patient=True)
    jobs.start(job)
    comes_to(job, JobState.WAITING)
    job.stop()
    comes_to(job, JobState.STOPPED)
    assert jobs.wait_until_idle(20)
    assert job.info().next_try is None


def test_pause_resume_limit_and_stop_reach_the_work() -> None:
    jobs, held, listener = Jobs(SystemClock()), Held(), Listening()
    job = jobs.add(task(held), patient=False)
    job.subscribe(listener)
    jobs.start(job)
    assert held.began.wait(20)
    job.pause(3600)
    info = job.info()
    assert info.state is JobState.PAUSED
    assert info.pause_left is not None
    assert 3500 < info.pause_left <= 3600
    job.resume()
    job.limit(upload=5000, download=None)
    assert job.throttle.up.limit == 5000
    assert [job.throttle.down.limit] == [None]
    job.limit(upload=0, download=7)
    assert job.info().limits == Limits(upload=0, download=7)
    assert [job.throttle.up.limit] == [None]
    job.stop()
    assert jobs.wait_until_idle(20)
    comes_to(job, JobState.STOPPED)
    assert listener.states == [
        *(JobState.QUEUED, JobState.RUNNING, JobState.PAUSED),
        *(JobState.RUNNING, JobState.STOPPING),
    ]
    assert listener.outcomes == [Outcome(state=JobState.STOPPED)]


def test_all_are_stopped_and_no_new_ones_come() -> None:
    jobs, held = Jobs(SystemClock()), Held()
    jobs.start(jobs.add(task(held), patient=False))
    assert held.began.wait(20)
    assert not jobs.close_if_idle()
    jobs.stop()
    assert jobs.wait_until_idle(20)
    with pytest.raises(Cancelled):
        jobs.add(task(held), patient=False)
    with pytest.raises(JobMissing):
        jobs.chosen("")


def test_ended_jobs_are_remembered_for_a_while() -> None:
    jobs = Jobs(ManualClock())
    for _ in range(50):
        jobs.run(jobs.add(task(failing()), patient=False))
    assert 20 <= len(jobs.all()) <= 21
    assert jobs.chosen(jobs.all()[-1].id) == jobs.all()[-1:]
