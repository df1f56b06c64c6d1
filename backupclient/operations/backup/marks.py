"""What the walk notes of files as it goes: what waits, what changed, what could not be had."""

from __future__ import annotations

import os

from backupclient.events import Reason
from backupclient.manifest.manifest import EntryKind, EntryState, Manifest
from backupclient.operations.backup.folder import Feed, Folder
from backupclient.operations.backup.kept import LastVersions, Mounts
from backupclient.operations.backup.recall import Recall
from backupclient.pipeline.scanner import Found, Trouble

_NOT_MOUNTED = "nothing is mounted there any more"


class Marks:
    """Belongs to the job's thread."""

    def __init__(
        self, manifest: Manifest, feed: Feed, recall: Recall, last: LastVersions, mounts: Mounts
    ) -> None:
        self._last = last
        self._mounts = mounts
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

    def problem(
        self, folder: Folder, name: bytes, why: Trouble, kind: EntryKind | None = None
    ) -> None:
        """One thing in the folder, which is of this kind now, could not be had: it keeps its last
        version, if it had one. That something was deleted meanwhile is no problem, unless it was
        chosen itself, or the drive it lay on is away."""
        folder.changed = True
        folder.settled = False
        if why.reason is Reason.VANISHED and folder.target is None:
            if not self._mounts.is_away(folder.path):
                folder.gone.append(name)
                return
            why = why._replace(reason=Reason.SOURCE_GONE)
        self._feed.report(why)
        self._last.keep(folder, name, kind)
        self._manifest.begin()
        self._manifest.mark_problem(folder.no, name)

    def unlistable(self, folder: Folder, why: Trouble) -> None:
        """The folder could not be listed."""
        folder.failed = True
        if folder.parent is not None:
            self.problem(folder.parent, folder.found.name, why, EntryKind.FOLDER)
            return
        self._feed.report(why)
        self._manifest.begin()
        above, name = os.path.split(folder.path)
        if name:
            self._manifest.mark_problem(self._manifest.ensure_folder(above), name)
        else:
            self._manifest.distrust(folder.no, list(self._manifest.entries_of(folder.no)))

    def gone(self, folder: Folder, names: set[bytes]) -> None:
        """These are in the folder no more: deleted, unless a drive was mounted there, or at them,
        that is away now."""
        away = set()
        if self._mounts.is_away(folder.path):
            away = names
            folder.away = True
            self._feed.report(Trouble(folder.path, Reason.SOURCE_GONE, _NOT_MOUNTED))
            self._manifest.begin()
            self._manifest.distrust(folder.no, names)
            for name in names:
                self._last.keep(folder, name, None)
        else:
            for name in names:
                path = os.path.join(folder.path, name)
                if folder.old[name].kind == EntryKind.FOLDER and self._mounts.is_away(path):
                    away.add(name)
                    self.problem(folder, name, Trouble(path, Reason.SOURCE_GONE, _NOT_MOUNTED))
        folder.gone += names - away
        folder.changed = True
        folder.settled = folder.settled and not away

    def not_looked_at(self, folder: Folder, name: bytes) -> None:
        """Something chosen is not there, or cannot be looked at, which was reported. Whatever is
        known below it: no snapshot of this set may vouch for it from now on."""
        self._manifest.begin()
        self._manifest.mark_problem(folder.no, name)
