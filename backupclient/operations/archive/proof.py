"""Reading an archive back from the disk, and comparing it with what the repository says."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator
from typing import IO

from backupclient.control import Control
from backupclient.operations.archive.zip_file import Promise, ZipWriter
from backupclient.operations.archive.zip_format import DEFLATED

_PIECE = 1 << 20
_RAW = -15


def wrong_members(
    file: IO[bytes], written: ZipWriter, control: Control
) -> Iterator[tuple[Promise, bool]]:
    """Each member, and whether it is wrong. One that is named wrongly in the archive's own list is
    every one: OSError."""
    offset, length = written.central
    file.seek(offset)
    digest = hashlib.sha256()
    while length:
        piece = file.read(min(length, _PIECE))
        if not piece:
            break
        digest.update(piece)
        length -= len(piece)
    if digest.digest() != written.central_digest:
        raise OSError("the list of the archive cannot be read back as it was written")
    for promise in written.promises():
        yield promise, not _holds(file, promise, control)


def _holds(file: IO[bytes], promise: Promise, control: Control) -> bool:
    file.seek(promise.content)
    plain = _plain(file, promise, control)
    buffer = bytearray()
    for part in promise.parts:
        while len(buffer) < part.length:
            piece = next(plain, b"")
            if not piece:
                return False
            buffer += piece
        if hashlib.sha256(memoryview(buffer)[: part.length]).digest() != part.id:
            return False
        del buffer[: part.length]
    return not buffer and not next(plain, b"")


def _plain(file: IO[bytes], promise: Promise, control: Control) -> Iterator[bytes]:
    """Ends early where what is packed is damaged."""
    unpacker = zlib.decompressobj(wbits=_RAW)
    left = promise.packed
    while left:
        control.check()
        piece = file.read(min(left, _PIECE))
        if not piece:
            return
        left -= len(piece)
        if promise.method != DEFLATED:
            yield piece
            continue
        while piece:
            try:
                plain = unpacker.decompress(piece, _PIECE)
            except zlib.error:
                return
            piece = unpacker.unconsumed_tail
            if plain:
                yield plain
            elif piece:
                return
    if promise.method == DEFLATED and (rest := unpacker.flush()):
        yield rest
