"""The conversation with a person who helps, and how it ended."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QScrollArea, QWidget

from ui.theme import TextSize, theme
from ui.widgets.boxes import Box, Hairline, clear, column
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.wording_help import PersonView, Said, Stage

_WORDS_HEIGHT = 72
_MOST_HIGH = 240
"""Of a conversation; more is scrolled."""
_MOST_LETTERS = 8000


class TalkPart(QWidget):
    """While somebody waits or is helped."""

    said = Signal(str)
    send_report = Signal()
    left = Signal()
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = Words()
        self.words.setAccessibleName(self.tr("What you want to say"))
        self.words.sent.connect(self._say)
        self.button = Button(self.tr("Send"), self._say, kind="main")
        self.report = Text(tone="second", wrap=True)
        self.report_button = Button(
            self.tr("Send a report along…"), self.send_report.emit, kind="link"
        )
        self.leave_button = Button(self.tr("Give my place away…"), self.left.emit, kind="link")
        self.end_button = Button(self.tr("End the conversation"), self.ended.emit, kind="link")
        body = column(spacing=8)
        for part in (self.words, self.button):
            body.addWidget(part)
        body.addSpacing(4)
        body.addWidget(Hairline())
        body.addWidget(self.report)
        for button in (self.report_button, self.leave_button, self.end_button):
            body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(body)

    def show_view(self, view: PersonView) -> None:
        waiting = view.stage is Stage.WAITING
        self.words.setPlaceholderText(
            self.tr("What happened? It is read before it is your turn.")
            if waiting
            else self.tr("Your answer")
        )
        self.report.setText(view.report)
        self.report.setVisible(bool(view.report))
        self.report_button.setVisible(view.may_report)
        self.leave_button.setVisible(waiting)
        self.end_button.setVisible(not waiting)

    def _say(self) -> None:
        words = self.words.toPlainText().strip()
        if words and self.button.isEnabled():
            self.said.emit(words[:_MOST_LETTERS])


class RatingPart(QWidget):
    """Was it solved?"""

    closed = Signal(bool, str)
    kept = Signal()
    """It goes on after all."""

    def __init__(self) -> None:
        super().__init__()
        self.question = Text(self.tr("Was it solved?"), weight=600)
        self.words = Words()
        self.words.setAccessibleName(self.tr("What you want to say about it"))
        self.words.setPlaceholderText(self.tr("What we should know about it, if anything"))
        self.yes = Button(self.tr("Yes, solved"), self._solved)
        self.no = Button(self.tr("Not solved"), self._unsolved)
        self.back = Button(self.tr("Back to the conversation"), self.kept.emit, kind="link")
        buttons = column(spacing=8)
        buttons.addWidget(self.yes)
        buttons.addWidget(self.no)
        body = column(spacing=12)
        body.addWidget(self.question)
        body.addWidget(self.words)
        body.addLayout(buttons)
        body.addWidget(self.back, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(body)

    def show_question(self, *, begun_here: bool) -> None:
        """The card asks it in large where the other side has ended it."""
        self.question.setVisible(begun_here)
        self.back.setVisible(begun_here)

    def _solved(self) -> None:
        self.closed.emit(True, self._said)

    def _unsolved(self) -> None:
        self.closed.emit(False, self._said)

    @property
    def _said(self) -> str:
        return self.words.toPlainText().strip()[:_MOST_LETTERS]


class Words(QPlainTextEdit):
    """Some lines to be typed; Tab leaves, Control and Enter send."""

    sent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "words")
        self.setTabChangesFocus(True)
        self.setFixedHeight(round(_WORDS_HEIGHT * theme().scale))
        self.setFont(theme().font())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.sent.emit()
        else:
            super().keyPressEvent(event)


class Conversation(QScrollArea):
    """What was said, the newest at the foot and in sight."""

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[Said, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("What was said"))
        self._inside = QWidget()
        self._lines = column(spacing=8)
        self._lines.setContentsMargins(0, 8, 0, 0)
        self._inside.setLayout(self._lines)
        self.setWidget(self._inside)
        self._inside.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.hide()

    def show_said(self, said: tuple[Said, ...]) -> None:
        if said == self._said:
            return
        self._said = said
        clear(self._lines)
        for one in said:
            self._lines.addWidget(_Spoken(one))
        self.setVisible(bool(said))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """As high as what is in it, within reason."""
        needed = self._lines.totalHeightForWidth(self.viewport().width())
        most = round(_MOST_HIGH * theme().scale)
        self.setFixedHeight(max(0, min(needed, most)))
        QTimer.singleShot(0, self, self._to_foot)

    def _to_foot(self) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(bar.maximum())


class _Spoken(Box):
    """One thing that was said."""

    def __init__(self, said: Said) -> None:
        super().__init__("note" if said.by_agent else "spoken")
        lines = column(spacing=2)
        lines.setContentsMargins(12, 8, 12, 8)
        lines.addWidget(Text(f"{said.who}, {said.when}", TextSize.SMALL, tone="second", wrap=True))
        words = Text(said.words, wrap=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        lines.addWidget(words)
        self.setLayout(lines)
