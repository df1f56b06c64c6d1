"""The parent's side of the worker processes of a restore: batches out, answers in."""

from __future__ import annotations

import multiprocessing
import os
import queue
import socket
from multiprocessing.process import BaseProcess

import msgspec

from backupclient.decoding import msgpack_decoder
from backupclient.errors import InternalError
from backupclient.manifest.scratch_rows import FetchRow
from backupclient.operations.restore.target import FolderTable, Target
from backupclient.operations.restore.worker import (
    LENGTH,
    LENGTHS,
    Batch,
    Made,
    Setting,
    run_worker,
)
from backupclient.repository.crypto import MasterKey

_MOST = 3
_PATIENCE = 5.0


class _Worker:
    def __init__(self, process: BaseProcess, connection: socket.socket) -> None:
        self.process = process
        self.connection = connection
        self.folders_known = 1
        """It knows the target itself from the start."""


class Workers:
    """`make` is called by several threads at once, everything else by the job's."""

    def __init__(self, key: MasterKey, count: int) -> None:
        """Start the processes; they load what they need while the caller goes on."""
        self._all = [_start(key, number) for number in range(count)]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        self._decode = msgpack_decoder(Made).decode
        self._folders = FolderTable()

    def begin(self, target: Target, *, sparse: bool) -> None:
        """Tell them where to write, once the target is there."""
        assert target.identity is not None
        self._folders = target.folders
        setting = msgspec.msgpack.encode(
            Setting(target.path, target.identity, target.token, sparse)
        )
        for worker in self._all:
            _send(worker, setting, b"")
            self._idle.put(worker)

    def make(self, start: int, files: list[FetchRow], data: memoryview) -> Made:
        """Have files written by a worker, as soon as one is free. `data` is what was fetched of
        their pack from `start` on."""
        worker = self._idle.get()
        try:
            batch = Batch(start, files, self._folders.dump(worker.folders_known))
            worker.folders_known += len(batch.folders[0]) // FolderTable.STEP
            _send(worker, msgspec.msgpack.encode(batch), data)
            head = worker.connection.recv(LENGTH.size, socket.MSG_WAITALL)
            if len(head) < LENGTH.size:
                raise InternalError(reason="worker-died")
            length = LENGTH.unpack(head)[0]
            return self._decode(worker.connection.recv(length, socket.MSG_WAITALL))
        except (OSError, msgspec.MsgspecError) as error:
            raise InternalError(str(error), reason="worker-died") from error
        finally:
            # A dead one too: whoever gets it next must not wait for ever.
            self._idle.put(worker)

    def close(self) -> None:
        """End the processes. None is at work any more."""
        for worker in self._all:
            worker.connection.close()
        for worker in self._all:
            worker.process.join(_PATIENCE)
            if worker.process.exitcode is None:
                worker.process.terminate()
                worker.process.join()
            worker.process.close()


def worker_count() -> int:
    """As many as there are cores to run on, within reason."""
    return min(_MOST, len(os.sched_getaffinity(0)))


def _start(key: MasterKey, number: int) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = socket.socketpair()
    process = context.Process(
        target=run_worker, args=(theirs, key.to_json()), name=f"restore-{number}", daemon=True
    )
    with theirs:
        process.start()
    return _Worker(process, ours)


def _send(worker: _Worker, message: bytes, data: bytes | memoryview) -> None:
    try:
        worker.connection.sendall(LENGTHS.pack(len(message), len(data)) + message)
        if data:
            worker.connection.sendall(data)
    except OSError as error:
        raise InternalError(str(error), reason="worker-died") from error
