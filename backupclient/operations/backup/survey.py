"""What there is to back up, counted before a first backup; every file gets a row that says that it
waits."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import NamedTuple

from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.manifest import Entry, Manifest
from backupclient.operations.backup.known_safe import KnownSafe
from backupclient.operations.backup.order import Order, Urgency
from backupclient.operations.backup.recall import unfinished_folder
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.scanner import Found
from backupclient.pipeline.selection import Selection


class Survey:
    """How much there is of each kind: files and bytes."""

    def __init__(self) -> None:
        self.files = dict.fromkeys(Urgency, 0)
        self.bytes = dict.fromkeys(Urgency, 0)

    def add(self, kind: Urgency, size: int) -> None:
        self.files[kind] += 1
        self.bytes[kind] += size

    @property
    def total_files(self) -> int:
        return sum(self.files.values())

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes.values())

    def passes(self) -> list[Urgency]:
        """The kinds that are worth a pass of their own before the walk: all but the last."""
        return [kind for kind in Urgency if self.files[kind]][:-1]


class _Below(NamedTuple):
    """A folder to be looked into. `fresh`: it has no rows yet."""

    path: bytes
    device: int
    no: int
    fresh: bool


class Surveyor:
    """Belongs to the job's thread. `tick` is called once a folder; `safe` counts what is stored
    already."""

    def __init__(
        self,
        manifest: Manifest,
        selection: Selection,
        order: Order,
        tick: Callable[[], None],
        safe: KnownSafe | None = None,
    ) -> None:
        self._manifest = manifest
        self._selection = selection
        self._order = order
        self._tick = tick
        self._safe = safe
        self._seen = Survey()

    def run(self, root: Target) -> Survey:
        """Count everything, without reading any of it. What cannot be looked at is left to the
        walk to report."""
        for target in root.chosen():
            try:
                info = os.lstat(target.path)
            except OSError:
                continue
            found = Found.of(target.name, info)
            if found is None or self._selection.left_out(found, target.path) is not None:
                continue
            self._manifest.begin()
            if found.kind is EntryKind.FOLDER:
                no = self._manifest.ensure_folder(target.path)
                self._look(_Below(target.path, info.st_dev, no, fresh=False), info.st_dev)
            elif found.kind is EntryKind.FILE:
                self._seen.add(self._order.urgency(found), info.st_size)
                folder, name = os.path.split(target.path)
                above = self._manifest.ensure_folder(folder)
                if self._safe is not None:
                    self._safe.look(above, [found._replace(name=name)], folder)
                self._manifest.add_waiting(above, [(name, info.st_size)])
        return self._seen

    def _look(self, top: _Below, device: int) -> None:
        stack = [top]
        while stack:
            self._tick()
            here = stack.pop()
            try:
                looked = self._selection.of_folder(here.path, own_device=here.device, device=device)
            except OSError:
                continue
            self._manifest.begin()
            self._manifest.left_out.put(here.no, looked.left_out)
            if self._safe is not None and not here.fresh:
                self._safe.look(here.no, looked.names, here.path)
            stack += self._note(here, looked.names)

    def _note(self, here: _Below, names: list[Found]) -> list[_Below]:
        """Rows for what has none yet. Returns the folders within."""
        old = {} if here.fresh else self._manifest.entries_of(here.no)
        base = here.path if here.path.endswith(b"/") else here.path + b"/"
        below: list[_Below] = []
        rows: list[Entry] = []
        waiting: list[tuple[bytes, int]] = []
        for found in names:
            before = old.get(found.name)
            size = found.stat.st_size
            if found.kind is EntryKind.FILE:
                self._seen.add(self._order.urgency(found), size)
                if before is None:
                    waiting.append((found.name, size))
            elif found.kind is EntryKind.FOLDER:
                fresh = before is None or before.child is None
                child = None if before is None else before.child
                if child is None:
                    child = self._manifest.new_folder(here.no, found.name)
                    rows.append(unfinished_folder(found, child))
                path = base + found.name
                below.append(_Below(path, found.stat.st_dev, child, fresh))
        if rows:
            self._manifest.put_entries(here.no, rows, settled=here.fresh)
        if waiting:
            self._manifest.add_waiting(here.no, waiting, fresh=here.fresh)
        return below
