"""How many files of each state lie below each folder, kept as the files' rows change.

A count's key is what tells a file's state: the run that stored it, the run whose snapshot holds an
earlier version, and the entry's own state. So a run that ends in a snapshot, and a snapshot that is
gone, change the states of all their files without a row of them being touched.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from backupclient.errors import ManifestDamaged
from backupclient.manifest.kinds import EntryKind, EntryState

ROOT = 1
"""The number of the folder "/"."""
_DEEPEST = 100_000
"""Folders within folders: more than there can be."""
_PARENTS = 200_000
"""So many folders' parents are remembered at most."""

_COLUMNS = "folder_no, run_no, earlier_run, state"
_KEY = "folder_no = ? AND run_no = ? AND earlier_run = ? AND state = ?"


class Key(NamedTuple):
    """Field order is the row's."""

    folder_no: int
    run_no: int
    earlier_run: int
    state: int


class Tally(NamedTuple):
    files: int
    bytes: int


_FILE, _PROBLEM = int(EntryKind.FILE), int(EntryState.PROBLEM)


def is_counted(kind: int, state: int) -> bool:
    """Files are counted; of the rest only what is a problem."""
    return kind == _FILE or state == _PROBLEM


class FolderCounts:
    """Part of the manifest, and of its open transaction. Belongs to the job's thread."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._deltas: dict[Key, list[int]] = {}
        self._parents: dict[int, int] = {}

    def add(self, key: Key, files: int, size: int) -> None:
        """So many files more (or fewer) lie in the folder itself. Counts of the folders above
        follow at `apply`."""
        delta = self._deltas.get(key)
        if delta is None:
            self._deltas[key] = [files, size]
        else:
            delta[0] += files
            delta[1] += size

    def new_folder(self, folder_no: int, parent_no: int) -> None:
        self._parents[folder_no] = parent_no

    def apply(self) -> None:
        """Put what was added into the rows of the folders and of all above them."""
        if not self._deltas:
            return
        sums: dict[Key, list[int]] = {}
        for key, (files, size) in self._deltas.items():
            if files or size:
                for folder_no in self._upwards(key.folder_no):
                    above = sums.setdefault(key._replace(folder_no=folder_no), [0, 0])
                    above[0] += files
                    above[1] += size
        self._deltas.clear()
        if len(self._parents) > _PARENTS:
            self._parents.clear()
        self._connection.executemany(
            f"INSERT INTO folder_counts VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT ({_COLUMNS})"
            " DO UPDATE SET files = files + excluded.files, bytes = bytes + excluded.bytes",
            [(*key, files, size) for key, (files, size) in sums.items() if files or size],
        )
        self._connection.executemany(
            f"DELETE FROM folder_counts WHERE {_KEY} AND files = 0",
            [tuple(key) for key, (files, _) in sums.items() if files < 0],
        )

    def clear(self) -> None:
        """Forget what was added since the transaction began: it is rolled back."""
        self._deltas.clear()
        self._parents.clear()

    def drop(self, below: list[int], parent_no: int) -> None:
        """Folders that are dropped, the uppermost, which lies in `parent_no`, first."""
        self.apply()
        for run_no, earlier_run, state, files, size in self._connection.execute(
            "SELECT run_no, earlier_run, state, files, bytes FROM folder_counts"
            " WHERE folder_no = ?",
            (below[0],),
        ):
            self.add(Key(parent_no, run_no, earlier_run, state), -files, -size)
        self._connection.executemany(
            "DELETE FROM folder_counts WHERE folder_no = ?", [(no,) for no in below]
        )
        for no in below:
            self._parents.pop(no, None)

    def _upwards(self, folder_no: int) -> Iterator[int]:
        """The folder, and those above it up to the root. `ManifestDamaged` if they do not lead
        there."""
        for _ in range(_DEEPEST):
            if folder_no == ROOT:
                break
            yield folder_no
            parent = self._parents.get(folder_no)
            if parent is None:
                row = self._connection.execute(
                    "SELECT parent_no FROM folders WHERE no = ?", (folder_no,)
                ).fetchone()
                if row is None:
                    raise ManifestDamaged(f"no folder {folder_no}")
                parent = self._parents[folder_no] = int(row[0])
            folder_no = parent
        else:
            raise ManifestDamaged("folders within themselves")
        yield ROOT


# --- from the rows --------------------------------------------------------------------------------


def rebuild(connection: sqlite3.Connection) -> None:
    """Make all counts anew. Part of the caller's transaction."""
    connection.execute("DELETE FROM folder_counts")
    connection.executemany(
        "INSERT INTO folder_counts VALUES (?, ?, ?, ?, ?, ?)",
        ((*key, *tally) for key, tally in recounted(connection).items()),
    )


def stored_counts(connection: sqlite3.Connection) -> dict[Key, Tally]:
    """All counts as they stand."""
    rows = connection.execute(f"SELECT {_COLUMNS}, files, bytes FROM folder_counts")
    return {Key(*key): Tally(files, size) for *key, files, size in rows}


def recounted(connection: sqlite3.Connection) -> dict[Key, Tally]:
    """What the counts of all folders should be. Looks at every row."""
    parents = dict(connection.execute("SELECT no, parent_no FROM folders"))
    sums: dict[Key, list[int]] = {}
    for *key, files, size in connection.execute(
        f"SELECT {_COLUMNS}, COUNT(*), SUM(size) FROM entries WHERE kind = {EntryKind.FILE.value}"
        f" OR state = {EntryState.PROBLEM.value} GROUP BY {_COLUMNS} UNION ALL"
        f" SELECT folder_no, 0, 0, {EntryState.LEFT_OUT.value}, COUNT(*), SUM(size) FROM left_out"
        " GROUP BY folder_no"
    ):
        own = Key(*key)
        folder_no: int | None = own.folder_no
        while folder_no is not None:
            above = sums.setdefault(own._replace(folder_no=folder_no), [0, 0])
            above[0] += files
            above[1] += size
            folder_no = parents.get(folder_no)
    return {key: Tally(*tally) for key, tally in sums.items() if tally[0]}
