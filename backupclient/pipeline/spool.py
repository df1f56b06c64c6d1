"""Finished packs on this computer's disk, while the line is slower than the disk.

A run that is cut short leaves them, and the next one sends those that are still wanted, without
reading the files again. Nothing is synced: after a crash a pack's name is its check. Losing the
spool costs time alone.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import shutil
import threading
from pathlib import Path
from typing import NamedTuple

from backupclient.errors import DataDamaged, MemoryFault
from backupclient.repository.crypto import Sealer
from backupclient.repository.pack import FinishedPack, PackEntry, parse_header

_MOST_BYTES = 512 << 20
_LEAVE_FREE = 1 << 30


class SpooledPack(NamedTuple):
    name: str
    entries: tuple[PackEntry, ...]
    size: int


class Spool:
    """The packs in `folder`, `most_bytes` together at most, and never the last of the disk
    (`leave_free`). Of one process at a time; may be used from any thread."""

    def __init__(
        self, folder: Path, *, most_bytes: int = _MOST_BYTES, leave_free: int = _LEAVE_FREE
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._leave_free = leave_free
        self._lock = threading.Lock()
        self._usable = True  # guarded by _lock
        self._bytes = sum(size for _, size in self._files())  # guarded by _lock

    def _files(self) -> list[tuple[Path, int]]:
        with contextlib.suppress(OSError):
            return [(path, path.stat().st_size) for path in self._folder.iterdir()]
        return []

    def has_room(self, size: int) -> bool:
        """Whether a pack of this size may be put here."""
        with self._lock:
            return self._usable and self._bytes + size <= self._most_bytes

    def put(self, pack: FinishedPack) -> SpooledPack | None:
        """None if the disk does not take it; then it is left alone for the rest of the run."""
        size = len(pack.data)
        path = self._folder / pack.name
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._demand_room(size)
            with open(path, "wb", opener=_private) as file:
                file.write(pack.data)
        except OSError:
            _remove(path)
            with self._lock:
                self._usable = False
            return None
        with self._lock:
            self._bytes += size
        return SpooledPack(pack.name, pack.entries, size)

    def _demand_room(self, size: int) -> None:
        if shutil.disk_usage(self._folder).free < self._leave_free + size:
            raise OSError(errno.ENOSPC, "the rest is left to others")

    def load(self, pack: SpooledPack) -> memoryview:
        """The pack, proven by its name. `MemoryFault` if this run put it here and it is not what it
        was: what was read of the source is lost then, and the next run reads it again."""
        with contextlib.suppress(OSError):
            data = (self._folder / pack.name).read_bytes()
            if hashlib.sha256(data).hexdigest() == pack.name:
                return memoryview(data)
        raise MemoryFault("spooled pack is not what it was", pack=pack.name)

    def drop(self, pack: SpooledPack) -> None:
        _remove(self._folder / pack.name)
        with self._lock:
            self._bytes -= pack.size

    def leftovers(self, sealer: Sealer) -> list[SpooledPack]:
        """What an earlier run left here and is whole; the rest is deleted."""
        found: list[SpooledPack] = []
        for path, size in self._files():
            try:
                data = path.read_bytes()
                entries = parse_header(len(data), data, sealer)
            except (OSError, DataDamaged):
                entries, data = (), b""
            pack = SpooledPack(path.name, entries, size)
            if hashlib.sha256(data).hexdigest() == path.name:
                found.append(pack)
            else:
                self.drop(pack)
        return found


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()
