"""Which rows of unfinished runs a checkpoint holds.

Such a row names its run with a minus sign. It is safe as long as the newest checkpoint of the run's
set is listed; what is stored after that one was saved is not in it, and has no sign.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.errors import ManifestDamaged
from backupclient.manifest.counts import FolderCounts, Key, is_counted
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.held import HeldRuns, unfinished_since
from backupclient.manifest.kinds import EntryKind, EntryState

FACT = "checkpoints-in-rows"
"""In `meta`: the newest checkpoint of each set, as JSON."""

_HELD = f"state = {EntryState.STORED.value} AND kind != {EntryKind.FOLDER.value}"


class Checkpoint(msgspec.Struct, frozen=True):
    """A snapshot's name, and when it was saved in nanoseconds."""

    name: str
    saved: int


class InCheckpoint(msgspec.Struct):
    """What a checkpoint has of unfinished runs: all they stored in the `folders`, without some
    names; what is among the `files`, if it says so; nothing in and below those that are `lost`."""

    folders: dict[int, tuple[bytes, ...]] = msgspec.field(default_factory=dict)
    files: dict[tuple[int, bytes], bool] = msgspec.field(default_factory=dict)
    lost: set[int] = msgspec.field(default_factory=set)

    def clear(self) -> None:
        self.folders.clear()
        self.files.clear()
        self.lost.clear()


def checkpoints_in(text: str | None) -> dict[str, Checkpoint]:
    """By set, from the fact's text. `ManifestDamaged` if it cannot be read."""
    try:
        return from_json(text or "{}", dict[str, Checkpoint])
    except msgspec.MsgspecError as error:
        raise ManifestDamaged(f"{FACT}: {error}") from error


class CheckpointedRows:
    """Part of the manifest, and of its open transaction. Belongs to the job's thread."""

    def __init__(
        self, connection: sqlite3.Connection, counts: FolderCounts, held: HeldRuns, path: Path
    ) -> None:
        self._connection = connection
        self._counts = counts
        self._held = held
        self._path = path

    def all(self) -> dict[str, Checkpoint]:
        """The newest checkpoint of each set that has one, as far as it is listed."""
        with translated(self._path):
            row = self._connection.execute(
                "SELECT value FROM meta WHERE key = ?", (FACT,)
            ).fetchone()
            return checkpoints_in(None if row is None else row[0])

    def _remember(self, checkpoints: Mapping[str, Checkpoint]) -> None:
        text = msgspec.json.encode(checkpoints).decode()
        with translated(self._path):
            self._connection.execute(
                "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                (FACT, text),
            )

    def saved(self, set_key: str, checkpoint: Checkpoint, what: InCheckpoint) -> None:
        """This checkpoint is in the storage now, in place of the one before."""
        runs = unfinished_since(self._held.runs(), set_key)
        with translated(self._path):
            for folder_no, without in what.folders.items():
                self._sign_all(folder_no, runs)
                self._sign(folder_no, without, {-no for no in runs})
            for (folder_no, name), held in what.files.items():
                self._sign(folder_no, (name,), {no if held else -no for no in runs})
            self._sign_below(what.lost, {-no for no in runs})
        self._remember({**self.all(), set_key: checkpoint})

    def forget(self, set_key: str) -> None:
        """A complete snapshot of the set was saved."""
        known = self.all()
        if known.pop(set_key, None) is not None:
            self._remember(known)

    def take_over(self, set_key: str, run_no: int) -> None:
        """A complete snapshot of a set that holds this one was saved by a run: it stands for what
        the checkpoint held, which may go. Looks at every entry."""
        with translated(self._path):
            for no in unfinished_since(self._held.runs(), set_key):
                for *key, kind, state, count, size in self._connection.execute(
                    "SELECT folder_no, earlier_run, kind, state, COUNT(*), SUM(size) FROM entries"
                    " WHERE run_no = ? GROUP BY folder_no, earlier_run, kind, state",
                    (-no,),
                ).fetchall():
                    folder_no, earlier_run = key
                    if is_counted(kind, state):
                        self._counts.add(Key(folder_no, -no, earlier_run, state), -count, -size)
                        self._counts.add(Key(folder_no, run_no, earlier_run, state), count, size)
                self._connection.execute(
                    "UPDATE entries SET run_no = ? WHERE run_no = ?", (run_no, -no)
                )
        self.forget(set_key)

    def note_listing(self, snapshots: AbstractSet[str]) -> None:
        """The snapshots that were in the storage just now."""
        known = self.all()
        there = {key: one for key, one in known.items() if one.name in snapshots}
        if len(there) < len(known):
            self._remember(there)

    # --- the signs --------------------------------------------------------------------------------

    def _sign_all(self, folder_no: int, runs: Iterable[int]) -> None:
        """Give the rows of these runs in the folder, as they are named, the other sign."""
        where = f"folder_no = ? AND run_no IN ({','.join(map(str, runs))}) AND {_HELD}"
        for kind, state, run_no, earlier_run, count, size in self._connection.execute(
            "SELECT kind, state, run_no, earlier_run, COUNT(*), SUM(size) FROM entries"
            f" WHERE {where} GROUP BY kind, state, run_no, earlier_run",
            (folder_no,),
        ).fetchall():
            if is_counted(kind, state):
                self._counts.add(Key(folder_no, run_no, earlier_run, state), -count, -size)
                self._counts.add(Key(folder_no, -run_no, earlier_run, state), count, size)
        self._connection.execute(f"UPDATE entries SET run_no = -run_no WHERE {where}", (folder_no,))

    def _sign(self, folder_no: int, names: Sequence[bytes], runs: AbstractSet[int]) -> None:
        """The same for some names."""
        for name in names:
            row = self._connection.execute(
                "SELECT kind, state, run_no, earlier_run, size FROM entries"
                f" WHERE folder_no = ? AND name = ? AND {_HELD}",
                (folder_no, name),
            ).fetchone()
            if row is None or row[2] not in runs:
                continue
            kind, state, run_no, earlier_run, size = row
            if is_counted(kind, state):
                self._counts.add(Key(folder_no, run_no, earlier_run, state), -1, -size)
                self._counts.add(Key(folder_no, -run_no, earlier_run, state), 1, size)
            self._connection.execute(
                "UPDATE entries SET run_no = -run_no WHERE folder_no = ? AND name = ?",
                (folder_no, name),
            )

    def _sign_below(self, folder_nos: Iterable[int], runs: AbstractSet[int]) -> None:
        """The same for everything in and below these folders."""
        rest = list(folder_nos)
        while rest:
            folder_no = rest.pop()
            self._sign_all(folder_no, runs)
            rows = self._connection.execute(
                "SELECT child FROM entries WHERE folder_no = ? AND child IS NOT NULL", (folder_no,)
            )
            rest += [child for (child,) in rows.fetchall()]
