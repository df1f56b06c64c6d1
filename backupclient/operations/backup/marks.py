"""What the walk notes of files as it goes: what waits, what changed, what could not be had."""

from __future__ import annotations

import os

from backupclient.events import Reason
from backupclient.manifest.manifest import EntryKind, EntryState, Manifest
from backupclient.operations.backup.folder import Feed, Folder
from backupclient.operations.backup.recall import Recall
from backupclient.pipeline.scanner import Found, Trouble


class Marks:
    """Belongs to the job's thread."""

    def __init__(self, manifest: Manifest, feed: Feed, recall: Recall) -> None:
        self._manifest = manifest
        self._feed = feed
        self._recall = recall

    def to_be_read(self, folder: Folder, files: list[tuple[Found, bytes]]) -> None:
        """These files of the folder, with their paths, are about to be read."""
        waiting, changed = [], []
        for found, _ in files:
            before = folder.old.get(found.name)
            if before is None or before.kind != EntryKind.FILE:
                waiting.append((found.name, found.stat.st_size))
            elif before.state == EntryState.STORED and not self._recall.alike(found, before):
                changed.append(found.name)
        if waiting:
            self._manifest.begin()
            self._manifest.add_waiting(folder.no, waiting)
        if changed:
            self._manifest.begin()
            self._manifest.mark_changed(folder.no, changed)

    def problem(self, folder: Folder, name: bytes, why: Trouble) -> None:
        """One thing in the folder could not be had: what is known of it may still be true, but
        this run's snapshot does not hold it. That something was deleted meanwhile is no problem,
        unless it was chosen itself."""
        folder.changed = True
        folder.settled = False
        if why.reason is Reason.VANISHED and folder.target is None:
            folder.gone.append(name)
            return
        self._feed.report(why)
        self._manifest.begin()
        self._manifest.mark_problem(folder.no, name)

    def unlistable(self, folder: Folder, why: Trouble) -> None:
        """The folder could not be listed."""
        folder.failed = True
        if folder.parent is not None:
            self.problem(folder.parent, folder.found.name, why)
            return
        self._feed.report(why)
        self._manifest.begin()
        above, name = os.path.split(folder.path)
        if name:
            self._manifest.mark_problem(self._manifest.ensure_folder(above), name)
        else:
            self._manifest.distrust(folder.no, list(self._manifest.entries_of(folder.no)))

    def not_looked_at(self, folder: Folder, name: bytes) -> None:
        """Something chosen is not there, or cannot be looked at, which was reported. Whatever is
        known below it: no snapshot of this set may vouch for it from now on."""
        self._manifest.begin()
        self._manifest.mark_problem(folder.no, name)
