"""A place over time: its runs, its problems and what its storage holds, from this computer's notes.

As `status`: no password, no storage, no lock; next to nothing is loaded. Any thread.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

import msgspec

from backupclient.clock import Clock, as_time, nanoseconds
from backupclient.decoding import from_json
from backupclient.events import BackupSummary
from backupclient.manifest.kinds import EntryKind, RunState
from backupclient.manifest.past import Past, PastRun
from backupclient.manifest.problems import Problem
from backupclient.manifest.run_table import RunTable
from backupclient.manifest.states import States
from backupclient.operations.status import Source, opened, place_status
from backupclient.wire.overview import (
    DayReport,
    PlaceOverview,
    ProblemReport,
    ReasonReport,
    RunEnd,
    RunFailure,
    RunReport,
    StorageReport,
)

Kind = TypeVar("Kind")

DAYS = 30
FIRST = 5
"""Problems of each reason that an overview names."""
_RECENT = 5
_OVER_DAYS = 7
_MOST_OVER = 100
_MOST_RUNS = 5000
_ENDS = {
    RunState.RUNNING: RunEnd.RUNNING,
    RunState.COMPLETE: RunEnd.COMPLETE,
    RunState.STOPPED: RunEnd.STOPPED,
    RunState.FAILED: RunEnd.FAILED,
    RunState.ADOPTED: RunEnd.FOUND,
    RunState.NOT_BEGUN: RunEnd.FAILED,
}


def overview(
    source: Source, paths: Sequence[bytes], clock: Clock, *, running: bool
) -> PlaceOverview:
    """Everything at a glance. `running`: a job of this place is at work now."""
    status = place_status(source, paths, clock)
    with opened(source.folder) as states:
        if states is None:
            return PlaceOverview(status=status)
        with states.reading() as runs:
            past = states.past
            now = clock.now()
            over, over_count = past.ended_since(
                nanoseconds(now - timedelta(days=_OVER_DAYS)), _MOST_OVER
            )
            recent = past.runs(limit=_RECENT)
            newest = recent[0].no if recent else 0
            complete = past.newest_complete()
            first = past.first_started()
            return PlaceOverview(
                status=status,
                storage=_storage(past, source.location),
                days=_days(past, now, running=running),
                recent=tuple(_run(one, newest, running=running) for one in recent),
                last_complete=None if complete is None else _run(complete, 0, running=False),
                first_run=None if first is None else as_time(first),
                reasons=_reasons(states, runs),
                over=tuple(_problem(states, runs, one) for one in over),
                over_count=over_count,
                checks=past.checks(),
            )


class Usage(NamedTuple):
    """How many bytes the packs take that are known of, as the storage was last seen."""

    stored: int
    seen: datetime | None


def usage(source: Source) -> Usage | None:
    """None before anything is known of the place."""
    with opened(source.folder) as states:
        if states is None:
            return None
        with states.reading():
            seen = states.storage_seen()
            return Usage(states.past.stored_bytes(), None if seen is None else as_time(seen))


def run_page(
    source: Source, *, before: int, limit: int, running: bool
) -> tuple[tuple[RunReport, ...], bool]:
    """Runs, newest first, and whether there are older ones."""
    with opened(source.folder) as states:
        if states is None:
            return (), False
        with states.reading():
            newest = states.past.runs(limit=1)
            found = states.past.runs(before=before, limit=limit + 1)
            no = newest[0].no if newest else 0
            reports = tuple(_run(one, no, running=running) for one in found[:limit])
            return reports, len(found) > limit


def problem_page(
    source: Source, *, reason: str, run: int, after: int, limit: int
) -> tuple[tuple[ProblemReport, ...], bool]:
    """Problems in the order in which they came, and whether there are more."""
    with opened(source.folder) as states:
        if states is None:
            return (), False
        with states.reading() as runs:
            past = states.past
            if run:
                found = past.of_run(run, after, limit + 1)
            else:
                found = past.lasting(reason, after, limit + 1)
            reports = tuple(_problem(states, runs, one) for one in found[:limit])
            return reports, len(found) > limit


# --- parts ----------------------------------------------------------------------------------------


def _run(run: PastRun, newest: int, *, running: bool) -> RunReport:
    end = _ENDS[run.state]
    if end is RunEnd.RUNNING and not (running and run.no == newest):
        end = RunEnd.CUT_SHORT
    report = RunReport(
        no=run.no,
        started=as_time(run.started),
        ended=None if run.ended is None else as_time(run.ended),
        end=end,
        failure=_decoded(run.failure, RunFailure),
        kept=run.listed,
        files_total=run.files_total,
        bytes_total=run.bytes_total,
        problems=run.problems,
    )
    summary = _decoded(run.summary, BackupSummary)
    if summary is None:
        return report
    return msgspec.structs.replace(
        report,
        went_on_from=summary.went_on_from,
        files_new=summary.files_new,
        files_changed=summary.files_changed,
        files_unchanged=summary.files_unmodified,
        read=summary.bytes_read,
        added=summary.data_added,
        stored=summary.data_added_packed,
        sent=summary.bytes_uploaded,
    )


def _decoded(text: str | None, kind: type[Kind]) -> Kind | None:
    """None of a run without one, or of one that another version wrote."""
    try:
        return None if text is None else from_json(text, kind)
    except msgspec.MsgspecError:
        return None


def _days(past: Past, now: datetime, *, running: bool) -> tuple[DayReport, ...]:
    today = now.astimezone().date()
    days = [DayReport(day=today - timedelta(days=ago)) for ago in reversed(range(DAYS))]
    since = nanoseconds(now - timedelta(days=DAYS))
    found = past.runs(limit=_MOST_RUNS, since=since)
    newest = found[0].no if found else 0
    for one in reversed(found):
        report = _run(one, newest, running=running)
        at = DAYS - 1 - (today - report.started.astimezone().date()).days
        if not 0 <= at < DAYS or report.end is RunEnd.FOUND:
            continue
        day = days[at]
        failed = report.end in (RunEnd.FAILED, RunEnd.CUT_SHORT)
        days[at] = msgspec.structs.replace(
            day,
            runs=day.runs + 1,
            stored=day.stored + report.stored,
            problems=max(day.problems, report.problems),
            failed=day.failed + failed,
            run=report.no,
        )
    return tuple(days)


def _storage(past: Past, location: str) -> StorageReport:
    free = None
    if os.path.isabs(location):
        try:
            free = shutil.disk_usage(location).free
        except OSError:  # a drive that is not connected says nothing
            free = None
    return StorageReport(stored=past.stored_bytes(), spared=past.spared_bytes(), free=free)


def _reasons(states: States, runs: RunTable) -> tuple[ReasonReport, ...]:
    return tuple(
        ReasonReport(
            reason=reason,
            count=count,
            since=as_time(since),
            first=tuple(
                _problem(states, runs, one) for one in states.past.lasting(reason, 0, FIRST)
            ),
        )
        for reason, count, since in states.past.reasons()
    )


def _problem(states: States, runs: RunTable, problem: Problem) -> ProblemReport:
    row = states.row_at(runs, problem.path)
    earlier = row is not None and (runs.is_listed(row.earlier_run) or runs.is_held(row.run_no))
    return ProblemReport(
        no=problem.no,
        path=problem.path,
        reason=problem.reason,
        raw=problem.raw,
        since=as_time(problem.since),
        size=0 if row is None else row.size,
        folder=row is not None and row.kind is EntryKind.FOLDER,
        earlier_version=as_time(row.mtime) if row and row.stored and earlier else None,
        ended=None if problem.ended is None else as_time(problem.ended),
        ended_by=problem.ended_by or "",
    )
