"""Home: one sentence, from the worst thing that is true, and what stands behind it."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QStackedWidget, QWidget

from ui import numbers, tokens
from ui.icons import Icon
from ui.pages.home_cards import DaysCard, FoldersCard, Lately, StorageBox
from ui.pages.home_full import FullPart
from ui.pages.home_view import Checking, HomeView, Mood, Offer, Running
from ui.pages.page import Page
from ui.theme import TextSize
from ui.widgets.bars import ShareBar, ThreeToneBar
from ui.widgets.boxes import Box, Disc, IconLabel, Swatch, column, row
from ui.widgets.buttons import Button, SplitButton
from ui.widgets.texts import Elided, Text

_DISCS = {
    Mood.SAFE: (Icon.STATE_SAFE, "safe"),
    Mood.WORKING: (Icon.STATE_UPLOADING, "accent"),
    Mood.PAUSED: (Icon.PAUSE, "waiting"),
    Mood.WAITING: (Icon.STATE_WAITING, "waiting"),
    Mood.FULL: (Icon.STATE_FULL, "attention"),
    Mood.PROBLEM: (Icon.STATE_PROBLEM, "problem"),
    Mood.OLD: (Icon.STATE_FULL, "attention"),
    Mood.READY: (Icon.DRIVE, "accent"),
}
_DOTS = " · "
_AROUND_NOTE = 2 * 16 + 2 * 12 + tokens.ICON + 4
"""What a note needs beside its words."""
_SHORT_FACT = 28
"""Letters."""
_PHASE_ICONS = {
    "done": (Icon.STATE_SAFE, "safe"),
    "now": (Icon.STATE_UPLOADING, "accent"),
    "next": (Icon.PHASE_NEXT, "text_second"),
}


class HomePage(Page):
    """Shows a `HomeView`. Its signals are what the user wants."""

    back_up_now = Signal()
    pause = Signal(float)
    """For so many seconds; 0 until resumed."""
    resume = Signal()
    stop = Signal()
    open_storage = Signal()
    open_history = Signal()
    open_run = Signal(int)
    """The number of a run."""
    way_out = Signal(object)
    """A `WayOut`."""

    def __init__(self) -> None:
        super().__init__()
        self._view: HomeView | None = None
        self._hero = _Hero(self)
        self._running = _BarPart()
        self._note = _NoteLine()
        self._phases = _PhasesPart()
        self._check = _CheckPart()
        self._full = FullPart(self.way_out.emit)
        self._folders = FoldersCard(self.tr("Folders"))
        self._storage = StorageBox(self.tr("Storage"), self.open_storage.emit)
        self._days = DaysCard(self.tr("Last 30 days"), self.open_history.emit)
        self._days.chart.clicked.connect(self._open_day)
        self._lately = Lately(self.tr("Lately"))
        self._cards = QGridLayout()
        self._cards.setSpacing(tokens.CARD_GAP)
        self.body.addWidget(self._hero)
        for part in (self._running, self._full, self._note, self._phases, self._check):
            self.body.addWidget(part)
        self.body.addSpacing(tokens.SECTION_GAP)
        self.body.addLayout(self._cards)
        self.body.addSpacing(tokens.SECTION_GAP)
        self.body.addWidget(self._lately)
        self.body.addStretch(1)
        self.arrange()

    @property
    def view(self) -> HomeView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: HomeView) -> None:
        """At most ten times a second; what has not changed costs nothing."""
        before, self._view = self._view, view
        if view == before:
            return
        self._hero.show_view(view)
        for part in (self._running, self._phases):
            part.setVisible(view.running is not None)
            if view.running is not None:
                part.show_running(view.running)
        self._check.setVisible(view.checking is not None)
        if view.checking is not None:
            self._check.show_checking(view.checking)
        self._full.setVisible(view.full is not None)
        if view.full is not None:
            self._full.show_full(view.full)
        self._note.setVisible(view.note is not None)
        if view.note is not None:
            self._note.show_words(*view.note)
        if before is None or before.folders != view.folders:
            self._folders.show_folders(view.folders, view.folders_total)
        self._storage.show_storage(view.storage)
        self._days.show_days(view)
        if before is None or before.lately != view.lately:
            self._lately.show_lines(view.lately)

    def _open_day(self, at: int) -> None:
        runs = () if self._view is None else self._view.runs
        if at < len(runs) and runs[at]:
            self.open_run.emit(runs[at])

    def arrange(self) -> None:
        cards: tuple[QWidget, ...] = (self._folders, self._storage, self._days)
        for card in cards:
            self._cards.removeWidget(card)
        if self.narrow:
            self._cards.addWidget(self._folders, 0, 0, 1, 2)
            self._cards.addWidget(self._storage, 1, 0)
            self._cards.addWidget(self._days, 1, 1)
            stretches = (1, 1, 0)
        else:
            for number, card in enumerate(cards):
                self._cards.addWidget(card, 0, number)
            stretches = (3, 2, 2)
        for number, stretch in enumerate(stretches):
            self._cards.setColumnStretch(number, stretch)


class _Hero(QWidget):
    def __init__(self, page: HomePage) -> None:
        super().__init__()
        self._disc = Disc()
        self._sentence = Text(size=TextSize.LARGE, weight=600, wrap=True)
        self._sentence.setObjectName("sentence")
        self._facts = Text(tone="second", wrap=True)
        self._facts.setObjectName("facts")
        self._buttons = QStackedWidget()
        self._offers = {
            Offer.START: _start_buttons(page),
            Offer.HOLD: _running_buttons(page),
            Offer.GO_ON: _paused_buttons(page),
            Offer.RESTING: _resting_buttons(page),
            Offer.TRY: _waiting_buttons(page, page.tr("Try now")),
            Offer.OVERRULE: _waiting_buttons(page, page.tr("Back up now")),
        }
        for buttons in self._offers.values():
            self._buttons.addWidget(buttons)
        self._buttons.setFixedHeight(tokens.CONTROL_HEIGHT + 4)
        self._buttons.setSizePolicy(
            self._buttons.sizePolicy().Policy.Fixed, self._buttons.sizePolicy().Policy.Fixed
        )
        texts = column(spacing=2)
        texts.addWidget(self._sentence)
        texts.addWidget(self._facts)
        layout = row(spacing=16)
        layout.addWidget(self._disc, 0, Qt.AlignmentFlag.AlignVCenter)
        layout.addLayout(texts, 1)
        layout.addWidget(self._buttons, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(layout)

    def show_view(self, view: HomeView) -> None:
        self._disc.show_icon(*_DISCS[view.mood])
        self._sentence.setText(view.sentence)
        self._sentence.setAccessibleName(view.sentence)
        self._facts.setText(_breaking_at_dots(view.facts))
        current = self._offers[view.offer]
        self._buttons.setCurrentWidget(current)
        self._buttons.setFixedWidth(current.sizeHint().width())


def _breaking_at_dots(facts: str) -> str:
    """But for a fact that may find no room in one line."""
    return _DOTS.join(
        one.replace(" ", numbers.NO_BREAK) if len(one) <= _SHORT_FACT else one
        for one in facts.split(_DOTS)
    )


def _start_buttons(page: HomePage) -> QWidget:
    split = SplitButton(
        page.tr("Back up now"), page.back_up_now.emit, menu_name=page.tr("More ways to begin")
    )
    split.add(page.tr("Pause for an hour"), lambda: page.pause.emit(3600.0))
    split.add(page.tr("Pause until tomorrow"), lambda: page.pause.emit(86400.0))
    return split


def _running_buttons(page: HomePage) -> QWidget:
    box = QWidget()
    layout = row(spacing=tokens.GAP)
    split = SplitButton(
        page.tr("Pause"),
        lambda: page.pause.emit(0.0),
        menu_name=page.tr("Pause for a time"),
        kind="plain",
        icon=Icon.PAUSE,
    )
    split.add(page.tr("For half an hour"), lambda: page.pause.emit(1800.0))
    split.add(page.tr("For two hours"), lambda: page.pause.emit(7200.0))
    layout.addWidget(split)
    layout.addWidget(Button(page.tr("Stop…"), page.stop.emit, icon=Icon.STOP))
    box.setLayout(layout)
    return box


def _paused_buttons(page: HomePage) -> QWidget:
    box = QWidget()
    layout = row(spacing=tokens.GAP)
    layout.addWidget(Button(page.tr("Go on"), page.resume.emit, kind="main"))
    layout.addWidget(Button(page.tr("Stop…"), page.stop.emit, icon=Icon.STOP))
    box.setLayout(layout)
    return box


def _resting_buttons(page: HomePage) -> QWidget:
    """While none begins by itself: one can be begun all the same."""
    box = QWidget()
    layout = row(spacing=tokens.GAP)
    layout.addWidget(Button(page.tr("Back up now"), page.back_up_now.emit))
    layout.addWidget(Button(page.tr("Go on"), page.resume.emit, kind="main"))
    box.setLayout(layout)
    return box


def _waiting_buttons(page: HomePage, words: str) -> QWidget:
    box = QWidget()
    layout = row(spacing=tokens.GAP)
    layout.addWidget(Button(words, page.back_up_now.emit, kind="main"))
    layout.addWidget(Button(page.tr("Stop…"), page.stop.emit, icon=Icon.STOP))
    box.setLayout(layout)
    return box


class _BarPart(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._bar = ThreeToneBar()
        self._bar.setObjectName("bar")
        self._amounts = {name: Text(weight=500) for name in ("safe", "sent", "left")}
        words = {
            "safe": self.tr("already safe"),
            "sent": self.tr("sent now"),
            "left": self.tr("left"),
        }
        self._words = words
        legend = row(spacing=8)
        for name, amount in self._amounts.items():
            legend.addWidget(Swatch(f"bar_{name}"))
            legend.addWidget(Text(words[name], tone="second"))
            legend.addWidget(amount)
            legend.addSpacing(16)
        legend.addStretch(1)
        self._speed = Text(tone="second")
        self._speed.setObjectName("speed")
        legend.addWidget(self._speed)
        layout = column()
        layout.addSpacing(32)
        layout.addWidget(self._bar)
        layout.addSpacing(12)
        layout.addLayout(legend)
        self.setLayout(layout)

    def show_running(self, running: Running) -> None:
        self._bar.show_shares(running.safe_share, running.sent_share)
        for name, amount in self._amounts.items():
            amount.setText(getattr(running, name))
        self._bar.setAccessibleName(
            ", ".join(f"{word} {getattr(running, name)}" for name, word in self._words.items())
        )
        self._speed.setText(running.speed)


class _Phase(NamedTuple):
    arrow: IconLabel
    icon: IconLabel
    text: Text


def _phase() -> _Phase:
    return _Phase(
        IconLabel(Icon.CHEVRON_RIGHT, size=16), IconLabel(Icon.PHASE_NEXT, size=16), Text()
    )


class _PhasesPart(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._phases = [_phase() for _ in range(3)]
        phases = row(spacing=6)
        for phase in self._phases:
            for part in phase:
                phases.addWidget(part)
        self._current = Elided(tone="second")
        self._current.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._share = Text(tone="second")
        phases.addWidget(self._current, 1)
        phases.addWidget(self._share)
        layout = column()
        layout.addSpacing(20)
        layout.addLayout(phases)
        self.setLayout(layout)

    def show_running(self, running: Running) -> None:
        self.show_phases(running.phases, running.current, running.current_share)

    def show_phases(
        self, phases: tuple[tuple[str, str], ...], current: str, share: str = ""
    ) -> None:
        """Up to three, and a word on what is at work, of which the `share` is never elided."""
        for number, (arrow, icon, text) in enumerate(self._phases):
            for part in (arrow, icon, text):
                part.setVisible(number < len(phases))
            if number < len(phases):
                words, how = phases[number]
                icon.show_icon(*_PHASE_ICONS[how])
                text.setText(words)
                text.set_tone({"done": "safe", "now": "accent", "next": "second"}[how])
        self._phases[0].arrow.hide()
        self._current.setText(f"{current}," if share else current)
        self._share.setText(share)


class _CheckPart(QWidget):
    """A check at work: what is read back as a bar, and its steps."""

    def __init__(self) -> None:
        super().__init__()
        self._bar = ShareBar(12)
        self._bar.setObjectName("check-bar")
        self._phases = _PhasesPart()
        layout = column()
        layout.addSpacing(tokens.SECTION_GAP)
        layout.addWidget(self._bar)
        layout.addWidget(self._phases)
        self.setLayout(layout)

    def show_checking(self, checking: Checking) -> None:
        self._bar.setVisible(checking.share is not None)
        if checking.share is not None:
            self._bar.show_parts([(checking.share, "accent")])
            self._bar.setAccessibleName(checking.phases[-1][0])
        self._phases.show_phases(checking.phases, checking.found)


class _NoteLine(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._bold, self._plain = Text(weight=600), Text(tone="second", wrap=True)
        self._bold.setObjectName("note")
        box = Box("note")
        inside = row(spacing=12)
        inside.setContentsMargins(16, 10, 16, 10)
        inside.addWidget(IconLabel(Icon.NAV_HISTORY, "accent"))
        self._words = row(spacing=12)
        self._words.addWidget(self._bold)
        self._words.addWidget(self._plain, 1)
        inside.addLayout(self._words, 1)
        box.setLayout(inside)
        layout = column()
        layout.addSpacing(24)
        layout.addWidget(box)
        self.setLayout(layout)

    def show_words(self, bold: str, plain: str) -> None:
        self._bold.setText(bold)
        self._plain.setText(plain)
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """The plain sentence stands below where both find no room in one line."""
        plain = self._plain.fontMetrics().horizontalAdvance(self._plain.text())
        beside = self._bold.sizeHint().width() + plain + _AROUND_NOTE <= self.width()
        direction = QBoxLayout.Direction
        self._words.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
        self._words.setSpacing(12 if beside else 2)
