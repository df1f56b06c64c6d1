"""Whether the window always answers: times in which its event loop stood still, kept in a log."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QWindow
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from backupclient.clock import Clock
from backupclient.errors import Fact
from backupclient.logs.log import Happened, Log

LONGEST_MS = 100
"""What nobody notices."""
_TICK_MS = 50
_IDLE_MS = 1000
"""Where nothing is at work and nobody does anything: each look wakes the processor."""
_AWAKE_SECONDS = 2.0
_USE = frozenset(
    {
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.KeyPress,
        QEvent.Type.TouchBegin,
    }
)
"""What somebody does to a window, as the window hears of it before anything comes of it."""


class Gap(NamedTuple):
    """The loop stood still for at least so long, while this was in front."""

    at: datetime
    milliseconds: int
    where: str


class Watchdog(QObject):
    """Looks while `window` is visible: in the tray nobody waits, and nothing shall wake the
    computer. It looks closely while something is at work, and from the moment somebody does
    something to a window of this program. Belongs to the window's thread."""

    gap = Signal(object)
    """A `Gap` longer than `LONGEST_MS`, once it is over."""

    def __init__(
        self,
        window: QWidget,
        clock: Clock,
        where: Callable[[], str],
        busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """`busy`: something is at work that could hold up the window."""
        super().__init__(window)
        self._clock, self._where, self._busy = clock, where, busy
        self._last = self._woken = clock.monotonic()
        self._used: QWindow | None = None
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        window.installEventFilter(self)
        app = QGuiApplication.instance()
        assert isinstance(app, QGuiApplication)
        app.focusWindowChanged.connect(self._follow)
        self._follow(app.focusWindow())
        self._look(window.isVisible())

    @property
    def looking(self) -> bool:
        return self._timer.isActive()

    @property
    def closely(self) -> bool:
        """Whether it would notice all that anybody would."""
        return self.looking and self._timer.interval() == _TICK_MS

    def wake(self) -> None:
        """Something comes that the window may have to work for."""
        self._woken = self._clock.monotonic()
        if self.looking and not self.closely:
            self._last = self._woken
            self._timer.start(_TICK_MS)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _USE:
            self.wake()
        elif watched is self.parent() and kind in (QEvent.Type.Show, QEvent.Type.Hide):
            self._look(kind is QEvent.Type.Show)
        return False

    def _follow(self, used: QWindow | None) -> None:
        """Keys and clicks come through the system's window, the one that has the focus: to look at
        every event of the application would make each of them slower."""
        if used is not None and used is not self._used:
            if self._used is not None and isValid(self._used):
                self._used.removeEventFilter(self)
            self._used = used
            used.installEventFilter(self)
        self.wake()

    def _look(self, visible: bool) -> None:
        self._last = self._woken = self._clock.monotonic()
        if visible:
            self._timer.start(_TICK_MS)
        else:
            self._timer.stop()

    def _tick(self) -> None:
        before, self._last = self._last, self._clock.monotonic()
        late = round((self._last - before) * 1000) - self._timer.interval()
        wanted = _TICK_MS if self._busy() or self._rested < _AWAKE_SECONDS else _IDLE_MS
        if wanted != self._timer.interval():
            self._timer.setInterval(wanted)
        if late > LONGEST_MS:
            self.gap.emit(Gap(self._clock.now(), late, self._where()))

    @property
    def _rested(self) -> float:
        return self._clock.monotonic() - self._woken


def write_down(gap: Gap, log: Log) -> None:
    """Any thread but the window's."""
    facts: dict[str, Fact] = {"seconds": gap.milliseconds / 1000, "page": gap.where}
    log.write(Happened.WINDOW_STOOD_STILL, facts=facts, level=logging.WARNING)
