"""The plan's part of Storage & plan: what is to know of it, and "I've bought more storage"."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ui.pages.page import Page
from ui.widgets.boxes import Card, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.steps import StepRow
from ui.widgets.texts import Text
from ui.wording_plan import PlanNote, WalkLine

_ROW = 40


class PlanNotes(QWidget):
    """What is not as usual; nothing is to be seen where all is."""

    def __init__(self) -> None:
        super().__init__()
        self._notes: tuple[PlanNote, ...] = ()
        self._lines = column(spacing=8)
        self.setLayout(self._lines)
        self.hide()

    def show_notes(self, notes: tuple[PlanNote, ...]) -> None:
        if notes == self._notes:
            return
        self._notes = notes
        clear(self._lines)
        for note in notes:
            line, inside = QWidget(), row(spacing=12)
            icon = IconLabel(note.icon, note.colour)
            inside.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
            inside.addWidget(Text(note.words, wrap=True), 1)
            line.setLayout(inside)
            self._lines.addWidget(line)
        self.setVisible(bool(notes))


class WalkCard(Card):
    """Everything that has to be true for more storage, ticked as it comes true."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("more-storage-steps")
        self._lines: tuple[WalkLine, ...] = ()
        self._rows: list[StepRow] = []
        head = row(spacing=16)
        head.addWidget(Text(self.tr("I have bought more storage"), weight=600))
        hint = Text(self.tr("You can close this; it goes on by itself"), tone="second", wrap=True)
        hint.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(hint, 1)
        head.addWidget(Button(self.tr("Close"), self.closed.emit, kind="link"))
        self._steps = column()
        self.body.addLayout(head)
        self.body.addSpacing(12)
        self.body.addLayout(self._steps)
        self.hide()

    def show_lines(self, lines: tuple[WalkLine, ...]) -> None:
        """None hide it."""
        if lines == self._lines:
            return
        if len(lines) != len(self._rows):
            clear(self._steps)
            self._rows = [StepRow() for _ in lines]
            for one in self._rows:
                one.setMinimumHeight(_ROW)
                self._steps.addWidget(Hairline())
                self._steps.addWidget(one)
        self._lines = lines
        for shown, line in zip(self._rows, lines, strict=True):
            shown.show_step(line.tick, line.name, line.detail, line.time)
        self.setVisible(bool(lines))


def plan_part(page: Page) -> tuple[PlanNotes, WalkCard]:
    """Both, at the end of what the page has so far."""
    notes, walk = PlanNotes(), WalkCard()
    parts = column(spacing=16)
    for part in (notes, walk):
        parts.addWidget(part)
    page.body.addLayout(parts)
    return notes, walk
