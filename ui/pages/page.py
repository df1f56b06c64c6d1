"""What every page of the window is: a scrolled column under one width rule."""

from __future__ import annotations

import enum

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui import tokens
from ui.widgets.boxes import column


class PageName(enum.StrEnum):
    """The pages of the navigation, in its order."""

    HOME = "home"
    FILES = "files"
    PROBLEMS = "problems"
    RESTORE = "restore"
    STORAGE = "storage"
    HISTORY = "history"
    HELP = "help"
    SETTINGS = "settings"


class Page(QScrollArea):
    """Put widgets into `body`. `shown` is called each time the page comes to the front."""

    def __init__(self) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget()
        inside.setProperty("role", "page")
        self.body = column(margins=tokens.PAGE_MARGIN)
        inside.setLayout(self.body)
        self.setWidget(inside)

    @property
    def narrow(self) -> bool:
        return self.window().width() < tokens.NARROW

    def shown(self) -> None:
        """The page came to the front: bring it up to date."""

    def arrange(self) -> None:
        """The width changed: choose the wide or the narrow layout."""

    def margins(self) -> tuple[int, int, int, int]:
        """Around `body`: left, top, right, bottom."""
        margin = tokens.PAGE_MARGIN_NARROW if self.narrow else tokens.PAGE_MARGIN
        return margin, tokens.PAGE_MARGIN, margin, margin

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.body.setContentsMargins(*self.margins())
        self.arrange()
        super().resizeEvent(event)
