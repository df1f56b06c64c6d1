"""How it stands, in the first lines: since when, what runs, and whether somebody has to act."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from backupclient.events import JobState
from backupclient.logs.discreet import Clean
from backupclient.plan import When
from backupclient.support.amounts import moment
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Engine,
    Job,
    Place,
    Plan,
    Progress,
    Run,
    Trouble,
)
from backupclient.support.diagnostics.digest import digest
from backupclient.support.diagnostics.findings import Known, findings, state_of
from backupclient.support.help_articles import articles
from backupclient.wire.answers import Amount, StateCounts
from backupclient.wire.jobs import JobKind
from backupclient.wire.overview import RunEnd
from tests.support.diagnostics.sample import NOW, bundle

SAFE = StateCounts(safe=Amount(3, 9))
WAITING = StateCounts(safe=Amount(3, 9), waiting=Amount(1, 9))


def of(place: Place, engine: Engine, when: When = When.DAILY) -> Bundle:
    known = Known((), engine, (place,), (), (), (), None, by_itself=True)
    found = findings(known)
    return structs.replace(
        bundle(),
        findings=found,
        state=state_of(found, (place,), when, NOW, running=engine.running),
        places=(place,),
        plan=Plan(when=when),
        engine=engine,
    )


def place(ago: timedelta, counts: StateCounts = SAFE, *runs: Run) -> Place:
    return Place(kind=Clean("s3"), last_backup=NOW - ago, counts=counts, runs=runs)


@pytest.mark.parametrize(
    ("when", "ago", "says"),
    [
        (When.HOURLY, timedelta(hours=2), "Everything is safe."),
        (When.HOURLY, timedelta(hours=4), "Everything was safe {when}."),
        (When.DAILY, timedelta(hours=25), "Everything is safe."),
        (When.DAILY, timedelta(days=24, hours=3), "No complete backup for 24 days."),
        (When.BY_HAND, timedelta(days=2), "No complete backup for 2 days."),
    ],
)
def test_nothing_is_called_safe_that_nobody_has_looked_at(
    when: When, ago: timedelta, says: str
) -> None:
    told = digest(of(place(ago), Engine(running=True), when), "en")
    assert told.headline == says.format(when=moment(NOW - ago, NOW))
    assert (", 24 days ago" in told.standing) == (ago.days == 24)
    tones = {"Everything is safe.": "fine", "Everything was safe {when}.": ""}
    assert told.tone == tones.get(says, "wrong")
    about_when = articles("de")["schedule"].title
    assert (about_when in [row.name for row in told.answers]) == (ago.days >= 2)


def test_what_slows_a_backup_down_is_said_first() -> None:
    progress = Progress(total=18_000_000, safe=1_000_000, sent=500_000, rate=19e3, limit=20_000)
    job = Job(kind=JobKind.BACKUP, state=JobState.RUNNING, created=NOW, progress=progress)
    told = digest(of(place(timedelta(hours=1), WAITING), Engine(running=True, jobs=(job,))), "en")
    assert told.headline == (
        "Nothing is wrong. A backup runs now. 1.5 MB of 18.0 MB are safe."
        " It is slow because of a limit: 20.0 kB/s at most."
    )
    assert told.answers[0].name == articles("de")["faster"].title


def test_what_was_tried_for_weeks_is_one_line_with_its_number() -> None:
    """And somebody has to act, whatever is tried by itself."""
    began, ended = NOW - timedelta(days=39), NOW - timedelta(minutes=5)
    trouble = Trouble(code=Clean("storage-gone"))
    run = Run(started=began, ended=ended, end=RunEnd.FAILED, failure=trouble, tries=5)
    told = digest(of(place(timedelta(days=40), SAFE, run), Engine(running=True)), "en")
    assert told.headline.endswith("is not there. Once that is put right, it goes on by itself.")
    assert told.problems[0].tried.endswith("Tried again 4 times, last 5 minutes ago.")
    (line,) = told.runs
    assert (line.took, line.did) == ("", "tried 5 times, last 5 minutes ago")


def test_what_comes_back_by_itself_is_waited_for() -> None:
    trouble = Trouble(code=Clean("storage-unreachable"))
    job = Job(
        kind=JobKind.BACKUP, state=JobState.WAITING, created=NOW, trouble=trouble, next_try=NOW
    )
    told = digest(of(place(timedelta(hours=1)), Engine(running=True, jobs=(job,))), "en")
    assert told.headline.endswith(". It goes on by itself.")
