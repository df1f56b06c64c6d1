"""How much is in a folder before anything is backed up: counted by the rules of a backup."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.left_out import EVERYTHING
from backupclient.pipeline.scanner import Found, list_folder
from backupclient.pipeline.selection import Looked, Selection
from backupclient.requests import BackupRequest
from backupclient.wire.answers import Amount, FolderSize


class Measure:
    """One folder, counted by one thread; `size` may be asked for by any, at any time."""

    def __init__(
        self, request: BackupRequest, go_on: Callable[[], bool], own: tuple[Path, ...] = ()
    ) -> None:
        """`request` names one absolute path. The count ends early once `go_on` is false; that is
        asked before each folder. `own` as in `Selection`."""
        self._path = request.paths[0]
        self._selection = Selection(request, own)
        self._go_on = go_on
        self._kept = _Tally()
        self._left_out = _Tally()
        self._done = False

    @property
    def size(self) -> FolderSize:
        """As far as it was counted. What cannot be listed is not in it."""
        return FolderSize(
            kept=self._kept.amount(), left_out=self._left_out.amount(), done=self._done
        )

    def run(self) -> None:
        folders = [(self._path, True)]
        while folders:
            if not self._go_on():
                return
            path, chosen = folders.pop()
            try:
                below = self._of(path) if chosen else self._all_of(path)
            except OSError:
                continue
            folders += below
        self._done = True

    def _of(self, path: bytes) -> list[tuple[bytes, bool]]:
        """Counts what is in a folder that is backed up; returns the folders in it, and whether
        each is backed up, too."""
        looked = self._selection.of_folder(path, own_device=0, device=0)
        below = self._kept.add(path, looked.names, chosen=True)
        out = _left_out(path, looked)
        return below + self._left_out.add(path, out, chosen=False)

    def _all_of(self, path: bytes) -> list[tuple[bytes, bool]]:
        names, _ = list_folder(path)
        return self._left_out.add(path, names, chosen=False)


class _Tally:
    def __init__(self) -> None:
        self._files = 0
        self._bytes = 0

    def amount(self) -> Amount:
        return Amount(self._files, self._bytes)

    def add(self, path: bytes, names: list[Found], *, chosen: bool) -> list[tuple[bytes, bool]]:
        below = []
        for found in names:
            if found.kind is EntryKind.FOLDER:
                below.append((os.path.join(path, found.name), chosen))
            elif found.kind is EntryKind.FILE:  # links and the like are no files in any number
                self._files += 1
                self._bytes += found.stat.st_size
        return below


def _left_out(path: bytes, looked: Looked) -> list[Found]:
    """Everything in a folder that its rules leave out, looked at once more: rows of what is left
    out are without what is in them."""
    if not looked.left_out:
        return []
    names, _ = list_folder(path)
    if any(one.name == EVERYTHING for one in looked.left_out):
        kept = {found.name for found in looked.names}
        return [found for found in names if found.name not in kept]
    out = {one.name for one in looked.left_out}
    return [found for found in names if found.name in out]
