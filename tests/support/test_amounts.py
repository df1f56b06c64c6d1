from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backupclient.support import amounts


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (999, "999 bytes"),
        (999.7, "1.0 kB"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (99_950, "100 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (12_400_000_000, "12.4 GB"),
        (212_000_000_000, "212 GB"),
        (5_000_000_000_000_000_000, "5,000 PB"),
        (-5, "0 bytes"),
    ],
)
def test_sizes_are_decimal_and_short(number: float, said: str) -> None:
    assert amounts.size(number) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "less than a second"),
        (0.99, "less than a second"),
        (1, "1 second"),
        (59.4, "59 seconds"),
        (59.6, "1 minute"),
        (61, "1 minute 1 second"),
        (3599.6, "1 hour"),
        (7500, "2 hours 5 minutes"),
        (90_061, "1 day 1 hour"),
        (86_400 * 400, "400 days"),
    ],
)
def test_durations_have_at_most_two_units(seconds: float, said: str) -> None:
    assert amounts.duration(seconds) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "less than a minute"),
        (60, "about 1 minute"),
        (19 * 60, "about 19 minutes"),
        (34 * 60, "about 35 minutes"),
        (59 * 60, "about 1 hour"),
        (95 * 60, "about 1.5 hours"),
        (9.6 * 3600, "about 9.5 hours"),
        (10.2 * 3600, "about 10 hours"),
        (47.6 * 3600, "about 2 days"),
    ],
)
def test_estimates_are_rounded_to_what_they_are_worth(seconds: float, said: str) -> None:
    assert amounts.time_left(seconds) == said


def test_a_time_is_said_with_its_day() -> None:
    here = datetime(2026, 11, 5, 14, 2).astimezone()
    assert amounts.date(here.astimezone(UTC)) == "5 November 2026, 14:02"


def test_counts_and_nouns() -> None:
    assert amounts.counted(1, "file") == "1 file"
    assert amounts.counted(56_214, "file") == "56,214 files"
    assert amounts.counted(0, "copy", "copies") == "0 copies"
