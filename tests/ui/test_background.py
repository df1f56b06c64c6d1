"""What runs beside the window outlives it without harm."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from tests.patience import PATIENCE_MS
from ui.background import Background


class Heard:
    """Somebody who waits for a result."""

    def __init__(self) -> None:
        self.results: list[object] = []

    def take(self, result: object) -> None:
        self.results.append(result)


def test_results_and_errors_come_to_who_waits(qtbot: QtBot) -> None:
    background, heard, failed = Background(), Heard(), Heard()

    def fail() -> None:
        raise OSError("no such drive")

    background.run(lambda: 7, heard.take)
    background.run(fail, heard.take, failed.take)
    qtbot.waitUntil(lambda: bool(heard.results and failed.results), timeout=PATIENCE_MS)
    assert heard.results == [7]
    assert [str(one) for one in failed.results] == ["no such drive"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_thread_holds_nothing_that_the_window_deletes(qtbot: QtBot, closed: bool) -> None:
    go, window, before = threading.Event(), QObject(), set(threading.enumerate())
    background, heard = Background(window), Heard()
    background.run(go.wait, heard.take)
    [thread] = set(threading.enumerate()) - before
    if closed:
        background.close()
        go.set()
        thread.join()
        qtbot.wait(1)
        assert heard.results == []
        return
    alive = weakref.ref(heard)
    shiboken6.delete(window)
    del background, heard
    gc.collect()
    assert alive() is None, "its end would come in the wrong thread"
    go.set()
    thread.join()
    qtbot.wait(1)
