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
import queue
import stat
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import xxhash

from backupclient.control import Control
from backupclient.events import Reason
from backupclient.manifest.blob_index import BlobIndex
from backupclient.pipeline.scanner import Trouble, trouble
from backupclient.pipeline.sender import Abandoned, Failed
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


class Added(NamedTuple):
    """What a worker stored: blobs, their plain bytes, and their bytes in packs."""

    blobs: int
    plain: int
    packed: int


class InWork(NamedTuple):
    """A large file that a worker is in the middle of."""

    path: bytes
    done: int


class BatchRead(NamedTuple):
    files: list[FileRead]
    added: Added


class FileReader:
    """One thread's tools for reading files; nothing in it may be shared. `add` takes what is new,
    and may block while too much is in flight."""

    def __init__(
        self,
        repository: Repository,
        blobs: BlobIndex,
        control: Control,
        add: Callable[[SealedBlob], None],
        show: Callable[[InWork | None], None],
    ) -> None:
        self._codec = repository.codec
        self._polynomial = repository.config.polynomial
        self._blobs = blobs
        self._control = control
        self._add = add
        self._show = show
        self._chunker: Chunker | None = None
        self._window = bytearray()
        self._added = Added(0, 0, 0)

    def read_small(self, batch: Sequence[ReadTask]) -> BatchRead:
        """Files that were small when looked at."""
        results: list[FileRead] = []
        contents: dict[bytes, bytes] = {}
        for task in batch:
            try:
                result, data = _read_whole(task)
            except OSError as error:
                results.append(_unreadable(task, error))
                continue
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
        return self._answer([self._insist(task)])

    def _answer(self, results: list[FileRead]) -> BatchRead:
        answer = BatchRead(results, self._added)
        self._added = Added(0, 0, 0)
        return answer

    def _insist(self, task: ReadTask) -> FileRead:
        tries = 1 if task.info.st_size > _LARGE else _TRIES
        read = 0
        while True:
            try:
                result = self._read_chunks(task)
            except OSError as error:
                return _unreadable(task, error, read)
            finally:
                self._show(None)
            read += result.read
            tries -= 1
            if result.trouble is None or tries <= 0 or result.info is None:
                return result._replace(read=read)

    def _read_chunks(self, task: ReadTask) -> FileRead:
        file = os.open(task.path, OPEN_FLAGS)
        try:
            before = os.fstat(file)
            if not stat.S_ISREG(before.st_mode):
                return _replaced(task)
            ids: list[bytes] = []
            fingerprint = xxhash.xxh3_128()
            size = 0
            for chunk in self._chunks(file, before.st_size):
                self._control.check()
                blob_id = hashlib.sha256(chunk).digest()
                ids.append(blob_id)
                fingerprint.update(chunk_mark(chunk))
                if self._blobs.claim(BlobType.DATA, (blob_id,)):
                    self._store(blob_id, chunk)
                size += len(chunk)
                self._show(InWork(task.path, size))
            after = os.fstat(file)
        finally:
            os.close(file)
        same = size == after.st_size and _same(before, after)
        marked = None if same else Trouble(task.path, Reason.CHANGED_WHILE_READ, "")
        digest = fingerprint.digest()
        return FileRead(task.token, after, b"".join(ids), size, digest, size, marked)

    def _chunks(self, file: int, size: int) -> Iterator[memoryview]:
        """The file's chunks as views that are good until the next one is asked for. Reads no
        more than `size` bytes: a log that grows faster than it is read must end too."""
        if self._chunker is None:
            self._chunker = Chunker(self._polynomial)
            self._window = bytearray(WINDOW)
        view = memoryview(self._window)
        filled = 0
        left = size
        while True:
            while filled < WINDOW and left:
                count = os.readv(file, [view[filled : min(WINDOW, filled + left)]])
                filled += count
                left = left - count if count else 0
            start = 0
            for end in self._chunker.cut(view[:filled], final=not left):
                yield view[start:end]
                start = end
            if not left:
                return
            view[: filled - start] = view[start:filled]
            filled -= start

    def _store(self, blob_id: bytes, plain: bytes | memoryview) -> None:
        blob = self._codec.encode(BlobType.DATA, plain, blob_id)
        self._add(blob)
        added = self._added
        self._added = Added(
            added.blobs + 1, added.plain + blob.length, added.packed + len(blob.sealed)
        )


class LargeFileReaders:
    """A few worker threads for large files. `submit` belongs to the job's thread; `deliver` is
    called from the workers. The threads start with the first file."""

    def __init__(
        self,
        make_reader: Callable[[Callable[[InWork | None], None]], FileReader],
        deliver: Callable[[BatchRead | Failed], None],
        *,
        workers: int,
    ) -> None:
        self._make_reader = make_reader
        self._deliver = deliver
        self._tasks: queue.SimpleQueue[ReadTask | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._in_work: list[InWork | None] = [None] * workers
        self._threads: list[threading.Thread] = []

    def submit(self, task: ReadTask) -> None:
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._work, args=(n,), name=f"read-{n}", daemon=True)
                for n in range(len(self._in_work))
            ]
            for thread in self._threads:
                thread.start()
        self._tasks.put(task)

    def close(self) -> None:
        """End the workers; what is queued is dropped."""
        self._closed.set()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def in_work(self) -> list[InWork]:
        """The files being read at this moment."""
        return [work for work in self._in_work if work is not None]

    def _work(self, number: int) -> None:
        def show(work: InWork | None) -> None:
            self._in_work[number] = work
            if work is not None and self._closed.is_set():
                raise Abandoned

        reader: FileReader | None = None
        while (task := self._tasks.get()) is not None and not self._closed.is_set():
            try:
                reader = reader or self._make_reader(show)
                self._deliver(reader.read_large(task))
            except Abandoned:
                return
            except BaseException as error:  # noqa: BLE001 - it must not vanish with the thread
                self._deliver(Failed(error))
                return


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
