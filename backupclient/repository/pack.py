"""Pack files: sealed blobs of one type back to back, then a sealed header that lists them:

sealed blob … ‖ sealed header ‖ u32le length of the sealed header
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from collections.abc import Iterable
from typing import NamedTuple

from backupclient.errors import DataDamaged
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.crypto import OVERHEAD, Sealer

__all__ = [
    "LENGTH_FIELD",
    "FinishedPack",
    "PackBuilder",
    "PackEntry",
    "header_length",
    "pack_size",
    "parse_header",
]

LENGTH_FIELD = 4
_MAX_HEADER = 16 << 20
_TYPES = (BlobType.DATA, BlobType.TREE)
_PLAIN = struct.Struct("<BI32s")
_COMPRESSED = struct.Struct("<BII32s")
_LENGTH = struct.Struct("<I")


class PackEntry(NamedTuple):
    """Where one blob lies in its pack."""

    id: bytes
    type: BlobType
    offset: int
    length: int
    """Of the sealed blob."""
    uncompressed_length: int
    """0 if it is not compressed."""

    @property
    def plain_length(self) -> int:
        return self.uncompressed_length or self.length - OVERHEAD


class FinishedPack(NamedTuple):
    name: str
    data: memoryview
    entries: tuple[PackEntry, ...]
    type: BlobType


def pack_size(entries: Iterable[PackEntry]) -> int:
    """The size in bytes that a pack of exactly these blobs has."""
    blobs = header = 0
    for entry in entries:
        blobs += entry.length
        header += _COMPRESSED.size if entry.uncompressed_length else _PLAIN.size
    return blobs + header + OVERHEAD + LENGTH_FIELD


class PackBuilder:
    """Collects sealed blobs of one type in memory. Not thread-safe."""

    def __init__(self, type: BlobType, capacity: int) -> None:  # noqa: A002
        """A pack can take no more than `capacity` bytes. They are asked of the system itself and
        given back whole: in the allocator's care, buffers of this size leave holes behind."""
        self.type = type
        self._buffer = mmap.mmap(-1, capacity)
        self._end = 0
        self._header_size = OVERHEAD + LENGTH_FIELD
        self._entries: list[PackEntry] = []

    @property
    def size(self) -> int:
        """The bytes that the pack has when it is finished now."""
        return self._end + self._header_size

    @property
    def entries(self) -> list[PackEntry]:
        return self._entries

    def fits(self, blob: SealedBlob) -> bool:
        """Whether there is room for one more blob."""
        return self.size + len(blob.sealed) + _COMPRESSED.size <= len(self._buffer)

    def has_room_for(self, other: PackBuilder) -> bool:
        """Whether everything in `other` fits as well."""
        return self.size + other.size <= len(self._buffer)

    def take_over(self, other: PackBuilder) -> None:
        """Append everything in `other`, which is then used up."""
        with memoryview(other._buffer) as stored:
            for blob_id, kind, offset, length, uncompressed_length in other.entries:
                with stored[offset : offset + length] as sealed:
                    plain = uncompressed_length or length - OVERHEAD
                    self.append(SealedBlob(blob_id, kind, sealed, plain, uncompressed_length))

    @staticmethod
    def least_capacity(blob: SealedBlob) -> int:
        """The capacity that a pack of this blob alone needs."""
        return len(blob.sealed) + _COMPRESSED.size + OVERHEAD + LENGTH_FIELD

    def append(self, blob: SealedBlob) -> PackEntry:
        if blob.type is not self.type:
            raise ValueError("a pack holds blobs of one type")
        length = len(blob.sealed)
        entry = PackEntry(blob.id, blob.type, self._end, length, blob.uncompressed_length)
        self._entries.append(entry)
        self._header_size += _COMPRESSED.size if blob.uncompressed_length else _PLAIN.size
        self._write(blob.sealed)
        return entry

    def finish(self, sealer: Sealer) -> FinishedPack:
        """The whole pack. Its data lives in the builder's buffer: the builder is used up."""
        header = sealer.seal(b"".join(map(_encode_entry, self._entries)))
        self._write(header)
        self._write(_LENGTH.pack(len(header)))
        data = memoryview(self._buffer)[: self._end].toreadonly()
        return FinishedPack(hashlib.sha256(data).hexdigest(), data, tuple(self._entries), self.type)

    def _write(self, data: bytes | memoryview) -> None:
        end = self._end + len(data)
        self._buffer[self._end : end] = data
        self._end = end


def _encode_entry(entry: PackEntry) -> bytes:
    kind = _TYPES.index(entry.type)
    if entry.uncompressed_length:
        return _COMPRESSED.pack(kind + 2, entry.length, entry.uncompressed_length, entry.id)
    return _PLAIN.pack(kind, entry.length, entry.id)


def header_length(size: int, tail: bytes) -> int:
    """The bytes before the length field that are the sealed header of a pack of `size` bytes;
    `tail` is how the pack ends. `DataDamaged` if there can be no such header."""
    if len(tail) < LENGTH_FIELD:
        raise DataDamaged("pack is too short")
    length: int = _LENGTH.unpack(tail[-LENGTH_FIELD:])[0]
    if not OVERHEAD + _PLAIN.size <= length <= min(_MAX_HEADER, size - LENGTH_FIELD):
        raise DataDamaged("pack header length is impossible")
    return length


def parse_header(size: int, tail: bytes, sealer: Sealer) -> tuple[PackEntry, ...]:
    """The blobs of a pack of `size` bytes, of which `tail` holds at least the last
    `header_length() + 4`. `DataDamaged` if they do not fill the pack exactly."""
    length = header_length(size, tail)
    if len(tail) < length + LENGTH_FIELD:
        raise ValueError("tail does not hold the header")
    header = sealer.open(memoryview(tail)[-length - LENGTH_FIELD : -LENGTH_FIELD])
    entries: list[PackEntry] = []
    position = offset = 0
    try:
        while position < len(header):
            kind, uncompressed = header[position], 0
            if kind < 2:
                _, sealed, blob = _PLAIN.unpack_from(header, position)
                position += _PLAIN.size
            else:
                _, sealed, uncompressed, blob = _COMPRESSED.unpack_from(header, position)
                position += _COMPRESSED.size
            if kind > 3 or sealed < OVERHEAD or (kind > 1 and not uncompressed):
                raise DataDamaged("pack header entry is impossible")
            entries.append(PackEntry(blob, _TYPES[kind & 1], offset, sealed, uncompressed))
            offset += sealed
    except struct.error as exc:
        raise DataDamaged("pack header is cut short") from exc
    if offset + length + LENGTH_FIELD != size:
        raise DataDamaged("pack header does not add up to the pack")
    return tuple(entries)
