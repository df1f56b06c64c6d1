"""The line of Storage about old versions, and the way to have their space back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.icons import Icon
from ui.widgets.boxes import IconLabel, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text


class OldPart(QWidget):
    """`free` is called when somebody wants the space."""

    def __init__(self, free: Callable[[], None]) -> None:
        super().__init__()
        self._words = Text(wrap=True)
        self._words.setObjectName("storage-old")
        self.button = Button(self.tr("Free space…"), free)
        self.button.setObjectName("free-space")
        line = row(spacing=12)
        line.setContentsMargins(0, 12, 0, 12)
        line.addWidget(IconLabel(Icon.NAV_HISTORY))
        line.addWidget(self._words, 1)
        line.addWidget(self.button)
        self.setLayout(line)

    def show_words(self, words: str) -> None:
        self._words.setText(words)
        self.setVisible(bool(words))
