"""The drives and the folder that a backup can go to."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from ui import numbers
from ui.background import Background
from ui.dialogs.path_dialogs import ask_folder
from ui.drives import FOLDER, Drive, drive_of, drives
from ui.icons import Icon
from ui.paths import shown_path
from ui.phrases import fill
from ui.widgets.boxes import Hairline, IconLabel, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Elided, Text
from ui.widgets.ticks import Radio

_LOOK_MS = 3000


class Destination(NamedTuple):
    """A folder on a drive. `same_disk`: what is to be backed up lies on that disk, too."""

    path: Path
    name: str
    drive: Drive
    same_disk: bool


class DriveList(QWidget):
    """Looks for drives as long as it is shown."""

    chosen = Signal(object)
    """A `Destination`."""

    def __init__(self) -> None:
        super().__init__()
        self._background = Background(self)
        self._looking = False
        self._drives: list[Drive] | None = None
        self._folder: Destination | None = None
        self._current: Destination | None = None
        self._group = QButtonGroup(self)
        self.radios: dict[Path, Radio] = {}
        self._lines = column()
        self.folder_button = Button(self.tr("Choose a folder…"), self._ask, icon=Icon.NAV_FILES)
        self._none = Text(
            self.tr("No other drive is connected. Connect one, and it appears here."),
            tone="second",
            wrap=True,
        )
        layout = column()
        layout.addLayout(self._lines)
        layout.addWidget(self._none)
        layout.addSpacing(16)
        buttons = row()
        buttons.addWidget(self.folder_button)
        buttons.addStretch(1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def showEvent(self, _event: object) -> None:
        self._look()
        self._timer.start()

    def hideEvent(self, _event: object) -> None:
        self._timer.stop()

    def choose_folder(self, path: Path) -> None:
        """A folder by hand; it is chosen at once."""
        self._background.run(lambda: _destination(path), self._take_folder)

    def tell_again(self) -> None:
        """What is chosen, if anything is."""
        if self._current is not None:
            self.chosen.emit(self._current)

    def show_drives(self, found: list[Drive]) -> None:
        """The drives there are now."""
        self._looking = False
        if found != self._drives:
            self._drives = found
            self._renew()

    def _look(self) -> None:
        if not self._looking:
            self._looking = True
            self._background.run(drives, self.show_drives)

    def _ask(self) -> None:
        title = self.tr("Where should the backup be kept?")
        ask_folder(self, title, self._take_chosen)

    def _take_chosen(self, folder: str) -> None:
        self.choose_folder(Path(folder))

    def _take_folder(self, folder: Destination) -> None:
        self._folder, self._current = folder, folder
        self._renew()
        self.chosen.emit(folder)

    def _renew(self) -> None:
        while (item := self._lines.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        self.radios.clear()
        shown = [
            Destination(drive.root / FOLDER, drive.name, drive, same_disk=False)
            for drive in self._drives or []
        ]
        if self._folder is not None:
            shown.append(self._folder)
        self._none.setVisible(not shown)
        for one in shown:
            self._lines.addWidget(Hairline())
            self._lines.addWidget(self._line(one))
        if shown:
            self._lines.addWidget(Hairline())

    def _line(self, one: Destination) -> QWidget:
        line = _Line(one)
        self._group.addButton(line.radio)
        line.radio.setChecked(self._current is not None and one.path == self._current.path)
        line.radio.clicked.connect(lambda _=False: self._choose(one))
        self.radios[one.path] = line.radio
        return line

    def _choose(self, one: Destination) -> None:
        self._current = one
        self.chosen.emit(one)


class _Line(QWidget):
    def __init__(self, one: Destination) -> None:
        super().__init__()
        self.setFixedHeight(55)
        self.radio = Radio()
        self.radio.setAccessibleName(one.name)
        free, total = numbers.size(one.drive.free), numbers.size(one.drive.total)
        words = fill(self.tr("%1 free of %2"), free, total)
        self.radio.setAccessibleDescription(words)
        layout = row(spacing=16)
        layout.addWidget(self.radio)
        layout.addWidget(IconLabel(Icon.NAV_FILES if one.same_disk else Icon.DRIVE))
        names = column()
        names.addStretch(1)
        names.addWidget(Elided(one.name, weight=500))
        names.addStretch(1)
        layout.addLayout(names, 1)
        layout.addWidget(Text(words, tone="second"))
        self.setLayout(layout)

    def mouseReleaseEvent(self, _event: object) -> None:
        self.radio.click()


def _destination(path: Path) -> Destination:
    drive = drive_of(path)
    return Destination(path, shown_path(str(path)), drive, drive.disk == drive_of(Path.home()).disk)
