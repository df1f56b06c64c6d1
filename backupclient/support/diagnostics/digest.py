"""A report in words, for whoever helps: in the order in which it is read."""

from __future__ import annotations

from datetime import datetime

import msgspec

from backupclient.errors import Fact, InvalidRequest
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Door,
    Finding,
    Like,
    Seen,
    State,
    Tried,
)
from backupclient.support.diagnostics.digest_headline import (
    at_work,
    days_without,
    headline,
    standing,
    title,
)
from backupclient.support.diagnostics.digest_rights import (
    bought,
    computers,
    on_its_way,
    storage_plan,
)
from backupclient.support.diagnostics.digest_rows import (
    Row,
    RunLine,
    checks,
    crashes,
    engine,
    files,
    place,
    runs,
    versions,
)
from backupclient.support.diagnostics.findings import passes
from backupclient.support.diagnostics.say import Say
from backupclient.support.explainer import Lies, Where, explain_code
from backupclient.support.help_articles import articles, plain
from backupclient.support.help_search import answers
from backupclient.support.options import Option, option_for
from backupclient.wire.entitlement import Source


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A finding and what to offer for it. `said_in` is the language of the words and steps of
    `option`, if it is another than that of the rest."""

    code: str
    title: str
    your_data: str
    tried: str
    facts: tuple[Row, ...]
    names: tuple[str, ...]
    option: Option
    over: bool
    said_in: str = ""


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    """`headline` is the state in a sentence or two, `standing` counts files and says since when.
    `tone` is "fine", "wrong", or "" where nothing is wrong and not everything is safe yet."""

    language: str
    headline: str
    standing: str
    tone: str
    made: str
    who: tuple[Row, ...]
    note: str
    problems: tuple[Problem, ...]
    files: tuple[Row, ...]
    runs: tuple[RunLine, ...]
    checks: tuple[Row, ...]
    storage: tuple[Row, ...]
    computers: tuple[Row, ...]
    engine: tuple[Row, ...]
    versions: tuple[Row, ...]
    crashes: tuple[Row, ...]
    questions: tuple[str, ...]
    answers: tuple[Row, ...]
    """Articles of the help about what the person says, where nothing is wrong; first the one
    about speed, if a limit slows a backup down, or when there are backups, if there was none for
    long."""


_LIKES = {
    Like.EXPLAIN: "Wants to understand it: say what it is and what follows",
    Like.STEPS: "Wants just the steps",
    Like.TOGETHER: "Wants to do it together: one step, then wait for the answer",
}
_DOORS = {Door.WINDOW: "uses the window", Door.TERMINAL: "uses the terminal"}
_SEEN = {
    Seen.CHECK: "checked when this report was made: it is so now",
    Seen.ENGINE: "the part in the background says so now",
    Seen.RUN: "the last run ended like this",
    Seen.FILES: "met at files in the last runs",
    Seen.VERIFIED: "found when the backup was last checked",
    Seen.LOG: "in the log",
    Seen.CRASH: "a report of a crash is there",
    Seen.NOTES: "met while this report was made",
}
_FACTS = {
    "attempt": "Attempt",
    "bytes": "Size",
    "count": "Count",
    "exclusive": "Exclusive",
    "folders": "Folders",
    "free_bytes": "Free",
    "holder": "Held by",
    "host": "Host",
    "kept_as": "Kept as",
    "limit_bytes": "Limit",
    "missing_bytes": "Missing",
    "needed_bytes": "Needed",
    "operation": "Operation",
    "pack_bytes": "Pack",
    "path": "Path",
    "region": "Region",
    "safe_bytes": "Safe",
    "seconds": "Seconds",
    "skew_seconds": "Skew",
    "status": "Status",
    "storage_code": "Storage code",
    "system": "System's word",
    "total_bytes": "Total",
    "waited_seconds": "Waited",
    "tries": "Tries",
    "watches": "Watches",
    "watching": "Watching",
}
_HIT = {Seen.FILES: "Files and folders", Seen.VERIFIED: "Damaged parts"}
_OPERATIONS = {"read": "reading", "write": "writing", "delete": "deleting", "list": "listing"}
_MOST_ANSWERS = 2
_ABOUT_WHEN = "schedule"
_ABOUT_SPEED = "faster"
_SAID_ALREADY = frozenset({"reason", "since", "known", "side", "tried"})
"""By the title."""


def digest(bundle: Bundle, language: str = "") -> Digest:
    """In the language of the person who made it, unless another is given; what is to be said to
    that person always is in his. `InvalidRequest` (reason report) for numbers or times that nobody
    could have written down."""
    try:
        return _digest(bundle, language)
    except (ValueError, OverflowError, TypeError) as error:
        raise InvalidRequest(str(error), reason="report") from error


def _digest(bundle: Bundle, language: str) -> Digest:
    say = Say(language or bundle.person.language, bundle.made)
    return Digest(
        language=say.language,
        headline=headline(bundle, say),
        standing=standing(bundle, say),
        tone=_tone(bundle),
        made=say.date(bundle.made),
        who=_who(bundle, say),
        note=bundle.person.note,
        problems=tuple(_problem(one, bundle, say) for one in bundle.findings),
        files=files(bundle, say),
        runs=runs(bundle, say),
        checks=checks(bundle, say),
        storage=(
            *(row for one in bundle.places for row in place(one, say)),
            *storage_plan(bundle, say),
        ),
        computers=computers(bundle, say),
        engine=engine(bundle, say),
        versions=versions(bundle, say),
        crashes=crashes(bundle, say),
        questions=tuple(bundle.questions),
        answers=_answers(bundle),
    )


# --- who, and how it stands -----------------------------------------------------------------------


def _tone(bundle: Bundle) -> str:
    if bundle.state is State.SAFE:
        return "fine"
    waits = bundle.state is State.WAITING and not days_without(bundle)
    return "" if waits and all(passes(one) for one in bundle.findings) else "wrong"


def _who(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    person = bundle.person
    rows = [
        Row(say("Name"), person.name),
        Row(say("To be reached"), person.contact),
        Row(say("Help"), f"{say(_LIKES[person.like])}; {say(_DOORS[person.door])}"),
    ]
    if not person.language.startswith("en"):
        rows.append(Row(say("Language"), person.language))
    return tuple(row for row in rows if row.text)


def _answers(bundle: Bundle) -> tuple[Row, ...]:
    if any(not one.over and not passes(one) for one in bundle.findings):
        return ()
    language = bundle.person.language
    found = list(answers(bundle.person.note, language))
    running = at_work(bundle)
    if days_without(bundle):
        found.insert(0, articles(language)[_ABOUT_WHEN])
    if running is not None and running.progress is not None and running.progress.limit:
        found.insert(0, articles(language)[_ABOUT_SPEED])
    told = dict.fromkeys(Row(one.title, plain(one.answer)) for one in found)
    return tuple(told)[:_MOST_ANSWERS]


def _where(bundle: Bundle) -> Where:
    """Whom steps are for."""
    if not bundle.places:
        return Where(bundle.program.family)
    if bundle.places[0].kind == "folder":
        return Where(bundle.program.family, Lies.DRIVE)
    plan = bundle.storage_plan
    bought = plan is not None and plan.source is Source.SERVICE and bundle.places[0].planned
    return Where(bundle.program.family, Lies.PLAN if bought else Lies.ONLINE)


# --- problems -------------------------------------------------------------------------------------


def _problem(one: Finding, bundle: Bundle, say: Say) -> Problem:
    code, facts, person = one.trouble.code, one.trouble.facts, bundle.person
    told = explain_code(code, facts, language=say.language)
    spoken = Say(person.language, bundle.made).language
    full = code.startswith("storage-full")
    option = option_for(code, facts, person.like, person.door, spoken, _where(bundle))
    if full and bundle.storage_plan is not None and bundle.storage_plan.pending_limit is not None:
        option = bought(option, Say(spoken, bundle.made))
    return Problem(
        code=told.code,
        title=title(one, say),
        your_data=told.your_data,
        tried=_tried(one.tried, told.meanwhile, bundle.made, say),
        facts=(*(on_its_way(bundle, say) if full else ()), *_facts_of(one, say)),
        names=tuple(one.names),
        option=option,
        over=one.over,
        said_in="" if spoken == say.language else spoken,
    )


def _facts_of(one: Finding, say: Say) -> list[Row]:
    seen = [say(_SEEN[way]) for way in one.seen]
    rows = [Row(say("Known from"), "; ".join(seen))]
    if one.over:
        fine = say("what was checked for this report went well: it may have passed")
        rows.append(Row(say("Now"), fine))
    if one.since is not None:
        rows.append(Row(say("Since"), say.moment(one.since)))
    if one.count:
        hit = next((_HIT[way] for way in one.seen if way in _HIT), _HIT[Seen.FILES])
        rows.append(Row(say(hit), say.count(one.count)))
    facts = one.trouble.facts
    doubled = {"system"} if facts.get("system") == facts.get("storage_code") else set()
    rows += [
        Row(say(_FACTS.get(name, name)), _said(name, fact, say))
        for name, fact in facts.items()
        if name not in _SAID_ALREADY | doubled and not (name == "path" and one.names)
    ]
    return rows


def _said(name: str, fact: Fact, say: Say) -> str:
    if isinstance(fact, bool):
        return say.yes_no(fact)
    if isinstance(fact, int | float):
        if name.endswith("bytes"):
            return say.size(fact)
        if name.endswith("seconds"):
            return ("-" if fact < 0 else "") + say.duration(abs(fact))
        return str(fact) if name == "status" else say.count(round(fact))
    return say(_OPERATIONS[fact]) if name == "operation" and fact in _OPERATIONS else fact


def _tried(tried: Tried | None, meanwhile: str, now: datetime, say: Say) -> str:
    parts = [meanwhile]
    if tried is not None and tried.times:
        often = say.counted(tried.times, "time", "times")
        parts.append(
            say("Tried again {often}, last {when}.", often=often, when=say.moment(tried.last))
        )
    if tried is not None and tried.next_try is not None:
        left = say.duration(max((tried.next_try - now).total_seconds(), 0))
        parts.append(say("Next try in {left}.", left=left))
    return " ".join(parts)
