"""What the pages and mails say, in each language: the catalogues in `resources/account`, and sizes,
prices and times as people write them. Pure."""

from __future__ import annotations

import functools
import tomllib
from datetime import datetime, timedelta
from importlib import resources

from markupsafe import Markup

from backupclient.account_server.offers import Period, Price

ENGLISH = "en"
LANGUAGES = {ENGLISH: "English", "de": "Deutsch"}
"""Each by its own name."""
NBSP = "\u00a0"
_UNITS = ("", "kB", "MB", "GB", "TB", "PB")
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£"}


def wanted(accepted: str) -> str:
    """The language of ours that a browser likes best, by its `Accept-Language` (RFC 9110, section
    12.5.4)."""
    best, found = 0.0, ENGLISH
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";q=")
        language = name.partition("-")[0].lower()
        try:
            worth = float(weight or 1)
        except ValueError:
            continue
        if language in LANGUAGES and worth > best:
            best, found = worth, language
    return found


@functools.cache
def catalogue(language: str) -> dict[str, str]:
    """All its texts, as `page.name`."""
    file = resources.files("resources.account").joinpath(f"{language}.toml")
    pages = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{page}.{name}": text for page, all_ in pages.items() for name, text in all_.items()}


class Texts:
    """Of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = catalogue(language)

    def say(self, key: str, **facts: object) -> Markup:
        """The text of that key; what is put in for its facts is no markup, whatever is in it."""
        return Markup(self._catalogue[key]).format(**facts)  # noqa: S704 - our own texts

    def plain(self, key: str, **facts: object) -> str:
        """The text of that key where there is no markup: in a mail."""
        return self._catalogue[key].format(**facts)

    def size(self, count: int) -> str:
        """Decimal units, one digit where it says something: 103.1 GB, 200 GB."""
        number, unit = float(count), 0
        while number >= 999.95 and unit < len(_UNITS) - 1:
            number, unit = number / 1000, unit + 1
        text = f"{number:.0f}" if unit == 0 else f"{number:.1f}".removesuffix(".0")
        name = _UNITS[unit] if unit else self._word("bytes")
        return f"{text.replace('.', self._word('point'))}{NBSP}{name}"

    def money(self, amount: int, currency: str) -> str:
        """In the usual place and with the usual sign: €36.00, 36,00 €; 12.00 CHF."""
        point = self._word("point")
        text = f"{amount // 100}{point}{amount % 100:02}"
        sign = _SIGNS.get(currency)
        if sign is not None and self.language == ENGLISH:
            return f"{sign}{text}"
        return f"{text}{NBSP}{sign or currency}"

    def price(self, one: Price) -> str:
        period = "month" if one.period is Period.MONTH else "year"
        return self._word(period, amount=self.money(one.amount, one.currency))

    def day(self, time: datetime) -> str:
        """14 March 2027."""
        month = self._word("months").split()[time.month - 1]
        return self._word("date", day=time.day, month=month, year=time.year)

    def ago(self, time: datetime, now: datetime) -> str:
        """How long ago, as people say it; the day where that is long."""
        gap = now - time
        if gap < timedelta(minutes=1):
            return self._word("just_now")
        if gap < timedelta(hours=1):
            long = self._count("minute", "minutes", gap // timedelta(minutes=1))
        elif gap < timedelta(days=1):
            long = self._count("hour", "hours", gap // timedelta(hours=1))
        elif gap < timedelta(days=30):
            long = self._count("day", "days_ago", gap // timedelta(days=1))
        else:
            return self._word("on", day=self.day(time))
        return self._word("ago", time=long)

    def minutes(self, number: int) -> str:
        return self._count("minute", "minutes", number)

    def days(self, number: int) -> str:
        return self._count("day", "days", number)

    def computers(self, number: int) -> str:
        return self._count("computer", "computers", number)

    def _count(self, one: str, many: str, number: int) -> str:
        return self._word(one if number == 1 else many, n=number)

    def _word(self, key: str, **facts: object) -> str:
        return self._catalogue[f"words.{key}"].format(**facts)
