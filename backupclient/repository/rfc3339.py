"""Times in trees: RFC 3339 with nanoseconds, trailing zeros cut, as Go writes them."""

from __future__ import annotations

import functools
import re
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from backupclient.errors import DataDamaged

__all__ = ["TimeFormat", "parse_ns"]

_NS = 10**9
# A day inside what datetime can hold, so that every zone fits. File systems can claim times beyond.
_FIRST_SECOND = -62_135_510_400
_LAST_SECOND = 253_402_214_399
_DAY = 86_400
_400_YEARS = 146_097 * 86_400
_1970 = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2}):([0-9]{2})"
    r"(?:[Zz]|([+-])([0-9]{2}):([0-5][0-9]))\Z"
).match
_DECIMALS = re.compile(r"\.([0-9]{1,30})\Z").match


class _Zone(NamedTuple):
    offset: int
    text: str


class TimeFormat:
    """Writes times in one zone: the given one, or that of this process. May be used from any
    thread. Times outside the years 1 to 9999 are moved to the nearest that the format can hold."""

    def __init__(self, zone: tzinfo | None = None) -> None:
        self._zone = zone
        # Files come in bursts of the same second, and most times are written twice.
        self._second = functools.lru_cache(maxsize=8192)(self._format_second)
        self._zone_of_day = functools.lru_cache(maxsize=8192)(self._find_zone_of_day)

    def format_ns(self, ns: int) -> str:
        """`ns` is nanoseconds since 1970, UTC."""
        seconds, fraction = divmod(ns, _NS)
        text, zone = self._second(seconds)
        if not fraction:
            return text + zone
        return f"{text}.{fraction:09d}".rstrip("0") + zone

    def _format_second(self, seconds: int) -> tuple[str, str]:
        seconds = min(max(seconds, _FIRST_SECOND), _LAST_SECOND)
        zone = self._zone_of_day(seconds // _DAY) or self._zone_at(seconds)
        day, second = divmod(seconds + zone.offset, _DAY)
        minute = second // 60
        clock = f"{minute // 60:02d}:{minute % 60:02d}:{second % 60:02d}"
        return f"{_date(day)}T{clock}", zone.text

    def _find_zone_of_day(self, day: int) -> _Zone | None:
        """What holds all day long. None for the few days on which clocks changed."""
        first, last = self._zone_at(day * _DAY), self._zone_at(day * _DAY + _DAY - 1)
        return first if first == last else None

    def _zone_at(self, seconds: int) -> _Zone:
        moment = _1970 + timedelta(seconds=seconds)
        try:
            offset = moment.astimezone(self._zone).utcoffset() or timedelta(0)
        except (OSError, OverflowError):  # Windows knows no local time before 1970
            offset = timedelta(0)
        whole = round(offset.total_seconds())
        if not whole:
            return _Zone(0, "Z")
        # Local mean times have seconds, which Go leaves out of the text.
        minutes = abs(whole) // 60
        sign = "-" if whole <= -60 else "+"
        return _Zone(whole, f"{sign}{minutes // 60:02d}:{minutes % 60:02d}")


@functools.lru_cache(maxsize=8192)
def _date(day: int) -> str:
    return (_1970 + timedelta(days=day)).isoformat()[:10]


def parse_ns(text: str) -> int:
    """Nanoseconds since 1970, UTC; finer decimals are cut off. `DataDamaged` if it is no time."""
    if text[19:20] != ".":
        return _parse_second(text) * _NS
    zone_length = 1 if text[-1] in "Zz" else 6
    decimals = _DECIMALS(text[19:-zone_length])
    if decimals is None:
        raise DataDamaged("not a time")
    return _parse_second(text[:19] + text[-zone_length:]) * _NS + int(decimals[1][:9].ljust(9, "0"))


@functools.lru_cache(maxsize=8192)
def _parse_second(text: str) -> int:
    match = _SECOND(text)
    if match is None:
        raise DataDamaged("not a time")
    year, month, day, hour, minute, second = map(int, match.groups()[:6])
    offset = int(match[8] or 0) * 3600 + int(match[9] or 0) * 60
    try:
        # Year 0 is legal in the format and unknown to datetime; the calendar repeats.
        moment = datetime(year or 400, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError as exc:
        raise DataDamaged("not a time") from exc
    since = moment - _1970
    seconds = since.days * 86_400 + since.seconds - (0 if year else _400_YEARS)
    return seconds + (offset if match[7] == "-" else -offset)
