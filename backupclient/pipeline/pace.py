"""How large packs are and how many are sent at once: as the line allows.

Everything in flight together is what about five seconds of the line carry, so that an interruption
costs seconds, whatever the line's speed. Under a bandwidth limit one pack is sent at a time.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import NamedTuple

from backupclient.clock import Clock

_IN_FLIGHT_SECONDS = 5.0
_LEAST = 4 << 20
_MOST = 32 << 20
_ORDINARY = 16 << 20
_SURE_AFTER = 2.0
"""Seconds of sending before the speed says something: what fills buffers seems fast."""
_MEMORY_SECONDS = 30.0
_SLOW = 8e6
_LONGEST_GAP = 5.0
"""Seconds without a byte that count at most: a line that is down is not a slow one."""


class Plan(NamedTuple):
    """Bytes of a pack, and packs sent at once."""

    target: int
    uploads: int


def plan(rate: float | None, limit: float | None, *, usual: Plan) -> Plan:
    """What suits a line that was measured at `rate` bytes a second (None: not yet) under a `limit`
    (None: there is none). On a fast line it is `usual`, and no more is in flight than then. A
    `usual` pack that is small was made so on purpose, and stays the largest."""
    uploads = usual.uploads if limit is None else 1
    if limit is not None:
        rate = limit if rate is None else min(rate, limit)
    if rate is None:
        return Plan(usual.target, uploads)
    most = usual.target
    if most >= _ORDINARY:
        most = max(most, min(_MOST, usual.target * usual.uploads // uploads))
    wanted = int(rate * _IN_FLIGHT_SECONDS) // uploads
    return Plan(min(max(wanted, min(_LEAST, usual.target)), most), uploads)


class Pace:
    """The plan of one run, as it is measured. May be used from any thread."""

    def __init__(self, clock: Clock, usual: Plan, limit: Callable[[], float | None]) -> None:
        self._clock = clock
        self._usual = usual
        self._limit = limit
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._sending = 0
        self._since = 0.0
        self._seconds = 0.0
        self._bytes = 0.0

    @property
    def most_uploads(self) -> int:
        return self._usual.uploads

    @property
    def now(self) -> Plan:
        return plan(self._rate(), self._limit(), usual=self._usual)

    @property
    def is_slow(self) -> bool:
        """Whether the line is certainly slower than any disk."""
        rate = self._rate()
        limit = self._limit()
        return min(rate or _SLOW, limit or _SLOW) < _SLOW

    def _rate(self) -> float | None:
        with self._lock:
            sure = self._seconds >= _SURE_AFTER
            return self._bytes / self._seconds if sure else None

    def begin(self) -> None:
        """An upload begins."""
        with self._lock:
            self._pass_time()
            self._sending += 1

    def end(self) -> None:
        with self._lock:
            self._pass_time()
            self._sending -= 1

    def advance(self, count: int) -> None:
        """So many bytes more go over the line."""
        with self._lock:
            self._pass_time()
            self._bytes += count

    def _pass_time(self) -> None:
        now = self._clock.monotonic()
        if self._sending:
            self._seconds += min(now - self._since, _LONGEST_GAP)
        self._since = now
        if self._seconds > _MEMORY_SECONDS:  # what is longer ago counts less and less
            self._seconds /= 2
            self._bytes /= 2
