"""Sealed blobs go in from any thread, packs go out to the storage: filled, finished, sent.

Data blobs are spread at random over two open packs, so that the size of a stored object tells
nothing about the sizes of the chunks in it (restic changelog, issue 5291); trees have a pack of
their own, since a pack holds blobs of one type.
"""

from __future__ import annotations

import random
import threading
from collections import deque
from collections.abc import Callable, Iterable
from typing import NamedTuple

from backupclient.control import Control, TransferAbandoned
from backupclient.pipeline.pace import Pace
from backupclient.pipeline.spool import Spool, SpooledPack
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.crypto import Sealer
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import FinishedPack, PackBuilder, PackEntry
from backupclient.repository.repository import Repository

DATA_SLOTS = 2
_PATIENCE = 0.1
_LEFT_BEHIND_SECONDS = 0.8
_LIMIT_SECONDS = 0.5
_ROOM = 12 << 20
"""A pack is closed once it is over its target, so it may exceed it by one sealed blob and the
header. Room that is not used costs nothing; a blob that needs more gets a pack of its own."""


class SentPack(NamedTuple):
    """The storage has acknowledged this pack."""

    pack: IndexedPack
    size: int


class Failed(NamedTuple):
    """A thread of the pipeline ended with this error; the job must end too."""

    error: BaseException


class Abandoned(Exception):
    """The pipeline is being torn down."""


def plain_size(entries: Iterable[PackEntry]) -> int:
    """Bytes of files in a pack; trees are not counted."""
    return sum(entry.plain_length for entry in entries if entry.type is BlobType.DATA)


class PackSender:
    """`add` may be called from any thread and blocks while too much is in flight. `deliver` is
    called from the sending threads with what came of each pack. `dry_run` packs and counts, but
    sends nothing."""

    def __init__(
        self,
        repository: Repository,
        control: Control,
        deliver: Callable[[SentPack | Failed], None],
        *,
        pace: Pace,
        on_bytes: Callable[[int], None],
        spool: Spool | None = None,
        dry_run: bool = False,
        most_blobs: int = 50_000,
    ) -> None:
        """`most_blobs` close a pack, too: of tiny files far more would fit, and what is known of
        each takes more memory than its bytes."""
        self._repository = repository
        self._control = control
        self._deliver = deliver
        self._pace = pace
        self._spool = spool
        self._most_waiting = 1
        self._on_bytes = on_bytes
        self._dry_run = dry_run
        self._most_blobs = most_blobs
        self._random = random.SystemRandom()
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._open: list[PackBuilder | None] = [None] * (DATA_SLOTS + 1)
        self._waiting: deque[PackBuilder] = deque()
        self._spooled: deque[SpooledPack] = deque()
        self._unspoolable: deque[FinishedPack] = deque()
        self._handed_over = 0
        self._unsent = 0
        self._sending = 0
        self._closed = False
        self._threads = [
            threading.Thread(target=self._send_packs, name=f"upload-{n}", daemon=True)
            for n in range(pace.most_uploads)
        ]
        if spool is not None and not dry_run:
            self._threads.append(
                threading.Thread(target=self._spool_packs, name="spool", daemon=True)
            )
        for thread in self._threads:
            thread.start()

    @property
    def handed_over(self) -> int:
        """How many packs were ever given to the uploads: each is delivered exactly once."""
        with self._changed:
            return self._handed_over

    @property
    def unsent(self) -> int:
        """Plain bytes of files that are in packs which the storage has not acknowledged yet. Any
        thread; a little late, since nobody waits for it."""
        return self._unsent

    def add(self, blobs: Iterable[SealedBlob], idle: Callable[[], None] | None = None) -> None:
        """Take sealed blobs. `idle` is called now and then while this waits. `Abandoned` once
        the pipeline is torn down."""
        with self._changed:
            if self._closed:
                raise Abandoned
            for blob in blobs:
                self._append(blob)
        while self._crowded():
            if idle is not None:
                idle()
            with self._changed:
                self._changed.wait_for(lambda: not self._is_crowded(), timeout=_PATIENCE)

    def _append(self, blob: SealedBlob) -> None:
        target = self._pace.now.target
        slot = self._random.getrandbits(1) if blob.type is BlobType.DATA else DATA_SLOTS
        builder = self._open[slot]
        if builder is not None and not builder.fits(blob):
            self._hand_over(builder)
            builder = None
        if builder is None:
            capacity = max(target + _ROOM, PackBuilder.least_capacity(blob))
            builder = self._open[slot] = PackBuilder(blob.type, capacity)
        builder.append(blob)
        if blob.type is BlobType.DATA:
            self._unsent += blob.length
        if builder.size >= target or len(builder.entries) >= self._most_blobs:
            self._open[slot] = None
            self._hand_over(builder)

    def _crowded(self) -> bool:
        with self._changed:
            return self._is_crowded()

    def _is_crowded(self) -> bool:
        return len(self._waiting) > self._most_waiting and not self._closed

    def flush(self) -> None:
        """Hand over every open pack, full or not. The job's thread, when no more blobs come."""
        with self._changed:
            self._join_data_packs()
            for slot, builder in enumerate(self._open):
                if builder is not None:
                    self._open[slot] = None
                    self._hand_over(builder)

    def _join_data_packs(self) -> None:
        """Two half-full packs at the end become one, where they fit: one request less. Where packs
        are to be small, this one too: what is larger may be refused."""
        first, second = self._open[:DATA_SLOTS]
        if first is None or second is None or not first.has_room_for(second):
            return
        target = self._pace.now.target
        if target > _ROOM or first.size + second.size <= target:
            first.take_over(second)
            self._open[1] = None

    def close(self) -> None:
        """End the threads. What was not sent yet is dropped; an upload in flight ends by itself or,
        once the job is stopped, at its next piece. One that hangs then is left behind: it can do
        nothing worse than store a pack that nobody needs."""
        with self._changed:
            self._closed = True
            self._waiting.clear()
            self._spooled.clear()
            self._open = [None] * len(self._open)
            self._changed.notify_all()
        patience = _LEFT_BEHIND_SECONDS
        for thread in self._threads:
            while thread.is_alive() and patience > 0:
                thread.join(_PATIENCE)
                if self._control.stopped:
                    patience -= _PATIENCE

    def advance(self, count: int) -> None:
        """The meter of every upload: counts, and lets a stop or a pause act inside a PUT."""
        self._control.check_transfer()
        self._pace.advance(count)
        self._on_bytes(count)

    def _hand_over(self, builder: PackBuilder) -> None:
        self._waiting.append(builder)
        self._handed_over += 1
        self._changed.notify_all()

    def send_spooled(self, pack: SpooledPack) -> None:
        """Send a pack that lies in the spool; it leaves it once it is stored."""
        with self._changed:
            self._spooled.append(pack)
            self._unsent += plain_size(pack.entries)
            self._handed_over += 1
            self._changed.notify_all()

    def _spool_packs(self) -> None:
        """While the line is slow and packs wait for it: put them on the disk, so that what was read
        for them is not lost with the process."""
        assert self._spool is not None
        sealer = Sealer(self._repository.master_key)
        while (builder := self._next_for(self._spool)) is not None:
            pack = builder.finish(sealer)
            spooled = self._spool.put(pack)
            with self._changed:
                if spooled is not None:
                    self._spooled.append(spooled)
                else:
                    self._unspoolable.append(pack)
                self._changed.notify_all()

    def _next_for(self, spool: Spool) -> PackBuilder | None:
        with self._changed:
            while not self._closed:
                if self._is_crowded() and self._pace.is_slow:
                    first = self._waiting[0]
                    if first.type is BlobType.DATA and spool.has_room(first.size):
                        return self._waiting.popleft()
                # The line may turn out to be slow at any time.
                self._changed.wait(_LIMIT_SECONDS if self._waiting else None)
            return None

    def _send_packs(self) -> None:
        sealer = Sealer(self._repository.master_key)
        while (item := self._next()) is not None:
            try:
                outcome: SentPack | Failed = self._send(item, sealer)
            except BaseException as error:  # noqa: BLE001 - it must not vanish with the thread
                outcome = Failed(error)
            with self._changed:
                self._sending -= 1
                if isinstance(outcome, SentPack):
                    self._unsent -= plain_size(outcome.pack.entries)
                self._changed.notify_all()
            self._deliver(outcome)

    def _next(self) -> PackBuilder | FinishedPack | SpooledPack | None:
        with self._changed:
            while not self._closed and not self._may_send():
                # A limit may be set or lifted at any time.
                self._changed.wait(_LIMIT_SECONDS if self._to_send else None)
            if self._closed:
                return None
            self._sending += 1
            self._changed.notify_all()
            # The oldest first: what was read first is wanted most.
            if self._unspoolable:
                return self._unspoolable.popleft()
            return self._spooled.popleft() if self._spooled else self._waiting.popleft()

    @property
    def _to_send(self) -> bool:
        return bool(self._waiting or self._unspoolable or self._spooled)

    def _may_send(self) -> bool:
        return self._to_send and self._sending < self._pace.now.uploads

    def _send(self, item: PackBuilder | FinishedPack | SpooledPack, sealer: Sealer) -> SentPack:
        if isinstance(item, SpooledPack):
            return self._send_spooled(item)
        pack = item.finish(sealer) if isinstance(item, PackBuilder) else item
        if not self._dry_run:
            self._put(pack)
        return SentPack(IndexedPack(pack.name, pack.entries), len(pack.data))

    def _send_spooled(self, spooled: SpooledPack) -> SentPack:
        assert self._spool is not None
        kind = spooled.entries[0].type
        data = self._spool.load(spooled)
        self._put(FinishedPack(spooled.name, data, spooled.entries, kind))
        self._spool.drop(spooled)
        return SentPack(IndexedPack(spooled.name, spooled.entries), spooled.size)

    def _put(self, pack: FinishedPack) -> None:
        """Until it is stored: what a long pause has abandoned is sent again."""
        while True:
            self._control.check()
            self._pace.begin()
            try:
                self._repository.save_pack(pack, self)
            except TransferAbandoned:
                continue
            finally:
                self._pace.end()
            return
