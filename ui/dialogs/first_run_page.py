"""What every step of the first run is: one question, under one width rule."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

from ui import tokens
from ui.theme import TextSize
from ui.widgets.boxes import column
from ui.widgets.texts import Text

WIDTH = 900
"""Of what a step shows; the rest is margin."""
_TOP = 44
_BOTTOM = 12


class StepPage(QScrollArea):
    """Put widgets into `body`. Footer and head look at `ready`, `why_not` and `go_on_text`, anew
    whenever `changed` is told."""

    changed = Signal()
    go_on_text = ""
    """What the main button says, if not the usual."""

    def __init__(self, title: str, line: str) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._wanted: QWidget | None = None
        self._inside = QWidget()
        self._inside.setProperty("role", "page")
        outer = column()
        self.body = column()
        self._title = Text(title, TextSize.LARGE, weight=600)
        self._line = Text(line, tone="second", wrap=True)
        outer.addWidget(self._title)
        outer.addSpacing(4)
        outer.addWidget(self._line)
        outer.addSpacing(28)
        outer.addLayout(self.body, 1)
        self._outer = outer
        self._inside.setLayout(outer)
        self.setWidget(self._inside)

    @property
    def ready(self) -> bool:
        """Whether Continue may be pressed."""
        return True

    @property
    def why_not(self) -> str:
        """Why it may not, for its tool tip."""
        return ""

    @property
    def busy(self) -> bool:
        """Whether something is under way that must not be left."""
        return False

    def enter(self) -> None:
        """The page comes to the front."""

    def go_on(self) -> bool:
        """Continue was pressed; false if the page itself has more to show first."""
        return True

    def entered(self) -> None:
        """Enter was pressed in a field, and it cannot go on yet."""

    def go_back(self) -> bool:
        """Back was pressed; false if the page itself had something to go back to."""
        return True

    def bring_into_view(self, widget: QWidget) -> None:
        """Once it has its place."""
        self._wanted = widget
        QTimer.singleShot(0, self._look_at_it)

    def _look_at_it(self) -> None:
        if self._wanted is not None:
            self.ensureWidgetVisible(self._wanted, 0, 16)

    @property
    def title(self) -> str:
        return self._title.text()

    def show_words(self, title: str, line: str) -> None:
        self._title.setText(title)
        self._line.setText(line)

    def resizeEvent(self, event: QResizeEvent) -> None:
        margin = max(tokens.PAGE_MARGIN, (event.size().width() - WIDTH) // 2)
        top = _TOP if event.size().height() > 520 else tokens.SECTION_GAP
        self._outer.setContentsMargins(margin, top, margin, _BOTTOM)
        super().resizeEvent(event)
