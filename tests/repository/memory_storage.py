"""A storage in memory, with a clock of its own and a way to go wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from backupclient.clock import Clock
from backupclient.errors import AccessDenied, ObjectConflict, ObjectDamaged, ObjectMissing
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo


class MemoryStorage:
    """See `backupclient.storage.base`. `objects` may be changed by a test as it likes."""

    location = "memory:"

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.skew = timedelta(0)
        """How far the storage's clock is ahead of the client's."""
        self.objects: dict[str, bytes] = {}
        self.modified: dict[str, datetime] = {}
        self.reads: list[str] = []
        """The keys of all objects that were read, in order."""
        self.writes: list[str] = []
        self.read_only = False
        self.may_delete = True

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if self.read_only:
            raise AccessDenied(operation="write")
        body = bytes(data)
        there = None if overwrite else self.objects.get(key)
        if there is not None:
            if len(there) != len(body):
                raise ObjectConflict(key=key)
            return
        meter.advance(len(body))
        self.writes.append(key)
        self.add(key, body)

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        self.reads.append(key)
        data = self._object(key)
        end = len(data) if length is None else offset + length
        if end > len(data):
            raise ObjectDamaged(key=key)
        meter.advance(end - offset)
        return data[offset:end]

    def stat(self, key: str) -> ObjectInfo:
        return ObjectInfo(key, len(self._object(key)), self.modified.get(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        for key in [key for key in self.objects if key.startswith(prefix)]:
            yield self.stat(key)

    def delete(self, key: str) -> None:
        if not self.may_delete:
            raise AccessDenied(operation="delete")
        self.objects.pop(key, None)

    def create(self) -> None:
        pass

    def now(self) -> datetime:
        return self._clock.now() + self.skew

    def close(self) -> None:
        pass

    def _object(self, key: str) -> bytes:
        try:
            return self.objects[key]
        except KeyError:
            raise ObjectMissing(key=key) from None

    # --- for tests --------------------------------------------------------------------------------

    def add(self, key: str, data: bytes) -> None:
        """Put an object there as somebody else would."""
        self.objects[key] = data
        self.modified[key] = self.now()

    def keys(self, prefix: str) -> tuple[str, ...]:
        return tuple(sorted(key for key in self.objects if key.startswith(prefix)))

    def flip(self, key: str, position: int = 0) -> None:
        """Damage one byte of an object."""
        data = bytearray(self.objects[key])
        data[position] ^= 0x40
        self.objects[key] = bytes(data)
