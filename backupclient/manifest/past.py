"""Asking a manifest for its runs, its problems and what the storage holds, beside whoever writes.

Inside a `States.reading()` transaction, over the same connection.
"""

from __future__ import annotations

import bisect
import itertools
import sqlite3
from typing import NamedTuple

import msgspec

from backupclient.decoding import from_json
from backupclient.manifest.kinds import RunState
from backupclient.manifest.problems import Problem, problems_where
from backupclient.wire.overview import CheckReport, RunEnd


class PastRun(NamedTuple):
    """Times are nanoseconds; `summary` is the JSON of a `BackupSummary`, if it ended in one,
    `failure` that of a `RunFailure`."""

    no: int
    state: RunState
    started: int
    ended: int | None
    listed: bool
    files_total: int
    bytes_total: int
    summary: str | None
    failure: str | None
    problems: int


CHECKS = "checks"
"""In `meta`: the checks there were, newest first, as JSON."""
_RUN = "no, state, started, ended, listed, files_total, bytes_total, summary, failure"
_SPARED = "json_extract(summary, '$.bytes_read') - json_extract(summary, '$.data_added')"
_LASTING = "ended IS NULL"


class Past:
    """Belongs to the thread of the `States` whose connection it uses."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def runs(self, *, before: int = 0, limit: int = 50, since: int = 0) -> list[PastRun]:
        """Newest first: those before a run's number, if it is not 0, that began at `since` or
        later."""
        rows = self._connection.execute(
            f"SELECT {_RUN} FROM runs WHERE (?1 = 0 OR no < ?1) AND started >= ?2"
            " ORDER BY no DESC LIMIT ?3",
            (before, since, limit),
        )
        found = rows.fetchall()
        problems = self._problems_of([row[0] for row in found])
        return [
            PastRun._make((no, RunState(state), started, ended, bool(listed), *rest, problems[no]))
            for no, state, started, ended, listed, *rest in found
        ]

    def _problems_of(self, runs: list[int]) -> dict[int, int]:
        """How many problems each of these runs met, newest first. One look at the problems,
        however many runs are asked for."""
        nos = sorted(runs)
        begins, ends = [0] * (len(nos) + 1), [0] * (len(nos) + 1)
        if nos:
            spans = self._connection.execute(
                "SELECT run_no, last_run, COUNT(*) FROM problems"
                " WHERE run_no <= ? AND last_run >= ? GROUP BY run_no, last_run",
                (nos[-1], nos[0]),
            )
            for first, last, count in spans:
                begins[bisect.bisect_left(nos, first)] += count
                ends[bisect.bisect_right(nos, last)] += count
        changes = (begun - over for begun, over in zip(begins, ends, strict=True))
        return dict(zip(nos, itertools.accumulate(changes), strict=False))

    def newest_complete(self) -> PastRun | None:
        row = self._connection.execute(
            "SELECT no FROM runs WHERE state = ? ORDER BY no DESC LIMIT 1", (RunState.COMPLETE,)
        ).fetchone()
        return None if row is None else self.runs(before=row[0] + 1, limit=1)[0]

    def first_started(self) -> int | None:
        row = self._connection.execute("SELECT MIN(started) FROM runs").fetchone()
        return None if row[0] is None else int(row[0])

    def spared_bytes(self) -> int:
        """What all runs together read and did not store, because it was there already."""
        row = self._connection.execute(
            f"SELECT COALESCE(SUM(MAX(0, {_SPARED})), 0) FROM runs WHERE json_valid(summary)"
        ).fetchone()
        return int(row[0])

    def stored_bytes(self) -> int:
        row = self._connection.execute("SELECT COALESCE(SUM(size), 0) FROM packs").fetchone()
        return int(row[0])

    def checks(self) -> tuple[CheckReport, ...]:
        row = self._connection.execute("SELECT value FROM meta WHERE key = ?", (CHECKS,)).fetchone()
        return checks_in(None if row is None else row[0])

    def last_proof(self) -> CheckReport | None:
        """The newest check that read everything back, unless one since then found damage."""
        for one in self.checks():
            if one.errors:
                return None
            if one.read_data and one.end is RunEnd.COMPLETE:
                return one
        return None

    def reasons(self) -> list[tuple[str, int, int]]:
        """Of the problems that last: reason, how many, the oldest one's time."""
        return self._connection.execute(
            f"SELECT reason, COUNT(*), MIN(since) FROM problems WHERE {_LASTING} GROUP BY reason"
        ).fetchall()

    def lasting(self, reason: str, after: int, limit: int) -> list[Problem]:
        where = f"{_LASTING} AND (?1 = '' OR reason = ?1)"
        return problems_where(
            self._connection, f"{where} AND no > {after:d} ORDER BY no LIMIT {limit:d}", reason
        )

    def of_run(self, run_no: int, after: int, limit: int) -> list[Problem]:
        """What a run met, and what it ended."""
        return problems_where(
            self._connection,
            "((run_no <= ?1 AND last_run >= ?1) OR ended_run = ?1)"
            f" AND no > {after:d} ORDER BY no LIMIT {limit:d}",
            run_no,
        )

    def ended_since(self, moment: int, limit: int) -> tuple[list[Problem], int]:
        """Those over since then, newest first, and how many there are in all. A path that has
        another problem instead is not over."""
        where = "ended >= ?1 AND ended_by != 'other-reason'"
        row = self._connection.execute(
            f"SELECT COUNT(*) FROM problems WHERE {where}", (moment,)
        ).fetchone()
        found = problems_where(
            self._connection, f"{where} ORDER BY ended DESC, no DESC LIMIT {limit:d}", moment
        )
        return found, int(row[0])


def checks_in(fact: str | None) -> tuple[CheckReport, ...]:
    """What is noted of checks, newest first; nothing of what another version wrote."""
    try:
        return from_json(fact or "[]", tuple[CheckReport, ...])
    except msgspec.MsgspecError:
        return ()
