"""What a report is drawn from, in rows: files, runs, checks, the storage, the engine, versions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from backupclient.events import JobState
from backupclient.logs.log import Program
from backupclient.plan import When
from backupclient.support.diagnostics.bundle import (
    Bundle,
    Check,
    CheckName,
    CheckState,
    Job,
    Place,
    Progress,
    Run,
    Seen,
)
from backupclient.support.diagnostics.findings import FOLLOWS_FROM
from backupclient.support.diagnostics.say import Say
from backupclient.support.explainer import explain_code
from backupclient.wire.automatic import AutomationState, Watching
from backupclient.wire.household import AccountState
from backupclient.wire.jobs import JobKind
from backupclient.wire.overview import RunEnd


class Row(msgspec.Struct, frozen=True):
    """A name and what is said of it; `tone` is "", "fine" or "wrong"."""

    name: str
    text: str
    tone: str = ""


class RunLine(msgspec.Struct, frozen=True, kw_only=True):
    when: str
    took: str
    how: str
    did: str
    tone: str
    code: str = ""


_CHECKS = {
    CheckName.NAME: "Name of the storage",
    CheckName.REACH: "Storage answers, is proven (TLS), takes the key",
    CheckName.CLOCK: "Clock against the storage's",
    CheckName.WRITE: "One byte written",
    CheckName.SPEED: "Speed of a small piece",
    CheckName.DISK: "This computer's disk",
    CheckName.WATCHES: "Folders that may be watched",
}
_NEEDED = (CheckName.NAME, CheckName.REACH, CheckName.CLOCK, CheckName.WRITE, CheckName.SPEED)
"""Each of the storage, and of no use without those before it."""
_PROGRAMS = {
    Program.ENGINE: "in the background",
    Program.WINDOW: "in the window",
    Program.COMMAND: "in a command",
}
_KEEPERS = {"file": "a file", "keyring": "the system's password store"}
_ENDS = {
    RunEnd.RUNNING: "at work",
    RunEnd.COMPLETE: "complete",
    RunEnd.STOPPED: "stopped by somebody",
    RunEnd.FAILED: "failed",
    RunEnd.CUT_SHORT: "cut short: power, crash or kill",
    RunEnd.FOUND: "made before this computer's notes",
}
_AUTOMATION = {
    AutomationState.OFF: "off",
    AutomationState.BY_HAND: "by hand alone",
    AutomationState.SCHEDULED: "scheduled",
    AutomationState.WAITING: "waits",
    AutomationState.PAUSED: "paused",
    AutomationState.RUNNING: "a backup runs",
}
_WATCHING = {
    Watching.OFF: "off",
    Watching.BEGINNING: "beginning",
    Watching.ON: "on",
    Watching.SCANS: "not told of changes: it looks through them",
}
_JOBS = {JobKind.BACKUP: "backup", JobKind.RESTORE: "restore", JobKind.CHECK: "check"}
_JOB_STATES = {
    JobState.QUEUED: "waits for its turn",
    JobState.RUNNING: "runs",
    JobState.PAUSED: "paused",
    JobState.WAITING: "waits",
    JobState.STOPPING: "stopping",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.STOPPED: "stopped by somebody",
}
_WHEN = {
    When.CONTINUOUS: "soon after each change",
    When.HOURLY: "hourly",
    When.DAILY: "daily",
    When.BY_HAND: "by hand alone",
}
_MOST_RUNS = 12
_NOT_RUNNING = "engine-not-running"


def files(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    if not bundle.places:
        return ()
    counts = bundle.places[0].counts
    rows = []
    if any(Seen.VERIFIED in one.seen for one in bundle.findings):
        rows.append(Row(say("In the backup"), say("something is damaged"), "wrong"))
    for name, amount, tone in (
        (say("Safe"), counts.safe, "fine"),
        (say("Changed since"), counts.changed, ""),
        (say("Waiting"), counts.waiting, ""),
        (say("Problem"), counts.problem, "wrong"),
        (say("Left out by rules"), counts.left_out, ""),
    ):
        if amount.files:
            size = f", {say.size(amount.bytes)}" if amount.bytes else ""
            rows.append(Row(name, f"{say.counted(amount.files, 'file', 'files')}{size}", tone))
    return tuple(rows)


# --- runs, checks ---------------------------------------------------------------------------------


def runs(bundle: Bundle, say: Say) -> tuple[RunLine, ...]:
    found = bundle.places[0].runs if bundle.places else ()
    return tuple(_run(run, say) for run in found[:_MOST_RUNS])


def _run(run: Run, say: Say) -> RunLine:
    how = say(_ENDS[run.end])
    if run.failure is not None:
        told = explain_code(run.failure.code, run.failure.facts, language=say.language)
        how = told.title
    if run.went_on_from is not None:
        before = say.moment(run.went_on_from)
        how = say("{how}; went on with the run of {when}", how=how, when=before)
    did = []
    if run.end is not RunEnd.COMPLETE and run.sent:
        did.append(say("{size} sent", size=say.size(run.sent)))
    if run.end is RunEnd.COMPLETE:
        count = say.counted(run.files_total, "file", "files")
        did.append(f"{count}, {say.size(run.bytes_total)}")
        did.append(say("{size} stored", size=say.size(run.stored)))
    if run.problems:
        did.append(say.counted(run.problems, "problem", "problems"))
    took = ""
    if run.ended is not None and run.tries > 1:
        tries, until = say.count(run.tries), say.moment(run.ended)
        did.append(say("tried {count} times, last {when}", count=tries, when=until))
    elif run.ended is not None:
        took = say.duration((run.ended - run.started).total_seconds())
    good = run.end in (RunEnd.COMPLETE, RunEnd.FOUND, RunEnd.RUNNING) and not run.problems
    return RunLine(
        when=say.moment(run.started),
        took=took,
        how=how,
        did=" · ".join(did),
        tone="fine" if good else "" if run.end is RunEnd.STOPPED else "wrong",
        code=run.failure.code if run.failure else "",
    )


def checks(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    causes = {one.trouble.code: number for number, one in enumerate(bundle.findings, 1)}
    follows = {
        code: number
        for cause, number in causes.items()
        for code in FOLLOWS_FROM.get(cause, ())
        if code not in causes
    }
    wrong = any(
        check.state is CheckState.WRONG and check.name in _NEEDED for check in bundle.checks
    )
    return tuple(_check(one, say, follows, wrong=wrong) for one in bundle.checks)


def _check(check: Check, say: Say, follows: Mapping[str, int], *, wrong: bool) -> Row:
    """`follows`: the number of the problem that a code comes of; `wrong`: something went wrong
    that others need."""
    name = say(_CHECKS[check.name])
    if check.trouble is not None:
        told = explain_code(check.trouble.code, check.trouble.facts, language=say.language)
        text = f"{told.title} ({check.trouble.code})"
        if number := follows.get(check.trouble.code):
            text = say("{what}: comes of problem {number}", what=text, number=say.count(number))
        return Row(name, text, "wrong")
    if check.state is CheckState.SKIPPED:
        needed = wrong and check.name in _NEEDED
        return Row(name, say("not asked, because of what is wrong") if needed else say("not asked"))
    facts = check.facts
    match check.name:
        case CheckName.CLOCK:
            skew = abs(float(facts.get("skew_seconds", 0)))
            apart = say("{time} apart", time=say.duration(skew))
            text = apart if skew >= 1 else say("the same")
        case CheckName.SPEED:
            up, down = (say.rate(float(facts.get(way, 0))) for way in ("up", "down"))
            text = say("{up} up, {down} down", up=up, down=down) if "down" in facts else up
        case CheckName.DISK:
            free, total = (
                say.size(float(facts.get(f"{way}_bytes", 0))) for way in ("free", "total")
            )
            text = say("{free} of {total} free", free=free, total=total)
        case CheckName.WATCHES:
            text = say.count(int(facts.get("watches", 0)))
        case CheckName.WRITE if "total_bytes" in facts:
            free, total = (
                say.size(float(facts.get(f"{way}_bytes", 0))) for way in ("free", "total")
            )
            text = say("works; {free} of {total} free", free=free, total=total)
        case CheckName.WRITE if "free_bytes" in facts:
            text = say("works; {size} free", size=say.size(float(facts["free_bytes"])))
        case _:
            text = say("works, in {time}", time=say.duration(check.seconds))
    return Row(name, text, "fine")


# --- storage, engine, versions --------------------------------------------------------------------


def place(one: Place, say: Say) -> tuple[Row, ...]:
    what = say("A folder or drive") if one.kind == "folder" else say("S3 at {host}", host=one.host)
    if not one.encrypted:
        what += say(", the line is not encrypted")
    if not one.planned:
        what += say(" (not of the plan)")
    if not one.known:
        return Row(say("Storage"), what), Row(say("Last complete backup"), last_backup(one, say))
    seen = say("never") if one.storage_seen is None else say.moment(one.storage_seen)
    rows = [
        Row(say("Storage"), what),
        Row(say("Last complete backup"), last_backup(one, say), "" if one.last_backup else "wrong"),
        Row(say("Storage last seen"), seen),
    ]
    if one.stored:
        rows.append(Row(say("Stored"), say.size(one.stored)))
    return tuple(rows)


def last_backup(one: Place, say: Say) -> str:
    if not one.known:
        return say("not known: this computer's notes cannot be read")
    return say("never") if one.last_backup is None else say.moment(one.last_backup)


def engine(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    found = bundle.engine
    if found.running:
        text = say("runs; by itself: {state}", state=say(_AUTOMATION[found.automation]))
    else:
        code = found.trouble.code if found.trouble else _NOT_RUNNING
        title = explain_code(code, language=say.language).title
        text = say("does not run") if code == _NOT_RUNNING else f"{title} ({code})"
    planned = bundle.plan is not None and bundle.plan.when is not When.BY_HAND
    needed = planned and not found.running
    rows = [Row(say("In the background"), text, "wrong" if needed else "")]
    if found.next_run is not None and bundle.account.state is not AccountState.RELEASED:
        rows.append(Row(say("Next backup"), say.date(found.next_run)))
    if found.paused_until is not None:
        rows.append(Row(say("Paused until"), say.date(found.paused_until)))
    if found.running:
        rows.append(Row(say("Watching folders"), say(_WATCHING[found.watching])))
    rows += [_job(job, say) for job in found.jobs]
    return (*rows, *_plan(bundle, say))


def _job(job: Job, say: Say) -> Row:
    trouble = ""
    if job.trouble is not None:
        told = explain_code(job.trouble.code, job.trouble.facts, language=say.language)
        trouble = f": {told.title}"
    began = say("Job, {when}", when=say.moment(job.created))
    far = _progress(job.progress, say) if job.progress is not None else ""
    return Row(began, f"{say(_JOBS[job.kind])}, {say(_JOB_STATES[job.state])}{trouble}{far}")


def _progress(told: Progress, say: Say) -> str:
    done, total = say.size(told.safe + told.sent), say.size(told.total)
    parts = [say("{done} of {total} are safe", done=done, total=total)] if told.total else []
    parts.append(say("{rate} now", rate=say.rate(told.rate)))
    if told.seconds_left is not None:
        parts.append(say("done in {time}", time=say.duration(told.seconds_left)))
    if told.limit:
        parts.append(say("limited to {rate}", rate=say.rate(told.limit)))
    return f": {', '.join(parts)}"


def _plan(bundle: Bundle, say: Say) -> list[Row]:
    plan = bundle.plan
    if plan is None:
        return []
    at = say(" at {time}", time=plan.at) if plan.when is When.DAILY else ""
    rules = say.counted(plan.rules, "rule", "rules")
    rows = [
        Row(say("Schedule"), f"{say(_WHEN[plan.when])}{at}; {rules}"),
        Row(say("Folders"), ", ".join(plan.folders)),
    ]
    if plan.limit:
        rows.append(Row(say("Own limit"), say.size(plan.limit)))
    if plan.limit_upload:
        rows.append(Row(say("Upload limit"), say.rate(plan.limit_upload)))
    return rows


def versions(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    program, computer = bundle.program, bundle.computer
    hours = computer.utc_offset / 3600
    free, total = say.size(computer.memory_free), say.size(computer.memory)
    memory = say("{free} of {total} free", free=free, total=total)
    packaged = say(", packaged") if program.packaged else ""
    rows = [
        Row("Plainkeep", f"{program.version}{packaged}"),
        Row(say("System"), f"{program.system}, {program.machine}, Python {program.python}"),
        Row(say("Processors, memory"), f"{computer.processors}; {memory}"),
        Row(say("Time zone"), f"UTC{hours:+g}"),
        Row(say("Secrets kept by"), say(_KEEPERS.get(computer.keyring, computer.keyring))),
        Row(say("Names of files"), say("shown") if bundle.names_shown else say("hidden")),
    ]
    return tuple(row for row in rows if row.text)


def crashes(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    rows = []
    for crash in bundle.crashes:
        where = f"{crash.frames[-1].file}:{crash.frames[-1].line}" if crash.frames else ""
        text = say("{error} at {where}", error=crash.error, where=where) if where else crash.error
        where = say(_PROGRAMS[crash.program])
        rows.append(Row(f"{say.moment(crash.time)}, {where}", text, "wrong"))
    return tuple(rows)
