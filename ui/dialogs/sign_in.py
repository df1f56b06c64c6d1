"""The dialog that signs this computer in, and has it back up to the household's storage."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backupclient.errors import BackupError
from backupclient.plan import BackupPlan
from backupclient.requests import Place
from backupclient.wire.answers import PlaceStep
from backupclient.wire.envelope import Reply
from backupclient.wire.household import (
    AccountState,
    AccountStatus,
    BackupJoined,
    JoinBackup,
    JoinCodeTaken,
    MakeStorageKeys,
    SignOut,
    StorageKeysMade,
    TakeJoinCode,
)
from backupclient.wire.places import PlaceTried, TryPlace
from ui.controller import Controller
from ui.dialogs.fitted import FittedDialog
from ui.dialogs.joining import as_password, is_code
from ui.dialogs.sign_in_part import Ask, SignInPart
from ui.engine_link import MakeRequest
from ui.explained import explain
from ui.lookups import Lookups, Otherwise, Then
from ui.password_worth import worth
from ui.theme import TextSize
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import SecretField
from ui.widgets.steps import Step, StepLine
from ui.widgets.texts import Text

_WIDTH = 560


class SignInDialog(FittedDialog):
    """Belongs to the window's thread. It opens where things stand: with the address to type, with
    the code, or with what opens the backup. `status` is how they stand."""

    joined = Signal(bool)
    """This computer backs up to the household's storage from now on; whether that backup was begun
    with it."""

    def __init__(
        self, controller: Controller, plan: BackupPlan, status: AccountStatus, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._controller, self._plan = controller, plan
        self._lookups = Lookups(controller.data, self)
        self.setWindowTitle(self.tr("Sign in to your plan"))
        self.setFixedWidth(_WIDTH)
        self._title = Text(self.windowTitle(), TextSize.LARGE, weight=600)
        self.part = SignInPart(self.ask, plan.computer)
        self.part.signed_in.connect(self._look_further)
        self.join = JoinPart(self.ask, str(controller.data))
        self.join.joined.connect(self._end_well)
        self.join.hide()
        self.leave = Button(self.tr("Cancel"), self.reject)
        layout = column(margins=24, spacing=16)
        layout.addWidget(self._title)
        layout.addWidget(self.part)
        layout.addWidget(self.join)
        layout.addLayout(self._footer())
        self.setLayout(layout)
        controller.account_told.connect(self.part.hear)
        self.finished.connect(self._end)
        self.part.changed.connect(self.fit)
        self.join.changed.connect(self.fit)
        self.part.hear(status)
        self.part.address.edit.setFocus()

    def ask(self, make: MakeRequest, then: Then, otherwise: Otherwise) -> None:
        """The engine, on a connection of this dialog's own: one question at a time."""
        self._lookups.ask("account", make, then, otherwise)

    def reject(self) -> None:
        """Who leaves while a code waits does not want it confirmed any more."""
        if self.join.busy:
            return
        if self.part.status.state is AccountState.SIGNING_IN:
            self._controller.ask_account(lambda no: SignOut(id=no))
        super().reject()

    def _look_further(self, status: AccountStatus) -> None:
        self.leave.setText(self.tr("Close"))
        if status.location != self._plan.storage.location or not status.location:
            self.leave.setText(self.tr("Not now"))
            self.join.begin()
        self.fit()

    def _end_well(self, begun: bool) -> None:
        self.leave.setText(self.tr("Close"))
        self.leave.setFocus()
        self.joined.emit(begun)

    def _footer(self) -> QVBoxLayout:
        footer, buttons = column(), row(spacing=8)
        buttons.addStretch(1)
        for button in (self.leave, self.part.button, self.join.button):
            buttons.addWidget(button)
        footer.addSpacing(8)
        footer.addLayout(buttons)
        return footer

    def _end(self) -> None:
        self._lookups.close()
        self.deleteLater()


class JoinPart(QWidget):
    """Looks whether the household has a backup, and asks for what opens it, or is to open it."""

    joined = Signal(bool)
    changed = Signal()

    def __init__(self, ask: Ask, data: str) -> None:
        super().__init__()
        self._ask_engine, self._data = ask, data
        self._there = False
        self.busy = False
        self._words = Text(wrap=True)
        self.field = SecretField(self.tr("Password"), self.tr("Show the password"))
        self.field.edit.textChanged.connect(self._typed)
        self._worth = Text(wrap=True)
        words = self.tr(
            "Backups go to your plan from then on. What is at the place they went to stays there."
        )
        self._note = Text(words, tone="second", wrap=True)
        self.line = StepLine("")
        self.button = Button(self.tr("Back up to the plan"), self.go_on, kind="main")
        self.button.hide()
        layout = column(spacing=8)
        for widget in (self._words, self.field, self._worth, self._note, self.line):
            layout.addWidget(widget)
            widget.setVisible(widget is self.line)
        self.setLayout(layout)

    def begin(self) -> None:
        """Look what is in the household's storage."""
        self.show()
        self._work(self.tr("Look for a backup in your plan"))
        self._ask(lambda no: MakeStorageKeys(id=no), self._look)

    def go_on(self) -> None:
        """With what was typed."""
        typed = self.field.edit.text()
        if self._there and is_code(typed):
            self._work(self.tr("Ask for what the code opens"))
            self._ask(lambda no: TakeJoinCode(id=no, code=typed), self._take_code)
        else:
            self._join(as_password(typed) if self._there else typed)

    def _take_code(self, reply: Reply) -> None:
        if isinstance(reply, JoinCodeTaken):
            self._join(reply.password)

    def _join(self, password: str) -> None:
        self._work(self.tr("Prepare the place and its keys"))
        self._ask(lambda no: JoinBackup(id=no, password=password), self._done)

    def _look(self, reply: Reply) -> None:
        if not isinstance(reply, StorageKeysMade):
            return
        place = Place(
            location=reply.location,
            password="",
            data_dir=self._data,
            access_key=reply.access_key,
            secret_key=reply.secret_key,
            region=reply.region,
        )
        self._ask(lambda no: TryPlace(id=no, place=place, step=PlaceStep.LOOK), self._found)

    def _found(self, reply: Reply) -> None:
        if not isinstance(reply, PlaceTried):
            return
        self._there = reply.finding.backup
        self._words.setText(
            self.tr("Your household has a backup there. What opens it?")
            if self._there
            else self.tr("Your plan is empty: choose a password for the backup.")
        )
        self.field.show_label(
            self.tr("Password, recovery key, or a code from another computer")
            if self._there
            else self.tr("Password")
        )
        self._work("")
        self.field.edit.setFocus()

    def _done(self, reply: Reply) -> None:
        if not isinstance(reply, BackupJoined):
            return
        self._work("")
        for widget in (self._words, self.field, self._worth, self._note, self.button):
            widget.hide()
        self.line.show()
        self.line.show_step(Step.DONE, text=self.tr("This computer backs up to your plan"))
        self.changed.emit()
        self.joined.emit(reply.begun)

    def _failed(self, error: BackupError) -> None:
        told = explain(error)
        self._work("")
        self.line.show()
        self.line.show_step(Step.FAILED, told.next_step, told.title)
        self.changed.emit()

    def _ask(self, make: MakeRequest, then: Then) -> None:
        self._ask_engine(make, then, self._failed)

    def _work(self, words: str) -> None:
        """Show what is being done; without words, what is to be typed."""
        self.busy = bool(words)
        self.line.setVisible(self.busy)
        if words:
            self.line.show_step(Step.NOW, text=words)
        known = bool(self._words.text())
        for widget in (self._words, self.field, self._note, self.button):
            widget.setVisible(known)
        self._typed(keep_line=True)

    def _typed(self, _text: str = "", *, keep_line: bool = False) -> None:
        typed = self.field.edit.text()
        self.field.setEnabled(not self.busy)
        self.button.setEnabled(bool(typed) and not self.busy)
        missing = self.tr("Type what opens the backup first.")
        self.button.setToolTip("" if typed else missing)
        words, tone = ("", "") if self._there else worth(typed)
        self._worth.set_tone(tone)
        self._worth.setText(words)
        self._worth.setVisible(bool(words))
        if not keep_line:
            self.line.hide()
        self.changed.emit()
