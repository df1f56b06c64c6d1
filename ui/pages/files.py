"""The Files page: a tree and a list of everything that is backed up, with the state of each."""

from __future__ import annotations

import enum
from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QWidget

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.wire.answers import (
    FileAnswer,
    FileState,
    FolderAnswer,
    PathAnswer,
    PlaceStatus,
)
from backupclient.wire.envelope import Reply
from backupclient.wire.questions import AskStatus, Status
from ui import numbers, tokens
from ui.dialogs.leave_out import rule_for
from ui.icons import Icon
from ui.models.file_list import FileList
from ui.models.file_rows import NO_INDEX, Ask
from ui.models.file_tree import FileTree
from ui.pages.files_chips import StateChips
from ui.pages.files_details import DetailsPanel
from ui.pages.files_several import SeveralBar
from ui.pages.files_table import FilesView
from ui.pages.page import Page
from ui.theme import TextSize
from ui.widgets.boxes import Hairline, column, row
from ui.widgets.buttons import Segments
from ui.widgets.fields import SearchField
from ui.widgets.nothing_yet import NothingYet
from ui.widgets.texts import Text
from ui.wording_files import details

_LETTER_MS = 150
"""So long after the last letter the engine is asked."""
_LOOK_MS = 500
"""While a backup runs, rows on screen are asked for again this often at most."""


class Look(enum.IntEnum):
    TREE = 0
    LIST = 1


class FilesPage(Page):
    """Belongs to the window's thread. Everything it shows it asks of the engine."""

    versions_wanted = Signal(object)
    """The path of a file whose versions are to be shown in `panel.versions`."""
    restore_wanted = Signal(object, str)
    """Paths, and the backup to take them from (the newest if empty)."""
    leave_out_wanted = Signal(object)
    """The `PathAnswer` that is to be left out."""
    try_wanted = Signal()

    def __init__(self, ask: Ask, clock: Clock) -> None:
        super().__init__()
        self._ask, self._clock = ask, clock
        self._location = ""
        self._state: FileState | None = None
        self._look = Look.TREE
        self._answer: PathAnswer | None = None
        self._rules: frozenset[str] = frozenset()
        self._asked_for = b""
        self.tree, self.list = FileTree(ask, clock, self), FileList(ask, clock, self)
        self.tree_view, self.list_view = FilesView(), FilesView(flat=True)
        self.panel = DetailsPanel()
        self.search = SearchField(self.tr("Search files"))
        self._filters = StateChips(self._choose_chip)
        self.chips = self._filters.chips
        self._note = Text(tone="second")
        words = self.tr("From the first backup on, every file is listed here.")
        self._nothing = NothingYet(words, self.try_wanted.emit)
        self._letters = QTimer(self, singleShot=True, interval=_LETTER_MS)
        self._news = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._lay_out()
        self._connect()

    @property
    def shown_path(self) -> bytes:
        """Of the open details; empty if there are none."""
        return b"" if self._answer is None else self._answer.path

    # --- from outside -----------------------------------------------------------------------------

    def show_place(self, location: str) -> None:
        """Whose files are shown: the plan's."""
        if location != self._location:
            self._location = location
            self._show_rows()

    def show_rules(self, rules: frozenset[str]) -> None:
        """By which the next backup leaves things out."""
        if rules != self._rules:
            self._rules = rules
            if self._answer is not None:
                self._show_details(self._answer)

    def news(self) -> None:
        """Something has changed, or a backup goes on: bring up to date what is on screen."""
        if self.isVisible() and not self._news.isActive():
            self._news.start()

    def shown(self) -> None:
        as_list = self._stack.currentIndex() == Look.LIST
        found_nothing = not self.list.rowCount()
        if as_list and self._location and (found_nothing or self._at_top_of_all):
            self._show_rows()  # there may be others by now
        self._look_again()

    @property
    def _at_top_of_all(self) -> bool:
        return not self.search.text().strip() and not self.list_view.verticalScrollBar().value()

    def hideEvent(self, event: QHideEvent) -> None:
        self._news.stop()
        super().hideEvent(event)

    # --- layout -----------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.setVerticalScrollBarPolicy(self.horizontalScrollBarPolicy())
        self._head = column()
        self._head.addLayout(self._first_line())
        self._head.addSpacing(20)
        self._head.addLayout(self._filters.lines)
        self._head.addSpacing(20)
        self._left = column()
        self._stack = QStackedWidget()
        for view, model in ((self.tree_view, self.tree), (self.list_view, self.list)):
            view.setModel(model)
            self._stack.addWidget(view)
        self._left.addWidget(self._note)
        self._left.addWidget(self._nothing)
        self._left.addWidget(self._stack, 1)
        self.several = SeveralBar(self._restore_several, self._choose_none)
        self._left.addWidget(self.several)
        left = QWidget()
        left.setLayout(self._left)
        self._middle = QWidget()
        self._beside = row()
        self._beside.addWidget(left, 1)
        self._middle.setLayout(self._beside)
        self.panel.setParent(self._middle)
        self.panel.hide()
        self._note.setContentsMargins(8, 12, 0, 0)
        self._note.hide()
        self._nothing.setContentsMargins(8, 12, 0, 12)
        self._nothing.hide()
        self.body.addLayout(self._head)
        self.body.addWidget(Hairline())
        self.body.addWidget(self._middle, 1)

    def _first_line(self) -> QHBoxLayout:
        line = row(spacing=16)
        line.addWidget(Text(self.tr("Files"), TextSize.LARGE, weight=600))
        line.addStretch(1)
        self.search.setMinimumWidth(240)
        self.search.setMaximumWidth(400)
        self.search.setClearButtonEnabled(True)
        line.addWidget(self.search, 4)
        looks = ((Icon.TREE, self.tr("Tree")), (Icon.LIST, self.tr("List")))
        self._looks = Segments(looks, self.choose_look)
        line.addWidget(self._looks)
        return line

    def _connect(self) -> None:
        self._letters.timeout.connect(self._show_rows)
        self._news.timeout.connect(self._look_again)
        self.search.textChanged.connect(self._letters.start)
        self.search.left.connect(self._go_into_rows)
        self.list.searching.connect(self._tell)
        self.tree.modelReset.connect(self.tree_view.size_columns)
        for view in (self.tree_view, self.list_view):
            view.opened.connect(self._open_index)
            view.escaped.connect(self.close_details)
            view.several.connect(self._show_several)
        self.tree_view.near_end.connect(self.tree.read_on)
        self.list_view.near_end.connect(self._read_on)
        self.panel.closed.connect(self.close_details)
        self.panel.try_now.connect(self.try_wanted)
        self.panel.leave_out.connect(self._want_left_out)
        self.panel.restore.connect(self._want_restored)

    def margins(self) -> tuple[int, int, int, int]:
        return 0, 32, 0, 0

    def arrange(self) -> None:
        margin = tokens.PAGE_MARGIN_NARROW if self.narrow else tokens.PAGE_MARGIN
        self._head.setContentsMargins(margin, 0, margin, 0)
        self._left.setContentsMargins(margin - 4, 0, 12, 0 if self.several.isHidden() else 12)
        self._filters.arrange(self.width() - 2 * margin)
        beside = self._beside.indexOf(self.panel) >= 0
        if self.narrow:
            self._beside.removeWidget(self.panel)
            width = self.panel.width()
            self.panel.setGeometry(
                self._middle.width() - width, 0, width, max(1, self._middle.height())
            )
            self.panel.raise_()
        elif not beside:
            self._beside.addWidget(self.panel)

    # --- rows -------------------------------------------------------------------------------------

    @property
    def note(self) -> str:
        """What stands above the rows; empty if nothing does."""
        return self._note.text() if self._note.isVisible() else ""

    @property
    def view(self) -> FilesView:
        """The one in front."""
        return self.list_view if self._stack.currentIndex() == Look.LIST else self.tree_view

    def choose_look(self, look: int) -> None:
        self._look = Look(look)
        self._looks.choose(look)
        self._show_rows()

    def choose_state(self, state: FileState | None) -> None:
        """Show only what is in this state, or all."""
        self._state = state
        self.chips[state].setChecked(True)
        self._show_rows()

    def _choose_chip(self) -> None:
        self.choose_state(self._filters.chosen)

    def _show_rows(self) -> None:
        text = self.search.text().strip()
        states = () if self._state is None else (self._state,)
        as_list = bool(text) or self._look is Look.LIST
        self._stack.setCurrentIndex(Look.LIST if as_list else Look.TREE)
        self.several.show_count(0)
        self._say("" if as_list else self._filters.none_words)
        if as_list:
            self.list.show_files(self._location, states, text)
            self.list.read_on()
        else:
            self.tree.show_place(self._location, states)
            if self.tree.canFetchMore(NO_INDEX):
                self.tree.fetchMore(NO_INDEX)
        self.view.size_columns()

    def _tell(self, searching: bool) -> None:
        """Says that names are still looked for, that there is none, or that there are too many."""
        if self.list.rowCount():
            cut = self.tr("These are the first %1. Search for others by their names.")
            many = numbers.count(self.list.rowCount())
            self._say(cut.replace("%1", many) if self.list.cut_off else "")
        elif searching:
            self._say(self.tr("Searching…"))
        elif self.search.text().strip():
            self._say(self.tr("No file has that in its name."))
        else:
            self._say(self._filters.none_words)

    def _say(self, note: str) -> None:
        self._note.setText(note)
        self._note.setVisible(bool(note))

    def _go_into_rows(self) -> None:
        view = self.view
        if not view.currentIndex().isValid():
            view.setCurrentIndex(view.model().index(0, 0))
        view.setFocus(Qt.FocusReason.TabFocusReason)

    def _read_on(self) -> None:
        self.list.read_on()

    # --- news -------------------------------------------------------------------------------------

    def _look_again(self) -> None:
        if not self._location:
            return
        location = self._location
        self._ask(lambda no: AskStatus(id=no, location=location), self._take_status, _ignore)
        if self._answer is not None:
            self._ask_details(self._answer.path)
        if self._stack.currentIndex() == Look.TREE:
            if self.tree.rowCount():
                self.tree.look_again(self.tree_view.folders_on_screen())
            else:
                self._show_rows()
        elif self.list.rowCount():
            first, last = self.list_view.on_screen()
            self.list.look_again(max(0, first.row()), max(0, last.row()))

    def _take_status(self, reply: Reply) -> None:
        if isinstance(reply, Status) and reply.places:
            self._show_counts(reply.places[0])

    def _show_counts(self, status: PlaceStatus) -> None:
        total = self._filters.show_counts(status)
        words = self.tr("Search %1").replace("%1", numbers.files(total))
        self.search.setPlaceholderText(words if total else self.tr("Search files"))
        self._nothing.setVisible(not total and self._stack.currentIndex() == Look.TREE)
        if self._stack.currentIndex() == Look.TREE:
            self._say(self._filters.none_words if total else "")
        self.arrange()

    def show_uploading(self, many: int) -> None:
        """How many files are being read or sent now."""
        self.chips[FileState.UPLOADING].show_count(numbers.count(many))

    # --- details ----------------------------------------------------------------------------------

    def _open_index(self, index: QModelIndex) -> None:
        model = self.list if self._stack.currentIndex() == Look.LIST else self.tree
        answer = model.answer_at(index)
        if answer is not None:
            self.open_details(answer)

    def open_details(self, answer: PathAnswer) -> None:
        """Show what is known of it, and have the engine look at it now."""
        self._answer = answer
        self._show_details(answer)
        self.panel.versions.say("")
        self.panel.show()
        self.arrange()
        self._ask_details(answer.path)
        if not isinstance(answer, FolderAnswer):
            self.versions_wanted.emit(answer.path)

    def _show_details(self, answer: PathAnswer) -> None:
        leaving = rule_for(answer.path) in self._rules
        self.panel.show_details(details(answer, self._clock.now(), leaving=leaving))

    def _ask_details(self, path: bytes) -> None:
        location = self._location
        self._ask(
            lambda no: AskStatus(id=no, location=location, paths=(path,)),
            self._take_details,
            _ignore,
        )

    def _take_details(self, reply: Reply) -> None:
        if not isinstance(reply, Status) or not reply.places or not reply.places[0].answers:
            return
        answer = reply.places[0].answers[0]
        if self._answer is None or answer.path != self._answer.path:
            return
        before, self._answer = self._answer, answer
        self._show_details(answer)
        if _stored(answer) != _stored(before):
            self.versions_wanted.emit(answer.path)

    def close_details(self) -> None:
        self._answer = None
        self.panel.hide()
        self.view.setFocus()

    def _want_left_out(self) -> None:
        if self._answer is not None:
            self.leave_out_wanted.emit(self._answer)

    def _want_restored(self, snapshot: str) -> None:
        if self._answer is not None:
            self.restore_wanted.emit((self._answer.path,), snapshot)

    # --- several at once --------------------------------------------------------------------------

    @property
    def chosen_paths(self) -> tuple[bytes, ...]:
        """Of the rows that are chosen; not of what is in a folder that is, too."""
        model = self.list if self._stack.currentIndex() == Look.LIST else self.tree
        answers = (model.answer_at(index) for index in self.view.chosen_rows())
        paths = sorted({one.path for one in answers if one is not None})
        return tuple(one for one in paths if not any(one.startswith(up + b"/") for up in paths))

    def _show_several(self) -> None:
        many = len(self.view.chosen_rows())
        self.several.show_count(many if many > 1 else 0)
        self.arrange()
        if many > 1:
            self.close_details()

    def _restore_several(self) -> None:
        self.restore_wanted.emit(self.chosen_paths, "")

    def _choose_none(self) -> None:
        self.view.clearSelection()


def _stored(answer: PathAnswer) -> tuple[datetime | None, ...]:
    """Another one, and there is another version."""
    return (answer.version, answer.safe_since) if isinstance(answer, FileAnswer) else ()


def _ignore(_error: BackupError) -> None:
    """The controller tells what is wrong with the engine."""
