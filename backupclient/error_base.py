"""What every error has; the errors themselves are in `errors`.

An error carries a stable `code` in words, `transient` (it may pass by itself, so that it
is retried), and facts; sentences for people live in `support/explainer.py` alone. Codes
are shown to people and typed by them, so they are in their words: "backup" for repository, "notes"
for manifest; where a fact makes one class several problems for people, `cases` gives each a code
of its own. Foreign exceptions are translated once, at the door they come through, `from exc`. Retry
lives in `storage/retry.py` alone. A problem with one file is data (`events.FileProblem`), never an
error.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, NamedTuple

Fact = str | int | float | bool


class Cancelled(BaseException):
    """The user stopped the job. Derives from BaseException so that no handler of errors eats it."""


class Cases(NamedTuple):
    """Values of one fact that make a problem of their own, with their codes."""

    fact: str
    codes: Mapping[Fact, str]


class BackupError(Exception):
    """Root of the tree. `raw` is the foreign text for the details view; `facts` fill sentences.
    `code` is the class's, or that of the case in `cases` which the facts make it."""

    code: str = "error"
    cases: ClassVar[Cases | None] = None
    transient: ClassVar[bool] = False

    def __init__(self, raw: str = "", **facts: Fact | None) -> None:
        super().__init__(raw)
        self.raw = raw
        self.facts: dict[str, Fact] = {k: v for k, v in facts.items() if v is not None}
        if self.cases:
            value = self.facts.get(self.cases.fact, "")
            self.code = self.cases.codes.get(value, self.code)

    def __str__(self) -> str:
        facts = ", ".join(f"{k}={v}" for k, v in self.facts.items())
        return ": ".join(part for part in (self.code, facts, self.raw) if part)
