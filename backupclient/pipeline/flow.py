"""The pipeline as the job's thread sees it: files go in, news comes out, nothing else is shared."""

from __future__ import annotations

import contextlib
import queue
from collections.abc import Callable
from types import TracebackType
from typing import Self

from backupclient.control import Control
from backupclient.manifest.blob_index import BlobIndex
from backupclient.pipeline.drives import Drives
from backupclient.pipeline.large_files import LargeFileReaders
from backupclient.pipeline.open_files import OpenFiles
from backupclient.pipeline.pace import Pace
from backupclient.pipeline.reader import (
    Added,
    BatchRead,
    FileReader,
    InWork,
    PartRead,
    PartsDone,
    ReadTask,
)
from backupclient.pipeline.sender import Failed, PackSender, SentPack
from backupclient.pipeline.spool import Spool, SpooledPack
from backupclient.pipeline.worker import SMALL
from backupclient.pipeline.workers import Digested, Stored, Workers
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.repository import Repository

_BATCH_FILES = 64
_BATCH_BYTES = 1 << 20
_MOST_FILES = 16
"""Large files handed to the workers: enough to keep them busy, little to hold in memory."""
_PATIENCE = 0.1
_FEW = 1000
"""So many small files are read here before worker processes are worth their start."""

_NOTHING = Added(0, 0, 0)
_News = BatchRead | PartRead | PartsDone | Digested | Stored | SentPack


def _ignore(_: object) -> None: ...


class Flow:
    """Workers and uploads of one run, to be used in a `with` block, which tears them down. All
    methods belong to the job's thread. `idle` is called ten times a second while that thread has
    to wait for the uploads."""

    def __init__(
        self,
        repository: Repository,
        blobs: BlobIndex,
        control: Control,
        *,
        threads: int,
        processes: int,
        pace: Pace,
        spool: Spool,
        drives: Drives,
        open_files: OpenFiles,
        on_bytes: Callable[[int], None],
        dry_run: bool,
        idle: Callable[[], None],
    ) -> None:
        self.spool = spool
        self.dry_run = dry_run
        self._blobs = blobs
        self._codec = repository.codec
        self._news: queue.SimpleQueue[_News | Failed] = queue.SimpleQueue()
        self._sender = PackSender(
            repository,
            control,
            self._news.put,
            pace=pace,
            spool=spool,
            on_bytes=on_bytes,
            dry_run=dry_run,
        )

        def make_reader(show: Callable[[InWork | None], None]) -> FileReader:
            told = self._add_from_thread, show, self._news.put
            return FileReader(repository, blobs, control, *told, drives, open_files)

        self.large_files = LargeFileReaders(
            make_reader, self._news.put, workers=threads, open_files=open_files
        )
        told = self._add, _ignore, _ignore
        self._small_files = FileReader(repository, blobs, control, *told, drives, open_files)
        self._drives = drives
        self._idle = idle
        self._processes = processes
        self._workers: Workers | None = None
        self._key = repository.master_key
        self._small_seen = 0
        self._stores_out = 0
        self._batch: list[ReadTask] = []
        self._batch_bytes = self._files_out = self._packs_out = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # The sender first: a worker may be waiting for it.
        self._sender.close()
        self.large_files.close()
        if self._workers is not None:
            self._workers.close()

    @property
    def full(self) -> bool:
        """Whether the workers have enough to do: take news before handing over more."""
        if self._workers is not None and self._workers.full:
            return True
        return self._files_out >= _MOST_FILES

    def read(self, task: ReadTask) -> None:
        """Have a file read; small ones travel together."""
        if task.info.st_size >= SMALL:
            self.large_files.submit(task)
            self._files_out += 1
            return
        self._batch.append(task)
        self._batch_bytes += task.info.st_size
        if len(self._batch) >= _BATCH_FILES or self._batch_bytes >= _BATCH_BYTES:
            self.hand_over()

    def hand_over(self) -> None:
        """Have the small files collected so far read; what comes of them is news."""
        if not self._batch:
            return
        batch, self._batch, self._batch_bytes = self._batch, [], 0
        self._small_seen += len(batch)
        if self._workers is None and self._small_seen > _FEW and self._processes:
            self._workers = Workers(
                self._key, self._blobs, self._sender, self._news.put, count=self._processes
            )
        if self._workers is None:
            self._files_out += 1
            self._news.put(self._small_files.read_small(batch))
        else:
            self._files_out += 1
            self._stores_out += 1
            self._workers.submit(batch)

    def _add(self, blob: SealedBlob) -> None:
        self._sender.add((blob,), idle=self._idle)

    def store_tree(self, plain: bytes, tree_id: bytes) -> int:
        """Store a tree unless it is stored; returns its bytes in the pack, 0 if it was there."""
        if not self._blobs.claim(BlobType.TREE, (tree_id,)):
            return 0
        blob = self._codec.encode(BlobType.TREE, plain, tree_id)
        self._add(blob)
        return len(blob.sealed)

    def _add_from_thread(self, blob: SealedBlob) -> None:
        self._sender.add((blob,))

    def send_spooled(self, pack: SpooledPack) -> None:
        """Send a pack that an earlier run left in the spool; its blobs are claimed by that."""
        for kind in BlobType:
            self._blobs.claim(kind, [entry.id for entry in pack.entries if entry.type is kind])
        self._sender.send_spooled(pack)

    @property
    def unsent(self) -> int:
        """See `PackSender.unsent`."""
        return self._sender.unsent

    def flush(self) -> None:
        """Send every open pack, full or not."""
        self._sender.flush()

    @property
    def all_sent(self) -> bool:
        """Whether the news of every pack handed over was taken."""
        return self._packs_out == self._sender.handed_over

    def last_news(self) -> list[SentPack | PartRead | PartsDone]:
        """After the end: the packs that were acknowledged, and the parts that were read, and not
        taken as news."""
        last: list[SentPack | PartRead | PartsDone] = []
        with contextlib.suppress(queue.Empty):
            while True:
                item = self._news.get_nowait()
                if isinstance(item, SentPack | PartRead | PartsDone):
                    last.append(item)
        return last

    @property
    def all_read(self) -> bool:
        """Whether the news of every file handed over was taken."""
        return not self._files_out

    @property
    def all_stored(self) -> bool:
        """Whether everything read so far is in a pack."""
        return not self._stores_out

    def news(self, *, wait: bool) -> BatchRead | PartRead | PartsDone | SentPack | None:
        """What came in, or None if nothing did: at once, or after waiting a moment. Raises the
        error that a worker or an upload ended with."""
        try:
            item = self._news.get(timeout=_PATIENCE) if wait else self._news.get_nowait()
        except queue.Empty:
            return None
        if isinstance(item, Failed):
            raise item.error
        if isinstance(item, SentPack):
            self._packs_out += 1
            return item
        if isinstance(item, PartRead | PartsDone):
            return item
        if isinstance(item, Stored):
            self._stores_out -= 1
            return BatchRead([], item.added)
        self._files_out -= 1
        if isinstance(item, Digested):
            return self._complete(item)
        return item

    def _complete(self, digested: Digested) -> BatchRead:
        """Look at what a worker left, the way it is looked at here."""
        for file in digested.files[:1]:
            if file.info is not None:
                self._drives.took(file.info.st_dev, b"", None)
        if not digested.left:
            return BatchRead(digested.files, _NOTHING)
        answer = self._small_files.read_small(digested.left)
        return BatchRead([*digested.files, *answer.files], answer.added)
