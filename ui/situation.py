"""What the window knows: the plan, the jobs as the engine last told of them, and its answers.

No Qt and no words: `wording` makes sentences of it, tests make it by hand.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from backupclient.events import (
    BackupSummary,
    CheckProgress,
    Condition,
    Damage,
    FileProblem,
    JobState,
    NoticeCode,
    Noticed,
    Progress,
    StateChanged,
    Waiting,
)
from backupclient.plan import BackupPlan
from backupclient.wire.answers import FolderAnswer, PlaceStatus
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance
from backupclient.wire.entitlement import Entitlement, StepState, Walk
from backupclient.wire.failure import Failure
from backupclient.wire.household import AccountStatus
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome, accomplished
from backupclient.wire.overview import CheckReport, PlaceOverview, RunEnd, SpaceReport
from backupclient.wire.protocol import Batch
from backupclient.wire.tickets import HelpStatus

_FULL = "storage-full"
DAMAGE_FOUND = "damage-found"
"""The code of what a check found."""
_MOST_PROBLEMS = 1000
_STALLED = timedelta(minutes=2)


class Ended(NamedTuple):
    """A job that ended while the window looked on."""

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
        self.check: JobInfo | None = None
        """The check at work, or waiting for its turn."""
        self.waiting: Waiting | None = None
        self.waits_since: datetime | None = None
        """When the backup at work began to wait for what it waits for."""
        self.next_try: datetime | None = None
        """When what is waited for is tried again; None where nobody knows."""
        self.automation: AutomationStatus | None = None
        """What the engine does by itself."""
        self.storage_plan: Entitlement | None = None
        """How much may be stored, as last told by the engine."""
        self.account: AccountStatus | None = None
        """How this computer is signed in, as last told by the engine."""
        self.help: HelpStatus | None = None
        """How this computer is helped by a person, as last told by the engine."""
        self.walk: Walk | None = None
        """The steps of looking whether more was bought, if somebody wants to see them."""
        self.walk_times: dict[tuple[str, str], datetime] = {}
        """When each step of it was done, by code and subject."""
        self.went_on: Noticed | None = None
        """Said once by a run that went on where another had stopped."""
        self.last: Ended | None = None
        self.overview: PlaceOverview | None = None
        """The place of the plan, as last told by the engine; None of one nothing is known of."""
        self.answered = False
        """Whether the engine has told of it."""
        self.space: SpaceReport | None = None
        """What takes the space there, as last counted; nobody counts before somebody looks."""
        self.problems: deque[FileProblem] = deque(maxlen=_MOST_PROBLEMS)
        self._moved_at: datetime | None = None
        self._moved = (-1, -1)
        self._pause_ends: datetime | None = None
        self._check_pause_ends: datetime | None = None
        self._known: set[str] = set()
        self._early: dict[str, Noticed] = {}
        """Of jobs that began before the engine has told what kind they are: that they went on."""
        self._ended: set[str] = set()

    def knows(self, job: str) -> bool:
        """Whether the engine has told what kind of job that is."""
        return job in self._known

    @property
    def status(self) -> PlaceStatus | None:
        """The states of everything that is backed up, as last told by the engine."""
        return None if self.overview is None else self.overview.status

    @property
    def state(self) -> JobState | None:
        return None if self.backup is None else self.backup.state

    @property
    def at_work(self) -> JobInfo | None:
        """What pausing and stopping are about: a backup rather than the check it waits for."""
        if self.check is not None and self.state in (None, JobState.QUEUED):
            return self.check
        return self.backup

    @property
    def last_check(self) -> CheckReport | None:
        """The newest check that looked at everything it was to look at."""
        checks = () if self.overview is None else self.overview.checks
        return next((one for one in checks if one.end is RunEnd.COMPLETE), None)

    @property
    def damage(self) -> CheckReport | None:
        """The newest check that found something wrong, unless one since then found none. One that
        read nothing back says nothing of what only reading can find."""
        looked_through = False
        for one in () if self.overview is None else self.overview.checks:
            reads = one.read_data or one.packs_read > 0
            if one.errors and (reads or not looked_through):
                return one
            if one.end is RunEnd.COMPLETE and not one.errors:
                if one.read_data:
                    return None
                looked_through = True
        return None

    @property
    def paused(self) -> bool:
        """Whether somebody holds the job at work, or those that would begin by themselves."""
        if self.at_work is not None:
            return self.at_work.state is JobState.PAUSED
        told = self.automation
        return told is not None and told.state is AutomationState.PAUSED

    @property
    def paused_until(self) -> datetime | None:
        """When a pause ends by itself; None if it does not, or there is none."""
        if not self.paused:
            return None
        if self.check is not None and self.at_work is self.check:
            return self._check_pause_ends
        if self.backup is not None and self._pause_ends is not None:
            return self._pause_ends
        return None if self.automation is None else self.automation.paused_until

    @property
    def failure(self) -> Failure | None:
        """Why the last backup did not end well, if that is still so."""
        failure = None if self.last is None else self.last.outcome.failure
        return None if failure is not None and self._has_room_again(failure) else failure

    def _has_room_again(self, failure: Failure) -> bool:
        plan = self.storage_plan
        if failure.code != _FULL or self.last is None or plan is None or not plan.writable:
            return False
        return plan.tried_at is not None and plan.tried_at >= self.last.at

    @property
    def trouble(self) -> Failure | Waiting | Hindrance | None:
        """What somebody has to see to, besides single files: why the last backup did not end well,
        why the one at work cannot go on, why none can begin, or what a check found."""
        if self.backup is None and self.failure is not None:
            return self.failure
        if self.waiting is not None:
            return self.waiting
        hindrance = None if self.automation is None else self.automation.hindrance
        if hindrance is not None and hindrance.code not in set(Condition):
            return hindrance
        if self.damage is None:
            return None
        return Failure(code=DAMAGE_FOUND, facts={"count": self.damage.errors})

    @property
    def full(self) -> bool:
        """Whether a backup waits for room, or ended for the want of it."""
        trouble = self.waiting or self.failure
        return trouble is not None and trouble.code == _FULL

    @property
    def shares_storage(self) -> bool:
        """Whether other computers of a household store there, too."""
        return self.storage_plan is not None and len(self.storage_plan.computers) > 1

    def take_help(self, status: HelpStatus) -> None:
        """An answer about being helped; news may have been faster."""
        known = None if self.help is None else self.help.as_of
        if known is None or status.as_of is None or status.as_of >= known:
            self.help = status

    @property
    def problem_files(self) -> int:
        """How many could not be backed up."""
        answers = () if self.status is None else self.status.answers
        return sum(one.counts.problem.files for one in answers if isinstance(one, FolderAnswer))

    @property
    def summary(self) -> BackupSummary | None:
        if self.last is None or not isinstance(self.last.outcome.summary, BackupSummary):
            return None
        return self.last.outcome.summary

    def stalled(self, now: datetime) -> bool:
        """Whether a running backup has not moved for two minutes."""
        running = self.state is JobState.RUNNING
        return running and self._moved_at is not None and now - self._moved_at > _STALLED

    def counts_down(self, now: datetime, most: timedelta) -> bool:
        """Whether a sentence counts the seconds to something that is less than `most` away."""
        ends = self.next_try if self.waiting is not None else self.paused_until
        return ends is not None and now <= ends <= now + most

    # --- what the engine tells --------------------------------------------------------------------

    def take_jobs(self, jobs: Jobs, now: datetime) -> None:
        """All jobs as they stand: after connecting."""
        self.reachable = True
        self._known.update(job.job for job in jobs.jobs)
        checks = (job for job in jobs.jobs if job.kind is JobKind.CHECK)
        self.check = next((job for job in checks if not job.state.ended), None)
        self._take_check_pause(None if self.check is None else self.check.pause_left, now)
        self._take_backups([job for job in jobs.jobs if job.kind is JobKind.BACKUP], now)

    def take_job(self, job: JobInfo, now: datetime) -> None:
        """One as it stands: in answer to a command."""
        self.reachable = True
        self._known.add(job.job)
        match job.kind:
            case JobKind.BACKUP:
                self._take_backups([job], now)
            case JobKind.CHECK:
                self.check = None if job.state.ended else job
                self._take_check_pause(job.pause_left, now)
            case JobKind.RESTORE:
                pass

    def _take_backups(self, backups: Sequence[JobInfo], now: datetime) -> None:
        self.backup = next((job for job in backups if not job.state.ended), None)
        ended = [job for job in backups if job.outcome is not None]
        if ended and ended[-1].outcome is not None and ended[-1].job not in self._ended:
            self._ended.add(ended[-1].job)
            self.last = Ended(ended[-1].outcome, now)
        if self.backup is None:
            self.progress = self.waiting = self.next_try = self._pause_ends = None
            return
        self.went_on = self._early.pop(self.backup.job, self.went_on)
        if isinstance(self.backup.progress, Progress):
            self._take_progress(self.backup.progress, now)
        self._wait_for(self.backup.waiting, now)
        self.next_try = self.backup.next_try or _next_try(self.waiting, now)
        left = self.backup.pause_left
        self._pause_ends = None if left is None else now + timedelta(seconds=left)

    def take_batch(self, batch: Batch, now: datetime) -> None:
        """News of one job, or of what the engine does by itself."""
        self.automation = batch.automation or self.automation
        self.storage_plan = batch.plan or self.storage_plan
        self.account = batch.account or self.account
        if batch.help is not None:
            self.take_help(batch.help)
        if batch.walk is not None:
            self._take_walk(batch.walk, now)
        self._note_early(batch)
        if self.check is not None and batch.job == self.check.job:
            self._take_check_news(self.check, batch, now)
        if self.backup is None or batch.job != self.backup.job:
            return
        for event in batch.events:
            match event:
                case Progress():
                    self._take_progress(event, now)
                case Waiting():
                    self._wait_for(event, now)
                    self.next_try = _next_try(event, now)
                case StateChanged(state=state, seconds=seconds):
                    ends = None if seconds is None else now + timedelta(seconds=seconds)
                    self.set_state(state, ends)
                case Noticed(code=NoticeCode.WENT_ON):
                    self.went_on = event
                case FileProblem():
                    self.problems.append(event)
                case _:
                    pass
        if batch.outcome is not None:
            self._ended.add(batch.job)
            self.last = Ended(batch.outcome, now)
            self.backup = self.progress = self.waiting = self.went_on = None
            self.next_try = self._pause_ends = None

    def _wait_for(self, waiting: Waiting | None, now: datetime) -> None:
        if waiting is not None and (self.waiting is None or self.waiting.code != waiting.code):
            self.waits_since = now - timedelta(seconds=waiting.waited_seconds)
        self.waiting = waiting

    def _take_check_news(self, check: JobInfo, batch: Batch, now: datetime) -> None:
        for event in batch.events:
            match event:
                case CheckProgress():
                    same = accomplished(event) == accomplished(check.progress)
                    waiting = check.waiting if same else None
                    check = msgspec.structs.replace(check, progress=event, waiting=waiting)
                case Waiting():
                    again = _next_try(event, now)
                    check = msgspec.structs.replace(check, waiting=event, next_try=again)
                case StateChanged(state=state, seconds=seconds):
                    waiting = check.waiting if state is JobState.WAITING else None
                    check = msgspec.structs.replace(check, state=state, waiting=waiting)
                    self._take_check_pause(seconds, now)
                case Damage():
                    check = msgspec.structs.replace(check, problems=check.problems + 1)
                case _:
                    pass
        self.check = check if batch.outcome is None else None

    def _take_check_pause(self, left: float | None, now: datetime) -> None:
        self._check_pause_ends = None if left is None else now + timedelta(seconds=left)

    def begin_walk(self) -> None:
        """Somebody wants to see the steps."""
        self.walk, self.walk_times = Walk(), {}

    def end_walk(self) -> None:
        """He has seen them."""
        self.walk = None

    def _take_walk(self, walk: Walk, now: datetime) -> None:
        if self.walk is None:  # seen, or asked for elsewhere
            return
        self.walk = walk
        ended = {(one.code.value, one.subject): one.state for one in walk.steps}
        for key, state in ended.items():
            if state in (StepState.DONE, StepState.FAILED):
                self.walk_times.setdefault(key, now)
            else:
                self.walk_times.pop(key, None)

    def _note_early(self, batch: Batch) -> None:
        if not batch.job or self.knows(batch.job):
            return
        for event in batch.events:
            if isinstance(event, Noticed) and event.code == NoticeCode.WENT_ON:
                self._early[batch.job] = event

    def set_state(self, state: JobState, pause_ends: datetime | None = None) -> None:
        """The engine said that the job is now paused, or goes on."""
        self._pause_ends = pause_ends
        if state is not JobState.WAITING:
            self.waiting = None
        if self.backup is not None and not state.ended:
            self.backup = msgspec.structs.replace(self.backup, state=state)

    def lose(self) -> None:
        """The engine is gone; so is what it was doing, for now."""
        self.reachable = False
        self.backup = self.progress = self.waiting = self.next_try = self.automation = None
        self.check = self._pause_ends = self._check_pause_ends = None

    def _take_progress(self, progress: Progress, now: datetime) -> None:
        if accomplished(progress) != accomplished(self.progress) and self.state is JobState.RUNNING:
            self.waiting = None
        self.progress = progress
        moved = (progress.bytes_safe + progress.bytes_sent, progress.uploaded_bytes)
        if moved != self._moved:
            self._moved, self._moved_at = moved, now


def _next_try(waiting: Waiting | None, now: datetime) -> datetime | None:
    if waiting is None or waiting.seconds < 1:
        return None
    return now + timedelta(seconds=waiting.seconds)
