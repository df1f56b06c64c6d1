"""The manifest: runs, folders and their entries, problems; and the blob index beside them."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

from backupclient.errors import ManifestDamaged
from backupclient.manifest import counts
from backupclient.manifest.blob_index import BlobIndex
from backupclient.manifest.checkpointed import CheckpointedRows
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.counts import ROOT
from backupclient.manifest.database import Database
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.entries import Entries, Entry
from backupclient.manifest.held import SetRun, held_by
from backupclient.manifest.kinds import EntryKind, EntryState, RunState
from backupclient.manifest.left_out import LeftOuts
from backupclient.manifest.lost import LostBlobs
from backupclient.manifest.problems import Problems
from backupclient.manifest.states import FILE_NAME, LISTED_AT
from backupclient.manifest.unfinished import UnfinishedFiles

_TRUSTED_FROM = "trusted-from-run"
_TO_BE_COUNTED = "folders-to-be-counted"


class Attempt(NamedTuple):
    """The newest run, or what was to become one. `failure` is the JSON of a `RunFailure`."""

    no: int
    set_key: str
    state: RunState
    started: int
    failure: str | None


class Run(NamedTuple):
    no: int
    set_key: str
    state: RunState
    started: int
    ended: int | None
    snapshot_id: str | None
    files_total: int
    bytes_total: int


_RUN_COLUMNS = "no, set_key, state, started, ended, snapshot_id, files_total, bytes_total"


class Manifest(Entries):
    """One per data folder and repository. Belongs to the job's thread, except `blobs`, which says
    itself what others may call. Changes are part of one open transaction until `commit`."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, database.connect())
        self.blobs = BlobIndex(database, self._connection)
        self.unfinished = UnfinishedFiles(database.path, self._connection)
        self.left_out = LeftOuts(self._connection, self._counts, database.path)
        self.problems = Problems(self._connection, database.path)
        self.lost = LostBlobs(self._connection, self._counts, database.path)
        self.checkpoints = CheckpointedRows(
            self._connection, self._counts, self._held, database.path
        )

    @property
    def path(self) -> Path:
        return self._database.path

    @classmethod
    def open(cls, folder: Path) -> Manifest:
        """Open the manifest in `folder`, or make an empty one. `ManifestDamaged` if it cannot be
        one (then `set_aside` and open again)."""
        database = Database(folder / FILE_NAME)
        database.prepare()
        manifest = cls(database)
        try:
            manifest._count_once()
            manifest.blobs.distrusted.load()
        except BaseException:
            manifest.close()
            raise
        return manifest

    def _count_once(self) -> None:
        """A manifest from before folders had counts gets them."""
        if self.fact(_TO_BE_COUNTED) is not None:
            with self.transaction(), translated(self._database.path):
                counts.rebuild(self._connection)
                self._connection.execute("DELETE FROM meta WHERE key = ?", (_TO_BE_COUNTED,))

    def damaged(self, raw: str) -> ManifestDamaged:
        """What to raise when rows contradict each other."""
        return ManifestDamaged(raw, path=str(self._database.path))

    # --- transactions --------------------------------------------------------------------------

    def begin(self) -> None:
        """Open a transaction unless one is open."""
        if not self._connection.in_transaction:
            with translated(self._database.path):
                self._connection.execute("BEGIN IMMEDIATE")

    def commit(self) -> None:
        if self._connection.in_transaction:
            with translated(self._database.path):
                self._counts.apply()
                self._connection.execute("COMMIT")

    def rollback(self) -> None:
        self._counts.clear()
        self._unsettled.clear()
        self._held.forget()
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

    def only_read(self) -> None:
        """From now on, every change is refused: somebody else may write."""
        with translated(self._database.path):
            self._connection.execute("PRAGMA query_only = ON").close()

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
        failure: str | None = None,
    ) -> None:
        with translated(self._database.path):
            self._connection.execute(
                "UPDATE runs SET state = ?1, ended = ?2, snapshot_id = ?3, files_total = ?4,"
                " bytes_total = ?5, summary = ?6, failure = ?7, listed = ?3 IS NOT NULL"
                " WHERE no = ?8",
                (state.value, ended, snapshot_id, files_total, bytes_total, summary, failure, no),
            )
        self._held.forget()

    def runs(self, set_key: str | None = None) -> list[Run]:
        """All runs that have begun, or those of one set, newest first."""
        where, values = f"WHERE state != {RunState.NOT_BEGUN.value}", tuple[str, ...]()
        if set_key is not None:
            where, values = f"{where} AND set_key = ?", (set_key,)
        with translated(self._database.path):
            rows = self._connection.execute(
                f"SELECT {_RUN_COLUMNS} FROM runs {where} ORDER BY no DESC",
                values,
            ).fetchall()
        return [_run(row) for row in rows]

    def set_runs(self) -> list[SetRun]:
        """All runs, as far as they say what is held."""
        return self._held.runs()

    def read_unfinished(self, ids: set[bytes]) -> set[bytes]:
        """Those of the data blobs `ids` that a run without a snapshot has read from files, whatever
        became of it. Looks at every row."""
        found: set[bytes] = set()
        for content in self.contents_of_runs(
            run.no for run in self.runs() if run.snapshot_id is None
        ):
            found.update(ids.intersection(blob_ids(content)))
        for number in self.unfinished.all():
            found.update(ids.intersection(chunk.id for chunk in self.unfinished.chunks(number)))
        return found

    def newest_attempt(self) -> Attempt | None:
        """The newest run of any set, whether or not it came to begin."""
        with translated(self._database.path):
            row = self._connection.execute(
                "SELECT no, set_key, state, started, failure FROM runs ORDER BY no DESC LIMIT 1"
            ).fetchone()
        return None if row is None else Attempt._make(row)._replace(state=RunState(row[2]))

    def newest_snapshot(self) -> str | None:
        """The snapshot that the last run to make one ended in."""
        with translated(self._database.path):
            row = self._connection.execute(
                "SELECT snapshot_id FROM runs WHERE snapshot_id IS NOT NULL ORDER BY no DESC"
            ).fetchone()
        return None if row is None else str(row[0])

    def snapshot_names(self) -> set[str]:
        """Of all runs that ended in one, whatever became of it."""
        with translated(self._database.path):
            rows = self._connection.execute(
                "SELECT snapshot_id FROM runs WHERE snapshot_id IS NOT NULL"
            )
            return {name for (name,) in rows}

    def holding_runs(self, listed_snapshots: set[str]) -> frozenset[int]:
        """The runs whose entries a listed snapshot holds.

        An entry names the run that stored it. Each later run of the same set that ended in a
        snapshot has looked at that entry and kept it, changed it (and its run) or dropped it; so
        any snapshot of that set from the entry's run on holds the entry as it stands. (An entry
        that a run did not come to look at is distrusted by it.) What a listed checkpoint holds of a
        run without a snapshot is named with a minus sign. Runs from before the index last lost
        something vouch for nothing."""
        noted = self.fact(_TRUSTED_FROM) or "0"
        if not noted.isdecimal():
            raise self.damaged(f"{_TRUSTED_FROM}: {noted}")
        trusted_from = int(noted)
        runs = [
            SetRun(run.no, run.set_key, run.state.value, run.snapshot_id in listed_snapshots)
            for run in self.runs()
            if run.no >= trusted_from
        ]
        return frozenset(held_by(runs, self.checkpoints.all()))

    def note_listing(self, snapshots: AbstractSet[str], now: int) -> list[Run]:
        """The snapshots that were in the storage just now. Returns the runs whose snapshot was
        there the last time and is gone: nothing is safe because of it any more."""
        gone = []
        with translated(self._database.path):
            rows = self._connection.execute(
                f"SELECT listed, {_RUN_COLUMNS} FROM runs WHERE snapshot_id IS NOT NULL"
            ).fetchall()
            for listed, *rest in rows:
                run = _run(rest)
                if listed and run.snapshot_id not in snapshots:
                    gone.append(run)
                if bool(listed) is not (run.snapshot_id in snapshots):
                    self._connection.execute(
                        "UPDATE runs SET listed = NOT listed WHERE no = ?", (run.no,)
                    )
        self.checkpoints.note_listing(snapshots)
        self.remember(LISTED_AT, str(now))
        self._held.forget()
        return gone

    def note_deleted(self, snapshot: str, successor: str | None) -> None:
        """We have deleted this snapshot ourselves; `successor` holds all that it held."""
        with translated(self._database.path):
            self._connection.execute(
                "UPDATE runs SET listed = ?1 IS NOT NULL, snapshot_id = COALESCE(?1, snapshot_id)"
                " WHERE snapshot_id = ?2",
                (successor, snapshot),
            )
        self._held.forget()

    def left_out_at(self, path: bytes) -> bool:
        """Whether a rule leaves out what is at an absolute path, or a folder above it."""
        folder_no = ROOT
        for name in filter(None, path.split(b"/")):
            entry = self.entry(folder_no, name)
            if entry is None:
                return self.left_out.covers(folder_no, name)
            if entry.child is None:
                return False
            folder_no = entry.child
        return False

    def trust_no_earlier_run(self) -> None:
        """Something that was stored may be gone: from now on each entry is worth what the index
        says of its blobs, until a run has looked at it again."""
        with translated(self._database.path):
            row = self._connection.execute("SELECT MAX(no) FROM runs").fetchone()
        self.remember(_TRUSTED_FROM, str(int(row[0] or 0) + 1))


def _run(row: Sequence[Any]) -> Run:
    no, set_key, state, *rest = row
    return Run(no, set_key, RunState(state), *rest)


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


__all__ = [
    "FILE_NAME",
    "ROOT",
    "Entry",
    "EntryKind",
    "EntryState",
    "Manifest",
    "Run",
    "RunState",
    "set_aside",
]
