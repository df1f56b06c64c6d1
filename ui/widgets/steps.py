"""Steps that tick: what was done, what is being done, what comes, and what went wrong."""

from __future__ import annotations

import enum

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from ui.icons import Icon, pixmap
from ui.theme import theme
from ui.widgets.boxes import column, row, strong
from ui.widgets.texts import Text

_TURN_MS = 80
_PART_OF_TURN = 30


class Step(enum.Enum):
    LATER = "later"
    NOW = "now"
    DONE = "done"
    FAILED = "failed"


class Ring(QWidget):
    """Three quarters of a ring; it turns while it is shown, unless motion is reduced."""

    def __init__(self, size: int = 14) -> None:
        super().__init__()
        self.setFixedSize(size, size)
        self._angle = 0
        self._timer = QTimer(self, interval=_TURN_MS)
        self._timer.timeout.connect(self._turn)

    def showEvent(self, _event: object) -> None:
        if not theme().reduced_motion:
            self._timer.start()

    def hideEvent(self, _event: object) -> None:
        self._timer.stop()

    def _turn(self) -> None:
        self._angle = (self._angle - _PART_OF_TURN) % 360
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(QPen(QColor(theme().colours.line), 2))
        painter.drawEllipse(box)
        painter.setPen(QPen(QColor(theme().colours.accent), 2))
        painter.drawArc(box, self._angle * 16, 270 * 16)
        event.accept()


class _Mark(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.step = Step.LATER
        self.setFixedSize(20, 20)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if self.step is Step.DONE:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(strong("safe")))
            painter.drawEllipse(QRectF(self.rect()))
            painter.drawPixmap(4, 4, pixmap(Icon.CHECK, theme().colours.card, 12, ratio))
        elif self.step is Step.FAILED:
            painter.drawPixmap(0, 0, pixmap(Icon.STATE_PROBLEM, strong("problem"), 20, ratio))
        elif self.step is Step.LATER:
            painter.drawPixmap(0, 0, pixmap(Icon.STATE_WAITING, strong("waiting"), 20, ratio))
        event.accept()


class StepLine(QWidget):
    """One step, with what it found below it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._mark, self._ring = _Mark(), Ring(20)
        self._text = Text(text, tone="second", wrap=True)
        self._detail = Text(tone="second", wrap=True)
        layout = row(spacing=12)
        layout.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._ring, 0, Qt.AlignmentFlag.AlignTop)
        words = column(spacing=2)
        words.addWidget(self._text)
        words.addWidget(self._detail)
        layout.addLayout(words, 1)
        self.setLayout(layout)
        self.show_step(Step.LATER)

    @property
    def step(self) -> Step:
        return self._mark.step

    @property
    def detail(self) -> str:
        return self._detail.text()

    def show_step(self, step: Step, detail: str = "", text: str = "") -> None:
        """`text`, if not empty, replaces what the step is called."""
        self._mark.step = step
        self._mark.setVisible(step is not Step.NOW)
        self._ring.setVisible(step is Step.NOW)
        if text:
            self._text.setText(text)
        self._text.setFont(theme().font(weight=400 if step is Step.LATER else 500))
        self._text.set_tone({Step.LATER: "second", Step.FAILED: "problem"}.get(step, ""))
        self._detail.setText(detail)
        self._detail.setVisible(bool(detail))
        self.setAccessibleName(f"{self._text.text()}. {detail}".strip())
        self._mark.update()


class StepRow(QWidget):
    """One step in one line: its mark, what it is, what it found, and when."""

    def __init__(self) -> None:
        super().__init__()
        self._mark, self._ring = _Mark(), Ring(20)
        self._name, self._detail = Text(weight=500), Text(tone="second", wrap=True)
        self._time = Text(tone="second")
        layout = row(spacing=12)
        layout.setContentsMargins(0, 4, 0, 4)
        layout.addWidget(self._mark)
        layout.addWidget(self._ring)
        layout.addWidget(self._name)
        layout.addWidget(self._detail, 1)
        layout.addWidget(self._time)
        self.setLayout(layout)

    def show_step(self, step: Step, name: str, detail: str, time: str) -> None:
        self._mark.step = step
        self._mark.setVisible(step is not Step.NOW)
        self._ring.setVisible(step is Step.NOW)
        self._name.setText(name)
        self._name.set_tone({Step.FAILED: "problem"}.get(step, ""))
        self._detail.setText(detail)
        self._time.setText(time)
        self.setAccessibleName(", ".join(part for part in (name, detail, time) if part))
        self._mark.update()
