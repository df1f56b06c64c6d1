"""How soon the window is there, and what it costs with its engine when nothing happens. The window
is a process of its own: `python -m tests.bench.ui_start BEGAN ARGUMENT…` is `python -m ui` that
says when it was painted first."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple
from unittest.mock import patch

import psutil
from PySide6.QtCore import QEvent

from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from tests.bench.ui_files import prepare
from tests.bench.ui_loop import end_engine
from ui import __main__ as application
from ui.main_window import MainWindow

SHOWN_SECONDS = 1.0
IDLE_PERCENT = 0.2
MOST_MIB = 220
_STARTS = 5
_SETTLE_SECONDS = 15.0
_COMMAND = (
    "import os, sys; os.execv = lambda *_: os._exit(0);"
    "from backupclient.cli.main import main; main(['app', '--data-dir', sys.argv[1]])"
)
"""`backupclient app` until it becomes the window."""


class Light(NamedTuple):
    """Seconds until the window is painted, the command's own part in it; then what the window and
    the engine use together: per cent of a processor, MiB."""

    shown: float
    command: float
    percent: float
    pss: float
    rss: float

    @property
    def met(self) -> bool:
        quick = self.shown <= SHOWN_SECONDS
        return quick and self.percent < IDLE_PERCENT and self.pss < MOST_MIB


def measure(work: Path, tell: Callable[[str], None], files: int, seconds: float) -> Light:
    """With so many known files; idle for so many seconds."""
    data = prepare(work, files)
    command = statistics.median(_command(data) for _ in range(_STARTS))
    tell(f"  the command alone takes {command:.2f} s")
    cold, process = _start(data)
    tell(f"  the window is painted {command + cold:.2f} s after the command, no engine running")
    try:
        warm = []
        for _ in range(_STARTS):
            _end(process)
            took, process = _start(data)
            warm.append(command + took)
        shown = statistics.median(warm)
        tell(f"  {shown:.2f} s with an engine (median of {_STARTS}, at most {max(warm):.2f} s)")
        light = _idle(data, process, seconds, tell)._replace(shown=shown, command=command)
    finally:
        _end(process)
        end_engine(data)
    tell(
        f"  idle with {files:,} files: {light.percent:.2f} % of a processor,"
        f" {light.pss:.0f} MiB (PSS; RSS {light.rss:.0f} MiB)"
    )
    return light


def _command(data: Path) -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-c", _COMMAND, str(data)], check=True)
    return time.monotonic() - began


def _start(data: Path) -> tuple[float, subprocess.Popen[str]]:
    """Seconds until it is painted, and the process."""
    argv = [sys.executable, "-m", "tests.bench.ui_start", str(time.monotonic())]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": os.getcwd()}
    process = subprocess.Popen(
        [*argv, "--data-dir", str(data)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    return float(process.stdout.readline()), process


def _end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    if process.stdout is not None:
        process.stdout.close()


def _idle(
    data: Path, process: subprocess.Popen[str], seconds: float, tell: Callable[[str], None]
) -> Light:
    both = [psutil.Process(process.pid), psutil.Process(_engine(data))]
    time.sleep(_SETTLE_SECONDS)
    before = [_used(one) for one in both]
    time.sleep(seconds)
    each = [_used(one) - earlier for one, earlier in zip(both, before, strict=True)]
    shares = [f"{100 * one / seconds:.2f} %" for one in each]
    tell(f"  idle for {seconds:.0f} s: window {shares[0]}, engine {shares[1]}")
    used = sum(each)
    memory = [one.memory_full_info() for one in both]
    pss = sum(one.pss for one in memory) / 2**20
    return Light(0, 0, 100 * used / seconds, pss, sum(one.rss for one in memory) / 2**20)


def _engine(data: Path) -> int:
    while True:
        try:
            with Link(data) as link:
                return link.engine.pid
        except EngineNotRunning:
            time.sleep(0.1)


def _used(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


class _ShownWindow(MainWindow):
    """Says once how long it took until it was painted."""

    began = 0.0

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() is QEvent.Type.UpdateRequest and _ShownWindow.began:
            print(time.monotonic() - _ShownWindow.began, flush=True)
            _ShownWindow.began = 0.0
        return done


def main() -> int:
    _ShownWindow.began = float(sys.argv[1])
    with patch("ui.app.MainWindow", _ShownWindow):
        return application.main(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
