"""Ticks and radios, drawn as the design has them; a tick's target is its whole row."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QRadioButton, QSizePolicy

from ui.theme import theme

_BOX = 18
_GAP = 12


class Tick(QCheckBox):
    """Without a text give it an accessible name."""

    def __init__(self, text: str = "", *, weight: int = 500) -> None:
        super().__init__(text)
        _prepare(self, weight)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def hitButton(self, _position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = _begin(self)
        _ground(painter, self)
        painter.drawRoundedRect(box, 5, 5)
        if self.isChecked():
            painter.setPen(_pen(theme().colours.on_accent, 1.8))
            at = box.topLeft()
            painter.drawPolyline(
                [at + QPointF(4, 8.5), at + QPointF(7.5, 12), at + QPointF(13, 5.5)]
            )
        _words(painter, self)
        event.accept()


class Radio(QRadioButton):
    """One of several; they exclude each other within their parent, or a QButtonGroup."""

    def __init__(self, text: str = "", *, weight: int = 500) -> None:
        super().__init__(text)
        _prepare(self, weight)

    def sizeHint(self) -> QSize:
        return _hint(self)

    def hitButton(self, _position: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, box = _begin(self)
        _ground(painter, self)
        painter.drawEllipse(box)
        if self.isChecked():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme().colours.on_accent))
            painter.drawEllipse(box.center(), 3.5, 3.5)
        _words(painter, self)
        event.accept()


def _prepare(button: QAbstractButton, weight: int) -> None:
    button.setFont(theme().font(weight=weight))
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    button.setMinimumHeight(28)
    button.setAttribute(Qt.WidgetAttribute.WA_Hover)
    theme().changed.connect(button.update)


def _hint(button: QAbstractButton) -> QSize:
    metrics = button.fontMetrics()
    words = metrics.horizontalAdvance(button.text()) + _GAP if button.text() else 0
    return QSize(_BOX + words + 2, max(28, metrics.height() + 4))


def _begin(button: QAbstractButton) -> tuple[QPainter, QRectF]:
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = (button.height() - _BOX) / 2
    return painter, QRectF(0.75, top + 0.75, _BOX - 1.5, _BOX - 1.5)


def _ground(painter: QPainter, button: QAbstractButton) -> None:
    colours = theme().colours
    hover = button.underMouse() and button.isEnabled()
    if not button.isEnabled():
        painter.setPen(_pen(colours.line_strong, 1.5))
        painter.setBrush(
            QColor(colours.line_strong) if button.isChecked() else Qt.BrushStyle.NoBrush
        )
    elif button.isChecked():
        fill = colours.accent_pressed if button.isDown() else colours.accent
        fill = colours.accent_hover if hover and not button.isDown() else fill
        painter.setPen(_pen(fill, 1.5))
        painter.setBrush(QColor(fill))
    else:
        painter.setPen(_pen(colours.text_second if hover else colours.control, 1.5))
        painter.setBrush(QColor(colours.accent_soft if button.isDown() else colours.card))


def _words(painter: QPainter, button: QAbstractButton) -> None:
    if not button.text():
        return
    colours = theme().colours
    painter.setPen(QColor(colours.text if button.isEnabled() else colours.disabled))
    place = button.rect().adjusted(_BOX + _GAP, 0, 0, 0)
    flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
    painter.drawText(place, int(flags), button.text())


def _pen(colour: str, width: float) -> QPen:
    pen = QPen(QColor(colour), width)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


TICK_INDENT = _BOX + _GAP
"""Where the words of a tick begin, for lines below it."""
