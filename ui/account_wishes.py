"""What Storage & plan wishes for, carried out: about the account, and about room."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from backupclient.secret_store import SecretStore
from backupclient.wire.household import SignOut
from ui.controller import Controller
from ui.dialogs.question import Question
from ui.explained import explain
from ui.pages.storage import StoragePage
from ui.place_access import PlaceAccess
from ui.wording_account import AccountAction


class AccountWishes(QObject):
    """Between the page and the controller. Belongs to the window's thread."""

    opened = Signal(object)
    """A `QDialog` was opened."""
    begun = Signal()
    """The household's backup was begun here: it has no recovery sheet yet."""

    def __init__(
        self, page: StoragePage, controller: Controller, secrets: SecretStore, window: QWidget
    ) -> None:
        super().__init__(page)
        self._page, self._controller = page, controller
        self._secrets, self._window = secrets, window
        page.account_wanted.connect(self.take)
        page.computer_released.connect(controller.release_computer)
        page.taken_over.connect(controller.take_over)
        page.space_wanted.connect(self.free_space)
        controller.account_failed.connect(self._say)

    def take(self, action: AccountAction) -> None:
        """As if its button was pressed."""
        self._page.say_account("")
        match action:
            case AccountAction.SIGN_IN | AccountAction.SHOW_CODE | AccountAction.JOIN:
                self._sign_in()
            case AccountAction.SIGN_OUT:
                self._ask_to_sign_out()
            case AccountAction.LET_IN:
                self._let_in()

    def _sign_in(self) -> None:
        from ui.dialogs.sign_in import SignInDialog  # noqa: PLC0415 - needed seldom

        plan, status = self._controller.situation.plan, self._controller.situation.account
        if plan is None or status is None:
            return
        dialog = SignInDialog(self._controller, plan, status, self._window)
        dialog.joined.connect(self._join)
        dialog.open()
        self.opened.emit(dialog)

    def _join(self, begun: bool) -> None:
        self._controller.reread_plan()
        if begun:
            self.begun.emit()

    def _let_in(self) -> None:
        from ui.dialogs.join_code import JoinCodeDialog  # noqa: PLC0415 - needed seldom

        plan = self._controller.situation.plan
        if plan is not None:
            access = PlaceAccess(self._controller.data, plan, self._secrets)
            dialog = JoinCodeDialog(access, self._window)
            dialog.open()
            self.opened.emit(dialog)

    def free_space(self) -> None:
        from ui.dialogs.thin_out import ThinOutDialog  # noqa: PLC0415 - needed seldom

        plan = self._controller.situation.plan
        if plan is not None:
            access = PlaceAccess(self._controller.data, plan, self._secrets)
            dialog = ThinOutDialog(access, self._window)
            dialog.changed.connect(self._controller.look_again)
            dialog.open()
            self.opened.emit(dialog)

    def _ask_to_sign_out(self) -> None:
        question = Question(
            self.tr("Sign this computer out?"),
            self.tr(
                "Its seat is free for another computer then, and it stores nothing more in your "
                "plan. Its backups stay. Sign in again, and it goes on where it stopped."
            ),
            self._window,
        )
        question.add(self.tr("Sign out"), self._sign_out, main=True)
        question.open()
        self.opened.emit(question)

    def _sign_out(self) -> None:
        self._controller.ask_account(lambda no: SignOut(id=no))

    def _say(self, error: BackupError) -> None:
        told = explain(error)
        self._page.say_account(f"{told.title}. {told.next_step}")
