"""Stopping, pausing and hurrying a job, as every layer below it sees it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from backupclient.clock import Clock
from backupclient.errors import Cancelled

TRANSFER_GRACE_SECONDS = 5.0
"""How long a pause lets transfers in flight go on, so that most of them end by themselves."""
_LOOK_AGAIN_SECONDS = 30.0
"""The longest single wait of a pause for a time: the computer may sleep meanwhile, or its clock be
set."""


class TransferAbandoned(BaseException):
    """Raised by `Control.check_transfer` alone: the job is paused for longer than a transfer may
    go on. Whoever began the transfer begins it again after the next `Control.check`. Derives from
    BaseException so that no handler of errors takes it for a failure of the storage."""


class _Pause(NamedTuple):
    wall: datetime
    monotonic: float
    seconds: float | None
    over: threading.Event


class Control:
    """One per job. `stop`, `pause`, `resume` and `wake` may be called from any thread and return at
    once; the rest is called by the threads that work.

    What works calls `check` at least every second. Within a transfer it calls `check_transfer`
    instead, with every piece, and waits with `sleep_in_transfer`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._woken = threading.Event()
        self._pause: _Pause | None = None
        self._last_words = threading.local()
        self._brief = threading.local()

    @property
    def stopped(self) -> bool:
        return self._stopped.is_set()

    @property
    def paused(self) -> bool:
        return self._pause is not None

    @property
    def pause_left(self) -> float | None:
        """Seconds until a pause ends by itself; None while running, or when it ends only by
        `resume`."""
        pause = self._pause
        if pause is None or pause.seconds is None:
            return None
        return max(pause.seconds - self._paused_for(pause), 0.0)

    def stop(self) -> None:
        """For good. A paused job stops too."""
        with self._lock:
            self._stopped.set()
            self._end_pause()
            self._woken.set()

    def pause(self, seconds: float | None = None) -> None:
        """Until `resume`, or for so many seconds from now. Does nothing to a stopped job; one that
        is paused already is paused anew."""
        over = threading.Event()
        pause = _Pause(self._clock.now(), self._clock.monotonic(), seconds, over)
        with self._lock:
            if not self._stopped.is_set():
                self._end_pause()
                self._pause = pause

    def resume(self) -> None:
        """Ends a pause, and any waiting for the next try too."""
        with self._lock:
            self._end_pause()
            self._wake()

    def wake(self) -> None:
        """End every `wait_to_retry` now: what was waited for may be over, such as a network that
        was away. Those that begin later wait as long as they are told."""
        with self._lock:
            self._wake()

    def check(self) -> None:
        """Return while the job runs; block while it is paused; raise `Cancelled` once stopped."""
        while (pause := self._pause) is not None:
            self._wait_out(pause)
        self._check_stop()

    def check_stopped(self) -> None:
        """Raise `Cancelled` once stopped; a pause does not hold it up. For what must go on in a
        pause, such as keeping a lock."""
        self._check_stop()

    def check_transfer(self) -> None:
        """As `check`, inside a transfer: never blocks, since the other side would give up. Raises
        `TransferAbandoned` once the job has been paused for `TRANSFER_GRACE_SECONDS`."""
        self._check_stop()
        pause = self._pause
        if pause is not None and self._paused_for(pause) >= TRANSFER_GRACE_SECONDS:
            raise TransferAbandoned

    def sleep(self, seconds: float) -> None:
        """Wait `seconds` of the job's clock; raise `Cancelled` as soon as the job is stopped."""
        self.sleep_in_transfer(seconds)
        self.check()

    def sleep_in_transfer(self, seconds: float) -> None:
        """As `sleep`, but a pause does not hold it up: see `check_transfer`."""
        if self._may_still_speak():
            self._clock.wait(threading.Event(), seconds)
            self._check_stop()
        elif self._clock.wait(self._stopped, seconds):
            raise Cancelled

    def wait_to_retry(self, seconds: float) -> None:
        """As `sleep_in_transfer`, but ended early by `wake` and `resume`."""
        if self._clock.monotonic() + seconds > getattr(self._brief, "until", float("inf")):
            raise Cancelled
        with self._lock:
            woken = self._woken
        self._clock.wait(woken, seconds)
        if self._stopped.is_set():
            raise Cancelled

    @contextlib.contextmanager
    def last_words(self, seconds: float) -> Iterator[None]:
        """Inside, the calling thread goes on although the job is stopped, for `seconds` at most and
        without trying anything again: to leave things in order."""
        self._last_words.until = self._clock.monotonic() + seconds
        try:
            yield
        finally:
            self._last_words.until = 0.0

    @contextlib.contextmanager
    def briefly(self, seconds: float) -> Iterator[None]:
        """Inside, the calling thread tries nothing again that would take longer than `seconds` in
        all: it is `Cancelled` instead."""
        self._brief.until = self._clock.monotonic() + seconds
        try:
            yield
        finally:
            del self._brief.until

    def _may_still_speak(self) -> bool:
        until: float = getattr(self._last_words, "until", 0.0)
        return self._stopped.is_set() and self._clock.monotonic() < until

    def _check_stop(self) -> None:
        if self._stopped.is_set() and not self._may_still_speak():
            raise Cancelled

    def _end_pause(self) -> None:
        pause, self._pause = self._pause, None
        if pause is not None:
            pause.over.set()

    def _wake(self) -> None:
        if not self._stopped.is_set():
            woken, self._woken = self._woken, threading.Event()
            woken.set()

    def _wait_out(self, pause: _Pause) -> None:
        """Wait until this pause is over, or for a part of it."""
        if pause.seconds is None:
            pause.over.wait()
            return
        left = pause.seconds - self._paused_for(pause)
        if left > 0:
            self._clock.wait(pause.over, min(left, _LOOK_AGAIN_SECONDS))
            return
        with self._lock:
            if self._pause is pause:
                self._end_pause()
                self._wake()

    def _paused_for(self, pause: _Pause) -> float:
        """By the clock that says more: one of them stands still while the computer sleeps."""
        wall = (self._clock.now() - pause.wall).total_seconds()
        return max(wall, self._clock.monotonic() - pause.monotonic)
