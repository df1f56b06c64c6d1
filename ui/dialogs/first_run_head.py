"""The four steps by name, at the top of the first run."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ui import tokens
from ui.icons import Icon, pixmap
from ui.theme import TextSize, theme
from ui.widgets.boxes import Box, IconLabel, row, strong
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_DISC = 24
_BRAND_WIDTH = 96


class Head(Box):
    """The brand at the left, the steps in the middle, help at the right."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__("head")
        self.help = Button(self.tr("Help"), kind="quiet", icon=Icon.NAV_HELP)
        self.setFixedHeight(64)
        self._marks = [_Mark(number) for number in range(1, len(names) + 1)]
        self._names = [Text(name, tone="second") for name in names]
        self._lines = [_Line() for _ in names[1:]]
        self._now = 0
        layout = row()
        layout.setContentsMargins(40, 0, 40, 0)
        layout.addLayout(_brand())
        layout.addStretch(1)
        for number, (mark, text) in enumerate(zip(self._marks, self._names, strict=True)):
            if number:
                layout.addSpacing(12)
                layout.addWidget(self._lines[number - 1])
                layout.addSpacing(12)
            layout.addWidget(mark)
            layout.addSpacing(8)
            layout.addWidget(text)
        layout.addStretch(1)
        theme().changed.connect(self._embolden)
        layout.addWidget(self._beside_steps(self.help))
        self.setLayout(layout)

    @staticmethod
    def _beside_steps(button: Button) -> QWidget:
        """As wide as the brand: the steps stand in the middle."""
        place, inside = QWidget(), row()
        place.setMinimumWidth(_BRAND_WIDTH)
        inside.addStretch(1)
        inside.addWidget(button)
        place.setLayout(inside)
        return place

    def show_step(self, now: int) -> None:
        """`now` from 0; those before it are done. Less than 0: this is none of the steps."""
        self._now = now
        self._arrange()
        for number, (mark, text) in enumerate(zip(self._marks, self._names, strict=True)):
            mark.show_state(done=number < now, now=number == now)
            text.set_tone("" if number == now else "second")
        self._embolden()
        self.setAccessibleName(self._names[now].text() if now >= 0 else "")

    def _embolden(self) -> None:
        """With other colours, a style sheet puts the first fonts back."""
        for number, text in enumerate(self._names):
            text.setFont(theme().font(TextSize.BODY, 600 if number == self._now else 400))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Where there is no room for all, only the present step has its name."""
        narrow = self.width() < tokens.NARROW
        for widget in (*self._marks, *self._lines):
            widget.setVisible(self._now >= 0)
        for number, text in enumerate(self._names):
            text.setVisible(self._now >= 0 and (not narrow or number == self._now))


def _brand() -> QHBoxLayout:
    layout = row(spacing=8)
    layout.addWidget(IconLabel(Icon.LOGO, "accent", 22))
    layout.addWidget(Text("Plainkeep", weight=600))
    return layout


class _Line(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(24, 1)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), QColor(theme().colours.line_strong))
        event.accept()


class _Mark(QWidget):
    def __init__(self, number: int) -> None:
        super().__init__()
        self._number = number
        self._done = self._now = False
        self.setFixedSize(_DISC, _DISC)
        theme().changed.connect(self.update)

    def show_state(self, *, done: bool, now: bool) -> None:
        self._done, self._now = done, now
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme().colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75)
        if self._done or self._now:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(strong("safe") if self._done else colours.accent))
            painter.drawEllipse(QRectF(self.rect()))
        else:
            painter.setPen(QPen(QColor(colours.control), 1))
            painter.drawEllipse(box)
        if self._done:
            drawn = pixmap(Icon.CHECK, colours.card, 14, self.devicePixelRatioF())
            painter.drawPixmap(5, 5, drawn)
        else:
            painter.setFont(theme().font(TextSize.SMALL, 600))
            painter.setPen(QColor(colours.on_accent if self._now else colours.text_second))
            painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), str(self._number))
        event.accept()
