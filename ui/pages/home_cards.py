"""The cards of the home page and the lines below them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLayout, QWidget

from ui import tokens
from ui.icons import Icon
from ui.pages.home_view import FolderLine, HomeView, LatelyLine, StorageCard
from ui.theme import TextSize
from ui.widgets.bars import DaysChart, ShareBar
from ui.widgets.boxes import Card, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import IconButton
from ui.widgets.texts import Elided, Text

_HEAD = 28
_ABOVE_HEAD = 16
"""All heads are as high as one with a button, whose target is larger than the line, so that titles
stand in one line."""
_WITH_BUTTON = (tokens.CARD_PADDING, _ABOVE_HEAD, 16, tokens.CARD_PADDING)


def _card_head(title: str, right: QWidget) -> QLayout:
    layout = row()
    layout.addStrut(_HEAD)
    layout.addWidget(Text(title, weight=600))
    layout.addStretch(1)
    layout.addWidget(right)
    return layout


class FoldersCard(Card):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._total = Text(tone="second")
        margin = tokens.CARD_PADDING
        self.body.setContentsMargins(margin, _ABOVE_HEAD, margin, margin)
        self.body.addLayout(_card_head(title, self._total))
        self.body.addSpacing(14)
        self._lines = QGridLayout()
        self._lines.setHorizontalSpacing(tokens.ICON_GAP)
        self._lines.setVerticalSpacing(20)
        self._lines.setColumnStretch(1, 1)
        self.body.addLayout(self._lines)
        self.body.addStretch(1)

    def show_folders(self, folders: tuple[FolderLine, ...], total: str) -> None:
        self._total.setText(total)
        self.setVisible(bool(folders))
        clear(self._lines)
        for number, folder in enumerate(folders):
            size = Text(folder.size, tone="second")
            size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            for at, widget in enumerate(
                (IconLabel(folder.icon), Elided(folder.name, weight=500), _state(folder), size)
            ):
                self._lines.addWidget(widget, number, at)


def _state(folder: FolderLine) -> QWidget:
    box, layout = QWidget(), row(spacing=tokens.STATE_GAP)
    layout.addWidget(IconLabel(folder.state_icon, folder.colour, tokens.ICON_STATE))
    layout.addWidget(Text(folder.state, weight=500, tone=folder.colour))
    layout.addStretch(1)
    box.setLayout(layout)
    return box


class StorageBox(Card):
    def __init__(self, title: str, on_click: Callable[[], None]) -> None:
        super().__init__()
        self.body.setContentsMargins(*_WITH_BUTTON)
        button = IconButton(Icon.CHEVRON_RIGHT, title, on_click)
        self.body.addLayout(_card_head(title, button))
        self._amount, self._of = Text(size=TextSize.LARGE, weight=600), Text(tone="second")
        amounts = row(spacing=6)
        amounts.addWidget(self._amount, 0, Qt.AlignmentFlag.AlignBottom)
        amounts.addWidget(self._of, 1, Qt.AlignmentFlag.AlignBottom)
        self._bar = ShareBar()
        self._said: tuple[str, ...] = ()
        self._lines = column(spacing=tokens.GAP_SMALL)
        self.body.addSpacing(4)
        self.body.addLayout(amounts)
        self.body.addSpacing(8)
        self.body.addWidget(self._bar)
        self.body.addSpacing(12)
        self.body.addLayout(self._lines)
        self.body.addStretch(1)

    def show_storage(self, storage: StorageCard | None) -> None:
        self.setVisible(storage is not None)
        if storage is not None:
            self._amount.setText(storage.amount)
            self._of.setText(storage.of)
            colour = "attention_fill" if storage.full else "accent"
            self._bar.setVisible(storage.bar)
            self._bar.show_parts([(storage.share, colour)])
            self._bar.setAccessibleName(f"{storage.amount} {storage.of}")
            if storage.lines != self._said:
                self._said = storage.lines
                clear(self._lines)
                for number, line in enumerate(storage.lines):
                    if storage.full and not number:
                        self._lines.addWidget(_warning(line))
                    else:
                        tone = "second" if number else ""
                        self._lines.addWidget(Text(line, tone=tone, wrap=True))


def _warning(line: str) -> QWidget:
    box, layout = QWidget(), row(spacing=tokens.STATE_GAP)
    icon = IconLabel(Icon.STATE_PROBLEM, "attention", tokens.ICON_STATE)
    layout.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
    layout.addWidget(Text(line, tone="attention", wrap=True), 1)
    box.setLayout(layout)
    return box


class DaysCard(Card):
    def __init__(self, title: str, on_click: Callable[[], None]) -> None:
        super().__init__()
        self.body.setContentsMargins(*_WITH_BUTTON)
        self.body.addLayout(_card_head(title, IconButton(Icon.CHEVRON_RIGHT, title, on_click)))
        self.chart = DaysChart()
        self._from = Text(size=TextSize.SMALL, tone="second")
        self.chart.setMinimumHeight(96)
        self.chart.setMaximumHeight(180)
        self._line = Text(tone="second", wrap=True)
        # Room for two lines always: what wraps is not reckoned with when a page is full.
        self._line.setMinimumHeight(2 * self._line.fontMetrics().lineSpacing())
        self._line.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.setMinimumWidth(200)
        ends = row()
        ends.addWidget(self._from)
        ends.addStretch(1)
        ends.addWidget(Text(self.tr("today"), TextSize.SMALL, tone="second"))
        self.body.addSpacing(16)  # the tallest day does not reach the title
        self.body.addWidget(self.chart, 100)
        self.body.addLayout(ends)
        self.body.addSpacing(8)
        self.body.addWidget(self._line)
        self.body.addStretch(1)

    def show_days(self, view: HomeView) -> None:
        self.setVisible(bool(view.days_line))
        self.chart.show_days(view.days)
        self.chart.setAccessibleName(view.days_line)
        self._from.setText(view.days_from)
        self._line.setText(view.days_line)


class Lately(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        layout = column()
        layout.addWidget(Text(title, weight=600))
        layout.addSpacing(12)
        self._lines = column()
        layout.addLayout(self._lines)
        self.setLayout(layout)

    def show_lines(self, lines: tuple[LatelyLine, ...]) -> None:
        self.setVisible(bool(lines))
        clear(self._lines)
        for line in lines:
            self._lines.addWidget(Hairline())
            one = QWidget()
            one.setFixedHeight(43)
            inside = row(spacing=tokens.ICON_GAP)
            inside.addWidget(IconLabel(line.icon, line.colour))
            inside.addWidget(Elided(line.text), 1)
            inside.addWidget(Text(line.when, tone="second"))
            one.setLayout(inside)
            self._lines.addWidget(one)
        if lines:
            self._lines.addWidget(Hairline())
