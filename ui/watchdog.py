"""Whether the window always answers: times in which its event loop stood still, kept in a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from backupclient.clock import Clock
from backupclient.errors import Fact
from backupclient.logs.log import Happened, Log

LONGEST_MS = 100
"""What nobody notices."""
_TICK_MS = 50
_IDLE_MS = 200
"""Where nothing is at work: each look costs a hundredth of a per cent of a processor."""


class Gap(NamedTuple):
    """The loop stood still for at least so long, while this was in front."""

    at: datetime
    milliseconds: int
    where: str


class Watchdog(QObject):
    """Looks while `window` is visible: in the tray nobody waits, and nothing shall wake the
    computer. Belongs to the window's thread."""

    gap = Signal(object)
    """A `Gap` longer than `LONGEST_MS`, once it is over."""

    def __init__(
        self,
        window: QWidget,
        clock: Clock,
        where: Callable[[], str],
        busy: Callable[[], bool] = lambda: True,
    ) -> None:
        """`busy`: something is at work that could hold up the window; it looks more often then."""
        super().__init__(window)
        self._clock, self._where, self._busy = clock, where, busy
        self._last = 0.0
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        window.installEventFilter(self)
        self._look(window.isVisible())

    @property
    def looking(self) -> bool:
        return self._timer.isActive()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._look(event.type() is QEvent.Type.Show)
        return False

    def _look(self, visible: bool) -> None:
        self._last = self._clock.monotonic()
        if visible:
            self._timer.start()
        else:
            self._timer.stop()

    def _tick(self) -> None:
        before, self._last = self._last, self._clock.monotonic()
        late = round((self._last - before) * 1000) - self._timer.interval()
        wanted = _TICK_MS if self._busy() else _IDLE_MS
        if wanted != self._timer.interval():
            self._timer.setInterval(wanted)
        if late > LONGEST_MS:
            self.gap.emit(Gap(self._clock.now(), late, self._where()))


def write_down(gap: Gap, log: Log) -> None:
    """Any thread but the window's."""
    facts: dict[str, Fact] = {"seconds": gap.milliseconds / 1000, "page": gap.where}
    log.write(Happened.WINDOW_STOOD_STILL, facts=facts, level=logging.WARNING)
