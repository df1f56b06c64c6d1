"""How much of what there is to back up is stored already: asked before a run that goes on."""

from __future__ import annotations

import os
from collections.abc import Sequence

from backupclient.clock import as_time
from backupclient.errors import Fact
from backupclient.events import Emit, NoticeCode, Noticed
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.manifest import Entry, EntryKind, Manifest, Run
from backupclient.operations.backup.going_on import GoingOn
from backupclient.operations.backup.progress import BackupProgress
from backupclient.operations.backup.recall import Recall
from backupclient.pipeline.scanner import Found
from backupclient.pipeline.worker import SMALL
from backupclient.repository.blob import BlobType


class KnownSafe:
    """Counts the files, and the bytes of files, that need be neither read nor sent. Belongs to the
    job's thread."""

    def __init__(self, manifest: Manifest, recall: Recall, going_on: GoingOn) -> None:
        self._manifest = manifest
        self._recall = recall
        self._going_on = going_on
        self.files = 0
        self.bytes = 0

    def tell(self, earlier: Run | None, progress: BackupProgress, emit: Emit) -> None:
        """Say how much of what there is to do was done before, and that `earlier`, if that was cut
        short, is gone on with."""
        progress.files_known_safe = self.files
        progress.bytes_known_safe = self.bytes
        if earlier is None:
            return
        facts: dict[str, Fact] = {"safe_bytes": self.bytes, "files": self.files}
        since = as_time(earlier.started).isoformat()
        emit(Noticed(code=NoticeCode.WENT_ON, facts={**facts, "since": since}))

    def look(self, folder_no: int, names: Sequence[Found], path: bytes) -> None:
        """Count these of what lies in a folder directly."""
        rows = self._manifest.entries_of(folder_no)
        same: list[Entry] = []
        for found in names:
            before = rows.get(found.name)
            if found.kind is not EntryKind.FILE:
                continue
            if before is not None and self._recall.looks_same(found, before):
                same.append(before)
            if found.stat.st_size >= SMALL:
                self._count_parts(os.path.join(path, found.name), found, before, same)
        self._count(same)

    def _count(self, same: list[Entry]) -> None:
        unsure = [entry for entry in same if not self._recall.vouched_for(entry)]
        ids = {blob_id for entry in unsure for blob_id in blob_ids(entry.content)}
        missing = ids - self._manifest.blobs.known(BlobType.DATA, list(ids))
        for entry in same:
            if not missing or missing.isdisjoint(blob_ids(entry.content)):
                self.files += 1
                self.bytes += entry.size

    def _count_parts(
        self, path: bytes, found: Found, before: Entry | None, same: list[Entry]
    ) -> None:
        """Of a large file that is not stored whole, its chunks may be."""
        stored = self._going_on.stored_of(path, found.stat)
        if not stored:
            return
        if before is not None and same and same[-1] is before:
            same.pop()
        if stored == found.stat.st_size:
            self.files += 1
        self.bytes += stored
