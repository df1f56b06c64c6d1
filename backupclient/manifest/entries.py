"""Folders and what they hold: a row for each name, and the counts that go with the rows."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from backupclient.manifest.counts import ROOT, FolderCounts, Key, is_counted
from backupclient.manifest.database import Database
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.held import HeldRuns
from backupclient.manifest.kinds import EntryKind, EntryState

_AT_ONCE = 250
"""So many names are asked for in one statement."""


class Entry(NamedTuple):
    """One name in a folder, as it was when last looked at. Field order is the row's."""

    name: bytes
    kind: int
    mode: int
    size: int
    mtime: int
    ctime: int
    inode: int
    device: int
    state: int
    racy: int
    run_no: int
    child: int | None
    content: bytes | None
    fingerprint: bytes | None
    earlier_run: int = 0
    """Kept by `put_entries`, which knows what was there before."""


class _Before(NamedTuple):
    """What is to be known of a row before another takes its place."""

    kind: int
    state: int
    run_no: int
    earlier_run: int
    size: int
    child: int | None = None


_ENTRY_COLUMNS = (
    "name, kind, mode, size, mtime, ctime, inode, device, state, racy, run_no, child, content,"
    " fingerprint, earlier_run"
)


class Entries:
    """The part of the manifest that knows the folders. Belongs to the job's thread; changes are
    part of its transaction."""

    def __init__(self, database: Database, connection: sqlite3.Connection) -> None:
        self._database = database
        self._connection = connection
        self._counts = FolderCounts(connection)
        self._held = HeldRuns(connection, database.path)
        self._next_folder = self._highest_folder() + 1
        self._unsettled: set[int] = set()
        """Folders whose rows are known not to be `STORED`: a question less for each change."""
        self.touched: set[int] = set()
        """The folders that got entries; for whoever keeps something about them, and clears it."""

    def _highest_folder(self) -> int:
        with translated(self._database.path):
            row = self._connection.execute("SELECT MAX(no) FROM folders").fetchone()
        return max(int(row[0] or 0), ROOT)

    # --- folders --------------------------------------------------------------------------------

    def new_folder(self, parent_no: int, name: bytes) -> int:
        """Give a folder its number."""
        no = self._next_folder
        self._next_folder += 1
        self._counts.new_folder(no, parent_no)
        self._unsettled.add(no)
        with translated(self._database.path):
            self._connection.execute("INSERT INTO folders VALUES (?, ?, ?)", (no, parent_no, name))
        return no

    def find_folder(self, path: bytes) -> int | None:
        """The number of the folder at an absolute path, if it was ever looked at."""
        no = ROOT
        with translated(self._database.path):
            for name in filter(None, path.split(b"/")):
                row = self._connection.execute(
                    "SELECT child FROM entries WHERE folder_no = ? AND name = ?", (no, name)
                ).fetchone()
                if row is None or row[0] is None:
                    return None
                no = int(row[0])
        return no

    def ensure_folder(self, path: bytes) -> int:
        """The number of the folder at an absolute path, known or not. What lies above a chosen
        path gets rows that no snapshot vouches for."""
        no = ROOT
        for name in filter(None, path.split(b"/")):
            entry = self.entry(no, name)
            if entry is not None and entry.child is not None:
                no = entry.child
                continue
            child = self.new_folder(no, name)
            kind, state = EntryKind.FOLDER, EntryState.WAITING
            self.put_entries(
                no, [Entry(name, kind, 0, 0, 0, 0, 0, 0, state, 1, 0, child, None, None)]
            )
            no = child
        return no

    # --- asking ---------------------------------------------------------------------------------

    def entries_of(self, folder_no: int, *, only_folders: bool = False) -> dict[bytes, Entry]:
        """What the folder held when last looked at, by name."""
        kind = f" AND kind = {EntryKind.FOLDER.value}" if only_folders else ""
        with translated(self._database.path):
            rows = self._connection.execute(
                f"SELECT {_ENTRY_COLUMNS} FROM entries WHERE folder_no = ?{kind}",
                (folder_no,),
            )
            return {row[0]: Entry._make(row) for row in rows}

    def entry(self, folder_no: int, name: bytes) -> Entry | None:
        with translated(self._database.path):
            row = self._connection.execute(
                f"SELECT {_ENTRY_COLUMNS} FROM entries WHERE folder_no = ? AND name = ?",
                (folder_no, name),
            ).fetchone()
        return None if row is None else Entry._make(row)

    def entry_at(self, path: bytes) -> Entry | None:
        """The row of whatever lies at an absolute path."""
        above, _, name = path.rstrip(b"/").rpartition(b"/")
        folder_no = self.find_folder(above)
        return None if folder_no is None else self.entry(folder_no, name)

    def folders_of_runs(self, run_nos: Iterable[int]) -> set[int]:
        """The folders with entries that any of these runs stored. Looks at every entry."""
        marks = ",".join(str(int(no)) for no in run_nos)
        with translated(self._database.path):
            rows = self._connection.execute(
                f"SELECT DISTINCT folder_no FROM entries WHERE run_no IN ({marks})"
            ).fetchall()
        return {row[0] for row in rows}

    def contents_of_runs(self, run_nos: Iterable[int]) -> Iterator[bytes]:
        """The blob ids, back to back, of each file that any of these runs stored. Looks at every
        entry."""
        marks = ",".join(str(int(no)) for no in run_nos)
        with translated(self._database.path):
            for (content,) in self._connection.execute(
                f"SELECT content FROM entries WHERE run_no IN ({marks})"
                f" AND kind = {EntryKind.FILE.value} AND content IS NOT NULL"
            ):
                yield content

    def with_ancestors(self, folder_nos: Iterable[int]) -> set[int]:
        """These folders and all above them."""
        found: set[int] = set()
        with translated(self._database.path):
            for no in folder_nos:
                while no not in found:
                    found.add(no)
                    row = self._connection.execute(
                        "SELECT parent_no FROM folders WHERE no = ?", (no,)
                    ).fetchone()
                    if row is None:
                        break
                    no = row[0]  # noqa: PLW2901 - up from there
        return found

    # --- changing -------------------------------------------------------------------------------

    def put_entries(
        self, folder_no: int, entries: Iterable[Entry], *, settled: bool = False
    ) -> None:
        """Add entries to a folder, or replace those of the same name. Unless it is `settled`, the
        tree known for the folder is from then on no longer the tree of what is in it. Where an
        entry takes the place of an earlier version, `earlier_run` is seen to; where it takes that
        of another folder, what was below that is forgotten."""
        rows = list(entries)
        self.touched.add(folder_no)
        with translated(self._database.path):
            if not settled:
                self._unsettle(folder_no)
            before = self._before(folder_no, [row.name for row in rows])
            for row in rows:
                old = before.get(row.name)
                if old is not None and old.child not in (None, row.child):
                    self._drop_below(folder_no, old.child)
            self._connection.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " ?, ?)",
                [(folder_no, *row) for row in self._counted(folder_no, before, rows)],
            )
        for row in rows:
            if row.child is not None and row.state == EntryState.STORED:
                self._unsettled.discard(row.child)

    def _counted(
        self, folder_no: int, before: Mapping[bytes, _Before], rows: list[Entry]
    ) -> list[Entry]:
        """The rows as they are to be written, counted in the place of those `before`."""
        written = []
        changes: dict[tuple[int, int, int], list[int]] = {}
        for row in rows:
            old = before.get(row.name)
            if old is not None:
                if is_counted(old.kind, old.state):
                    taken = changes.setdefault((old.run_no, old.earlier_run, old.state), [0, 0])
                    taken[0] -= 1
                    taken[1] -= old.size
                earlier = old.earlier_run if old.run_no == row.run_no else self._earlier(old)
                if earlier != row.earlier_run:
                    row = row._replace(earlier_run=earlier)  # noqa: PLW2901 - the row is this one
            if is_counted(row.kind, row.state):
                added = changes.setdefault((row.run_no, row.earlier_run, row.state), [0, 0])
                added[0] += 1
                added[1] += row.size
            written.append(row)
        for key, (files, size) in changes.items():
            self._counts.add(Key(folder_no, *key), files, size)
        return written

    def _uncount(self, folder_no: int, old: _Before) -> None:
        if is_counted(old.kind, old.state):
            key = Key(folder_no, old.run_no, old.earlier_run, old.state)
            self._counts.add(key, -1, -old.size)

    def _earlier(self, old: _Before) -> int:
        """A run whose own snapshot holds what the row says, or an earlier version. What only a
        checkpoint holds need not be in the next one."""
        newest = self._held.newest(old.run_no) if old.run_no else None
        return old.earlier_run if newest is None else newest

    def _unseen(self, old: _Before) -> int:
        """The same for a row that goes on saying what it does, though no run stands for it: no
        earlier version may stand in for that."""
        if old.state == EntryState.STORED and old.run_no:
            return self._held.newest(old.run_no) or 0
        return self._earlier(old)

    def _before(self, folder_no: int, names: Sequence[bytes]) -> dict[bytes, _Before]:
        found: dict[bytes, _Before] = {}
        for first in range(0, len(names), _AT_ONCE):
            some = names[first : first + _AT_ONCE]
            rows = self._connection.execute(
                "SELECT name, kind, state, run_no, earlier_run, size, child FROM entries"
                f" WHERE folder_no = ? AND name IN ({','.join('?' * len(some))})",
                (folder_no, *some),
            )
            found.update((row[0], _Before._make(row[1:])) for row in rows)
        return found

    def add_waiting(
        self, folder_no: int, files: Sequence[tuple[bytes, int]], *, fresh: bool = False
    ) -> None:
        """Files, by name and size, that are seen for the first time. Those that have an entry
        already keep it; in a folder that is `fresh` there are none."""
        with translated(self._database.path):
            known = {} if fresh else self._before(folder_no, [name for name, _ in files])
            new = [(folder_no, name, size) for name, size in files if name not in known]
            if not new:
                return
            if not fresh:
                self._unsettle(folder_no)
            self._connection.executemany(
                f"INSERT INTO entries VALUES (?, ?, {EntryKind.FILE.value}, 0, ?, 0, 0, 0, 0,"
                f" {EntryState.WAITING.value}, 1, 0, NULL, NULL, NULL, 0)",
                new,
            )
        key = Key(folder_no, 0, 0, EntryState.WAITING)
        self._counts.add(key, len(new), sum(size for _, _, size in new))

    def mark_changed(self, folder_no: int, names: Sequence[bytes]) -> None:
        """Entries that are no longer what was stored of them, which their rows go on saying."""
        with translated(self._database.path):
            self._unsettle(folder_no)
            self._turn(folder_no, names, EntryState.CHANGED)

    def mark_problem(self, folder_no: int, name: bytes) -> None:
        """Something that could not be had: as `distrust`, and its state says so. What has no entry
        gets one."""
        with translated(self._database.path):
            self._unsettle(folder_no)
            if self._before(folder_no, [name]):
                self._turn(folder_no, [name], EntryState.PROBLEM)
                self._distrust_below(folder_no, name)
                return
        kind, state = EntryKind.FILE, EntryState.PROBLEM
        row = Entry(name, kind, 0, 0, 0, 0, 0, 0, state, 1, 0, None, None, None)
        self.put_entries(folder_no, [row])

    def _turn(
        self, folder_no: int, names: Sequence[bytes], state: EntryState | None = None
    ) -> None:
        """From now on no run stands for these rows."""
        for name, old in self._before(folder_no, names).items():
            if state is None:
                new = old._replace(run_no=0, earlier_run=self._unseen(old))
            else:
                new = old._replace(state=state, run_no=0, earlier_run=self._earlier(old))
            if new == old:
                continue
            self._uncount(folder_no, old)
            if is_counted(new.kind, new.state):
                key = Key(folder_no, 0, new.earlier_run, new.state)
                self._counts.add(key, 1, new.size)
            self._connection.execute(
                "UPDATE entries SET state = ?, run_no = 0, earlier_run = ?"
                " WHERE folder_no = ? AND name = ?",
                (new.state, new.earlier_run, folder_no, name),
            )

    def drop_entries(self, folder_no: int, names: Sequence[bytes]) -> None:
        """Forget entries, and everything below those that are folders. See `put_entries`."""
        with translated(self._database.path):
            self._unsettle(folder_no)
            for old in self._before(folder_no, names).values():
                self._uncount(folder_no, old)
            for name in names:
                entry = self.entry(folder_no, name)
                if entry is not None and entry.child is not None:
                    self._drop_below(folder_no, entry.child)
            self._connection.executemany(
                "DELETE FROM entries WHERE folder_no = ? AND name = ?",
                [(folder_no, name) for name in names],
            )

    def _unsettle(self, folder_no: int) -> None:
        if folder_no in self._unsettled:
            return
        self._unsettled.add(folder_no)
        self._connection.execute(
            "UPDATE entries SET state = ?2 WHERE state = ?3 AND (folder_no, name) ="
            " (SELECT parent_no, name FROM folders WHERE no = ?1)",
            (folder_no, EntryState.WAITING, EntryState.STORED),
        )

    def _drop_below(self, parent_no: int, folder_no: int) -> None:
        below = [folder_no, *self._below(folder_no)]
        self._counts.drop(below, parent_no)
        numbers = [(no,) for no in below]
        for table in ("entries", "left_out"):
            self._connection.executemany(f"DELETE FROM {table} WHERE folder_no = ?", numbers)
        self._connection.executemany("DELETE FROM folders WHERE no = ?", numbers)

    def _below(self, folder_no: int) -> Iterator[int]:
        """The folders within a folder, at any depth."""
        above = [folder_no]
        while above:
            rows = self._connection.execute(
                "SELECT child FROM entries WHERE folder_no = ? AND child IS NOT NULL",
                (above.pop(),),
            ).fetchall()
            for (child,) in rows:
                above.append(child)
                yield child

    def distrust(self, folder_no: int, names: Iterable[bytes]) -> None:
        """Entries that could not be looked at in this run: keep what is known of them, but count
        on no run for it, at any depth. `earlier_run` says which snapshot holds it."""
        with translated(self._database.path):
            for name in names:
                self._turn(folder_no, [name])
                self._distrust_below(folder_no, name)

    def _distrust_below(self, folder_no: int, name: bytes) -> None:
        entry = self.entry(folder_no, name)
        if entry is not None and entry.child is not None:
            self._distrust_all(entry.child)
            for child in self._below(entry.child):
                self._distrust_all(child)

    def _distrust_all(self, folder_no: int) -> None:
        """As `distrust`, for everything in a folder; kinds of rows at a time, for there may be
        many."""
        groups = self._connection.execute(
            "SELECT kind, state, run_no, earlier_run, COUNT(*), SUM(size) FROM entries"
            " WHERE folder_no = ? AND run_no != 0 GROUP BY kind, state, run_no, earlier_run",
            (folder_no,),
        ).fetchall()
        for kind, state, run_no, earlier_run, count, size in groups:
            earlier = self._unseen(_Before(kind, state, run_no, earlier_run, 0))
            if is_counted(kind, state):
                self._counts.add(Key(folder_no, run_no, earlier_run, state), -count, -size)
                self._counts.add(Key(folder_no, 0, earlier, state), count, size)
            self._connection.execute(
                "UPDATE entries SET run_no = 0, earlier_run = ? WHERE folder_no = ? AND run_no = ?"
                " AND earlier_run = ? AND kind = ? AND state = ?",
                (earlier, folder_no, run_no, earlier_run, kind, state),
            )
