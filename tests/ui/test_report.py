"""A report for support from the window: shown whole, then saved; without an engine, too."""

from __future__ import annotations

import errno
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.logs import crashes
from backupclient.logs.log import Program
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.support.diagnostics.bundle import Door, Like
from backupclient.support.diagnostics.reading import read_report
from backupclient.wire.household import AccountState, AccountStatus
from backupclient.wire.tickets import Wait
from tests.end_to_end.mishaps import fill, small_disk
from tests.patience import PATIENCE_MS
from ui import notices
from ui.dialogs.report import ReportDialog
from ui.pages.help import HelpPage
from ui.pages.page import PageName
from ui.theme import Theme
from ui.tray import Tray
from ui.wording_help import person_view

NOW = datetime(2026, 11, 3, 21, 10, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    plan = BackupPlan(
        storage=Storage(location=str(tmp_path / "drive")), folders=(str(tmp_path / "Zqprivate"),)
    )
    save_plan(folder, plan)
    return folder


def test_it_shows_everything_before_it_is_saved(
    qtbot: QtBot, theme: Theme, data: Path, tmp_path: Path
) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(900, 600)
    folder = tmp_path / "Downloads"
    dialog = ReportDialog(data, lambda: NOW, window, folder, address="help@example.org")
    dialog.open()
    assert not dialog.save_button.isEnabled()
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=PATIENCE_MS)
    shown = []
    for chip in dialog.chips:
        chip.click()
        shown.append(dialog.preview.toPlainText())
    assert "The place for the backup does not exist" in shown[0]
    assert "Zqprivate" not in "".join(shown)
    assert not (tmp_path / "Downloads").exists()
    dialog.save_button.click()
    qtbot.waitUntil(lambda: dialog.saved is not None, timeout=PATIENCE_MS)
    (file,) = (tmp_path / "Downloads").iterdir()
    assert file == dialog.saved
    assert "It can be sent to help@example.org." in dialog.told.text()
    report = read_report(file)
    assert shown[1:] == [
        report.document.decode(),
        report.events.decode(),
        report.files.decode("utf-8-sig").replace("\r\n", "\n"),
    ]
    assert report.bundle.person.door is Door.WINDOW
    left = dialog.maker.file.parent
    dialog.reject()
    assert not left.exists()


def test_names_are_in_it_once_they_are_allowed(qtbot: QtBot, theme: Theme, data: Path) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    dialog = ReportDialog(data, lambda: NOW, window)
    dialog.like.setCurrentIndex(1)
    dialog.names.setChecked(True)
    QTest.keyClicks(dialog.note.edit, "it stopped")
    QTest.keyClicks(dialog.contact.edit, "anna@example.org")
    assert not dialog.save_button.isEnabled()
    qtbot.waitUntil(dialog.save_button.isEnabled, timeout=PATIENCE_MS)
    assert "Zqprivate" in dialog.preview.toPlainText()
    assert '"it stopped"' in dialog.preview.toPlainText()
    person = read_report(dialog.maker.file).bundle.person
    assert (person.like, person.contact) == (Like.STEPS, "anna@example.org")
    assert dialog.crashes.isHidden()
    dialog.reject()


def test_it_is_asked_for_on_the_help_page_and_in_the_tray(qtbot: QtBot, theme: Theme) -> None:
    page, tray = HelpPage(), Tray()
    qtbot.addWidget(page)
    here = AccountStatus(state=AccountState.SIGNED_IN)
    for account in (None, here):
        page.show_person(person_view(account, None, Wait(), NOW))
        (button,) = [
            one
            for one in page.findChildren(QPushButton)
            if one.text() == "Make a report for support" and one.isVisibleTo(page)
        ]
        with qtbot.waitSignal(page.report_wanted, timeout=PATIENCE_MS):
            button.click()
    (action,) = [one for one in tray.menu.actions() if one.text() == "Make a report for support…"]
    with qtbot.waitSignal(tray.report, timeout=PATIENCE_MS):
        action.trigger()
    tray.close()


def test_a_crash_is_in_the_report_unless_it_is_left_out(
    qtbot: QtBot, theme: Theme, data: Path
) -> None:
    crashes.note(data, Program.ENGINE, SystemClock(), ValueError())
    window, tray = QWidget(), Tray()
    qtbot.addWidget(window)
    with qtbot.waitSignal(tray.report, timeout=PATIENCE_MS):
        tray._desktop.clicked.emit(notices.crashed())
    tray.close()
    dialog = ReportDialog(data, lambda: NOW, window)
    for included in (True, False):
        qtbot.waitUntil(dialog.save_button.isEnabled, timeout=PATIENCE_MS)
        assert dialog.crashes.isChecked() is included
        assert ("ValueError" in dialog.preview.toPlainText()) is included
        dialog.crashes.setChecked(False)
    dialog.reject()


def test_a_mistake_in_the_window_leaves_a_report(qtbot: QtBot, tmp_path: Path) -> None:
    """It ends nothing, and is offered at the next start all the same."""

    def mistake() -> None:
        raise ValueError(os.fspath(tmp_path))

    with (
        qtbot.capture_exceptions() as raised,
        crashes.noticed(tmp_path, Program.WINDOW, SystemClock()),
    ):
        QTimer.singleShot(0, mistake)
        qtbot.waitUntil(lambda: bool(raised), timeout=PATIENCE_MS)
    (crash,) = crashes.unseen(tmp_path)
    assert (crash.program, crash.error) == (Program.WINDOW, "ValueError")
    assert crash.frames[-1].function == "mistake"


def test_a_crash_is_told_at_the_next_start_and_once(tmp_path: Path, theme: Theme) -> None:
    crashes.note(tmp_path, Program.WINDOW, SystemClock(), ValueError(os.fspath(tmp_path)))
    assert crashes.newly_crashed(tmp_path)
    assert not crashes.newly_crashed(tmp_path)
    assert notices.crashed().page is PageName.HELP


@pytest.mark.needs_root
def test_a_full_disk_takes_no_report_and_another_folder_does(
    qtbot: QtBot, theme: Theme, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is made in memory then, and who looks for a folder finds one."""
    with small_disk(tmp_path / "full", "64k") as full:
        fill(full)
        monkeypatch.setattr(tempfile, "tempdir", str(full))
        window = QWidget()
        qtbot.addWidget(window)
        dialog = ReportDialog(data, lambda: NOW, window, full)
        dialog.open()
        qtbot.waitUntil(dialog.save_button.isEnabled, timeout=PATIENCE_MS)
        assert full not in dialog.maker.file.parents
        dialog.save_button.click()
        qtbot.waitUntil(lambda: dialog.told.text() != "", timeout=PATIENCE_MS)
        assert dialog.told.text() == f"It could not be saved: {os.strerror(errno.ENOSPC)}"
        dialog.save_button.click()
        (asked,) = dialog.findChildren(QFileDialog)
        (tmp_path / "stick").mkdir()
        asked.fileSelected.emit(str(tmp_path / "stick"))
        qtbot.waitUntil(lambda: dialog.saved is not None, timeout=PATIENCE_MS)
        assert read_report(next((tmp_path / "stick").iterdir())).bundle.person.door is Door.WINDOW
        asked.close()
        dialog.reject()
