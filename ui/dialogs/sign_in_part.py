"""Signing this computer in at an account service: where, then a code to confirm in the browser."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from backupclient.errors import BackupError
from backupclient.wire.entitlement import Trouble
from backupclient.wire.envelope import Reply
from backupclient.wire.household import Account, AccountState, AccountStatus, SignIn
from ui.engine_link import MakeRequest
from ui.explained import explain, explain_code
from ui.theme import TextSize
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import Field
from ui.widgets.qr import QrCode
from ui.widgets.steps import Step, StepLine
from ui.widgets.texts import Text
from ui.wording_account import host

_SPACING_PERCENT = 112

Ask = Callable[[MakeRequest, Callable[[Reply], None], Callable[[BackupError], None]], None]


class SignInPart(QWidget):
    """Whoever owns it asks the engine (`ask`) and passes on what is told of the account (`hear`).
    Belongs to the window's thread."""

    signed_in = Signal(object)
    """The `AccountStatus` from now on."""
    changed = Signal()
    """Something else is shown, or to be typed."""

    def __init__(self, ask: Ask, computer: str) -> None:
        super().__init__()
        self._ask = ask
        self._opened = ""
        self.status = AccountStatus()
        self.busy = False
        self._began = False
        self.address = Field(
            self.tr("Address of the service"), self.tr("as your invitation or its page says")
        )
        self.name = Field(self.tr("What this computer is called"))
        self.name.edit.setText(computer)
        self.button = Button(self.tr("Sign in"), self.begin, kind="main")
        self.code = Text(size=TextSize.LARGE, weight=600)
        self.code.setObjectName("sign-in-code")
        self.code.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.qr = QrCode(self.tr("QR code with the address of the page and the code"))
        self.page = Text(tone="second", wrap=True)
        self.page.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.open_button = Button(self.tr("Open the page again"), self.open_page)
        self.line = StepLine("")
        self.trouble = Text(tone="problem", wrap=True)
        self._where, self._code = self._where_part(), self._code_part()
        layout = column(spacing=16)
        layout.addWidget(self._where)
        layout.addWidget(self._code)
        layout.addWidget(self.line)
        layout.addWidget(self.trouble)
        self.setLayout(layout)
        for field in (self.address, self.name):
            field.edit.textChanged.connect(self._typed)
            field.edit.returnPressed.connect(self.begin)
        self._show()

    @property
    def is_signed_in(self) -> bool:
        return self.status.state is AccountState.SIGNED_IN

    def begin(self) -> None:
        """Ask for a code."""
        if not self.address.text or self.busy:
            return
        self.busy = self._began = True
        self._say("")
        address, name = _address(self.address.text), self.name.text
        self._ask(lambda no: SignIn(id=no, address=address, name=name), self._answered, self.refuse)
        self._show()

    def hear(self, status: AccountStatus) -> None:
        """This computer's account stands so from now on."""
        before, self.status = self.status, status
        if status.address and not self.address.text:
            self.address.edit.setText(status.address)
        if status.state in (AccountState.SIGNING_IN, AccountState.SIGNED_IN):
            self._began = True
            self._say("")
        elif self._began and not self.busy and status.failure is not None:
            self._tell(status.failure)
        self._show()
        if self.is_signed_in and before.state is not AccountState.SIGNED_IN:
            self.signed_in.emit(status)

    def open_page(self) -> None:
        """In the browser, with the code filled in."""
        QDesktopServices.openUrl(QUrl(self.status.verification_uri_complete))

    # --- what is told -----------------------------------------------------------------------------

    def _answered(self, reply: Reply) -> None:
        self.busy = False
        if isinstance(reply, Account):
            self.hear(reply.status)
            if reply.status.user_code and reply.status.user_code != self._opened:
                self._opened = reply.status.user_code
                self.open_page()

    def refuse(self, error: BackupError) -> None:
        """What was asked for cannot be had."""
        self.busy = False
        told = explain(error)
        self._say(f"{told.title}. {told.next_step}")
        self._show()

    def _tell(self, trouble: Trouble) -> None:
        told = explain_code(trouble.code, trouble.facts, trouble.raw)
        self._say(f"{told.title}. {told.next_step}")

    def _say(self, words: str) -> None:
        self.trouble.setText(words)
        self.trouble.setVisible(bool(words))

    def _typed(self) -> None:
        self._say("")
        self._show()

    def _show(self) -> None:
        status = self.status
        waits = status.state is AccountState.SIGNING_IN
        self._where.setVisible(not waits and not self.is_signed_in)
        self._code.setVisible(waits)
        self.button.setVisible(not waits and not self.is_signed_in)
        self.button.setEnabled(bool(self.address.text) and not self.busy)
        missing = self.tr("Type the address of the service first.")
        self.button.setToolTip("" if self.address.text else missing)
        for field in (self.address, self.name):
            field.setEnabled(not self.busy)
        if waits and self.code.text() != status.user_code:
            self.code.setText(status.user_code)
            self.code.setAccessibleName(self.tr("Code: %1").replace("%1", status.user_code))
            self.qr.show_code(status.verification_uri_complete)
            self.page.setText(status.verification_uri)
        self.line.setVisible(self.busy or waits or self.is_signed_in)
        if self.is_signed_in:
            words = self.tr("This computer is signed in at %1").replace("%1", host(status.address))
            self.line.show_step(Step.DONE, text=words)
        elif waits:
            words = self.tr("Waiting for you to confirm the code")
            self.line.show_step(Step.NOW, text=words)
        elif self.busy:
            self.line.show_step(Step.NOW, text=self.tr("Asking for a code"))
        self.changed.emit()

    # --- how it looks -----------------------------------------------------------------------------

    def _where_part(self) -> QWidget:
        part, layout = QWidget(), column(spacing=16)
        layout.addWidget(self.address)
        layout.addWidget(self.name)
        layout.addLayout(_left(self.button))
        layout.addStretch(1)
        part.setLayout(layout)
        return part

    def _code_part(self) -> QWidget:
        font = self.code.font()
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACING_PERCENT)
        self.code.setFont(font)
        words = column(spacing=8)
        words.addWidget(
            Text(self.tr("Compare this code with the page in your browser:"), wrap=True)
        )
        words.addWidget(self.code)
        words.addSpacing(4)
        hint = self.tr("It has opened by itself. On a phone, use the QR code, or this address:")
        words.addWidget(Text(hint, tone="second", wrap=True))
        words.addWidget(self.page)
        words.addSpacing(4)
        words.addLayout(_left(self.open_button))
        words.addStretch(1)
        part, layout = QWidget(), row(spacing=24)
        layout.addLayout(words, 1)
        layout.addWidget(self.qr, 0, Qt.AlignmentFlag.AlignTop)
        part.setLayout(layout)
        return part


def _address(typed: str) -> str:
    """As people type it: what it begins with may be missing."""
    return typed if "://" in typed else f"https://{typed}"


def _left(button: Button) -> QVBoxLayout:
    layout = column()
    layout.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return layout
