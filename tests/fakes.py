"""Stand-ins for what a test cannot have: time that obeys, a battery, a line that costs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from backupclient.automation.surroundings import Tells

MIDDAY = datetime(2026, 3, 1, 12, tzinfo=UTC)


class ManualClock:
    """A `Clock` that stands still until a test moves it. Waiting does not block: it moves the time
    on by what was waited for, and notes it in `waits`. May be used from any thread."""

    def __init__(self, now: datetime = MIDDAY) -> None:
        self._lock = threading.Lock()
        self._now = now
        self._monotonic = 1000.0
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def wait(self, event: threading.Event, seconds: float) -> bool:
        if event.is_set():
            return True
        with self._lock:
            self.waits.append(seconds)
        self.advance(seconds)
        return event.is_set()

    def advance(self, seconds: float) -> None:
        """Time passes, on both clocks."""
        with self._lock:
            self._now += timedelta(seconds=seconds)
            self._monotonic += seconds

    def jump(self, seconds: float) -> None:
        """Somebody sets the wall clock; nothing else moves."""
        with self._lock:
            self._now += timedelta(seconds=seconds)


class FakeSurroundings:
    """`Surroundings` as a test wants them. `held_awake` counts who keeps the computer awake."""

    def __init__(self) -> None:
        self.battery = False
        self.costs = False
        self.network = True
        self.held_awake = 0
        self.told = Tells(battery=True, metered=True, awake=True)

    def on_battery(self) -> bool:
        return self.battery

    def metered(self) -> bool:
        return self.costs

    def online(self) -> bool:
        return self.network

    def tells(self) -> Tells:
        return self.told

    @contextlib.contextmanager
    def awake(self) -> Iterator[None]:
        self.held_awake += 1
        yield
        self.held_awake -= 1
