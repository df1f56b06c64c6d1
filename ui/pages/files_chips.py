"""The filters of the Files page: one for each state, with how many files are in it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QVBoxLayout

from backupclient.wire.answers import Amount, FileState, FolderAnswer, PlaceStatus, StateCounts
from ui import numbers
from ui.models.file_words import STATE_LOOKS, state_word
from ui.widgets.boxes import column, row
from ui.widgets.buttons import Chip

_GAP = 8
_COUNTED: dict[FileState, Callable[[StateCounts], Amount]] = {
    FileState.SAFE: lambda counts: counts.safe,
    FileState.CHANGED: lambda counts: counts.changed,
    FileState.WAITING: lambda counts: counts.waiting,
    FileState.PROBLEM: lambda counts: counts.problem,
    FileState.LEFT_OUT: lambda counts: counts.left_out,
}


class StateChips:
    """Its `lines` are a layout; a second one takes the chips that find no room in the first."""

    def __init__(self, on_choice: Callable[[], None]) -> None:
        self.lines: QVBoxLayout = column(spacing=_GAP)
        self.chips: dict[FileState | None, Chip] = {
            None: Chip(QCoreApplication.translate("FilesPage", "All"))
        }
        for state, (icon, colour) in STATE_LOOKS.items():
            self.chips[state] = Chip(state_word(state), icon, colour)
        self._rows = (row(spacing=_GAP), row(spacing=_GAP))
        for chip in self.chips.values():
            chip.setAutoExclusive(True)
            chip.clicked.connect(on_choice)
            self._rows[0].addWidget(chip)
        for one in self._rows:
            one.addStretch(1)
            self.lines.addLayout(one)
        self.chips[None].setChecked(True)
        self._counts: dict[FileState, int] = {}

    @property
    def chosen(self) -> FileState | None:
        """None for all."""
        return next((state for state, chip in self.chips.items() if chip.isChecked()), None)

    def arrange(self, room: int) -> None:
        x = 0
        places = [0, 0]
        for chip in self.chips.values():
            x += chip.sizeHint().width() + _GAP
            line = int(x > room + _GAP)
            if self._rows[line].indexOf(chip) != places[line]:
                self._rows[1 - line].removeWidget(chip)
                self._rows[line].insertWidget(places[line], chip)
            places[line] += 1

    def show_counts(self, status: PlaceStatus) -> int:
        """Returns how many files there are, without those that are left out."""
        folders = [one for one in status.answers if isinstance(one, FolderAnswer)]
        total = 0
        for state, of_state in _COUNTED.items():
            many = sum(of_state(one.counts).files for one in folders)
            self._counts[state] = many
            total += 0 if state is FileState.LEFT_OUT else many
            self.chips[state].show_count(numbers.count(many))
        self.chips[None].show_count(numbers.count(total))
        return total

    @property
    def none_words(self) -> str:
        """That no file is in the chosen state; empty where there are some, or nobody knows."""
        state = self.chosen
        if state is None or self._counts.get(state) != 0:
            return ""
        return {
            FileState.SAFE: _tr("Nothing is safe yet."),
            FileState.CHANGED: _tr("Nothing has changed since it was backed up."),
            FileState.WAITING: _tr("Nothing waits."),
            FileState.PROBLEM: _tr("No file has a problem."),
            FileState.LEFT_OUT: _tr("Nothing is left out."),
        }[state]


def _tr(text: str) -> str:
    return QCoreApplication.translate("files", text)
