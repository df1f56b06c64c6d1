"""Help: answers, found as one types, also without the network."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLineEdit, QWidget

from backupclient.support.explainer import find
from backupclient.support.help_articles import Article, article_of, articles
from backupclient.support.help_search import HelpSearch
from ui.explained import spoken
from ui.icons import Icon, qicon
from ui.pages.help_rows import ArticleRow, HelpRow, ProblemRow
from ui.pages.page import Page
from ui.theme import TextSize, theme
from ui.widgets.boxes import Hairline, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_FIELD_HEIGHT = 44
_MOST_WIDE = 760
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

    def __init__(self) -> None:
        super().__init__()
        self._searches: dict[str, HelpSearch] = {}
        head = row(spacing=16)
        head.addWidget(Text(self.tr("Help"), TextSize.LARGE, weight=600), 1)
        head.addWidget(Button(self.tr("Make a report for support"), self.report_wanted.emit))
        self.body.addLayout(head)
        self.body.addSpacing(16)
        self.search = QLineEdit()
        self.search.setObjectName("help-search")
        self.search.setFixedHeight(_FIELD_HEIGHT)
        self.search.setAccessibleName(self.tr("Search the help"))
        self.search.setPlaceholderText(self.tr("A question, or an error message"))
        self._glass = QAction(self)
        self.search.addAction(self._glass, QLineEdit.ActionPosition.LeadingPosition)
        self._count = Text(size=TextSize.SMALL, tone="second")
        self.body.addWidget(self.search)
        self.body.addSpacing(8)
        self.body.addWidget(self._count)
        self.body.addSpacing(8)
        self._rows: list[HelpRow] = []
        self._list = QWidget()
        self._list.setMaximumWidth(_MOST_WIDE)
        self._column = column()
        self._list.setLayout(self._column)
        self.body.addWidget(self._list)
        self.asked_back = AnsweredOrNot()
        self.asked_back.not_quite.connect(self._not_quite)
        self.body.addSpacing(16)
        self.body.addWidget(self.asked_back)
        self.body.addStretch(1)
        self._soon = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._soon.timeout.connect(self._look)
        self.search.textEdited.connect(self._soon.start)
        self.search.returnPressed.connect(self._open_first)
        theme().changed.connect(self._renew)
        self._renew()
        self._filled = False

    @property
    def rows(self) -> tuple[HelpRow, ...]:
        """What was found, best first."""
        return tuple(self._rows)

    def shown(self) -> None:
        if not self._filled:
            self._look()
        self.search.setFocus()

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
        question = self.search.text().strip()
        if not question:
            every = articles(spoken())
            self._count.setText(self.tr("Often asked:"))
            self._show([self._article(every[name]) for name in _FIRST])
            self.asked_back.ask(False)
            return
        found = self._search().find(question)
        rows: list[HelpRow] = [self._article(article) for article in found]
        code = find(question)
        if code is not None and found and code.partition(".")[0] in found[0].codes:
            rows.insert(0, ProblemRow(code))
        words = self.tr("%n answer(s), also without internet", "", len(rows))
        self._count.setText(words if rows else self.tr("No answer fits these words."))
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
        self._count.clear()
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
        elif question := self.search.text().strip():
            self.unanswered.emit(question)

    def _not_quite(self) -> None:
        self.unanswered.emit(self.search.text().strip() or (self._rows[0].name))

    def _renew(self) -> None:
        self._glass.setIcon(qicon(Icon.SEARCH, theme().colours.text_second))


class AnsweredOrNot(QWidget):
    """Asks whether that was the answer, once for each time something is shown."""

    not_quite = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._words = Text(tone="second")
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
