"""The household's computers on Storage & plan: who has a seat, when each was last backed up, and
releasing a seat, or going on with the backups of one that has none, in two clicks."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui import tokens
from ui.theme import TextSize
from ui.widgets.boxes import Card, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.wording_computers import ComputerLine

_ROW = 56


class ComputersCard(Card):
    """Shows `ComputerLine`s; hidden where there are none."""

    released = Signal(str)
    """The seat of this computer, by its id, is to be given up: both clicks were made."""
    taken_over = Signal(str)
    """This computer is to go on with the backups of that one: both clicks were made."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("computers")
        self.lines: tuple[ComputerLine, ...] = ()
        """What is shown."""
        self._asked = ""
        self._states: list[QWidget] = []
        self._ends: list[QWidget] = []
        """The pillars of the table, each as wide as its widest."""
        head = row(spacing=16)
        head.addWidget(Text(self.tr("Computers"), weight=600), 1)
        self._seats = Text(tone="second")
        head.addWidget(self._seats)
        self._rows = column()
        self.body.addLayout(head)
        self.body.addSpacing(8)
        self.body.addLayout(self._rows)
        self.hide()

    def show_lines(self, lines: tuple[ComputerLine, ...], seats: str) -> None:
        self._seats.setText(seats)
        if lines != self.lines:
            self.lines = lines
            if self._asked not in {
                one.device_id for one in lines if one.may_release or one.may_take_over
            }:
                self._asked = ""
            self._show()

    def _show(self) -> None:
        clear(self._rows)
        self._states, self._ends = [], []
        for line in self.lines:
            self._rows.addWidget(Hairline())
            self._rows.addWidget(self._row(line))
            if self._asked and line.device_id == self._asked:
                self._rows.addWidget(self._question(line))
        for pillar in (self._states, self._ends):
            width = max((one.sizeHint().width() for one in pillar), default=0)
            for one in pillar:
                one.setFixedWidth(width)
        self.setVisible(bool(self.lines))

    def _row(self, line: ComputerLine) -> QWidget:
        shown, inside = QWidget(), row(spacing=12)
        inside.setContentsMargins(0, 8, 0, 8)
        words = column()
        words.addStretch(1)
        words.addWidget(Text(line.name, weight=500))
        words.addWidget(Text(line.detail, TextSize.SMALL, tone="second", wrap=True))
        words.addStretch(1)
        inside.addWidget(IconLabel(line.icon))
        inside.addLayout(words, 1)
        standing, state = QWidget(), row(spacing=tokens.STATE_GAP)
        state.addWidget(IconLabel(line.state_icon, line.colour, tokens.ICON_STATE))
        tone = "second" if line.colour == "text_second" else line.colour
        state.addWidget(Text(line.state, weight=500, tone=tone))
        state.addStretch(1)
        standing.setLayout(state)
        self._states.append(standing)
        inside.addWidget(standing)
        end, links = QWidget(), row()
        links.addStretch(1)
        if line.may_release and line.device_id != self._asked:
            button = Button(self.tr("Release…"), partial(self.ask, line.device_id), kind="link")
            name = self.tr("Release the seat of %1").replace("%1", line.name)
            button.setAccessibleName(name)
            links.addWidget(button)
        if line.may_take_over and line.device_id != self._asked:
            go_on = self.tr("Go on with its backups…")
            button = Button(go_on, partial(self.ask, line.device_id), kind="link")
            name = self.tr("Go on with the backups of %1").replace("%1", line.name)
            button.setAccessibleName(name)
            links.addWidget(button)
        end.setLayout(links)
        self._ends.append(end)
        inside.addWidget(end)
        shown.setLayout(inside)
        shown.setMinimumHeight(_ROW)
        return shown

    def _question(self, line: ComputerLine) -> QWidget:
        """The second click, and what it does."""
        shown, inside = QWidget(), column(spacing=12)
        inside.setContentsMargins(32, 0, 0, 16)
        if line.may_release:
            words = self.tr(
                "%1 stores nothing more from then on. Its backups stay; they can be restored, and "
                "another computer can go on with them."
            )
            no, yes = self.tr("Keep the seat"), self.tr("Release the seat")
            name, do = "release-seat", self._release
        else:
            words = self.tr(
                "This computer takes the place of %1: its history goes on here, and what it "
                "stored is not sent again."
            )
            no, yes = self.tr("Leave it"), self.tr("Go on with its backups")
            name, do = "take-over", self._take_over
        inside.addWidget(Text(words.replace("%1", line.name), wrap=True))
        buttons = row(spacing=12)
        buttons.addStretch(1)
        buttons.addWidget(Button(no, partial(self.ask, "")))
        button = Button(yes, partial(do, line.device_id))
        button.setObjectName(name)
        buttons.addWidget(button)
        inside.addLayout(buttons)
        shown.setLayout(inside)
        return shown

    def ask(self, device_id: str) -> None:
        """The first click: what is asked of that computer; "" takes it back."""
        self._asked = device_id
        self._show()

    def _release(self, device_id: str) -> None:
        self._asked = ""
        self._show()
        self.released.emit(device_id)

    def _take_over(self, device_id: str) -> None:
        self._asked = ""
        self._show()
        self.taken_over.emit(device_id)
