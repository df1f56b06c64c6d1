"""Which locks in a repository this data folder's programs have written. What a lock says of its
holder does not prove that: two computers may have one name, and in a container or sandbox of the
same computer, processes outside cannot be seen, so that a live one looks dead.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["OwnLocks"]


class OwnLocks:
    """Notes in `folder`, an empty file each, or in memory without one. Any thread and, with a
    folder, any program. What cannot be noted is not known as ours, which costs time alone."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._here: set[str] = set()

    def note(self, name: str) -> None:
        """Before the lock is written: a lock that nobody noted outlives a power cut. Durable when
        it returns."""
        self._here.add(name)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                self._folder.mkdir(mode=0o700, exist_ok=True)
                (self._folder / name).touch(mode=0o600)
                _make_durable(self._folder)

    def drop(self, name: str) -> None:
        """The lock is gone."""
        self._here.discard(name)
        if self._folder is not None:
            with contextlib.suppress(OSError):
                (self._folder / name).unlink(missing_ok=True)

    def __contains__(self, name: str) -> bool:
        return name in self._here or (self._folder is not None and (self._folder / name).exists())


def _make_durable(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
