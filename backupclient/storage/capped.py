"""A storage with a limit: one that was set for it here, since nobody else keeps that, or that of a
plan, before the storage itself has counted what it holds."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from backupclient.errors import StorageFull
from backupclient.storage.base import FREE, Data, Meter, Storage, StorageWrapper

_COUNTED = "data/"
"""What takes the room. The little that makes it findable is let in always, so that a backup that
meets the limit ends in order."""


class Allowance(Protocol):
    """What a plan lets be stored. Any thread; asks nobody over a network."""

    def left(self) -> int | None:
        """Bytes, never negative; None where nobody knows."""

    def is_nearly_used(self) -> bool:
        """Whether so little is left that a storage which takes nothing must be full."""

    def spend(self, key: str, size: int) -> AbstractContextManager[None]:
        """`StorageFull` (facts: limit_bytes, used_bytes, needed_bytes) if so many bytes do not fit;
        they count from then on, unless the block fails."""


class CappedStorage(StorageWrapper):
    """`inner`, holding at most `limit` bytes of packs, if there is a limit, and what `plan` lets in
    if there is one. More than the limit is `StorageFull` (facts: reason "own-limit", limit_bytes,
    used_bytes, needed_bytes). What others store meanwhile is not seen: the packs are listed
    once."""

    def __init__(self, inner: Storage, limit: int | None, plan: Allowance | None = None) -> None:
        super().__init__(inner)
        self._limit = limit
        self._plan = plan
        self._lock = threading.Lock()
        self._used: int | None = None

    def left_bytes(self, used: int | None = None) -> int | None:
        """What may still be stored; None where nobody knows. May list all packs, unless what they
        take is given (`used`)."""
        known = [] if self._plan is None else [self._plan.left()]
        if self._limit is not None:
            with self._lock:
                known.append(max(0, self._limit - (self._count() if used is None else used)))
        return min((left for left in known if left is not None), default=None)

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        with contextlib.ExitStack() as spent:
            if key.startswith(_COUNTED):
                size = memoryview(data).nbytes
                if self._plan is not None:
                    spent.enter_context(self._plan.spend(key, size))
                if self._limit is not None:
                    spent.enter_context(self._spend(key, size, self._limit))
            self._inner.put(key, data, overwrite=overwrite, meter=meter)

    def delete(self, key: str) -> None:
        self._inner.delete(key)
        if key.startswith(_COUNTED):
            with self._lock:
                self._used = None  # to be counted anew

    def _count(self) -> int:
        if self._used is None:
            self._used = sum(info.size for info in self._inner.list(_COUNTED))
        return self._used

    @contextlib.contextmanager
    def _spend(self, key: str, size: int, limit: int) -> Iterator[None]:
        with self._lock:
            used = self._count()
            if used + size > limit:
                raise StorageFull(
                    key=key,
                    reason="own-limit",
                    limit_bytes=limit,
                    used_bytes=used,
                    needed_bytes=size,
                )
            self._used = used + size
        try:
            yield
        except BaseException:
            with self._lock:
                if self._used is not None:
                    self._used -= size
            raise
