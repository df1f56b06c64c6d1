"""A .zip as it is written: members one after the other, their records kept aside on disk until the
end, so that a million members take no memory."""

from __future__ import annotations

import hashlib
import shutil
import struct
import zlib
from collections.abc import Iterator
from typing import IO, NamedTuple

from backupclient.operations.archive.zip_format import (
    DEFLATED,
    Entry,
    Written,
    central_record,
    end_records,
    local_header,
)

_RAW = -15
"""For zlib: no header of its own."""
_PROOF = struct.Struct("<QQQBII")
_PART = struct.Struct("<32sI")
_IN_MEMORY = 1 << 20


class Part(NamedTuple):
    """A stretch of a member's content: its SHA-256 and its length."""

    id: bytes
    length: int


class Promise(NamedTuple):
    """What a member is to hold when it is read back. `content` is where its packed bytes begin."""

    name: bytes
    content: int
    packed: int
    size: int
    method: int
    parts: tuple[Part, ...]


class ZipWriter:
    """Belongs to one thread. OSError where the file cannot be written. A member is begun, its parts
    are added, and it is ended or dropped; `finish` comes last."""

    def __init__(self, file: IO[bytes], records: IO[bytes], promises: IO[bytes]) -> None:
        """Writes from the beginning of `file`; the others are scratch paper, of its own and empty.
        The caller closes all three."""
        self._file = file
        self._central, self._promises = records, promises
        self._records = hashlib.sha256()
        self._offset = self._at = 0
        self._entry: Entry | None = None
        self._packer = zlib.compressobj(wbits=_RAW)
        self._checksum = self._packed = 0
        self._parts: list[Part] = []
        self._pending: list[bytes] = []
        self.count = 0
        self.central_digest = b""
        """Of the central records; there once it is finished."""

    def begin(self, entry: Entry) -> None:
        self._entry = entry
        self._packer = zlib.compressobj(wbits=_RAW)
        self._checksum = self._packed = 0
        self._parts.clear()
        self._pending.clear()
        self._offset = self._at
        if entry.size > _IN_MEMORY:
            self._write(local_header(entry))

    def add(self, part: Part, data: bytes) -> None:
        """`part` is what is expected of `data`."""
        assert self._entry is not None
        self._checksum = zlib.crc32(data, self._checksum)
        self._parts.append(part)
        self._put(self._packer.compress(data) if self._entry.method == DEFLATED else data)

    def end(self) -> None:
        entry = self._entry
        assert entry is not None
        if entry.method == DEFLATED:
            self._put(self._packer.flush())
        header = local_header(entry, self._checksum, self._packed)
        if entry.size > _IN_MEMORY:
            self._file.seek(self._offset)
            self._file.write(header)
            self._file.seek(self._at)
        else:
            self._write(header)
            for piece in self._pending:
                self._write(piece)
        record = central_record(entry, Written(self._offset, self._checksum, self._packed))
        self._central.write(record)
        self._records.update(record)
        self._promise(entry, self._offset + len(header))
        self.count += 1
        self._entry = None

    def drop(self) -> None:
        """The member that was begun is not to be there."""
        self._file.seek(self._offset)
        self._file.truncate()
        self._at = self._offset
        self._entry = None

    def finish(self) -> None:
        start = self._at
        size = self._central.tell()
        self._central.seek(0)
        shutil.copyfileobj(self._central, self._file, 1 << 20)
        self._file.write(end_records(self.count, start, size))
        self._file.flush()
        self.central_digest = self._records.digest()

    def promises(self) -> Iterator[Promise]:
        """In the order of the file."""
        self._promises.seek(0)
        while head := self._promises.read(_PROOF.size):
            content, packed, size, method, name_length, count = _PROOF.unpack(head)
            name = self._promises.read(name_length)
            parts = _PART.iter_unpack(self._promises.read(count * _PART.size))
            yield Promise(name, content, packed, size, method, tuple(Part(*one) for one in parts))

    @property
    def central(self) -> tuple[int, int]:
        """Where the central records are in a finished file, and how long."""
        return self._at, self._central.tell()

    def _promise(self, entry: Entry, content: int) -> None:
        count = len(self._parts)
        head = _PROOF.pack(content, self._packed, entry.size, entry.method, len(entry.name), count)
        parts = b"".join(_PART.pack(*part) for part in self._parts)
        self._promises.write(head + entry.name + parts)

    def _put(self, data: bytes) -> None:
        assert self._entry is not None
        self._packed += len(data)
        if self._entry.size > _IN_MEMORY:
            self._write(data)
        else:
            self._pending.append(data)

    def _write(self, data: bytes) -> None:
        self._file.write(data)
        self._at += len(data)
