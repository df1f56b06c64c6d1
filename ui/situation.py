"""What the window knows: the plan, the jobs as the engine last told of them, and its answers.

No Qt and no words: `wording` makes sentences of it, tests make it by hand.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from backupclient.answers import PlaceStatus
from backupclient.events import (
    BackupSummary,
    FileProblem,
    JobState,
    NoticeCode,
    Noticed,
    Progress,
    StateChanged,
    Waiting,
)
from backupclient.overview import PlaceOverview
from backupclient.plan import BackupPlan
from backupclient.protocol import Batch, Failure, JobInfo, JobKind, Jobs, Outcome

_MOST_PROBLEMS = 1000
_STALLED = timedelta(minutes=2)


class Ended(NamedTuple):
    """A backup that ended while the window looked on."""

    outcome: Outcome
    at: datetime


class Situation:
    """Belongs to the window's thread."""

    def __init__(self, plan: BackupPlan | None) -> None:
        self.plan = plan
        self.reachable = False
        """Whether the engine answers."""
        self.backup: JobInfo | None = None
        """The backup at work, or waiting for its turn."""
        self.progress: Progress | None = None
        self.waiting: Waiting | None = None
        self.went_on: Noticed | None = None
        """Said once by a run that went on where another had stopped."""
        self.last: Ended | None = None
        self.overview: PlaceOverview | None = None
        """The place of the plan, as last told by the engine."""
        self.problems: deque[FileProblem] = deque(maxlen=_MOST_PROBLEMS)
        self._moved_at: datetime | None = None
        self._moved = (-1, -1)

    @property
    def status(self) -> PlaceStatus | None:
        """The states of everything that is backed up, as last told by the engine."""
        return None if self.overview is None else self.overview.status

    @property
    def state(self) -> JobState | None:
        return None if self.backup is None else self.backup.state

    @property
    def failure(self) -> Failure | None:
        """Why the last backup did not end well."""
        return None if self.last is None else self.last.outcome.failure

    @property
    def summary(self) -> BackupSummary | None:
        if self.last is None or not isinstance(self.last.outcome.summary, BackupSummary):
            return None
        return self.last.outcome.summary

    def stalled(self, now: datetime) -> bool:
        """Whether a running backup has not moved for two minutes."""
        running = self.state is JobState.RUNNING
        return running and self._moved_at is not None and now - self._moved_at > _STALLED

    # --- what the engine tells --------------------------------------------------------------------

    def take_jobs(self, jobs: Jobs, now: datetime) -> None:
        """All jobs as they stand: after connecting, and in answer to a command."""
        self.reachable = True
        backups = [job for job in jobs.jobs if job.kind is JobKind.BACKUP]
        self.backup = next((job for job in backups if not job.state.ended), None)
        ended = [job for job in backups if job.outcome is not None]
        if ended and ended[-1].outcome is not None and self.last is None:
            self.last = Ended(ended[-1].outcome, now)
        if self.backup is None:
            self.progress = self.waiting = None
            return
        if isinstance(self.backup.progress, Progress):
            self._take_progress(self.backup.progress, now)
        self.waiting = self.backup.waiting

    def take_batch(self, batch: Batch, now: datetime) -> None:
        """News of one job."""
        if self.backup is None or batch.job != self.backup.job:
            return
        for event in batch.events:
            match event:
                case Progress():
                    self._take_progress(event, now)
                case Waiting():
                    self.waiting = event
                case StateChanged(state=state):
                    self.set_state(state)
                case Noticed(code=NoticeCode.WENT_ON):
                    self.went_on = event
                case FileProblem():
                    self.problems.append(event)
                case _:
                    pass
        if batch.outcome is not None:
            self.last = Ended(batch.outcome, now)
            self.backup = self.progress = self.waiting = self.went_on = None

    def set_state(self, state: JobState) -> None:
        """The engine said that the job is now paused, or goes on."""
        if state is not JobState.WAITING:
            self.waiting = None
        if self.backup is not None and not state.ended:
            self.backup = msgspec.structs.replace(self.backup, state=state)

    def lose(self) -> None:
        """The engine is gone; so is what it was doing, for now."""
        self.reachable = False
        self.backup = self.progress = self.waiting = None

    def _take_progress(self, progress: Progress, now: datetime) -> None:
        self.progress = progress
        moved = (progress.bytes_safe + progress.bytes_sent, progress.uploaded_bytes)
        if moved != self._moved:
            self._moved, self._moved_at = moved, now
        if self.waiting is not None and self.state is JobState.RUNNING:
            self.waiting = None
