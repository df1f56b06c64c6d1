"""What the window is done with is destroyed in its own thread, whatever other threads do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.patience import PATIENCE

PROGRAM = """
import gc, sys, threading, weakref
from PySide6.QtCore import QCoreApplication, QObject, QTimer
from ui.garbage import CycleCollector

qt, over, threads = QCoreApplication([]), threading.Event(), []
gc.set_threshold(100)
if "own" in sys.argv:
    CycleCollector(qt, 1_000)  # the least that a timer of its kind takes

def leave_cycle():
    one = QObject()
    one.itself = one
    weakref.finalize(one, lambda: threads.append(threading.current_thread().name))

def make_objects():
    kept = []
    while not over.is_set():
        kept.append([])
        if len(kept) > 10_000:
            kept.clear()  # Python looks for cycles only while there are more and more objects

other = threading.Thread(target=make_objects, name="other")
cycles = QTimer(interval=1)
cycles.timeout.connect(leave_cycle)
def enough():
    return len(threads) >= 50 if "own" in sys.argv else "other" in threads

cycles.timeout.connect(lambda: enough() and qt.quit())
cycles.start()
other.start()
qt.exec()
over.set()
other.join()
print(*sorted(set(threads)))
"""


@pytest.mark.parametrize(("who", "destroyed_in"), [("own", "MainThread"), ("any", "other")])
def test_a_cycle_is_destroyed_by_the_window_alone(who: str, destroyed_in: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, who],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    if who == "own":
        assert ended.stdout.split() == [destroyed_in]
    else:
        assert destroyed_in in ended.stdout.split(), "the danger that this is about"
