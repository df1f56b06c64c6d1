"""A storage that tries again what may pass by itself. Nothing else in the program retries a
storage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from random import Random
from typing import TypeVar

import msgspec

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import (
    AccessDenied,
    Cancelled,
    ClockSkewed,
    CredentialsRejected,
    NotTheStorage,
    StorageError,
    StorageFault,
    StorageFull,
    StorageUnreachable,
    UploadDamaged,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, Storage, StorageWrapper
from backupclient.storage.quirks import QuirkBook
from backupclient.storage.room import room

Result = TypeVar("Result")
OnWait = Callable[[StorageError, float, int], None]
"""Called before each wait with the error, the seconds to come, and how often it has failed. From
the thread that waits; it must be quick."""


class RetryPolicy(msgspec.Struct, frozen=True):
    """Times in seconds."""

    first_wait: float = 1
    """The longest first wait. Each further one may be twice as long; how long is drawn at random,
    so that threads and computers do not come back all at once."""
    longest_wait: float = 60
    deadline: float = 15 * 60
    """How long one call goes on failing before its error is passed on."""
    first_deadline: float = 30
    """The same for a storage that has not worked yet: what is wrong is then more often the address
    than the line, and somebody is waiting to hear it."""
    full_after: float = 60
    """How long uploads must fail with a fault, while reading works, to mean a full storage."""
    full_after_small: float = 5
    """The same for uploads of a few bytes, such as locks: somebody waits for what comes then, and
    the storage has less to stumble over."""
    clock_test: float = 60
    """Between looks whether a wrong clock was set right."""
    portal_test: float = 120
    """Between looks whether somebody has logged in to the network; the first comes sooner, since
    a page for people may also be a moment's mishap of a proxy."""


_SMALL = 4096
_TRIES_OF_DAMAGED = 3
"""A body that arrives damaged this often is damaged by this computer."""
_TRIES_OF_FULL = 3


class RetryingStorage(StorageWrapper):
    """`inner`, with every call repeated while it fails with a transient error.

    A put whose answer was lost is repeated too: keys are the names of their content, so that the
    second one finds its own object there. A transfer that is repeated is metered again from its
    start: a meter counts what went over the line, not what was stored.

    Two errors that are not transient get another chance once the storage has worked, because
    something in between may have caused them: a wrong secret (a proxy that alters headers) three,
    a refused reading one.

    Uploads that go on failing with a fault of the storage while it can be read, and a single byte
    cannot be stored either, are `StorageFull`: a bucket over its quota looks like that on some
    storages (SeaweedFS). `book` remembers which; there, and where a plan is `nearly_full`, one
    failure is asked about at once."""

    def __init__(
        self,
        inner: Storage,
        control: Control,
        clock: Clock,
        *,
        random: Random,
        on_wait: OnWait | None = None,
        policy: RetryPolicy | None = None,
        book: QuirkBook | None = None,
        nearly_full: Callable[[], bool] | None = None,
    ) -> None:
        super().__init__(inner)
        self._control = control
        self._clock = clock
        self._random = random
        self._on_wait = on_wait
        self._policy = policy or RetryPolicy()
        self._book = book or QuirkBook()
        self._nearly_full = nearly_full
        self._has_worked = False
        self._away = False
        """Whether it could not be reached when it was last tried."""

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        size = memoryview(data).nbytes
        self._insist(
            lambda: self._inner.put(key, data, overwrite=overwrite, meter=meter), uploading=size
        )

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        return self._insist(lambda: self._inner.get(key, offset=offset, length=length, meter=meter))

    def stat(self, key: str) -> ObjectInfo:
        return self._insist(lambda: self._inner.stat(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Starts when the whole listing is there: a listing that breaks is made again, and one
        that was half handed out could not be."""
        yield from self._insist(lambda: tuple(self._inner.list(prefix)))

    def delete(self, key: str) -> None:
        try:
            self._insist(lambda: self._inner.delete(key))
        except AccessDenied:
            self._learn(lets_delete=False)
            raise
        self._learn(lets_delete=True)

    def create(self) -> None:
        self._insist(self._inner.create)

    def now(self) -> datetime:
        return self._insist(self._inner.now)

    def _insist(self, call: Callable[[], Result], *, uploading: int | None = None) -> Result:
        started = self._clock.monotonic()
        failures = 0
        while True:
            if failures:
                # Not before the first try: a stopped job must still be able to give its lock back.
                self._control.check_stopped()
            if self._away and self._control.stopped:
                # Somebody waits for the end, and an answer would most likely not come.
                raise Cancelled
            try:
                result = call()
            except StorageError as error:
                failures += 1
                self._away = isinstance(error, StorageUnreachable)
                waited = self._clock.monotonic() - started
                if uploading is not None and self._means_full(error, uploading, failures, waited):
                    raise StorageFull(error.raw, **error.facts) from error
                seconds = self._next_wait(error, failures)
                if not self._may_pass(error, failures) or waited + seconds > self._deadline:
                    raise
                if self._on_wait:
                    self._on_wait(error, seconds, failures)
                self._control.wait_to_retry(seconds)
            else:
                self._has_worked = True
                self._away = False
                return result

    @property
    def _deadline(self) -> float:
        return self._policy.deadline if self._has_worked else self._policy.first_deadline

    def _may_pass(self, error: StorageError, failures: int) -> bool:
        if isinstance(error, UploadDamaged):
            return failures <= _TRIES_OF_DAMAGED
        if error.transient:
            return True
        if not self._has_worked:
            return False
        if isinstance(error, CredentialsRejected):
            return error.facts.get("reason") == "wrong-secret" and failures <= 3
        if isinstance(error, AccessDenied):
            return error.facts.get("operation") in ("read", "list") and failures <= 1
        return False

    def _next_wait(self, error: StorageError, failures: int) -> float:
        """Full jitter: anything up to a bound that doubles; never less than the storage asks. For
        what somebody has to do first, steadily."""
        if isinstance(error, ClockSkewed):
            return self._policy.clock_test
        if isinstance(error, NotTheStorage) and failures > 1:
            return self._policy.portal_test
        bound = min(self._policy.longest_wait, self._policy.first_wait * 2.0 ** (failures - 1))
        asked = error.facts.get("retry_after_seconds", 0)
        return max(self._random.uniform(0, bound), float(asked))

    def _means_full(self, error: StorageError, size: int, failures: int, waited: float) -> bool:
        if not isinstance(error, StorageFault) or error.facts.get("status") != 500:
            return False
        patience = self._policy.full_after_small if size <= _SMALL else self._policy.full_after
        planned = self._nearly_full is not None and self._nearly_full()
        known = planned or self._book.quirks.hides_being_full
        if not known and (failures < _TRIES_OF_FULL or waited < patience):
            return False
        try:
            if room(self._inner).takes_data:
                return False
        except StorageError:
            return False
        if not planned:
            self._learn(hides_being_full=True)
        return True

    def _learn(self, **what: bool) -> None:
        self._book.learn(lambda known: msgspec.structs.replace(known, **what))
