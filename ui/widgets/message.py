"""What could not be done, at the window's foot, until it is put away."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from backupclient.support.explainer import Explanation
from ui import tokens
from ui.icons import Icon
from ui.widgets.boxes import Box, IconLabel, column, row
from ui.widgets.buttons import IconButton
from ui.widgets.texts import Text


class MessageBar(QWidget):
    """Hidden while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self._title = Text(weight=600, wrap=True)
        self._title.setObjectName("message")
        self._text = Text(tone="second", wrap=True)
        texts = column(spacing=2)
        texts.addWidget(self._title)
        texts.addWidget(self._text)
        line = row(spacing=tokens.ICON_GAP)
        line.setContentsMargins(16, 10, 16, 10)
        line.addWidget(IconLabel(Icon.STATE_PROBLEM, "problem"), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(texts, 1)
        close = IconButton(Icon.CLOSE, self.tr("Close this message"), self.hide)
        line.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        box = Box("note")
        box.setLayout(line)
        layout = column()
        layout.setContentsMargins(tokens.PAGE_MARGIN_NARROW, 0, tokens.PAGE_MARGIN_NARROW, 12)
        layout.addWidget(box)
        self.setLayout(layout)
        self.hide()

    def tell(self, told: Explanation) -> None:
        """What was asked for could not be done, and why."""
        self._title.setText(told.title)
        self._text.setText(f"{told.your_data} {told.next_step}".strip())
        self.setAccessibleName(told.title)
        self.show()
