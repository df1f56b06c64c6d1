"""A household: three computers that are signed in at an account service over a SeaweedFS, and what
is seen of it in the window of one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from backupclient.clock import SystemClock
from backupclient.plan import When
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.wire.household import AccountState
from tests.accounts import Accounts, running, storage_of
from tests.households import Member
from tests.screenshots.camera import SETTLED_MS, Camera
from tests.screenshots.desk import MB, PASSWORD, Desk, until
from tests.screenshots.helping import Support
from tests.trees import random_bytes
from ui.app import App
from ui.dialogs.join_code import JoinCodeDialog
from ui.dialogs.sign_in import SignInDialog
from ui.pages.page import PageName
from ui.wording_account import AccountAction

_OTHERS = ("Home PC", "Anna's laptop")


class _NoBrowser(QObject):
    """Where a page would open."""

    @Slot(QUrl)
    def open(self, _url: QUrl) -> None:
        return


@contextmanager
def no_browser() -> Iterator[None]:
    """No page opens while the block lasts."""
    nowhere = _NoBrowser()
    QDesktopServices.setUrlHandler("http", nowhere, "open")  # type: ignore[arg-type]  # text is what it takes
    yield
    QDesktopServices.unsetUrlHandler("http")


class Family:
    """`desk` is one of its computers, with a backup of its own so far; `work` is empty at first."""

    def __init__(self, desk: Desk, work: Path) -> None:
        self._desk, self._work = desk, work
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._work.mkdir()
        server = self._stack.enter_context(EmbeddedServer(self._work / "storage", iam=True))
        url = f"sqlite:///{self._work / 'account.db'}"
        service = running(url, storage_of(server), SystemClock())
        self._accounts: Accounts = self._stack.enter_context(service)
        self._home = self._accounts.found(limit=1000 * MB, seats=5)
        self._stack.enter_context(no_browser())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def live_in(self) -> None:
        """The other computers have backed up; one of them began."""
        for number, name in enumerate(_OTHERS):
            member = self._stack.enter_context(Member(self._work / f"computer-{number}", name))
            (member.source / "film.mov").write_bytes(random_bytes(number, 90 * MB))
            member.sign_in(self._accounts.url, lambda one: self._approve(one.user_code))
            member.join(PASSWORD)
            member.until(lambda: bool(member.backups()))  # noqa: B023 - waited for at once

    def _approve(self, code: str) -> None:
        self._accounts.approve(self._home, code)

    # --- what is seen -----------------------------------------------------------------------------

    def take(self, app: App, camera: Camera) -> None:
        self._sign_in(app, camera)
        app.controller.back_up()
        until(lambda: app.controller.situation.summary is not None)
        until(lambda: app.controller.situation.space is not None)
        camera.take_both_sizes(app, "storage-household")
        app.window.go_to(PageName.HOME)
        camera.take(app.window, "home-household")
        self._let_in(app, camera)
        self._ask(app, camera, AccountAction.SIGN_OUT, "sign-out")
        self._accounts.pay(self._home, 2000 * MB)
        app.window.go_to(PageName.STORAGE)
        app.storage.try_now.emit()
        QTest.qWait(6 * SETTLED_MS)
        camera.take_both_sizes(app, "storage-bought")
        support = Support(self._accounts)
        support.live_through()
        support.take(app, camera)
        self._hand_over(app, camera)

    def _sign_in(self, app: App, camera: Camera) -> None:
        app.window.go_to(PageName.STORAGE)
        until(lambda: app.controller.situation.account is not None)
        camera.take(app.window, "storage-signed-out")
        app.account_wishes.take(AccountAction.SIGN_IN)
        dialog = _dialog(app)
        assert isinstance(dialog, SignInDialog)
        part = dialog.part
        camera.take(dialog, "dialog-sign-in-1-where")
        part.address.edit.setText(self._accounts.url)
        part.button.click()
        until(lambda: part.status.state is AccountState.SIGNING_IN)
        camera.take(dialog, "dialog-sign-in-2-code")
        self._approve(part.status.user_code)
        until(dialog.join.field.isVisible)
        camera.take(dialog, "dialog-sign-in-3-password")
        dialog.join.field.edit.setText(PASSWORD)
        dialog.join.button.click()
        until(lambda: dialog.leave.text() == dialog.tr("Close"))
        camera.take(dialog, "dialog-sign-in-4-joined")
        dialog.leave.click()
        until(lambda: app.controller.situation.plan is not None)

    def _let_in(self, app: App, camera: Camera) -> None:
        app.account_wishes.take(AccountAction.LET_IN)
        dialog = _dialog(app)
        assert isinstance(dialog, JoinCodeDialog)
        until(lambda: bool(dialog.code.text()))
        camera.take(dialog, "dialog-join-code")
        dialog.reject()

    def _hand_over(self, app: App, camera: Camera) -> None:
        """The seat of another computer is released, and this one goes on with its backups."""
        app.window.go_to(PageName.STORAGE)
        app.storage.walk_closed.emit()
        computers = app.storage.computers
        other = next(one.device_id for one in computers.lines if one.may_release)
        computers.ask(other)
        camera.take_both_sizes(app, "storage-release")
        app.storage.computer_released.emit(other)
        until(lambda: any(one.may_take_over for one in computers.lines))
        computers.ask(other)
        camera.take_both_sizes(app, "storage-take-over")

    def _ask(self, app: App, camera: Camera, action: AccountAction, name: str) -> None:
        app.account_wishes.take(action)
        question = _dialog(app)
        camera.take(question, f"dialog-{name}")
        question.reject()


def _dialog(app: App) -> QDialog:
    until(lambda: any(one.isVisible() for one in app.window.findChildren(QDialog)))
    return next(one for one in app.window.findChildren(QDialog) if one.isVisible())


def household(desk: Desk, camera: Camera) -> None:
    desk.fill()
    desk.set_up()
    desk.plan(when=When.BY_HAND)
    with Family(desk, desk.home.parent / "family") as family, desk.window() as app:
        family.live_in()
        family.take(app, camera)
