"""Whether a storage has room, asked without leaving anything behind."""

from __future__ import annotations

import contextlib
import shutil

import msgspec

from backupclient.errors import AccessDenied, StorageError, StorageFault, StorageFull
from backupclient.storage.base import Storage
from backupclient.storage.capped import CappedStorage
from backupclient.storage.location import FolderLocation, parse_location

PROBE_KEY = "plainkeep-room"
"""Beside the repository's config, where no restic looks; written and removed."""


class Room(msgspec.Struct, frozen=True):
    """What a storage said when it was asked. Sizes are bytes."""

    takes_data: bool
    """A byte was stored. That many will fit is not said."""
    free_bytes: int | None = None
    """How much fits; None where nobody tells."""

    def takes(self, needed: int) -> bool:
        """Whether so many bytes fit, as far as anybody can tell."""
        return self.takes_data and (self.free_bytes is None or self.free_bytes >= needed)


def room(storage: Storage) -> Room:
    """Store one byte and remove it again. A storage that is full, or calls that a fault of its
    own (an upload that fails while it can be read), takes no data; every other `StorageError` is
    raised. Any thread."""
    next(iter(storage.list("keys/")), None)  # is it there at all, and can it be read?
    free = free_bytes(storage)
    if free == 0:
        return Room(takes_data=False, free_bytes=0)
    try:
        storage.put(PROBE_KEY, b"?", overwrite=True)
    except StorageFull:
        return Room(takes_data=False, free_bytes=free)
    except StorageFault as error:
        if error.facts.get("status") != 500:
            raise
        return Room(takes_data=False, free_bytes=free)
    with contextlib.suppress(AccessDenied):  # then one byte is left behind, the same each time
        storage.delete(PROBE_KEY)
    return Room(takes_data=True, free_bytes=free)


def clear_probe(storage: Storage) -> None:
    """Remove the byte that `room` stored, if whoever asked was killed at that moment. Nothing that
    fails here matters."""
    with contextlib.suppress(StorageError):
        storage.stat(PROBE_KEY)  # a versioned bucket would note each deletion of nothing
        storage.delete(PROBE_KEY)


def free_bytes(storage: Storage, used: int | None = None) -> int | None:
    """How much fits: what is left of a limit that was set, and of a plan, and what this user may
    still write on the disk under a folder, whichever is less. None where none of them is known.
    What the packs take is counted in the storage unless it is given (`used`)."""
    known = [_left_on_disk(storage)]
    if isinstance(storage, CappedStorage):
        known.append(storage.left_bytes(used))
    return min((free for free in known if free is not None), default=None)


def _left_on_disk(storage: Storage) -> int | None:
    try:
        place = parse_location(storage.location)
    except StorageError:
        return None
    if not isinstance(place, FolderLocation):
        return None
    try:
        return shutil.disk_usage(place.path).free
    except OSError:
        return None
