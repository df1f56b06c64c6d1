"""Sizes, durations, times and counts in plain English, as people say them."""

from __future__ import annotations

from datetime import datetime

_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def count(number: int) -> str:
    """56214 is "56,214"."""
    return f"{number:,}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 file", "3 files"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def size(number: float) -> str:
    """Bytes in decimal units, as disks are sold: "512 bytes", "3.1 GB", "212 GB"."""
    value = float(max(number, 0))
    for unit in _UNITS:
        last = unit == _UNITS[-1]
        if unit == "bytes":
            if value < 999.5:
                whole = round(value)
                return "1 byte" if whole == 1 else f"{whole} bytes"
        elif value < 99.95:
            return f"{value:.1f} {unit}"
        elif value < 999.5 or last:
            return f"{value:,.0f} {unit}"
        value /= 1000
    raise AssertionError


def rate(bytes_per_second: float) -> str:
    return f"{size(bytes_per_second)}/s"


def duration(seconds: float) -> str:
    """How long something took: "less than a second", "12 seconds", "2 hours 5 minutes"."""
    if seconds < 1:
        return "less than a second"
    whole = round(seconds)
    for unit, below, name, lower in (
        (1, _MINUTE, "second", ""),
        (_MINUTE, _HOUR, "minute", "second"),
        (_HOUR, _DAY, "hour", "minute"),
        (_DAY, 0, "day", "hour"),
    ):
        if below and whole >= below:
            continue
        first, rest = divmod(whole, unit)
        second = rest // {"second": 1, "minute": _MINUTE, "hour": _HOUR, "": 1}[lower]
        text = counted(first, name)
        return f"{text} {counted(second, lower)}" if lower and second else text
    raise AssertionError


def time_left(seconds: float) -> str:
    """An estimate, rounded to what it is worth: "less than a minute", "about 35 minutes"."""
    minutes = seconds / _MINUTE
    if minutes < 1:
        return "less than a minute"
    if minutes < 19.5:
        return f"about {counted(round(minutes), 'minute')}"
    if minutes < 57.5:
        return f"about {5 * round(minutes / 5)} minutes"
    hours = minutes / 60
    if hours < 9.75:
        halves = round(hours * 2) / 2
        return f"about {halves:g} {'hour' if halves == 1 else 'hours'}"
    if hours < 47.5:
        return f"about {round(hours)} hours"
    return f"about {round(hours / 24)} days"


def date(when: datetime) -> str:
    """A time far away or long to be read: "3 November 2026, 21:10"."""
    local = when.astimezone()
    return f"{local.day} {local:%B %Y, %H:%M}"


def moment(when: datetime, now: datetime) -> str:
    """A time as people say it: "just now", "4 minutes ago", "today 21:10", "Tuesday 21:10"."""
    seconds = (now - when).total_seconds()
    if -_MINUTE < seconds < _MINUTE:
        return "just now"
    if 0 < seconds < _HOUR:
        return f"{counted(int(seconds // _MINUTE), 'minute')} ago"
    local, today = when.astimezone(), now.astimezone().date()
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{('today', 'yesterday')[days]} {local:%H:%M}"
    return f"{local:%A %H:%M}" if 0 < days < 7 else date(when)
