"""On or off, at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton

from ui.theme import theme

_WIDTH, _HEIGHT, _TARGET = 36, 20, 28


class Switch(QAbstractButton):
    """`name` is what a screen reader says."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFixedSize(self.sizeHint())
        theme().changed.connect(self.update)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH + 2, _TARGET)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground = colours.accent if self.isChecked() else colours.control
        if not self.isEnabled():
            ground = colours.line_strong
        elif self.isChecked() and self.isDown():
            ground = colours.accent_pressed
        elif self.isChecked() and self.underMouse():
            ground = colours.accent_hover
        elif self.underMouse():
            ground = colours.text_second
        painter.setBrush(QColor(ground))
        top = (self.height() - _HEIGHT) / 2
        painter.drawRoundedRect(QRectF(1, top, _WIDTH, _HEIGHT), _HEIGHT / 2, _HEIGHT / 2)
        painter.setBrush(QColor(colours.on_accent if self.isChecked() else colours.card))
        left = 1 + (_WIDTH - _HEIGHT if self.isChecked() else 0)
        painter.drawEllipse(QRectF(left + 3, top + 3, _HEIGHT - 6, _HEIGHT - 6))
        event.accept()
