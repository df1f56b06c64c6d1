"""A bounded copy, on this computer, of what is read again and again: index and snapshot files and
tree packs, sealed as they are in the storage. Losing it costs time alone, so no error leaves it.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from backupclient.repository.layout import FileKind

__all__ = ["Cache"]

_PACKS = "packs"
_WHOLE = "whole"
_UNFINISHED = ".unfinished"
_KEEP = 0.8
"""How full the cache is left after it was too full, so that it is not swept at every write."""


class _CachedFile(NamedTuple):
    used: float
    size: int
    path: Path


class Cache:
    """Files below `folder`, `max_bytes` together at most (briefly one file more); those that were
    not used for longest go first. May be used from any thread and by several processes."""

    def __init__(self, folder: Path, max_bytes: int) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._size: int | None = None
        self._lock = threading.Lock()

    def get(self, kind: FileKind, name: str) -> bytes | None:
        """The file as it is stored, proven by its name."""
        path = self._file(kind, name)
        data = _read(path)
        if data is not None and hashlib.sha256(data).hexdigest() != name:
            _remove(path)
            return None
        return data

    def put(self, kind: FileKind, name: str, data: bytes) -> None:
        self._write(self._file(kind, name), data)

    def names(self, kind: FileKind) -> list[str]:
        """The files of `kind` that are here, sorted."""
        return sorted(file.path.name for file in _walk(self._folder / kind.value))

    def drop(self, kind: FileKind, name: str) -> None:
        _remove(self._file(kind, name))

    def retain(self, kind: FileKind, names: set[str]) -> None:
        """Drop all files of `kind` but those in `names`, which are all that are stored."""
        for file in _walk(self._folder / kind.value):
            if file.path.name not in names:
                _remove(file.path)

    def get_range(self, pack: str, offset: int, length: int) -> bytes | None:
        """`length` bytes of a pack from `offset`. Not proven: whoever opens them does that, and
        calls `drop_pack` if they are damaged."""
        folder = self._pack(pack)
        data = _read(folder / _WHOLE, offset, length)
        if data is None:
            data = _read(folder / str(offset))
        return data if data is not None and len(data) == length else None

    def put_range(self, pack: str, offset: int, data: bytes) -> None:
        self._write(self._pack(pack) / str(offset), data)

    def put_pack(self, pack: str, data: bytes | memoryview) -> None:
        self._write(self._pack(pack) / _WHOLE, data)

    def drop_pack(self, pack: str) -> None:
        shutil.rmtree(self._pack(pack), ignore_errors=True)

    def _file(self, kind: FileKind, name: str) -> Path:
        return self._folder / kind.value / name[:2] / name

    def _pack(self, name: str) -> Path:
        return self._folder / _PACKS / name[:2] / name

    def _write(self, path: Path, data: bytes | memoryview) -> None:
        if len(data) > self._max_bytes * _KEEP:
            return
        unfinished = path.with_name(f"{uuid.uuid4().hex}{_UNFINISHED}")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Theirs alone who run the program: a key file in here invites to try passwords.
            with open(unfinished, "xb", opener=_private) as file:
                file.write(data)
            unfinished.replace(path)
        except OSError:
            _remove(unfinished)
            return
        with self._lock:
            if self._size is not None:
                self._size += len(data)
            if self._size is None or self._size > self._max_bytes:
                self._size = self._sweep()

    def _sweep(self) -> int:
        """Count what is there and, if it is too much, remove the least used; returns the rest."""
        files = sorted(_walk(self._folder))
        size = sum(file.size for file in files)
        if size <= self._max_bytes:
            return size
        for file in files:
            if size <= self._max_bytes * _KEEP:
                break
            _remove(file.path)
            size -= file.size
        return size


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _walk(folder: Path) -> Iterator[_CachedFile]:
    for place, _, names in os.walk(folder):
        for name in names:
            path = Path(place, name)
            with contextlib.suppress(OSError):
                found = path.stat()
                yield _CachedFile(found.st_mtime, found.st_size, path)


def _read(path: Path, offset: int = 0, length: int = -1) -> bytes | None:
    try:
        with path.open("rb") as file:
            file.seek(offset)
            data = file.read(length)
        os.utime(path)
    except OSError:
        return None
    return data


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
