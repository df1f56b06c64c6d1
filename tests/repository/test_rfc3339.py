"""Times are written as Go does in any zone, and every way to write one is read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.rfc3339 import TimeFormat, parse_ns

SECOND = 10**9
FIRST, LAST = -62_135_510_400, 253_402_214_399
ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", "Africa/Monrovia"]


@given(st.integers(FIRST * SECOND, LAST * SECOND), st.sampled_from([None, *ZONES]))
def test_a_time_survives_but_for_the_seconds_of_local_mean_times(ns: int, zone: str | None) -> None:
    text = TimeFormat(ZoneInfo(zone) if zone else None).format_ns(ns)
    assert abs(parse_ns(text) - ns) in range(0, 60 * SECOND, SECOND)
    if ns > 100_000_000 * SECOND:  # since 1973 all offsets are whole minutes
        assert parse_ns(text) == ns


@given(
    st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29)),  # noqa: DTZ001 - made aware below
    st.sampled_from([ZoneInfo(zone) for zone in ZONES] + [timezone(timedelta(hours=-3.5))]),
)
def test_the_text_is_what_datetime_says(moment: datetime, zone: ZoneInfo | timezone) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    ns = int((aware - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * SECOND
    local = aware.astimezone(zone)
    assert TimeFormat(zone).format_ns(ns)[:19] == local.isoformat()[:19]


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (1, "1970-01-01T00:00:00.000000001Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (-1_500_000_000, "1969-12-31T23:59:58.5Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
        (1_700_000_000_100_000_000, "2023-11-14T22:13:20.1Z"),
        (FIRST * SECOND, "0001-01-02T00:00:00Z"),
        (FIRST * SECOND * SECOND, "0001-01-02T00:00:00Z"),
        (LAST * SECOND * SECOND, "9999-12-30T23:59:59Z"),
    ],
)
def test_utc(ns: int, text: str) -> None:
    assert TimeFormat(UTC).format_ns(ns) == text


@pytest.mark.parametrize(
    ("zone", "ns", "text"),
    [
        ("Europe/Berlin", 1_679_792_399 * SECOND, "2023-03-26T01:59:59+01:00"),
        ("Europe/Berlin", 1_679_792_400 * SECOND, "2023-03-26T03:00:00+02:00"),
        ("Europe/Berlin", 1_698_541_199 * SECOND, "2023-10-29T02:59:59+02:00"),
        ("Europe/Berlin", 1_698_541_200 * SECOND, "2023-10-29T02:00:00+01:00"),
        ("America/St_Johns", 0, "1969-12-31T20:30:00-03:30"),
        ("Africa/Monrovia", 0, "1969-12-31T23:15:30-00:44"),  # 44 minutes and 30 seconds
    ],
)
def test_zones(zone: str, ns: int, text: str) -> None:
    assert TimeFormat(ZoneInfo(zone)).format_ns(ns) == text


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("1970-01-01t00:00:00z", 0),
        ("1970-01-01T01:00:00+01:00", 0),
        ("1969-12-31T18:30:00.5-05:30", 500_000_000),
        ("1970-01-01T00:00:00.123456789999Z", 123_456_789),
        ("0001-01-01T00:00:00Z", -62_135_596_800 * SECOND),
        ("0000-03-01T00:00:00Z", (-62_135_596_800 - 306 * 86_400) * SECOND),
        ("9999-12-31T23:59:59.999999999Z", 253_402_300_800 * SECOND - 1),
    ],
)
def test_other_programs_times_are_read(text: str, ns: int) -> None:
    assert parse_ns(text) == ns


@pytest.mark.parametrize(
    "text",
    ["", ".", "now", "1970-01-01", "1970-01-01T00:00:00", "1970-13-01T00:00:00Z",
     "1970-02-30T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00.Z",
     "1970-01-01T00:00:00.xZ", "1970-01-01T00:00:00.1", "1970-01-01T00:00:00+1:00",
     "1970-01-01 00:00:00Z", "-1970-01-01T00:00:00Z", "1970-01-01T00:00:00Zjunk",
     "1970-01-01T00:00:00.5", "١٩٧٠-01-01T00:00:00Z"],
)  # fmt: skip
def test_what_is_no_time_is_damage(text: str) -> None:
    with pytest.raises(DataDamaged):
        parse_ns(text)
