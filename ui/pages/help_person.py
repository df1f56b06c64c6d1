"""The card "A person" of Help: the wait before anything is asked, the place, the conversation."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QButtonGroup,
    QLineEdit,
    QWidget,
)

from backupclient.wire.tickets import Wish
from ui import tokens
from ui.icons import Icon
from ui.pages.help_talk import Conversation, RatingPart, TalkPart
from ui.theme import TextSize
from ui.widgets.boxes import Card, Disc, Hairline, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text
from ui.widgets.ticks import TICK_INDENT, Radio, Tick
from ui.wording_help import PersonView, Stage, wishes

_PADDING = 24
_LONGEST_SUBJECT = 200


class Asked(NamedTuple):
    subject: str
    wish: Wish
    report: bool


class PersonCard(Card):
    """Shows a `PersonView`. Belongs to the window's thread."""

    place_wanted = Signal(object)
    """An `Asked`."""
    see_report = Signal()
    """What would go along, before anything is asked."""
    send_report = Signal()
    """One for the conversation."""
    report_wanted = Signal()
    """One to be saved, where there is no service."""
    said = Signal(str)
    closed = Signal(bool, str)
    """Solved or not, and in what words."""
    left = Signal()
    """Who waits does not want to any more."""
    again = Signal()
    """Another question, after one that is over."""

    def __init__(self) -> None:
        super().__init__()
        self.view: PersonView | None = None
        self._ending = False
        self.body.setContentsMargins(_PADDING, _PADDING, _PADDING, _PADDING)
        self.head = Text(tone="second", wrap=True)
        self.large = Text(size=TextSize.LARGE, weight=600, wrap=True)
        self.large.setObjectName("person-wait")
        self.line = Text(tone="second", wrap=True)
        self.trouble = Text(tone="problem", wrap=True)
        self.about = Text(weight=500, wrap=True)
        self.conversation = Conversation()
        self.told = Text(tone="problem", wrap=True)
        self.ask = AskForm()
        self.talk = TalkPart()
        self.rating = RatingPart()
        self.report_button = Button(
            self.tr("Make a report for support"), self.report_wanted.emit, kind="main"
        )
        self.write_button = Button(self.tr("Write to them"), self._write, kind="link")
        self.again_button = Button(self.tr("Ask something else"), self.again.emit)
        self._fill()
        self.ask.wanted.connect(self.place_wanted)
        self.ask.see_report.connect(self.see_report)
        self.talk.said.connect(self.said)
        self.talk.send_report.connect(self.send_report)
        self.talk.left.connect(self.left)
        self.talk.ended.connect(self._end)
        self.rating.closed.connect(self.closed)
        self.rating.kept.connect(self._go_on)

    def _fill(self) -> None:
        disc = Disc(40)
        disc.show_icon(Icon.PERSON, "accent")
        names = column()
        names.addWidget(Text(self.tr("A person"), weight=600))
        names.addWidget(self.head)
        top = row(spacing=tokens.ICON_GAP)
        top.addWidget(disc, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(names, 1)
        self.body.setSpacing(tokens.CARD_GAP)
        self.body.addLayout(top)
        for group in ((self.large, self.line, self.trouble), (self.about, self.conversation)):
            texts = column(spacing=tokens.GAP_SMALL)
            for text in group:
                texts.addWidget(text)
            self.body.addLayout(texts)
        for part in (
            *(self.ask, self.talk, self.rating),
            *(self.report_button, self.write_button, self.again_button),
        ):
            self.body.addWidget(part)
            part.hide()
        self.body.addWidget(self.told)
        self.told.hide()

    def show_view(self, view: PersonView) -> None:
        """Costs nothing where nothing has changed; what is being typed stays."""
        if view == self.view:
            return
        if self.view is None or self.view.stage is not view.stage:
            self._ending = False
        self.view = view
        for text, words in (
            (self.head, view.head),
            (self.large, view.large),
            (self.line, view.line),
            (self.trouble, view.trouble),
            (self.about, view.about),
        ):
            text.setText(words)
            text.setVisible(bool(words))
        self.conversation.show_said(view.said)
        self.talk.show_view(view)
        self._show_parts()

    def say(self, words: str) -> None:
        """What came of the last button, if it was not done."""
        self.told.setText(words)
        self.told.setVisible(bool(words))

    def set_busy(self, busy: bool) -> None:
        """While the service is asked nothing is asked twice."""
        for button in (self.ask.button, self.talk.button, self.rating.yes, self.rating.no):
            button.setEnabled(not busy)

    def clear_words(self) -> None:
        """What was typed has arrived."""
        self.talk.words.clear()
        self.rating.words.clear()
        self.ask.subject.clear()

    def _show_parts(self) -> None:
        stage = Stage.ASK if self.view is None else self.view.stage
        rates = self._ending or stage is Stage.ENDED
        self.ask.setVisible(stage is Stage.ASK)
        self.talk.setVisible(stage in (Stage.WAITING, Stage.TALK) and not rates)
        self.rating.show_question(begun_here=self._ending)
        self.rating.setVisible(rates)
        self.report_button.setVisible(stage is Stage.NO_SERVICE)
        self.write_button.setVisible(stage is Stage.NO_SERVICE and self._address.isValid())
        self.again_button.setVisible(stage is Stage.RATED)

    @property
    def _address(self) -> QUrl:
        """To write to; not valid if the address is only words."""
        address = "" if self.view is None else self.view.address
        if address.startswith(("https://", "http://", "mailto:")):
            return QUrl(address)
        return QUrl(f"mailto:{address}") if "@" in address and " " not in address else QUrl()

    def _write(self) -> None:
        QDesktopServices.openUrl(self._address)

    def _end(self) -> None:
        self._ending = True
        self._show_parts()
        self.rating.yes.setFocus()

    def _go_on(self) -> None:
        self._ending = False
        self._show_parts()


class AskForm(QWidget):
    """Before a place is taken."""

    wanted = Signal(object)
    see_report = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.subject = QLineEdit()
        self.subject.setMaxLength(_LONGEST_SUBJECT)
        self.subject.setPlaceholderText(self.tr("What is it about?"))
        self.subject.setAccessibleName(self.tr("What is it about?"))
        self.wishes: dict[Wish, Radio] = {}
        self._group = QButtonGroup(self)
        body = column()
        body.addWidget(self.subject)
        body.addSpacing(16)
        body.addWidget(Text(self.tr("How do you want to be helped?"), weight=600, wrap=True))
        body.addSpacing(8)
        for wish, words in wishes().items():
            radio = self.wishes[wish] = Radio(words, weight=400)
            self._group.addButton(radio)
            body.addWidget(radio)
            body.addSpacing(4)
        self.wishes[Wish.EXPLAIN].setChecked(True)
        body.addSpacing(12)
        body.addWidget(Hairline())
        body.addSpacing(12)
        self.report = Tick(self.tr("Send a report along"), weight=400)
        body.addWidget(self.report)
        self.hidden = Text(self.tr("File names are hidden."), tone="second", wrap=True)
        see = Button(self.tr("See it first"), self.see_report.emit, kind="link")
        below = row(spacing=8)
        below.setContentsMargins(TICK_INDENT, 0, 0, 0)
        below.addWidget(self.hidden, 1)
        below.addWidget(see, 0, Qt.AlignmentFlag.AlignTop)
        body.addLayout(below)
        body.addSpacing(12)
        self.button = Button(self.tr("Take my place in line"), self._take, kind="main")
        body.addWidget(self.button)
        self.subject.returnPressed.connect(self._take)
        self.setLayout(body)

    @property
    def wish(self) -> Wish:
        return next(wish for wish, radio in self.wishes.items() if radio.isChecked())

    def show_seen(self) -> None:
        """The report was looked at, and goes along."""
        self.report.setChecked(True)
        self.hidden.setText(self.tr("You have seen it."))

    def suggest(self, subject: str) -> None:
        """Unless something was typed."""
        if not self.subject.isModified():
            self.subject.setText(subject[:_LONGEST_SUBJECT])

    def _take(self) -> None:
        if self.button.isEnabled():
            asked = Asked(self.subject.text().strip(), self.wish, self.report.isChecked())
            self.wanted.emit(asked)
