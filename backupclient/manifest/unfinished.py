"""Large files that a run has begun to send: what was cut of them so far, chunk by chunk.

A row says nothing about whether a chunk is stored: that is asked of the blob index when a later run
goes on with the file. So rows may be written before their packs are acknowledged.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from backupclient.manifest.driver_errors import translated


class Chunk(NamedTuple):
    """One piece of a file: its blob's id, its bytes, and its xxh3-128."""

    id: bytes
    length: int
    mark: bytes


class BegunFile(NamedTuple):
    """A file as it looked when its reading began. Times are whole nanoseconds."""

    path: bytes
    size: int
    mtime: int
    ctime: int
    inode: int


class UnfinishedFiles:
    """Belongs to the job's thread, and to the transaction of `connection`."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self._path = path
        self._connection = connection

    def begin(self, file: BegunFile, run_no: int) -> int:
        """Remember a file without any chunk, in place of what was remembered of it; returns its
        number."""
        self.drop([file.path])
        with translated(self._path):
            number = self._connection.execute(
                "INSERT INTO unfinished (path, size, mtime, ctime, inode, run_no)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (*file, run_no),
            ).lastrowid
        assert number is not None
        return number

    def add(self, number: int, position: int, chunk: Chunk) -> None:
        """Remember the file's chunk number `position`, counted from 0."""
        with translated(self._path):
            self._connection.execute(
                "INSERT OR REPLACE INTO unfinished_chunks VALUES (?, ?, ?, ?, ?)",
                (number, position, *chunk),
            )

    def all(self) -> dict[int, BegunFile]:
        """Every file remembered, by its number."""
        with translated(self._path):
            rows = self._connection.execute(
                "SELECT no, path, size, mtime, ctime, inode FROM unfinished"
            ).fetchall()
        return {number: BegunFile(*facts) for number, *facts in rows}

    def chunks(self, number: int) -> list[Chunk]:
        """The file's chunks from its start on, as far as there is none missing."""
        with translated(self._path):
            rows = self._connection.execute(
                "SELECT position, id, length, mark FROM unfinished_chunks WHERE file_no = ?"
                " ORDER BY position",
                (number,),
            ).fetchall()
        return [Chunk(*rest) for n, (position, *rest) in enumerate(rows) if n == position]

    def drop(self, paths: Sequence[bytes]) -> None:
        """Forget these files."""
        with translated(self._path):
            self._connection.executemany(
                "DELETE FROM unfinished_chunks WHERE file_no ="
                " (SELECT no FROM unfinished WHERE path = ?)",
                [(path,) for path in paths],
            )
            self._connection.executemany(
                "DELETE FROM unfinished WHERE path = ?", [(path,) for path in paths]
            )

    def drop_set(self, set_key: str) -> None:
        """Forget what any run of this set has begun."""
        with translated(self._path):
            rows = self._connection.execute(
                "SELECT path FROM unfinished WHERE run_no IN"
                " (SELECT no FROM runs WHERE set_key = ?)",
                (set_key,),
            ).fetchall()
        self.drop([path for (path,) in rows])
