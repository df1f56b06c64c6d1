"""What turns out to be gone from the storage, or unreadable there, keeps no file safe.

The rows go on saying what they know, but no run stands for them any longer: such files wait, until
a backup has looked at them again. One whose blobs are whole is not read for that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from backupclient.manifest.counts import FolderCounts, Key, is_counted
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.kinds import EntryKind

_ID = 32
_STOOD_FOR = "(run_no != 0 OR earlier_run != 0)"


class LostBlobs:
    """Part of the manifest, and of its open transaction. Belongs to the job's thread."""

    def __init__(self, connection: sqlite3.Connection, counts: FolderCounts, path: Path) -> None:
        self._connection = connection
        self._counts = counts
        self._path = path

    def lose(self, blobs: Collection[bytes], trees: Collection[bytes]) -> None:
        """Files of which one of these blobs is, and all that is in folders which one of these
        trees describes, are safe no more. Looks at every row."""
        if not blobs and not trees:
            return
        with translated(self._path):
            files, folders = self._met(blobs, trees)
            for name in files:
                self._forsake("folder_no = ? AND name = ?", name)
            self._forsake_below(folders)

    def lose_below(self, folder_no: int) -> None:
        """Nothing in the folder is safe: what leads to it is gone."""
        with translated(self._path):
            self._forsake_below([folder_no])

    def _met(
        self, blobs: Collection[bytes], trees: Collection[bytes]
    ) -> tuple[list[tuple[int, bytes]], list[int]]:
        """The rows of files, and the numbers of folders."""
        files, folders = [], []
        for folder_no, name, kind, child, content in self._connection.execute(
            "SELECT folder_no, name, kind, child, content FROM entries"
            f" WHERE content IS NOT NULL AND {_STOOD_FOR}"
        ):
            if kind != EntryKind.FOLDER:
                if any(content[at : at + _ID] in blobs for at in range(0, len(content), _ID)):
                    files.append((folder_no, name))
            elif child is not None and content in trees:
                folders.append(child)
        return files, folders

    def _forsake_below(self, folders: Iterable[int]) -> None:
        for folder in folders:
            for folder_no in self._with_all_below(folder):
                self._forsake("folder_no = ?", (folder_no,))

    def _with_all_below(self, folder_no: int) -> Iterator[int]:
        above = [folder_no]
        while above:
            yield above[-1]
            rows = self._connection.execute(
                "SELECT child FROM entries WHERE folder_no = ? AND child IS NOT NULL",
                (above.pop(),),
            )
            above += [child for (child,) in rows]

    def _forsake(self, where: str, values: tuple[int, bytes] | tuple[int]) -> None:
        which = f"{where} AND {_STOOD_FOR}"
        groups = self._connection.execute(
            "SELECT kind, state, run_no, earlier_run, COUNT(*), SUM(size) FROM entries"
            f" WHERE {which} GROUP BY kind, state, run_no, earlier_run",
            values,
        ).fetchall()
        for kind, state, run_no, earlier_run, count, size in groups:
            if is_counted(kind, state):
                self._counts.add(Key(values[0], run_no, earlier_run, state), -count, -size)
                self._counts.add(Key(values[0], 0, 0, state), count, size)
        if groups:
            self._connection.execute(
                f"UPDATE entries SET run_no = 0, earlier_run = 0 WHERE {which}", values
            )
