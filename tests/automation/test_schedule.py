"""When a backup is due and whether it may begin, in tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backupclient.automation.schedule import (
    RETRIES,
    SCAN_UNWATCHED,
    SCAN_WATCHED,
    Decision,
    Facts,
    LastRun,
    RunEnd,
    after_failure,
    decide,
    next_run,
)
from backupclient.events import Condition
from backupclient.plan import Schedule, When
from backupclient.wire.automatic import AutomationState

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CONTINUOUS, HOURLY, BY_HAND = (
    Schedule(when=w) for w in (When.CONTINUOUS, When.HOURLY, When.BY_HAND)
)


def done(minutes_ago: int) -> LastRun:
    begun = NOW - minutes_ago * MINUTE
    return LastRun(begun=begun, ended=begun + MINUTE, end=RunEnd.DONE)


def cut_short(minutes_ago: int) -> LastRun:
    return LastRun(begun=NOW - minutes_ago * MINUTE)


def failed(minutes_ago: int, failures: int) -> LastRun:
    ended = NOW - minutes_ago * MINUTE
    end = RunEnd.FAILED_FOR_NOW if failures else RunEnd.FAILED
    return LastRun(begun=ended - MINUTE, ended=ended, end=end, failures=failures)


def minutes(due: datetime | None) -> float | None:
    return None if due is None else (due - NOW) / MINUTE


@pytest.mark.parametrize(
    ("schedule", "last", "expected"),
    [
        pytest.param(HOURLY, None, 0, id="hourly, never yet"),
        pytest.param(HOURLY, done(20), 40, id="hourly"),
        pytest.param(HOURLY, done(500), -440, id="hourly, missed"),
        pytest.param(HOURLY, cut_short(5), 0, id="hourly, cut short"),
        pytest.param(HOURLY, done(-90), 0, id="hourly, begun in the future"),
        pytest.param(CONTINUOUS, None, 0, id="continuous, never yet"),
        pytest.param(CONTINUOUS, done(20), 10, id="continuous, not watched"),
        pytest.param(BY_HAND, None, None, id="by hand, never yet"),
        pytest.param(BY_HAND, done(5000), None, id="by hand"),
        pytest.param(BY_HAND, cut_short(5), 0, id="by hand, cut short"),
        pytest.param(BY_HAND, failed(1, 1), None, id="by hand, failed for now"),
        pytest.param(HOURLY, failed(0, 1), 1, id="failed for now, once"),
        pytest.param(HOURLY, failed(0, 4), 10, id="failed for now, again"),
        pytest.param(HOURLY, failed(0, 99), 60, id="failed for now, for ever"),
        pytest.param(HOURLY, failed(9, 0), 50, id="failed for good"),
    ],
)
def test_when_the_next_is_due(
    schedule: Schedule, last: LastRun | None, expected: float | None
) -> None:
    assert minutes(next_run(Facts(schedule, last), NOW)) == expected


@pytest.mark.parametrize(
    ("last", "changes_due", "expected"),
    [
        pytest.param(done(20), None, 40, id="nothing changed"),
        pytest.param(done(20), NOW + MINUTE, 1, id="something changed"),
        pytest.param(done(20), NOW + 90 * MINUTE, 40, id="something restless changed"),
        pytest.param(failed(9, 0), NOW, 50, id="somebody must cure it first"),
        pytest.param(failed(0, 2), NOW, 2, id="it passes by itself"),
    ],
)
def test_when_watched_folders_are_due(
    last: LastRun, changes_due: datetime | None, expected: float
) -> None:
    facts = Facts(CONTINUOUS, last, watched=True, changes_due=changes_due)
    assert minutes(next_run(facts, NOW)) == expected
    assert SCAN_UNWATCHED < SCAN_WATCHED


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("clock", "begun", "due"),
    [
        pytest.param("18:00", at(3, 12), at(3, 17), id="later today"),
        pytest.param("18:00", at(3, 17, 1), at(4, 17), id="tomorrow"),
        pytest.param("18:00", at(1, 20), at(2, 17), id="missed since yesterday"),
        pytest.param("00:30", at(3, 23, 45), at(4, 23, 30), id="begun just after midnight there"),
        pytest.param("18:00", at(23, 17, month=10), at(24, 16, month=10), id="summer time"),
        pytest.param("18:00", at(24, 16, month=10), at(25, 17, month=10), id="summer time ends"),
        pytest.param("02:30", at(28, 12, month=3), at(29, 0, 30, month=3), id="an hour left out"),
        pytest.param("02:30", at(24, 12, month=10), at(25, 0, 30, month=10), id="an hour twice"),
    ],
)
def test_a_time_of_day_is_the_computers_own(clock: str, begun: datetime, due: datetime) -> None:
    last = LastRun(begun=begun, ended=begun, end=RunEnd.DONE)
    schedule = Schedule(when=When.DAILY, at=clock)
    assert next_run(Facts(schedule, last), begun + MINUTE) == due


def test_what_was_missed_is_made_up_once() -> None:
    """A week's sleep makes one backup due, and the next follows the schedule."""
    schedule = Schedule(when=When.DAILY, at="18:00")
    before = LastRun(begun=NOW - timedelta(days=7), ended=NOW, end=RunEnd.DONE)
    assert decide(Facts(schedule, before), NOW).begin
    made_up = LastRun(begun=NOW, ended=NOW + MINUTE, end=RunEnd.DONE)
    decision = decide(Facts(schedule, made_up), NOW + 2 * MINUTE)
    assert decision.state is AutomationState.SCHEDULED
    assert decision.next_run is not None
    assert NOW < decision.next_run <= NOW + timedelta(days=1)


DUE = done(90)
SINCE = NOW - 30 * MINUTE


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(HOURLY, DUE), Decision(AutomationState.RUNNING, SINCE, begin=True)),
        (Facts(HOURLY, DUE, running=True), Decision(AutomationState.RUNNING)),
        (Facts(HOURLY, done(0)), Decision(AutomationState.SCHEDULED, NOW + 60 * MINUTE)),
        (Facts(BY_HAND, DUE), Decision(AutomationState.BY_HAND)),
        (Facts(HOURLY, DUE, paused=True), Decision(AutomationState.PAUSED, SINCE)),
        (
            Facts(HOURLY, DUE, paused=True, paused_until=NOW + MINUTE),
            Decision(AutomationState.PAUSED, SINCE),
        ),
        (
            Facts(HOURLY, DUE, paused=True, paused_until=NOW),
            Decision(AutomationState.RUNNING, SINCE, begin=True),
        ),
        (Facts(BY_HAND, DUE, paused=True), Decision(AutomationState.PAUSED)),
        (
            Facts(HOURLY, DUE, obstacle=Condition.BATTERY),
            Decision(AutomationState.WAITING, SINCE),
        ),
        (
            Facts(HOURLY, done(0), obstacle=Condition.BATTERY),
            Decision(AutomationState.SCHEDULED, NOW + 60 * MINUTE),
        ),
        (
            Facts(HOURLY, cut_short(3), obstacle=Condition.OFFLINE),
            Decision(AutomationState.WAITING, NOW),
        ),
        (Facts(HOURLY, cut_short(3), paused=True), Decision(AutomationState.PAUSED, NOW)),
    ],
)
def test_what_is_decided(facts: Facts, expected: Decision) -> None:
    assert decide(facts, NOW) == expected


def test_failures_in_a_row_are_counted_until_one_is_of_another_kind() -> None:
    last = cut_short(5)
    for number in range(1, len(RETRIES) + 3):
        last = after_failure(last, NOW, passes=True)
        assert (last.end, last.failures, last.ended) == (RunEnd.FAILED_FOR_NOW, number, NOW)
    last = after_failure(last, NOW, passes=False)
    assert (last.end, last.failures) == (RunEnd.FAILED, 0)
