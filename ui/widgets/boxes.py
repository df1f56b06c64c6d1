"""What holds other things: cards, notes, hairlines, rows, and the disc with a state's icon."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLayout, QSizePolicy, QVBoxLayout, QWidget

from ui import tokens
from ui.icons import Icon, pixmap
from ui.theme import theme

HATCHED = "hatched"
"""Instead of a colour's name: see `paint_hatched`."""
_HATCH = 5
"""Pixels from line to line."""


def spaced(layout: QLayout, *, margins: int = 0, spacing: int = 0) -> QLayout:
    """The layout with one margin all round and one spacing."""
    layout.setContentsMargins(margins, margins, margins, margins)
    layout.setSpacing(spacing)
    return layout


def column(*, margins: int = 0, spacing: int = 0) -> QVBoxLayout:
    layout = QVBoxLayout()
    spaced(layout, margins=margins, spacing=spacing)
    return layout


def row(*, margins: int = 0, spacing: int = 0) -> QHBoxLayout:
    layout = QHBoxLayout()
    spaced(layout, margins=margins, spacing=spacing)
    return layout


def clear(layout: QLayout) -> None:
    """Take out and delete the widgets; they are out of sight at once."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class Box(QFrame):
    """A frame that the style sheet knows by its `role`."""

    def __init__(self, role: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", role)


class Card(Box):
    """A card with a column inside."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("card", parent)
        self.body = column(margins=tokens.CARD_PADDING)
        self.setLayout(self.body)


class Hairline(Box):
    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("hairline", parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)


class IconLabel(QWidget):
    """A drawing in a colour of the theme, or of its state: an attribute of `Colours`."""

    def __init__(
        self, icon: Icon, colour: str = "text_second", size: int = tokens.ICON, name: str = ""
    ) -> None:
        super().__init__()
        self._icon, self._colour, self._size = icon, colour, size
        self.setFixedSize(size, size)
        self.setAccessibleName(name)
        theme().changed.connect(self.update)

    def show_icon(self, icon: Icon, colour: str) -> None:
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        drawn = pixmap(self._icon, strong(self._colour), self._size, self.devicePixelRatioF())
        painter.drawPixmap(0, 0, drawn)
        event.accept()


class Swatch(QWidget):
    """The colour of a part of a bar, beside its word."""

    def __init__(self, colour: str) -> None:
        super().__init__()
        self._colour = colour
        self.setFixedSize(10, 10)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._colour == HATCHED:
            paint_hatched(painter, QRectF(self.rect()))
        else:
            painter.setBrush(QColor(strong(self._colour)))
            painter.drawRoundedRect(QRectF(self.rect()), 2, 2)
        event.accept()


def paint_hatched(painter: QPainter, part: QRectF) -> None:
    """With fine lines, as what is not of today is shown."""
    inside = part.adjusted(0.5, 0.5, -0.5, -0.5)
    outline = QPainterPath()
    outline.addRoundedRect(inside, 2, 2)
    painter.save()
    painter.setPen(QPen(QColor(strong("control")), 1))
    painter.setBrush(QColor(strong("card")))
    painter.drawPath(outline)
    painter.setClipPath(outline, Qt.ClipOperation.IntersectClip)
    at = part.left() - part.height()
    while at < part.right():
        painter.drawLine(QPointF(at, part.bottom()), QPointF(at + part.height(), part.top()))
        at += _HATCH
    painter.restore()


class Disc(QWidget):
    """A state's icon on a disc of its soft colour."""

    def __init__(self, diameter: int = 48) -> None:
        super().__init__()
        self._diameter = diameter
        self._icon, self._colour = Icon.STATE_SAFE, "safe"
        self.setFixedSize(diameter, diameter)
        theme().changed.connect(self.update)

    def show_icon(self, icon: Icon, colour: str) -> None:
        if (icon, colour) != (self._icon, self._colour):
            self._icon, self._colour = icon, colour
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(soft(self._colour)))
        painter.drawEllipse(QRectF(self.rect()))
        size = 28 if self._diameter >= 48 else tokens.ICON
        drawn = pixmap(self._icon, strong(self._colour), size, self.devicePixelRatioF())
        at = (self._diameter - size) // 2
        painter.drawPixmap(at, at, drawn)
        event.accept()


class Clickable(QWidget):
    """A row that is one button: its child controls stay their own."""

    def __init__(self) -> None:
        super().__init__()
        self.on_click: Callable[[], None] = _nothing
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(
            event.position().toPoint()
        ):
            self.on_click()


def _nothing() -> None:
    return


def strong(name: str) -> str:
    """The colour of that name ("kind0" to "kind3" too); of a state, the one for words."""
    if name.startswith("kind"):
        return theme().colours.kinds[int(name[4:])]
    value = getattr(theme().colours, name)
    return value.strong if isinstance(value, tokens.Tone) else str(value)


def soft(name: str) -> str:
    """The soft colour of a state; the accent's is `accent_soft`."""
    if name == "accent":
        return theme().colours.accent_soft
    value = getattr(theme().colours, name)
    return value.soft if isinstance(value, tokens.Tone) else theme().colours.chosen
