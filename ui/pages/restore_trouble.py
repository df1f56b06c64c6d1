"""Why the backups cannot be looked into, above the restore page; and what a restore met."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from backupclient.errors import BackupError
from ui import tokens
from ui import wording_restore as words
from ui.dialogs.question import Question
from ui.explained import explain
from ui.icons import Icon
from ui.restorer import Restorer
from ui.widgets.boxes import Box, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_LIST_HEIGHT = 160


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


def end_problems(restorer: Restorer, parent: QWidget) -> Question:
    """What could not be restored as it was, file by file."""
    title, line = words.end_lines(restorer)
    if restorer.error is not None:
        explained = explain(restorer.error)
        line = f"{explained.your_data}\n\n{explained.meanwhile}"
    close = QCoreApplication.translate("Trouble", "Close")
    asked = Question(title, line, parent, icon=Icon.STATE_PROBLEM, colour="attention", cancel=close)
    if restorer.problems:
        told = [f"{one.path}: {explain(one).title}" for one in restorer.problems]
        files = QPlainTextEdit("\n".join(told))
        files.setReadOnly(True)
        files.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        files.setAccessibleName(title)
        files.setFixedHeight(_LIST_HEIGHT)
        asked.words.addWidget(files)
    return asked
