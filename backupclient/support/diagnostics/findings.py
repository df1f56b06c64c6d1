"""What is wrong, cause by cause: from everything that was gathered, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from backupclient.errors import Fact
from backupclient.events import DamageCode, NoticeCode
from backupclient.logs.discreet import Clean
from backupclient.logs.log import Happened, Line
from backupclient.plan import When
from backupclient.support.diagnostics.bundle import (
    Check,
    CheckState,
    Engine,
    Finding,
    Place,
    Seen,
    State,
    Tried,
    Trouble,
)
from backupclient.wire.automatic import Watching
from backupclient.wire.jobs import JobKind
from backupclient.wire.overview import RunEnd

_OVER_WHEN_FINE = (
    "storage-unreachable",
    "address-not-found",
    "captive-portal",
    "firewall",
    "not-the-storage",
    "not-confirmed",
    "storage-busy",
    "storage-fault",
    "storage-missing",
    "storage-gone",
    "certificate-untrusted",
    "proxy-refused",
    "wrong-secret",
    "unknown-access-key",
    "access-key-refused",
    "login-expired",
    "clock-wrong",
)
"""What cannot be so any more if the storage takes a byte now."""
_LOG_MATTERS = frozenset({NoticeCode.WATCH_LIMIT, NoticeCode.NOTES_REBUILT, NoticeCode.PROTECTED})
FOLLOWS_FROM = {
    "seat-released": frozenset({"unknown-access-key", "access-key-refused", "wrong-secret"}),
}
"""What is no cause of its own, but comes of another: keys are taken back with a seat."""
_PASSES = frozenset({"went-on", "watch-limit", "notes-rebuilt", "space-freed-later"})
"""Nothing that anybody has to do something about."""
_OVER_BY_ITSELF = frozenset(
    {
        *("storage-unreachable", "address-not-found", "storage-busy", "storage-fault"),
        *("upload-damaged", "object-conflict", "backup-locked", "lock-lost", "already-running"),
        *("no-network", "on-battery", "metered-line", "computer-busy", "account-unreachable"),
        "not-confirmed",
    }
)
"""What is waited for, and nobody need do anything about it."""
_CHECKS_FIRST = (Seen.CHECK, Seen.NOTES)
_DAMAGE = frozenset(map(str, DamageCode))
_MOST_NAMES = 5
_CUT_SHORT = Clean("went-on")
_NOT_RUNNING = Clean("engine-not-running")


LONG_AGO = timedelta(days=2)
_HOLDS = {When.HOURLY: timedelta(hours=3), When.DAILY: timedelta(hours=26)}
"""How long what the last backup saw may be said to hold."""


class Reason(NamedTuple):
    """Files that could not be backed up for one reason."""

    code: Clean
    files: int
    since: datetime
    names: tuple[Clean, ...]
    facts: dict[str, Fact]


class Known(NamedTuple):
    """Everything that findings are made of."""

    checks: Sequence[Check]
    engine: Engine
    places: Sequence[Place]
    reasons: Sequence[Reason]
    notes: Sequence[Finding]
    """What went wrong while the notes of this computer were read."""
    log: Sequence[Line]
    crashed: datetime | None
    by_itself: bool
    """There is a plan by which an engine should be running."""


def findings(known: Known) -> tuple[Finding, ...]:
    """One for each cause."""
    merged: dict[str, Finding] = {}
    for one in _all(known):
        code = one.trouble.code.partition(".")[0]
        merged[code] = _both(merged[code], one) if code in merged else one
    for cause, consequences in FOLLOWS_FROM.items():
        if cause in merged:
            merged = {code: one for code, one in merged.items() if code not in consequences}
    waited = _waits(known.log)
    fine_now = _fine(known.checks)
    done = [_told(one, waited, known.engine, fine_now=fine_now) for one in merged.values()]
    return tuple(sorted(done, key=_rank))


def state_of(
    found: Sequence[Finding],
    places: Sequence[Place],
    when: When | None,
    now: datetime,
    *,
    running: bool,
) -> State:
    """`when` is backed up, None without a plan; `running`: there is an engine, without which
    nothing goes on by itself."""
    lasting = [one for one in found if not one.over]
    if any(not passes(one) for one in lasting):
        waits = running and all(_waited_for(one) or passes(one) for one in lasting)
        return State.WAITING if waits else State.NEEDS_HELP
    if when is None and not places:
        return State.NO_PLAN
    last = max((place.last_backup for place in places if place.last_backup), default=None)
    if last is None:
        return State.NO_BACKUP
    if now - last > _HOLDS.get(when or When.BY_HAND, timedelta(hours=24)):
        return State.WAITING
    cut_short = any(one.trouble.code == _CUT_SHORT for one in lasting)
    unsafe = any(place.counts.unsafe for place in places)
    return State.WAITING if cut_short or unsafe else State.SAFE


def _all(known: Known) -> Iterator[Finding]:
    yield from known.notes
    for check in known.checks:
        if check.trouble is not None:
            yield Finding(trouble=check.trouble, seen=(Seen.CHECK,))
    yield from _of_engine(known.engine)
    if known.by_itself and not known.engine.running:
        yield _not_running(known.engine)
    for place in known.places[:1]:
        yield from _of_runs(place)
    yield from _verified(known.log)
    for reason in known.reasons:
        yield Finding(
            trouble=Trouble(code=reason.code, facts=reason.facts),
            seen=(Seen.FILES,),
            since=reason.since,
            count=reason.files,
            names=reason.names[:_MOST_NAMES],
        )
    if known.crashed is not None:
        trouble = Trouble(code=Clean("internal-error"))
        yield Finding(trouble=trouble, seen=(Seen.CRASH,), since=known.crashed)
    yield from _logged(known)


def _of_engine(engine: Engine) -> Iterator[Finding]:
    if engine.hindrance is not None:
        yield Finding(trouble=engine.hindrance, seen=(Seen.ENGINE,))
    for job in engine.jobs:
        if job.trouble is not None:
            yield Finding(trouble=job.trouble, seen=(Seen.ENGINE,), since=job.created)
    if engine.watching is Watching.SCANS:
        yield Finding(trouble=Trouble(code=Clean("watch-limit")), seen=(Seen.ENGINE,))


def _not_running(engine: Engine) -> Finding:
    """Where one should be."""
    trouble = engine.trouble
    if trouble is None or trouble.code == _NOT_RUNNING:
        trouble = Trouble(code=_NOT_RUNNING, facts={"reason": "planned"})
    return Finding(trouble=trouble, seen=(Seen.CHECK,))


def _of_runs(place: Place) -> Iterator[Finding]:
    """Of the newest run that says anything: what came before it is history."""
    newest = next((run for run in place.runs if run.end is not RunEnd.RUNNING), None)
    if newest is None:
        return
    if newest.failure is not None:
        tried = None
        if newest.tries > 1 and newest.ended is not None:
            tried = Tried(times=newest.tries - 1, last=newest.ended)
        yield Finding(trouble=newest.failure, seen=(Seen.RUN,), since=newest.started, tried=tried)
    elif newest.end is RunEnd.CUT_SHORT:
        since = newest.started.isoformat()
        trouble = Trouble(code=_CUT_SHORT, facts={"since": since})
        yield Finding(trouble=trouble, seen=(Seen.RUN,), since=newest.started)


def _verified(log: Sequence[Line]) -> Iterator[Finding]:
    """What the last check of the backup found."""
    begins = [
        line.job
        for line in log
        if line.event is Happened.JOB_STARTED and line.kind == JobKind.CHECK
    ]
    if not begins:
        return
    lines = [one for one in log if one.event is Happened.DAMAGE and one.job == begins[-1]]
    for code in dict.fromkeys(line.code for line in lines):
        those = [line for line in lines if line.code == code]
        names = tuple(dict.fromkeys(Clean(line.path) for line in those if line.path))
        yield Finding(
            trouble=Trouble(code=Clean(code)),
            seen=(Seen.VERIFIED,),
            since=those[0].time,
            count=sum(int(line.facts.get("count", 1)) for line in those),
            names=names[:_MOST_NAMES],
        )


def _logged(known: Known) -> Iterator[Finding]:
    """What was said and no other part of the report knows: the end of the last job of each kind
    that no run's row could be written for, and notices that last."""
    kinds = {line.job: line.kind for line in known.log if line.event is Happened.JOB_STARTED}
    ends = {kinds.get(line.job, ""): line for line in known.log if line.event is Happened.JOB_ENDED}
    for line in ends.values():
        failed = line.level == "error" and line.code not in ("", "damage-found")
        if failed:
            yield _of_line(line, Seen.LOG)
    for line in known.log:
        if line.event is Happened.NOTICED and line.code in _LOG_MATTERS:
            yield _of_line(line, Seen.LOG)
    if not known.engine.running:
        last = [line for line in known.log if line.event is Happened.AUTOMATION]
        if last and last[-1].facts.get("watching") == Watching.SCANS:
            yield Finding(trouble=Trouble(code=Clean("watch-limit")), seen=(Seen.LOG,))


def _of_line(line: Line, seen: Seen) -> Finding:
    return Finding(
        trouble=Trouble(code=Clean(line.code), facts=line.facts), seen=(seen,), since=line.time
    )


def _both(first: Finding, second: Finding) -> Finding:
    since = [one for one in (first.since, second.since) if one is not None]
    facts = {**second.trouble.facts, **first.trouble.facts}
    return msgspec.structs.replace(
        first,
        trouble=Trouble(code=first.trouble.code, facts=facts),
        seen=tuple(dict.fromkeys((*first.seen, *second.seen))),
        since=min(since, default=None),
        count=max(first.count, second.count),
        names=first.names or second.names,
        tried=first.tried or second.tried,
    )


def _told(one: Finding, waited: dict[str, Tried], engine: Engine, *, fine_now: bool) -> Finding:
    code = one.trouble.code
    tried = waited.get(code) or one.tried
    next_try = next(
        (job.next_try for job in engine.jobs if job.trouble and job.trouble.code == code), None
    )
    if next_try is None and engine.hindrance is not None and engine.hindrance.code == code:
        next_try = engine.next_run
    if next_try is not None:
        last = tried or Tried(times=0, last=next_try)
        tried = msgspec.structs.replace(last, next_try=next_try)
    over = fine_now and code in _OVER_WHEN_FINE and Seen.CHECK not in one.seen
    return msgspec.structs.replace(one, tried=tried, over=over)


def _waits(log: Iterable[Line]) -> dict[str, Tried]:
    found: dict[str, Tried] = {}
    for line in log:
        if line.event is Happened.WAITING:
            before = found.get(line.code)
            times = 1 if before is None else before.times + 1
            found[line.code] = Tried(times=times, last=line.time)
    return found


def _fine(checks: Sequence[Check]) -> bool:
    return any(
        check.name == "write" and check.state is CheckState.FINE for check in checks
    ) and not any(check.trouble is not None for check in checks)


def passes(one: Finding) -> bool:
    """Whether nobody has to do anything about it."""
    return one.trouble.code in _PASSES


def _waited_for(one: Finding) -> bool:
    return one.tried is not None and one.trouble.code in _OVER_BY_ITSELF


def _rank(one: Finding) -> tuple[int, float]:
    """What is so now and stops everything, what stopped the last run, damage, what the next
    start or run puts right, files, our own mistakes, and last what needs nobody."""
    if one.over:
        rank = 8
    elif passes(one):
        rank = 7
    elif one.trouble.code.startswith("engine-") or one.trouble.code == "notes-damaged":
        rank = 3
    elif any(seen in _CHECKS_FIRST for seen in one.seen):
        rank = 0
    elif Seen.ENGINE in one.seen or Seen.RUN in one.seen:
        rank = 1
    elif one.trouble.code in _DAMAGE:
        rank = 2
    elif Seen.LOG in one.seen:
        rank = 3
    elif Seen.FILES in one.seen:
        rank = 4
    else:
        rank = 6
    return rank, -float(one.count)
