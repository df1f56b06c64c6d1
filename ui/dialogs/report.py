"""A report for support: everything it says is shown, then it is saved, or goes to who helps."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QStandardPaths, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFontDatabase
from PySide6.QtWidgets import QDialog, QLayout, QPlainTextEdit, QWidget

from backupclient.errors import BackupError
from backupclient.support.diagnostics.bundle import Like, Typed
from backupclient.support.diagnostics.reading import Report, read_report
from ui.background import Background
from ui.dialogs.path_dialogs import ask_folder
from ui.explained import explain
from ui.report_maker import Made, ReportMaker
from ui.theme import TextSize
from ui.widgets.boxes import Card, column, row
from ui.widgets.buttons import Button, Chip
from ui.widgets.fields import ChoiceBox, Field
from ui.widgets.tab_order import order_tabs
from ui.widgets.texts import Text
from ui.widgets.ticks import Tick

_WIDTH, _HEIGHT = 760, 640
_PAUSE_MS = 800
"""Without another key, and what was typed is put into the report."""


class ReportDialog(QDialog):
    """Belongs to the window's thread. It begins at once, and again when a choice changes."""

    chosen = Signal(object)
    """A report that is to be sent: its file."""

    def __init__(
        self,
        data: Path,
        now: Callable[[], datetime],
        parent: QWidget,
        folder: Path | None = None,
        *,
        sends: bool = False,
        like: Like = Like.EXPLAIN,
        address: str = "",
    ) -> None:
        """`folder` is where it is saved; unless given, where downloads go. `sends`: it is saved
        there to be sent along, and the dialog ends with that. `address` is who it may be sent to
        by hand."""
        super().__init__(parent)
        self._now = now
        self._sends = sends
        self._like, self._address = like, address
        self._folder = folder or _downloads()
        self._made: Made | None = None
        self._refused = False
        self._parts: tuple[str, ...] = ()
        self.saved: Path | None = None
        self._background = Background(self)
        self.maker = ReportMaker(data, self)
        self.maker.made.connect(self._take)
        self.maker.failed.connect(self._fail)
        self.setWindowTitle(self.tr("Report for support"))
        self.resize(min(_WIDTH, parent.width()), min(_HEIGHT, parent.height()))
        self._typing = QTimer(self, interval=_PAUSE_MS, singleShot=True)
        self._typing.timeout.connect(self._make)
        self._fill()
        self.finished.connect(self._end)
        self._make()

    # --- what it looks like -----------------------------------------------------------------------

    def _fill(self) -> None:
        chips = row(spacing=8)
        self.chips: list[Chip] = []
        for words in (
            self.tr("Overview"),
            self.tr("All facts"),
            self.tr("Events"),
            self.tr("Files that are not safe"),
        ):
            chip = Chip(words)
            chip.setAutoExclusive(True)
            chip.clicked.connect(self._show_part)
            self.chips.append(chip)
            chips.addWidget(chip)
        self.chips[0].setChecked(True)
        chips.addStretch(1)
        buttons = self._fill_below()
        layout = column(margins=24, spacing=12)
        layout.addWidget(Text(self.windowTitle(), TextSize.LARGE, weight=600))
        line = self.tr(
            "This is everything it says, and nothing is sent by itself. It has no passwords and no "
            "keys; names of files are replaced by other words unless you include them."
        )
        layout.addWidget(Text(line, tone="second", wrap=True))
        layout.addLayout(self._fill_person())
        layout.addLayout(self._fill_choices())
        layout.addLayout(chips)
        paper = Card()
        paper.body.setContentsMargins(1, 1, 1, 1)
        paper.body.addWidget(self.preview)
        layout.addWidget(paper, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _fill_choices(self) -> QLayout:
        self.names = Tick(self.tr("Include the names of files and folders"), weight=400)
        self.names.toggled.connect(self._make)
        self.crashes = Tick(self.tr("Include where Plainkeep ended unexpectedly"), weight=400)
        self.crashes.setChecked(True)
        self.crashes.toggled.connect(self._make)
        self.crashes.hide()
        choices = row(spacing=16)
        choices.addWidget(self.names)
        choices.addWidget(self.crashes)
        choices.addStretch(1)
        return choices

    def _fill_person(self) -> QLayout:
        """What somebody says of himself."""
        self.like = ChoiceBox()
        for like, words in (
            (Like.EXPLAIN, self.tr("Explain it to me")),
            (Like.STEPS, self.tr("Just the steps")),
            (Like.TOGETHER, self.tr("Do it with me")),
        ):
            self.like.addItem(words, like)
        self.like.setCurrentIndex(self.like.findData(self._like))
        self.like.setAccessibleName(self.tr("How do you want to be helped?"))
        self.like.currentIndexChanged.connect(self._make)
        self.note = Field(self.tr("What happened?"), self.tr("Optional; it is in the report."))
        self.contact = Field(self.tr("How can you be reached?"), self.tr("Optional; so is this."))
        for field in (self.note, self.contact):
            field.edit.textEdited.connect(self._type)
        wish = column(spacing=4)
        wish.addWidget(Text(self.like.accessibleName(), TextSize.SMALL, tone="second"))
        wish.addWidget(self.like)
        person = row(spacing=16)
        person.addWidget(self.note, 3)
        person.addWidget(self.contact, 2)
        person.addLayout(wish)
        return person

    def _fill_below(self) -> QLayout:
        """The preview, and the buttons in a row."""
        self.preview = QPlainTextEdit()
        self.preview.setReadOnly(True)
        self.preview.setAccessibleName(self.tr("Everything the report says"))
        self.preview.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.told = Text(tone="second", wrap=True)
        self.close_button = Button(self.tr("Cancel"), self.reject)
        self.show_button = Button(self.tr("Show in folder"), self._show_in_folder)
        self.show_button.hide()
        words = self.tr("Send it along") if self._sends else self.tr("Save report")
        self.save_button = Button(words, self.save, kind="main")
        buttons = row(spacing=8)
        buttons.addWidget(self.told, 1)
        for button in (self.close_button, self.show_button, self.save_button):
            buttons.addWidget(button)
        return buttons

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self)
        return super().focusNextPrevChild(forward)

    # --- making -----------------------------------------------------------------------------------

    def _type(self) -> None:
        self._made = None
        self._ready(ready=False)
        self._typing.start()

    def _make(self) -> None:
        self._typing.stop()
        self._made, self.saved = None, None
        self._ready(ready=False)
        self.told.setText(self.tr("Asking the storage and looking through the notes…"))
        self.maker.make(
            names=self.names.isChecked(),
            like=Like(self.like.currentData()),
            typed=Typed(contact=self.contact.text, note=self.note.text),
            crashes=self.crashes.isChecked(),
        )

    def _take(self, made: Made) -> None:
        self._background.run(
            lambda: read_report(made.file), lambda report: self._read(made, report)
        )

    def _read(self, made: Made, report: Report) -> None:
        if self._typing.isActive():
            return  # another one is about to be made
        self._made = made
        if report.bundle.crashes:
            self.crashes.show()
        self._parts = (
            made.words,
            report.document.decode(),
            report.events.decode(),
            report.files.decode("utf-8-sig"),
        )
        self._show_part()
        self.told.setText("")
        self._ready(ready=True)

    def _fail(self, words: str) -> None:
        self.told.setText(words)

    def _ready(self, *, ready: bool) -> None:
        self.save_button.setEnabled(ready)
        self.save_button.setToolTip("" if ready else self.tr("The report is being made."))
        self.save_button.setVisible(self.saved is None)
        self.show_button.setVisible(self.saved is not None)

    def _show_part(self) -> None:
        at = next((no for no, chip in enumerate(self.chips) if chip.isChecked()), 0)
        self.preview.setPlainText(self._parts[at] if self._parts else "")

    # --- saving -----------------------------------------------------------------------------------

    def save(self) -> None:
        if self._refused:
            words = self.tr("Where should the report be saved?")
            ask_folder(self, words, self._save_in, str(self._folder))
        else:
            self._save_in(str(self._folder))

    def _save_in(self, folder: str) -> None:
        made = self._made
        if made is None:
            return
        stamp = self._now().astimezone().strftime("%Y-%m-%d-%H%M")
        target = Path(folder) / f"plainkeep-report-{stamp}.zip"
        self._background.run(lambda: _copied(made.file, target), self._note, self._not_saved)

    def _note(self, file: Path) -> None:
        self.saved = file
        if self._sends:
            self.chosen.emit(file)
            self.accept()
            return
        saved = self.tr("Saved: %1").replace("%1", str(file))
        if self._address:
            saved += "\n" + self.tr("It can be sent to %1.").replace("%1", self._address)
        self.told.setText(saved)
        self.close_button.setText(self.tr("Done"))
        self._ready(ready=True)

    def _not_saved(self, error: Exception) -> None:
        told = explain(error).title if isinstance(error, BackupError) else str(error)
        if isinstance(error, OSError) and error.strerror:
            told = error.strerror
        self.told.setText(self.tr("It could not be saved: %1").replace("%1", told))
        self._refused = True
        self.save_button.setText(self.tr("Save elsewhere…"))

    def _show_in_folder(self) -> None:
        if self.saved is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.saved.parent)))

    def _end(self) -> None:
        self._background.close()
        self.maker.close()
        self.deleteLater()


def _copied(source: Path, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o600)
    return target


def _downloads() -> Path:
    found = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DownloadLocation)
    return Path(found) if found else Path.home()
