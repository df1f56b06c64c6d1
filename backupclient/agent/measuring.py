"""How much folders hold, counted for whoever asks, one folder after the other."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from backupclient.clock import Clock
from backupclient.requests import BackupRequest
from backupclient.wire.answers import FolderSize

if TYPE_CHECKING:
    from backupclient.operations.measure import Measure

_ASKED_WITHIN_SECONDS = 10.0
"""A count that nobody asks for any more ends, and is forgotten."""


class Measuring:
    """The counts of one engine. Any thread."""

    def __init__(self, clock: Clock, own: tuple[Path, ...] = ()) -> None:
        """`own` folders are not counted: no backup holds them."""
        self._clock = clock
        self._own = own
        self._mutex = threading.Lock()
        self._counts: dict[BackupRequest, Measure] = {}
        self._asked: dict[BackupRequest, float] = {}
        self._waiting: list[BackupRequest] = []
        self._at_work = False

    def size(self, request: BackupRequest) -> FolderSize:
        """How far the count of this folder by these rules has come; the first time one asks, it
        begins. It ends if it is not asked for during ten seconds."""
        with self._mutex:
            now = self._clock.monotonic()
            self._forget(now)
            self._asked[request] = now
            if request not in self._counts:
                # Loaded only where somebody asks.
                from backupclient.operations.measure import Measure  # noqa: PLC0415

                self._counts[request] = Measure(request, lambda: self._wanted(request), self._own)
                self._waiting.append(request)
            if self._waiting and not self._at_work:
                self._at_work = True
                threading.Thread(target=self._work, name="measuring", daemon=True).start()
            return self._counts[request].size

    def _forget(self, now: float) -> None:
        for request, asked in tuple(self._asked.items()):
            if now - asked > _ASKED_WITHIN_SECONDS:
                del self._asked[request], self._counts[request]
        self._waiting = [request for request in self._waiting if request in self._counts]

    def _wanted(self, request: BackupRequest) -> bool:
        with self._mutex:
            self._forget(self._clock.monotonic())
            return request in self._counts

    def _work(self) -> None:
        while True:
            with self._mutex:
                if not self._waiting:
                    self._at_work = False
                    return
                measure = self._counts[self._waiting.pop(0)]
            measure.run()
