"""One problem: closed a title and its button, open what it means and the first files."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QGridLayout, QWidget

from ui import tokens
from ui.icons import Icon
from ui.theme import TextSize
from ui.widgets.boxes import Card, Disc, Hairline, IconLabel, clear, column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.flow import Flow
from ui.widgets.texts import Elided, Text
from ui.wording_problems import FileLine, Group

_INSET = 56
"""What is open begins under the title: disc and gap."""


class ProblemCard(Card):
    """Shows a `Group`. `main`: its button is the page's one main button."""

    toggled = Signal(str)
    """Its key: to be opened, or closed."""
    step = Signal(object)
    show_all = Signal(str)
    read_more = Signal(str)
    report_wanted = Signal()

    def __init__(self, *, main: bool) -> None:
        super().__init__()
        self._group: Group | None = None
        self.body.setContentsMargins(20, 16, 20, 16)
        self._disc = Disc(40)
        self._title = Text(weight=600, wrap=True)
        self._line = Text(tone="second")
        self._short = QWidget()
        self._state_icon = IconLabel(Icon.STATE_PROBLEM, "problem", tokens.ICON_STATE)
        self._state = Text(weight=500)
        self._button = Button("", self._do, kind="main" if main else "plain")
        self._more = IconButton(Icon.CHEVRON_DOWN, self.tr("Show more"), self._toggle)
        self._less = IconButton(Icon.CHEVRON_UP, self.tr("Show less"), self._toggle)
        self._less.hide()
        texts = column()
        texts.addWidget(self._title)
        texts.addLayout(self._under_title())
        head = row(spacing=16)
        head.addWidget(self._disc)
        head.addLayout(texts, 1)
        for widget in (self._button, self._more, self._less):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)
        self.body.addLayout(head)
        self._inside = _Inside(self)
        self._inside.hide()
        self.body.addWidget(self._inside)

    def _under_title(self) -> Flow:
        """How the data stands while the card is closed, and since when that is so."""
        state = row(spacing=tokens.STATE_GAP)
        state.addWidget(Text(self.tr("Your data:"), tone="second"))
        state.addWidget(self._state_icon)
        state.addWidget(self._state)
        self._short.setLayout(state)
        line = Flow(12, 2)
        line.addWidget(self._short)
        line.addWidget(self._line)
        return line

    @property
    def opened(self) -> bool:
        return not self._inside.isHidden()

    def show_group(self, group: Group) -> None:
        if group == self._group:
            return
        self._group = group
        self._disc.show_icon(group.icon, group.tone)
        self._title.setText(group.title)
        self._line.setText(group.line)
        self._state_icon.show_icon(*_data_icon(group))
        self._state.setText(group.data_state)
        self._state.set_tone(_data_icon(group)[1])
        self._short.setVisible(bool(group.data_state) and not self.opened)
        self._button.setText(group.step_words)
        self._button.setAccessibleName(f"{group.step_words}: {group.title}")
        self._inside.show_group(group)

    def set_open(self, opened: bool) -> None:
        self._inside.setVisible(opened)
        self._short.setVisible(bool(self._state.text()) and not opened)
        self._less.setVisible(opened)
        self._more.setVisible(not opened)

    def _toggle(self) -> None:
        if self._group is not None:
            self.toggled.emit(self._group.key)

    def _do(self) -> None:
        if self._group is not None:
            self.step.emit(self._group)

    def tell_all(self) -> None:
        if self._group is not None:
            self.show_all.emit(self._group.key)

    def tell_more(self) -> None:
        if self._group is not None:
            self.read_more.emit(self._group.code)


class _Inside(QWidget):
    def __init__(self, card: ProblemCard) -> None:
        super().__init__()
        lines = self._said()
        self._rule = Hairline()
        self._files = column()
        self._all = Button("", card.tell_all, kind="link")
        links = row(spacing=16)
        links.addWidget(self._all)
        links.addWidget(Button(self.tr("Read more"), card.tell_more, kind="link"))
        report = self.tr("Make a report for support")
        links.addWidget(Button(report, card.report_wanted.emit, kind="link"))
        links.addStretch(1)
        self._code, self._raw = _typed(), Elided(size=TextSize.SMALL, tone="second")
        foot = row(spacing=12)
        foot.addWidget(Text(self.tr("Details"), TextSize.SMALL, tone="second"))
        foot.addWidget(self._code)
        foot.addWidget(self._raw, 1)
        foot.addWidget(Button(self.tr("Copy"), self._copy, kind="link", icon=Icon.COPY, small=True))
        layout = column(spacing=8)
        layout.setContentsMargins(_INSET, 12, 0, 0)
        layout.addLayout(lines)
        layout.addSpacing(4)
        layout.addWidget(self._rule)
        layout.addLayout(self._files)
        layout.addLayout(links)
        layout.addWidget(Hairline())
        layout.addLayout(foot)
        self.setLayout(layout)

    def _said(self) -> QGridLayout:
        """The three lines."""
        self._data_state = Text(weight=500)
        self._data, self._meanwhile, self._next = (Text(wrap=True) for _ in range(3))
        for name, text in (
            ("problem-data", self._data),
            ("problem-meanwhile", self._meanwhile),
            ("problem-next", self._next),
        ):
            text.setObjectName(name)
        self._data_icon = IconLabel(Icon.STATE_PROBLEM, "problem", 16)
        lines = QGridLayout()
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setHorizontalSpacing(16)
        lines.setVerticalSpacing(8)
        data = row(spacing=8)
        data.addWidget(self._data_icon, 0, Qt.AlignmentFlag.AlignTop)
        data.addWidget(self._data_state, 0, Qt.AlignmentFlag.AlignTop)
        data.addWidget(self._data, 1)
        for number, name in enumerate(
            (self.tr("Your data"), self.tr("Meanwhile"), self.tr("Next step"))
        ):
            lines.addWidget(Text(name, tone="second"), number, 0, Qt.AlignmentFlag.AlignTop)
        lines.addLayout(data, 0, 1)
        lines.addWidget(self._meanwhile, 1, 1)
        lines.addWidget(self._next, 2, 1)
        lines.setColumnStretch(1, 1)
        return lines

    def show_group(self, group: Group) -> None:
        self._data.setText(group.your_data)
        icon, tone = _data_icon(group)
        self._data_icon.show_icon(icon, tone)
        self._data_state.setText(f"{group.data_state}." if group.data_state else "")
        self._data_state.set_tone(tone)
        self._data_state.setVisible(bool(group.data_state))
        self._meanwhile.setText(group.meanwhile)
        self._next.setText(group.next_step)
        self._rule.setVisible(bool(group.files))
        clear(self._files)
        for file in group.files:
            self._files.addWidget(_file_row(file))
        self._all.setText(group.more)
        self._all.setVisible(bool(group.more))
        self._code.setText(group.code)
        self._raw.setText(group.raw)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(f"{self._code.text()}  {self._raw.text()}".strip())


def _data_icon(group: Group) -> tuple[Icon, str]:
    return (Icon.STATE_SAFE, "safe") if group.safe else (Icon.STATE_PROBLEM, "problem")


def _typed() -> Text:
    text = Text(size=TextSize.SMALL)
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(text.font().pointSizeF())
    text.setFont(font)
    return text


def _file_row(file: FileLine) -> QWidget:
    line = QWidget()
    line.setFixedHeight(36)
    inside = row(spacing=12)
    inside.addWidget(IconLabel(file.icon))
    name = Elided(file.name)
    name.setToolTip(file.path)
    inside.addWidget(name, 1)
    state, size = Text(file.state, tone="second"), Text(file.size, tone="second")
    state.setFixedWidth(210)
    size.setFixedWidth(80)
    size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    inside.addWidget(state)
    inside.addWidget(size)
    line.setLayout(inside)
    return line
