"""The first run over a real engine: from nothing to files that are safe."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from backupclient import recovery_key
from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.plan import Offer, Storage, When, load_plan, save_offer
from backupclient.requests import BackupRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.answers import PlaceStep
from tests.accounts import Accounts
from tests.cheap_key import make_repository
from tests.engines import end_engine
from tests.households import Member
from tests.patience import PATIENCE, PATIENCE_MS
from tests.seaweed import S3Place
from tests.trees import random_bytes
from tests.ui.conftest import Browser
from tests.warm_engines import start_engine
from ui.app import App
from ui.dialogs.first_run import FirstRun
from ui.dialogs.recovery_sheet import commands
from ui.presets import OWN_ADDRESS
from ui.restorer import RestoreState
from ui.theme import Theme
from ui.widgets.steps import Step

PASSWORD = "green rabbit at noon"  # made up, and of no use outside the tests


class NewDesk:
    """A computer without a plan, with things in its Documents."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.folder, self.data, self.qtbot = folder, folder / "data", qtbot
        self.documents = folder / "home" / "Documents"
        self.documents.mkdir(parents=True)
        for number in range(5):
            (self.documents / f"letter-{number}.txt").write_bytes(random_bytes(9_000, number))
        (self.documents / "half.part").write_bytes(b"x" * 500)
        self.drive = folder / "drive" / "Plainkeep"
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.app: App | None = None

    def open(self, *, cold: bool = False) -> FirstRun:
        """`cold`: the window starts the engine that it needs, and that makes keys for people."""
        if not cold:
            start_engine(self.data, cheap_keys=True)
        self.app = App(self.data, SystemClock(), self.secrets)
        self.qtbot.addWidget(self.app.window)
        self.app.start()
        first_run = self.app.first_run
        assert first_run is not None
        return first_run

    def close(self) -> None:
        if self.app is not None:
            self.app.close()
        end_engine(self.data)

    def wait_until(self, condition: object) -> None:
        assert callable(condition)
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_for_safety(self) -> None:
        assert self.app is not None
        situation = self.app.controller.situation
        self.wait_until(lambda: situation.summary is not None)
        assert situation.summary is not None
        assert situation.summary.files_new == 5, "what is not finished is left out"

    def tab_to(self, widget: QWidget) -> None:
        for _ in range(40):
            at = QApplication.focusWidget()
            if at is widget:
                return
            assert at is not None
            QTest.keyClick(at, Qt.Key.Key_Tab)
        pytest.fail(f"{widget.accessibleName()} cannot be reached")

    def press(self, widget: QWidget) -> None:
        self.tab_to(widget)
        QTest.keyClick(widget, Qt.Key.Key_Space)

    def type_into(self, widget: QWidget, text: str) -> None:
        self.tab_to(widget)
        QTest.keyClicks(widget, text)

    def to_the_drive(self, first_run: FirstRun) -> None:
        """Steps 1 and 2."""
        first_run.main.click()
        first_run.where.drives.choose_folder(self.drive)
        self.wait_until(first_run.main.isEnabled)
        first_run.main.click()

    def past_the_sheet(self, first_run: FirstRun, password: str = PASSWORD) -> str:
        """Step 3; returns the recovery key."""
        first_run.key.password.field.edit.setText(password)
        first_run.main.click()
        self.wait_until(lambda: first_run.key.at_sheet)
        key = first_run.choices.recovery_key
        assert not first_run.main.isEnabled()
        first_run.key.sheet.field.setText(key[-4:].lower())
        first_run.main.click()
        assert first_run.page is first_run.start
        return key


@pytest.fixture
def desk(
    tmp_path: Path, qtbot: QtBot, theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> Iterator[NewDesk]:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    desk = NewDesk(tmp_path, qtbot)
    yield desk
    desk.close()


def test_from_nothing_to_safe_on_a_folder_by_the_keyboard_alone(desk: NewDesk) -> None:
    first_run = desk.open(cold=True)
    assert first_run.isVisible()
    first_run.window().activateWindow()
    (row,) = first_run.what.rows
    assert row.path == desk.documents.resolve()
    desk.wait_until(lambda: first_run.choices.counted)
    assert first_run.choices.amount.files == 5
    desk.press(row.tick)
    assert not first_run.main.isEnabled()
    assert first_run.main.toolTip()
    desk.press(row.tick)
    desk.press(first_run.head.help)
    assert desk.app is not None
    window = desk.app.help_window
    assert window is not None
    assert [(one.name, one.opened) for one in window.page.rows] == [("choose-folders", True)]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.isVisible()
    first_run.window().activateWindow()
    desk.press(first_run.main)
    first_run.where.drives.choose_folder(desk.drive)  # the system's own dialog is its own affair
    desk.wait_until(first_run.main.isEnabled)
    assert first_run.where.drives.radios[desk.drive].isChecked()
    desk.press(first_run.main)
    desk.type_into(first_run.key.password.field.edit, PASSWORD)
    QTest.keyClick(first_run.key.password.field.edit, Qt.Key.Key_Return)
    key = first_run.choices.recovery_key
    QTest.keyClick(first_run.key.sheet.field, Qt.Key.Key_Return)
    assert first_run.key.at_sheet, "Enter presses no button that cannot be pressed"
    desk.type_into(first_run.key.sheet.field, key[-4:])
    QTest.keyClick(first_run.key.sheet.field, Qt.Key.Key_Return)
    desk.press(first_run.main)
    desk.wait_for_safety()
    assert desk.app.home.isVisible()
    assert desk.app.help.window() is desk.app.window, "help has its place among the pages now"
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.folders == (str(desk.documents.resolve()),)
    assert plan.schedule.when is not When.BY_HAND, "it runs by itself from now on"
    assert desk.secrets.get(SecretName.PASSWORD) == PASSWORD
    by_key = Place(location=str(desk.drive), password=key, data_dir=str(desk.folder / "other"))
    assert len(Engine(by_key).keys()) == 2


@pytest.mark.needs_restic
def test_what_the_sheet_says_works_without_us_on_a_storage(
    desk: NewDesk, s3_place: S3Place
) -> None:
    first_run = desk.open()
    first_run.main.click()
    where, form = first_run.where, first_run.where.form
    where.show_kind(1)
    form.provider.box.setCurrentIndex(form.provider.box.findData(OWN_ADDRESS))
    form.address.edit.setText(s3_place.endpoint)
    form.space.edit.setText(f"{s3_place.bucket}/{s3_place.prefix}")
    form.access_key.edit.setText(s3_place.access_key)
    form.secret_key.edit.setText("x" * 40)
    where.test_button.click()
    desk.wait_until(lambda: where.trial.failure is not None)
    line = where.trial.lines[PlaceStep.REACH]
    assert line.step is Step.FAILED
    assert "secret" in line.accessibleName()
    assert not first_run.main.isEnabled()
    form.secret_key.edit.setText(s3_place.secret_key)
    where.test_button.click()
    desk.wait_until(first_run.main.isEnabled)
    first_run.main.click()
    desk.past_the_sheet(first_run)
    sheet = first_run.key.sheet.sheet
    first_run.main.click()
    desk.wait_for_safety()
    target = desk.folder / "somewhere"
    target.mkdir()
    done = subprocess.run(
        ["sh", "-e", "-c", "\n".join(commands(sheet))],
        input=f"{sheet.recovery_key}\n",
        cwd=target,
        env={"PATH": os.environ["PATH"], "HOME": str(target)},
        text=True,
        capture_output=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for file in desk.documents.glob("*.txt"):
        restored = target / "restored" / file.resolve().relative_to("/")
        assert restored.read_bytes() == file.read_bytes()


def test_a_backup_that_is_there_is_gone_on_with(desk: NewDesk) -> None:
    there = Place(location=str(desk.drive), password=PASSWORD, data_dir=str(desk.folder / "other"))
    make_repository(there)
    config = (desk.drive / "config").read_bytes()
    first_run = desk.open()
    desk.to_the_drive(first_run)
    first_run.key.password.field.edit.setText("a guess")
    first_run.main.click()
    desk.wait_until(first_run.main.isEnabled)
    assert not first_run.key.at_sheet
    desk.past_the_sheet(first_run)
    first_run.main.click()
    desk.wait_for_safety()
    assert (desk.drive / "config").read_bytes() == config
    assert len(list((desk.drive / "keys").iterdir())) == 2, "the sheet's key opens it, too"


def test_on_a_new_computer_the_sheet_is_enough(desk: NewDesk) -> None:
    key = recovery_key.generate()
    there = Place(location=str(desk.drive), password=key, data_dir=str(desk.folder / "other"))
    make_repository(there)
    Engine(there).backup(BackupRequest(paths=(os.fsencode(desk.documents),)))
    first_run = desk.open()
    first_run.restore.click()
    page = first_run.new_computer
    assert first_run.page is page
    page.address.edit.setText(str(desk.drive))
    page.key.edit.setText(recovery_key.generate())
    first_run.main.click()
    desk.wait_until(lambda: page.line.step is Step.FAILED)
    assert "another backup" in page.line.detail
    page.address.edit.setText(f"{desk.drive} {key.lower()}")
    assert page.address.text == str(desk.drive), "what the code says is two lines"
    first_run.main.click()
    desk.wait_until(lambda: load_plan(desk.data) is not None)
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.schedule.when is not When.BY_HAND, "it runs by itself from now on"
    assert desk.app is not None
    situation = desk.app.controller.situation
    desk.wait_until(lambda: situation.paused)
    assert situation.paused_until is not None, "after a day, if nothing is restored before"
    assert desk.secrets.get(SecretName.PASSWORD) == key

    # Everything back, which is why somebody comes here; then backups begin by themselves.
    restore = desk.app.restore
    assert restore.isVisible()
    restore.segments.choose(2)
    restore.show_side(2)
    desk.wait_until(lambda: restore.everything.backups.rows.rowCount() == 1)
    desk.wait_until(restore.footer.button.isEnabled)
    restore.footer.button.click()
    desk.wait_until(lambda: restore.restorer.state is RestoreState.DONE)
    assert "all equal" in restore.footer.end_line
    written = {one.name: one.read_bytes() for one in desk.documents.iterdir()}
    [back] = [one for one in desk.documents.parent.rglob("Documents") if one != desk.documents]
    assert {one.name: one.read_bytes() for one in back.iterdir()} == written
    desk.wait_until(lambda: not situation.paused)


def test_where_there_is_no_backup_that_is_said(desk: NewDesk) -> None:
    first_run = desk.open()
    first_run.restore.click()
    page = first_run.new_computer
    page.address.edit.setText(str(desk.folder / "nowhere"))
    page.key.edit.setText("a guess")
    first_run.main.click()
    desk.wait_until(lambda: page.line.step is Step.FAILED)
    assert "no backup" in page.line.accessibleName()
    first_run.back.click()
    assert first_run.page is first_run.what


def test_the_recovery_key_can_be_the_only_password(desk: NewDesk) -> None:
    first_run = desk.open()
    desk.to_the_drive(first_run)
    first_run.key.password.alone.click()
    assert first_run.key.at_sheet
    assert first_run.later.isHidden(), "there is no other way in"
    sheet = first_run.key.sheet
    sheet.save_to(desk.folder / "sheet.pdf")
    assert (desk.folder / "sheet.pdf").read_bytes().startswith(b"%PDF")
    key = first_run.choices.recovery_key
    sheet.field.setText("ZZZZ" if key[-4:] != "ZZZZ" else "YYYY")
    assert not first_run.main.isEnabled()
    sheet.field.setText(key[-4:])
    first_run.main.click()
    assert first_run.page is first_run.start
    assert first_run.choices.password == key


def test_a_sheet_that_cannot_be_saved_says_so(desk: NewDesk) -> None:
    first_run = desk.open()
    desk.to_the_drive(first_run)
    first_run.key.password.alone.click()
    first_run.key.sheet.save_to(desk.folder / "nowhere" / "sheet.pdf")
    assert not (desk.folder / "nowhere").exists()
    assert "could not be saved" in first_run.key.sheet.kept.detail


def test_every_control_has_a_name(desk: NewDesk) -> None:
    first_run = desk.open()
    desk.to_the_drive(first_run)
    controls = [
        *first_run.findChildren(QAbstractButton),
        *first_run.findChildren(QLineEdit),
        *first_run.findChildren(QComboBox),
    ]
    mine = [one for one in controls if not isinstance(one.parent(), QComboBox)]
    assert len(mine) > 15
    for one in mine:
        text = one.text() if isinstance(one, QAbstractButton) else ""
        assert one.accessibleName() or text, type(one)


def test_nothing_is_kept_before_the_last_step(desk: NewDesk) -> None:
    first_run = desk.open()
    desk.to_the_drive(first_run)
    desk.past_the_sheet(first_run)
    assert load_plan(desk.data) is None
    assert desk.secrets.get(SecretName.PASSWORD) is None
    first_run.back.click()
    assert first_run.key.at_sheet
    assert first_run.main.isEnabled(), "what was confirmed stays confirmed"
    assert str(desk.drive) in "".join(commands(first_run.key.sheet.sheet))


def test_the_sheet_can_be_put_off_until_tomorrow(desk: NewDesk) -> None:
    first_run = desk.open()
    desk.to_the_drive(first_run)
    desk.past_the_sheet(first_run)
    first_run.back.click()
    assert first_run.later.isHidden(), "somebody has it"
    first_run.key.sheet.field.clear()
    first_run.later.click()
    assert first_run.page is first_run.start
    first_run.main.click()
    desk.wait_for_safety()
    assert len(list((desk.drive / "keys").iterdir())) == 1, "nobody knows the sheet's key"
    assert desk.app is not None
    assert desk.app.preferences.sheet_missing
    assert [one.cause for one in desk.app.preferences.put_off] == ["sheet"]


def test_a_storage_to_try_out_is_filled_in_tested_and_two_clicks_away(
    desk: NewDesk, s3_place: S3Place
) -> None:
    address = f"{s3_place.endpoint}/{s3_place.bucket}-offered"
    storage = Storage(location=f"s3:{address}", access_key=s3_place.access_key)
    folder = desk.folder / "a folder"
    folder.mkdir()
    save_offer(
        desk.data,
        Offer(
            provider="SeaweedFS",
            storage=storage,
            secret_key=s3_place.secret_key,
            folder=str(folder),
        ),
    )
    first_run = desk.open()
    ticked = {line.path: line.tick.isChecked() for line in first_run.what.rows}
    assert ticked == {folder: True, desk.documents: False}
    first_run.main.click()
    desk.wait_until(lambda: first_run.where.ready)
    secret = first_run.where.form.secret_key.edit
    secret.setText(s3_place.secret_key[:-1])
    assert not first_run.where.ready
    secret.setText(s3_place.secret_key)
    secret.setFocus()
    QTest.keyClick(secret, Qt.Key.Key_Return)
    desk.wait_until(lambda: first_run.where.ready)
    assert first_run.where.isVisible(), "Enter tests what was typed before it goes on"
    assert first_run.choices.storage == storage
    assert first_run.choices.secret_key == s3_place.secret_key
    first_run.main.click()
    assert first_run.page is first_run.key


@pytest.mark.needs_seaweed
@pytest.mark.usefixtures("cheap_keys")
def test_a_plan_is_joined_by_a_code_of_another_computer(
    desk: NewDesk, accounts: Accounts, browser: Browser
) -> None:
    home = accounts.found()
    with Member(desk.folder / "laptop", "laptop") as laptop:
        laptop.sign_in(accounts.url, lambda status: accounts.approve(home, status.user_code))
        laptop.join(PASSWORD)
        first_run = desk.open()
        first_run.main.click()
        where = first_run.where
        where.show_kind(2)
        assert "Sign in" in first_run.main.toolTip()
        part = where.sign_in
        part.address.edit.setText(f"{accounts.url}/join/nonsense")  # as an invitation says it
        part.name.edit.setText("new")
        part.button.click()
        desk.wait_until(lambda: bool(browser.opened))
        accounts.approve(home, part.status.user_code)
        desk.wait_until(first_run.main.isEnabled)
        assert first_run.choices.backup_there
        secret = first_run.choices.secret_key
        where.show_kind(0)
        where.show_kind(2)
        desk.wait_until(first_run.main.isEnabled)
        assert first_run.choices.secret_key == secret, "who comes back needs no other keys"
        first_run.main.click()
        desk.past_the_sheet(first_run, laptop.code().lower())
        assert first_run.choices.password == PASSWORD
        said = " ".join(text.text() for text in first_run.start.findChildren(QLabel))
        assert "Your plan at 127.0.0.1" in said
        assert "s3:" not in said, "where its storage is says nothing to anybody"
        first_run.main.click()
        desk.wait_for_safety()
        assert len(Engine(laptop.place).keys()) == 3, "the other's, its own and the sheet's"
    plan = load_plan(desk.data)
    assert plan is not None
    assert (plan.hostname, plan.storage.location) == ("new", laptop.plan.storage.location)
    assert plan.device not in ("", laptop.plan.device)
    assert desk.secrets.get(SecretName.PASSWORD) not in (None, PASSWORD)
