"""Reading files: whole when they are small, cut into chunks when they are not.

What is read is hashed, asked whether it is new, and passed on sealed and proven. Large files are
read by worker threads, whose long calls run outside Python's lock. Small ones are read by the
job's own thread while they are few, by worker processes (`workers`) once they are many: two threads
would spend more time handing the lock to each other than working.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import xxhash

from backupclient.control import Control
from backupclient.events import Reason
from backupclient.manifest.blob_index import BlobIndex
from backupclient.manifest.unfinished import Chunk
from backupclient.pipeline.drives import Drives
from backupclient.pipeline.open_files import OpenFiles
from backupclient.pipeline.scanner import Trouble, trouble
from backupclient.pipeline.worker import OPEN_FLAGS, SMALL, chunk_mark
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.chunking import MAX_CHUNK, Chunker
from backupclient.repository.repository import Repository

WINDOW = 2 * MAX_CHUNK
_TRIES = 3
_LARGE = 1 << 30


class ReadTask(NamedTuple):
    """One file to read; `token` comes back with the answer."""

    token: Any
    path: bytes
    info: os.stat_result
    """As it was when its folder was listed."""
    begun: Sequence[Chunk] = ()
    """How an earlier run cut it, as far as it came, when it looked the same: where a chunk is
    stored, the file is not read."""


class FileRead(NamedTuple):
    """What came of one file. Without `info` there is nothing to back up and `trouble` says why;
    with both, a copy was made and is marked. `content` are its blob ids back to back, `read` the
    bytes really read, over all tries."""

    token: Any
    info: os.stat_result | None
    content: bytes
    size: int
    fingerprint: bytes
    read: int
    trouble: Trouble | None
    attributes: bool = True
    """False if it is known to have no extended attributes."""
    safe: int = 0
    """Bytes of `size` that were stored by an earlier run and not read."""


class Added(NamedTuple):
    """What a worker stored: blobs, their plain bytes, and their bytes in packs."""

    blobs: int
    plain: int
    packed: int


class InWork(NamedTuple):
    """A large file that a worker is in the middle of: `done` of its `size` bytes, of which `safe`
    were stored by an earlier run."""

    path: bytes
    done: int
    safe: int = 0
    size: int = 0


class PartRead(NamedTuple):
    """A large file was cut so far: `chunk` is its number `position`, from 0, and may not be stored
    yet. `info` is what the file looked like when its reading began."""

    path: bytes
    info: os.stat_result
    position: int
    chunk: Chunk


class PartsDone(NamedTuple):
    """The last part of a file was told. `good`: it held still and is read to its end."""

    path: bytes
    good: bool


class BatchRead(NamedTuple):
    files: list[FileRead]
    added: Added


class FileReader:
    """One thread's tools for reading files; nothing in it may be shared. `add` takes what is new,
    and may block while too much is in flight; `tell` hears of each chunk before that."""

    def __init__(
        self,
        repository: Repository,
        blobs: BlobIndex,
        control: Control,
        add: Callable[[SealedBlob], None],
        show: Callable[[InWork | None], None],
        tell: Callable[[PartRead | PartsDone], None] = lambda _: None,
        drives: Drives | None = None,
        open_files: OpenFiles | None = None,
    ) -> None:
        self._open_files = open_files or OpenFiles(control)
        self._drives = drives or Drives()
        self._codec = repository.codec
        self._polynomial = repository.config.polynomial
        self._blobs = blobs
        self._control = control
        self._add = add
        self._show = show
        self._tell = tell
        self._chunker: Chunker | None = None
        self._window = bytearray()
        self._added = Added(0, 0, 0)

    def read_small(self, batch: Sequence[ReadTask]) -> BatchRead:
        """Files that were small when looked at."""
        results: list[FileRead] = []
        contents: dict[bytes, bytes] = {}
        for task in batch:
            result, data = self._read_small(task)
            if result is None:
                results.append(self._insist(task))
                continue
            results.append(result)
            if data:
                contents[result.content] = data
        for blob_id in self._blobs.claim(BlobType.DATA, list(contents)):
            self._store(blob_id, contents[blob_id])
        return self._answer(results)

    def read_large(self, task: ReadTask) -> BatchRead:
        """One file of any size, cut into chunks."""
        why = self._drives.left(task.info.st_dev, task.path)
        return self._answer([self._insist(task) if why is None else _failed(task, why)])

    def _read_small(self, task: ReadTask) -> tuple[FileRead | None, bytes]:
        """As `_read_whole`, unless its drive is left alone."""
        why = self._drives.left(task.info.st_dev, task.path)
        if why is not None:
            return _failed(task, why), b""
        try:
            result, data = self._open_files.insist(lambda: _read_whole(task))
        except OSError as error:
            result, data = _unreadable(task, error), b""
        if result is not None:
            self._drives.took(task.info.st_dev, task.path, result.trouble)
        return result, data

    def _answer(self, results: list[FileRead]) -> BatchRead:
        answer = BatchRead(results, self._added)
        self._added = Added(0, 0, 0)
        return answer

    def _insist(self, task: ReadTask) -> FileRead:
        tries = 1 if task.info.st_size > _LARGE else _TRIES
        read = 0
        begun = task.begun
        while True:
            file = _FileInWork(task)
            try:
                result = self._read_chunks(file, begun)
            except _Differs as differs:
                self._tell(PartsDone(task.path, good=False))
                read += differs.read
                begun = ()
                continue
            except OSError as error:
                result = _unreadable(task, error, read)
                self._drives.took(task.info.st_dev, task.path, result.trouble)
                return result
            finally:
                self._show(None)
            if file.told:
                self._tell(PartsDone(task.path, file.good))
            read += result.read
            tries -= 1
            begun = ()
            if result.trouble is None or tries <= 0 or result.info is None:
                return result._replace(read=read)

    def _read_chunks(self, work: _FileInWork, begun: Sequence[Chunk]) -> FileRead:
        task = work.task
        file = self._open_files.insist(lambda: os.open(task.path, OPEN_FLAGS))
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                return _replaced(task)
            if begun and before.st_ino == task.info.st_ino and _same(before, task.info):
                self._take_up(work, file, begun)
            for chunk in self._chunks(file, work.size, before.st_size):
                self._take(work, before, chunk)
            after = os.fstat(file)
        finally:
            os.close(file)
        work.good = work.size == after.st_size and _same(before, after)
        marked = None if work.good else Trouble(task.path, Reason.CHANGED_WHILE_READ, "")
        return FileRead(
            task.token,
            after,
            b"".join(work.ids),
            work.size,
            work.fingerprint.digest(),
            work.read,
            marked,
            safe=work.safe,
        )

    def _take_up(self, work: _FileInWork, file: int, begun: Sequence[Chunk]) -> None:
        """What an earlier run cut: of that, only what is not stored is read. `_Differs` if it
        cannot have been this."""
        stored = self._blobs.known(BlobType.DATA, [chunk.id for chunk in begun])
        work.told = True
        for chunk in begun:
            self._control.check()
            if chunk.id in stored:
                work.safe += chunk.length
            else:
                data = os.pread(file, chunk.length, work.size)
                work.read += len(data)
                if hashlib.sha256(data).digest() != chunk.id:
                    raise _Differs(work.read)
                if self._blobs.claim(BlobType.DATA, (chunk.id,)):
                    self._store(chunk.id, data)
            work.add(chunk)
            self._show(work.shown)

    def _take(self, work: _FileInWork, before: os.stat_result, data: memoryview) -> None:
        """The next chunk of the file, just read."""
        self._control.check()
        self._drives.took(before.st_dev, work.task.path, None)
        blob_id = hashlib.sha256(data).digest()
        chunk = Chunk(blob_id, len(data), xxhash.xxh3_128_digest(data))
        work.read += chunk.length
        if work.ids or chunk.length < before.st_size:
            # Before it is stored, which may take long: no chunk is stored that is not known of.
            work.told = True
            self._tell(PartRead(work.task.path, before, len(work.ids), chunk))
        if self._blobs.claim(BlobType.DATA, (blob_id,)):
            self._store(blob_id, data)
        work.add(chunk)
        self._show(work.shown)

    def _chunks(self, file: int, start: int, size: int) -> Iterator[memoryview]:
        """The file's chunks from `start` on, where a chunk begins, as views that are good until the
        next one is asked for. Reads no further than `size`: a log that grows faster than it is read
        must end too."""
        left = size - start
        if start:
            if not left:
                return
            os.lseek(file, start, os.SEEK_SET)
        if self._chunker is None:
            self._chunker = Chunker(self._polynomial)
            self._window = bytearray(WINDOW)
        view = memoryview(self._window)
        filled = 0
        while True:
            while filled < WINDOW and left:
                count = os.readv(file, [view[filled : min(WINDOW, filled + left)]])
                filled += count
                left = left - count if count else 0
            begin = 0
            for end in self._chunker.cut(view[:filled], final=not left):
                yield view[begin:end]
                begin = end
            if not left:
                return
            view[: filled - begin] = view[begin:filled]
            filled -= begin

    def _store(self, blob_id: bytes, plain: bytes | memoryview) -> None:
        blob = self._codec.encode(BlobType.DATA, plain, blob_id)
        self._add(blob)
        added = self._added
        self._added = Added(
            added.blobs + 1, added.plain + blob.length, added.packed + len(blob.sealed)
        )


class _FileInWork:
    """How far the reading of a file has come. `told`: somebody heard of parts of it."""

    def __init__(self, task: ReadTask) -> None:
        self.task = task
        self.ids: list[bytes] = []
        self.fingerprint = xxhash.xxh3_128()
        self.size = 0
        self.read = 0
        self.safe = 0
        self.told = False
        self.good = False

    @property
    def shown(self) -> InWork:
        return InWork(self.task.path, self.size, self.safe, self.task.info.st_size)

    def add(self, chunk: Chunk) -> None:
        self.ids.append(chunk.id)
        self.fingerprint.update(chunk.length.to_bytes(8, "little") + chunk.mark)
        self.size += chunk.length


class _Differs(Exception):
    """The file is not what an earlier run read of it, though it looks the same."""

    def __init__(self, read: int) -> None:
        self.read = read


def _read_whole(task: ReadTask) -> tuple[FileRead | None, bytes]:
    """A small file's result and bytes; None if it is not small any more."""
    data = b""
    read = 0
    for _ in range(_TRIES):
        file = os.open(task.path, OPEN_FLAGS)
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                return _replaced(task), b""
            if before.st_size >= SMALL:
                return None, b""
            data = _read_all(file, before.st_size)
            after = os.fstat(file)
        finally:
            os.close(file)
        read += len(data)
        if len(data) == after.st_size and _same(before, after):
            marked = None
            break
        marked = Trouble(task.path, Reason.CHANGED_WHILE_READ, "")
    content = hashlib.sha256(data).digest() if data else b""
    fingerprint = xxhash.xxh3_128_digest(chunk_mark(data)) if data else xxhash.xxh3_128_digest(b"")
    return FileRead(task.token, after, content, len(data), fingerprint, read, marked), data


def _read_all(file: int, size: int) -> bytes:
    data = os.read(file, size)
    while len(data) < size:
        more = os.read(file, size - len(data))
        if not more:
            break
        data += more
    return data


def _same(before: os.stat_result, after: os.stat_result) -> bool:
    return (
        before.st_size == after.st_size
        and before.st_mtime_ns == after.st_mtime_ns
        and before.st_ctime_ns == after.st_ctime_ns
    )


def _unreadable(task: ReadTask, error: OSError, read: int = 0) -> FileRead:
    if error.errno == errno.ELOOP:  # O_NOFOLLOW met a symlink
        return _replaced(task, read)
    return _failed(task, trouble(task.path, error), read)


def _replaced(task: ReadTask, read: int = 0) -> FileRead:
    return _failed(task, Trouble(task.path, Reason.VANISHED, "not a file any more"), read)


def _failed(task: ReadTask, why: Trouble, read: int = 0) -> FileRead:
    return FileRead(task.token, None, b"", 0, b"", read, why)
