"""The runs, asked for one at a time: years of backups every few minutes are tens of thousands, and
a question needs a few of them.

Inside a `States.reading()` transaction, over the same connection.
"""

from __future__ import annotations

import functools
import sqlite3
from typing import NamedTuple

import msgspec

from backupclient.clock import as_time
from backupclient.decoding import from_json
from backupclient.manifest.checkpointed import FACT as CHECKPOINTS
from backupclient.manifest.checkpointed import Checkpoint, checkpoints_in
from backupclient.manifest.kinds import EntryState, RunState
from backupclient.wire.answers import FileState, LastFailure
from backupclient.wire.overview import RunFailure

DONE = (RunState.COMPLETE, RunState.ADOPTED)
"""They looked at everything that was chosen for them."""
_RUN = "SELECT no, set_key, state, started, ended, listed FROM runs"
_SETS = """WITH RECURSIVE sets(key) AS (
  SELECT MIN(set_key) FROM runs
  UNION ALL
  SELECT (SELECT MIN(set_key) FROM runs WHERE set_key > key) FROM sets WHERE key IS NOT NULL
) SELECT key FROM sets WHERE key IS NOT NULL"""
"""Each set once, by the index alone."""


class KnownRun(NamedTuple):
    """Times are nanoseconds."""

    no: int
    set_key: str
    state: RunState
    started: int
    ended: int | None
    listed: bool


class RunTable:
    """What follows from the runs: which rows are safe."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[int, KnownRun | None] = {}
        self._states: dict[tuple[int, int, int], FileState] = {}

    def run(self, no: int) -> KnownRun | None:
        """The run of that number; None for 0."""
        if no not in self._runs:
            self._runs[no] = self._one("WHERE no = ?", no) if no else None
        return self._runs[no]

    def is_listed(self, no: int) -> bool:
        """Whether its own snapshot was there at the last look."""
        run = self.run(no)
        return run is not None and run.listed

    def holder(self, no: int) -> KnownRun | None:
        """The newest run of its set that ended in a listed snapshot, which holds all that this run
        has stored; None if there is none since (see `held.held_by`)."""
        run = self.run(abs(no))
        newest = None if run is None else self.newest_listed(run.set_key)
        return newest if newest is not None and newest.no >= abs(no) else None

    def checkpoint_of(self, no: int) -> Checkpoint | None:
        """The checkpoint by which alone a row that names this run is held."""
        run = self.run(-no) if no < 0 else None
        if run is None or run.state in DONE or self.holder(no) is not None:
            return None
        return self._checkpoints.get(run.set_key)

    def is_held(self, no: int) -> bool:
        """Whether a listed snapshot stands for a row that names this run."""
        return self.holder(no) is not None or self.checkpoint_of(no) is not None

    def state_of(self, state: int, run_no: int, earlier_run: int) -> FileState:
        """The state of a file, from what its row (or a count's key) says."""
        key = (state, run_no, earlier_run)
        known = self._states.get(key)
        if known is None:
            known = self._states[key] = self._find(*key)
        return known

    def _find(self, state: int, run_no: int, earlier_run: int) -> FileState:
        if state == EntryState.LEFT_OUT:
            return FileState.LEFT_OUT
        if state == EntryState.PROBLEM:
            return FileState.PROBLEM
        earlier = self.is_listed(earlier_run)
        if state == EntryState.STORED:
            # Without a run nobody has looked at it since that earlier run.
            if self.is_held(run_no) or (not run_no and earlier):
                return FileState.SAFE
            return FileState.CHANGED if earlier else FileState.WAITING
        return FileState.CHANGED if earlier and state == EntryState.CHANGED else FileState.WAITING

    # --- sets -------------------------------------------------------------------------------------

    @functools.cached_property
    def sets(self) -> tuple[str, ...]:
        """The key of everything that was ever chosen together."""
        return tuple(row[0] for row in self._connection.execute(_SETS))

    @functools.cached_property
    def newest(self) -> KnownRun | None:
        """That has begun."""
        return self._one(f"WHERE state != {RunState.NOT_BEGUN.value} ORDER BY no DESC LIMIT 1")

    @property
    def last_failure(self) -> LastFailure | None:
        """If the newest run failed, or could not even begin: with what."""
        row = self._connection.execute(
            "SELECT state, ended, failure FROM runs ORDER BY no DESC LIMIT 1"
        ).fetchone()
        if row is None or row[0] not in (RunState.FAILED, RunState.NOT_BEGUN):
            return None
        try:
            failed = from_json(row[2] or "", RunFailure)
        except msgspec.MsgspecError:  # an earlier program noted none, or it is a later one's
            return None
        return LastFailure(
            at=as_time(row[1]),
            code=failed.code,
            facts=failed.facts,
            raw=failed.raw,
            begun=row[0] == RunState.FAILED,
        )

    @functools.cached_property
    def last_end(self) -> int | None:
        """When the newest backup that is listed was complete."""
        newest = (self.newest_listed(key) for key in self.sets)
        return max((run.ended for run in newest if run and run.ended is not None), default=None)

    @functools.cached_property
    def _checkpoints(self) -> dict[str, Checkpoint]:
        row = self._connection.execute(
            "SELECT value FROM meta WHERE key = ?", (CHECKPOINTS,)
        ).fetchone()
        return checkpoints_in(None if row is None else row[0])

    @functools.cached_property
    def _newest_listed(self) -> dict[str, KnownRun | None]:
        return {}

    def newest_listed(self, set_key: str) -> KnownRun | None:
        """The newest run of a set whose snapshot was there at the last look."""
        known = self._newest_listed
        if set_key not in known:
            known[set_key] = self._one(
                "WHERE set_key = ? AND listed ORDER BY no DESC LIMIT 1", set_key
            )
        return known[set_key]

    @functools.cached_property
    def last_looks(self) -> dict[str, KnownRun]:
        """Of each set the newest run that looked at all of it."""
        where = f"WHERE set_key = ? AND state IN {tuple(map(int, DONE))} ORDER BY no DESC LIMIT 1"
        found = ((key, self._one(where, key)) for key in self.sets)
        return {key: run for key, run in found if run is not None}

    def _one(self, where: str, *values: int | str) -> KnownRun | None:
        row = self._connection.execute(f"{_RUN} {where}", values).fetchone()
        if row is None:
            return None
        no, key, state, started, ended, listed = row
        return KnownRun(no, key, RunState(state), started, ended, bool(listed))
