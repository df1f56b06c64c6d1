"""Turns what is typed as an option's value into numbers, times and lists, as restic reads them."""

from __future__ import annotations

import argparse
import re
from datetime import datetime

_SIZE = re.compile(r"(\d+)\s*([bkmgt]?)i?b?", re.IGNORECASE)
_POWER = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d)")
_SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_TIMES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")


def size(text: str) -> int:
    """Bytes: "1000", "500K", "2G"; the suffixes are powers of 1024."""
    match = _SIZE.fullmatch(text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size; write it like 500K, 20M or 4G")
    factor: int = 1024 ** _POWER[match[2].lower()]
    return int(match[1]) * factor


def whole(text: str) -> int:
    """A whole number, not negative."""
    if not text.isascii() or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number")
    return int(text)


def rate(text: str) -> int:
    """Bytes a second, typed in KiB a second."""
    return whole(text) * 1024


def mebibytes(text: str) -> int:
    """Bytes, typed in MiB."""
    number = whole(text)
    if not 4 <= number <= 128:
        raise argparse.ArgumentTypeError(f"{text} is not between 4 and 128 (MiB)")
    return number * 1024 * 1024


def duration(text: str) -> float:
    """Seconds, typed as "90s", "5m" or "1h30m"."""
    parts = _DURATION.findall(text)
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no time span; write it like 90s, 5m or 1h30m"
        )
    return sum(float(number) * _SECONDS[unit] for number, unit in parts)


def moment(text: str) -> datetime:
    """A point in time, in this computer's zone unless it names one."""
    for form in _TIMES:
        try:
            return datetime.strptime(text, form).astimezone()
        except ValueError:
            continue
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:
        message = f"{text!r} is no time; write it like '2026-11-03 21:10:00'"
        raise argparse.ArgumentTypeError(message) from None


def names(text: str) -> tuple[str, ...]:
    """A list typed with commas."""
    return tuple(part for part in (piece.strip() for piece in text.split(",")) if part)


def tags(text: str) -> tuple[str, ...]:
    """Tags typed with commas, as a filter takes them; an empty text is the one empty tag."""
    return tuple(part.strip() for part in text.split(","))


def subset(text: str) -> str:
    """Which part of the data to read: "n/t", "x%" or a size, handed on as typed."""
    if match := re.fullmatch(r"(\d+)/(\d+)", text):
        if 1 <= int(match[1]) <= int(match[2]) <= 256:
            return text
        raise argparse.ArgumentTypeError(f"{text!r} is no part; n/t needs 1 ≤ n ≤ t ≤ 256")
    if match := re.fullmatch(r"(\d+(?:\.\d+)?)%", text):
        if 0 < float(match[1]) <= 100:
            return text
        raise argparse.ArgumentTypeError(f"{text!r} is not between 0 and 100 %")
    size(text)
    return text
