"""What a page shows before there is anything: what will appear there, and the next step."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.widgets.boxes import column
from ui.widgets.buttons import Button
from ui.widgets.texts import Text


class NothingYet(QWidget):
    """`back_up` is what its button does."""

    def __init__(self, words: str, back_up: Callable[[], None]) -> None:
        super().__init__()
        self.button = Button(self.tr("Back up now"), back_up, kind="main")
        layout = column(spacing=16)
        layout.addWidget(Text(words, tone="second", wrap=True))
        layout.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(layout)
