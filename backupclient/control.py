"""Stopping and pausing a job, as every layer below it sees it."""

from __future__ import annotations

import threading

from backupclient.clock import Clock
from backupclient.errors import Cancelled


class Control:
    """One per job. `stop`, `pause` and `resume` may be called from any thread and return at once;
    `check` and `sleep` are called by the threads that work."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._stopped = threading.Event()
        self._running = threading.Event()
        self._running.set()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    @property
    def paused(self) -> bool:
        return not self._running.is_set()

    def stop(self) -> None:
        self._stopped.set()
        self._running.set()

    def pause(self) -> None:
        if not self._stopped.is_set():
            self._running.clear()

    def resume(self) -> None:
        self._running.set()

    def check(self) -> None:
        """Return while the job runs; block while it is paused; raise `Cancelled` once stopped."""
        if not self._running.is_set():
            self._running.wait()
        if self._stopped.is_set():
            raise Cancelled

    def sleep(self, seconds: float) -> None:
        """Wait `seconds` of the job's clock; raise `Cancelled` as soon as the job is stopped."""
        if self._clock.wait(self._stopped, seconds):
            raise Cancelled
        self.check()
