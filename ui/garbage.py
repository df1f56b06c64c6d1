"""Cycles are looked for by the window's own thread alone.

Python looks for them in whatever thread makes the next object. Where that finds an object of Qt's
that the window is done with, it is destroyed in the wrong thread, which may then wait for ever: for
a lock of Qt's while it holds Python's."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, Qt, QTimer

_EVERY_MS = 60_000
"""A look takes 3 to 7 ms with all pages open: a hundredth of a per cent of a processor."""


class CycleCollector(QObject):
    """From now on nobody else looks. Make it in the window's thread, before the window: what is
    loaded by then is not looked through each time."""

    def __init__(self, parent: QObject, every_ms: int = _EVERY_MS) -> None:
        super().__init__(parent)
        gc.disable()
        gc.collect()
        gc.freeze()
        timer = QTimer(self, interval=every_ms, timerType=Qt.TimerType.VeryCoarseTimer)
        timer.timeout.connect(self._collect)
        timer.start()

    def _collect(self) -> None:
        # However little Python counts as made since the last look: what died in the meantime and
        # is older has been taken off that count.
        gc.collect()
