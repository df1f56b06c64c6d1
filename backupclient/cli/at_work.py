"""The jobs of the engine that runs, for the commands that hold, hurry and list them."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import datetime

from backupclient.cli.environment import data_folders
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal, printable
from backupclient.events import (
    CheckProgress,
    JobState,
    Progress,
    RestoreProgress,
)
from backupclient.link import Link
from backupclient.support import amounts
from backupclient.wire.jobs import AnyProgress, JobInfo, JobKind, Jobs
from backupclient.wire.protocol import AnyRequest

_KINDS = {JobKind.BACKUP: "Backup", JobKind.RESTORE: "Restore", JobKind.CHECK: "Check"}
_STATES = {
    JobState.QUEUED: "waits for its turn",
    JobState.RUNNING: "at work",
    JobState.PAUSED: "paused",
    JobState.WAITING: "waiting",
    JobState.STOPPING: "stopping",
    JobState.DONE: "done",
    JobState.FAILED: "failed",
    JobState.STOPPED: "stopped",
}


def add_job(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--job", default="", metavar="ID", help="only this one ('backupclient jobs' lists them)"
    )


def command(
    args: argparse.Namespace,
    terminal: Terminal,
    request: Callable[[int], AnyRequest],
    say: Callable[[JobInfo], str],
    nothing: str = "",
) -> int:
    """Send a request about jobs, given its id, and say a line about each, or that it is about
    `nothing` but what begins by itself. `EngineNotRunning`,
    `JobMissing` if there is nothing it could be about."""
    with Link(data_folders(args, terminal.environ).data) as link:
        jobs = link.ask(request(link.new_id()), Jobs).jobs
    if terminal.json:
        terminal.json_line(jobs)
    else:
        for job in jobs:
            terminal.tell(say(job))
        if not jobs and nothing:
            terminal.say(nothing)
    return Exit.DONE


def named(job: JobInfo) -> str:
    """ "Backup of /home/anna"."""
    kind = _KINDS[job.kind]
    subject = ", ".join(map(printable, job.subject[:3])) + (", …" if len(job.subject) > 3 else "")
    where = f"in {printable(job.location)}"
    match job.kind:
        case JobKind.BACKUP:
            return f"{kind} of {subject}"
        case JobKind.RESTORE:
            return f"{kind} to {subject}"
        case JobKind.CHECK:
            return f"{kind} {where}"


def standing(job: JobInfo, now: datetime) -> str:
    """Where it stands, in a few words."""
    words = _STATES[job.state]
    if job.state is JobState.PAUSED and job.pause_left is not None:
        words = f"{words} for {amounts.duration(job.pause_left)}"
    if job.state in (JobState.RUNNING, JobState.WAITING) and job.waiting is not None:
        from backupclient.support.explainer import explain  # noqa: PLC0415 - reads the catalogue

        words = _STATES[JobState.WAITING]
        title = explain(job.waiting).title
        words = hindered(title) if job.next_try is None else f"{words}: {title}"
        if job.next_try is not None:
            left = max((job.next_try - now).total_seconds(), 0)
            words = f"{words}; next try in {amounts.duration(left)}"
    if job.state is JobState.FAILED and job.outcome is not None and job.outcome.failure is not None:
        words = f"{words} ({job.outcome.failure.code})"
    return words


def hindered(title: str) -> str:
    """The title of what is waited for, within a sentence."""
    return f"{title[:1].lower()}{title[1:]}"


def done(progress: AnyProgress | None) -> str:
    """How far it is; empty where that is not known yet."""
    match progress:
        case Progress(bytes_total=total, bytes_safe=safe, bytes_sent=sent) if total:
            return f"{100 * (safe + sent) // total} % of {amounts.size(total)}"
        case RestoreProgress(bytes_total=total, bytes_done=ready) if total:
            return f"{100 * ready // total} % of {amounts.size(total)}"
        case CheckProgress(total=total, done=ready) if total:
            return f"{100 * ready // total} %"
        case _:
            return ""


def kept(job: JobInfo) -> str:
    """What stays of a job that is stopped now."""
    progress = job.progress
    if job.kind is JobKind.RESTORE:
        return "Files restored so far stay."
    if not isinstance(progress, Progress):
        return "Nothing was changed."
    safe, sent = amounts.size(progress.bytes_safe), amounts.size(progress.uploaded_bytes)
    return (
        f"{safe} were already safe, {sent} were sent since. What the storage has taken is kept, "
        "and the next backup goes on from there."
    )
