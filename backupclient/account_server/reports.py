"""Reports that came with tickets, as whoever helps reads them: in the same words as the page in
them and `backupclient diagnose show`.

They come from somebody else's computer. Only their form is believed, they are read anew each time,
and what is read of one is bounded, so that none keeps the service busy. This is the one module of
the service that knows the client's words.
"""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from backupclient.account_server.ticket_archive import Asker
from backupclient.errors import InvalidRequest
from backupclient.logs.discreet import Clean
from backupclient.support.diagnostics.bundle import (
    BUNDLE_NAME,
    REPORT_NAME,
    Bundle,
    Door,
    Finding,
    Like,
    Person,
    Program,
    State,
    Trouble,
)
from backupclient.support.diagnostics.digest import Digest, Problem, digest
from backupclient.support.diagnostics.reading import decoded, looks_like_report, read_members
from backupclient.support.explainer import explain_code, known, system_named
from backupclient.support.options import Way

MOST_DOCUMENT = 2 << 20
"""Bytes of `bundle.json`, and of the page in a report."""
MOST_SHOWN = 30
"""Of anything that a report has several of."""
MOST_CODES = 5
_CODE = re.compile(r"[a-z0-9.-]{1,64}")


def acceptable(content: bytes) -> bool:
    """Whether it has the form of a report."""
    return looks_like_report(content)


def codes_of(content: bytes) -> tuple[str, ...]:
    """The first causes that a report names, worst first, and those that may have passed last; none
    if it cannot be read."""
    bundle = _bundle(content)
    if bundle is None:
        return ()
    worst = sorted(bundle.findings[:MOST_SHOWN], key=lambda one: one.over)
    codes = (one.trouble.code for one in worst if _CODE.fullmatch(one.trouble.code))
    return tuple(dict.fromkeys(codes))[:MOST_CODES]


def title_of(code: str, language: str) -> str:
    """What a code means, in a line; empty for one that nobody here knows."""
    return explain_code(code, language=language).title if known(code) else ""


def read(content: bytes, wish: str, language: str) -> Digest | None:
    """What it says, and what to offer first to somebody who wants to be helped like this; None if
    it cannot be read."""
    bundle = _bundle(content)
    if bundle is None:
        return None
    person = msgspec.structs.replace(bundle.person, like=Like(wish))
    try:
        return digest(msgspec.structs.replace(bundle, person=person), language)
    except InvalidRequest:
        return None


def offers_for(
    code: str, wish: str, now: datetime, language: str, asker: Asker
) -> tuple[Problem, ...]:
    """What to offer for a problem of which no report came, to somebody who is spoken to in their
    language and has that system; nothing for a code that nobody here knows."""
    if not known(code):
        return ()
    nothing = Program(
        version=Clean(""),
        python=Clean(""),
        system=Clean(""),
        machine=Clean(""),
        family=system_named(asker.system),
    )
    bundle = Bundle(
        made=now,
        state=State.NEEDS_HELP,
        person=Person(like=Like(wish), door=Door.WINDOW, language=Clean(asker.language)),
        program=nothing,
        findings=(Finding(trouble=Trouble(code=Clean(code)), seen=()),),
    )
    return digest(bundle, language).problems


def as_answer(problem: Problem, wish: str) -> str:
    """What to offer, to be sent: whole sentences to who wants to understand, the steps alone to who
    wants those, the first of them to who wants to do it together."""
    option = problem.option
    steps = [f"{place}. {step}" for place, step in enumerate(option.steps, 1)]
    if wish == Like.TOGETHER:
        return option.steps[0] if option.steps else option.words
    if option.ways[0] is Way.WORDS:
        return "\n".join((option.words, "", *steps)).strip()
    return "\n".join(steps)


def page_in(content: bytes) -> bytes | None:
    """`report.html` as that computer made it: not to be trusted with anything."""
    try:
        (found,) = read_members(content, (REPORT_NAME,), MOST_DOCUMENT)
    except InvalidRequest:
        return None
    return found


def _bundle(content: bytes) -> Bundle | None:
    try:
        (document,) = read_members(content, (BUNDLE_NAME,), MOST_DOCUMENT)
        return _bounded(decoded(document))
    except InvalidRequest:
        return None


def _bounded(bundle: Bundle) -> Bundle:
    plan = bundle.storage_plan
    if plan is not None:
        plan = msgspec.structs.replace(plan, computers=plan.computers[:MOST_SHOWN])
    jobs = bundle.engine.jobs[:MOST_SHOWN]
    return msgspec.structs.replace(
        bundle,
        findings=bundle.findings[:MOST_SHOWN],
        places=bundle.places[:MOST_SHOWN],
        storage_plan=plan,
        engine=msgspec.structs.replace(bundle.engine, jobs=jobs),
        checks=bundle.checks[:MOST_SHOWN],
        crashes=bundle.crashes[:MOST_SHOWN],
        questions=bundle.questions[:MOST_SHOWN],
    )
