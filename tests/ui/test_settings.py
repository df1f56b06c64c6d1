"""Every choice of the settings page is kept at once, and the page shows what holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTime
from PySide6.QtGui import QGuiApplication, QWheelEvent
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QTimeEdit, QWidget
from pytestqt.qtbot import QtBot

from backupclient.plan import BackupPlan, BandwidthHours, Schedule, Storage, When
from backupclient.secret_store import Keeper
from backupclient.wire.automatic import SurroundingsTold
from tests.patience import PATIENCE_MS
from tests.ui.test_home import texts
from ui.pages.settings import Facts, SettingsPage
from ui.preferences import Preferences
from ui.presets import Junk
from ui.theme import Appearance, Theme
from ui.wording_settings import hours_text, limit_text

PLAN = BackupPlan(
    storage=Storage(location="s3:https://s3.example.com/anna/pc", access_key="AK"),
    folders=("/home/anna/Documents", "/home/anna/Pictures"),
    rules=("*.iso",),
)


class Shown:
    """The page, and the last that it said."""

    def __init__(self, qtbot: QtBot) -> None:
        self._qtbot = qtbot
        self.page = SettingsPage()
        self.plan = PLAN
        self.preferences = Preferences()
        qtbot.addWidget(self.page)
        self.page.plan_changed.connect(self._take_plan)
        self.page.preferences_changed.connect(self._take_preferences)
        self.facts = Facts(Path("/data"), Keeper.FILE, unreadable=("/home/anna/locked",))
        self.page.show_settings(PLAN, self.preferences, self.facts)
        self.page.show()

    def _take_plan(self, plan: BackupPlan) -> None:
        self.plan = plan

    def _take_preferences(self, preferences: Preferences) -> None:
        self.preferences = preferences

    def press(self, name: str) -> None:
        self._qtbot.waitUntil(lambda: len(self.buttons(name)) == 1, timeout=PATIENCE_MS)
        self.buttons(name)[0].click()

    def wait_until_wide(self, field: QLineEdit) -> None:
        """The whole of what it says can be read."""
        needed = field.fontMetrics().horizontalAdvance(field.text())
        self._qtbot.waitUntil(lambda: field.width() > needed, timeout=PATIENCE_MS)

    def buttons(self, name: str) -> list[QAbstractButton]:
        return [
            one
            for one in self.page.findChildren(QAbstractButton)
            if one.isVisible() and name in (one.accessibleName(), one.text())
        ]

    def choose(self, name: str, text: str) -> None:
        [box] = (one for one in self.page.findChildren(QComboBox) if one.accessibleName() == name)
        box.setCurrentText(text)
        box.activated.emit(box.currentIndex())


@pytest.fixture
def shown(theme: Theme, qtbot: QtBot) -> Shown:
    return Shown(qtbot)


def test_folders_come_and_go_and_one_always_stays(shown: Shown) -> None:
    shown.page.add_folder("/home/anna/Music")
    assert shown.plan.folders == (*PLAN.folders, "/home/anna/Music")
    for folder in ("/home/anna/Documents", "/home/anna/Music"):
        shown.press(f"Take out: {folder}")
    assert shown.plan.folders == ("/home/anna/Pictures",)
    assert not shown.buttons("Take out: /home/anna/Pictures")


def test_junk_is_left_out_and_taken_in_again(shown: Shown) -> None:
    shown.press("The trash")
    assert set(shown.plan.rules) == {"*.iso", *Junk.TRASH.value}
    shown.press("The trash")
    assert shown.plan.rules == ("*.iso",)


def test_rules_of_ones_own(shown: Shown) -> None:
    [field] = (
        one
        for one in shown.page.findChildren(QLineEdit)
        if one.accessibleName() == "A rule of your own"
    )
    field.setText(" *.vdi ")
    shown.press("Leave out")
    kept = [shown.plan.rules]
    shown.press("No longer leave out: *.iso")
    assert [*kept, shown.plan.rules] == [("*.iso", "*.vdi"), ("*.vdi",)]


def test_unreadable_files_are_offered_and_not_imposed(shown: Shown) -> None:
    assert "/home/anna/locked" not in shown.plan.rules
    shown.press("Leave them out")
    assert "/home/anna/locked" in shown.plan.rules
    assert "Leave them out" not in texts(shown.page)


def test_the_schedule(shown: Shown) -> None:
    shown.choose("Back up", "Every day")
    at = time_field(shown, "Time of day")
    [inside] = at.findChildren(QLineEdit)
    shown.wait_until_wide(inside)
    at.setTime(QTime(6, 30))
    at.editingFinished.emit()
    shown.press("Wait while running on battery")
    shown.press("Wait on metered connections")
    assert shown.plan.schedule == Schedule(
        when=When.DAILY, at="06:30", on_battery=True, on_metered=True
    )
    shown.choose("Send at most", shown_limit(shown, 5_000_000))
    assert shown.plan.bandwidth.upload == 5_000_000


def test_what_this_computer_cannot_do_is_no_choice(shown: Shown) -> None:
    names = {
        "Wait while running on battery": "has no battery",
        "Wait on metered connections": "which connections are metered",
        "Keep the computer awake during a backup": "keep it awake",
    }
    for possible in (False, True):
        told = SurroundingsTold(id=1, battery=possible, metered=possible, awake=possible)
        shown.page.show_possible(told)
        shown.page.show_settings(PLAN, shown.preferences, shown.facts)
        for name, why in names.items():
            [switch] = shown.buttons(name)
            assert switch.isEnabled() is possible
            assert switch.isChecked() is possible, "it does not say that it waits"
            assert (why in switch.accessibleDescription()) is not possible
            assert any(why in text for text in texts(shown.page)) is not possible
    assert shown.plan == PLAN


def test_limits_at_certain_hours(shown: Shown) -> None:
    time_field(shown, "From").setTime(QTime(22, 0))
    time_field(shown, "To").setTime(QTime(6, 30))
    shown.press("Add")
    shown.choose("Send at most, at these hours", limit_text(2_000_000))
    time_field(shown, "From").setTime(QTime(8, 0))
    shown.press("Add")
    day = BandwidthHours(start="08:00", end="06:30", upload=2_000_000)
    night = BandwidthHours(start="22:00", end="06:30")
    assert shown.plan.bandwidth.hours == (day, night)
    shown.press("Add")
    assert shown.plan.bandwidth.hours == (day, night), "the same hours are there once"
    shown.press(f"Not at these hours: {hours_text(day)}")
    left: tuple[BandwidthHours, ...] = shown.plan.bandwidth.hours
    assert list(left) == [night]
    for field in (time_field(shown, "From"), *shown.page.findChildren(QComboBox)):
        assert not turn_wheel(field), "the page is scrolled instead"
    assert time_field(shown, "From").time() == QTime(8, 0)
    assert shown.plan.bandwidth.hours == left


def turn_wheel(widget: QWidget) -> bool:
    """Whether it did something with it."""
    widget.setFocus()
    middle = QPointF(widget.rect().center())
    turned = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    widget.wheelEvent(turned)
    return turned.isAccepted()


def time_field(shown: Shown, name: str) -> QTimeEdit:
    [field] = (one for one in shown.page.findChildren(QTimeEdit) if one.accessibleName() == name)
    return field


def shown_limit(shown: Shown, value: int) -> str:
    [box] = (
        one for one in shown.page.findChildren(QComboBox) if one.accessibleName() == "Send at most"
    )
    return box.itemText(box.findData(value))


def test_what_is_told_and_how_it_looks(shown: Shown) -> None:
    shown.press("When the storage is nearly full")
    shown.press("Dark")
    assert shown.preferences == Preferences(tell_nearly_full=False, appearance=Appearance.DARK)


def test_the_command_that_does_the_same_can_be_copied(shown: Shown) -> None:
    shown.press("Copy the command")
    command = QGuiApplication.clipboard().text()
    assert command == (
        "backupclient -r s3:https://s3.example.com/anna/pc backup /home/anna/Documents "
        "/home/anna/Pictures --exclude '*.iso' --exclude-caches"
    )


def test_a_monitors_address_is_kept_if_it_is_one(shown: Shown) -> None:
    name = "Address to call after each backup"
    [field] = (one for one in shown.page.findChildren(QLineEdit) if one.accessibleName() == name)
    field.setText("monitor.example/x")
    field.editingFinished.emit()
    assert shown.plan.report_url == ""
    assert "It must begin with https:// or http://, and is not kept like this." in texts(shown.page)
    field.setText(" https://monitor.example/x/{exit_code} ")
    field.editingFinished.emit()
    assert shown.plan.report_url == "https://monitor.example/x/{exit_code}"
    field.setText("")
    field.editingFinished.emit()
    assert shown.plan.report_url == ""


def test_without_a_plan_only_the_programs_own_settings_are_there(shown: Shown) -> None:
    shown.page.show_settings(None, Preferences(), shown.facts)
    assert "Folders" not in texts(shown.page)
    assert "Notifications" in texts(shown.page)


def test_every_control_has_a_name(shown: Shown) -> None:
    kinds: tuple[type[QWidget], ...] = (QAbstractButton, QComboBox, QLineEdit, QTimeEdit)
    for kind in kinds:
        for one in shown.page.findChildren(kind):
            text = one.text() if isinstance(one, QAbstractButton) else ""
            inner = one.objectName().startswith("qt_")  # a part of a control that has a name
            assert inner or one.accessibleName() or text, one
