"""How long the window's thread is busy at a time: measured by a timer that should come every few
milliseconds, and by the events it handles."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication

from backupclient.errors import EngineNotRunning
from backupclient.link import Link

LONGEST_MS = 100.0
FRAME_MS = 16.0
_TICK_MS = 5
_PATIENCE_SECONDS = 120.0


class Busy(NamedTuple):
    """Milliseconds. `cpu` is what the window's thread itself used in the busiest turn of its loop,
    however busy the computer is with other things; `frame` is the median of painting one,
    `frame_cpu` the median of the thread's own part in it."""

    longest: float
    cpu: float
    frame: float
    frame_cpu: float

    @property
    def met(self) -> bool:
        return self.longest <= LONGEST_MS and self.frame <= FRAME_MS

    def __str__(self) -> str:
        return (
            f"longest gap {self.longest:5.0f} ms ({self.cpu:4.0f} ms of CPU),"
            f" median frame {self.frame:4.1f} ms ({self.frame_cpu:4.1f} ms of CPU)"
        )


def worst(found: Sequence[Busy]) -> Busy:
    """Of each number the largest."""
    return Busy(*(max(numbers) for numbers in zip(*found, strict=True)))


class MeasuredApplication(QApplication):
    """Notes how long each painting of a window takes: milliseconds, and those of its thread."""

    def __init__(self, argv: Sequence[str]) -> None:
        super().__init__(argv)
        self.frames: list[tuple[float, float]] = []

    def notify(self, receiver: QObject, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.UpdateRequest:
            return super().notify(receiver, event)
        wall, cpu = time.perf_counter(), time.thread_time()
        try:
            return super().notify(receiver, event)
        finally:
            took = time.perf_counter() - wall, time.thread_time() - cpu
            self.frames.append((took[0] * 1000, took[1] * 1000))


class Gaps(QObject):
    """Time between two turns of the event loop."""

    def __init__(self) -> None:
        super().__init__()
        self._walls: list[float] = []
        self._cpus: list[float] = []
        self._last = time.perf_counter(), time.thread_time()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        (wall, cpu), self._last = self._last, (time.perf_counter(), time.thread_time())
        self._walls.append((self._last[0] - wall) * 1000)
        self._cpus.append((self._last[1] - cpu) * 1000)

    def restart(self) -> None:
        self._walls, self._cpus = [], []
        self._last = time.perf_counter(), time.thread_time()
        app = QApplication.instance()
        if isinstance(app, MeasuredApplication):
            app.frames = []

    def busy(self) -> Busy:
        """Since the last `restart`. Without frames where the application does not measure them."""
        app = QApplication.instance()
        frames = app.frames if isinstance(app, MeasuredApplication) else []
        return Busy(
            longest=max(self._walls, default=0.0),
            cpu=max(self._cpus, default=0.0),
            frame=statistics.median(frame for frame, _ in frames or [(0.0, 0.0)]),
            frame_cpu=statistics.median(cpu for _, cpu in frames or [(0.0, 0.0)]),
        )


def until(condition: Callable[[], bool], seconds: float = _PATIENCE_SECONDS) -> None:
    end = time.perf_counter() + seconds
    while not condition():
        assert time.perf_counter() < end, "never came"
        rest(0.01)


def rest(seconds: float) -> None:
    """The window goes on meanwhile."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def end_engine(data: Path) -> None:
    """The one of this data folder, if there is one."""
    try:
        with Link(data) as link:
            os.kill(link.engine.pid, signal.SIGTERM)
    except EngineNotRunning:
        return
