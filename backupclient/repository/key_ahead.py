"""The key worked out ahead: while the storage is still being reached, from a copy of the key file.

Turning a password into a key takes a third of a second and needs neither the storage nor Python's
lock. What comes of it counts only once the storage lists the key.
"""

from __future__ import annotations

import threading

from backupclient.errors import DataDamaged, FormatUnsupported, WrongPassword
from backupclient.repository.cache import Cache
from backupclient.repository.key_file import open_key_file, read_key_file
from backupclient.repository.keys import OpenedKey
from backupclient.repository.layout import FileKind

__all__ = ["KeyAhead", "keep_key"]


class KeyAhead:
    """Begins at once, in a thread of its own. The other methods may be called from any thread."""

    def __init__(self, cache: Cache, password: str) -> None:
        self._cache = cache
        self._password = password
        self._opened: OpenedKey | None = None
        self._thread = threading.Thread(target=self._work, name="key", daemon=True)
        self._thread.start()

    def opened(self) -> OpenedKey | None:
        """The key, or None if there is no copy of it or this password does not open it. Blocks
        until that is known."""
        self._thread.join()
        return self._opened

    def _work(self) -> None:
        for name in self._cache.names(FileKind.KEY):
            data = self._cache.get(FileKind.KEY, name)
            if data is None:
                continue
            try:
                master = open_key_file(read_key_file(data), self._password)
            except (WrongPassword, DataDamaged, FormatUnsupported):
                continue
            self._opened = OpenedKey(name, master, data)
            return


def keep_key(cache: Cache, key: OpenedKey) -> None:
    """Keep a copy of the one key file that was of use."""
    if cache.names(FileKind.KEY) != [key.name]:
        cache.retain(FileKind.KEY, {key.name})
        cache.put(FileKind.KEY, key.name, key.file)
