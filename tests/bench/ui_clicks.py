"""How many clicks lie between the first start and a running backup."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from backupclient.clock import SystemClock
from backupclient.plan import When, load_plan
from backupclient.secret_store import SecretStore
from tests.bench.ui_loop import end_engine, until
from ui.app import App
from ui.drives import FOLDER, Drive

MOST_CLICKS = 6
_PASSWORD = "green rabbit at noon"  # of no use elsewhere


class _Hand:
    """Clicks and types as people do; typing goes where the keyboard is."""

    def __init__(self) -> None:
        self.clicks = 0

    def click(self, widget: QWidget) -> None:
        until(lambda: widget.isVisible() and widget.isEnabled())
        self.clicks += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def type(self, text: str, into: QLineEdit) -> None:
        if QApplication.focusWidget() is not into:
            self.click(into)
        QTest.keyClicks(into, text)


def measure(work: Path, tell: Callable[[str], None]) -> int:
    """A usual folder to a drive that is connected."""
    top = work / "clicks"
    shutil.rmtree(top, ignore_errors=True)
    home, drive, data = top / "home", top / "drive", top / "data"
    for folder in (home / "Documents", drive, data):
        folder.mkdir(parents=True)
    (home / "Documents" / "letter.txt").write_text("Dear Anna")
    there = Drive(drive, "Backup drive", 10**12, 2 * 10**12, "another disk")
    # A drive and a home folder of its own cannot be had.
    with (
        patch("ui.dialogs.drive_list.drives", lambda: [there]),
        patch.dict(os.environ, HOME=str(home)),
    ):
        app = App(data, SystemClock(), SecretStore(data, use_keyring=False))
        try:
            app.start()
            app.window.activateWindow()
            clicks = _through(app, drive / FOLDER)
            plan = load_plan(data)
            assert plan is not None
            by_itself = plan.schedule.when is not When.BY_HAND
            tell(f"  {clicks} clicks to a running backup; by itself from then on: {by_itself}")
        finally:
            app.close()
            end_engine(data)
    return clicks


def _through(app: App, place: Path) -> int:
    hand, first_run = _Hand(), app.first_run
    assert first_run is not None
    until(lambda: first_run.choices.counted)
    hand.click(first_run.main)
    until(lambda: place in first_run.where.drives.radios)
    hand.click(first_run.where.drives.radios[place])
    hand.click(first_run.main)
    hand.type(_PASSWORD, first_run.key.password.field.edit)
    hand.click(first_run.main)
    until(lambda: first_run.key.at_sheet)
    hand.type(first_run.choices.recovery_key[-4:], first_run.key.sheet.field)
    hand.click(first_run.main)
    until(lambda: first_run.page is first_run.start)
    hand.click(first_run.main)
    situation = app.controller.situation
    until(lambda: situation.backup is not None or situation.summary is not None)
    return hand.clicks
