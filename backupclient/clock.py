"""The only caller of time. What waits or stamps takes a `Clock`, so that tests own it."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Wall time, monotonic time and waiting. May be called from any thread."""

    def now(self) -> datetime:
        """The wall clock, aware, in UTC. May jump."""

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring. Stands still in sleep on some systems."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait until `event` is set, at most `seconds`; true when it is set."""


class SystemClock:
    """The computer's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return event.wait(seconds)


def nanoseconds(time: datetime) -> int:
    """Whole nanoseconds since the epoch, as the manifest keeps times; exact to the microsecond."""
    return int(time.timestamp() * 1_000_000) * 1000


def as_time(nanoseconds: int) -> datetime:
    """The same the other way round, aware."""
    return datetime.fromtimestamp(nanoseconds / 1_000_000_000, UTC)


class SleepWatch:
    """Tells that the computer slept: its wall clock then runs ahead of the other one. Any thread;
    who asks first is told."""

    def __init__(self, clock: Clock, least: float) -> None:
        """Less than `least` seconds are no sleep: clocks are set by so much now and then."""
        self._clock = clock
        self._least = least
        self._last = clock.now(), clock.monotonic()

    def slept(self) -> float:
        """For how many seconds, since this was last asked; 0 if not."""
        wall, monotonic = self._last
        self._last = self._clock.now(), self._clock.monotonic()
        ahead = (self._last[0] - wall).total_seconds() - (self._last[1] - monotonic)
        return ahead if ahead > self._least else 0.0
