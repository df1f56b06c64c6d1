"""Which jobs wait for room in their storage, and when it is worth asking the storage again.

A storage that took nothing and takes a byte now has room again. One that took a byte all along (a
limit or a disk with a little left) has room only once there is clearly more of it, so that no job
begins again and again for nothing; that is what `jobs` waits for at growing intervals anyway.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import BackupError, Fact, StorageFull
from backupclient.events import JobState
from backupclient.jobs.job import Job
from backupclient.jobs.running import needed_bytes
from backupclient.wire.jobs import JobInfo, JobKind

FULL = StorageFull.code
_OFTEN = ((600.0, 5.0), (3600.0, 30.0))
"""So long after a job met a full storage, so often is that asked: somebody may be making room."""
_SELDOM = 60.0
_MORE = 64 << 20
"""Bytes. So much more room is worth another try."""


class _Full:
    """One job that waits for room, or ended for want of it."""

    def __init__(self, job: Job, since: float) -> None:
        self.job = job
        self.since = since
        self.refused = False
        """A byte was not taken since it waits."""
        self.free: int | None = None
        """What fitted when it began to wait."""
        self.asked: float | None = None


class FullJobs:
    """Belongs to one thread."""

    def __init__(self, clock: Clock, control: Control) -> None:
        """`control` stops questions that take long."""
        self._clock = clock
        self._control = control
        self._found: dict[str, _Full] = {}
        self._first: dict[str, float] = {}
        """When each first met a full storage."""

    @property
    def any(self) -> bool:
        return bool(self._found)

    def look(self, jobs: Sequence[Job], free: int | None) -> None:
        """See which there are; `free` is what fits now as far as is known."""
        waiting = {job.id: job for job in jobs if _is_full(job.info())}
        last = _last_backup(jobs)
        if last is not None and _ended_full(last.info()):
            waiting[last.id] = last
        for gone in self._found.keys() - waiting.keys():
            del self._found[gone]
        known = {job.id for job in jobs}
        self._first = {one: at for one, at in self._first.items() if one in known}
        for one, job in waiting.items():
            if one not in self._found:
                since = self._first.setdefault(one, self._clock.monotonic())
                self._found[one] = _Full(job, since)
                self._found[one].free = free

    def until_next(self) -> float | None:
        """Seconds until one is worth asking; None if none ever is by itself."""
        waits = [self._left(full) for full in self._found.values() if _can_be_asked(full)]
        return min(waits, default=None)

    def with_room(self, free: int | None) -> list[Job]:
        """Those whose storage has room again, as far as it is time to ask."""
        found = []
        for full in self._found.values():
            grown = None not in (free, full.free) and (free or 0) - (full.free or 0) >= _MORE
            if grown or self._has_room(full):
                found.append(full.job)
        return found

    def all(self) -> list[Job]:
        return [full.job for full in self._found.values()]

    def forget(self, jobs: Sequence[Job]) -> None:
        """They were told to go on."""
        for job in jobs:
            self._found.pop(job.id, None)

    def _left(self, full: _Full) -> float:
        if full.asked is None:
            return 0.0
        now = self._clock.monotonic()
        age = now - full.since
        seconds = next((often for until, often in _OFTEN if age < until), _SELDOM)
        return max(full.asked + seconds - now, 0.0)

    def _has_room(self, full: _Full) -> bool:
        if not _can_be_asked(full) or self._left(full) > 0:
            return False
        full.asked = self._clock.monotonic()
        try:
            takes = has_room(full.job, self._control)
        except (BackupError, OSError):  # what else is wrong its own next try will tell
            return False
        if not takes:
            full.refused = True
        return takes and full.refused


def has_room(job: Job, control: Control) -> bool:
    """Whether what did not fit fits now. Raises what the job may end with."""
    return job.task.has_room(control, needed_bytes(_facts(job)))


def _facts(job: Job) -> Mapping[str, Fact]:
    """What was said when its storage was full."""
    info = job.info()
    if info.outcome is not None and info.outcome.failure is not None:
        return info.outcome.failure.facts
    return info.waiting.facts if info.waiting is not None else {}


def _can_be_asked(full: _Full) -> bool:
    """A limit that was set here is known without asking."""
    return _facts(full.job).get("reason") != "own-limit"


def _is_full(info: JobInfo) -> bool:
    waits = info.state is JobState.WAITING and info.waiting is not None
    return waits and info.waiting is not None and info.waiting.code == FULL


def _last_backup(jobs: Sequence[Job]) -> Job | None:
    real = [job for job in jobs if job.task.kind is JobKind.BACKUP and not job.task.trial]
    return real[-1] if real else None


def _ended_full(info: JobInfo) -> bool:
    failure = None if info.outcome is None else info.outcome.failure
    return failure is not None and failure.code == FULL
