"""Which changes are worth a backup, and when: folders that change all the time hurry nobody.

A change is backed up once its folder has been quiet for some seconds, at the latest after some
minutes. A folder that was not quiet even when its backup began must wait longer for the next, each
time twice as long. Others are not held up by it.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec


class Pace(msgspec.Struct, frozen=True):
    """Seconds. `quiet` without a change end a wait that lasts `longest` at most; between the
    beginnings of two backups for the same folder are `gap`, for a restless one up to
    `longest_gap`. The gap is also `share` times as long as the last backup took."""

    quiet: float = 5
    longest: float = 120
    gap: float = 10
    longest_gap: float = 1800
    share: float = 10


_MOST_FOLDERS = 10_000
"""Above that, all further ones count as one."""
_THE_REST = b""


class _Changes(NamedTuple):
    first: datetime
    last: datetime


class Settling:
    """Any thread."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._pending: dict[bytes, _Changes] = {}
        self._gaps: dict[bytes, float] = {}
        self._begun: datetime | None = None
        self._took = 0.0
        self._awaited: datetime | None = None

    def changed(self, folder: bytes, now: datetime) -> bool:
        """Something in `folder` changed. Whether that makes a backup due sooner than `due` said."""
        with self._lock:
            if len(self._pending) >= _MOST_FOLDERS and folder not in self._pending:
                folder = _THE_REST
            before = self._pending.get(folder)
            self._pending[folder] = _Changes(before.first if before else now, now)
            if before is not None:
                return False
            due = self._due(folder, self._pending[folder])
            return self._awaited is None or due < self._awaited

    def due(self) -> datetime | None:
        """When the changes there are should be backed up; None if there are none. May be later
        than it said before, after more changes."""
        with self._lock:
            found = (self._due(folder, changes) for folder, changes in self._pending.items())
            self._awaited = min(found, default=None)
            return self._awaited

    def begun(self, now: datetime) -> None:
        """A backup begins, and finds what has changed until now."""
        with self._lock:
            quiet = timedelta(seconds=self._pace.quiet)
            for folder, changes in self._pending.items():
                if now - changes.last >= quiet:
                    self._gaps.pop(folder, None)
                elif len(self._gaps) < _MOST_FOLDERS:
                    gap = self._gaps.get(folder, self._pace.gap)
                    self._gaps[folder] = min(2 * gap, self._pace.longest_gap)
            self._pending.clear()
            self._begun = now
            self._awaited = None

    def ended(self, seconds: float) -> None:
        """The backup took so long."""
        with self._lock:
            self._took = seconds

    def forget(self) -> None:
        """Nothing is watched any more."""
        with self._lock:
            self._pending.clear()
            self._gaps.clear()
            self._awaited = None

    def _due(self, folder: bytes, changes: _Changes) -> datetime:
        pace = self._pace
        settled = changes.last + timedelta(seconds=pace.quiet)
        due = min(settled, changes.first + timedelta(seconds=pace.longest))
        if self._begun is None:
            return due
        least = min(max(pace.gap, pace.share * self._took), pace.longest_gap)
        gap = max(least, self._gaps.get(folder, 0.0))
        return max(due, self._begun + timedelta(seconds=gap))
