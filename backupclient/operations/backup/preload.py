"""A pass over the chosen folders that sends one kind of file ahead of the others.

It makes no trees: it leaves rows in the manifest, by which the walk that follows in the same run
finds these files unchanged and stored.
"""

from __future__ import annotations

import os

from backupclient.manifest.manifest import Entry, EntryKind, Manifest
from backupclient.operations.backup.folder import Counts, Feed
from backupclient.operations.backup.order import Order, Urgency
from backupclient.operations.backup.recall import Recall, unfinished_folder
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.reader import FileRead, ReadTask
from backupclient.pipeline.scanner import Found
from backupclient.pipeline.selection import Selection

_ROWS_AT_ONCE = 64


class Preload:
    """One pass for one kind. Belongs to the job's thread."""

    def __init__(
        self,
        manifest: Manifest,
        feed: Feed,
        *,
        selection: Selection,
        recall: Recall,
        order: Order,
        kind: Urgency,
        counts: Counts,
    ) -> None:
        self._manifest = manifest
        self._feed = feed
        self._selection = selection
        self._recall = recall
        self._order = order
        self._kind = kind
        self.counts = counts
        self.pending = 0
        """Files with the workers."""
        self._rows: list[Entry] = []
        self._rows_folder = 0

    def run(self, root: Target) -> None:
        """Have every file of the kind read; returns when all were handed over."""
        for target in root.chosen():
            if target.missing:
                continue
            try:
                info = os.lstat(target.path)
            except OSError:
                continue  # the walk reports it
            found = Found.of(target.name, info)
            if found is not None and found.kind is EntryKind.FOLDER:
                self._manifest.begin()
                self._below(target.path, info.st_dev, self._manifest.ensure_folder(target.path))

    def _below(self, top: bytes, device: int, top_no: int) -> None:
        stack = [(top, device, top_no)]
        while stack:
            path, own, folder_no = stack.pop()
            try:
                looked = self._selection.of_folder(path, own_device=own, device=device)
            except OSError:
                continue
            old = self._manifest.entries_of(folder_no)
            seen = self._recall.now()
            base = path if path.endswith(b"/") else path + b"/"
            for found in looked.names:
                before = old.get(found.name)
                if found.kind is EntryKind.FOLDER:
                    number = self._number(folder_no, found, before)
                    stack.append((base + found.name, found.stat.st_dev, number))
                elif found.kind is EntryKind.FILE and self._wanted(found, before):
                    self.pending += 1
                    self.counts.last_read = base + found.name
                    task = ReadTask((folder_no, found, seen), self.counts.last_read, found.stat)
                    self._feed.read(task)
            self._feed.tick()

    def _wanted(self, found: Found, before: Entry | None) -> bool:
        if self._order.urgency(found) is not self._kind:
            return False
        return before is None or not self._recall.unchanged(found, before)

    def _number(self, folder_no: int, found: Found, before: Entry | None) -> int:
        """The folder's number. A folder seen for the first time gets a row without a tree."""
        if before is not None and before.child is not None:
            return before.child
        self._manifest.begin()
        child = self._manifest.new_folder(folder_no, found.name)
        self._manifest.put_entries(folder_no, [unfinished_folder(found, child)])
        return child

    def file_read(self, result: FileRead) -> None:
        """A worker's answer. What went wrong is left to the walk, which looks again."""
        self.pending -= 1
        self.counts.bytes_read += result.read
        if result.info is None or result.trouble is not None:
            return
        folder_no, found, seen = result.token
        found = Found(found.name, EntryKind.FILE, result.info)
        row = self._recall.stored(
            found, result.content, result.fingerprint, size=result.size, seen=seen
        )
        if folder_no != self._rows_folder or len(self._rows) >= _ROWS_AT_ONCE:
            self.flush()
        self._rows_folder = folder_no
        self._rows.append(row)
        self.counts.files_new += 1
        self.counts.bytes_safe += result.safe
        self.counts.bytes_sent += result.size - result.safe

    def flush(self) -> None:
        """Have the rows of what was read in the open transaction. Answers come folder by folder."""
        if self._rows:
            self._manifest.begin()
            self._manifest.put_entries(self._rows_folder, self._rows)
            self._rows.clear()
