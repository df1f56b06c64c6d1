"""Help: answers, found as one types, also without the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from backupclient.support.explainer import find
from backupclient.support.help_articles import Article, article_of, articles
from backupclient.support.help_search import HelpSearch
from ui.explained import spoken
from ui.pages.help_person import PersonCard
from ui.pages.help_rows import ArticleRow, HelpRow, ProblemRow
from ui.pages.page import Page
from ui.theme import TextSize
from ui.widgets.boxes import Hairline, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.fields import SearchField
from ui.widgets.texts import Text
from ui.wording_help import PersonView, Stage

_FIELD_HEIGHT = 44
_MOST_WIDE = 760
_CARD_WIDTH, _CARD_WIDTH_NARROW = 328, 300
_BESIDE, _BESIDE_NARROW = 40, 24
_PAUSE_MS = 120
_FIRST = (
    "after-a-stop",
    "bought-more-storage",
    "restore-a-file",
    "why-not-safe",
    "new-computer",
    "forgot-password",
    "close-laptop",
)
"""What is asked most; shown before anything is typed."""


class HelpPage(Page):
    unanswered = Signal(str)
    """A question that no article answered, or none well."""
    report_wanted = Signal()
    idea_wanted = Signal()
    came = Signal()
    """The page was brought to the front."""

    def __init__(self) -> None:
        super().__init__()
        self._searches: dict[str, HelpSearch] = {}
        self.body.addWidget(Text(self.tr("Help"), TextSize.LARGE, weight=600))
        self.body.addSpacing(16)
        self.search = SearchField(self.tr("A question, or an error message"))
        self.search.setObjectName("help-search")
        self.search.setFixedHeight(_FIELD_HEIGHT)
        self.search.setAccessibleName(self.tr("Search the help"))
        self.body.addWidget(self.search)
        self.body.addSpacing(20)
        self._rows: list[HelpRow] = []
        self.asked_back = AnsweredOrNot()
        self.asked_back.not_quite.connect(self._not_quite)
        self._column = column()
        self.person = PersonCard()
        self.person.report_wanted.connect(self.report_wanted)
        self._below = Below()
        self._below.report_wanted.connect(self.report_wanted)
        self._below.idea_wanted.connect(self.idea_wanted)
        self._beside = row()
        self._beside.addWidget(self._make_answers(), 1)
        self._beside.addWidget(self._make_side(), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(self._beside)
        self.body.addStretch(1)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self.search.textEdited.connect(self._soon.start)
        self.search.returnPressed.connect(self._open_first)
        self._filled = False

    def _make_answers(self) -> QWidget:
        answers = QWidget()
        answers.setMaximumWidth(_MOST_WIDE)
        found = column()
        found.addLayout(self._column)
        found.addSpacing(16)
        found.addWidget(self.asked_back)
        found.addStretch(1)
        answers.setLayout(found)
        return answers

    def _make_side(self) -> QWidget:
        self._side = QWidget()
        inside = column(spacing=12)
        inside.addWidget(self.person)
        inside.addWidget(self._below)
        self._side.setLayout(inside)
        self._side.setFixedWidth(_CARD_WIDTH)
        return self._side

    def arrange(self) -> None:
        self._side.setFixedWidth(_CARD_WIDTH_NARROW if self.narrow else _CARD_WIDTH)
        self._beside.setSpacing(_BESIDE_NARROW if self.narrow else _BESIDE)

    def show_person(self, view: PersonView) -> None:
        """What there is to say about being helped by a person."""
        self.person.show_view(view)
        self._below.show_for(view.stage)

    def show_conversation(self) -> None:
        """Where somebody waits for an answer of who sits here."""
        self.person.talk.words.setFocus()
        QTimer.singleShot(0, self, self._scroll_to_answer)

    def _scroll_to_answer(self) -> None:
        self.ensureWidgetVisible(self.person.talk.button)

    @property
    def question(self) -> str:
        """What was asked of the search."""
        return self.search.text().strip()

    @property
    def rows(self) -> tuple[HelpRow, ...]:
        """What was found, best first."""
        return tuple(self._rows)

    def shown(self) -> None:
        if not self._filled:
            self._look()
        self.search.setFocus()
        self.came.emit()

    def open_code(self, code: str) -> None:
        """What is known of one problem, and the article about it."""
        about = article_of(code, spoken())
        self._show_one(ProblemRow(code), about)

    def open_article(self, name: str) -> None:
        """One article, opened."""
        self._show_one(ArticleRow(articles(spoken())[name], self.open_article), None)

    # --- looking ----------------------------------------------------------------------------------

    def _look(self) -> None:
        self._soon.stop()
        self._filled = True
        question = self.question
        if not question:
            every = articles(spoken())
            self.search.facts.setText(self.tr("Often asked, also without internet"))
            self._show([self._article(every[name]) for name in _FIRST])
            self.asked_back.ask(False)
            return
        found = self._search().find(question)
        rows: list[HelpRow] = [self._article(article) for article in found]
        code = find(question)
        if code is not None and found and code.partition(".")[0] in found[0].codes:
            rows.insert(0, ProblemRow(code))
        words = self.tr("%n answer(s), also without internet", "", len(rows))
        self.search.facts.setText(words if rows else self.tr("No answer fits these words."))
        self._show(rows)
        self.asked_back.ask(bool(rows))

    def _search(self) -> HelpSearch:
        language = spoken()
        if language not in self._searches:
            self._searches[language] = HelpSearch(language)
        return self._searches[language]

    def _article(self, article: Article) -> ArticleRow:
        return ArticleRow(article, self.open_article)

    def _show_one(self, first: HelpRow, also: Article | None) -> None:
        self._filled = True
        self.search.clear()
        self.search.facts.clear()
        self._show([first] if also is None else [first, self._article(also)])
        first.set_open(True)
        self.asked_back.ask(True)

    def _show(self, rows: Sequence[HelpRow]) -> None:
        clear(self._column)
        self._rows = list(rows)
        for one in self._rows:
            self._column.addWidget(one)
            self._column.addWidget(Hairline())

    def _open_first(self) -> None:
        self._look()
        if self._rows:
            self._rows[0].set_open(True)
        elif question := self.question:
            self.unanswered.emit(question)

    def _not_quite(self) -> None:
        self.unanswered.emit(self.question or self._rows[0].name)


class Below(QWidget):
    """What can be had besides: a report to be saved, and where there is a service, an idea."""

    report_wanted = Signal()
    idea_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.report = Button(
            self.tr("Make a report for support"), self.report_wanted.emit, kind="link"
        )
        self.idea = Button(self.tr("An idea for us…"), self.idea_wanted.emit, kind="link")
        lines = column()
        lines.setContentsMargins(24, 0, 24, 0)
        for one in (self.report, self.idea):
            lines.addWidget(one, 0, Qt.AlignmentFlag.AlignLeft)
        self.setLayout(lines)

    def show_for(self, stage: Stage) -> None:
        self.setVisible(stage is not Stage.NO_SERVICE)


class AnsweredOrNot(QWidget):
    """Asks whether that was the answer, once for each time something is shown."""

    not_quite = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = Text(tone="second")
        self._words.setWordWrap(True)  # where there is no room; else it stands on one line
        self.yes = Button(self.tr("Yes"), self._thank, small=True)
        self.no = Button(self.tr("Not quite"), self._keep, small=True)
        line = row(spacing=12)
        line.addWidget(self._words)
        line.addWidget(self.yes)
        line.addWidget(self.no)
        line.addStretch(1)
        self.setLayout(line)
        self.ask(False)

    def ask(self, asked: bool) -> None:
        self.setVisible(asked)
        self._words.setText(self.tr("Did this answer it?"))
        self.yes.show()
        self.no.show()

    def _thank(self) -> None:
        self._say(self.tr("Good."))

    def _keep(self) -> None:
        self._say(self.tr("Kept on this computer, for a report to support."))
        self.not_quite.emit()

    def _say(self, words: str) -> None:
        self._words.setText(words)
        self.yes.hide()
        self.no.hide()
