"""History: every run by its day, what it did and skipped, and its problems."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from backupclient.wire.overview import CheckReport, ProblemReport, RunReport
from ui import tokens
from ui.icons import Icon
from ui.pages.page import Page
from ui.theme import TextSize
from ui.widgets.boxes import Clickable, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.nothing_yet import NothingYet
from ui.widgets.texts import Elided, Text
from ui.wording_history import RunLine, history, past_problem

_MOST_PROBLEMS = 20
_AT_ONCE = 8
"""Rows that are made in one turn of the event loop."""


class HistoryPage(Page):
    """Shows runs; asks for more, and for the problems of one, by its signals."""

    runs_wanted = Signal(int)
    """Those before this run's number; 0 for the newest."""
    problems_wanted = Signal(int)
    show_problems_page = Signal()
    back_up = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._runs: dict[int, RunReport] = {}
        self._checks: tuple[CheckReport, ...] = ()
        self._rows: dict[int, RunRow] = {}
        self._wanted = 0
        self._shown = 0
        """So many runs have their rows."""
        self._more = False
        self._further = QTimer(self, singleShot=True, interval=0)
        self._further.timeout.connect(self._show_further)
        self.body.addWidget(Text(self.tr("History"), TextSize.LARGE, weight=600))
        line = self.tr("Every backup and check, what it did, and what became of its problems.")
        self.body.addSpacing(tokens.GAP_SMALL)
        self.body.addWidget(Text(line, tone="second", wrap=True))
        self.body.addSpacing(24)
        self._list = column()
        self.body.addLayout(self._list)
        self._older = Button(self.tr("Show older backups"), self._ask_older)
        self._older.hide()
        words = self.tr("Your backups will be listed here, with everything they did.")
        self._empty = NothingYet(words, self.back_up.emit)
        self._empty.hide()
        self.body.addWidget(self._empty)
        self.body.addSpacing(16)
        self.body.addWidget(self._older, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addStretch(1)

    @property
    def rows(self) -> tuple[RunRow, ...]:
        return tuple(self._rows.values())

    def shown(self) -> None:
        self.runs_wanted.emit(0)

    def open_run(self, no: int) -> None:
        """Show this run, as soon as it is known."""
        self._wanted = no
        self._open_wanted()

    def look_again(self, newest: RunReport) -> None:
        """The newest run as it stands now: asks for the list if that shows another."""
        if self._runs.get(newest.no) != newest:
            self.runs_wanted.emit(0)

    def take_runs(self, runs: tuple[RunReport, ...], *, more: bool) -> None:
        """A page of them, newest first. `more`: there are older ones."""
        known = dict(self._runs)
        known.update({run.no: run for run in runs})
        oldest = min(known, default=0)
        if any(run.no == oldest for run in runs):  # or nothing new is known of what is older
            self._more = more
            self._older.setVisible(more)
        if known != self._runs:
            self._runs = dict(sorted(known.items(), reverse=True))
            self._renew(max(self._shown, _AT_ONCE))
        self._empty.setVisible(not self._runs and not self._checks)
        self._open_wanted()

    def take_checks(self, checks: tuple[CheckReport, ...]) -> None:
        """All there are, newest first."""
        if checks != self._checks:
            self._checks = checks
            self._empty.setVisible(not self._runs and not checks)
            self._renew(max(self._shown, _AT_ONCE))

    def take_problems(self, no: int, problems: tuple[ProblemReport, ...], *, more: bool) -> None:
        if no in self._rows:
            self._rows[no].show_problems(problems, self._now(), more=more)

    def _open_wanted(self) -> None:
        if not self._wanted:
            return
        found = self._rows.get(self._wanted)
        if found is not None:
            self._wanted = 0
            found.set_open(True)
            self.ensureWidgetVisible(found)
        elif self._runs and min(self._runs) > self._wanted:
            self.runs_wanted.emit(min(self._runs))

    def _ask_older(self) -> None:
        self.runs_wanted.emit(min(self._runs, default=0))

    def _renew(self, most: int) -> None:
        """Show the newest runs; the others a few at a time, so that the window goes on."""
        old, self._rows = self._rows, {}
        for one in old.values():
            self._list.removeWidget(one)
        clear(self._list)
        shown = tuple(self._runs.values())[:most]
        self._shown = len(shown)
        # Checks that are older than the last run shown come with the older ones.
        whole = len(shown) == len(self._runs) and not self._more
        checks = [one for one in self._checks if whole or one.started >= shown[-1].started]
        for number, day in enumerate(history(shown, checks, self._now())):
            head = Text(day.name, weight=600)
            head.setContentsMargins(0, 24 if number else 0, 0, 8)
            self._list.addWidget(head)
            for line in day.runs:
                self._rows[line.no] = one = self._row(line, old)
                self._list.addWidget(one)
            self._list.addWidget(Hairline())
        for one in old.values():
            one.hide()
            one.deleteLater()
        if len(shown) < len(self._runs):
            self._further.start()

    def _row(self, line: RunLine, old: dict[int, RunRow]) -> RunRow:
        """The one there is, if it says the same; in `old` stays what is not needed any more."""
        known = old.get(line.no)
        if known is not None and known.line == line:
            return old.pop(line.no)
        one = RunRow(line, self)
        if known is not None and known.opened:
            one.set_open(True)
        return one

    def _show_further(self) -> None:
        self._renew(self._shown + _AT_ONCE)
        self._open_wanted()


class RunRow(QWidget):
    """One run; opened it shows its facts, and asks for its problems."""

    def __init__(self, line: RunLine, page: HistoryPage) -> None:
        super().__init__()
        self.line, self._page = line, page
        self._head = _Head(line)
        self._head.on_click = self.toggle
        self._inside: _Inside | None = None
        self._layout = column()
        self._layout.addWidget(Hairline())
        self._layout.addWidget(self._head)
        self.setLayout(self._layout)

    @property
    def opened(self) -> bool:
        return self._inside is not None and not self._inside.isHidden()

    def toggle(self) -> None:
        self.set_open(not self.opened)

    def set_open(self, opened: bool) -> None:
        if opened and not self.opened and self.line.has_problems:
            self._page.problems_wanted.emit(self.line.no)
        if opened and self._inside is None:
            self._inside = _Inside(self.line, self._page)
            self._layout.addWidget(self._inside)
        if self._inside is not None:
            self._inside.setVisible(opened)
        self._head.show_open(opened)

    def show_problems(
        self, problems: tuple[ProblemReport, ...], now: datetime, *, more: bool
    ) -> None:
        if self._inside is not None:
            self._inside.show_problems(problems, now, more=more)


class _Inside(QWidget):
    """The facts of a run and its problems; made when it is opened."""

    def __init__(self, line: RunLine, page: HistoryPage) -> None:
        super().__init__()
        self._page = page
        self._problems = column()
        inside = column(spacing=8)
        inside.setContentsMargins(tokens.ICON + tokens.ICON_GAP, 0, 0, 16)
        inside.addLayout(_facts(line))
        inside.addLayout(self._problems)
        self.setLayout(inside)

    def show_problems(
        self, problems: tuple[ProblemReport, ...], now: datetime, *, more: bool
    ) -> None:
        clear(self._problems)
        for problem in problems[:_MOST_PROBLEMS]:
            told = past_problem(problem, now)
            icon = (Icon.STATE_SAFE, "safe") if told.over else (Icon.STATE_PROBLEM, "problem")
            line, inside = QWidget(), row(spacing=12)
            line.setFixedHeight(32)
            name, why = Elided(told.name, weight=500), Elided(told.why, tone="second")
            name.setToolTip(told.path)
            inside.addWidget(IconLabel(*icon, 16))
            inside.addWidget(name, 3)
            inside.addWidget(why, 3)
            inside.addWidget(Text(told.ended, tone="second"))
            line.setLayout(inside)
            self._problems.addWidget(line)
        if more or len(problems) > _MOST_PROBLEMS:
            button = Button(
                self.tr("See all problems"), self._page.show_problems_page.emit, kind="link"
            )
            self._problems.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)


class _Head(Clickable):
    def __init__(self, line: RunLine) -> None:
        super().__init__()
        self.setFixedHeight(44)
        self.setAccessibleName(", ".join(filter(None, (line.when, line.text, line.aside))))
        inside = row(spacing=tokens.ICON_GAP)
        inside.addWidget(IconLabel(line.icon, line.colour))
        inside.addWidget(Elided(line.text), 1)
        if line.aside:
            inside.addWidget(Text(line.aside, weight=500, tone="attention"))
        inside.addWidget(Text(line.when, tone="second"))
        self._arrow = IconLabel(Icon.CHEVRON_DOWN, "text_second", 16)
        inside.addWidget(self._arrow)
        self.setLayout(inside)

    def show_open(self, opened: bool) -> None:
        self._arrow.show_icon(Icon.CHEVRON_UP if opened else Icon.CHEVRON_DOWN, "text_second")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.on_click()
        else:
            super().keyPressEvent(event)


def _facts(line: RunLine) -> QGridLayout:
    facts = QGridLayout()
    facts.setContentsMargins(0, 0, 0, 0)
    facts.setHorizontalSpacing(16)
    facts.setVerticalSpacing(4)
    facts.setColumnStretch(1, 1)
    for number, (name, value) in enumerate(line.facts):
        facts.addWidget(Text(name, tone="second"), number, 0, Qt.AlignmentFlag.AlignTop)
        facts.addWidget(Text(value, wrap=True), number, 1)
    return facts
