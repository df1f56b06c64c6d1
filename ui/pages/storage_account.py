"""This computer's account on Storage & plan: one line, and what can be done about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.icons import Icon
from ui.widgets.boxes import IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.wording_account import AccountView


class AccountLine(QWidget):
    """Shows an `AccountView`; hidden while there is nothing to say."""

    wanted = Signal(object)
    """An `AccountAction`."""

    def __init__(self) -> None:
        super().__init__()
        self._view = AccountView()
        self._words, self._trouble = Text(wrap=True), Text(tone="problem", wrap=True)
        self._words.setObjectName("account-words")
        self._trouble.hide()
        self._buttons = row(spacing=8)
        words = column(spacing=2)
        words.addWidget(self._words)
        words.addWidget(self._trouble)
        layout = row(spacing=12)
        layout.setContentsMargins(0, 12, 0, 12)
        layout.addWidget(IconLabel(Icon.PERSON), 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(words, 1)
        layout.addLayout(self._buttons)
        self.setLayout(layout)
        self.hide()

    def show_view(self, view: AccountView) -> None:
        if view == self._view:
            return
        self._view = view
        self._words.setText(view.words)
        self.say(view.trouble)
        clear(self._buttons)
        for number, (action, words) in enumerate(view.actions):
            kind = "link" if number else "plain"
            button = Button(words, partial(self.wanted.emit, action), kind=kind)
            button.setObjectName(f"account-{action.value}")
            self._buttons.addWidget(button)
        self.setVisible(bool(view.words))

    def say(self, trouble: str) -> None:
        """What was asked for could not be done."""
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
