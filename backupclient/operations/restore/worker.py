"""A worker process for small files: opens, proves and writes them, many at a time.

Small files cost many short calls each, which Python's lock lets only one thread make at a time; a
process of its own makes them on a core of its own. It handles the plain case only: a blob that does
not open or a file that cannot be written is handed back.

The parent sends two lengths (u32, little-endian), a message in msgpack, and what was fetched from a
pack; it is answered by one length and a message. Nothing but that socket ends the process.
"""

from __future__ import annotations

import signal
import socket
import struct
from typing import NamedTuple

import msgspec

from backupclient.decoding import from_msgpack, msgpack_decoder
from backupclient.errors import DataDamaged
from backupclient.manifest.scratch_rows import FetchRow
from backupclient.operations.rare_collections import rare_collections
from backupclient.operations.restore.target import FolderTable, Target
from backupclient.operations.restore.write import FileWriter
from backupclient.repository.blob import BlobCodec
from backupclient.repository.crypto import MasterKey

LENGTHS = struct.Struct("<II")
LENGTH = struct.Struct("<I")


class Setting(msgspec.Struct, array_like=True, frozen=True):
    """What a worker must know before its first batch. `identity` is the target's device and inode:
    the path must still lead to the folder that the parent has open."""

    path: bytes
    identity: tuple[int, int]
    token: bytes
    sparse: bool


class Batch(msgspec.Struct, array_like=True, frozen=True):
    """Files that are one blob each, and where in their pack that begins which comes along; and the
    `folders` that the worker does not know yet."""

    start: int
    files: list[FetchRow]
    folders: tuple[bytes, bytes, bytes]


class Unmade(NamedTuple):
    """A file that could not be written: its place in the batch, and the error."""

    number: int
    errno: int
    raw: str


class Made(msgspec.Struct, array_like=True, frozen=True):
    """What came of a batch. `undone` files are for the parent to fetch again; those in `odd` were
    made, but their metadata is not all right."""

    undone: list[int]
    unmade: list[Unmade]
    odd: list[tuple[int, str]]


def run_worker(connection: socket.socket, key: bytes) -> None:
    """The process's life: until the socket is closed. `key` is the master key's JSON."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the terminal sends it to all; the parent decides
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    codec = BlobCodec(MasterKey.from_json(key))
    with connection:
        receiver = _Receiver(connection)
        first = receiver.take()
        if first is None:
            return
        setting = from_msgpack(first[0], Setting)
        target = Target(setting.path, FolderTable(), token=setting.token)
        try:
            if target.identity == setting.identity:
                writer = FileWriter(target, sparse=setting.sparse)
                with rare_collections():
                    _serve(connection, receiver, codec, writer, target.folders)
        finally:
            target.close()


def _serve(
    connection: socket.socket,
    receiver: _Receiver,
    codec: BlobCodec,
    writer: FileWriter,
    folders: FolderTable,
) -> None:
    decode = msgpack_decoder(Batch).decode
    while (message := receiver.take()) is not None:
        batch = decode(message[0])
        folders.extend(batch.folders)
        answer = msgspec.msgpack.encode(_make(codec, writer, batch, message[1]))
        connection.sendall(LENGTH.pack(len(answer)) + answer)


def _make(codec: BlobCodec, writer: FileWriter, batch: Batch, data: memoryview) -> Made:
    undone: list[int] = []
    unmade: list[Unmade] = []
    odd: list[tuple[int, str]] = []
    for index, row in enumerate(batch.files):
        _, offset, length, raw_length, blob, _, _, folder_no, name, _, _, facts = row
        begin = offset - batch.start
        try:
            plain = codec.decode_verified(data[begin : begin + length], raw_length, blob)
            wrong = writer.write_whole(folder_no, name, plain, facts)
        except DataDamaged:
            undone.append(index)
        except OSError as error:
            unmade.append(Unmade(index, error.errno or 0, str(error)))
        else:
            if wrong:
                odd.append((index, wrong))
    return Made(undone, unmade, odd)


class _Receiver:
    """Takes messages from the parent, all into one buffer."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._buffer = bytearray()

    def take(self) -> tuple[memoryview, memoryview] | None:
        """The next message and its data, good until the next call; None if the parent is gone."""
        head = self._connection.recv(LENGTHS.size, socket.MSG_WAITALL)
        if len(head) < LENGTHS.size:
            return None
        first, second = LENGTHS.unpack(head)
        whole = first + second
        if len(self._buffer) < whole:
            self._buffer = bytearray(whole)
        view = memoryview(self._buffer)[:whole]
        if self._connection.recv_into(view, whole, socket.MSG_WAITALL) < whole:
            return None
        return view[:first], view[first:]
