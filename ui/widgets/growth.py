"""How what is stored has grown, and where that leads: painted by hand."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import TextSize, theme

_PAST = 0.62
"""Of the width; the rest is what is to come."""


class GrowthChart(QWidget):
    """A line with a dot at now, a dotted forecast, and the limit as a dashed line with its name."""

    def __init__(self) -> None:
        super().__init__()
        self._stored: tuple[float, ...] = ()
        self._ahead: float | None = None
        self._limit, self._limit_words = 0.0, ""
        self.setMinimumHeight(120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        theme().changed.connect(self.update)

    def show_growth(
        self, stored: Sequence[float], ahead: float | None, limit: float, limit_words: str
    ) -> None:
        """Bytes, oldest first and one a step of time; `ahead` is what they will be at the right
        end, None where nobody can say. No limit is 0."""
        self._stored, self._ahead = tuple(stored), ahead
        self._limit, self._limit_words = limit, limit_words
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        event.accept()
        if len(self._stored) < 2:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = theme().colours
        top, bottom = 18.0, self.height() - 2.0
        most = max((*self._stored, self._ahead or 0, self._limit)) or 1.0
        wide = self.width() * (_PAST if self._ahead is not None else 1.0) - 5

        def height(value: float) -> float:
            return bottom - (bottom - top) * value / most

        painter.fillRect(QRectF(0, bottom, self.width(), 1), QColor(colours.line_strong))
        if self._limit:
            at = height(self._limit)
            painter.setFont(theme().font(TextSize.SMALL))
            words = painter.fontMetrics().horizontalAdvance(self._limit_words) + 8
            painter.setPen(QPen(QColor(colours.control), 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(words, at), QPointF(self.width(), at))
            painter.setPen(QColor(colours.text_second))
            painter.drawText(QPointF(0, at + 4), self._limit_words)
        step = wide / (len(self._stored) - 1)
        points = [QPointF(n * step + 1, height(value)) for n, value in enumerate(self._stored)]
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawPolyline(QPolygonF(points))
        if self._ahead is not None:
            painter.setPen(QPen(QColor(colours.accent), 2, Qt.PenStyle.DotLine))
            painter.drawLine(points[-1], QPointF(self.width() - 1, height(self._ahead)))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        painter.drawEllipse(points[-1], 4, 4)
