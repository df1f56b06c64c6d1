"""What could not be backed up: since when, why, and how it came to an end."""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backupclient.manifest.driver_errors import translated


class EndedBy(enum.StrEnum):
    """What ended a problem. The values are stored."""

    BACKED_UP = "backed-up"
    DELETED = "deleted"
    LEFT_OUT = "left-out"
    OTHER_REASON = "other-reason"
    """The path has a problem still, for another reason."""


class Problem(NamedTuple):
    """One path and one reason. Times are nanoseconds; `raw` is the system's own text."""

    no: int
    run_no: int
    path: bytes
    reason: str
    raw: str
    since: int
    ended: int | None
    ended_by: str | None
    last_run: int
    ended_run: int | None


class Problems:
    """Part of the manifest, and of its open transaction. Belongs to the job's thread. Every
    problem of every run is kept."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    def met(self, run_no: int, path: bytes, reason: str, raw: str, now: int) -> None:
        """A run met it. It lasts since the path first could not be backed up."""
        with translated(self._path):
            since = now
            for problem in self._select("path = ? AND ended IS NULL", path):
                if problem.reason == reason:
                    self._connection.execute(
                        "UPDATE problems SET last_run = ?, raw = ? WHERE no = ?",
                        (run_no, raw, problem.no),
                    )
                    return
                since = min(since, problem.since)
                self.end(problem.no, EndedBy.OTHER_REASON, run_no, now)
            self._connection.execute(
                "INSERT INTO problems (run_no, path, reason, raw, since, last_run)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (run_no, path, reason, raw, since, run_no),
            )

    def end(self, no: int, by: EndedBy, run_no: int, now: int) -> None:
        with translated(self._path):
            self._connection.execute(
                "UPDATE problems SET ended = ?, ended_by = ?, ended_run = ? WHERE no = ?",
                (now, by, run_no, no),
            )

    def lasting(self) -> Iterator[Problem]:
        """Those that have not ended, a page at a time; they may be ended meanwhile."""
        last = 0
        while page := self._select("ended IS NULL AND no > ? ORDER BY no LIMIT 1000", last):
            yield from page
            last = page[-1].no

    def of_run(self, run_no: int) -> list[Problem]:
        """Everything the run met, and what it ended."""
        return self._select(
            "(run_no <= ?1 AND last_run >= ?1) OR ended_run = ?1 ORDER BY no", run_no
        )

    def _select(self, where: str, value: int | bytes) -> list[Problem]:
        with translated(self._path):
            return problems_where(self._connection, where, value)


def problems_where(
    connection: sqlite3.Connection, where: str, value: int | str | bytes
) -> list[Problem]:
    """For who reads the manifest only."""
    rows = connection.execute(
        "SELECT no, run_no, path, reason, raw, since, ended, ended_by, last_run, ended_run"
        f" FROM problems WHERE {where}",
        (value,),
    )
    return [Problem._make(row) for row in rows]
