"""How much of what the storage holds the newest versions need, folder by folder.

Reading alone, inside a `States.reading()` transaction. What it costs grows with the files: some
four seconds for a million.
"""

from __future__ import annotations

import sqlite3
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backupclient.manifest.counts import ROOT
from backupclient.manifest.kinds import EntryKind

MOST_TOPS = 16
"""Folders that can be told apart."""
_ID = 32
_TOP_BITS = (MOST_TOPS - 1) << 1
"""Where the number of a top stands in a blob's prefix: beside the lowest bit, which tells trees
from data. What remains is enough to tell blobs apart."""
_PARTS = 64
_PART_SHIFT = 58


class Space(NamedTuple):
    """Bytes in the storage. `tops`: what the newest versions in each need, what several need being
    counted with the first. `other`: all else, which is older or was stored by others."""

    tops: tuple[int, ...]
    other: int


def count_space(connection: sqlite3.Connection, tops: Sequence[bytes]) -> Space:
    """Of absolute paths, none in another; those after the first `MOST_TOPS` are counted with the
    last of these."""
    needed = _sorted(_needed(connection, tops))
    sizes, other = [0] * len(tops), 0
    for prefix, length in connection.execute("SELECT prefix, length FROM blobs"):
        blob = prefix & ~_TOP_BITS
        part = needed[blob >> _PART_SHIFT]
        at = bisect_left(part, blob)
        if at < len(part) and part[at] & ~_TOP_BITS == blob:
            sizes[(part[at] & _TOP_BITS) >> 1] += length
        else:
            other += length
    return Space(tuple(sizes), other)


def _sorted(prefixes: Iterable[int]) -> list[array[int]]:
    """In parts by their highest bits, the negative ones last. Sorting makes an object of each
    number, so that all at once would take five times the memory and hold up other threads."""
    parts: list[array[int]] = [array("q") for _ in range(_PARTS)]
    for prefix in prefixes:
        parts[prefix >> _PART_SHIFT].append(prefix)
    return [array("q", sorted(part)) for part in parts]


def _needed(connection: sqlite3.Connection, tops: Sequence[bytes]) -> Iterator[int]:
    """The prefix of each blob that a newest version is made of, and in it the number of its top."""
    of_folder: dict[int, int] = {}
    for number, path in enumerate(tops):
        top = min(number, MOST_TOPS - 1)
        folder_no, content = _at(connection, path)
        if folder_no is None:
            yield from _marked(content, top, EntryKind.FILE)
        else:
            of_folder[folder_no] = top
    _spread(connection, of_folder)
    rows = connection.execute(
        "SELECT folder_no, kind, child, content FROM entries WHERE content IS NOT NULL"
    )
    for folder_no, kind, child, content in rows:
        found = of_folder.get(child if kind == EntryKind.FOLDER else folder_no)
        if found is not None:
            yield from _marked(content, found, kind)


def _marked(content: bytes, top: int, kind: int) -> Iterator[int]:
    lowest = top << 1 | (kind == EntryKind.FOLDER)
    for at in range(0, len(content), _ID):
        prefix = int.from_bytes(content[at : at + 8], "big", signed=True)
        yield prefix & ~(_TOP_BITS | 1) | lowest


def _at(connection: sqlite3.Connection, path: bytes) -> tuple[int | None, bytes]:
    """The number of a folder, or what a file is made of."""
    folder_no: int | None = ROOT
    content = b""
    for name in filter(None, path.split(b"/")):
        row = connection.execute(
            "SELECT child, content FROM entries WHERE folder_no = ? AND name = ?",
            (folder_no, name),
        ).fetchone()
        if row is None:
            return None, b""
        folder_no, content = row[0], row[1] or b""
    return folder_no, content


def _spread(connection: sqlite3.Connection, of_folder: dict[int, int]) -> None:
    """Add all folders below those that are in it."""
    parents = dict(connection.execute("SELECT no, parent_no FROM folders"))
    outside: set[int] = {ROOT} - of_folder.keys()
    for folder_no in parents:
        way = []
        above = folder_no
        while above not in of_folder and above not in outside:
            way.append(above)
            above = parents.get(above, ROOT)
            if above == way[-1]:
                outside.add(above)
        if above in of_folder:
            of_folder.update(dict.fromkeys(way, of_folder[above]))
        else:
            outside.update(way)
