"""Which runs a listed snapshot stands for."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from backupclient.manifest.driver_errors import translated
from backupclient.manifest.kinds import RunState

_FINISHED = (RunState.COMPLETE, RunState.ADOPTED)


class SetRun(NamedTuple):
    """`listed`: whether the snapshot it ended in was there when the storage was last looked at."""

    no: int
    set_key: str
    state: int
    listed: bool | int


def held_by(runs: Iterable[SetRun], checkpointed: Collection[str] = ()) -> dict[int, int]:
    """For each run that a listed snapshot stands for, as rows name it: the newest run of its set
    that ended in one. A run is stood for by every later one of its set that ended in a snapshot
    (`Manifest.holding_runs`).

    For a run without a snapshot, in the sets of which a checkpoint is listed (`checkpointed`), only
    the rows that were put in it are held, which name the run with a minus sign: by the run itself.
    """
    known = list(runs)
    newest: dict[str, int] = {}
    for run in known:
        if run.listed:
            newest[run.set_key] = max(newest.get(run.set_key, 0), run.no)
    held: dict[int, int] = {}
    for no, set_key, state, _ in known:
        if no <= newest.get(set_key, 0):
            held[no] = held[-no] = newest[set_key]
        elif state not in _FINISHED and set_key in checkpointed:
            held[-no] = no
    return held


def unfinished_since(runs: Iterable[SetRun], set_key: str) -> frozenset[int]:
    """The runs of a set after the last that ended in a snapshot."""
    own = [run for run in runs if run.set_key == set_key]
    last = max((run.no for run in own if run.state in _FINISHED), default=0)
    return frozenset(run.no for run in own if run.no > last)


class HeldRuns:
    """What `held_by` says of the complete snapshots, asked once until `forget`. Part of the
    manifest, and of its open transaction. Belongs to the job's thread."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._held: Mapping[int, int] | None = None

    def forget(self) -> None:
        """A run has ended, or the storage was looked at."""
        self._held = None

    def runs(self) -> list[SetRun]:
        with translated(self._path):
            rows = self._connection.execute("SELECT no, set_key, state, listed FROM runs")
            return [SetRun._make(row) for row in rows.fetchall()]

    def newest(self, run_no: int) -> int | None:
        """The newest run that ended in a listed snapshot which stands for this one."""
        if self._held is None:
            self._held = held_by(self.runs())
        return self._held.get(run_no)
