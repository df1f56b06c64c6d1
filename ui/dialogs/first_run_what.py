"""Step 1: what should be safe."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from backupclient.wire.answers import Amount, FolderSize
from ui import numbers
from ui.dialogs.first_run_choices import Choices
from ui.dialogs.first_run_page import StepPage
from ui.dialogs.folder_counts import FolderCounts
from ui.dialogs.path_dialogs import ask_folder
from ui.dialogs.usual_folders import UsualFolder
from ui.icons import Icon
from ui.presets import Junk
from ui.theme import TextSize
from ui.widgets.boxes import Card, Hairline, IconLabel, column, row
from ui.widgets.buttons import Button
from ui.widgets.steps import Ring
from ui.widgets.texts import Elided, Text
from ui.widgets.ticks import TICK_INDENT, Tick

_ROW_HEIGHT = 51
_CARD_WIDTH = 300


class WhatPage(StepPage):
    def __init__(
        self, choices: Choices, counts: FolderCounts, usual: Sequence[UsualFolder]
    ) -> None:
        super().__init__(
            self.tr("What should be safe?"),
            self.tr("The usual folders are ticked. You can change this at any time."),
        )
        self._choices, self._counts = choices, counts
        self.rows: list[FolderRow] = []
        self._list = column()
        self._list.addWidget(Hairline())
        self.add_button = Button(self.tr("Add a folder…"), self._choose, icon=Icon.PLUS)
        self._card = _SumCard(self._update)
        columns = row(spacing=48)
        left = column()
        left.addLayout(self._list)
        left.addSpacing(16)
        below = row(spacing=16)
        below.addWidget(self.add_button)
        below.addWidget(Text(self.tr("or drop one here"), tone="second"))
        below.addStretch(1)
        left.addLayout(below)
        left.addStretch(1)
        columns.addLayout(left, 1)
        columns.addWidget(self._card, 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(columns)
        self.setAcceptDrops(True)
        for folder in usual:
            self._add(folder)
        counts.changed.connect(self._update)
        self._update()

    @property
    def junk(self) -> Tick:
        return self._card.junk

    @property
    def ready(self) -> bool:
        return bool(self._choices.folders)

    @property
    def why_not(self) -> str:
        return self.tr("Tick at least one folder.")

    def add_folder(self, path: Path) -> None:
        """Chosen or dropped by hand: ticked at once. A folder that is there is ticked again."""
        path = path.resolve()
        there = next((one for one in self.rows if one.path == path), None)
        if there is not None:
            there.tick.setChecked(True)
        elif path.is_dir():
            self._add(UsualFolder(path, path.name or str(path), Icon.NAV_FILES, ticked=True))
        self._update()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if any(Path(url.toLocalFile()).is_dir() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        for url in event.mimeData().urls():
            self.add_folder(Path(url.toLocalFile()))

    def _choose(self) -> None:
        ask_folder(self, self.tr("Add a folder"), self._add_chosen)

    def _add_chosen(self, folder: str) -> None:
        self.add_folder(Path(folder))

    def _add(self, folder: UsualFolder) -> None:
        line = FolderRow(folder)
        line.tick.toggled.connect(self._update)
        self.rows.append(line)
        self._list.addWidget(line)
        self._list.addWidget(Hairline())
        self._counts.count(folder.path)

    def _update(self) -> None:
        chosen = [line for line in self.rows if line.tick.isChecked()]
        junk_too = not self.junk.isChecked()
        for line in self.rows:
            line.show_size(self._counts.of(line.path), junk_too=junk_too)
        sizes = [self._counts.of(line.path) for line in _outermost(chosen)]
        self._choices.folders = tuple(line.path for line in _outermost(chosen))
        self._choices.leave_out_junk = not junk_too
        self._choices.amount = _sum(sizes, junk_too=junk_too)
        self._choices.counted = all(size.done for size in sizes)
        self._card.show_sum(self._choices, sum(size.left_out.bytes for size in sizes))
        self.changed.emit()


class FolderRow(QWidget):
    """One folder that can be chosen; a click anywhere ticks it."""

    def __init__(self, folder: UsualFolder) -> None:
        super().__init__()
        self.path = folder.path
        self.setFixedHeight(_ROW_HEIGHT)
        self.tick = Tick()
        self.tick.setChecked(folder.ticked)
        self.tick.setAccessibleName(folder.name)
        self._name = Elided(folder.name, weight=500)
        self._name.setToolTip(str(folder.path))
        self._ring = Ring()
        self._files, self._size = Text(tone="second"), Text()
        self._size.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._size.setMinimumWidth(78)
        layout = row(spacing=16)
        layout.addWidget(self.tick)
        layout.addWidget(IconLabel(folder.icon))
        layout.addWidget(self._name, 1)
        counts = row(spacing=8)
        counts.addWidget(self._ring)
        counts.addWidget(self._files)
        layout.addLayout(counts)
        layout.addWidget(self._size)
        self.setLayout(layout)

    def show_size(self, size: FolderSize, *, junk_too: bool) -> None:
        amount = _sum([size], junk_too=junk_too)
        files = numbers.files(amount.files)
        self._ring.setVisible(not size.done)
        words = files if size.done else self.tr("counting, %1").replace("%1", files)
        self._files.setText(words)
        self._size.setText(numbers.size(amount.bytes))
        self._size.set_tone("" if self.tick.isChecked() else "second")
        self.tick.setAccessibleDescription(f"{words}, {self._size.text()}")

    def mouseReleaseEvent(self, _event: object) -> None:
        self.tick.toggle()


class _SumCard(Card):
    def __init__(self, on_change: Callable[[], None]) -> None:
        super().__init__()
        self.setFixedWidth(_CARD_WIDTH)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Minimum)
        self._ring = Ring()
        self._state = Text(tone="second")
        head = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        head.setSpacing(8)
        head.addWidget(self._ring)
        head.addWidget(self._state, 1)
        self._sum = Text(size=TextSize.LARGE, weight=600)
        self._files = Text(tone="second")
        self.junk = Tick()
        self.junk.setChecked(True)
        self.junk.toggled.connect(on_change)
        self._list = Text(_junk_lines(), TextSize.SMALL, tone="second", wrap=True)
        self._list.hide()
        self._see = Button(self.tr("See the list"), self._toggle_list, kind="link")
        self.body.addLayout(head)
        self.body.addSpacing(6)
        self.body.addWidget(self._sum)
        self.body.addSpacing(2)
        self.body.addWidget(self._files)
        self.body.addSpacing(16)
        self.body.addWidget(Hairline())
        self.body.addSpacing(12)
        self.body.addWidget(self.junk)
        below = column(spacing=2)
        below.setContentsMargins(TICK_INDENT, 0, 0, 0)
        words = self.tr("Caches, trash and what programs can make again.")
        below.addWidget(Text(words, tone="second", wrap=True))
        below.addWidget(self._see, 0, Qt.AlignmentFlag.AlignLeft)
        below.addWidget(self._list)
        self.body.addLayout(below)

    def show_sum(self, choices: Choices, junk_bytes: int) -> None:
        self._ring.setVisible(not choices.counted)
        self._state.setText(
            self.tr("To be backed up") if choices.counted else self.tr("Still counting")
        )
        self._sum.setText(numbers.size(choices.amount.bytes))
        folders = self.tr("in %n folder(s)", None, len(choices.folders))
        self._files.setText(f"{numbers.files(choices.amount.files)} {folders}")
        size = numbers.size(junk_bytes)
        words = self.tr("Leave out junk, %1").replace("%1", size) if junk_bytes else ""
        self.junk.setText(words or self.tr("Leave out junk"))

    def _toggle_list(self) -> None:
        self._list.setVisible(self._list.isHidden())
        shown = not self._list.isHidden()
        self._see.setText(self.tr("Hide the list") if shown else self.tr("See the list"))


def junk_words(kind: Junk) -> str:
    """One line on what is left out."""
    tr = QCoreApplication.translate
    return {
        Junk.CACHES: tr("junk", "Caches: copies that programs keep to be quicker"),
        Junk.TRASH: tr("junk", "Trash: what you have thrown away"),
        Junk.TEMPORARY: tr("junk", "Temporary files and downloads that are not finished"),
        Junk.MADE_AGAIN: tr("junk", "Parts of programs that are fetched or built again"),
    }[kind]


def _junk_lines() -> str:
    return "\n\n".join(f"{junk_words(kind)}\n{', '.join(kind.value)}" for kind in Junk)


def _sum(sizes: Sequence[FolderSize], *, junk_too: bool) -> Amount:
    kept = [size.kept for size in sizes]
    parts = kept + [size.left_out for size in sizes] if junk_too else kept
    return Amount(sum(part.files for part in parts), sum(part.bytes for part in parts))


def _outermost(rows: Sequence[FolderRow]) -> list[FolderRow]:
    """Without folders that lie in another chosen one: they are in the backup with that."""
    paths = {line.path for line in rows}
    return [line for line in rows if not paths & set(line.path.parents)]
