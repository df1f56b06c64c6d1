"""The locks that are in a repository: reading them, and telling the living from the dead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from backupclient.clock import Clock
from backupclient.errors import DataDamaged, FormatUnsupported, ObjectMissing
from backupclient.repository.files import StoredFile
from backupclient.repository.identity import Identity
from backupclient.repository.layout import FileKind
from backupclient.repository.lock_file import LockFile, decode_lock
from backupclient.repository.repository import Repository

__all__ = [
    "STALE",
    "FoundLock",
    "find_locks",
    "held_here",
    "is_abandoned",
    "is_dead",
    "left_here",
    "unlock",
]

STALE = timedelta(minutes=30)
"""Holders stop by themselves when they could not write their lock anew for 22.5 minutes."""

held_here: set[str] = set()
"""The names of all locks that this process holds: never stale, whatever they look like."""
left_here: set[str] = set()
"""Those that this process gave back when the storage could not be reached: nobody holds them."""


class FoundLock(NamedTuple):
    file: StoredFile
    lock: LockFile | None
    """None if it cannot be read. An object without any bytes is what a failed upload left."""


def find_locks(repository: Repository, skip: Collection[str] = ()) -> list[FoundLock]:
    """Every lock but those named in `skip`; one that goes while they are read is not there."""
    found = []
    for file in repository.list_files(FileKind.LOCK):
        if file.name not in skip:
            try:
                found.append(FoundLock(file, read_lock(repository, file)))
            except ObjectMissing:
                continue
    return found


def read_lock(repository: Repository, file: StoredFile) -> LockFile | None:
    """None if it cannot be read; `ObjectMissing` if it is gone."""
    if not file.size:
        return None
    try:
        return decode_lock(repository.load_file(FileKind.LOCK, file.name))
    except (DataDamaged, FormatUnsupported):
        return None


def is_same_user(lock: LockFile, identity: Identity) -> bool:
    return (lock.hostname, lock.username) == (identity.hostname, identity.username)


def is_dead(lock: LockFile, identity: Identity) -> bool:
    """Whether it says that its holder was a process of this user on this computer, and there is
    none. That may be another computer of the same name, or a process that cannot be seen from a
    container or sandbox: `OwnLocks` knows."""
    import psutil  # noqa: PLC0415 - a tenth of a second that only a found lock costs

    return is_same_user(lock, identity) and not psutil.pid_exists(lock.pid)


def is_abandoned(
    repository: Repository, clock: Clock, found: FoundLock, limit: timedelta = STALE
) -> bool:
    """Whether it is older than `limit` twice over: its own time by our clock, and when it was
    stored by the storage's. One clock alone may be wrong."""
    if found.lock is not None and clock.now() - found.lock.time <= limit:
        return False
    stored = found.file.modified
    return stored is not None and repository.storage.now() - stored > limit


def unlock(
    repository: Repository, clock: Clock, identity: Identity, *, remove_all: bool = False
) -> list[FoundLock]:
    """Remove the locks whose holder is dead or abandoned them, or all that there are; never those
    that this process holds, and one that cannot be read only among all. Returns the removed."""
    removed = []
    for found in find_locks(repository, held_here):
        unreadable = found.lock is None and found.file.size > 0
        dead = found.file.name in left_here
        dead = dead or (found.lock is not None and is_dead(found.lock, identity))
        if remove_all or dead or (not unreadable and is_abandoned(repository, clock, found)):
            repository.delete_file(FileKind.LOCK, found.file.name)
            removed.append(found)
    return removed
