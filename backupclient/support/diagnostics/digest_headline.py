"""The first lines of a report: how it stands, in a sentence or three, and since when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from backupclient.events import JobState
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Finding,
    Job,
    Progress,
    Seen,
    State,
)
from backupclient.support.diagnostics.digest_rows import Row, files, last_backup
from backupclient.support.diagnostics.findings import LONG_AGO, passes
from backupclient.support.diagnostics.say import Say
from backupclient.support.explainer import explain_code
from backupclient.wire.jobs import JobKind

_CUT_SHORT = "went-on"


def headline(bundle: Bundle, say: Say) -> str:
    return " ".join(_sentences(bundle, say))


def _sentences(bundle: Bundle, say: Say) -> Iterator[str]:
    lasting = [one for one in bundle.findings if not one.over]
    first = next(iter(lasting), None)
    more = sum(1 for one in lasting[1:] if not passes(one))
    if first is not None and first.trouble.code == _CUT_SHORT:
        yield say(
            "The last backup was cut short. What it had sent is kept, and the next one goes on."
        )
    elif first is not None and not passes(first):
        yield f"{title(first, say)}."
        if bundle.state is State.WAITING:
            yield say("It goes on by itself.")
        elif bundle.engine.running and first.tried is not None:
            yield say("Once that is put right, it goes on by itself.")
        if more:
            yield say("Problems: {count}.", count=say.count(more + 1))
    else:
        yield _nothing_wrong(bundle, say)
        yield from _how_far(bundle, say)


def _nothing_wrong(bundle: Bundle, say: Say) -> str:
    if bundle.state is State.NO_PLAN:
        return say("Nothing is set up to be backed up on this computer.")
    place = next(iter(bundle.places), None)
    if bundle.state is State.NO_BACKUP or place is None or place.last_backup is None:
        return say("No backup was ever completed on this computer.")
    if age := _age(bundle, say):
        return say("No complete backup for {time}.", time=age)
    if bundle.state is State.SAFE:
        return say("Everything is safe.")
    if place.counts.unsafe:
        waits = say("Nothing is wrong; some files wait for the next backup.")
        return say("Nothing is wrong.") if at_work(bundle) else waits
    return say("Everything was safe {when}.", when=say.moment(place.last_backup))


def at_work(bundle: Bundle) -> Job | None:
    """The backup that runs."""
    return next(
        (
            job
            for job in bundle.engine.jobs
            if job.kind is JobKind.BACKUP and job.state is JobState.RUNNING
        ),
        None,
    )


def _how_far(bundle: Bundle, say: Say) -> Iterator[str]:
    """How far a backup is, and that a limit slows it down."""
    job = at_work(bundle)
    if job is None:
        return
    yield say("A backup runs now.")
    told = job.progress or Progress()
    if told.total:
        done, total = say.size(told.safe + told.sent), say.size(told.total)
        yield say("{done} of {total} are safe.", done=done, total=total)
    if told.limit:
        yield say("It is slow because of a limit: {rate} at most.", rate=say.rate(told.limit))


def days_without(bundle: Bundle) -> int:
    """How many days ago the last complete backup was, if that is long ago."""
    last = bundle.places[0].last_backup if bundle.places else None
    long_ago = last is not None and bundle.made - last >= LONG_AGO
    return (bundle.made - last) // timedelta(days=1) if last is not None and long_ago else 0


def _age(bundle: Bundle, say: Say) -> str:
    days = days_without(bundle)
    return say.counted(days, "day", "days") if days else ""


def title(one: Finding, say: Say) -> str:
    """Without its full stop."""
    if one.trouble.code == _CUT_SHORT:
        return say("The last backup was cut short")
    told = explain_code(one.trouble.code, one.trouble.facts, language=say.language)
    if Seen.FILES in one.seen and one.count:
        many = say.counted(one.count, "file or folder", "files and folders")
        return say("{many} not backed up: {why}", many=many, why=told.title)
    return told.title


def standing(bundle: Bundle, say: Say) -> str:
    """How many files are in which state, and since when."""
    if not bundle.places:
        return ""
    last = last_backup(bundle.places[0], say)
    if age := _age(bundle, say):
        last = say("{when}, {time} ago", when=last, time=age)
    rows = (*files(bundle, say), Row(say("Last complete backup"), last))
    return " · ".join(f"{row.name}: {row.text}" for row in rows)
