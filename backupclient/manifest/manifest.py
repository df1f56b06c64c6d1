"""The manifest: runs, folders and their entries, problems; and the blob index beside them."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from backupclient.errors import ManifestDamaged
from backupclient.manifest.blob_index import BlobIndex
from backupclient.manifest.database import Database, translated
from backupclient.manifest.kinds import EntryKind, EntryState, RunState
from backupclient.manifest.unfinished import UnfinishedFiles

FILE_NAME = "manifest.db"
_TRUSTED_FROM = "trusted-from-run"
ROOT = 1
"""The number of the folder "/"."""


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


class Run(NamedTuple):
    no: int
    set_key: str
    state: RunState
    started: int
    ended: int | None
    snapshot_id: str | None
    files_total: int
    bytes_total: int


_ENTRY_COLUMNS = (
    "name, kind, mode, size, mtime, ctime, inode, device, state, racy, run_no, child, content,"
    " fingerprint"
)
_RUN_COLUMNS = "no, set_key, state, started, ended, snapshot_id, files_total, bytes_total"


class Manifest:
    """One per data folder and repository. Belongs to the job's thread, except `blobs`, which says
    itself what others may call. Changes are part of one open transaction until `commit`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection = database.connect()
        self.blobs = BlobIndex(database, self._connection)
        self.unfinished = UnfinishedFiles(database.path, self._connection)
        self._next_folder = self._highest_folder() + 1

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest in `folder`, or make an empty one. `ManifestDamaged` if it cannot be
        one (then `set_aside` and open again)."""
        database = Database(folder / FILE_NAME)
        database.prepare()
        return cls(database)

    def _highest_folder(self) -> int:
        with translated(self._database.path):
            row = self._connection.execute("SELECT MAX(no) FROM folders").fetchone()
        return max(int(row[0] or 0), ROOT)

    # --- transactions --------------------------------------------------------------------------

    def begin(self) -> None:
        """Open a transaction unless one is open."""
        if not self._connection.in_transaction:
            with translated(self._database.path):
                self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        if self._connection.in_transaction:
            with translated(self._database.path):
                self._connection.execute("COMMIT")

    def rollback(self) -> None:
        if self._connection.in_transaction:
            with translated(self._database.path):
                self._connection.execute("ROLLBACK")

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside, or nothing."""
        self.begin()
        try:
            yield
        except BaseException:
            with contextlib.suppress(ManifestDamaged):
                self.rollback()
            raise
        self.commit()

    def close(self) -> None:
        """Roll back what is open and let go of the file."""
        self.blobs.close()
        self._connection.close()

    # --- facts ----------------------------------------------------------------------------------

    def fact(self, key: str) -> str | None:
        """A remembered fact about this repository (its location, storage quirks found)."""
        with translated(self._database.path):
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
        return None if row is None else str(row[0])

    def remember(self, key: str, value: str) -> None:
        with translated(self._database.path):
            self._connection.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?2",
                (key, value),
            )

    # --- runs -----------------------------------------------------------------------------------

    def begin_run(self, set_key: str, started: int, state: RunState = RunState.RUNNING) -> int:
        """Note that a run has begun; returns its number, higher than any before it."""
        with translated(self._database.path):
            cursor = self._connection.execute(
                "INSERT INTO runs (set_key, state, started) VALUES (?, ?, ?)",
                (set_key, state.value, started),
            )
        assert cursor.lastrowid is not None
        return cursor.lastrowid

    def end_run(
        self,
        no: int,
        state: RunState,
        ended: int,
        *,
        snapshot_id: str | None = None,
        files_total: int = 0,
        bytes_total: int = 0,
        summary: str | None = None,
    ) -> None:
        with translated(self._database.path):
            self._connection.execute(
                "UPDATE runs SET state = ?, ended = ?, snapshot_id = ?, files_total = ?,"
                " bytes_total = ?, summary = ? WHERE no = ?",
                (state.value, ended, snapshot_id, files_total, bytes_total, summary, no),
            )

    def runs(self, set_key: str | None = None) -> list[Run]:
        """All runs, or those of one set, newest first."""
        where, values = ("WHERE set_key = ?", (set_key,)) if set_key is not None else ("", ())
        with translated(self._database.path):
            rows = self._connection.execute(
                f"SELECT {_RUN_COLUMNS} FROM runs {where} ORDER BY no DESC",
                values,
            ).fetchall()
        return [Run(no, key, RunState(state), *rest) for no, key, state, *rest in rows]

    def newest_snapshot(self) -> str | None:
        """The snapshot that the last run to make one ended in."""
        with translated(self._database.path):
            row = self._connection.execute(
                "SELECT snapshot_id FROM runs WHERE snapshot_id IS NOT NULL ORDER BY no DESC"
            ).fetchone()
        return None if row is None else str(row[0])

    def holding_runs(self, listed_snapshots: set[str]) -> frozenset[int]:
        """The runs whose entries a listed snapshot holds.

        An entry names the run that stored it. Each later run of the same set that ended in a
        snapshot has looked at that entry and kept it, changed it (and its run) or dropped it; so
        any snapshot of that set from the entry's run on holds the entry as it stands. (An entry
        that a run did not come to look at is distrusted by it.) Runs from before the index last
        lost something vouch for nothing."""
        newest: dict[str, int] = {}
        trusted_from = int(self.fact(_TRUSTED_FROM) or 0)
        runs = [run for run in self.runs() if run.no >= trusted_from]
        for run in runs:
            if run.snapshot_id in listed_snapshots:
                newest[run.set_key] = max(newest.get(run.set_key, 0), run.no)
        return frozenset(run.no for run in runs if run.no <= newest.get(run.set_key, 0))

    def trust_no_earlier_run(self) -> None:
        """Something that was stored may be gone: from now on each entry is worth what the index
        says of its blobs, until a run has looked at it again."""
        with translated(self._database.path):
            row = self._connection.execute("SELECT MAX(no) FROM runs").fetchone()
        self.remember(_TRUSTED_FROM, str(int(row[0] or 0) + 1))

    # --- folders and entries --------------------------------------------------------------------

    def new_folder(self, parent_no: int, name: bytes) -> int:
        """Give a folder its number."""
        no = self._next_folder
        self._next_folder += 1
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

    def put_entries(
        self, folder_no: int, entries: Iterable[Entry], *, settled: bool = False
    ) -> None:
        """Add entries to a folder, or replace those of the same name. Unless it is `settled`, the
        tree known for the folder is from then on no longer the tree of what is in it."""
        with translated(self._database.path):
            if not settled:
                self._unsettle(folder_no)
            self._connection.executemany(
                "INSERT OR REPLACE INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                " ?)",
                [(folder_no, *entry) for entry in entries],
            )

    def drop_entries(self, folder_no: int, names: Sequence[bytes]) -> None:
        """Forget entries, and everything below those that are folders. See `put_entries`."""
        with translated(self._database.path):
            self._unsettle(folder_no)
            for name in names:
                entry = self.entry(folder_no, name)
                if entry is not None and entry.child is not None:
                    self._drop_below(entry.child)
            self._connection.executemany(
                "DELETE FROM entries WHERE folder_no = ? AND name = ?",
                [(folder_no, name) for name in names],
            )

    def _unsettle(self, folder_no: int) -> None:
        self._connection.execute(
            "UPDATE entries SET state = ?2 WHERE (folder_no, name) ="
            " (SELECT parent_no, name FROM folders WHERE no = ?1)",
            (folder_no, EntryState.WAITING),
        )

    def _drop_below(self, folder_no: int) -> None:
        below = [folder_no]
        for no in below:
            below += [
                row[0]
                for row in self._connection.execute(
                    "SELECT child FROM entries WHERE folder_no = ? AND child IS NOT NULL", (no,)
                )
            ]
        numbers = [(no,) for no in below]
        self._connection.executemany("DELETE FROM entries WHERE folder_no = ?", numbers)
        self._connection.executemany("DELETE FROM folders WHERE no = ?", numbers)

    def distrust(self, folder_no: int, names: Iterable[bytes]) -> None:
        """Entries that could not be looked at in this run: keep what is known of them, but count
        on no snapshot for it, at any depth."""
        with translated(self._database.path):
            below: list[int] = []
            for name in names:
                self._connection.execute(
                    "UPDATE entries SET run_no = 0 WHERE folder_no = ? AND name = ?",
                    (folder_no, name),
                )
                entry = self.entry(folder_no, name)
                if entry is not None and entry.child is not None:
                    below.append(entry.child)
            for no in below:
                self._connection.execute("UPDATE entries SET run_no = 0 WHERE folder_no = ?", (no,))
                below += [
                    row[0]
                    for row in self._connection.execute(
                        "SELECT child FROM entries WHERE folder_no = ? AND child IS NOT NULL",
                        (no,),
                    )
                ]

    # --- problems --------------------------------------------------------------------------------

    def add_problem(self, run_no: int, path: bytes, reason: str, raw: str, since: int) -> None:
        with translated(self._database.path):
            self._connection.execute(
                "INSERT INTO problems (run_no, path, reason, raw, since) VALUES (?, ?, ?, ?, ?)",
                (run_no, path, reason, raw, since),
            )


def set_aside(folder: Path) -> Path | None:
    """Move a damaged manifest out of the way, with what belongs to it; returns its new place.
    Nothing is deleted. The next `Manifest.open` starts an empty one."""
    for number in itertools.count(1):
        aside = folder / f"manifest.damaged-{number}.db"
        if not aside.exists():
            break
    moved = None
    for suffix in ("", "-wal", "-shm"):
        source = folder / (FILE_NAME + suffix)
        if source.exists():
            target = aside.with_name(aside.name + suffix)
            source.rename(target)
            moved = moved or target
    return moved


__all__ = ["Entry", "EntryKind", "EntryState", "Manifest", "Run", "RunState", "set_aside"]
