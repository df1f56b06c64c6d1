"""Rows of files that were read, on their way into the manifest."""

from __future__ import annotations

from backupclient.manifest.manifest import Entry, Manifest
from backupclient.operations.backup.folder import Folder

_AT_ONCE = 256


class Rows:
    """They are written many at a time: once a folder has some, when it is complete, and before
    each commit. Belongs to the job's thread."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._waiting: set[Folder] = set()

    def add(self, folder: Folder, row: Entry) -> None:
        folder.rows.append(row)
        self._waiting.add(folder)
        if len(folder.rows) >= _AT_ONCE:
            self.write(folder)

    def write_all(self) -> None:
        """Have every row in the manifest's open transaction."""
        for folder in tuple(self._waiting):
            self.write(folder)

    def write(self, folder: Folder) -> None:
        """Have the folder's rows in the manifest's open transaction."""
        self._waiting.discard(folder)
        if folder.rows:
            self._manifest.begin()
            self._manifest.put_entries(folder.no, folder.rows)
            folder.rows.clear()
