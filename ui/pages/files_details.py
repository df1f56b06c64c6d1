"""The details of one file or folder, beside the list: its state, its versions, what can be done."""

from __future__ import annotations

import html
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

from backupclient.wire.answers import Version, VersionHistory
from ui import numbers, tokens
from ui.icons import Icon
from ui.phrases import fill
from ui.theme import TextSize
from ui.widgets.boxes import Box, Card, Hairline, IconLabel, column, row
from ui.widgets.buttons import Button, IconButton
from ui.widgets.texts import Elided, Text
from ui.wording_files import Details

PANEL_WIDTH = 332
_BUTTONS_WIDTH = PANEL_WIDTH - 2 * 24 - 2 * 16 - 3
_SHOWN = 3


class DetailsPanel(Box):
    """Belongs to the window's thread."""

    closed = Signal()
    try_now = Signal()
    leave_out = Signal()
    restore = Signal(str)
    """The version's backup, empty for the newest."""

    def __init__(self) -> None:
        super().__init__("panel")
        self.setFixedWidth(PANEL_WIDTH)
        self.words: Details | None = None
        self._icon = IconLabel(Icon.FILE, "text_second", 24)
        self._name = Elided(weight=600)
        self._where = Elided("", TextSize.SMALL, tone="second")
        self._state = IconLabel(Icon.STATE_SAFE, "safe")
        self._title = Text(weight=600, wrap=True)
        self._title.setObjectName("file-state")
        self._data, self._meanwhile = _Labelled(), _Labelled()
        self._data.setObjectName("file-data")
        self._meanwhile.setObjectName("file-meanwhile")
        self._since = Text(wrap=True)
        self._try = Button(self.tr("Try now"), self.try_now.emit, kind="main", small=True)
        self._restore = Button(self.tr("Restore…"), self._restore_newest, small=True)
        self._leave_out = Button(self.tr("Leave out…"), self.leave_out.emit, small=True)
        self.versions = VersionList()
        self.versions.setObjectName("versions")
        self.versions.restore.connect(self.restore)
        self._looked = Text(size=TextSize.SMALL, tone="second")
        layout = column()
        layout.addWidget(self._scrolled(), 1)
        layout.addWidget(self._foot())
        self.setLayout(layout)
        self.setAccessibleName(self.tr("Details"))

    def show_details(self, details: Details) -> None:
        self.words = details
        self._icon.show_icon(details.icon, "text_second")
        self._name.setText(details.name)
        self._where.setText(details.where)
        self._state.show_icon(details.state_icon, details.colour)
        self._title.setText(details.title)
        self._title.set_tone("second" if details.colour == "text_second" else details.colour)
        self._data.show_words(self.tr("Your data:"), details.your_data)
        self._meanwhile.show_words(self.tr("Meanwhile:"), details.meanwhile)
        self._since.setText(details.since)
        self._since.setVisible(bool(details.since))
        self._try.setVisible(details.can_try)
        self._restore.setVisible(details.can_restore and not details.can_try)
        self._leave_out.setVisible(details.can_leave_out)
        self._arrange_buttons()
        self._looked.setText(details.looked_at)

    def _restore_newest(self) -> None:
        self.restore.emit("")

    def _scrolled(self) -> QScrollArea:
        inside = QWidget()
        body = column(margins=24)
        head = row(spacing=tokens.ICON_GAP)
        names = column(spacing=2)
        names.addWidget(self._name)
        names.addWidget(self._where)
        head.addWidget(self._icon)
        head.addLayout(names, 1)
        head.addWidget(IconButton(Icon.CLOSE, self.tr("Close the details"), self.closed.emit))
        body.addLayout(head)
        body.addSpacing(16)
        body.addWidget(self._card())
        body.addSpacing(24)
        body.addWidget(self.versions)
        body.addStretch(1)
        inside.setLayout(body)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        for part in (inside, area.viewport()):
            part.setAutoFillBackground(False)  # the panel's own ground
        return area

    def _card(self) -> Card:
        card = Card()
        card.body.setContentsMargins(16, 16, 16, 16)
        head = row(spacing=8)
        head.addWidget(self._state)
        head.addWidget(self._title, 1)
        card.body.addLayout(head)
        card.body.addSpacing(8)
        card.body.addWidget(self._data)
        card.body.addSpacing(8)
        card.body.addWidget(self._meanwhile)
        card.body.addWidget(self._since)
        card.body.addSpacing(12)
        self._buttons = row(spacing=8)
        for button in (self._try, self._restore, self._leave_out):
            self._buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
        buttons = row()
        buttons.addLayout(self._buttons)
        buttons.addStretch(1)
        card.body.addLayout(buttons)
        return card

    def _arrange_buttons(self) -> None:
        """One below the other where the language's words find no room side by side."""
        every = (self._try, self._restore, self._leave_out)
        widths = [one.sizeHint().width() for one in every if not one.isHidden()]
        wanted = sum(width + self._buttons.spacing() for width in widths)
        beside = wanted - self._buttons.spacing() <= _BUTTONS_WIDTH
        direction = QBoxLayout.Direction
        self._buttons.setDirection(direction.LeftToRight if beside else direction.TopToBottom)

    def _foot(self) -> QWidget:
        foot = QWidget()
        layout = column()
        layout.setContentsMargins(24, 0, 24, 14)
        layout.addWidget(Hairline())
        layout.addSpacing(12)
        line = row(spacing=8)
        line.addWidget(IconLabel(Icon.INFO, "text_second", tokens.ICON_STATE))
        line.addWidget(self._looked, 1)
        layout.addLayout(line)
        foot.setLayout(layout)
        return foot


class VersionList(QWidget):
    """The versions that can be restored, newest first."""

    restore = Signal(str)
    """The backup that has it."""

    def __init__(self) -> None:
        super().__init__()
        self.versions: tuple[Version, ...] = ()
        """Those that are known, newest first."""
        self._now: datetime | None = None
        self._count = Text(tone="second")
        self._note = Text(tone="second", wrap=True)
        self._more = Button("", self._show_all, kind="link")
        self._lines = column()
        head = row()
        head.addWidget(Text(self.tr("Versions"), weight=600))
        head.addStretch(1)
        head.addWidget(self._count)
        layout = column()
        layout.addLayout(head)
        layout.addSpacing(8)
        layout.addWidget(self._note)
        layout.addLayout(self._lines)
        more = row()
        more.setContentsMargins(tokens.ICON_STATE + tokens.ICON_GAP, 6, 0, 0)
        more.addWidget(self._more)
        more.addStretch(1)
        layout.addLayout(more)
        self.setLayout(layout)
        self.say("")

    def say(self, note: str) -> None:
        """Instead of versions: why there are none to show; nothing of it all if empty."""
        self.versions = ()
        self._clear()
        self._count.clear()
        self._more.hide()
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self.setVisible(bool(note))

    def show_history(self, history: VersionHistory, now: datetime) -> None:
        if not history.versions:
            self.say(self.tr("No version is in the backup yet."))
            return
        self.versions, self._now = history.versions, now
        self._note.hide()
        self._count.setText(self._counted(history.versions, now))
        self.setVisible(True)
        self._show(history.versions[:_SHOWN])
        older = len(history.versions) - _SHOWN
        self._more.setText(self.tr("Show %n older", "", older))
        self._more.setVisible(older > 0)

    def _counted(self, versions: tuple[Version, ...], now: datetime) -> str:
        many, oldest = numbers.count(len(versions)), versions[-1]
        if len(versions) == 1:
            return many
        since = numbers.ago_short(oldest.modified or oldest.first, now)
        return fill(self.tr("%1 since %2"), many, since)

    def _show_all(self) -> None:
        self._more.hide()
        self._show(self.versions)

    def _show(self, versions: tuple[Version, ...]) -> None:
        self._clear()
        for number, version in enumerate(versions):
            self._lines.addWidget(self._line(version, newest=not number))
            self._lines.addWidget(Hairline())

    def _line(self, version: Version, *, newest: bool) -> QWidget:
        assert self._now is not None
        when = numbers.when(version.first, self._now)
        facts = numbers.size(version.size)
        if newest:
            facts = f"{facts} · {self.tr('newest')}"
        line = QWidget()
        line.setMinimumHeight(47)
        layout = row(spacing=tokens.ICON_GAP)
        layout.addWidget(IconLabel(Icon.STATE_SAFE, "safe", tokens.ICON_STATE))
        words = column()
        words.addWidget(Elided(when[:1].upper() + when[1:]))
        words.addWidget(Text(facts, TextSize.SMALL, tone="second", wrap=True))
        layout.addLayout(words, 1)
        layout.addWidget(_RestoreLink(self.tr("Restore…"), version.snapshot, self))
        line.setLayout(layout)
        return line

    def _clear(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


class _RestoreLink(Button):
    def __init__(self, text: str, snapshot: str, versions: VersionList) -> None:
        super().__init__(text, self._ask, kind="link")
        self._snapshot, self.versions = snapshot, versions

    def _ask(self) -> None:
        self.versions.restore.emit(self._snapshot)


class _Labelled(Text):
    """A bold half-line and what it says."""

    def __init__(self) -> None:
        super().__init__(wrap=True)
        self.setTextFormat(Qt.TextFormat.RichText)

    def show_words(self, label: str, text: str) -> None:
        self.setVisible(bool(text))
        self.setText(f"<b>{html.escape(label)}</b> {html.escape(text)}")
        self.setAccessibleName(f"{label} {text}")
