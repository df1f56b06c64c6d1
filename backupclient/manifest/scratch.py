"""A restore's plan: as large as what is restored, so that it lives in a database, not in memory.

The database has no name: SQLite keeps it in its page cache as long as it is small, moves it to a
file of its own when it is not, and nothing of it is left when it is closed.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

import sqlalchemy
from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table, pool

from backupclient.manifest.database import translated

_CACHE_KIB = 16 << 10
_ROWS = 2000
"""Handed to the database, or taken from it, at once."""

HERE = 0
"""The pack number of a part that the target holds already; its offset is then its file's number."""

_metadata = MetaData()

# parts: how many of a file's parts must be fetched. origin: the name in the same folder that holds
# some of its parts already. settled: the origin holds all of it under its final name.
Table(
    "files",
    _metadata,
    Column("no", Integer, primary_key=True),
    Column("folder_no", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("size", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("settled", Integer, nullable=False),
    Column("origin", LargeBinary),
    Column("facts", LargeBinary, nullable=False),
)

# Laid out by where a part lies, so that packs are read from front to back. at: its place in the
# file. pack_no is HERE for what need not be fetched.
Table(
    "parts",
    _metadata,
    Column("pack_no", Integer, primary_key=True),
    Column("offset", Integer, primary_key=True),
    Column("file_no", Integer, primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("length", Integer, nullable=False),
    Column("raw_length", Integer, nullable=False),
    Column("id", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

Table(
    "links",
    _metadata,
    Column("no", Integer, primary_key=True),
    Column("folder_no", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("file_no", Integer, nullable=False),
)

Table(
    "firsts",
    _metadata,
    Column("inode", LargeBinary, primary_key=True),
    Column("file_no", Integer, nullable=False),
    sqlite_with_rowid=False,
)

Table(
    "specials",
    _metadata,
    Column("no", Integer, primary_key=True),
    Column("folder_no", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),
    Column("facts", LargeBinary, nullable=False),
)

Table(
    "folders",
    _metadata,
    Column("no", Integer, primary_key=True),
    Column("facts", LargeBinary, nullable=False),
)


class FileRow(NamedTuple):
    """One file to be made. `facts` are for whoever restores: this module does not read them."""

    no: int
    folder_no: int
    name: bytes
    size: int
    parts: int
    settled: bool
    origin: bytes | None
    facts: bytes


class PartRow(NamedTuple):
    """One blob's place in a pack and in a file."""

    pack_no: int
    offset: int
    file_no: int
    at: int
    length: int
    raw_length: int
    id: bytes


class FetchRow(NamedTuple):
    """A part to be fetched, with what its file needs."""

    pack_no: int
    offset: int
    length: int
    raw_length: int
    id: bytes
    at: int
    file_no: int
    folder_no: int
    name: bytes
    parts: int
    size: int
    facts: bytes


class HeldRow(NamedTuple):
    """A part as its file holds it, or should."""

    file_no: int
    folder_no: int
    name: bytes
    size: int
    at: int
    length: int
    raw_length: int
    id: bytes


class LinkRow(NamedTuple):
    """One more name of a file."""

    folder_no: int
    name: bytes
    file_no: int
    first_folder_no: int
    first_name: bytes


class SpecialRow(NamedTuple):
    folder_no: int
    name: bytes
    facts: bytes


class RestorePlan:
    """Belongs to one thread. First everything is added, then `finish`, then it is asked. Raises
    `LocalDiskFull` where the temporary file finds no room."""

    def __init__(self) -> None:
        self._path = Path(tempfile.gettempdir())
        self._engine = sqlalchemy.create_engine(
            "sqlite://", creator=_nameless, poolclass=pool.StaticPool
        )
        with translated(self._path):
            with self._engine.begin() as connection:
                _metadata.create_all(connection)
            self._checked_out = self._engine.raw_connection()
            self._connection = cast(sqlite3.Connection, self._checked_out.driver_connection)
            self._connection.execute("BEGIN")
        self._files: list[FileRow] = []
        self._parts: list[PartRow] = []
        self._last_file = 0

    # --- planning -------------------------------------------------------------------------------

    def next_file_no(self) -> int:
        self._last_file += 1
        return self._last_file

    def add_file(self, file: FileRow, parts: Iterable[PartRow]) -> None:
        self._files.append(file)
        self._parts.extend(parts)
        if len(self._files) >= _ROWS or len(self._parts) >= _ROWS:
            self._flush()

    def first_of(self, inode: bytes) -> int | None:
        """The file that has this identity, if one was added with `add_first`."""
        with translated(self._path):
            row = self._connection.execute(
                "SELECT file_no FROM firsts WHERE inode = ?", (inode,)
            ).fetchone()
        return None if row is None else int(row[0])

    def add_first(self, inode: bytes, file_no: int) -> None:
        self._insert("INSERT INTO firsts VALUES (?, ?)", (inode, file_no))

    def add_link(self, folder_no: int, name: bytes, file_no: int) -> None:
        self._insert("INSERT INTO links VALUES (NULL, ?, ?, ?)", (folder_no, name, file_no))

    def add_special(self, folder_no: int, name: bytes, facts: bytes) -> None:
        self._insert("INSERT INTO specials VALUES (NULL, ?, ?, ?)", (folder_no, name, facts))

    def add_folder(self, no: int, facts: bytes) -> None:
        self._insert("INSERT INTO folders VALUES (?, ?)", (no, facts))

    def _insert(self, statement: str, values: tuple[int | bytes, ...]) -> None:
        with translated(self._path):
            self._connection.execute(statement, values)

    def _flush(self) -> None:
        with translated(self._path):
            self._connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._files
            )
            self._connection.executemany(
                "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", self._parts
            )
        self._files.clear()
        self._parts.clear()

    def finish(self) -> None:
        self._flush()
        with translated(self._path):
            self._connection.execute("COMMIT")

    # --- asking ---------------------------------------------------------------------------------

    def files_without_fetch(self) -> Iterator[FileRow]:
        """Files that need something before, or instead of, fetching: those with an origin, and
        those without a part to fetch."""
        for no, folder_no, name, size, parts, settled, origin, facts in self._select(
            "SELECT * FROM files WHERE parts = 0 OR origin IS NOT NULL ORDER BY no"
        ):
            yield FileRow(no, folder_no, name, size, parts, bool(settled), origin, facts)

    def parts_here(self, file_no: int) -> list[HeldRow]:
        """The parts of a file that its origin holds, in order."""
        rows = self._select(
            "SELECT p.file_no, f.folder_no, f.name, f.size, p.at, p.length, p.raw_length, p.id"
            " FROM parts p CROSS JOIN files f ON f.no = p.file_no"
            " WHERE p.pack_no = ? AND p.offset = ? ORDER BY p.file_no, p.at",
            (HERE, file_no),
        )
        return [HeldRow._make(row) for row in rows]

    def parts_to_fetch(self) -> Iterator[FetchRow]:
        """Pack by pack, from front to back."""
        rows = self._select(
            "SELECT p.pack_no, p.offset, p.length, p.raw_length, p.id, p.at, p.file_no,"
            " f.folder_no, f.name, f.parts, f.size, f.facts"
            " FROM parts p CROSS JOIN files f ON f.no = p.file_no"
            " WHERE p.pack_no > ? ORDER BY p.pack_no, p.offset, p.file_no, p.at",
            (HERE,),
        )
        return map(FetchRow._make, rows)

    def parts_by_file(self) -> Iterator[HeldRow]:
        """Every part of every file that is made, file by file, in order. Sorts them first."""
        with translated(self._path):
            self._connection.execute(
                "CREATE INDEX IF NOT EXISTS parts_by_file ON parts (file_no, at)"
            )
        rows = self._select(
            "SELECT p.file_no, f.folder_no, f.name, f.size, p.at, p.length, p.raw_length, p.id"
            " FROM files f CROSS JOIN parts p ON p.file_no = f.no ORDER BY f.no, p.at"
        )
        return map(HeldRow._make, rows)

    def files_made(self) -> int:
        """How many files are not there as they should be."""
        with translated(self._path):
            row = self._connection.execute("SELECT COUNT(*) FROM files WHERE NOT settled")
            return int(row.fetchone()[0])

    def links(self) -> Iterator[LinkRow]:
        rows = self._select(
            "SELECT l.folder_no, l.name, l.file_no, f.folder_no, f.name"
            " FROM links l CROSS JOIN files f ON f.no = l.file_no ORDER BY l.no"
        )
        return map(LinkRow._make, rows)

    def specials(self) -> Iterator[SpecialRow]:
        rows = self._select("SELECT folder_no, name, facts FROM specials ORDER BY no")
        return map(SpecialRow._make, rows)

    def folders_upwards(self) -> Iterator[tuple[int, bytes]]:
        """The facts of every folder that has some, those within before those around them."""
        rows = self._select("SELECT no, facts FROM folders ORDER BY no DESC")
        return ((no, facts) for no, facts in rows)

    def _select(self, statement: str, values: tuple[int, ...] = ()) -> Iterator[Any]:
        with translated(self._path):
            cursor = self._connection.execute(statement, values)
        while True:
            with translated(self._path):
                rows = cursor.fetchmany(_ROWS)
            if not rows:
                return
            yield from rows

    def close(self) -> None:
        self._checked_out.close()
        self._engine.dispose()


def _nameless() -> sqlite3.Connection:
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    # Nothing here outlives the process: no journal, and no waiting for the disk.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return connection
