"""The jobs that are backups by the plan, whoever began them: begun, held, slowed, noticed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backupclient.agent.plan_room import PlanRoom
from backupclient.agent.tasks import subject_of, task_by_plan
from backupclient.automation.bandwidth import limits_at, next_change
from backupclient.automation.surroundings import Surroundings, obstacle
from backupclient.clock import Clock
from backupclient.errors import Cancelled
from backupclient.events import Condition, JobState, NoticeCode, Noticed
from backupclient.jobs.job import Job
from backupclient.jobs.running import Jobs
from backupclient.plan import BackupPlan
from backupclient.wire.jobs import JobKind, Limits, Outcome

_HOLDS = (Condition.BATTERY, Condition.METERED)
"""Without a network, transfers are tried again anyway."""


class Change(NamedTuple):
    """A backup by the plan has begun, or ended if there is an outcome."""

    begun: datetime
    outcome: Outcome | None


class _Known:
    """A job that was noticed."""

    def __init__(self, job: Job, limits: Limits) -> None:
        self.job = job
        self.limits = limits
        """That were set by the plan last."""
        self.ended = False
        self.held = False
        self.overruled = False
        """Somebody let it go on although it was held."""


class PlanJobs:
    """Belongs to one thread."""

    def __init__(
        self,
        data: Path,
        clock: Clock,
        jobs: Jobs,
        around: Surroundings,
        plan_room: PlanRoom | None = None,
    ) -> None:
        self._data = data
        self._plan_room = plan_room
        self._clock = clock
        self._jobs = jobs
        self._around = around
        self._known: dict[str, _Known] = {}
        self._begun_here: set[str] = set()
        self._awake: ExitStack | None = None

    def close(self) -> None:
        self._let_sleep()

    @property
    def at_work(self) -> bool:
        return any(not known.ended for known in self._known.values())

    def begin(self, plan: BackupPlan, notices: Sequence[NoticeCode]) -> None:
        """Begin one, unless the engine is about to end."""
        with contextlib.suppress(Cancelled):
            job = self._jobs.add(
                task_by_plan(plan, self._data, self._clock, self._plan_room), patient=True
            )
            self._begun_here.add(job.id)
            for code in notices:
                job.emit(Noticed(code=code))
            self._jobs.start(job)

    def changes(self, plan: BackupPlan) -> Iterator[Change]:
        """What has happened since the last time, in order."""
        jobs = {job.id: job for job in self._jobs.all() if _by_plan(job, plan)}
        for gone in self._known.keys() - jobs.keys():
            del self._known[gone]
            self._begun_here.discard(gone)
        for job in jobs.values():
            known = self._known.get(job.id)
            if known is None:
                limits = Limits(upload=plan.bandwidth.upload, download=plan.bandwidth.download)
                known = self._known[job.id] = _Known(job, limits)
                yield Change(job.info().created, None)
            info = job.info()
            if info.outcome is not None and not known.ended:
                known.ended = True
                yield Change(info.created, info.outcome)

    def govern(self, plan: BackupPlan, now: datetime) -> None:
        """Let those at work be as fast as the plan allows at this hour, let those begun here wait
        for what the plan says, and the computer sleep or not."""
        working = [known for known in self._known.values() if not known.ended]
        condition = obstacle(plan, self._around) if working else None
        for known in working:
            self._set_limits(known, limits_at(plan.bandwidth, now))
            if known.job.id in self._begun_here:
                _hold(known, condition if condition in _HOLDS else None)
        running = any(known.job.state is JobState.RUNNING for known in working)
        if running and plan.schedule.keep_awake and not self._around.on_battery():
            self._stay_awake()
        else:
            self._let_sleep()

    def next_change(self, plan: BackupPlan, now: datetime) -> datetime | None:
        """When `govern` has something else to say by itself."""
        return next_change(plan.bandwidth, now) if self.at_work else None

    @staticmethod
    def _set_limits(known: _Known, limits: Limits) -> None:
        if limits != known.limits:
            known.limits = limits
            known.job.limit(limits.upload, limits.download)

    def _stay_awake(self) -> None:
        if self._awake is None:
            self._awake = ExitStack()
            self._awake.enter_context(self._around.awake())

    def _let_sleep(self) -> None:
        if self._awake is not None:
            self._awake.close()
            self._awake = None


def _by_plan(job: Job, plan: BackupPlan) -> bool:
    task = job.task
    return (
        task.kind is JobKind.BACKUP
        and not task.trial
        and task.location == plan.storage.location
        and task.subject == subject_of(plan)
    )


def _hold(known: _Known, condition: Condition | None) -> None:
    job = known.job
    if known.held and job.held_for is None:
        known.held, known.overruled = False, True
    if known.held and condition is None:
        known.held = False
        job.resume()
    elif condition is not None and not known.overruled and job.state is JobState.RUNNING:
        job.hold(condition)
        known.held = job.held_for is not None
