"""Sizes, durations, times and counts, as people say them: in English, and where an explanation
needs it in the languages of `WORDS`."""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple


class Words(NamedTuple):
    """Of one language. Pairs are of one and of many; `date` has the day, month, year and time,
    `days` begin with Monday."""

    byte: tuple[str, str]
    second: tuple[str, str]
    minute: tuple[str, str]
    hour: tuple[str, str]
    day: tuple[str, str]
    less: str
    thousands: str
    point: str
    date: str
    months: tuple[str, ...]
    days: tuple[str, ...]
    just_now: str
    ago: str
    today: tuple[str, str]
    yes_no: tuple[str, str]


ENGLISH = Words(
    byte=("byte", "bytes"),
    second=("second", "seconds"),
    minute=("minute", "minutes"),
    hour=("hour", "hours"),
    day=("day", "days"),
    less="less than a second",
    thousands=",",
    point=".",
    date="{day} {month} {year}, {time}",
    months=(
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
    days=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    just_now="just now",
    ago="{time} ago",
    today=("today", "yesterday"),
    yes_no=("yes", "no"),
)
GERMAN = Words(
    byte=("Byte", "Byte"),
    second=("Sekunde", "Sekunden"),
    minute=("Minute", "Minuten"),
    hour=("Stunde", "Stunden"),
    day=("Tag", "Tage"),
    less="weniger als eine Sekunde",
    thousands=".",
    point=",",
    date="{day}. {month} {year}, {time}",
    months=(
        *("Januar", "Februar", "März", "April", "Mai", "Juni"),
        *("Juli", "August", "September", "Oktober", "November", "Dezember"),
    ),
    days=("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    just_now="gerade eben",
    ago="vor {time}",
    today=("heute", "gestern"),
    yes_no=("ja", "nein"),
)
WORDS = {"en": ENGLISH, "de": GERMAN}


def words(language: str) -> Words:
    """Those of "de-AT" are those of "de"; of a language that has none, the English ones."""
    return WORDS.get(re.split("[-_]", language)[0], ENGLISH)


_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_MINUTE = 60
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


def count(number: int, said: Words = ENGLISH) -> str:
    """56214 is "56,214"."""
    return f"{number:,}".replace(",", said.thousands)


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 file", "3 files"."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"


def size(number: float, said: Words = ENGLISH) -> str:
    """Bytes in decimal units, as disks are sold: "512 bytes", "3.1 GB", "212 GB"."""
    value = float(max(number, 0))
    for unit in _UNITS:
        last = unit == _UNITS[-1]
        if unit == "bytes":
            if value < 999.5:
                whole = round(value)
                return f"{whole} {said.byte[whole != 1]}"
        elif value < 99.95:
            return f"{value:.1f} {unit}".replace(".", said.point)
        elif value < 999.5 or last:
            return f"{count(round(value), said)} {unit}"
        value /= 1000
    raise AssertionError


def rate(bytes_per_second: float, said: Words = ENGLISH) -> str:
    return f"{size(bytes_per_second, said)}/s"


def duration(seconds: float, said: Words = ENGLISH) -> str:
    """How long something took: "less than a second", "12 seconds", "2 hours 5 minutes"."""
    if seconds < 1:
        return said.less
    whole = round(seconds)
    for unit, below, name, part, lower in (
        (1, _MINUTE, said.second, 1, None),
        (_MINUTE, _HOUR, said.minute, 1, said.second),
        (_HOUR, _DAY, said.hour, _MINUTE, said.minute),
        (_DAY, 0, said.day, _HOUR, said.hour),
    ):
        if below and whole >= below:
            continue
        first, rest = divmod(whole, unit)
        text = f"{count(first, said)} {name[first != 1]}"
        second = rest // part
        return f"{text} {second} {lower[second != 1]}" if lower and second else text
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


def date(when: datetime, said: Words = ENGLISH) -> str:
    """A time far away or long to be read: "3 November 2026, 21:10"."""
    local = when.astimezone()
    return said.date.format(
        day=local.day,
        month=said.months[local.month - 1],
        year=local.year,
        time=f"{local:%H:%M}",
    )


def moment(when: datetime, now: datetime, said: Words = ENGLISH) -> str:
    """A time as people say it: "just now", "4 minutes ago", "today 21:10", "Tuesday 21:10"."""
    seconds = (now - when).total_seconds()
    if -_MINUTE < seconds < _MINUTE:
        return said.just_now
    if 0 < seconds < _HOUR:
        minutes = int(seconds // _MINUTE)
        return said.ago.format(time=f"{minutes} {said.minute[minutes != 1]}")
    local, today = when.astimezone(), now.astimezone().date()
    days = (today - local.date()).days
    if days in (0, 1):
        return f"{said.today[days]} {local:%H:%M}"
    return f"{said.days[local.weekday()]} {local:%H:%M}" if 0 < days < 7 else date(when, said)
