"""The storage contract, in words. `tests/storage/contract.py` is the same contract as tests.

A storage holds objects: bytes under a key. Keys are relative to the repository's root, use "/"
and the names of the restic layout ("config", "data/ab/abcd…"). What every storage promises:

- **put** returns only when the object is stored and would be read back by anyone. It is atomic:
  a reader sees the whole object or none. Without `overwrite`, an object of that key and the same
  size is success (a retried upload whose answer was lost), of another size `ObjectConflict`.
- **get** returns exactly the bytes asked for, or raises; never fewer.
- **list** yields every object under the prefix, in no order. It raises rather than stop early.
- **delete** of a missing object is success.
- All methods may be called from any thread at once, and raise only `StorageError`s and `Cancelled`.

If the last segment of a key is 64 hex digits, it is the SHA-256 of the object's bytes: the caller
promises it, and a storage may hand it on so that the far side checks what arrives.

Behaviour shared by all storages (retry, throttle, in tests faults) wraps one storage as another.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

Data = bytes | bytearray | memoryview


class Meter(Protocol):
    """Sees every piece of a transfer before it goes on."""

    def advance(self, count: int) -> None:
        """`count` more bytes are about to be sent, or have just arrived. May block (a bandwidth
        limit) and may raise `Cancelled`, which abandons the transfer."""


class Free:
    """The meter that lets everything pass."""

    def advance(self, count: int) -> None:
        pass


FREE = Free()


class ObjectInfo(NamedTuple):
    key: str
    size: int
    modified: datetime | None
    """When it was stored, by the storage's clock, aware."""


class Storage(Protocol):
    """See the module's text for what is promised."""

    @property
    def location(self) -> str:
        """The address as a person would write it, without secrets ("s3:https://host/bucket")."""

    def put(
        self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
    ) -> None: ...

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        """The object, or `length` bytes of it from `offset`. `ObjectMissing` if it is not there,
        `ObjectDamaged` if it ends before the range does."""

    def stat(self, key: str) -> ObjectInfo:
        """Size and time; `ObjectMissing` if it is not there."""

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """`prefix` is "" or ends in "/"; keys come back whole, relative to the root."""

    def delete(self, key: str) -> None: ...

    def create(self) -> None:
        """Make the place itself (bucket or folder) if it is missing and may be made."""

    def now(self) -> datetime:
        """The storage's own clock, aware; asked of it when this is called."""

    def close(self) -> None:
        """Let go of connections; nothing may be called afterwards."""


class StorageWrapper:
    """`inner` with something added: it passes on what a subclass does not answer by itself."""

    def __init__(self, inner: Storage) -> None:
        self._inner = inner

    @property
    def location(self) -> str:
        return self._inner.location

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        self._inner.put(key, data, overwrite=overwrite, meter=meter)

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        return self._inner.get(key, offset=offset, length=length, meter=meter)

    def stat(self, key: str) -> ObjectInfo:
        return self._inner.stat(key)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return self._inner.list(prefix)

    def delete(self, key: str) -> None:
        self._inner.delete(key)

    def create(self) -> None:
        self._inner.create()

    def now(self) -> datetime:
        return self._inner.now()

    def close(self) -> None:
        self._inner.close()
