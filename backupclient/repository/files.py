"""Files named by the SHA-256 of what is stored: put and fetched whole, proven when fetched."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple, TypeVar

from backupclient.errors import DataDamaged, ObjectConflict, ObjectDamaged
from backupclient.repository.layout import FileKind, name_of
from backupclient.storage.base import FREE, Data, Meter, Storage

__all__ = ["StoredFile", "fetch", "list_files", "put_named", "read_twice", "store"]

T = TypeVar("T")


class StoredFile(NamedTuple):
    name: str
    size: int
    modified: datetime | None
    """By the storage's clock."""


def list_files(storage: Storage, prefix: str) -> Iterator[StoredFile]:
    """Everything under `prefix` that has a repository file's name; the rest is not ours."""
    for info in storage.list(prefix):
        name = name_of(info.key)
        if name is not None:
            yield StoredFile(name, info.size, info.modified)


def fetch(storage: Storage, key: str, name: str, meter: Meter = FREE) -> bytes:
    """The object `key`, whose name is `name`. `ObjectMissing` if it is not there, `DataDamaged` if
    it is not what its name says."""

    def read() -> bytes:
        data = storage.get(key, meter=meter)
        if hashlib.sha256(data).hexdigest() != name:
            raise DataDamaged("contents do not match the name")
        return data

    return read_twice(key, read)


def store(
    storage: Storage, kind: FileKind, data: bytes, before: Callable[[str], None] | None = None
) -> str:
    """Returns the name once it is stored; `before` is told it first."""
    name = hashlib.sha256(data).hexdigest()
    if before is not None:
        before(name)
    put_named(storage, kind.key(name), data)
    return name


def put_named(storage: Storage, key: str, data: Data, meter: Meter = FREE) -> None:
    """Store an object whose key ends in the SHA-256 of its bytes. Anything else that has this key
    is what a failed upload left (some servers keep an object of no bytes), and gives way."""
    try:
        storage.put(key, data, meter=meter)
    except ObjectConflict:
        storage.put(key, data, overwrite=True, meter=meter)


def read_twice(key: str, read: Callable[[], T]) -> T:
    """What `read` gives, asked once more if it is damaged: the fault may be on the way here. Then
    `DataDamaged` with the facts and `key`."""
    try:
        return read()
    except (DataDamaged, ObjectDamaged):
        pass
    try:
        return read()
    except (DataDamaged, ObjectDamaged) as exc:
        raise DataDamaged(exc.raw, **(exc.facts | {"key": key})) from exc
