"""The zstd module of the standard library, or its backport where there is none yet."""

from __future__ import annotations

import sys
from collections.abc import Iterator

if sys.version_info >= (3, 14):
    from compression.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )
else:
    from backports.zstd import (
        CompressionParameter,
        DecompressionParameter,
        ZstdCompressor,
        ZstdDecompressor,
        ZstdError,
    )

from backupclient.errors import DataDamaged

__all__ = ["Compressor", "decompress", "decompress_in_pieces"]

LEVEL = 2
"""Stores what restic's default stores, within a hundredth, in three quarters of level 3's time. Not
a high level: two library bugs that corrupted data were at the highest one only."""

_MAX_WINDOW_LOG = 27
"""128 MiB, what a frame may ask of the reader's memory beside its contents."""
_PIECE = 1 << 20


class Compressor:
    """Compresses one frame after another, reusing its tables. One per thread."""

    def __init__(self) -> None:
        self._compressor = ZstdCompressor(options={CompressionParameter.compression_level: LEVEL})

    def compress(self, plain: bytes | bytearray | memoryview) -> bytes:
        return self._compressor.compress(plain, ZstdCompressor.FLUSH_FRAME)


def decompress(frame: bytes | memoryview, limit: int) -> bytes:
    """The contents of exactly one frame. `DataDamaged` if it is none, is cut short, is followed by
    other bytes, or holds more than `limit` bytes; never allocates much more than `limit`."""
    decompressor = _decompressor()
    try:
        plain = decompressor.decompress(frame, max_length=limit + 1)
    except ZstdError as exc:
        raise DataDamaged(str(exc)) from exc
    if len(plain) > limit or not decompressor.eof or decompressor.unused_data:
        raise DataDamaged("zstd frame is not what its length says")
    return plain


def decompress_in_pieces(frame: bytes | memoryview, limit: int) -> Iterator[bytes]:
    """As `decompress`, at most a mebibyte at a time; what is wrong may show at the end only."""
    decompressor = _decompressor()
    length = 0
    try:
        while length <= limit and not decompressor.eof:
            piece = decompressor.decompress(frame, max_length=_PIECE)
            if not piece and decompressor.needs_input:
                break
            frame = b""
            length += len(piece)
            yield piece
    except ZstdError as exc:
        raise DataDamaged(str(exc)) from exc
    if length > limit or not decompressor.eof or decompressor.unused_data:
        raise DataDamaged("zstd frame is not what its length says")


def _decompressor() -> ZstdDecompressor:
    return ZstdDecompressor(options={DecompressionParameter.window_log_max: _MAX_WINDOW_LOG})
