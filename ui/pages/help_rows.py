"""What Help found: an article, or the explanation of one problem, each a row that opens."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import (
    QFont,
    QKeyEvent,
    QPalette,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from backupclient.support.explainer import Explanation
from backupclient.support.help_articles import LINK, Article
from ui import tokens
from ui.explained import explain_code
from ui.icons import Icon
from ui.theme import TextSize, theme
from ui.widgets.boxes import Clickable, IconLabel, column, row
from ui.widgets.texts import Text

_LINE_HEIGHT = 130.0
"""Per cent of the font's."""


class HelpRow(Clickable):
    """A title and one line; opened, all of it. `name` is the article's or the problem's code."""

    def __init__(self, name: str, title: str, line: str) -> None:
        super().__init__()
        self.name = name
        self._details: QWidget | None = None
        self._chevron = IconLabel(Icon.CHEVRON_DOWN)
        self.setAccessibleName(title)
        self.setAccessibleDescription(line)
        self.on_click = self._toggle
        head = row(spacing=16)
        head.addWidget(Text(title, weight=600, wrap=True), 1)
        head.addWidget(self._chevron, 0, Qt.AlignmentFlag.AlignTop)
        self._line = Text(line, tone="second", wrap=True)
        if not line:
            self._line.hide()
        self._column = column(spacing=4)
        self._column.setContentsMargins(0, 14, 0, 14)
        self._column.addLayout(head)
        self._column.addWidget(self._line)
        self.setLayout(self._column)

    @property
    def opened(self) -> bool:
        return self._details is not None and not self._details.isHidden()

    def set_open(self, opened: bool) -> None:
        if self._details is None:
            self._details = self._make_details()
            self._column.addWidget(self._details)
        self._details.setVisible(opened)
        self._line.setVisible(bool(self._line.text()) and not opened)
        self._chevron.show_icon(Icon.CHEVRON_UP if opened else Icon.CHEVRON_DOWN, "text_second")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._toggle()
        else:
            super().keyPressEvent(event)

    def _toggle(self) -> None:
        self.set_open(not self.opened)

    def _make_details(self) -> QWidget:
        raise NotImplementedError


class ArticleRow(HelpRow):
    """`go_to` is called with the name of an article that this one links to."""

    def __init__(self, article: Article, go_to: Callable[[str], None]) -> None:
        super().__init__(article.name, article.title, article.answer)
        self._article = article
        self._go_to = go_to

    def _make_details(self) -> QWidget:
        return ArticleText(self._article.body, self._go_to)


class ProblemRow(HelpRow):
    def __init__(self, code: str) -> None:
        self._told = explain_code(code)
        super().__init__(code, self._told.title, "")

    def _make_details(self) -> QWidget:
        return _explained(self._told)


class ArticleText(QLabel):
    """An article's Markdown, which is ours: nothing from outside is shown in it."""

    def __init__(self, markdown: str, go_to: Callable[[str], None]) -> None:
        super().__init__()
        self._go_to = go_to
        self._markdown = markdown
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setFont(theme().font(TextSize.BODY))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        policy = self.sizePolicy()
        policy.setHorizontalPolicy(QSizePolicy.Policy.Ignored)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.linkActivated.connect(self._follow)
        theme().changed.connect(self._recolour)
        self._recolour()

    def _follow(self, target: str) -> None:
        self._go_to(target.removeprefix(LINK))

    @property
    def markdown(self) -> str:
        return self._markdown

    def _recolour(self) -> None:
        """Links keep the colour they were laid out with."""
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Link, theme().colours.accent)
        self.setPalette(palette)
        self.setText(_airy(self._markdown, self.font()))


def _airy(markdown: str, font: QFont) -> str:
    """As HTML, with the line height of the design: a label's own Markdown has none."""
    document = QTextDocument()
    document.setDefaultFont(font)
    document.setMarkdown(markdown)
    cursor = QTextCursor(document)
    block = document.begin()
    while block.isValid():
        cursor.setPosition(block.position())
        layout = block.blockFormat()
        layout.setLineHeight(
            _LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
        )
        cursor.setBlockFormat(layout)
        block = block.next()
    return document.toHtml()


def _explained(told: Explanation) -> QWidget:
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
