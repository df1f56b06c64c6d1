"""What the engine does by itself: backups by the plan, when `automation` decides that it is time.

One thread decides, every minute at the least and whenever something happened; it never polls more
often than every 30 seconds.
"""

from __future__ import annotations

import contextlib
import threading
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import msgspec

from backupclient.agent.plan_jobs import PlanJobs
from backupclient.agent.plan_room import PlanRoom
from backupclient.agent.run_reports import RunReports, report_of
from backupclient.agent.watch import Watch
from backupclient.automation.journal import Journal, load_journal, save_journal
from backupclient.automation.schedule import (
    Decision,
    Facts,
    LastRun,
    RunEnd,
    after_failure,
    decide,
)
from backupclient.automation.surroundings import Surroundings, Tells, obstacle, uses_network
from backupclient.clock import Clock
from backupclient.errors import BackupError, ManifestUnwritable
from backupclient.events import Condition, Event, JobState, StateChanged
from backupclient.jobs.running import Jobs
from backupclient.plan import FILE_NAME, BackupPlan, When, load_plan
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance, Watching
from backupclient.wire.failure import Failure, error_of
from backupclient.wire.jobs import Outcome

_DRIVE_AWAY = frozenset({"source-unavailable", "storage-gone"})
_LOOK_SECONDS = 60.0
"""The longest wait: the computer may have slept, its clock may have been set, the plan changed."""
_POLL_SECONDS = 30.0
"""While something is waited for that nobody tells of, such as the charger."""
_BREATH_SECONDS = 0.2
_SLEPT = timedelta(seconds=30)
"""By so much the wall clock must have gone ahead of the other to mean that the computer slept."""
_AFTER_SLEEP = timedelta(seconds=15)
"""What a network may take to be there again."""


class Hears(Protocol):
    """Told of each change, in any thread. Must return at once."""

    def automation(self, status: AutomationStatus) -> None: ...


class ByItself:
    """Of one engine. Methods may be called from any thread, `step` by the one that runs it."""

    def __init__(
        self,
        data: Path,
        clock: Clock,
        jobs: Jobs,
        around: Surroundings,
        plan_room: PlanRoom | None = None,
    ) -> None:
        self._data = data
        self._clock = clock
        self._around = around
        self._watch = Watch(data, clock, self.wake)
        self._plan_jobs = PlanJobs(data, clock, jobs, around, plan_room)
        self._reports = RunReports(clock)
        self._jobs = jobs
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="by-itself", daemon=True)
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._status = AutomationStatus()
        self._listeners: list[Hears] = []
        self._journal = load_journal(data)
        self._plan_is_new = False
        # Of the thread that steps:
        self._plan: BackupPlan | None = None
        self._plan_seen: tuple[int, int, int] | None = None
        self._failure: Failure | None = None
        self._wall, self._monotonic = clock.now(), clock.monotonic()
        self._awake_since: datetime | None = None
        self._online = True

    def start(self) -> None:
        self._jobs.watch(self)
        self._thread.start()

    def stop(self) -> None:
        """Begins nothing more. A backup that is at work then goes on at the next start, and one
        that has just ended does not."""
        self._stopping.set()
        self.wake()
        if self._thread.is_alive():
            self._thread.join()
            self._jobs.leave(self)
        if self._plan is not None:
            self._note_runs(self._plan, self._clock.now())
        self._watch.close()
        self._plan_jobs.close()
        self._reports.close()

    @property
    def status(self) -> AutomationStatus:
        with self._lock:
            return self._status

    @property
    def active(self) -> bool:
        """Whether there is anything to pause: a lasting engine may be told before it has a plan."""
        return self._thread.is_alive() or self.status.state is not AutomationState.OFF

    def tells(self) -> Tells:
        """What the computer can say of itself, or do. May take seconds."""
        return self._around.tells()

    def pause(self, seconds: float | None) -> None:
        """No backup begins by itself, for so many seconds or until `resume`."""
        until = None if seconds is None else self._clock.now() + timedelta(seconds=seconds)
        self._write(paused=True, paused_until=until)
        self.wake()

    def resume(self) -> None:
        self._write(paused=False, paused_until=None)
        self.wake()

    def plan_changed(self) -> None:
        """It is read again, and what could not be done is tried again."""
        with self._lock:
            self._plan_is_new = True
        self.wake()

    def wake(self) -> None:
        """Something happened that may change a decision."""
        self._woken.set()

    def watch(self, listener: Hears) -> None:
        """Tell it how things stand, and of each change from now on."""
        with self._lock:
            self._listeners.append(listener)
            status = self._status
        listener.automation(status)

    def leave(self, listener: Hears) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._listeners.remove(listener)

    # --- as a listener of jobs --------------------------------------------------------------------

    def news(self, job: str, event: Event) -> None:  # noqa: ARG002 - which job, the step finds out
        if isinstance(event, StateChanged):
            self.wake()

    def ended(self, job: str, outcome: Outcome) -> None:  # noqa: ARG002 - as above
        self.wake()

    # --- its thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            seconds = self.step()
            self._clock.wait(self._woken, seconds)
            self._woken.clear()
            # Much may happen at once.
            self._clock.wait(self._stopping, _BREATH_SECONDS)

    def step(self) -> float:
        """Look at everything and do what is due. Returns for how many seconds nothing else is, if
        nothing happens."""
        now = self._clock.now()
        self._notice_sleep(now)
        try:
            self._read_plan()
        except (BackupError, OSError) as error:
            self._plan = None
            self._watch.follow(None)
            self._tell(_unreadable(error))
            return _LOOK_SECONDS
        plan = self._plan
        self._watch.follow(plan)
        if plan is None:
            self._tell(AutomationStatus())
            return _LOOK_SECONDS
        self._note_runs(plan, now)
        condition, decision = self._decide(plan, now)
        if decision.begin:
            self._begin(plan, now)
        self._plan_jobs.govern(plan, now)
        self._tell(self._status_of(decision, condition))
        return self._until_next(plan, decision, now)

    def _notice_sleep(self, now: datetime) -> None:
        monotonic = self._clock.monotonic()
        gap = (now - self._wall) - timedelta(seconds=monotonic - self._monotonic)
        self._wall, self._monotonic = now, monotonic
        if gap > _SLEPT:
            self._awake_since = now
            self._online = False
        elif self._awake_since is not None and now - self._awake_since >= _AFTER_SLEEP:
            self._awake_since = None

    def _read_plan(self) -> None:
        with self._lock:
            told, self._plan_is_new = self._plan_is_new, False
        seen = _stamp(self._data / FILE_NAME)
        if seen == self._plan_seen and not told:
            if seen is not None and self._plan is None:
                self._plan = load_plan(self._data)  # raises as it did
            return
        before, self._plan_seen = self._plan, seen
        self._plan = load_plan(self._data)
        last = self._journal.last
        if self._plan is None or (before is None and not told) or last is None:
            return
        if last.end in (RunEnd.FAILED, RunEnd.FAILED_FOR_NOW) and _runs_by_itself(self._plan):
            # What it failed with may be what was changed.
            self._write(last=LastRun(begun=last.begun))

    def _note_runs(self, plan: BackupPlan, now: datetime) -> None:
        location = plan.storage.location
        if self._journal.location != location:
            self._write(location=location, last=None)
        for change in self._plan_jobs.changes(plan):
            last = self._journal.last
            outcome = change.outcome
            if outcome is None:
                failures = 0 if last is None else last.failures
                self._write(last=LastRun(begun=change.begun, failures=failures))
                self._watch.backed_up(change.begun)
            elif last is not None:
                self._failure = outcome.failure
                self._write(last=_ended(last, outcome, now))
                self._watch.took((now - last.begun).total_seconds())
                report = report_of(outcome, plan.computer, change.begun, now)
                if plan.report_url and report is not None:
                    self._reports.tell(plan.report_url, report)

    def _decide(self, plan: BackupPlan, now: datetime) -> tuple[Condition | None, Decision]:
        journal = self._journal
        if journal.paused and journal.paused_until is not None and journal.paused_until <= now:
            self._write(paused=False, paused_until=None)
            journal = self._journal
        facts = Facts(
            schedule=plan.schedule,
            last=journal.last,
            running=self._plan_jobs.at_work,
            watched=self._watch.state is Watching.ON,
            changes_due=self._watch.due(),
            paused=journal.paused,
            paused_until=journal.paused_until,
        )
        decision = decide(facts, now)
        if not decision.begin and not facts.running:
            return None, decision
        if decision.begin and self._watch.state is Watching.BEGINNING and not _cut_short(journal):
            # What changed before it watches would need another backup at once.
            return None, Decision(AutomationState.SCHEDULED, decision.next_run)
        condition = obstacle(plan, self._around)
        if condition is not Condition.OFFLINE and self._waking(plan):
            condition = Condition.OFFLINE
        self._note_network(online=condition is not Condition.OFFLINE)
        return condition, decide(facts._replace(obstacle=condition), now)

    def _waking(self, plan: BackupPlan) -> bool:
        return self._awake_since is not None and uses_network(plan.storage.location)

    def _note_network(self, *, online: bool) -> None:
        if online and not self._online:
            self._jobs.wake()
        self._online = online

    def _begin(self, plan: BackupPlan, now: datetime) -> None:
        if self._stopping.is_set():
            return
        self._plan_jobs.begin(plan, self._watch.notices())
        self._note_runs(plan, now)

    def _status_of(self, decision: Decision, condition: Condition | None) -> AutomationStatus:
        hindrance = None
        if decision.state is AutomationState.WAITING and condition is not None:
            hindrance = Hindrance(code=condition)
        elif decision.state is AutomationState.SCHEDULED and self._failure is not None:
            failed = self._failure
            hindrance = Hindrance(code=failed.code, facts=failed.facts, raw=failed.raw)
        paused = decision.state is AutomationState.PAUSED
        return AutomationStatus(
            state=decision.state,
            next_run=None if decision.begin else decision.next_run,
            hindrance=hindrance,
            paused_until=self._journal.paused_until if paused else None,
            watching=self._watch.state,
            watched_folders=self._watch.folders,
        )

    def _until_next(self, plan: BackupPlan, decision: Decision, now: datetime) -> float:
        waits = [_LOOK_SECONDS]
        if decision.state in (AutomationState.WAITING, AutomationState.RUNNING):
            waits.append(_POLL_SECONDS)
        elif decision.next_run is not None and decision.next_run > now:
            waits.append((decision.next_run - now).total_seconds())
        if self._journal.paused_until is not None:
            waits.append((self._journal.paused_until - now).total_seconds())
        change = self._plan_jobs.next_change(plan, now)
        if change is not None:
            waits.append((change - now).total_seconds())
        if self._awake_since is not None:
            waits.append(_AFTER_SLEEP.total_seconds())
        return max(min(waits), _BREATH_SECONDS)

    def _tell(self, status: AutomationStatus) -> None:
        with self._lock:
            if status == self._status:
                return
            self._status = status
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener.automation(status)

    def _write(self, **changes: object) -> None:
        with self._lock:
            journal = msgspec.structs.replace(self._journal, **changes)
            if journal == self._journal:
                return
            self._journal = journal
            # Where nothing can be written, what is lost is worth little.
            with contextlib.suppress(OSError):
                save_journal(self._data, journal)


def _may_pass(error: BackupError) -> bool:
    """Whether it may be over without anybody telling: a drive that is away is connected again."""
    return error.transient or error.code in _DRIVE_AWAY


def _ended(last: LastRun, outcome: Outcome, now: datetime) -> LastRun:
    match outcome.state:
        case JobState.FAILED if outcome.failure is not None:
            return after_failure(last, now, passes=_may_pass(error_of(outcome.failure)))
        case JobState.STOPPED:
            return LastRun(begun=last.begun, ended=now, end=RunEnd.STOPPED)
        case _:
            return LastRun(begun=last.begun, ended=now, end=RunEnd.DONE)


def _cut_short(journal: Journal) -> bool:
    return journal.last is not None and journal.last.end is RunEnd.NONE


def _runs_by_itself(plan: BackupPlan) -> bool:
    return plan.schedule.when is not When.BY_HAND


def _unreadable(error: BackupError | OSError) -> AutomationStatus:
    if isinstance(error, OSError):
        error = ManifestUnwritable(str(error), path=error.filename or "")
    hindrance = Hindrance(code=error.code, facts=error.facts, raw=error.raw)
    return AutomationStatus(state=AutomationState.WAITING, hindrance=hindrance)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    """Another one after each change of the file; None if there is none."""
    try:
        info = file.stat()
    except OSError:
        return None
    return info.st_mtime_ns, info.st_size, info.st_ino
