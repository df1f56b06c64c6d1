"""The first run: four steps from nothing to a running backup, in the window's own place."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QStackedWidget, QWidget

from backupclient.clock import Clock
from backupclient.plan import Offer
from backupclient.secret_store import SecretStore
from ui.dialogs.first_run_choices import Choices, Surroundings
from ui.dialogs.first_run_head import Head
from ui.dialogs.first_run_key import KeyPage
from ui.dialogs.first_run_page import StepPage
from ui.dialogs.first_run_start import StartPage
from ui.dialogs.first_run_what import WhatPage
from ui.dialogs.first_run_where import WherePage
from ui.dialogs.folder_counts import FolderCounts
from ui.dialogs.new_computer import NewComputerPage
from ui.dialogs.storage_form import Filled
from ui.dialogs.usual_folders import UsualFolder, offered_folders, usual_folders
from ui.engine_link import EngineLink
from ui.widgets.boxes import Box, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_ARTICLES = ("choose-folders", "set-up-storage", "recovery-sheet", "first-backup")
"""What help says to each step."""


class FirstRun(QWidget):
    """Belongs to the window's thread; `close_down` before it goes."""

    finished = Signal(object)
    """The `BackupPlan` that holds now: its first backup is to begin."""
    taken_over = Signal(object)
    """The `BackupPlan` with a backup that was there: something is to be restored."""

    help_wanted = Signal(str)
    """The name of the help article about what is in front."""

    def __init__(
        self,
        data: Path,
        link: EngineLink,
        secrets: SecretStore,
        clock: Clock,
        computer: str,
        usual: Sequence[UsualFolder] | None = None,
        offer: Offer | None = None,
    ) -> None:
        super().__init__()
        self.choices = Choices(computer)
        self._surroundings = Surroundings(data, link, secrets, clock)
        self._counts = FolderCounts(self._surroundings)
        folders = usual_folders() if usual is None else usual
        if offer is not None:
            folders = offered_folders(Path(offer.folder), folders)
        self.what = WhatPage(self.choices, self._counts, folders)
        self.where = WherePage(self.choices, self._surroundings)
        self.key = KeyPage(self.choices, self._surroundings)
        self.start = StartPage(self.choices, self._surroundings)
        self.new_computer = NewComputerPage(self.choices, self._surroundings)
        self._steps: tuple[StepPage, ...] = (self.what, self.where, self.key, self.start)
        self._stack = QStackedWidget()
        self.head = Head(
            (
                self.tr("What to protect"),
                self.tr("Where to"),
                self.tr("Password and recovery sheet"),
                self.tr("Start"),
            )
        )
        self.head.help.clicked.connect(self._want_help)
        self.back = Button(self.tr("Back"), self.go_back)
        self._line = Text(self.tr("Nothing is sent before step 4."), tone="second")
        words = self.tr("I'm on a new computer: restore…")
        self.restore = Button(words, self._to_new_computer, kind="link")
        self.restore.setObjectName("on-a-new-computer")
        self.later = Button(self.tr("Remind me tomorrow"), self._put_sheet_off, kind="link")
        self.main = Button(self.tr("Continue"), self.go_on, kind="main")
        self._arrange()
        for page in (*self._steps, self.new_computer):
            self._stack.addWidget(page)
            page.changed.connect(self._update)
        self._counts.changed.connect(self._count)
        self.start.done.connect(self.finished)
        self.new_computer.taken_over.connect(self.taken_over)
        self._bring(self.what)
        if offer is not None:
            self._begin_with(offer)

    @property
    def page(self) -> StepPage:
        """What is in front."""
        page = self._stack.currentWidget()
        assert isinstance(page, StepPage)
        return page

    def go_on(self) -> None:
        """As the main button does."""
        page = self.page
        if page is self.key:
            self.choices.sheet_later = False
        if page.ready and page.go_on() and page in self._steps[:-1]:
            self._bring(self._steps[self._steps.index(page) + 1])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter in a field goes on, as people expect of it."""
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entered and isinstance(self.focusWidget(), QLineEdit):
            if self.page.ready:
                self.go_on()
            else:
                self.page.entered()
        else:
            super().keyPressEvent(event)

    def _put_sheet_off(self) -> None:
        """Without one for now: the password alone opens the backup."""
        self.choices.sheet_later = True
        self._bring(self.start)

    def go_back(self) -> None:
        page = self.page
        if not page.go_back():
            return
        at = self._steps.index(page) if page in self._steps else 1
        self._bring(self._steps[max(0, at - 1)], again=True)

    def close_down(self) -> None:
        """Ask for nothing any more."""
        self._counts.close()
        self._surroundings.close()

    def _begin_with(self, offer: Offer) -> None:
        words = self.tr("A folder is ticked, to try it out with. You can change this at any time.")
        self.what.show_words(self.what.title, words)
        self.where.offer(Filled(offer.storage, offer.secret_key, offer.provider))

    def _want_help(self) -> None:
        articles = (*_ARTICLES, "new-computer")
        pages = (*self._steps, self.new_computer)
        self.help_wanted.emit(articles[pages.index(self.page)])

    def _to_new_computer(self) -> None:
        self._bring(self.new_computer)

    def _bring(self, page: StepPage, *, again: bool = False) -> None:
        self._stack.setCurrentWidget(page)
        page.enter()
        if again and page is self.key and self.choices.recovery_key:
            self.key.show_sheet()
        self.head.show_step(self._steps.index(page) if page in self._steps else -1)
        first = page is self.what
        self.back.setVisible(not first)
        self._line.setVisible(first)
        self.restore.setVisible(first)
        self._update()

    def _update(self) -> None:
        page = self.page
        self.back.setEnabled(not page.busy)
        self.main.setEnabled(page.ready)
        self.main.setText(page.go_on_text or self.tr("Continue"))
        self.later.setVisible(page is self.key and self.key.may_put_off)
        self.main.setToolTip("" if page.ready else page.why_not)

    def _count(self) -> None:
        if self.page is self.start:
            self.start.refresh()

    def _arrange(self) -> None:
        footer = Box("footer")
        footer.setFixedHeight(72)
        inside = row(spacing=20)
        inside.setContentsMargins(40, 0, 40, 0)
        inside.addWidget(self.back)
        inside.addWidget(self._line)
        inside.addStretch(1)
        inside.addWidget(self.restore)
        inside.addWidget(self.later)
        inside.addWidget(self.main)
        footer.setLayout(inside)
        layout = column()
        layout.addWidget(self.head)
        layout.addWidget(self._stack, 1)
        layout.addWidget(footer)
        self.setLayout(layout)
        self.setProperty("role", "page")
