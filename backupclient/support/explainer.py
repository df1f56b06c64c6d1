"""What each problem means, in words for people, from the catalogue in `resources/explanations`.

A catalogue is TOML, one table per stable code, every text in one place for translators:

    [wrong-region]
    title = "The storage is in another region"       # a sentence, no full stop, no numbers
    data = "…"         # what it means for your data
    meanwhile = "…"    # what the program does by itself
    next = "…"         # the one next step
    offer = "…"        # what a support agent may offer

`{region}` is filled from the problem's facts, `{path|the folder}` has words for when the fact is
missing, and what stands in `[square brackets]` is left out unless all facts in it are known.
`variant = "operation"` names the fact whose value picks a sub-table (`[access-denied.write]`),
which replaces texts of its parent.
"""

from __future__ import annotations

import functools
import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import resources

import msgspec

from backupclient.errors import BackupError, Fact
from backupclient.events import Damage, FileProblem, Noticed, Waiting
from backupclient.support import amounts

UNKNOWN = "error"
"""The code whose texts stand in for a code that the catalogue does not know."""

Explainable = BackupError | FileProblem | Damage | Noticed | Waiting

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class Explanation(msgspec.Struct, frozen=True):
    """One problem for people. Texts are whole sentences, ready to show; `title` and what a notice
    does not need may be empty strings. `code` is stable and never translated."""

    code: str
    title: str
    your_data: str
    meanwhile: str
    next_step: str
    offer: str


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of one code as they stand in the catalogue, placeholders and all."""

    code: str
    title: str
    data: str = ""
    meanwhile: str = ""
    next: str = ""
    offer: str = ""


def explain(problem: Explainable) -> Explanation:
    """The explanation of something that happened, with its facts filled in. Any thread."""
    match problem:
        case BackupError():
            return explain_code(problem.code, problem.facts, problem.raw)
        case FileProblem():
            return explain_code(problem.reason, {"path": problem.path}, problem.raw)
        case Damage():
            affected = {"path": problem.affected[0]} if problem.affected else {}
            return explain_code(problem.code, {"item": problem.item, **affected}, problem.raw)
        case Noticed() | Waiting():
            return explain_code(problem.code, problem.facts)


def explain_code(code: str, facts: Mapping[str, Fact] | None = None, raw: str = "") -> Explanation:
    """The explanation of `code` ("wrong-region", or a variant, "access-denied.write"), which holds
    whatever facts are missing. A code nobody knows is explained as an error of an unknown kind."""
    facts = {**(facts or {}), **({"raw": raw} if raw else {})}
    catalogue = _catalogue()
    entry = catalogue.get(_variant(code, facts)) or catalogue.get(code) or catalogue[UNKNOWN]
    return Explanation(
        code=code,
        title=fill(entry.title, facts),
        your_data=fill(entry.data, facts),
        meanwhile=fill(entry.meanwhile, facts),
        next_step=fill(entry.next, facts),
        offer=fill(entry.offer, facts),
    )


def entries() -> tuple[Entry, ...]:
    """Every entry of the catalogue, in its order, variants included."""
    return tuple(_catalogue().values())


def known(code: str) -> bool:
    return code in _catalogue()


def fill(text: str, facts: Mapping[str, Fact]) -> str:
    """`text` with its placeholders filled from `facts`; see the module's docstring."""

    def optional(match: re.Match[str]) -> str:
        needed = _PLACEHOLDER.findall(match[1])
        return match[1] if all(name in facts or default for name, default in needed) else ""

    def value(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        return _say(name, facts[name]) if name in facts else default or ""

    filled = _PLACEHOLDER.sub(value, _OPTIONAL.sub(optional, text))
    return filled[:1].upper() + filled[1:]


def _say(name: str, fact: Fact) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, int | float):
        if name.endswith("bytes"):
            return amounts.size(fact)
        if name.endswith("seconds"):
            return amounts.duration(abs(fact))
        return amounts.count(round(fact))
    if name == "since":
        try:
            return amounts.date(datetime.fromisoformat(fact))
        except ValueError:
            return fact
    return fact


def _variant(code: str, facts: Mapping[str, Fact]) -> str:
    fact = variant_facts().get(code)
    value = facts.get(fact, "") if fact else ""
    return f"{code}.{str(value).lower()}" if value != "" else code


@functools.cache
def _texts() -> dict[str, object]:
    text = resources.files("resources").joinpath("explanations/en.toml").read_text("utf-8")
    return tomllib.loads(text)


@functools.cache
def _catalogue() -> dict[str, Entry]:
    return {entry.code: entry for entry in _read(_texts())}


@functools.cache
def variant_facts() -> dict[str, str]:
    tables = {code: table for code, table in _texts().items() if isinstance(table, dict)}
    return {code: table["variant"] for code, table in tables.items() if "variant" in table}


def _read(texts: Mapping[str, object]) -> Iterator[Entry]:
    for code, table in texts.items():
        if not isinstance(table, dict):
            raise TypeError(code)
        own = {key: text for key, text in table.items() if isinstance(text, str)}
        own.pop("variant", None)
        yield msgspec.convert({"code": code, **own}, Entry)
        for value, variant in table.items():
            if isinstance(variant, dict):
                yield msgspec.convert({**own, **variant, "code": f"{code}.{value}"}, Entry)
