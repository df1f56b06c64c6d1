"""What the engine did, kept in its log: how jobs began, waited and ended, and what they met."""

from __future__ import annotations

import logging
import threading
from collections import Counter

from backupclient.events import (
    CheckSummary,
    Damage,
    Event,
    FileProblem,
    JobState,
    Noticed,
    StateChanged,
    Waiting,
)
from backupclient.jobs.running import Jobs
from backupclient.logs.log import Happened, Log
from backupclient.wire.automatic import AutomationState, AutomationStatus, Watching
from backupclient.wire.jobs import Outcome

_MOST_ALIKE = 20
"""Of one job. The notes have every problem; the log is for who wants to see what came first."""


class Diary:
    """Listens to jobs and to what begins by itself. Any thread."""

    def __init__(self, log: Log, jobs: Jobs) -> None:
        self._log = log
        self._jobs = jobs
        self._mutex = threading.Lock()
        self._begun: set[str] = set()
        self._alike: Counter[tuple[str, str]] = Counter()
        self._automation: tuple[AutomationState, Watching, str] | None = None

    def news(self, job: str, event: Event) -> None:
        self._begin(job)
        match event:
            case StateChanged(state=state):
                if not state.ended:
                    self._log.write(Happened.JOB_STATE, state, job=job)
            case Waiting(code=code, facts=facts):
                self._log.write(Happened.WAITING, code, facts, level=logging.WARNING, job=job)
            case Noticed(code=code, facts=facts):
                self._log.write(Happened.NOTICED, code, facts, job=job)
            case FileProblem(path=path, reason=reason, raw=raw):
                self._seldom(Happened.FILE_PROBLEM, job, reason, path, raw)
            case Damage(code=code, affected=affected, raw=raw):
                self._seldom(Happened.DAMAGE, job, code, next(iter(affected), ""), raw)
            case _:
                pass

    def ended(self, job: str, outcome: Outcome) -> None:
        self._begin(job)
        failure = outcome.failure
        if failure is not None:
            self._log.write(
                Happened.JOB_ENDED,
                failure.code,
                failure.facts,
                level=logging.ERROR,
                job=job,
                raw=failure.raw,
            )
        else:
            damaged = isinstance(outcome.summary, CheckSummary) and outcome.summary.errors
            code = "damage-found" if damaged else outcome.state
            self._log.write(Happened.JOB_ENDED, code, job=job)
        with self._mutex:
            self._begun.discard(job)
            for known in [one for one in self._alike if one[0] == job]:
                del self._alike[known]

    def automation(self, status: AutomationStatus) -> None:
        hindrance = status.hindrance.code if status.hindrance else ""
        standing = (status.state, status.watching, hindrance)
        with self._mutex:
            if standing == self._automation:
                return
            self._automation = standing
        self._log.write(
            Happened.AUTOMATION, hindrance or status.state, {"watching": status.watching}
        )

    def _begin(self, job: str) -> None:
        with self._mutex:
            if job in self._begun:
                return
            self._begun.add(job)
        kind = self._jobs.kind_of(job) or ""
        self._log.write(Happened.JOB_STARTED, JobState.RUNNING, job=job, kind=kind)

    def _seldom(self, event: Happened, job: str, code: str, path: str, raw: str) -> None:
        with self._mutex:
            self._alike[job, code] += 1
            first = self._alike[job, code] <= _MOST_ALIKE
        level = logging.WARNING if first else logging.DEBUG
        self._log.write(event, code, level=level, job=job, path=path, raw=raw)
