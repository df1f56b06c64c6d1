"""What each problem means, in words for people, from the catalogue in `resources/explanations`.

A catalogue is TOML, one file per language, one table per stable code, every text in one place for
translators:

    [wrong-region]
    title = "The storage is in another region"       # a sentence, no full stop, no numbers
    data = "…"         # what it means for your data
    meanwhile = "…"    # what the program does by itself
    next = "…"         # the one next step
    window = "…"       # the same for who sits at the window, where `next` names a command
    offer = "…"        # words that whoever helps may say
    steps = ["…"]      # what to do together, one thing each, in order: all of what `next` sums up
    steps_linux = ["…"]   # on that system alone; also steps_macos, steps_windows
    steps_drive = ["…"]   # where the backup lies on a drive; also steps_online (at a provider)
                       # and steps_plan; these and those of a system are said where "*" stands
                       # among the steps, or before them
    command = "…"      # what may be typed to do it; WORDS IN CAPITALS stand for what only they know
    command_macos = "…"   # the same on another system; also command_windows
    aliases = ["…"]    # what other programs call it, for `find`

`{region}` is filled from the problem's facts, `{path|the folder}` has words for when the fact is
missing, and what stands in `[square brackets]` is left out unless all facts in it are known.
`variant = "operation"` names the fact whose value picks a sub-table (`[access-denied.write]`),
which replaces texts of its parent. What a language's file lacks is said in English.
"""

from __future__ import annotations

import enum
import functools
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from backupclient.errors import BackupError, Fact
from backupclient.events import Damage, FileProblem, Noticed, Waiting
from backupclient.support import amounts
from backupclient.support.amounts import Words
from backupclient.support.catalogue import ENGLISH, Entry, read_catalogue

UNKNOWN = "error"
"""The code whose texts stand in for a code that the catalogue does not know."""
DAMAGE_FOUND = "damage-found"
"""The end of a check that found something; fact `count`."""

_HERE = "*"


class System(enum.StrEnum):
    LINUX = "linux"
    MACOS = "macos"
    WINDOWS = "windows"
    OTHER = "other"
    """Nobody knows which."""


def system_named(name: str) -> System:
    """Which "Debian GNU/Linux 12", "macOS 15.1" or "Windows 11" is."""
    start = name.partition(" ")[0].casefold()
    if not start:
        return System.OTHER
    others = {"windows": System.WINDOWS, "macos": System.MACOS, "darwin": System.MACOS}
    return others.get(start, System.LINUX)


class Lies(enum.StrEnum):
    """Where a backup lies."""

    DRIVE = "drive"
    """A drive or a folder."""
    ONLINE = "online"
    """S3 storage of somebody's own."""
    PLAN = "plan"
    """The storage of a plan."""
    SOMEWHERE = "somewhere"
    """Nobody knows where."""


def this_system() -> System:
    if sys.platform == "darwin":
        return System.MACOS
    if sys.platform == "win32":
        return System.WINDOWS
    return System.LINUX if sys.platform.startswith("linux") else System.OTHER


class Where(NamedTuple):
    """Whom steps are for. What is not known has the steps of every kind."""

    system: System = System.OTHER
    lies: Lies = Lies.SOMEWHERE


Explainable = BackupError | FileProblem | Damage | Noticed | Waiting

_PLACEHOLDER = re.compile(r"\{(\w+)(?:\|([^{}]*))?\}")
_COMMAND = re.compile(
    r"(?<![\w-])--?[a-z][\w-]*|'(backupclient|restic|pip|find) |\b[A-Z]{2,}_[A-Z_]+"
)
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


class Explanation(msgspec.Struct, frozen=True):
    """One problem for people. Texts are whole sentences, ready to show, the title without its full
    stop. `code` is stable and never translated; a variant's has the variant behind a dot."""

    code: str
    title: str
    your_data: str
    meanwhile: str
    next_step: str
    offer: str
    steps: tuple[str, ...] = ()
    command: str = ""


def explain(problem: Explainable, language: str = ENGLISH, *, window: bool = False) -> Explanation:
    """The explanation of something that happened, with its facts filled in. Any thread. In the
    `window` it names no commands."""
    match problem:
        case BackupError():
            code, facts, raw = problem.code, problem.facts, problem.raw
        case FileProblem():
            code, facts, raw = problem.reason, {"path": problem.path}, problem.raw
        case Damage():
            affected = {"path": problem.affected[0]} if problem.affected else {}
            code, facts, raw = problem.code, {"item": problem.item, **affected}, problem.raw
        case Noticed() | Waiting():
            code, facts, raw = problem.code, problem.facts, ""
    return explain_code(code, facts, raw, language, window=window)


def explain_code(
    code: str,
    facts: Mapping[str, Fact] | None = None,
    raw: str = "",
    language: str = ENGLISH,
    *,
    window: bool = False,
    where: Where | None = None,
) -> Explanation:
    """The explanation of `code` ("wrong-region", or a variant, "access-denied.write"), which holds
    whatever facts are missing or empty. A code nobody knows is explained as an error of an unknown
    kind. Its steps are for `where`, or for this computer."""
    where = where or Where(this_system())
    facts = {name: fact for name, fact in {**(facts or {}), "raw": raw}.items() if fact != ""}
    catalogue = read_catalogue(language)
    entry = catalogue.get(_variant(code, facts)) or catalogue.get(code)
    known_as = entry.code if entry else code
    entry = entry or catalogue[UNKNOWN]
    said = amounts.words(language)
    steps = [step for step in _steps(entry, where) if not (window and names_command(step))]
    return Explanation(
        code=known_as,
        title=fill(entry.title, facts, said),
        your_data=fill(entry.data, facts, said),
        meanwhile=fill(entry.meanwhile, facts, said),
        next_step=fill((window and entry.window) or entry.next, facts, said),
        offer=fill(entry.offer, facts, said),
        steps=tuple(fill(step, facts, said) for step in steps),
        command=_command(entry, where.system),
    )


def _steps(entry: Entry, where: Where) -> Iterator[str]:
    """Those for everybody, and among them those for who is there."""
    systems = {
        System.LINUX: entry.steps_linux,
        System.MACOS: entry.steps_macos,
        System.WINDOWS: entry.steps_windows,
    }
    places = {
        Lies.DRIVE: entry.steps_drive,
        Lies.ONLINE: entry.steps_online,
        Lies.PLAN: entry.steps_plan or entry.steps_online,
    }
    everywhere = (*entry.steps_drive, *entry.steps_online)
    own = (
        *systems.get(where.system, tuple(step for steps in systems.values() for step in steps)),
        *places.get(where.lies, everywhere),
    )
    for step in entry.steps if _HERE in entry.steps else (_HERE, *entry.steps):
        yield from own if step == _HERE else (step,)


def _command(entry: Entry, system: System) -> str:
    others = {System.MACOS: entry.command_macos, System.WINDOWS: entry.command_windows}
    return others.get(system) or entry.command


def names_command(text: str) -> bool:
    """Whether `text` is for a terminal: a command, an option or a variable of the environment."""
    return _COMMAND.search(text) is not None


def entries() -> tuple[Entry, ...]:
    """Every entry of the catalogue, in its order, variants included."""
    return tuple(read_catalogue(ENGLISH).values())


def known(code: str) -> bool:
    return code in read_catalogue(ENGLISH)


def find(text: str) -> str | None:
    """The code that `text` is, or that what somebody pasted from an error is about: `text` may
    hold a code, or an alias as whole words ("(SlowDown) … Please reduce your request rate"). The
    longest that fits wins."""
    if known(text):
        return text
    small = text.lower()
    found = (
        (name, code) for name, code in _names() if name.lower() in small and _holds(text, name)
    )
    best = max(found, key=lambda one: len(one[0]), default=None)
    return best[1] if best else None


def nearest(text: str) -> tuple[str, ...]:
    """Up to three codes that `text` may have meant, the best first."""
    import difflib  # noqa: PLC0415 - for typing errors only

    names = {name.lower(): code for name, code in _names()}
    close = difflib.get_close_matches(text.lower(), names, n=6, cutoff=0.55)
    return tuple(dict.fromkeys(names[name] for name in close))[:3]


@functools.cache
def _names() -> tuple[tuple[str, str], ...]:
    """Everything that stands for a code, with it."""
    return tuple((name, entry.code) for entry in entries() for name in (entry.code, *entry.aliases))


def _holds(text: str, name: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE) is not None


def fill(text: str, facts: Mapping[str, Fact], said: Words = amounts.ENGLISH) -> str:
    """`text` with its placeholders filled from `facts`; see the module's docstring."""

    def optional(match: re.Match[str]) -> str:
        needed = _PLACEHOLDER.findall(match[1])
        return match[1] if all(name in facts or default for name, default in needed) else ""

    def value(match: re.Match[str]) -> str:
        name, default = match[1], match[2]
        return _say(name, facts[name], said) if name in facts else default or ""

    filled = _PLACEHOLDER.sub(value, _OPTIONAL.sub(optional, text))
    return filled[:1].upper() + filled[1:]


def placeholders(text: str) -> Iterator[str]:
    """The names of the facts that `text` can say."""
    return (match[1] for match in _PLACEHOLDER.finditer(text))


def _say(name: str, fact: Fact, said: Words) -> str:
    if isinstance(fact, bool):
        return said.yes_no[not fact]
    if isinstance(fact, int | float):
        if name.endswith("bytes"):
            return amounts.size(fact, said)
        if name.endswith("seconds"):
            return amounts.duration(abs(fact), said)
        return amounts.count(round(fact), said)
    if name == "since":
        try:
            return amounts.date(datetime.fromisoformat(fact), said)
        except ValueError:
            return fact
    return fact


def _variant(code: str, facts: Mapping[str, Fact]) -> str:
    entry = read_catalogue(ENGLISH).get(code)
    value = facts.get(entry.variant, "") if entry and entry.variant else ""
    return f"{code}.{str(value).lower()}" if value != "" else code
