"""What lies in a folder, and names that hold a text: some at a time, beside whoever writes."""

from __future__ import annotations

import heapq
import struct
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from backupclient.manifest.counts import ROOT
from backupclient.manifest.left_out import EVERYTHING
from backupclient.manifest.run_table import RunTable
from backupclient.manifest.states import LEFT_OUT, ROW, Row, States, left_out_row, row_of

_CHUNK = 20_000
"""Rows looked through at a time: a few milliseconds."""
_AT = struct.Struct(">Bq")
_LEFT_OUT = (
    f"SELECT {LEFT_OUT} FROM left_out l"
    " JOIN rules r ON r.no = l.rule_no WHERE l.folder_no = ? AND l.name > ? AND l.name != ?"
    " ORDER BY l.name"
)


def folders_in(
    states: States, runs: RunTable, folder_no: int, path: bytes, after: bytes
) -> Iterator[Row]:
    """The folders directly in a folder, by name, those after the name `after`."""
    base = path.rstrip(b"/") + b"/"
    rows = states.connection.execute(
        f"SELECT {ROW} FROM folders f JOIN entries e ON e.folder_no = f.parent_no"
        " AND e.name = f.name WHERE f.parent_no = ? AND f.name > ? AND e.child = f.no"
        " ORDER BY f.name",
        (folder_no, after),
    )
    return (row_of(runs, base + row[0], row) for row in rows)


def files_in(
    states: States, runs: RunTable, folder_no: int, path: bytes, after: bytes
) -> Iterator[Row]:
    """Everything else directly in a folder, by name, with what is left out of it."""
    base = path.rstrip(b"/") + b"/"
    rows = states.connection.execute(
        f"SELECT {ROW} FROM entries e WHERE e.folder_no = ? AND e.name > ? AND e.child IS NULL"
        " ORDER BY e.name",
        (folder_no, after),
    )
    found = (row_of(runs, base + row[0], row) for row in rows)
    left_out = states.connection.execute(_LEFT_OUT, (folder_no, after, EVERYTHING))
    also = (left_out_row(base + row[0], row) for row in left_out)
    return heapq.merge(found, also, key=lambda row: row.path)


class Position(NamedTuple):
    """How far a search has come: the last row it has looked at."""

    in_left_out: bool = False
    folder_no: int = 0
    name: bytes = b""

    def encoded(self) -> bytes:
        return _AT.pack(self.in_left_out, self.folder_no) + self.name

    @classmethod
    def decoded(cls, token: bytes) -> Position:
        """The beginning, of what is no token."""
        if len(token) < _AT.size:
            return cls()
        in_left_out, folder_no = _AT.unpack_from(token)
        return cls(bool(in_left_out), folder_no, token[_AT.size :])


class Search:
    """Names with a text in them, in the order of the tables. `at` is where it stands."""

    def __init__(self, states: States, runs: RunTable, text: str, at: Position) -> None:
        self.at = at
        self.done = False
        self._states = states
        self._runs = runs
        self._text = folded(text)
        self._like = _like(text)
        self._paths: dict[int, bytes] = {ROOT: b""}

    def rows(self, late: Callable[[], bool]) -> Iterator[Row]:
        """Until it is `late`, which is asked every few milliseconds, or all is `done`."""
        while not self.done and not late():
            table = "left_out" if self.at.in_left_out else "entries"
            end = self._chunk_end(table)
            yield from self._matches(table, end)
            if end is not None:
                self.at = self.at._replace(folder_no=end[0], name=end[1])
            elif not self.at.in_left_out:
                self.at = Position(in_left_out=True)
            else:
                self.done = True

    def _chunk_end(self, table: str) -> tuple[int, bytes] | None:
        row: tuple[int, bytes] | None = self._states.connection.execute(
            f"SELECT folder_no, name FROM {table} WHERE (folder_no, name) > (?, ?)"
            " ORDER BY folder_no, name LIMIT 1 OFFSET ?",
            (self.at.folder_no, self.at.name, _CHUNK),
        ).fetchone()
        return row

    def _matches(self, table: str, end: tuple[int, bytes] | None) -> Iterator[Row]:
        until = "" if end is None else " AND (e.folder_no, e.name) <= (?, ?)"
        which = "e.folder_no, e.name, e.kind, e.size, r.kind, r.text, r.origin"
        source = "left_out e JOIN rules r ON r.no = e.rule_no"
        if table == "entries":
            which, source = f"e.folder_no, {ROW}", "entries e"
        found = self._states.connection.execute(
            f"SELECT {which} FROM {source} WHERE (e.folder_no, e.name) > (?, ?){until}"
            " AND CAST(e.name AS TEXT) LIKE ? ESCAPE '!' ORDER BY e.folder_no, e.name",
            (self.at.folder_no, self.at.name, *(end or ()), self._like),
        )
        for folder_no, *row in found:
            name: bytes = row[0]
            self.at = self.at._replace(folder_no=folder_no, name=name)
            if self._text in folded(name.decode("utf-8", "replace")):
                yield self._row(self._path_of(folder_no) + b"/" + name, row)

    def _row(self, path: bytes, row: Sequence[Any]) -> Row:
        if self.at.in_left_out:
            return left_out_row(path, row)
        return row_of(self._runs, path, row)

    def _path_of(self, folder_no: int) -> bytes:
        known = self._paths.get(folder_no)
        if known is None:
            parent, name = self._states.connection.execute(
                "SELECT parent_no, name FROM folders WHERE no = ?", (folder_no,)
            ).fetchone() or (ROOT, b"?")
            known = self._paths[folder_no] = self._path_of(parent) + b"/" + name
        return known


def folded(text: str) -> str:
    """As it is compared: in whatever case, accents as one character or as two."""
    return unicodedata.normalize("NFC", text).casefold()


def _like(text: str) -> str:
    """A pattern that lets through what is to be found: SQLite knows the case of ASCII alone."""
    composed = unicodedata.normalize("NFC", text)
    parts = ("!" + one if one in "%_!" else one if one.isascii() else "%" for one in composed)
    return f"%{''.join(parts)}%"
