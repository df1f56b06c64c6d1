"""Sizes, prices and dates as the pages and mails write them. Pure; English."""

from __future__ import annotations

from datetime import datetime, timedelta

from backupclient.account_server.offers import Period, Price

NBSP = "\u00a0"
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def size(count: int) -> str:
    """Decimal units, one digit where it says something: 103.1 GB, 200 GB."""
    number, unit = float(count), 0
    while number >= 999.95 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    text = f"{number:.0f}" if unit == 0 else f"{number:.1f}".removesuffix(".0")
    return f"{text}{NBSP}{_UNITS[unit]}"


def money(amount: int, currency: str) -> str:
    """In the usual place and with the usual sign: €36.00; 12.00 CHF where there is none."""
    text = f"{amount // 100}.{amount % 100:02}"
    sign = _SIGNS.get(currency)
    return f"{sign}{text}" if sign else f"{text}{NBSP}{currency}"


def price(one: Price) -> str:
    each = "a month" if one.period is Period.MONTH else "a year"
    return f"{money(one.amount, one.currency)} {each}"


def day(time: datetime) -> str:
    """14 March 2027."""
    return f"{time.day}{NBSP}{time:%B %Y}"


def ago(time: datetime, now: datetime) -> str:
    """How long ago, as people say it; the day where that is long."""
    gap = now - time
    if gap < timedelta(minutes=1):
        return "just now"
    if gap < timedelta(hours=1):
        return _count(gap // timedelta(minutes=1), "minute") + " ago"
    if gap < timedelta(days=1):
        return _count(gap // timedelta(hours=1), "hour") + " ago"
    if gap < timedelta(days=30):
        return _count(gap // timedelta(days=1), "day") + " ago"
    return f"on {day(time)}"


def _count(number: int, what: str) -> str:
    return f"{number}{NBSP}{what}" + ("" if number == 1 else "s")


def days(number: int) -> str:
    return _count(number, "day")


def computers(number: int) -> str:
    return _count(number, "computer")
