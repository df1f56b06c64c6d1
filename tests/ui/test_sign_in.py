"""Signing in from the window, over a real engine and the real account service."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.plan import BackupPlan, Schedule, Storage, When, load_plan, save_plan
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.household import AccountState
from tests.accounts import Accounts, Home
from tests.cheap_key import make_repository
from tests.households import Member
from tests.patience import PATIENCE_MS
from tests.ui.conftest import Browser
from ui.app import App
from ui.dialogs.change_password import PasswordDialog
from ui.dialogs.join_code import JoinCodeDialog
from ui.dialogs.sign_in import SignInDialog
from ui.pages.page import PageName
from ui.place_access import PlaceAccess
from ui.theme import Theme
from ui.widgets.steps import Step

pytestmark = pytest.mark.needs_seaweed
PASSWORD = "green rabbit at noon"  # made up, and of no use outside the tests


class Desk(Member):
    """A computer with a backup on a drive, and its window."""

    def open(self, qtbot: QtBot) -> App:
        self.qtbot = qtbot
        drive = self.data.parent / "drive"
        make_repository(Place(location=str(drive), password="x", data_dir=str(self.data)))
        secrets = SecretStore(self.data, use_keyring=False)
        secrets.keep(SecretName.PASSWORD, "x")
        by_hand = Schedule(when=When.BY_HAND)
        folders = (str(self.source),)
        storage = Storage(location=str(drive))
        save_plan(self.data, BackupPlan(storage=storage, folders=folders, schedule=by_hand))
        self.app = App(self.data, SystemClock(), secrets)
        qtbot.addWidget(self.app.window)
        self._stack.callback(self.app.close)
        self.app.start()
        self.app.window.go_to(PageName.STORAGE)
        self.wait(lambda: self.app.controller.situation.account is not None)
        return self.app

    def wait(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=PATIENCE_MS)

    def press(self, name: str) -> object:
        """A button of the account's line; the dialog that opens."""

        def found() -> list[QPushButton]:
            all_of_it = self.app.storage.findChildren(QPushButton, f"account-{name}")
            return [one for one in all_of_it if not one.isHidden()]

        self.wait(lambda: bool(found()))
        with self.qtbot.waitSignal(self.app.account_wishes.opened, timeout=PATIENCE_MS) as told:
            found()[0].click()
        assert told.args is not None
        return told.args[0]


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    with Desk(tmp_path / "desk", "desk") as desk:
        desk.open(qtbot)
        yield desk


def sign_in(desk: Desk, accounts: Accounts, home: Home, browser: Browser) -> SignInDialog:
    dialog = desk.press("sign-in")
    assert isinstance(dialog, SignInDialog)
    part = dialog.part
    assert not part.button.isEnabled()
    part.address.edit.setText(accounts.url)
    part.name.edit.setText(f"desk {uuid.uuid4().hex[:4]}")
    part.button.click()
    desk.wait(lambda: part.status.state is AccountState.SIGNING_IN)
    code = part.status.user_code
    desk.wait(lambda: bool(browser.opened))
    assert code in browser.opened[-1], "the page opens by itself, with the code filled in"
    assert part.code.text() == code
    accounts.approve(home, code)
    desk.wait(lambda: part.is_signed_in)
    assert part.line.step is Step.DONE
    return dialog


def test_a_household_s_backup_is_begun_and_another_computer_is_let_in(
    desk: Desk, accounts: Accounts, browser: Browser, tmp_path: Path
) -> None:
    home = accounts.found()
    dialog = sign_in(desk, accounts, home, browser)
    join = dialog.join
    desk.wait(join.field.isVisible)
    join.field.edit.setText(PASSWORD)
    with desk.qtbot.waitSignal(dialog.joined, timeout=PATIENCE_MS) as told:
        join.button.click()
    assert told.args == [True]
    dialog.leave.click()
    desk.wait(lambda: desk.app.controller.situation.plan == load_plan(desk.data))
    assert desk.plan.storage.location.startswith("s3:")
    assert desk.plan.device

    shown = desk.press("let-in")
    assert isinstance(shown, JoinCodeDialog)
    desk.wait(lambda: bool(shown.code.text()))
    with Member(tmp_path / "laptop", "laptop") as laptop:
        laptop.sign_in(accounts.url, lambda status: accounts.approve(home, status.user_code))
        assert laptop.take(shown.code.text()) == PASSWORD
    shown.reject()


def change_password(desk: Desk) -> None:
    """On a computer that made the one it has by itself when it joined."""
    app = desk.app
    desk.wait(lambda: app.controller.situation.plan == load_plan(desk.data))
    secrets = SecretStore(desk.data, use_keyring=False)
    before = secrets.get(SecretName.PASSWORD)
    dialog = PasswordDialog(PlaceAccess(desk.data, desk.plan, secrets), app.window)
    dialog.open()
    said = " ".join(text.text() for text in dialog.findChildren(QLabel))
    assert "Each computer of your household has a password of its own" in said
    dialog.field.edit.setText("another of my own making")
    dialog.change.click()
    desk.wait(dialog.change.isHidden)
    assert "the passwords of your other computers still do" in dialog.told.text()
    dialog.close_button.click()
    assert secrets.get(SecretName.PASSWORD) == "another of my own making" != before


@pytest.mark.usefixtures("cheap_keys")
def test_a_computer_joins_by_a_code_and_goes_on_with_a_released_ones_backups(
    desk: Desk, accounts: Accounts, browser: Browser, tmp_path: Path
) -> None:
    home = accounts.found()
    with Member(tmp_path / "laptop", "laptop") as laptop:
        laptop.sign_in(accounts.url, lambda status: accounts.approve(home, status.user_code))
        laptop.join(PASSWORD)
        dialog = sign_in(desk, accounts, home, browser)
        join = dialog.join
        desk.wait(join.field.isVisible)
        join.field.edit.setText("a guess")
        join.button.click()
        desk.wait(lambda: join.line.step is Step.FAILED and not join.busy)
        join.field.edit.setText(laptop.code().lower())
        begun: list[bool] = []
        dialog.joined.connect(begun.append)
        join.button.click()
        desk.wait(lambda: bool(begun) or not join.busy)
        assert begun == [False], join.line.detail
        dialog.leave.click()
        change_password(desk)
        assert len(Engine(laptop.place).keys()) == 2, "its own still opens it"
        device = laptop.plan.device
        name = "account-sign-out"
        desk.wait(lambda: bool(desk.app.storage.findChildren(QPushButton, name)))
        card = desk.app.storage

        def button(words: str) -> QPushButton | None:
            every = [one for one in card.findChildren(QPushButton) if one.text() == words]
            return next((one for one in every if not one.isHidden()), None)

        def press(words: str) -> None:
            desk.wait(lambda: button(words) is not None)
            found = button(words)
            assert found is not None
            found.click()

        for words in ("Release…", "Release the seat", "Go on with its backups…"):
            press(words)
        press("Go on with its backups")
        plans = desk.app.controller.situation
        desk.wait(lambda: plans.plan is not None and plans.plan.device == device)
        assert desk.plan.hostname == "laptop"


def test_what_goes_wrong_is_said_and_a_code_can_be_given_up(
    desk: Desk, accounts: Accounts, browser: Browser
) -> None:
    dialog = desk.press("sign-in")
    assert isinstance(dialog, SignInDialog)
    part = dialog.part
    part.address.edit.setText("http://127.0.0.1:9")
    part.button.click()
    desk.wait(lambda: "does not answer" in part.trouble.text())
    assert part.button.isEnabled()
    part.address.edit.setText(accounts.url)
    part.button.click()
    desk.wait(lambda: part.status.state is AccountState.SIGNING_IN)
    accounts.decide(accounts.found(), part.status.user_code, approve=False)
    desk.wait(lambda: "declined" in part.trouble.text())
    part.button.click()
    desk.wait(lambda: part.status.state is AccountState.SIGNING_IN)
    dialog.leave.click()
    account = desk.app.controller.situation
    desk.wait(
        lambda: account.account is not None and account.account.state is AccountState.SIGNED_OUT
    )
