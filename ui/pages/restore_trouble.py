"""Why the backups cannot be looked into, above the restore page."""

from __future__ import annotations

from collections.abc import Callable

from backupclient.errors import BackupError
from ui import tokens
from ui.explained import explain
from ui.widgets.boxes import Box, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text


class Trouble(Box):
    """Hidden until there is an error; with a button to try again."""

    def __init__(self, again: Callable[[], None]) -> None:
        super().__init__("note")
        self._title, self._line = Text(weight=600), Text(tone="second", wrap=True)
        lines = column(spacing=2)
        lines.addWidget(self._title)
        lines.addWidget(self._line)
        layout = row(spacing=16)
        layout.setContentsMargins(tokens.PAGE_MARGIN, 10, tokens.PAGE_MARGIN, 10)
        layout.addLayout(lines, 1)
        layout.addWidget(Button(self.tr("Try now"), again))
        self.setLayout(layout)
        self.hide()

    def show_error(self, error: BackupError) -> None:
        explained = explain(error)
        self._title.setText(explained.title)
        self._line.setText(explained.your_data)
        self.show()
