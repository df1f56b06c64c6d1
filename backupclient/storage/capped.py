"""A storage with a limit that was set for it here, since nobody else keeps that."""

from __future__ import annotations

import threading

from backupclient.errors import StorageFull
from backupclient.storage.base import FREE, Data, Meter, Storage, StorageWrapper

_COUNTED = "data/"
"""What takes the room. The little that makes it findable is let in always, so that a backup that
meets the limit ends in order."""


class CappedStorage(StorageWrapper):
    """`inner`, holding at most `limit` bytes of packs. More is `StorageFull` (facts: reason
    "own-limit", limit_bytes, used_bytes, needed_bytes). What others store meanwhile is not seen:
    the packs are listed once."""

    def __init__(self, inner: Storage, limit: int) -> None:
        super().__init__(inner)
        self.limit = limit
        self._lock = threading.Lock()
        self._used: int | None = None

    def left_bytes(self) -> int:
        """What may still be stored. May list all packs."""
        with self._lock:
            return max(0, self.limit - self._count())

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if not key.startswith(_COUNTED):
            self._inner.put(key, data, overwrite=overwrite, meter=meter)
            return
        size = memoryview(data).nbytes
        self._take(key, size)
        try:
            self._inner.put(key, data, overwrite=overwrite, meter=meter)
        except BaseException:
            self._give_back(size)
            raise

    def delete(self, key: str) -> None:
        self._inner.delete(key)
        if key.startswith(_COUNTED):
            with self._lock:
                self._used = None  # to be counted anew

    def _count(self) -> int:
        if self._used is None:
            self._used = sum(info.size for info in self._inner.list(_COUNTED))
        return self._used

    def _take(self, key: str, size: int) -> None:
        with self._lock:
            used = self._count()
            if used + size > self.limit:
                raise StorageFull(
                    key=key,
                    reason="own-limit",
                    limit_bytes=self.limit,
                    used_bytes=used,
                    needed_bytes=size,
                )
            self._used = used + size

    def _give_back(self, size: int) -> None:
        with self._lock:
            if self._used is not None:
                self._used -= size
