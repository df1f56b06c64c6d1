"""The parent's side of the worker processes: batches out, digests in, blobs on to the packs."""

from __future__ import annotations

import contextlib
import multiprocessing
import queue
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple

import msgspec

from backupclient.decoding import msgpack_decoder
from backupclient.errors import InternalError, MemoryFault, OutOfMemory
from backupclient.manifest.blob_index import BlobIndex
from backupclient.pipeline.reader import Added, FileRead, ReadTask
from backupclient.pipeline.sender import Abandoned, Failed, PackSender
from backupclient.pipeline.worker import (
    SLOT_SIZE,
    SLOTS,
    BlobInfo,
    Broken,
    Digest,
    Digests,
    FromWorker,
    Read,
    Store,
    run_worker,
)
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.crypto import MasterKey

_AHEAD = 3
"""Batches a worker has at most, so that it never waits for its next one."""
_DYING_SECONDS = 2.0


class Digested(NamedTuple):
    """A worker has read a batch: `files` that went well, `left` to be looked at here."""

    files: list[FileRead]
    left: list[ReadTask]


class Stored(NamedTuple):
    """What a worker sealed of a batch is in the packs."""

    added: Added


class _Process:
    """One worker, and the thread that sends to it: only that thread writes to the connection, so
    that nobody who reads from it ever waits for room in it."""

    def __init__(self, key: MasterKey, number: int) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, theirs = context.Pipe()
        self.memory = SharedMemory(create=True, size=SLOTS * SLOT_SIZE)
        self.process = context.Process(
            target=run_worker,
            args=(theirs, key.to_json(), self.memory.name),
            name=f"worker-{number}",
            daemon=True,
        )
        self.process.start()
        theirs.close()
        self.batches: deque[tuple[int, Sequence[ReadTask]]] = deque()
        self.claimed: dict[int, list[bytes]] = {}
        self.slots: deque[int] = deque()
        self._next_slot = 0
        self.outstanding = 0
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._sender = threading.Thread(target=self._send, name=f"to-worker-{number}", daemon=True)
        self._sender.start()

    def post(self, message: bytes) -> None:
        """Have a message sent; returns at once. Any thread."""
        self._outbox.put(message)

    def take_slot(self) -> int:
        """The slot for the next batch. There are more than batches out at a time, and they come
        back in order."""
        slot = self._next_slot
        self._next_slot = (slot + 1) % SLOTS
        self.slots.append(slot)
        return slot

    def end(self) -> None:
        """Kill the process, close the connection, free the memory."""
        self.process.kill()
        self.process.join()
        self._outbox.put(None)
        self._sender.join()
        self.connection.close()
        self.process.close()
        self.memory.close()
        self.memory.unlink()

    def why_it_died(self, raw: str) -> InternalError | OutOfMemory:
        """What a connection that broke says of the process."""
        self.process.join(_DYING_SECONDS)
        if self.process.exitcode == -signal.SIGKILL:
            # Nobody else ends one like that: the system does when memory runs out.
            return OutOfMemory(raw)
        return InternalError(raw, reason="worker-died")

    def _send(self) -> None:
        # A worker that died is noticed by who reads from it.
        with contextlib.suppress(OSError):
            while (message := self._outbox.get()) is not None:
                self.connection.send_bytes(message)


class Workers:
    """`submit`, `full` and `close` belong to the job's thread; `deliver` is called from a thread
    per worker."""

    def __init__(
        self,
        key: MasterKey,
        blobs: BlobIndex,
        sender: PackSender,
        deliver: Callable[[Digested | Stored | Failed], None],
        *,
        count: int,
    ) -> None:
        self._blobs = blobs
        self._sender = sender
        self._deliver = deliver
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgpack_decoder(FromWorker).decode
        self._next = 0
        self._closed = False
        self._lock = threading.Lock()
        self._processes = [_Process(key, number) for number in range(count)]
        self._threads = [
            threading.Thread(target=self._receive, args=(process,), daemon=True)
            for process in self._processes
        ]
        for thread in self._threads:
            thread.start()

    @property
    def full(self) -> bool:
        """Whether every worker has enough to do."""
        return all(process.outstanding >= _AHEAD for process in self._processes)

    def submit(self, batch: Sequence[ReadTask]) -> None:
        """Hand a batch of small files to the worker with the least to do. Its news will be one
        `Digested` and one `Stored`."""
        with self._lock:
            process = min(self._processes, key=lambda one: one.outstanding)
            self._next += 1
            number = self._next
            process.outstanding += 1
            process.batches.append((number, batch))
        process.post(self._encode(Read(number, [task.path for task in batch])))

    def close(self) -> None:
        """End the processes; what they were doing is dropped."""
        self._closed = True
        for process in self._processes:
            process.process.kill()
        for process, thread in zip(self._processes, self._threads, strict=True):
            thread.join()
            process.end()

    def _receive(self, process: _Process) -> None:
        try:
            while True:
                self._take(process)
        except Abandoned:
            return
        except (EOFError, OSError) as error:
            if not self._closed:
                self._deliver(Failed(process.why_it_died(str(error))))
        except BaseException as error:  # noqa: BLE001 - it must not vanish with the thread
            self._deliver(Failed(error))

    def _take(self, process: _Process) -> None:
        message = self._decode(process.connection.recv_bytes())
        if isinstance(message, Digests):
            with self._lock:
                no, batch = process.batches.popleft()
            self._take_digests(process, no, batch, message)
        elif isinstance(message, Broken):
            raise _as_error(message)
        else:
            if [info.blob_id for info in message.blobs] != process.claimed.pop(message.no):
                raise InternalError(reason="worker-confused")
            assert process.memory.buf is not None
            self._take_blobs(message.blobs, process.memory.buf, process.slots.popleft())
            with self._lock:
                process.outstanding -= 1

    def _take_digests(
        self,
        process: _Process,
        no: int,
        batch: Sequence[ReadTask],
        answer: Digests,
    ) -> None:
        if answer.no != no:
            raise InternalError(reason="worker-confused")
        files: list[FileRead] = []
        left: list[ReadTask] = []
        first: dict[bytes, int] = {}
        for index, (task, digest) in enumerate(zip(batch, answer.files, strict=True)):
            if digest is None or not _as_looked_at(task, digest):
                left.append(task)
                continue
            if digest.blob_id:
                first.setdefault(digest.blob_id, index)
            files.append(_file_read(task, digest))
        fresh = self._blobs.claim(BlobType.DATA, list(first))
        process.claimed[no] = fresh
        which = [first[blob_id] for blob_id in fresh]
        process.post(self._encode(Store(no, which, process.take_slot())))
        self._deliver(Digested(files, left))

    def _take_blobs(self, infos: Sequence[BlobInfo], memory: memoryview, slot: int) -> None:
        blobs: list[SealedBlob] = []
        plain = 0
        first = start = slot * SLOT_SIZE
        for blob_id, length, uncompressed_length, sealed_length in infos:
            end = start + sealed_length
            part = memory[start:end]
            blobs.append(SealedBlob(blob_id, BlobType.DATA, part, length, uncompressed_length))
            start = end
            plain += length
        self._sender.add(blobs)
        self._deliver(Stored(Added(len(infos), plain, start - first)))


def _as_looked_at(task: ReadTask, digest: Digest) -> bool:
    """Whether the worker read the file as it was when the folder was listed."""
    info = task.info
    return (
        digest.size == info.st_size
        and digest.mtime == info.st_mtime_ns
        and digest.ctime == info.st_ctime_ns
        and digest.inode == info.st_ino
    )


def _file_read(task: ReadTask, digest: Digest) -> FileRead:
    return FileRead(
        task.token,
        task.info,
        digest.blob_id,
        digest.size,
        digest.fingerprint,
        digest.size,
        None,
        attributes=digest.attributes,
    )


def _as_error(broken: Broken) -> Exception:
    if broken.code == MemoryFault.code:
        return MemoryFault(broken.raw)
    if broken.code == MemoryError.__name__:
        return OutOfMemory(broken.raw)
    return InternalError(f"{broken.code}: {broken.raw}", reason="worker-failed")
