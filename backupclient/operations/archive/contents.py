"""The contents of files in the order they are wanted: read ahead, a range of a pack at a time."""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from backupclient.errors import BackupError, DataDamaged
from backupclient.manifest.blob_index import BlobLocation
from backupclient.operations.session import Session
from backupclient.operations.trees import UNREADABLE
from backupclient.repository.blob import BlobType
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.pack import PackEntry

_RANGE = 4 << 20
_GAP = 64 << 10
_AHEAD = 2
"""Batches; each is fetched by all threads together."""
_THREADS = 4

Opened = bytes | BackupError
"""A blob, or why no copy of it can be read."""


class Located(NamedTuple):
    id: bytes
    place: BlobLocation | None
    """None if no index has it."""

    @property
    def length(self) -> int:
        """Of the plain text."""
        if self.place is None:
            return 0
        return self.place.raw_length or self.place.length - OVERHEAD

    @property
    def shrinks(self) -> bool:
        """Whether it was worth compressing."""
        return self.place is not None and 0 < self.place.length < 0.9 * self.place.raw_length


class Contents:
    """Belongs to the job's thread; close it."""

    def __init__(self, session: Session) -> None:
        self._repository = session.repository
        self._blobs = session.manifest.blobs
        self._control = session.control
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="archive")

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def locate(self, blob: bytes) -> Located:
        return Located(blob, next(iter(self._blobs.copies(BlobType.DATA, blob)), None))

    def batches(self, batches: Iterable[Sequence[Located]]) -> Iterator[dict[bytes, Opened]]:
        """For each batch what its blobs hold; the next ones are fetched meanwhile."""
        ahead: deque[list[Future[dict[bytes, Opened]]]] = deque()
        for batch in batches:
            ahead.append([self._pool.submit(self._fetch, one) for one in _ranges(batch)])
            if len(ahead) > _AHEAD:
                yield _together(ahead.popleft())
        while ahead:
            yield _together(ahead.popleft())

    def _fetch(self, blobs: list[Located]) -> dict[bytes, Opened]:
        self._control.check()
        first, last = blobs[0].place, blobs[-1].place
        if first is None or last is None:
            return {one.id: self._anywhere(one) for one in blobs}
        data = memoryview(b"")
        with contextlib.suppress(*UNREADABLE):  # then each is looked for alone
            length = last.offset + last.length - first.offset
            data = memoryview(self._repository.load_range(first.pack, first.offset, length))
        return {one.id: self._cut(one, data, first.offset) for one in blobs}

    def _cut(self, blob: Located, data: memoryview, start: int) -> Opened:
        assert blob.place is not None
        at = blob.place.offset - start
        sealed = data[at : at + blob.place.length]
        if len(sealed) == blob.place.length:
            with contextlib.suppress(DataDamaged):
                return self._repository.codec.decode_verified(
                    sealed, blob.place.raw_length, blob.id
                )
        return self._anywhere(blob)

    def _anywhere(self, blob: Located) -> Opened:
        why: BackupError = DataDamaged("blob is in no index", blob=blob.id.hex())
        for place in self._blobs.copies(BlobType.DATA, blob.id):
            entry = PackEntry(blob.id, BlobType.DATA, *place[1:])
            try:
                return self._repository.load_blob(place.pack, entry)
            except UNREADABLE as error:
                why = error
        return why


def _ranges(batch: Sequence[Located]) -> Iterator[list[Located]]:
    """Neighbours in a pack, to be fetched at once; each blob once."""
    found = {one.id: one for one in batch}.values()
    lost = [one for one in found if one.place is None]
    if lost:
        yield lost
    placed = [(one.place, one) for one in found if one.place is not None]
    run: list[Located] = []
    start = end = 0
    pack = ""
    for place, one in sorted(placed, key=lambda pair: pair[0][:2]):
        near = place.pack == pack and place.offset <= end + _GAP
        if run and (not near or place.offset + place.length - start > _RANGE):
            yield run
            run = []
        if not run:
            pack, start = place.pack, place.offset
        run.append(one)
        end = place.offset + place.length
    if run:
        yield run


def _together(parts: Iterable[Future[dict[bytes, Opened]]]) -> dict[bytes, Opened]:
    opened: dict[bytes, Opened] = {}
    for part in parts:
        opened |= part.result()
    return opened
