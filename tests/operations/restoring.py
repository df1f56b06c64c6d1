"""Restoring from a computer's repository, and what was asked of the storage for it."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import NamedTuple

from backupclient.control import Control
from backupclient.errors import ObjectArchived
from backupclient.events import Event, FileProblem, Reason, RestoreSummary
from backupclient.operations.restore.run import Portions, run_restore
from backupclient.requests import RestoreRequest
from backupclient.storage.base import FREE, Meter, Storage, StorageWrapper
from tests.operations.computer import Computer


class Restored(NamedTuple):
    """How a restore went."""

    summary: RestoreSummary
    events: list[Event]

    @property
    def problems(self) -> list[tuple[str, Reason]]:
        found = [event for event in self.events if isinstance(event, FileProblem)]
        return sorted((problem.path, problem.reason) for problem in found)


def restore(
    computer: Computer,
    target: Path | bytes,
    *,
    storage: Storage | None = None,
    control: Control | None = None,
    portions: Portions | None = None,
    snapshot: str = "latest",
    **options: object,
) -> Restored:
    """Restore what the last backup of a single folder put into the snapshot; the options are those
    of `RestoreRequest`."""
    made = {"snapshot": snapshot, "target": os.fsencode(target)} | options
    request = RestoreRequest(**made)  # type: ignore[arg-type]
    with computer.session(storage=storage, control=control) as session:
        return Restored(run_restore(session, request, portions), computer.events)


class ColdStorage(StorageWrapper):
    """A rule of the provider's has moved a pack to an archive."""

    def __init__(self, inner: Storage, pack: Path) -> None:
        super().__init__(inner)
        self._pack = pack.name

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        if key.endswith(self._pack):
            raise ObjectArchived(key=key, status=403, storage_code="InvalidObjectState")
        return super().get(key, offset=offset, length=length, meter=meter)


class Reading(NamedTuple):
    key: str
    offset: int
    length: int | None


class WatchedStorage(StorageWrapper):
    """`inner`, and every read of a pack. After `stop_after` of them the job is stopped."""

    def __init__(
        self, inner: Storage, control: Control | None = None, stop_after: int = -1
    ) -> None:
        super().__init__(inner)
        self._control = control
        self._left = stop_after
        self._lock = threading.Lock()
        self.reads: list[Reading] = []
        self.bytes_read = 0

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        data = self._inner.get(key, offset=offset, length=length, meter=meter)
        # Trees are read whole, data by the range.
        if key.startswith("data/") and length is not None:
            with self._lock:
                self.reads.append(Reading(key, offset, length))
                self.bytes_read += len(data)
                self._left -= 1
                if self._left == 0 and self._control is not None:
                    self._control.stop()
        return data


def packs(place: Path, *, smallest: int = 0) -> list[Path]:
    """The pack files of a folder repository that have so many bytes, the largest first."""
    found = [path for path in place.glob("data/*/*") if path.stat().st_size >= smallest]
    return sorted(found, key=lambda path: -path.stat().st_size)


def damage(path: Path, at: int) -> None:
    """Change one byte of a file that its owner may not write."""
    path.chmod(0o600)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)
        file.seek(at)
        file.write(bytes([byte[0] ^ 1]))


def leftovers(target: Path) -> list[str]:
    """Temporary names that are still there."""
    return sorted(str(p.relative_to(target)) for p in target.rglob(".*.plainkeep-*"))
