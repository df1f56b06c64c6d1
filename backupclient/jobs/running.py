"""Jobs: those that would be in each other's way one after the other, each with its own way to
pause, stop and slow it, and with what it told last.

Patience. A patient job that ends because the storage is full, or with an error that passes by
itself after it had got to work, waits and begins again, at growing intervals; what it had done
stays done. Meanwhile others have their turn: one of them may make the room it waits for.
"""

from __future__ import annotations

import contextlib
import itertools
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Mapping

from backupclient.clock import Clock
from backupclient.errors import BackupError, Cancelled, Fact, InternalError, JobMissing, StorageFull
from backupclient.events import (
    Emit,
    JobState,
    NoticeCode,
    Noticed,
    ignore,
)
from backupclient.jobs.job import Job, Listener, Task
from backupclient.wire.failure import failure_of
from backupclient.wire.jobs import JobKind, Outcome, Summary

PAUSES = tuple(60.0 * minutes for minutes in (1, 2, 5, 10, 30, 60))
"""Seconds until a job that could not go on is tried again; the last goes on for ever."""
_ENDED_KEPT = 20


class Jobs:
    """All jobs of this process. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._jobs: dict[str, Job] = {}
        self._turns: deque[Job] = deque()
        self._active: set[str] = set()
        self._watchers: list[Listener] = []
        self._closed = False

    def add(self, task: Task, *, patient: bool, show: Emit = ignore) -> Job:
        """A job that waits to be run. `Cancelled` once all are to end."""
        job = Job(task, self._clock, patient=patient, show=show)
        job.turn_wanted = self._look_again
        with self._changed:
            if self._closed:
                raise Cancelled
            self._forget_oldest()
            self._jobs[job.id] = job
            self._active.add(job.id)
            watchers = tuple(self._watchers)
        for watcher in watchers:
            job.subscribe(watcher)
        return job

    def start(self, job: Job) -> None:
        """Run it in a thread of its own."""

        def run() -> None:
            with contextlib.suppress(BackupError, Cancelled):
                self.run(job)

        threading.Thread(target=run, name=f"job-{job.id}", daemon=True).start()

    def run(self, job: Job) -> Summary:
        """Run it in this thread, when its turn comes; returns, or raises, what it ends with."""
        outcome = Outcome(state=JobState.STOPPED)
        try:
            summary = self._insist(job)
            outcome = Outcome(state=JobState.DONE, summary=summary)
        except Cancelled:
            raise
        except BackupError as error:
            outcome = _failed(error)
            raise
        except Exception as error:
            outcome = _failed(InternalError(f"{type(error).__name__}: {error}"))
            raise
        else:
            return summary
        finally:
            job.end(outcome)
            with self._changed:
                self._active.discard(job.id)
                self._changed.notify_all()

    def _insist(self, job: Job) -> Summary:
        attempt = 0
        while True:
            with self._turn(job):
                job.control.check()
                job.enter(JobState.RUNNING)
                try:
                    return job.task.run(job.control, job.throttle, job.emit)
                except BackupError as error:
                    full = isinstance(error, StorageFull)
                    if not job.patient or not (full or (error.transient and job.has_worked)):
                        raise
                    failure = error
            attempt = 0 if job.has_sent else attempt
            attempt = self._wait(job, failure, attempt)

    def _wait(self, job: Job, failure: BackupError, attempt: int) -> int:
        """Until it is worth another try; returns how many there were."""
        while True:
            seconds = PAUSES[min(attempt, len(PAUSES) - 1)]
            attempt += 1
            job.wait_for(failure, seconds, attempt)
            if not isinstance(failure, StorageFull):
                return attempt
            if _has_room(job, failure):
                job.emit(Noticed(code=NoticeCode.ROOM_AGAIN))
                return attempt

    @contextlib.contextmanager
    def _turn(self, job: Job) -> Iterator[None]:
        """Inside, no other job is at work in the same repository that must not be; each in the
        order in which they came. `Cancelled` if it is stopped while it waits."""
        with self._changed:
            self._turns.append(job)
        try:
            with self._changed:
                if _is_barred(job, self._turns):
                    job.enter(JobState.QUEUED)
                while _is_barred(job, self._turns) and not job.control.stopped:
                    self._changed.wait()
            yield
        finally:
            with self._changed:
                self._turns.remove(job)
                self._changed.notify_all()

    def _look_again(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _forget_oldest(self) -> None:
        ended = [one for one in self._jobs if one not in self._active]
        for one in ended[: max(len(ended) - _ENDED_KEPT, 0)]:
            del self._jobs[one]

    # --- questions --------------------------------------------------------------------------------

    def all(self) -> list[Job]:
        """Oldest first, with the last that ended."""
        with self._changed:
            return list(self._jobs.values())

    def kind_of(self, job: str) -> JobKind | None:
        """None if there is no such job. Waits for nothing, so that listeners may ask."""
        found = self._jobs.get(job)
        return None if found is None else found.task.kind

    def chosen(self, job: str) -> list[Job]:
        """That one, or all at work if empty. `JobMissing` if there is none such."""
        with self._changed:
            if not job:
                found = [one for one in self._jobs.values() if one.id in self._active]
            else:
                found = [self._jobs[job]] if job in self._jobs else []
        if not found:
            raise JobMissing(job=job or None)
        return found

    def watch(self, listener: Listener) -> None:
        """Subscribe it to every job there is and will be."""
        with self._changed:
            self._watchers.append(listener)
            jobs = [self._jobs[one] for one in self._jobs if one in self._active]
        for job in jobs:
            job.subscribe(listener)

    def leave(self, listener: Listener) -> None:
        """Tell it nothing more."""
        with self._changed, contextlib.suppress(ValueError):
            self._watchers.remove(listener)
        for job in self.all():
            job.unsubscribe(listener)

    def wake(self) -> None:
        """What jobs wait for may be over: those that wait to try again do so now."""
        for job in self.all():
            job.control.wake()

    # --- the end ----------------------------------------------------------------------------------

    @property
    def active(self) -> int:
        with self._changed:
            return len(self._active)

    def stop(self) -> None:
        """All of them, and no new ones."""
        with self._changed:
            self._closed = True
        for job in self.all():
            job.stop()

    def wait_until_idle(self, seconds: float | None = None) -> bool:
        """Until no job is at work; false if that took longer."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._active, seconds)

    def close_if_idle(self) -> bool:
        """If no job is at work, let none come any more."""
        with self._changed:
            self._closed = self._closed or not self._active
            return not self._active


def _is_barred(job: Job, queue: Iterable[Job]) -> bool:
    """By one that came before it."""
    before = itertools.takewhile(lambda one: one is not job, queue)
    return any(
        one.task.turn.bars(job.task.turn) for one in before if _are_in_one_place(one.task, job.task)
    )


def _are_in_one_place(one: Task, other: Task) -> bool:
    """Which repository is at a location may have become known between the two."""
    return one.repository == other.repository or one.location == other.location


def _has_room(job: Job, full: StorageFull) -> bool:
    try:
        return job.task.has_room(job.control, needed_bytes(full.facts))
    except BackupError as error:
        if not error.transient and not isinstance(error, StorageFull):
            raise
        return False


def needed_bytes(facts: Mapping[str, Fact]) -> int:
    """How much did not fit, by the facts of a full storage; a byte where it did not say."""
    needed = facts.get("needed_bytes")
    return needed if isinstance(needed, int) else 1


def _failed(error: BackupError) -> Outcome:
    return Outcome(state=JobState.FAILED, failure=failure_of(error))
