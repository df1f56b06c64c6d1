"""The foot of the restore page: what, where to, what if it is there; then how far, then how it
ended."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QGridLayout,
    QLayout,
    QMenu,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from backupclient.requests import Overwrite
from ui import tokens
from ui import wording_restore as words
from ui.icons import Icon
from ui.restorer import Restorer, RestoreState
from ui.theme import TextSize, theme
from ui.widgets.bars import ThreeToneBar
from ui.widgets.boxes import Box, IconLabel, column, row
from ui.widgets.buttons import Button, InlineChoice
from ui.widgets.texts import Elided, Text

_HEIGHT, _HEIGHT_NARROW = 72, 116
_MOST_OF = 210
"""What is chosen is told in words of so many pixels before any is elided."""
_MARGIN = 40
_NARROW = ((0, 0, 1, 2), (1, 0, 1, 1), (1, 1, 1, 3), (0, 2, 1, 2))
"""Row, column and how many of each, of what is chosen, where to, conflicts and the button."""
_CONFLICTS = 2
"""Their place among the parts."""


class RestoreFooter(Box):
    restore = Signal()
    stop = Signal()
    new_folder = Signal()
    where_they_were = Signal()
    other_folder = Signal()
    zip_file = Signal()
    open_target = Signal()
    show_problems = Signal()
    done = Signal()

    def __init__(self) -> None:
        super().__init__("footer")
        self.overwrite = Overwrite.KEEP_BOTH
        self._asked = True
        self._stack = QStackedWidget()
        self._what, self._of = Text(weight=500), Elided("", TextSize.SMALL, tone="second")
        self._target_kind = Text(size=TextSize.SMALL, tone="second")
        self._target = Elided(weight=500)
        self.button = Button(
            self.tr("Restore"), self.restore.emit, kind="main", icon=Icon.NAV_RESTORE
        )
        self._conflicts = InlineChoice(self._choices()[0][1])
        self._conflicts_head = Text(
            self.tr("If a file is already there"), TextSize.SMALL, tone="second"
        )
        self._line = Text()
        self._bar = ThreeToneBar(8)
        self._end_icon = IconLabel(Icon.STATE_SAFE, "safe", 24)
        self._end_title, self._end_line = (
            Text(weight=600),
            Text(size=TextSize.SMALL, tone="second", wrap=True),
        )
        self.open_button = Button(self.tr("Open folder"), self.open_target.emit)
        self.problems_button = Button(self.tr("Show which"), self.show_problems.emit)
        self.done_button = Button(self.tr("Done"), self.done.emit, kind="main")
        for part in (self._make_choice(), self._make_running(), self._make_end()):
            self._stack.addWidget(part)
        self._layout = column()
        self._layout.addWidget(self._stack)
        self.setLayout(self._layout)
        self.arrange(narrow=False)
        self.show_chosen("", "", possible=False)

    def arrange(self, *, narrow: bool) -> None:
        """In a narrow window what is chosen has a line of its own, with the button."""
        self._narrow = narrow
        margin = tokens.PAGE_MARGIN_NARROW if narrow else _MARGIN
        self._layout.setContentsMargins(margin, 0, margin, 0)
        for part in self._parts:
            self._choice.removeWidget(part)
        for at, part in enumerate(self._parts):
            place = _NARROW[at] if narrow else (0, at, 1, 1)
            self._choice.addWidget(part, *place)
        for at, stretch in enumerate(
            (4, 0, 2, 0) if narrow else (2, 8, 1 if self._asked else 0, 0)
        ):
            self._choice.setColumnStretch(at, stretch)
        height = _HEIGHT_NARROW if narrow else _HEIGHT
        self.setFixedHeight(round(height * theme().scale))

    # --- choosing ---------------------------------------------------------------------------------

    def show_chosen(self, what: str, of: str, *, possible: bool) -> None:
        self._what.setText(what)
        self._of.setText(of)
        wanted = self._of.fontMetrics().horizontalAdvance(of) + 4
        self._of.setMinimumWidth(min(wanted, _MOST_OF))
        self.button.setEnabled(possible)
        self.button.setToolTip("" if possible else self.tr("Tick what you want back first"))

    def show_target(self, kind: str, name: str, path: str) -> None:
        self._target_kind.setText(kind)
        self._target.setText(name)
        self._target.setMaximumWidth(self._target.fontMetrics().horizontalAdvance(name) + 4)
        self._target.setToolTip(path)

    def show_conflicts(self, *, asked: bool) -> None:
        """Whether there is anything to be asked: in a new file nothing is there."""
        self._asked = asked
        self._parts[_CONFLICTS].setVisible(asked)
        self.arrange(narrow=self._narrow)

    def _make_choice(self) -> QWidget:
        what = row(spacing=12)
        what.addWidget(IconLabel(Icon.FILE, size=24))
        what.addLayout(_two(self._what, self._of), 1)
        change = QToolButton()
        change.setText(self.tr("Change…"))
        change.setProperty("kind", "inline-link")
        change.setFont(theme().font(weight=500))
        change.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(change)
        for text, signal in (
            (self.tr("A new folder"), self.new_folder),
            (self.tr("Where they were"), self.where_they_were),
            (self.tr("Another folder…"), self.other_folder),
            (self.tr("One .zip file…"), self.zip_file),
        ):
            menu.addAction(text).triggered.connect(signal)
        change.setMenu(menu)
        target = row(spacing=8)
        target.addWidget(IconLabel(Icon.NAV_FILES, size=16))
        target.addWidget(self._target, 1000)
        target.addWidget(change)
        target.addStretch(1)
        where = column(spacing=2)
        where.addStretch(1)
        where.addWidget(self._target_kind)
        where.addLayout(target)
        where.addStretch(1)
        self._parts = (_part(what), _part(where), _part(self._make_conflicts()), self.button)
        self._choice = QGridLayout()
        self._choice.setContentsMargins(0, 0, 0, 0)
        self._choice.setHorizontalSpacing(24)
        box = QWidget()
        box.setLayout(self._choice)
        return box

    def _make_conflicts(self) -> QVBoxLayout:
        part = column(spacing=2)
        button = self._conflicts
        menu = QMenu(button)
        for choice, text in self._choices():
            action = menu.addAction(text)
            action.setData(choice)
        menu.triggered.connect(self._choose)
        button.setMenu(menu)
        head = self._conflicts_head
        self.choose_conflict(self.overwrite)
        part.addStretch(1)
        part.addWidget(head)
        part.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignAbsolute)
        part.addStretch(1)
        return part

    def _choices(self) -> tuple[tuple[Overwrite, str], ...]:
        return (
            (Overwrite.KEEP_BOTH, self.tr("Keep both")),
            (Overwrite.ALWAYS, self.tr("Replace it")),
            (Overwrite.NEVER, self.tr("Leave it as it is")),
        )

    def _choose(self, action: QAction) -> None:
        self.choose_conflict(Overwrite(action.data()))

    def choose_conflict(self, how: Overwrite) -> None:
        """What becomes of a file that is there already."""
        self.overwrite = how
        words = dict(self._choices())[self.overwrite]
        self._conflicts.setText(words)
        self._conflicts.setAccessibleName(f"{self._conflicts_head.text()}: {words}")

    # --- running and the end ----------------------------------------------------------------------

    def _make_running(self) -> QWidget:
        box, layout = QWidget(), row(spacing=24)
        lines = column(spacing=8)
        lines.addStretch(1)
        lines.addWidget(self._line)
        lines.addWidget(self._bar)
        lines.addStretch(1)
        layout.addLayout(lines, 1)
        layout.addWidget(Button(self.tr("Stop"), self.stop.emit, icon=Icon.STOP))
        box.setLayout(layout)
        return box

    def _make_end(self) -> QWidget:
        box, layout = QWidget(), row(spacing=12)
        layout.addWidget(self._end_icon)
        layout.addLayout(_two(self._end_title, self._end_line), 1)
        for button in (self.problems_button, self.open_button, self.done_button):
            layout.addWidget(button)
        box.setLayout(layout)
        return box

    def show_restore(self, restorer: Restorer) -> None:
        if restorer.state is RestoreState.IDLE:
            self._stack.setCurrentIndex(0)
        elif restorer.state is RestoreState.RUNNING:
            self._stack.setCurrentIndex(1)
            self._line.setText(words.running_line(restorer))
            progress = restorer.progress
            share = 0.0
            if progress is not None and progress.bytes_total:
                share = progress.bytes_done / progress.bytes_total
            verifying = progress is not None and progress.verifying
            self._bar.show_shares(share if verifying else 0.0, 1.0 - share if verifying else share)
            self._bar.setAccessibleName(self._line.text())
        else:
            self._show_end(restorer)

    @property
    def end_line(self) -> str:
        return self._end_line.text()

    def _show_end(self, restorer: Restorer) -> None:
        self._stack.setCurrentIndex(2)
        title, line = words.end_lines(restorer)
        self._end_title.setText(title)
        self._end_line.setText(line)
        failed = restorer.state is RestoreState.FAILED
        problems = bool(restorer.problems) or failed
        icon = (Icon.STATE_PROBLEM, "problem") if problems else (Icon.STATE_SAFE, "safe")
        self._end_icon.show_icon(*icon)
        self.problems_button.setVisible(problems)
        self.problems_button.setText(self.tr("What to do") if failed else self.tr("Show which"))
        self.open_button.setVisible(bool(restorer.summaries))


def _part(layout: QLayout) -> QWidget:
    part = QWidget()
    part.setLayout(layout)
    return part


def _two(first: QWidget, second: QWidget) -> QVBoxLayout:
    lines = column(spacing=2)
    lines.addStretch(1)
    lines.addWidget(first)
    lines.addWidget(second)
    lines.addStretch(1)
    return lines
