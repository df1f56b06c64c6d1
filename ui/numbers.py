"""Sizes, counts, times and spans as people of the window's language write them."""

from __future__ import annotations

from datetime import datetime, timedelta

from PySide6.QtCore import QCoreApplication, QDate, QLocale, QTime

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
NO_BREAK = "\u00a0"


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("numbers", text, None, n)


def count(number: int) -> str:
    return QLocale().toString(number)


def files(number: int) -> str:
    """A count of files, with the word."""
    return _tr("%n file(s)", number).replace(str(number), count(number), 1)


def folders(number: int) -> str:
    """A count of folders, with the word."""
    return _tr("%n folder(s)", number).replace(str(number), count(number), 1)


def size(number: float) -> str:
    """Bytes in decimal units, one decimal: "41.9 GB"."""
    form = QLocale.DataSizeFormat.DataSizeSIFormat
    digits = 0 if number < 1000 else 1
    return QLocale().formattedDataSize(round(number), digits, form).replace(" ", NO_BREAK)


def rate(bytes_per_second: float) -> str:
    return f"{size(bytes_per_second)}/s"


def percent(share: float) -> str:
    return f"{count(int(share * 100))}{NO_BREAK}%"


def roughly(seconds: float) -> str:
    """A span that is an estimate: "a few seconds", "about 12 minutes"."""
    if seconds < 45:
        return _tr("a few seconds")
    if seconds < 90 * _MINUTE:
        return _tr("about %n minute(s)", max(1, round(seconds / _MINUTE)))
    if seconds < 36 * _HOUR:
        return _tr("about %n hour(s)", round(seconds / _HOUR))
    return _tr("about %n day(s)", round(seconds / _DAY))


def span(seconds: float) -> str:
    """A span that is known: "48 seconds"."""
    if seconds < 100:
        return _tr("%n second(s)", max(1, round(seconds)))
    if seconds < 100 * _MINUTE:
        return _tr("%n minute(s)", round(seconds / _MINUTE))
    if seconds < 48 * _HOUR:
        return _tr("%n hour(s)", round(seconds / _HOUR))
    return _tr("%n day(s)", round(seconds / _DAY))


def ago(moment: datetime, now: datetime) -> str:
    """How people say when something was: "4 minutes ago", "yesterday 18:04", "Thursday 21:10"."""
    passed = (now - moment).total_seconds()
    if 0 <= passed < 45:
        return _tr("just now")
    if 0 <= passed < 50 * _MINUTE:
        return _tr("%n minute(s) ago", max(1, round(passed / _MINUTE)))
    return when(moment, now)


def ago_short(moment: datetime, now: datetime) -> str:
    """The same for a narrow column: "4 min ago", "yesterday 18:04", "Thu 21:10", "11 November"."""
    passed = (now - moment).total_seconds()
    if 45 <= passed < 50 * _MINUTE:
        return _tr("%n min ago", max(1, round(passed / _MINUTE)))
    there, here = moment.astimezone(), now.astimezone()
    days = (here.date() - there.date()).days
    date = QDate(there.year, there.month, there.day)
    if 1 < days < 7:
        name = QLocale().dayName(date.dayOfWeek(), QLocale.FormatType.ShortFormat)
        return f"{name} {time_of_day(moment)}"
    if days >= 7:
        return day(date, short=True, with_year=there.year != here.year)
    return ago(moment, now)


def when(moment: datetime, now: datetime) -> str:
    """A moment: "today 15:02", "yesterday 18:04", "Thursday 21:10", "11 November 18:03"."""
    there, here = moment.astimezone(), now.astimezone()
    clock = time_of_day(moment)
    days = (here.date() - there.date()).days
    date = QDate(there.year, there.month, there.day)
    if days == 0:
        return _tr("today %1").replace("%1", clock)
    if days == 1:
        return _tr("yesterday %1").replace("%1", clock)
    if days == -1:
        return _tr("tomorrow %1").replace("%1", clock)
    if 1 < days < 7:
        return f"{QLocale().dayName(date.dayOfWeek())} {clock}"
    return f"{day(date, with_year=there.year != here.year)} {clock}"


def time_of_day(moment: datetime) -> str:
    """ "15:02", as the system writes it."""
    there = moment.astimezone()
    return QLocale().toString(QTime(there.hour, there.minute), QLocale.FormatType.ShortFormat)


def date(moment: datetime) -> str:
    """A day, with its year: "21 November 2026"."""
    there = moment.astimezone()
    return day(QDate(there.year, there.month, there.day), with_year=True)


def day(date: QDate, *, short: bool = False, with_year: bool = False, weekday: bool = False) -> str:
    """ "21 November", "21 Nov", "Saturday, 21 November", each with the year or without."""
    form = _tr("d MMM") if short else _tr("d MMMM")
    before, after = "dddd, " if weekday else "", " yyyy" if with_year else ""
    return QLocale().toString(date, f"{before}{form}{after}")


def until(moment: datetime, now: datetime) -> float:
    """Seconds, at least 0."""
    return max(0.0, (moment - now) / timedelta(seconds=1))
