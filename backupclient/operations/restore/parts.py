"""Where the parts of files are stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from backupclient.errors import DataDamaged
from backupclient.manifest.blob_index import BlobIndex, BlobLocation
from backupclient.operations.restore.existing import Part
from backupclient.repository.blob import BlobType
from backupclient.repository.crypto import OVERHEAD

SLICE = 4000
"""Blob ids looked up at once."""


class Places:
    """Where the blobs of some files are stored."""

    def __init__(self, blobs: BlobIndex, contents: Iterable[tuple[bytes, ...]]) -> None:
        self._blobs = blobs
        self._known: dict[bytes, BlobLocation] | None = None
        ids = [blob for content in contents for blob in content]
        if len(ids) <= SLICE:
            self._known = blobs.locate_many(BlobType.DATA, ids)

    def parts(self, content: tuple[bytes, ...]) -> Iterable[Part]:
        """The parts of a file, to be gone through several times. `DataDamaged` on the way if one
        is stored nowhere. Those of a giant file are not held in memory together."""
        if self._known is not None:
            return _located(content, self._known)
        return _Streamed(self._blobs, content)


class _Streamed:
    def __init__(self, blobs: BlobIndex, content: tuple[bytes, ...]) -> None:
        self._blobs = blobs
        self._content = content

    def __iter__(self) -> Iterator[Part]:
        for start in range(0, len(self._content), SLICE):
            ids = self._content[start : start + SLICE]
            yield from _located(ids, self._blobs.locate_many(BlobType.DATA, ids))


def _located(content: tuple[bytes, ...], known: dict[bytes, BlobLocation]) -> list[Part]:
    parts = []
    for blob in content:
        place = known.get(blob)
        if place is None:
            raise DataDamaged("blob is in no index", blob=blob.hex())
        parts.append(Part(blob, place, place.raw_length or place.length - OVERHEAD))
    return parts
