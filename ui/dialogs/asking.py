"""What dialogs that ask something of the storage are made of: a title, what is asked, what came of
it, and the buttons."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from backupclient.errors import BackupError
from ui.dialogs.fitted import FittedDialog
from ui.explained import explain
from ui.place_access import PlaceAccess
from ui.theme import TextSize
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

WIDTH = 480


class AskingDialog(FittedDialog):
    """Put widgets into `body`. Belongs to the window's thread. While it is `busy` it stays."""

    def __init__(
        self, title: str, line: str, access: PlaceAccess, parent: QWidget, width: int = WIDTH
    ) -> None:
        super().__init__(parent)
        self.access = access
        access.setParent(self)
        self.busy = False
        self.setWindowTitle(title)
        self.setFixedWidth(width)
        self.told = Text(tone="second", wrap=True)
        self.told.hide()
        self.body = column(spacing=8)
        self._buttons = row(spacing=8)
        self._buttons.addStretch(1)
        self.close_button = Button(self.tr("Cancel"), self.reject)
        self._buttons.addWidget(self.close_button)
        layout = column(margins=24, spacing=8)
        layout.addWidget(Text(title, TextSize.LARGE, weight=600))
        layout.addWidget(Text(line, tone="second", wrap=True))
        layout.addSpacing(8)
        layout.addLayout(self.body)
        layout.addWidget(self.told)
        layout.addSpacing(8)
        layout.addLayout(self._buttons)
        self.setLayout(layout)
        self.finished.connect(self._end)

    def add_button(self, button: Button) -> None:
        self._buttons.addWidget(button)

    def say(self, words: str, tone: str = "second") -> None:
        self.told.set_tone(tone)
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def say_error(self, error: BackupError) -> None:
        told = explain(error)
        self.say(f"{told.title}. {told.next_step}", "problem")

    def reject(self) -> None:
        if not self.busy:
            super().reject()

    def _end(self) -> None:
        self.access.close()
        self.deleteLater()
