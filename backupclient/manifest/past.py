"""Asking a manifest for its runs, its problems and what the storage holds, beside whoever writes.

Inside a `States.reading()` transaction, over the same connection.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple

from backupclient.manifest.kinds import RunState
from backupclient.manifest.problems import Problem, problems_where


class PastRun(NamedTuple):
    """Times are nanoseconds; `summary` is the JSON of a `BackupSummary`, if it ended in one."""

    no: int
    state: RunState
    started: int
    ended: int | None
    listed: bool
    files_total: int
    bytes_total: int
    summary: str | None
    problems: int


_RUN = (
    "no, state, started, ended, listed, files_total, bytes_total, summary,"
    " (SELECT COUNT(*) FROM problems p WHERE p.run_no <= runs.no AND p.last_run >= runs.no)"
)
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
        return [
            PastRun(no, RunState(state), started, ended, bool(listed), *rest)
            for no, state, started, ended, listed, *rest in rows
        ]

    def newest_complete(self) -> PastRun | None:
        row = self._connection.execute(
            "SELECT no FROM runs WHERE state = ? ORDER BY no DESC LIMIT 1", (RunState.COMPLETE,)
        ).fetchone()
        return None if row is None else self.runs(before=row[0] + 1, limit=1)[0]

    def first_started(self) -> int | None:
        row = self._connection.execute("SELECT MIN(started) FROM runs").fetchone()
        return None if row[0] is None else int(row[0])

    def summaries(self) -> list[str]:
        """Those of all runs that ended complete."""
        rows = self._connection.execute("SELECT summary FROM runs WHERE summary IS NOT NULL")
        return [str(row[0]) for row in rows]

    def stored_bytes(self) -> int:
        row = self._connection.execute("SELECT COALESCE(SUM(size), 0) FROM packs").fetchone()
        return int(row[0])

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
