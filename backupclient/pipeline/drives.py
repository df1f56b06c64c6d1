"""Drives that keep failing: a file that cannot be read may cost half a minute of a dying drive."""

from __future__ import annotations

import os
import threading
from collections import Counter

from backupclient.events import Reason
from backupclient.pipeline.scanner import Trouble

_MOST = 20
NOT_TRIED = "not tried: what lies beside it could not be read"


class Drives:
    """Read errors in a row. After more than twenty in one folder the rest of it is not tried; after
    as many again without a file read between, on the same drive, the rest of the drive. The next
    run tries again. Any thread; next to nothing as long as all is well."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._in_a_row: Counter[int] = Counter()
        self._folders: Counter[tuple[int, bytes]] = Counter()
        self._left: set[int | bytes] = set()

    def took(self, device: int, path: bytes, why: Trouble | None) -> None:
        """A file on that device was read, or could not be."""
        if why is None:
            if self._in_a_row:
                self._worked(device)
        elif why.reason is Reason.READ_ERROR and why.raw != NOT_TRIED:
            self._failed(device, os.path.dirname(path))

    def _worked(self, device: int) -> None:
        with self._lock:
            self._in_a_row.pop(device, None)
            for key in [key for key in self._folders if key[0] == device]:
                del self._folders[key]

    def _failed(self, device: int, folder: bytes) -> None:
        with self._lock:
            self._in_a_row[device] += 1
            self._folders[device, folder] += 1
            if self._folders[device, folder] > _MOST:
                self._left.add(folder)
            if self._in_a_row[device] > 2 * _MOST:
                self._left.add(device)

    def left(self, device: int, path: bytes) -> Trouble | None:
        """Why what lies at this path is not to be tried any more; None if it is."""
        if self._left and (device in self._left or os.path.dirname(path) in self._left):
            return Trouble(path, Reason.READ_ERROR, NOT_TRIED)
        return None
