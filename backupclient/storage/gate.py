"""A storage that is asked for fewer things at once when it says that this is too much."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import TypeVar

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import StorageThrottled
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, Storage, StorageWrapper

Result = TypeVar("Result")

_QUIET_SECONDS = 30.0
"""So long without a complaint, and one more transfer at once is tried."""
_SMALL = 64 * 1024
_LOOK_AGAIN_SECONDS = 0.5


class Gate:
    """How many transfers may run at once: as many as like until the storage complains; then half
    of those that ran, and one more after each quiet while, up to `most`. Any thread."""

    def __init__(self, clock: Clock, most: int) -> None:
        self._clock = clock
        self._most = most
        self._changed = threading.Condition()
        # Guarded by _changed:
        self._running = 0
        self._limit: int | None = None
        self._halved = self._grown = clock.monotonic()

    @property
    def limit(self) -> int | None:
        """None while there is none."""
        with self._changed:
            self._grow()
            return self._limit

    def enter(self, control: Control) -> float:
        """Wait for a place; returns when it was had, for `complain`. A stopped job does not wait:
        it only tidies up. To be followed by `leave`."""
        with self._changed:
            while self._is_closed() and not control.stopped:
                self._changed.wait(_LOOK_AGAIN_SECONDS)
            self._running += 1
            return self._clock.monotonic()

    def leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()

    def complain(self, began: float) -> None:
        """The storage found that a request, which `began` then, was one too many. Those that began
        before the last halving have been answered by it."""
        with self._changed:
            if self._limit is not None and began < self._halved:
                return
            self._limit = max(1, min(self._running, self._limit or self._most) // 2)
            self._halved = self._grown = self._clock.monotonic()

    def _is_closed(self) -> bool:
        self._grow()
        return self._limit is not None and self._running >= self._limit

    def _grow(self) -> None:
        if self._limit is None:
            return
        steps = int((self._clock.monotonic() - self._grown) // _QUIET_SECONDS)
        self._limit += steps
        self._grown += steps * _QUIET_SECONDS
        if self._limit >= self._most:
            self._limit = None


class GatedStorage(StorageWrapper):
    """`inner` behind a gate for the bodies of objects. What is small (locks, listings) passes: it
    must not wait for transfers."""

    def __init__(self, inner: Storage, gate: Gate, control: Control, clock: Clock) -> None:
        super().__init__(inner)
        self._gate = gate
        self._control = control
        self._clock = clock

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        def send() -> None:
            self._inner.put(key, data, overwrite=overwrite, meter=meter)

        small = memoryview(data).nbytes < _SMALL
        self._pass(send) if small else self._transfer(send)

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        return self._transfer(
            lambda: self._inner.get(key, offset=offset, length=length, meter=meter)
        )

    def stat(self, key: str) -> ObjectInfo:
        return self._pass(lambda: self._inner.stat(key))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        began = self._clock.monotonic()
        try:
            yield from self._inner.list(prefix)
        except StorageThrottled:
            self._gate.complain(began)
            raise

    def delete(self, key: str) -> None:
        self._pass(lambda: self._inner.delete(key))

    def now(self) -> datetime:
        return self._pass(self._inner.now)

    def _transfer(self, call: Callable[[], Result]) -> Result:
        began = self._gate.enter(self._control)
        try:
            return self._heard(call, began)
        finally:
            self._gate.leave()

    def _pass(self, call: Callable[[], Result]) -> Result:
        return self._heard(call, self._clock.monotonic())

    def _heard(self, call: Callable[[], Result], began: float) -> Result:
        try:
            return call()
        except StorageThrottled as error:
            if error.facts.get("storage_code") != "AuthenticationLockout":
                self._gate.complain(began)
            raise
