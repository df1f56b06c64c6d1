"""A restore's plan: as large as what is restored, so that it lives in a database, not in memory.

The database has no name: SQLite keeps it in its page cache as long as it is small, moves it to a
file of its own when it is not, and nothing of it is left when it is closed. The files of a small
plan are not even put there: that is a third of what planning costs.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Integer, LargeBinary, MetaData, Table

from backupclient.manifest.building import statements
from backupclient.manifest.driver_errors import translated
from backupclient.manifest.scratch_rows import (
    HERE,
    FetchRow,
    FileRow,
    FirstRow,
    HeldRow,
    LinkRow,
    MemoryPortion,
    PartRow,
    SpecialRow,
)

_CACHE_KIB = 16 << 10
_ROWS = 2000
"""Taken from the database at once."""
_ROWS_IN_MEMORY = 1 << 17
"""Files and parts together, some 300 bytes each; more are handed to the database."""

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
    Column("first_folder_no", Integer, nullable=False),
    Column("first_name", LargeBinary, nullable=False),
)

Table(
    "firsts",
    _metadata,
    Column("inode", LargeBinary, primary_key=True),
    Column("file_no", Integer, nullable=False),
    Column("folder_no", Integer, nullable=False),
    Column("name", LargeBinary, nullable=False),
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


class RestorePlan:
    """Belongs to one thread. First everything is added, then `finish`, then it is asked. Raises
    `LocalDiskFull` where the temporary file finds no room."""

    def __init__(self, *, rows_in_memory: int = _ROWS_IN_MEMORY) -> None:
        self._rows_in_memory = rows_in_memory
        self._path = Path(tempfile.gettempdir())
        with translated(self._path):
            self._connection = _nameless()
            for statement in statements(_metadata):
                self._connection.execute(statement)
            self._connection.execute("BEGIN")
        self._memory = MemoryPortion(1)
        self._last_file = 0
        self.spilled = False
        """Whether files are in the database; then all of them are put there."""
        self.files_made = 0
        """How many files are not there yet as they should be."""

    # --- planning -------------------------------------------------------------------------------

    @property
    def next_file_no(self) -> int:
        """The number of the file to be added next."""
        return self._last_file + 1

    @property
    def rows(self) -> int:
        """Files and parts in memory."""
        return len(self._memory)

    def add_file(self, file: FileRow, parts: Iterable[PartRow]) -> None:
        self._last_file = file.no
        self.files_made += not file.settled
        memory = self._memory
        memory.files.append(file)
        for part in parts:
            memory.parts.append(part)
            if len(memory.parts) >= self._rows_in_memory:
                self._spill()
        if len(memory) >= self._rows_in_memory:
            self._spill()

    def take(self) -> MemoryPortion:
        """The files added so far, which are no longer part of the plan. Not once it has spilled."""
        assert not self.spilled
        portion = self._memory
        self._memory = MemoryPortion(self.next_file_no)
        return portion

    def first_of(self, inode: bytes) -> FirstRow | None:
        """The file that has this identity, if one was added with `add_first`."""
        with translated(self._path):
            row = self._connection.execute(
                "SELECT file_no, folder_no, name FROM firsts WHERE inode = ?", (inode,)
            ).fetchone()
        return None if row is None else FirstRow._make(row)

    def add_first(self, inode: bytes, first: FirstRow) -> None:
        self._insert("INSERT INTO firsts VALUES (?, ?, ?, ?)", (inode, *first))

    def add_link(self, folder_no: int, name: bytes, first: FirstRow) -> None:
        self._insert("INSERT INTO links VALUES (NULL, ?, ?, ?, ?, ?)", (folder_no, name, *first))

    def add_special(self, folder_no: int, name: bytes, facts: bytes) -> None:
        self._insert("INSERT INTO specials VALUES (NULL, ?, ?, ?)", (folder_no, name, facts))

    def add_folder(self, no: int, facts: bytes) -> None:
        self._insert("INSERT INTO folders VALUES (?, ?)", (no, facts))

    def _insert(self, statement: str, values: tuple[int | bytes, ...]) -> None:
        with translated(self._path):
            self._connection.execute(statement, values)

    def _spill(self) -> None:
        files, parts = self._memory.files, self._memory.parts
        with translated(self._path):
            # The driver is quicker with tuples that are nothing but that.
            self._connection.executemany(
                "INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)", map(tuple, files)
            )
            self._connection.executemany(
                "INSERT INTO parts VALUES (?, ?, ?, ?, ?, ?, ?)", map(tuple, parts)
            )
        self.spilled = True
        files.clear()
        parts.clear()

    def finish(self) -> None:
        """Nothing more is added."""
        if self.spilled:
            self._spill()
        if self._connection.in_transaction:
            with translated(self._path):
                self._connection.execute("COMMIT")

    # --- asking, as a `Portion` -----------------------------------------------------------------

    def files_without_fetch(self) -> Iterator[FileRow]:
        if not self.spilled:
            yield from self._memory.files_without_fetch()
            return
        for no, folder_no, name, size, parts, settled, origin, facts in self._select(
            "SELECT * FROM files WHERE parts = 0 OR origin IS NOT NULL ORDER BY no"
        ):
            yield FileRow(no, folder_no, name, size, parts, bool(settled), origin, facts)

    def parts_here(self, file: FileRow) -> list[HeldRow]:
        if not self.spilled:
            return self._memory.parts_here(file)
        rows = self._select(
            "SELECT at, length, raw_length, id FROM parts"
            " WHERE pack_no = ? AND offset = ? ORDER BY file_no, at",
            (HERE, file.no),
        )
        return [HeldRow(file.no, file.folder_no, file.name, file.size, *row) for row in rows]

    def parts_to_fetch(self) -> Iterator[FetchRow]:
        if not self.spilled:
            return self._memory.parts_to_fetch()
        rows = self._select(
            "SELECT p.pack_no, p.offset, p.length, p.raw_length, p.id, p.at, p.file_no,"
            " f.folder_no, f.name, f.parts, f.size, f.facts"
            " FROM parts p CROSS JOIN files f ON f.no = p.file_no"
            " WHERE p.pack_no > ? ORDER BY p.pack_no, p.offset, p.file_no, p.at",
            (HERE,),
        )
        return map(FetchRow._make, rows)

    def parts_by_file(self) -> Iterator[HeldRow]:
        if not self.spilled:
            return self._memory.parts_by_file()
        with translated(self._path):
            self._connection.execute(
                "CREATE INDEX IF NOT EXISTS parts_by_file ON parts (file_no, at)"
            )
        rows = self._select(
            "SELECT p.file_no, f.folder_no, f.name, f.size, p.at, p.length, p.raw_length, p.id"
            " FROM files f CROSS JOIN parts p ON p.file_no = f.no ORDER BY f.no, p.at"
        )
        return map(HeldRow._make, rows)

    # --- asking for the rest --------------------------------------------------------------------

    def links(self) -> Iterator[LinkRow]:
        rows = self._select(
            "SELECT folder_no, name, file_no, first_folder_no, first_name FROM links ORDER BY no"
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
        self._connection.close()


def _nameless() -> sqlite3.Connection:
    connection = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    # Nothing here outlives the process: no journal, and no waiting for the disk.
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    return connection
