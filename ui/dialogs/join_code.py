"""A one-time code that lets another computer of the household into the backup."""

from __future__ import annotations

from PySide6.QtGui import QFont, QGuiApplication
from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from backupclient.wire.envelope import Reply
from backupclient.wire.household import JoinCode, MakeJoinCode
from ui import numbers
from ui.dialogs.asking import AskingDialog
from ui.icons import Icon
from ui.place_access import PlaceAccess
from ui.theme import TextSize
from ui.widgets.boxes import row
from ui.widgets.buttons import Button
from ui.widgets.steps import Step, StepLine
from ui.widgets.texts import Text

_SPACING_PERCENT = 112


class JoinCodeDialog(AskingDialog):
    """A code is asked for at once."""

    def __init__(self, access: PlaceAccess, parent: QWidget) -> None:
        super().__init__(
            self.tr("Let another computer in"),
            self.tr(
                "Sign in to the same plan on the other computer. When it asks what opens the "
                "backup, type this code there instead of the password."
            ),
            access,
            parent,
        )
        self.code = Text(size=TextSize.LARGE, weight=600)
        self.code.setObjectName("join-code")
        font = self.code.font()
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, _SPACING_PERCENT)
        self.code.setFont(font)
        self.copy = Button(self.tr("Copy"), self._copy, icon=Icon.COPY)
        self.copy.hide()
        self.line = StepLine(self.tr("Asking for a code"))
        self.line.show_step(Step.NOW)
        inside = row(spacing=16)
        inside.addWidget(self.code)
        inside.addWidget(self.copy)
        inside.addStretch(1)
        self.body.addLayout(inside)
        self.body.addWidget(self.line)
        self.close_button.setText(self.tr("Close"))
        access.ask(lambda no, _place: MakeJoinCode(id=no), self._show, self._refused)

    def _show(self, reply: Reply) -> None:
        if isinstance(reply, JoinCode):
            self.code.setText(reply.code)
            self.code.setAccessibleName(self.tr("Code: %1").replace("%1", reply.code))
            self.copy.show()
            self.line.hide()
            words = self.tr("It lets one computer in, until %1. Keep it to yourself.")
            self.say(words.replace("%1", numbers.time_of_day(reply.expires)))

    def _refused(self, error: BackupError) -> None:
        self.line.hide()
        self.say_error(error)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code.text())
