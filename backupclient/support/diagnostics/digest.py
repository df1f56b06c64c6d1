"""A report in words, for whoever helps: in the order in which it is read. In English, but for what
is said to the person."""

from __future__ import annotations

from datetime import datetime

import msgspec

from backupclient.errors import Fact
from backupclient.overview import RunEnd
from backupclient.support import amounts
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Check,
    CheckName,
    CheckState,
    Door,
    Finding,
    Like,
    Place,
    Run,
    Seen,
    State,
    Tried,
)
from backupclient.support.explainer import explain_code
from backupclient.support.options import Option, option_for


class Row(msgspec.Struct, frozen=True):
    """A name and what is said of it; `tone` is "", "fine" or "wrong"."""

    name: str
    text: str
    tone: str = ""


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """A finding and what to offer for it. `said_in` is the language of `option`, if not English."""

    code: str
    title: str
    your_data: str
    tried: str
    facts: tuple[Row, ...]
    names: tuple[str, ...]
    option: Option
    over: bool
    said_in: str = ""


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    when: str
    took: str
    how: str
    did: str
    tone: str
    code: str = ""


class Digest(msgspec.Struct, frozen=True, kw_only=True):
    headline: str
    tone: str
    made: str
    who: tuple[Row, ...]
    note: str
    problems: tuple[Problem, ...]
    files: tuple[Row, ...]
    runs: tuple[RunLine, ...]
    checks: tuple[Row, ...]
    storage: tuple[Row, ...]
    engine: tuple[Row, ...]
    versions: tuple[Row, ...]
    crashes: tuple[Row, ...]
    questions: tuple[str, ...]


_LIKES = {
    Like.EXPLAIN: "wants to understand it: say what it is and what follows",
    Like.STEPS: "wants just the steps",
    Like.TOGETHER: "wants to do it together: one step, then wait for the answer",
}
_DOORS = {Door.WINDOW: "uses the window", Door.TERMINAL: "uses the terminal"}
_SEEN = {
    Seen.CHECK: "checked when this report was made: it is so now",
    Seen.ENGINE: "the engine says so now",
    Seen.RUN: "the last run ended like this",
    Seen.FILES: "met at files in the last runs",
    Seen.VERIFIED: "found when the backup was last checked",
    Seen.LOG: "in the log",
    Seen.CRASH: "a report of a crash is there",
    Seen.NOTES: "met while this report was made",
}
_CHECKS = {
    CheckName.NAME: "Name of the storage",
    CheckName.REACH: "Storage answers, key is taken",
    CheckName.CLOCK: "Clock against the storage's",
    CheckName.WRITE: "One byte written",
    CheckName.SPEED: "Speed of a small piece",
    CheckName.DISK: "This computer's disk",
    CheckName.WATCHES: "Folders that may be watched",
}
_ENDS = {
    RunEnd.RUNNING: "at work",
    RunEnd.COMPLETE: "complete",
    RunEnd.STOPPED: "stopped by somebody",
    RunEnd.FAILED: "failed",
    RunEnd.CUT_SHORT: "cut short: power, crash or kill",
    RunEnd.FOUND: "made before this computer's notes",
}
_MOST_RUNS = 12
_SAID_ALREADY = frozenset({"reason", "since", "known", "side"})
"""By the title."""


def digest(bundle: Bundle) -> Digest:
    return Digest(
        headline=_headline(bundle),
        tone="fine" if bundle.state is State.SAFE else "wrong",
        made=amounts.date(bundle.made),
        who=_who(bundle),
        note=bundle.person.note,
        problems=tuple(_problem(one, bundle) for one in bundle.findings),
        files=_files(bundle),
        runs=_runs(bundle),
        checks=tuple(_check(one) for one in bundle.checks),
        storage=tuple(row for place in bundle.places for row in _place(place, bundle.made)),
        engine=_engine(bundle),
        versions=_versions(bundle),
        crashes=tuple(
            Row(
                f"{amounts.moment(crash.time, bundle.made)}, {crash.program}",
                f"{crash.error} at {crash.frames[-1].file}:{crash.frames[-1].line}"
                if crash.frames
                else crash.error,
                "wrong",
            )
            for crash in bundle.crashes
        ),
        questions=tuple(bundle.questions),
    )


# --- who, and how it stands -----------------------------------------------------------------------


def _headline(bundle: Bundle) -> str:
    first = next((one for one in bundle.findings if not one.over), None)
    if first is not None and first.trouble.code == "went-on":
        return "The last backup was cut short. What it had sent is kept, and the next one goes on."
    match bundle.state:
        case State.NEEDS_HELP | State.WAITING if first is not None:
            told = explain_code(first.trouble.code, first.trouble.facts)
            waits = " It goes on by itself." if bundle.state is State.WAITING else ""
            return f"{told.title}. {told.your_data}{waits}"
        case State.NO_PLAN:
            return "Nothing is set up to be backed up on this computer."
        case State.NO_BACKUP:
            return "No backup was ever completed on this computer."
        case State.WAITING | State.NEEDS_HELP:
            return "Nothing is wrong; some files wait for the next backup."
        case State.SAFE:
            return "Everything is safe."


def _who(bundle: Bundle) -> tuple[Row, ...]:
    person = bundle.person
    rows = [
        Row("Name", person.name),
        Row("To be reached", person.contact),
        Row("Help", f"{_LIKES[person.like].capitalize()}; {_DOORS[person.door]}"),
    ]
    if person.language != "en":
        rows.append(Row("Language", person.language))
    rows.append(Row("Names of files", "shown" if bundle.names_shown else "hidden"))
    return tuple(row for row in rows if row.text)


# --- problems -------------------------------------------------------------------------------------


def _problem(one: Finding, bundle: Bundle) -> Problem:
    code, facts, person = one.trouble.code, one.trouble.facts, bundle.person
    told = explain_code(code, facts)
    return Problem(
        code=told.code,
        title=told.title,
        your_data=told.your_data,
        tried=_tried(one.tried, told.meanwhile, bundle.made),
        facts=tuple(_facts_of(one, bundle.made)),
        names=tuple(one.names),
        option=option_for(code, facts, person.like, person.door, person.language),
        over=one.over,
        said_in="" if person.language.startswith("en") else person.language,
    )


def _facts_of(one: Finding, now: datetime) -> list[Row]:
    seen = [_SEEN[way] for way in one.seen]
    rows = [Row("Known from", "; ".join(seen))]
    if one.over:
        rows.append(Row("Now", "what was checked for this report went well: it may have passed"))
    if one.since is not None:
        rows.append(Row("Since", amounts.moment(one.since, now)))
    if one.count:
        rows.append(Row("How many", amounts.count(one.count)))
    facts = one.trouble.facts
    rows += [
        Row(_fact_name(name), _said(name, fact))
        for name, fact in facts.items()
        if name not in _SAID_ALREADY
    ]
    return rows


def _fact_name(name: str) -> str:
    for end in ("_bytes", "_seconds"):
        name = name.removesuffix(end)
    return name.replace("_", " ").capitalize()


def _said(name: str, fact: Fact) -> str:
    if isinstance(fact, bool):
        return "yes" if fact else "no"
    if isinstance(fact, int | float):
        if name.endswith("bytes"):
            return amounts.size(fact)
        if name.endswith("seconds"):
            return ("-" if fact < 0 else "") + amounts.duration(abs(fact))
        return str(fact) if name == "status" else amounts.count(round(fact))
    if name == "since":
        return amounts.date(datetime.fromisoformat(fact))
    return fact


def _tried(tried: Tried | None, meanwhile: str, now: datetime) -> str:
    if tried is None:
        return meanwhile
    parts = []
    if tried.times:
        often = amounts.counted(tried.times, "time")
        parts.append(f"Tried again {often}, last {amounts.moment(tried.last, now)}.")
    if tried.next_try is not None:
        left = max((tried.next_try - now).total_seconds(), 0)
        parts.append(f"Next try in {amounts.duration(left)}.")
    return " ".join((meanwhile, *parts))


# --- what was done --------------------------------------------------------------------------------


def _files(bundle: Bundle) -> tuple[Row, ...]:
    if not bundle.places:
        return ()
    counts = bundle.places[0].counts
    rows = []
    for name, amount, tone in (
        ("Safe", counts.safe, "fine"),
        ("Changed since", counts.changed, ""),
        ("Waiting", counts.waiting, ""),
        ("Problem", counts.problem, "wrong"),
        ("Left out by rules", counts.left_out, ""),
    ):
        if amount.files:
            size = f", {amounts.size(amount.bytes)}" if amount.bytes else ""
            rows.append(Row(name, f"{amounts.counted(amount.files, 'file')}{size}", tone))
    return tuple(rows)


def _runs(bundle: Bundle) -> tuple[RunLine, ...]:
    runs = bundle.places[0].runs if bundle.places else ()
    return tuple(_run(run, bundle.made) for run in runs[:_MOST_RUNS])


def _run(run: Run, now: datetime) -> RunLine:
    how = _ENDS[run.end]
    if run.failure is not None:
        how = explain_code(run.failure.code, run.failure.facts).title
    if run.went_on_from is not None:
        how = f"{how}; went on with the run of {amounts.moment(run.went_on_from, now)}"
    did = []
    if run.end is RunEnd.COMPLETE:
        did.append(f"{amounts.counted(run.files_total, 'file')}, {amounts.size(run.bytes_total)}")
        did.append(f"{amounts.size(run.stored)} stored")
    if run.problems:
        did.append(amounts.counted(run.problems, "problem"))
    took = "" if run.ended is None else amounts.duration((run.ended - run.started).total_seconds())
    good = run.end in (RunEnd.COMPLETE, RunEnd.FOUND, RunEnd.RUNNING) and not run.problems
    return RunLine(
        when=amounts.moment(run.started, now),
        took=took,
        how=how,
        did=" · ".join(did),
        tone="fine" if good else "" if run.end is RunEnd.STOPPED else "wrong",
        code=run.failure.code if run.failure else "",
    )


# --- checks, storage, versions --------------------------------------------------------------------


def _check(check: Check) -> Row:
    name = _CHECKS[check.name]
    if check.trouble is not None:
        told = explain_code(check.trouble.code, check.trouble.facts)
        return Row(name, f"{told.title} ({check.trouble.code})", "wrong")
    if check.state is CheckState.SKIPPED:
        return Row(name, "not asked")
    facts = check.facts
    match check.name:
        case CheckName.CLOCK:
            skew = abs(float(facts.get("skew_seconds", 0)))
            text = f"{amounts.duration(skew)} apart" if skew >= 1 else "the same"
        case CheckName.SPEED:
            up, down = (amounts.rate(float(facts.get(way, 0))) for way in ("up", "down"))
            text = f"{up} up, {down} down"
        case CheckName.DISK:
            free, total = (float(facts.get(f"{way}_bytes", 0)) for way in ("free", "total"))
            text = f"{amounts.size(free)} of {amounts.size(total)} free"
        case CheckName.WATCHES:
            text = amounts.count(int(facts.get("watches", 0)))
        case CheckName.WRITE if "free_bytes" in facts:
            text = f"works; {amounts.size(float(facts['free_bytes']))} free"
        case _:
            text = f"works, in {check.seconds:.1f} seconds"
    return Row(name, text, "fine")


def _place(place: Place, now: datetime) -> tuple[Row, ...]:
    what = "A folder or drive" if place.kind == "folder" else f"S3 at {place.host}"
    if not place.encrypted:
        what += ", the line is not encrypted"
    if not place.planned:
        what += " (not of the plan)"
    last = "never" if place.last_backup is None else amounts.moment(place.last_backup, now)
    seen = "never" if place.storage_seen is None else amounts.moment(place.storage_seen, now)
    rows = [
        Row("Storage", what),
        Row("Last complete backup", last, "" if place.last_backup else "wrong"),
        Row("Storage last seen", seen),
    ]
    if place.stored:
        rows.append(Row("Stored", amounts.size(place.stored)))
    return tuple(rows)


def _engine(bundle: Bundle) -> tuple[Row, ...]:
    engine, now = bundle.engine, bundle.made
    if engine.running:
        text = f"runs; by itself: {engine.automation}"
    else:
        code = engine.trouble.code if engine.trouble else "engine-not-running"
        text = f"could not be asked ({code})"
    needed = bundle.plan is not None and not engine.running
    rows = [Row("Engine", text, "wrong" if needed else "")]
    if engine.next_run is not None:
        rows.append(Row("Next backup", amounts.date(engine.next_run)))
    if engine.paused_until is not None:
        rows.append(Row("Paused until", amounts.date(engine.paused_until)))
    if engine.running:
        rows.append(Row("Watching folders", str(engine.watching)))
    for job in engine.jobs:
        trouble = f": {explain_code(job.trouble.code).title}" if job.trouble else ""
        began = amounts.moment(job.created, now)
        rows.append(Row(f"Job, {began}", f"{job.kind}, {job.state}{trouble}"))
    if (plan := bundle.plan) is not None:
        at = f" at {plan.at}" if plan.when == "daily" else ""
        rows.append(Row("Plan", f"{plan.when}{at}; {amounts.counted(plan.rules, 'rule')}"))
        rows.append(Row("Folders", ", ".join(plan.folders)))
        if plan.limit:
            rows.append(Row("Own limit", amounts.size(plan.limit)))
        if plan.limit_upload:
            rows.append(Row("Upload limit", amounts.rate(plan.limit_upload)))
    return tuple(rows)


def _versions(bundle: Bundle) -> tuple[Row, ...]:
    program, computer = bundle.program, bundle.computer
    hours = computer.utc_offset / 3600
    memory = f"{amounts.size(computer.memory_free)} of {amounts.size(computer.memory)} free"
    rows = [
        Row("Plainkeep", program.version + (", packaged" if program.packaged else "")),
        Row("System", f"{program.system}, {program.machine}, Python {program.python}"),
        Row("Processors, memory", f"{computer.processors}; {memory}"),
        Row("Time zone", f"UTC{hours:+g}"),
        Row("Secrets kept by", computer.keyring),
    ]
    return tuple(row for row in rows if row.text)
