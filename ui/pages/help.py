"""Help: what is known about every problem, found as one types, also without the network."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from backupclient.support.explainer import Explanation
from ui import tokens
from ui.explained import explain_code
from ui.help_search import Answer, answers
from ui.icons import Icon, qicon
from ui.pages.page import Page
from ui.theme import TextSize, theme
from ui.widgets.boxes import Clickable, Hairline, IconLabel, column, row
from ui.widgets.texts import Text

_FIELD_HEIGHT = 42
_MOST_WIDE = 760
_PAUSE_MS = 120
_FIRST = (
    "storage-unreachable",
    "storage-full",
    "wrong-password",
    "unreadable",
    "source-unavailable",
    "went-on",
)
"""What is asked most; shown before anything is typed."""


class HelpPage(Page):
    def __init__(self) -> None:
        super().__init__()
        self.body.addWidget(Text(self.tr("Help"), TextSize.LARGE, weight=600))
        self.body.addSpacing(16)
        self.search = QLineEdit()
        self.search.setObjectName("help-search")
        self.search.setFixedHeight(_FIELD_HEIGHT + 2)
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setPlaceholderText(self.tr("A question, or an error message"))
        self._glass = QAction(self)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._count = Text(size=TextSize.SMALL, tone="second")
        self.body.addWidget(self.search)
        self.body.addSpacing(8)
        self.body.addWidget(self._count)
        self.body.addSpacing(16)
        self._answers: list[AnswerRow] = []
        self._list = QWidget()
        self._list.setMaximumWidth(_MOST_WIDE)
        self._column = column()
        self._list.setLayout(self._column)
        self.body.addWidget(self._list)
        self.body.addStretch(1)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self.search.textEdited.connect(self._soon.start)
        self.search.returnPressed.connect(self._open_first)
        theme().changed.connect(self._renew)
        self._renew()
        self._filled = False

    @property
    def rows(self) -> tuple[AnswerRow, ...]:
        """What was found, best first."""
        return tuple(self._answers)

    def shown(self) -> None:
        if not self._filled:
            self._look()
        self.search.setFocus()

    def open_code(self, code: str) -> None:
        """The page of one problem."""
        self.search.clear()
        self._show((Answer(code, explain_code(code).title),))
        self._count.clear()
        self._answers[0].set_open(True)

    # --- looking ----------------------------------------------------------------------------------

    def _look(self) -> None:
        self._soon.stop()
        self._filled = True
        text = self.search.text()
        if text.strip():
            found = answers(text)
            words = self.tr("%n answer(s), also without internet", "", len(found))
            self._count.setText(words if found else self.tr("No answer fits these words."))
        else:
            found = tuple(Answer(code, explain_code(code).title) for code in _FIRST)
            self._count.setText(self.tr("Often asked:"))
        self._show(found)

    def _show(self, found: tuple[Answer, ...]) -> None:
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._answers = [AnswerRow(one) for one in found]
        for one in self._answers:
            self._column.addWidget(one)
            self._column.addWidget(Hairline())

    def _open_first(self) -> None:
        self._look()
        if self._answers:
            self._answers[0].set_open(True)

    def _renew(self) -> None:
        self._glass.setIcon(qicon(Icon.SEARCH, theme().colours.text_second))


class AnswerRow(Clickable):
    """A title; opened, what it means and what to do."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.code = answer.code
        self._details: QWidget | None = None
        self._chevron = IconLabel(Icon.CHEVRON_DOWN)
        self.setAccessibleName(answer.title)
        self.on_click = self._toggle
        head = row(spacing=16)
        head.addWidget(Text(answer.title, weight=600, wrap=True), 1)
        head.addWidget(self._chevron, 0, Qt.AlignmentFlag.AlignTop)
        self._column = column(spacing=8)
        self._column.setContentsMargins(0, 16, 0, 16)
        self._column.addLayout(head)
        self.setLayout(self._column)

    @property
    def opened(self) -> bool:
        return self._details is not None and not self._details.isHidden()

    def set_open(self, opened: bool) -> None:
        if self._details is None:
            self._details = _details(explain_code(self.code))
            self._column.addWidget(self._details)
        self._details.setVisible(opened)
        self._chevron.show_icon(Icon.CHEVRON_UP if opened else Icon.CHEVRON_DOWN, "text_second")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle()
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        self.set_open(not self.opened)


def _details(told: Explanation) -> QWidget:
    box = QWidget()
    lines = column(spacing=8)
    tr = QCoreApplication.translate
    for title, text in (
        (tr("HelpPage", "Your data"), told.your_data),
        (tr("HelpPage", "Meanwhile"), told.meanwhile),
        (tr("HelpPage", "Next step"), told.next_step),
    ):
        line = row(spacing=tokens.ICON_GAP)
        name = Text(title, tone="second")
        name.setMinimumWidth(104)
        line.addWidget(name, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Text(text, wrap=True), 1)
        lines.addLayout(line)
    for number, step in enumerate(told.steps, 1):
        line = row(spacing=tokens.ICON_GAP)
        line.setContentsMargins(104 + tokens.ICON_GAP, 0, 0, 0)
        line.addWidget(Text(f"{number}.", tone="second"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(Text(step, wrap=True), 1)
        lines.addLayout(line)
    box.setLayout(lines)
    return box
