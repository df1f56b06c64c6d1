"""The words of a report: English ones are in the code, the others in `resources/report`."""

from __future__ import annotations

import functools
import re
import tomllib
from datetime import datetime
from importlib import resources

from backupclient.support import amounts
from backupclient.support.catalogue import ENGLISH

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")


class Say:
    """Calling it with the English words returns those of the language, its {names} filled in; what
    nobody translated stays English. Any thread."""

    def __init__(self, language: str, now: datetime) -> None:
        """`now` is the time of the report. What is no name of a language is English."""
        self.language = language if _LANGUAGE.fullmatch(language) else ENGLISH
        self._texts = _texts(self.language.partition("-")[0])
        self._said = amounts.words(self.language)
        self._now = now

    def __call__(self, text: str, **values: str) -> str:
        text = self._texts.get(text, text)
        return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text) if values else text

    def counted(self, number: int, one: str, many: str) -> str:
        """`one` and `many` are whole words."""
        return f"{self.count(number)} {self(one if number == 1 else many)}"

    def count(self, number: int) -> str:
        return amounts.count(number, self._said)

    def size(self, number: float) -> str:
        return amounts.size(number, self._said)

    def rate(self, number: float) -> str:
        return amounts.rate(number, self._said)

    def duration(self, seconds: float) -> str:
        return amounts.duration(seconds, self._said)

    def date(self, when: datetime) -> str:
        return amounts.date(when, self._said)

    def day(self, when: datetime) -> str:
        return self.date(when).partition(",")[0]

    def moment(self, when: datetime) -> str:
        return amounts.moment(when, self._now, self._said)

    def yes_no(self, fact: bool) -> str:
        return self._said.yes_no[not fact]


@functools.lru_cache(maxsize=8)
def _texts(language: str) -> dict[str, str]:
    file = resources.files("resources").joinpath(f"report/{language}.toml")
    if not file.is_file():
        return {}
    found: dict[str, str] = tomllib.loads(file.read_text("utf-8"))
    return found
