"""Limits by the hour."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from backupclient.automation.bandwidth import limits_at, next_change
from backupclient.plan import BackupPlan, Bandwidth, BandwidthHours, Schedule
from backupclient.wire.jobs import Limits

DAY = BandwidthHours(start="08:00", end="18:00", upload=1000, download=2000)
NIGHT = BandwidthHours(start="22:00", end="06:00")
PLAN = Bandwidth(upload=50, hours=(DAY, NIGHT))

pytestmark = pytest.mark.usefixtures("berlin")


def at(hour: int, minute: int = 0) -> datetime:
    """In UTC, an hour behind the clock on the wall."""
    return datetime(2026, 11, 3, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "limits"),
    [
        (at(6, 59), Limits(upload=50)),
        (at(7, 0), Limits(upload=1000, download=2000)),
        (at(16, 59), Limits(upload=1000, download=2000)),
        (at(17, 0), Limits(upload=50)),
        (at(21, 0), Limits()),
        (at(23, 30), Limits()),
        (at(4, 59), Limits()),
        (at(5, 0), Limits(upload=50)),
    ],
)
def test_the_limits_of_the_hour(now: datetime, limits: Limits) -> None:
    assert limits_at(PLAN, now) == limits


@pytest.mark.parametrize(
    ("now", "change"),
    [(at(6, 59), at(7)), (at(7), at(17)), (at(17), at(21)), (at(4, 30), at(5)), (at(22), at(5))],
)
def test_when_they_change(now: datetime, change: datetime) -> None:
    found = next_change(PLAN, now)
    assert found is not None
    assert found.time() == change.time()
    assert found > now


def test_limits_without_hours_never_change() -> None:
    assert limits_at(Bandwidth(download=7), at(3)) == Limits(download=7)
    assert next_change(Bandwidth(download=7), at(3)) is None


@pytest.mark.parametrize(
    "plan",
    [
        b'{"storage":{"location":"/r"},"folders":[],"schedule":{"at":"25:00"}}',
        b'{"storage":{"location":"/"},"folders":[],"bandwidth":{"hours":[{"start":"8","end":"9"}]}}',
    ],
)
def test_what_is_no_time_of_day_is_no_plan(plan: bytes) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(plan, type=BackupPlan)


def test_nobody_can_make_a_schedule_of_what_is_no_time() -> None:
    with pytest.raises(ValueError, match="hour must be in"):
        Schedule(at="25:00")
