"""Storage & plan: how much the backup takes, of how much, and when that will be full."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtGui import QDoubleValidator
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLineEdit, QWidget

from ui import tokens
from ui.icons import Icon
from ui.pages.page import Page
from ui.pages.storage_account import AccountLine
from ui.pages.storage_check import CheckPart
from ui.pages.storage_computers import ComputersCard
from ui.pages.storage_old import OldPart
from ui.pages.storage_plan import plan_part
from ui.theme import TextSize
from ui.widgets.bars import ShareBar
from ui.widgets.boxes import Card, Hairline, IconLabel, Swatch, clear, column, row
from ui.widgets.buttons import Button
from ui.widgets.flow import Flow
from ui.widgets.growth import GrowthChart
from ui.widgets.texts import Text
from ui.wording_account import HouseholdView
from ui.wording_storage import Part, StorageView

_GB = 1_000_000_000
_MOST_GB = 100_000
_DECIMALS = 3


def _numbers() -> QLocale:
    """How the user's language writes a number that is to be edited."""
    locale = QLocale()
    locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
    return locale


def _in_gb(limit: int) -> str:
    """Empty where there is none."""
    return _numbers().toString(round(limit / _GB, _DECIMALS), "g", 9) if limit else ""


class StoragePage(Page):
    """Shows a `StorageView`."""

    page_wanted = Signal(str)
    """A page of the web is to be opened."""
    looked_at = Signal()
    """It came to the front."""
    limit_chosen = Signal(object)
    """Bytes, 0 for none."""
    try_now = Signal()
    """Somebody has bought more storage."""
    walk_closed = Signal()
    computer_released = Signal(str)
    """By its id: its seat is to be given up."""
    taken_over = Signal(str)
    """By its id: this computer is to go on with its backups."""
    check_wanted = Signal(bool)
    """The backup is to be checked; True: by reading everything back."""
    space_wanted = Signal()
    """Old versions are to give their space back."""
    account_wanted = Signal(object)
    """An `AccountAction`."""

    def __init__(self) -> None:
        super().__init__()
        self._view: StorageView | None = None
        self._title = row(spacing=16)
        self._title.addWidget(Text(self.tr("Storage & plan"), TextSize.LARGE, weight=600))
        self._title.addStretch(1)
        more = Button(self.tr("I have bought more storage"), self.try_now.emit)
        more.setObjectName("more-storage")
        buttons = row(spacing=16)
        buttons.addWidget(more)
        self._shop = Button(self.tr("Get more storage…"), self._open_shop)
        self._shop.setObjectName("get-more-storage")
        self._shop.hide()
        buttons.addWidget(self._shop)
        buttons.addStretch(1)
        self._title.addLayout(buttons)
        self._used, self._where = Text(weight=500), Text(tone="second")
        self._used.setObjectName("storage-used")
        self._manage = Button(self.tr("Your plan…"), self._open_plan, kind="link")
        self._manage.setObjectName("manage-plan")
        self._manage.hide()
        amounts = row(spacing=16)
        amounts.addWidget(self._used, 1)
        amounts.addWidget(self._where)
        amounts.addWidget(self._manage)
        self._bar = ShareBar(16)
        self._bar.setObjectName("storage-parts")
        self._legend = _Legend()
        self.body.addLayout(self._title)
        self.body.addSpacing(16)
        self.body.addLayout(amounts)
        self.body.addSpacing(12)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._legend)
        self.body.addSpacing(16)
        self._notes, self._walk = plan_part(self)
        self._walk.closed.connect(self.walk_closed)
        self.body.addSpacing(16)
        self._growth = _GrowthCard()
        self._computers = ComputersCard()
        self._computers.released.connect(self.computer_released)
        self._computers.taken_over.connect(self.taken_over)
        self._cards = row(spacing=tokens.CARD_GAP)
        self._cards.addWidget(self._computers, 2)
        self._cards.addWidget(self._growth, 1)
        self.body.addLayout(self._cards)
        self.body.addSpacing(16)
        self._add_lines()
        self.body.addStretch(1)

    def _add_lines(self) -> None:
        """One fact or choice each."""
        self._spared = Text(wrap=True)
        self._spared.setObjectName("storage-spared")
        self.body.addWidget(Hairline())
        self.body.addLayout(_line(Icon.STATE_SAFE, "safe", self._spared))
        self.body.addWidget(Hairline())
        self._check = CheckPart(self.check_wanted.emit)
        self._check.hide()
        self._check_rule = Hairline()
        self._check_rule.hide()
        self.body.addWidget(self._check)
        self.body.addWidget(self._check_rule)
        self._old = OldPart(self.space_wanted.emit)
        self._old_rule = Hairline()
        for part in (self._old, self._old_rule):
            part.hide()
            self.body.addWidget(part)
        self.body.addLayout(self._limit_line())
        self.body.addWidget(Hairline())
        systems = self.tr("Plainkeep works on Linux. It is not released for macOS and Windows yet.")
        supported = Text(systems, wrap=True)
        supported.setObjectName("supported-systems")
        self.body.addLayout(_line(Icon.DESKTOP, "text_second", supported))
        self._account = AccountLine()
        self._account.wanted.connect(self.account_wanted)
        self.body.addWidget(Hairline())
        self.body.addWidget(self._account)

    def shown(self) -> None:
        self.looked_at.emit()

    def arrange(self) -> None:
        direction = QBoxLayout.Direction
        beside, below = direction.LeftToRight, direction.TopToBottom
        self._cards.setDirection(below if self.narrow else beside)
        two_buttons = not self._shop.isHidden()
        self._title.setDirection(below if self.narrow and two_buttons else beside)

    @property
    def computers(self) -> ComputersCard:
        return self._computers

    @property
    def view(self) -> StorageView | None:
        """What is shown."""
        return self._view

    def show_view(self, view: StorageView | None) -> None:
        if view is None or view == self._view:
            return
        self._view = view
        self._used.setText(view.used)
        self._where.setText(view.where)
        self._shop.setVisible(bool(view.shop))
        self.arrange()
        self._manage.setVisible(bool(view.manage))
        self._bar.show_parts([(part.share, part.colour) for part in view.parts])
        named = [f"{part.name} {part.size}" for part in view.parts if part.name]
        self._bar.setAccessibleName(", ".join([view.used, *named]))
        self._legend.show_parts(view.parts, view.parts_line)
        self._notes.show_notes(view.notes)
        self._walk.show_lines(view.walk)
        self._growth.show_view(view)
        self._spared.setText(view.spared)
        for part in (self._check, self._check_rule):
            part.setVisible(view.check is not None)
        self._old.show_words(view.old)
        self._old_rule.setVisible(bool(view.old))
        if view.check is not None:
            self._check.show_line(view.check)
        if not self._limit.hasFocus():
            self._limit.setText(_in_gb(view.limit))

    def show_household(self, view: HouseholdView) -> None:
        self._account.show_view(view.account)
        self._computers.show_lines(view.computers, view.seats)

    def _open_shop(self) -> None:
        if self._view is not None:
            self.page_wanted.emit(self._view.shop)

    def _open_plan(self) -> None:
        if self._view is not None:
            self.page_wanted.emit(self._view.manage)

    def say_account(self, trouble: str) -> None:
        """What was asked for about the account could not be done."""
        self._account.say(trouble)

    def _limit_line(self) -> QHBoxLayout:
        self._limit = QLineEdit()
        self._limit.setValidator(QDoubleValidator(0, _MOST_GB, _DECIMALS, self._limit))
        self._limit.setPlaceholderText(self.tr("No limit"))
        self._limit.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._limit.setFixedWidth(144)
        self._limit.setAccessibleName(self.tr("How much the backup may take"))
        self._limit.editingFinished.connect(self._choose)
        line = row(spacing=12)
        line.setContentsMargins(0, 12, 0, 12)
        line.addWidget(IconLabel(Icon.NAV_STORAGE))
        words = self.tr("The most the backup may take. At the limit, what is safe stays safe.")
        line.addWidget(Text(words, wrap=True), 1)
        line.addWidget(self._limit)
        line.addWidget(Text("GB", tone="second"))
        return line

    def _choose(self) -> None:
        chosen, _ = _numbers().toDouble(self._limit.text() or "0")
        if self._view is not None and self._limit.text() != _in_gb(self._view.limit):
            self.limit_chosen.emit(round(chosen * _GB))


class _Legend(QWidget):
    """What the parts of the bar are; nothing where nobody knows."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Part, ...] = ()
        self._parts = Flow(24, 8)
        self._line = Text(size=TextSize.SMALL, tone="second", wrap=True)
        layout = column(spacing=8)
        layout.addSpacing(8)
        layout.addLayout(self._parts)
        layout.addWidget(self._line)
        self.setLayout(layout)
        self.hide()

    def show_parts(self, parts: tuple[Part, ...], line: str) -> None:
        named = tuple(part for part in parts if part.name)
        self._line.setText(line)
        self.setVisible(bool(named))
        if named == self._shown:
            return
        self._shown = named
        clear(self._parts)
        for part in named:
            one, inside = QWidget(), row(spacing=8)
            inside.addWidget(Swatch(part.colour))
            inside.addWidget(Text(part.name, tone="second"))
            inside.addWidget(Text(part.size, weight=500))
            one.setLayout(inside)
            self._parts.addWidget(one)
            one.show()


class _GrowthCard(Card):
    def __init__(self) -> None:
        super().__init__()
        self._words = Text(tone="second", wrap=True)
        self._words.setObjectName("storage-forecast")
        self._chart = GrowthChart()
        self._begin, self._end = (Text(size=TextSize.SMALL, tone="second") for _ in range(2))
        ends = row()
        ends.addWidget(self._begin)
        ends.addStretch(1)
        ends.addWidget(self._end)
        head = row(spacing=16)
        head.addWidget(Text(self.tr("Growth"), weight=600))
        self._words.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._words, 1)
        self.body.addLayout(head)
        self.body.addSpacing(8)
        self.body.addWidget(self._chart)
        self.body.addLayout(ends)
        self.body.addStretch(1)

        self.hide()

    def show_view(self, view: StorageView) -> None:
        growth = view.growth
        self.setVisible(growth is not None)
        if growth is None:
            return
        self._words.setText(growth.words)
        self._begin.setText(growth.begin)
        self._end.setText(growth.end)
        self._chart.show_growth(growth.stored, growth.ahead, growth.limit, growth.limit_words)
        self._chart.setAccessibleName(f"{view.used}, {growth.words}")


def _line(icon: Icon, colour: str, text: Text) -> QHBoxLayout:
    line = row(spacing=12)
    line.setContentsMargins(0, 12, 0, 12)
    line.addWidget(IconLabel(icon, colour), 0, Qt.AlignmentFlag.AlignVCenter)
    line.addWidget(text, 1)
    return line
