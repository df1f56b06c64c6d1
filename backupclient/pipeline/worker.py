"""A worker process for small files: reads, hashes, seals and proves them, many at a time.

Small files cost many short calls each, which Python's lock lets only one thread make at a time; a
process of its own makes them on a core of its own. It handles the plain case only: of anything
unusual (a file that is gone, changed, closed to us, grown) it says so by an empty answer, and the
job's thread looks for itself. It is told which blobs are new before it seals them.

Messages are msgpack, one per `send_bytes`. Sealed bytes go through shared memory, a slot of which
belongs to each batch until the parent has taken them.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import signal
import stat
from multiprocessing.connection import Connection
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple

import msgspec
import xxhash

from backupclient.decoding import msgpack_decoder
from backupclient.repository.blob import BlobCodec, BlobType
from backupclient.repository.chunking import MIN_CHUNK
from backupclient.repository.crypto import MasterKey

SMALL = MIN_CHUNK
"""A smaller file is one chunk whatever it holds, so it needs no cutting."""
SLOT_SIZE = 4 << 20
"""Bytes. Holds what a batch of small files can come to."""
SLOTS = 4
_NICE = 5
OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class Read(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Read these files; the answer is a `Digests` of the same number."""

    no: int
    paths: list[bytes]


class Store(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """Seal these of the batch's files into a slot of the shared memory, back to back, and forget
    the batch; the answer is a `Blobs`."""

    no: int
    which: list[int]
    slot: int


class Digest(NamedTuple):
    """A file that was read in peace: what it holds, and what it looked like before and after."""

    blob_id: bytes
    fingerprint: bytes
    size: int
    mtime: int
    ctime: int
    inode: int
    attributes: bool
    """Whether it has extended attributes."""


class Digests(msgspec.Struct, tag=True, array_like=True, frozen=True):
    no: int
    files: list[Digest | None]


class BlobInfo(NamedTuple):
    blob_id: bytes
    length: int
    uncompressed_length: int
    sealed_length: int


class Blobs(msgspec.Struct, tag=True, array_like=True, frozen=True):
    no: int
    blobs: list[BlobInfo]


class Broken(msgspec.Struct, tag=True, array_like=True, frozen=True):
    """The worker ends: `code` of the error and its text."""

    code: str
    raw: str


ToWorker = Read | Store
FromWorker = Digests | Blobs | Broken


def chunk_mark(chunk: bytes | memoryview) -> bytes:
    """A chunk's part of its file's fingerprint: length (8 bytes, little-endian) and xxh3-128."""
    return len(chunk).to_bytes(8, "little") + xxhash.xxh3_128_digest(chunk)


def run_worker(connection: Connection, key: bytes, memory_name: str) -> None:
    """The process's life: until the connection is closed. `key` is the master key's JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent decides
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_NICE)  # whoever uses this computer comes first, and so do our own questions
    memory = SharedMemory(memory_name)
    assert memory.buf is not None
    worker = _Worker(connection, BlobCodec(MasterKey.from_json(key)), memory.buf)
    try:
        worker.run()
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return
    except Exception as error:  # noqa: BLE001 - handed to the parent, which raises it
        code = getattr(error, "code", type(error).__name__)
        connection.send_bytes(msgspec.msgpack.encode(Broken(code, str(error))))


class _Worker:
    def __init__(self, connection: Connection, codec: BlobCodec, memory: memoryview) -> None:
        self._connection = connection
        self._codec = codec
        self._memory = memory
        self._decode = msgpack_decoder(ToWorker).decode
        self._encode = msgspec.msgpack.Encoder().encode
        self._held: dict[int, list[tuple[bytes, bytes]]] = {}

    def run(self) -> None:
        while True:
            message = self._decode(self._connection.recv_bytes())
            if isinstance(message, Read):
                self._read(message)
            else:
                self._store(message)

    def _read(self, batch: Read) -> None:
        digests: list[Digest | None] = []
        held: list[tuple[bytes, bytes]] = []
        for path in batch.paths:
            digest, data = _digest(path)
            digests.append(digest)
            held.append((b"" if digest is None else digest.blob_id, data))
        self._held[batch.no] = held
        self._connection.send_bytes(self._encode(Digests(batch.no, digests)))

    def _store(self, order: Store) -> None:
        held = self._held.pop(order.no)
        infos: list[BlobInfo] = []
        start = order.slot * SLOT_SIZE
        for index in order.which:
            blob_id, data = held[index]
            blob = self._codec.encode(BlobType.DATA, data, blob_id)
            size = len(blob.sealed)
            infos.append(BlobInfo(blob_id, blob.length, blob.uncompressed_length, size))
            self._memory[start : start + size] = blob.sealed
            start += size
        self._connection.send_bytes(self._encode(Blobs(order.no, infos)))


def _digest(path: bytes) -> tuple[Digest | None, bytes]:
    try:
        file = os.open(path, OPEN_FLAGS)
    except (OSError, ValueError):
        return None, b""
    try:
        before = os.fstat(file)
        if not stat.S_ISREG(before.st_mode) or before.st_size >= SMALL:
            return None, b""
        data = os.read(file, before.st_size + 1)
        after = os.fstat(file)
        attributes = _has_attributes(file)
    except OSError:
        return None, b""
    finally:
        os.close(file)
    mtime, ctime = before.st_mtime_ns, before.st_ctime_ns
    if len(data) != before.st_size or mtime != after.st_mtime_ns or ctime != after.st_ctime_ns:
        return None, b""
    fingerprint = xxhash.xxh3_128_digest(chunk_mark(data) if data else b"")
    blob_id = hashlib.sha256(data).digest() if data else b""
    inode = before.st_ino
    return Digest(blob_id, fingerprint, len(data), mtime, ctime, inode, attributes), data


def _has_attributes(file: int) -> bool:
    try:
        return bool(os.listxattr(file))
    except OSError:  # the file system has none
        return False
