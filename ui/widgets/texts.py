"""Texts in the three sizes, in words that fit."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ui.theme import TextSize, theme

_ONE_LINE = 10_000
"""A width in which nothing wraps."""


class Text(QLabel):
    """A line, or with `wrap` a paragraph. `tone` is a word the style sheet knows: "second",
    "disabled", "accent" or a state. Plain text only: nothing from outside becomes markup."""

    def __init__(
        self,
        text: str = "",
        size: TextSize = TextSize.BODY,
        *,
        weight: int = 400,
        tone: str = "",
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(size, weight))
        self.setWordWrap(wrap)
        if wrap:
            policy = self.sizePolicy()
            policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
            policy.setHeightForWidth(True)
            self.setSizePolicy(policy)
            self.setMinimumWidth(80)
        self.set_tone(tone)

    def minimumSizeHint(self) -> QSize:
        """A paragraph is as high as its width makes it. A label would ask for what it needs where
        it is narrowest, and pages would scroll for nothing."""
        least = super().minimumSizeHint()
        if not self.wordWrap():
            return least
        return QSize(least.width(), self.heightForWidth(_ONE_LINE))

    def set_tone(self, tone: str) -> None:
        if self.property("tone") == tone:
            return
        self.setProperty("tone", tone)
        if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            font = self.font()  # a style sheet puts the first one back
            self.style().unpolish(self)
            self.style().polish(self)
            self.setFont(font)


class Elided(Text):
    """One line that gives up its middle where there is no room; names are read whole in the tool
    tip. Numbers and states are never shown in one."""

    def __init__(
        self,
        text: str = "",
        size: TextSize = TextSize.BODY,
        *,
        weight: int = 400,
        tone: str = "",
    ) -> None:
        super().__init__(text, size, weight=weight, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self.setToolTip(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        metrics = self.fontMetrics()
        room = self.contentsRect()
        text = metrics.elidedText(self.text(), Qt.TextElideMode.ElideMiddle, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment() | Qt.TextFlag.TextSingleLine), text)
        event.accept()
