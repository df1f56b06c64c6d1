"""When the next backup is due, and whether it may begin. Pure: facts in, a decision out."""

from __future__ import annotations

import enum
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from backupclient.events import Condition
from backupclient.plan import Schedule, When
from backupclient.wire.automatic import AutomationState

RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 10, 30, 60))
"""From the end of a backup that failed with something that passes by itself to the next try; the
last goes on for ever."""
HOUR = timedelta(hours=1)
SCAN_WATCHED = HOUR
"""Between two looks at everything while folders are watched: what a watcher says is a hint."""
SCAN_UNWATCHED = timedelta(minutes=30)
"""The same where they cannot be."""


class RunEnd(enum.StrEnum):
    NONE = "none"
    """It is at work, or was cut short."""
    DONE = "done"
    STOPPED = "stopped"
    """By somebody, who is not to be contradicted."""
    FAILED = "failed"
    FAILED_FOR_NOW = "failed-for-now"
    """With what passes by itself."""


class LastRun(msgspec.Struct, frozen=True, kw_only=True):
    """The newest backup by the plan. `failures` counts those in a row that failed for now."""

    begun: datetime
    ended: datetime | None = None
    end: RunEnd = RunEnd.NONE
    failures: int = 0


class Facts(NamedTuple):
    """What a decision is made of. `changes_due` is when changed files are to be backed up, None if
    the watcher knows of none; `watched` whether it watches all there is to watch. `paused_until`
    is None for a pause without an end."""

    schedule: Schedule
    last: LastRun | None
    running: bool = False
    watched: bool = False
    changes_due: datetime | None = None
    paused: bool = False
    paused_until: datetime | None = None
    obstacle: Condition | None = None


class Decision(NamedTuple):
    """`next_run` is when a backup is or was due. `begin`: now."""

    state: AutomationState
    next_run: datetime | None = None
    begin: bool = False


def decide(facts: Facts, now: datetime) -> Decision:
    if facts.running:
        return Decision(AutomationState.RUNNING)
    due = next_run(facts, now)
    if facts.paused and (facts.paused_until is None or now < facts.paused_until):
        return Decision(AutomationState.PAUSED, due)
    if due is None:
        return Decision(AutomationState.BY_HAND)
    if due > now:
        return Decision(AutomationState.SCHEDULED, due)
    if facts.obstacle is not None:
        return Decision(AutomationState.WAITING, due)
    return Decision(AutomationState.RUNNING, due, begin=True)


def next_run(facts: Facts, now: datetime) -> datetime | None:
    """When the next backup is due; None if only by hand. What was missed is due now, once."""
    last, schedule = facts.last, facts.schedule
    if last is not None and last.end is RunEnd.NONE:
        return now  # it was cut short, and goes on
    if last is not None and last.begun > now:
        last = None  # the clock was wrong then, or is now
    if schedule.when is When.BY_HAND:
        return None
    if last is not None and last.end is RunEnd.FAILED_FOR_NOW and last.ended is not None:
        return last.ended + RETRIES[min(max(last.failures - 1, 0), len(RETRIES) - 1)]
    if last is None:
        return now
    match schedule.when:
        case When.HOURLY:
            return last.begun + HOUR
        case When.DAILY:
            return _next_daily(schedule, last.begun)
        case When.CONTINUOUS:
            scan = last.begun + (SCAN_WATCHED if facts.watched else SCAN_UNWATCHED)
            # What somebody has to cure first would fail again with each change.
            if facts.changes_due is None or last.end is RunEnd.FAILED:
                return scan
            return min(scan, facts.changes_due)


def _next_daily(schedule: Schedule, begun: datetime) -> datetime:
    """The first time of day after a run began, by the computer's own time zone."""
    day = begun.astimezone().date()
    while True:
        # Without a zone of its own, so that the system says what the day's was.
        at = datetime.combine(day, schedule.daily_at).astimezone(UTC)
        if at > begun:
            return at
        day += timedelta(days=1)


def after_failure(last: LastRun, now: datetime, *, passes: bool) -> LastRun:
    """The run that began has failed; `passes`: with what passes by itself."""
    end = RunEnd.FAILED_FOR_NOW if passes else RunEnd.FAILED
    failures = last.failures + 1 if passes else 0
    return LastRun(begun=last.begun, ended=now, end=end, failures=failures)
