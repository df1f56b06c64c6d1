"""A storage that keeps to a bandwidth limit, inside a transfer too."""

from __future__ import annotations

import threading

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.storage.base import FREE, Data, Meter, Storage, StorageWrapper

_LOOK_AGAIN_SECONDS = 0.5
"""The longest single wait: a limit that is changed takes effect within it."""
_BURST_SECONDS = 0.25
"""How much unused bandwidth may be made up for at once."""


class TokenBucket:
    """A limit in bytes a second that all threads share; None lets everything pass. All methods
    may be called from any thread."""

    def __init__(self, clock: Clock, limit: float | None = None) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._limit = limit
        self._tokens = 0.0
        self._filled = clock.monotonic()

    @property
    def limit(self) -> float | None:
        return self._limit

    def set_limit(self, limit: float | None) -> None:
        """In effect within a second, for threads that are waiting too."""
        if limit is not None and limit <= 0:
            raise ValueError(limit)
        with self._lock:
            self._refill()
            self._limit = limit

    def take(self, count: int, control: Control) -> None:
        """Return when `count` bytes may pass. `Cancelled` as soon as the job is stopped. A pause is
        the business of whoever meters the transfer (`Control.check_transfer`)."""
        while (seconds := self._try(count)) > 0:
            control.sleep_in_transfer(min(seconds, _LOOK_AGAIN_SECONDS))

    def _try(self, count: int) -> float:
        """Take and return 0, or return how long to wait. A piece passes as soon as nothing is
        owed, however large it is, and is then owed for: so that no limit is too small for it."""
        with self._lock:
            self._refill()
            if self._limit is None:
                return 0.0
            if self._tokens > -1:  # less than a byte is nothing but rounding
                self._tokens -= count
                return 0.0
            return -self._tokens / self._limit

    def _refill(self) -> None:
        now = self._clock.monotonic()
        if self._limit is None:
            self._tokens = 0.0
        else:
            earned = (now - self._filled) * self._limit
            self._tokens = min(self._tokens + earned, self._limit * _BURST_SECONDS)
        self._filled = now


class Throttle:
    """The limits of one storage, up and down."""

    def __init__(self, clock: Clock, up: float | None = None, down: float | None = None) -> None:
        self.up = TokenBucket(clock, up)
        self.down = TokenBucket(clock, down)


class ThrottledStorage(StorageWrapper):
    """`inner` within the limits of `throttle`, for the bodies of objects (listings are free)."""

    def __init__(self, inner: Storage, throttle: Throttle, control: Control) -> None:
        super().__init__(inner)
        self._throttle = throttle
        self._control = control

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        limited = _LimitedMeter(meter, self._throttle.up, self._control)
        self._inner.put(key, data, overwrite=overwrite, meter=limited)

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        limited = _LimitedMeter(meter, self._throttle.down, self._control)
        return self._inner.get(key, offset=offset, length=length, meter=limited)


class _LimitedMeter:
    def __init__(self, meter: Meter, bucket: TokenBucket, control: Control) -> None:
        self._meter = meter
        self._bucket = bucket
        self._control = control

    def advance(self, count: int) -> None:
        self._bucket.take(count, self._control)
        self._meter.advance(count)
