from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

import pytest

from backupclient.cli import values


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (values.size, "1000", 1000),
        (values.size, "500K", 512_000),
        (values.size, "2g", 2 << 30),
        (values.size, "3MiB", 3 << 20),
        (values.rate, "100", 102_400),
        (values.mebibytes, "64", 64 << 20),
        (values.duration, "90s", 90.0),
        (values.duration, "1h30m", 5400.0),
        (values.names, "a, b,,c", ("a", "b", "c")),
        (values.subset, "1/5", "1/5"),
        (values.subset, "2.5%", "2.5%"),
        (values.subset, "10M", "10M"),
        (
            values.moment,
            "2026-11-03 21:10:05",
            datetime(2026, 11, 3, 21, 10, 5).astimezone(),
        ),
        (values.moment, "2026-11-03T21:10:05Z", datetime.fromisoformat("2026-11-03T21:10:05Z")),
    ],
)
def test_reads(read: Callable[[str], object], text: str, value: object) -> None:
    assert read(text) == value


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (values.size, "-1"),
        (values.size, "1X"),
        (values.size, ""),
        (values.whole, "²"),
        (values.mebibytes, "3"),
        (values.mebibytes, "129"),
        (values.duration, "5"),
        (values.duration, "5 m"),
        (values.subset, "0/5"),
        (values.subset, "6/5"),
        (values.subset, "0%"),
        (values.subset, "101%"),
        (values.moment, "yesterday"),
    ],
)
def test_refuses(read: Callable[[str], object], text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        read(text)
