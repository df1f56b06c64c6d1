"""The window goes on while the engine works: a small form of `make bench-ui`, and the watchdog."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from backupclient.logs.log import Happened, Log, Program, read_log
from backupclient.wire.overview import RunReport
from tests.bench import ui_backup, ui_clicks
from tests.fakes import MIDDAY, ManualClock
from tests.patience import PATIENCE_MS
from ui.pages.history import HistoryPage
from ui.theme import Theme
from ui.watchdog import LONGEST_MS, Gap, Watchdog, write_down
from ui.widgets.boxes import column
from ui.widgets.focus_ring import FocusRing

SLOW_COMPUTER_MS = 3000
"""Others use it at the same time, and it may stand still: what is asked of a quiet one is 100."""
OWN_WORK_MS = 250


@pytest.mark.usefixtures("theme")
def test_pages_go_on_under_a_backup(tmp_path: Path) -> None:
    said: list[str] = []
    every, rate = ui_backup.pages(tmp_path, said.append, files=500, known=5000, seconds=0.05)
    assert len(every) == 8
    assert max(busy.longest for busy in every) < SLOW_COMPUTER_MS, said
    assert max(busy.cpu for busy in every) < OWN_WORK_MS, said
    # Those that come together to a reader who was late count as any: a busy machine has such.
    assert rate.a_second <= ui_backup.MOST_BATCHES, rate


@pytest.mark.usefixtures("theme")
def test_the_first_backup_begins_after_six_clicks(tmp_path: Path) -> None:
    assert ui_clicks.measure(tmp_path, print) <= ui_clicks.MOST_CLICKS


def test_a_year_of_runs_comes_a_few_at_a_time(qtbot: QtBot, theme: Theme) -> None:
    page = HistoryPage(lambda: MIDDAY)
    qtbot.addWidget(page)
    runs = tuple(RunReport(no=no, started=MIDDAY, ended=MIDDAY) for no in range(200, 0, -1))
    page.take_runs(runs, more=False)
    assert 0 < len(page.rows) < 20
    first = page.rows[0]
    qtbot.waitUntil(lambda: len(page.rows) == len(runs), timeout=PATIENCE_MS)
    assert [row.line.no for row in page.rows] == [run.no for run in runs]
    assert page.rows[0] is first, "what says the same stays"
    first.toggle()
    another = RunReport(no=201, started=MIDDAY, ended=MIDDAY)
    page.take_runs((another,), more=False)
    qtbot.waitUntil(lambda: len(page.rows) == len(runs) + 1, timeout=PATIENCE_MS)
    assert page.rows[0].line.no == 201
    assert page.rows[1] is first
    assert first.opened


def test_the_watchdog_tells_of_a_window_that_did_not_answer(qtbot: QtBot) -> None:
    window, clock = QWidget(), ManualClock()
    qtbot.addWidget(window)
    watchdog = Watchdog(window, clock, lambda: "files")
    gaps: list[Gap] = []
    watchdog.gap.connect(gaps.append)
    window.show()
    clock.advance(0.1)
    qtbot.wait(200)
    assert not gaps, "a tenth of a second is nothing"
    clock.advance(0.4)
    qtbot.waitUntil(lambda: len(gaps) == 1, timeout=PATIENCE_MS)
    assert gaps[0].where == "files"
    assert LONGEST_MS < gaps[0].milliseconds <= 400


def test_the_watchdog_sleeps_while_nobody_sees_the_window(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    watchdog = Watchdog(window, ManualClock(), lambda: "")
    seen = [watchdog.looking]
    for visible in (True, False, True):
        window.setVisible(visible)
        seen.append(watchdog.looking)
    assert seen == [False, True, False, True]


def test_the_watchdog_rests_until_somebody_does_something(qtbot: QtBot) -> None:
    """And sees what comes of it: it looks closely before the button hears of the key."""
    window, button, clock = QMainWindow(), QPushButton("Slow"), ManualClock()
    window.setCentralWidget(button)
    qtbot.addWidget(window)
    busy = [False]
    watchdog = Watchdog(window, clock, lambda: "home", lambda: busy[0])
    gaps: list[Gap] = []
    watchdog.gap.connect(gaps.append)
    button.clicked.connect(lambda: clock.advance(0.3))
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE_MS)

    def rest() -> None:
        clock.advance(3)
        qtbot.waitUntil(lambda: not watchdog.closely, timeout=PATIENCE_MS)
        gaps.clear()  # time was turned by hand

    rest()
    assert watchdog.looking
    handle = window.windowHandle()
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=button.geometry().center())
    qtbot.waitUntil(lambda: len(gaps) == 1, timeout=PATIENCE_MS)
    assert gaps[0].milliseconds == 250
    rest()
    watchdog.wake()
    assert watchdog.closely
    busy[0] = True
    clock.advance(3)
    qtbot.waitUntil(lambda: len(gaps) == 1, timeout=PATIENCE_MS)
    assert watchdog.closely, "what is at work could hold it up at any time"


def test_the_gaps_are_in_the_log_that_a_report_takes_along(tmp_path: Path) -> None:
    log = Log(tmp_path, Program.WINDOW, ManualClock(MIDDAY))
    write_down(Gap(MIDDAY, 400, "home"), log)
    log.close()
    [line] = read_log(tmp_path, Program.WINDOW, 10)
    assert (line.event, line.level) == (Happened.WINDOW_STOOD_STILL, "warning")
    assert line.facts == {"seconds": 0.4, "page": "home"}


def test_the_ring_follows_the_keyboard_and_leaves_with_the_mouse(
    qtbot: QtBot, theme: Theme
) -> None:
    window, inside = QMainWindow(), QWidget()
    buttons = [QPushButton("One"), QPushButton("Two")]
    layout = column()
    for button in buttons:
        layout.addWidget(button)
    inside.setLayout(layout)
    window.setCentralWidget(inside)
    ring = FocusRing(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    buttons[0].setFocus()
    assert not ring.isVisible()
    handle = window.windowHandle()
    QTest.keyClick(handle, Qt.Key.Key_Tab)
    assert buttons[1].hasFocus()
    assert ring.isVisible()
    assert ring.geometry().contains(buttons[1].geometry())
    QTest.mouseClick(handle, Qt.MouseButton.LeftButton, pos=buttons[0].geometry().center())
    assert not ring.isVisible()
