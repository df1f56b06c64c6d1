"""Large files that an earlier run has begun: the next one goes on where it stopped.

What is cut of a large file is remembered chunk by chunk. If the file looks the same later, what is
stored of it is not read again, and the rest is cut from where the last chunk ended: a chunk's end
depends on nothing that lies before its start.
"""

from __future__ import annotations

import os

from backupclient.manifest.manifest import Manifest
from backupclient.manifest.unfinished import BegunFile
from backupclient.operations.backup.recall import RACY_NS
from backupclient.pipeline.reader import PartRead, PartsDone, ReadTask
from backupclient.repository.blob import BlobType
from backupclient.requests import BackupRequest


class GoingOn:
    """One run's large files. Belongs to the job's thread; part of its transaction."""

    def __init__(
        self, manifest: Manifest, request: BackupRequest, *, set_key: str, run_no: int
    ) -> None:
        self._manifest = manifest
        self._files = manifest.unfinished
        self._request = request
        self._set_key = set_key
        self._run_no = run_no
        found = self._files.all()
        self._begun = {file.path: file for file in found.values()}
        self._numbers = {file.path: number for number, file in found.items()}
        self._seen: dict[bytes, int] = {}
        self._finished: set[bytes] = set()

    def stored_of(self, path: bytes, info: os.stat_result) -> int:
        """Bytes of the file that an earlier run stored, if it looks as it did."""
        if not self._same(path, info):
            return 0
        chunks = self._files.chunks(self._numbers[path])
        stored = self._manifest.blobs.known(BlobType.DATA, [chunk.id for chunk in chunks])
        return sum(chunk.length for chunk in chunks if chunk.id in stored)

    def task(self, task: ReadTask, seen: int) -> ReadTask:
        """The same, with what an earlier run cut of the file. `seen` is the time before the reading
        begins."""
        self._seen[task.path] = seen
        if not self._same(task.path, task.info):
            return task
        return task._replace(begun=self._files.chunks(self._numbers[task.path]))

    def _same(self, path: bytes, info: os.stat_result) -> bool:
        before = self._begun.get(path)
        return (
            before is not None
            and not self._request.force
            and before.size == info.st_size
            and before.mtime == info.st_mtime_ns
            and (before.ctime == info.st_ctime_ns or self._request.ignore_ctime)
            and (before.inode == info.st_ino or self._request.ignore_inode)
        )

    def note(self, part: PartRead) -> None:
        """A chunk more was cut."""
        path, info = part.path, part.info
        self._manifest.begin()
        if part.position == 0:
            seen = self._seen.get(path, 0)
            if min(abs(seen - info.st_mtime_ns), seen - info.st_ctime_ns) < RACY_NS:
                # A change right after this reading might not show.
                self._forget(path)
                return
            file = BegunFile(path, info.st_size, info.st_mtime_ns, info.st_ctime_ns, info.st_ino)
            self._numbers[path] = self._files.begin(file, self._run_no)
        number = self._numbers.get(path)
        if number is not None:
            self._files.add(number, part.position, part.chunk)

    def done(self, parts: PartsDone) -> None:
        """A file was read to its end, or turned out to be another."""
        if parts.good:
            self._finished.add(parts.path)
        else:
            self._forget(parts.path)

    def _forget(self, path: bytes) -> None:
        self._manifest.begin()
        self._files.drop([path])
        self._numbers.pop(path, None)
        self._begun.pop(path, None)

    def settle(self) -> None:
        """Forget the files that were read and are stored to the last chunk."""
        for path in tuple(self._finished):
            number = self._numbers.get(path)
            ids = [] if number is None else [chunk.id for chunk in self._files.chunks(number)]
            if self._manifest.blobs.known(BlobType.DATA, ids) == set(ids):
                self._forget(path)
                self._finished.discard(path)

    def end(self) -> None:
        """The run is complete: nothing of its set is unfinished."""
        self._manifest.begin()
        self._files.drop_set(self._set_key)
