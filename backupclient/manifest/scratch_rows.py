"""The rows of a restore's plan (`scratch`), and what a few of them answer in memory. Imports
nothing: worker processes load it."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

HERE = 0
"""The pack number of a part that the target holds already; its offset is then its file's number."""


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


class FirstRow(NamedTuple):
    """The name under which a file of several names is made."""

    file_no: int
    folder_no: int
    name: bytes


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


class Portion(Protocol):
    """Some files to be made. Belongs to the job's thread."""

    def files_without_fetch(self) -> Iterator[FileRow]:
        """Files that need something before, or instead of, fetching: those with an origin, and
        those without a part to fetch."""

    def parts_here(self, file: FileRow) -> list[HeldRow]:
        """The parts of a file that its origin holds, in order."""

    def parts_to_fetch(self) -> Iterator[FetchRow]:
        """Pack by pack, from front to back."""

    def parts_by_file(self) -> Iterator[HeldRow]:
        """Every part of every file that is made, file by file, in order."""


class MemoryPortion:
    """Files whose numbers follow each other from `first_no`."""

    def __init__(self, first_no: int) -> None:
        self._first_no = first_no
        self.files: list[FileRow] = []
        self.parts: list[PartRow] = []
        self._here: dict[int, list[HeldRow]] | None = None

    def __len__(self) -> int:
        return len(self.files) + len(self.parts)

    def files_without_fetch(self) -> Iterator[FileRow]:
        return iter([f for f in self.files if f.parts == 0 or f.origin is not None])

    def parts_here(self, file: FileRow) -> list[HeldRow]:
        if self._here is None:
            self._here = {}
            for row in self._by_file(part for part in self.parts if part.pack_no == HERE):
                self._here.setdefault(row.file_no, []).append(row)
        return self._here.get(file.no, [])

    def parts_to_fetch(self) -> Iterator[FetchRow]:
        files, first_no = self.files, self._first_no
        for pack_no, offset, file_no, at, length, raw_length, blob in sorted(self.parts):
            if pack_no == HERE:
                continue
            _, folder_no, name, size, parts, _, _, facts = files[file_no - first_no]
            place = pack_no, offset, length, raw_length, blob, at
            yield FetchRow(*place, file_no, folder_no, name, parts, size, facts)

    def parts_by_file(self) -> Iterator[HeldRow]:
        return self._by_file(self.parts)

    def _by_file(self, parts: Iterable[PartRow]) -> Iterator[HeldRow]:
        for part in sorted(parts, key=_BY_FILE):
            file = self.files[part.file_no - self._first_no]
            place = part.at, part.length, part.raw_length, part.id
            yield HeldRow(file.no, file.folder_no, file.name, file.size, *place)


_BY_FILE = operator.attrgetter("file_no", "at")
