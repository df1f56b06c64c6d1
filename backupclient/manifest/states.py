"""Asking a manifest for the states of files, beside whoever writes to it.

Plain reading of committed rows over a connection of its own: no lock, no migration, nothing that
takes long to load. Each question is one short read transaction, so that the write-ahead log can be
truncated between them.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote

from backupclient.errors import ManifestDamaged
from backupclient.manifest.counts import ROOT
from backupclient.manifest.database import HEAD_REVISION
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.left_out import EVERYTHING
from backupclient.manifest.past import Past
from backupclient.manifest.problems import Problem, problems_where
from backupclient.manifest.run_table import RunTable
from backupclient.wire.answers import Amount, FileState, RuleMatch, StateCounts

FILE_NAME = "manifest.db"
LISTED_AT = "snapshots-listed-at"


class NewManifest(Exception):
    """It is being made at this moment, and holds nothing yet."""


class OldManifest(Exception):
    """The manifest is of an earlier program and must be migrated first."""


class Row(NamedTuple):
    """One name as the manifest has it. Times are nanoseconds. `rule` is set for what is left out,
    which has no entry."""

    path: bytes
    kind: EntryKind
    state: FileState
    size: int
    mode: int
    mtime: int
    ctime: int
    inode: int
    run_no: int
    earlier_run: int
    stored: bool
    """Whether some version of it was ever stored."""
    child: int | None
    rule: RuleMatch | None = None


ROW = (
    "e.name, e.kind, e.state, e.size, e.mode, e.mtime, e.ctime, e.inode, e.run_no, e.earlier_run,"
    " e.content IS NOT NULL, e.child"
)
LEFT_OUT = "l.name, l.kind, l.size, r.kind, r.text, r.origin"


class States:
    """Belongs to one thread. `OldManifest` when made if the manifest must be migrated; the
    manifest's errors as everywhere."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE_NAME
        with translated(self._path):
            self.connection = sqlite3.connect(
                f"file:{quote(os.fsencode(self._path))}?mode=ro", uri=True, isolation_level=None
            )
        try:
            with translated(self._path):
                self.connection.execute("PRAGMA busy_timeout = 5000")
            self._check_revision()
        except BaseException:
            self.close()
            raise

    def _check_revision(self) -> None:
        with translated(self._path):
            if self.connection.execute("SELECT 1 FROM sqlite_master").fetchone() is None:
                raise NewManifest
            row = self.connection.execute("SELECT version_num FROM alembic_version").fetchone()
        if row is None:
            raise ManifestDamaged("no revision", path=str(self._path))
        if row[0] != HEAD_REVISION:
            raise OldManifest

    def close(self) -> None:
        self.connection.close()

    @contextlib.contextmanager
    def reading(self) -> Iterator[RunTable]:
        """One read transaction: everything asked inside is of the same moment."""
        with translated(self._path):
            self.connection.execute("BEGIN")
            try:
                yield RunTable(self.connection)
            finally:
                self.connection.execute("ROLLBACK")

    # --- inside a transaction -------------------------------------------------------------------

    @property
    def past(self) -> Past:
        return Past(self.connection)

    def storage_seen(self) -> int | None:
        row = self._one("SELECT value FROM meta WHERE key = ?", LISTED_AT)
        return None if row is None else int(row[0])

    def row_at(self, runs: RunTable, path: bytes) -> Row | None:
        """What the manifest knows of an absolute path; what lies in something that is left out
        is, too."""
        folder_no, names = ROOT, [name for name in path.split(b"/") if name]
        for depth, name in enumerate(names):
            found = self._one(
                f"SELECT {ROW} FROM entries e WHERE e.folder_no = ? AND e.name = ?",
                folder_no,
                name,
            )
            if found is None:
                return self._left_out_at(folder_no, name, path)
            if depth == len(names) - 1:
                return row_of(runs, path, found)
            if found[-1] is None:
                return None
            folder_no = found[-1]
        return None

    def _left_out_at(self, folder_no: int, name: bytes, path: bytes) -> Row | None:
        found = self._one(
            f"SELECT {LEFT_OUT} FROM left_out l"
            " JOIN rules r ON r.no = l.rule_no WHERE l.folder_no = ? AND l.name IN (?, ?)"
            " ORDER BY l.name DESC",
            folder_no,
            name,
            EVERYTHING,
        )
        return None if found is None else left_out_row(path, found)

    def rule_of(self, folder_no: int) -> RuleMatch | None:
        """The rule that leaves out everything in a folder."""
        row = self._left_out_at(folder_no, EVERYTHING, b"")
        return None if row is None else row.rule

    def counts(self, runs: RunTable, folder_no: int) -> StateCounts:
        """What lies below a folder, by state."""
        sums = {state: [0, 0] for state in FileState}
        for run_no, earlier_run, state, files, size in self.connection.execute(
            "SELECT run_no, earlier_run, state, files, bytes FROM folder_counts"
            " WHERE folder_no = ?",
            (folder_no,),
        ):
            of_state = sums[runs.state_of(state, run_no, earlier_run)]
            of_state[0] += files
            of_state[1] += size
        return StateCounts(
            safe=Amount(*sums[FileState.SAFE]),
            changed=Amount(*sums[FileState.CHANGED]),
            waiting=Amount(*sums[FileState.WAITING]),
            problem=Amount(*sums[FileState.PROBLEM]),
            left_out=Amount(*sums[FileState.LEFT_OUT]),
        )

    def problem_at(self, path: bytes) -> Problem | None:
        """The problem that the path has now."""
        found = problems_where(
            self.connection, "path = ? AND ended IS NULL ORDER BY no DESC LIMIT 1", path
        )
        return found[0] if found else None

    def _one(self, statement: str, *values: int | str | bytes) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = self.connection.execute(statement, values).fetchone()
        return row


_KINDS = {kind.value: kind for kind in EntryKind}


def row_of(runs: RunTable, path: bytes, found: Sequence[Any]) -> Row:
    _, kind, state, size, mode, mtime, ctime, inode, run_no, earlier_run, stored, child = found
    named = runs.state_of(state, run_no, earlier_run)
    return Row(
        path,
        _KINDS[kind],
        named,
        size,
        mode,
        mtime,
        ctime,
        inode,
        run_no,
        earlier_run,
        bool(stored),
        child,
    )


def left_out_row(path: bytes, found: Sequence[Any]) -> Row:
    _, kind, size, *rule = found
    option, text, origin = rule
    match = RuleMatch(option, os.fsdecode(text), os.fsdecode(origin))
    state = FileState.LEFT_OUT
    return Row(path, EntryKind(kind), state, size, 0, 0, 0, 0, 0, 0, False, None, match)
