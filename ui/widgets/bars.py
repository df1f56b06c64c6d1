"""Bars and charts, painted by hand: whole device pixels, 2 px between what must be told apart.

Each reads itself out: `setAccessibleName` is given the whole in words by who knows the numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import Property, QPropertyAnimation, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import tokens
from ui.theme import theme
from ui.widgets.boxes import HATCHED, paint_hatched, strong

_SPACE = 2.0


class ThreeToneBar(QWidget):
    """Already safe, sent in this run, left. It glides to a new value and never goes back on its
    own: who sets the shares answers for that."""

    def __init__(self, height: int = 12) -> None:
        super().__init__()
        self._safe = self._sent = 0.0
        self._shown_safe = self._shown_done = 0.0
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)
        self._glides = {
            name: QPropertyAnimation(self, name, self) for name in (b"shown_safe", b"shown_done")
        }

    def show_shares(self, safe: float, sent: float) -> None:
        """Shares of the whole, 0 to 1; the rest is left."""
        if (safe, sent) == (self._safe, self._sent):
            return
        self._safe, self._sent = safe, sent
        for name, value in ((b"shown_safe", safe), (b"shown_done", safe + sent)):
            glide = self._glides[name]
            glide.stop()
            glide.setDuration(theme().motion(tokens.BAR_MS))
            glide.setEndValue(min(1.0, value))
            glide.start()

    def _get_safe(self) -> float:
        return self._shown_safe

    def _set_safe(self, value: float) -> None:
        self._shown_safe = value
        self.update()

    def _get_done(self) -> float:
        return self._shown_done

    def _set_done(self, value: float) -> None:
        self._shown_done = value
        self.update()

    shown_safe = Property(float, _get_safe, _set_safe)
    shown_done = Property(float, _get_done, _set_done)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme().colours
        done = max(self._shown_done, self._shown_safe)
        paint_segments(
            self,
            [
                (self._shown_safe, colours.bar_safe),
                (done - self._shown_safe, colours.bar_sent),
                (1.0 - done, colours.bar_left),
            ],
        )
        event.accept()


class ShareBar(QWidget):
    """Shares of a whole, each in a colour of its own; what is left over is free."""

    def __init__(self, height: int = 8) -> None:
        super().__init__()
        self._parts: list[tuple[float, str]] = []
        self.setFixedHeight(height)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_parts(self, parts: Sequence[tuple[float, str]]) -> None:
        """Shares of 1 with the names of their colours (`Colours`, or "kind0" to "kind3", or
        `HATCHED`)."""
        self._parts = list(parts)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        parts = [(share, name if name == HATCHED else strong(name)) for share, name in self._parts]
        used = sum(share for share, _ in parts)
        if used < 1:
            parts.append((1 - used, theme().colours.bar_left))
        paint_segments(self, parts)
        event.accept()


def paint_segments(widget: QWidget, parts: Sequence[tuple[float, str]]) -> None:
    """The parts side by side, rounded outside by half the height and inside by 2 px."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    drawn = [(share, colour) for share, colour in parts if share > 0.0005]
    room = widget.width() - _SPACE * max(0, len(drawn) - 1)
    whole = sum(share for share, _ in drawn) or 1.0
    outside = QPainterPath()
    half = widget.height() / 2
    outside.addRoundedRect(QRectF(widget.rect()), half, half)
    painter.setClipPath(outside)
    left = 0.0
    for share, colour in drawn:
        width = max(1.0, room * share / whole)
        part = QRectF(left, 0, width, widget.height())
        if colour == HATCHED:
            paint_hatched(painter, part)
        else:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colour))
            painter.drawRoundedRect(part, 2, 2)
        left += width + _SPACE


class Day(NamedTuple):
    """One of the last thirty days."""

    added: int
    """Bytes."""
    good: bool
    """No problem that day."""
    on: bool
    """Whether there was a backup at all."""
    tip: str


_NO_DAYS = [Day(0, good=True, on=False, tip="")] * 30
"""Before the first backup."""
_FLATTENED = 0.4
"""The first backup is a hundred times an ordinary day, which is to be seen all the same."""


class DaysChart(QWidget):
    """A bar a day, oldest first; a problem has a mark of its own, not only a colour."""

    clicked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._days: list[Day] = []
        self.setMinimumHeight(96)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        theme().changed.connect(self.update)

    def show_days(self, days: Sequence[Day]) -> None:
        self._days = list(days) or _NO_DAYS
        self.update()

    def _pitch(self) -> float:
        return self.width() / max(1, len(self._days))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().x() / self._pitch())
        self.setToolTip(self._days[at].tip if 0 <= at < len(self._days) else "")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        at = int(event.position().x() / self._pitch())
        if 0 <= at < len(self._days):
            self.clicked.emit(at)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        colours = theme().colours
        room = self.height() - 10
        most = max((day.added for day in self._days), default=0) or 1
        pitch = self._pitch()
        width = max(2.0, min(5.0, pitch - 3))
        for number, day in enumerate(self._days):
            left = round(number * pitch)
            if not day.on:
                painter.fillRect(QRectF(left, room - 2, width, 2), QColor(colours.control))
                continue
            height = max(4.0, room * (day.added / most) ** _FLATTENED)
            fill = colours.safe.strong if day.good else colours.attention_fill
            painter.setBrush(QColor(fill))
            painter.drawRoundedRect(QRectF(left, room - height, width, height), 1, 1)
            if not day.good:
                mark = QPainterPath()
                mark.moveTo(left + width / 2, room + 3)
                mark.lineTo(left + width / 2 + 3.5, room + 9)
                mark.lineTo(left + width / 2 - 3.5, room + 9)
                mark.closeSubpath()
                painter.setBrush(QColor(colours.attention.strong))
                painter.drawPath(mark)
        event.accept()
