"""How a run ended, and which problems it has."""

from __future__ import annotations

import os
from collections.abc import Sequence

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import BackupError, Cancelled
from backupclient.events import BackupSummary
from backupclient.manifest.manifest import EntryKind, EntryState, Manifest, RunState
from backupclient.manifest.problems import EndedBy
from backupclient.wire.overview import RunFailure
from backupclient.wire.protocol import encode


def end_cut_short(
    manifest: Manifest, run_no: int, error: BackupError | Cancelled, now: int
) -> None:
    """A run has ended without a snapshot, with an error or stopped by somebody. Begins a
    transaction, which is the caller's to commit; the time is in nanoseconds."""
    state, failure = RunState.STOPPED, None
    if isinstance(error, BackupError):
        noted = RunFailure(code=error.code, facts=error.facts, raw=error.raw)
        state, failure = RunState.FAILED, encode(noted).decode()
    manifest.begin()
    manifest.end_run(run_no, state, now, failure=failure)


def note_not_begun(
    manifest: Manifest, set_key: str, error: BackupError, began: int, now: int
) -> None:
    """A run of that set failed, perhaps before it had begun; then it gets a row, and those that
    fail with the same error in a row have one together. Times are nanoseconds."""
    last, tries, since = manifest.newest_attempt(), 0, began
    with manifest.transaction():
        no = 0
        if last is not None and last.state is RunState.NOT_BEGUN and last.set_key == set_key:
            before = from_json(last.failure or "{}", RunFailure)
            if before.code == error.code:
                no, tries = last.no, before.tries
        elif last is not None and last.state is RunState.FAILED and last.started >= began:
            return
        failure = RunFailure(code=error.code, facts=error.facts, raw=error.raw, tries=tries + 1)
        no = no or manifest.begin_run(set_key, since)
        manifest.end_run(no, RunState.NOT_BEGUN, now, failure=encode(failure).decode())


def end_complete(manifest: Manifest, run_no: int, summary: BackupSummary, now: int) -> None:
    """A run has ended in a snapshot. Part of the caller's transaction; the time is in
    nanoseconds."""
    manifest.end_run(
        run_no,
        RunState.COMPLETE,
        now,
        snapshot_id=summary.snapshot_id,
        files_total=summary.total_files_processed,
        bytes_total=summary.total_bytes_processed,
        summary=msgspec.json.encode(summary).decode(),
    )


def end_problems(manifest: Manifest, run_no: int, now: int, chosen: Sequence[str]) -> None:
    """At the end of a run that was complete: a problem with something it looked at, which it did
    not meet, is over. Part of the caller's transaction; times are nanoseconds."""
    tops = [os.fsencode(path).rstrip(b"/") + b"/" for path in chosen]
    for problem in manifest.problems.lasting():
        looked_at = (problem.path + b"/").startswith(tuple(tops))
        if problem.last_run != run_no and looked_at:
            ended_by = _ended_by(manifest, problem.path)
            if ended_by is not None:
                manifest.problems.end(problem.no, ended_by, run_no, now)


def _ended_by(manifest: Manifest, path: bytes) -> EndedBy | None:
    """What became of a path that was a problem; None if it is one still."""
    if path == b"/":
        return EndedBy.BACKED_UP
    entry = manifest.entry_at(path)
    if entry is None:
        return EndedBy.LEFT_OUT if manifest.left_out_at(path) else EndedBy.DELETED
    if entry.state == EntryState.STORED or entry.kind == EntryKind.FOLDER:
        return None if entry.state == EntryState.PROBLEM else EndedBy.BACKED_UP
    return None
