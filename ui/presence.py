"""The program beside its window: what closing, quitting and a second start do."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtWidgets import QApplication

from backupclient.clock import Clock
from ui import notices
from ui.dialogs.question import Question
from ui.main_window import MainWindow
from ui.notices import Notice
from ui.pages.home_view import HomeView
from ui.pages.page import PageName
from ui.preferences import Preferences
from ui.situation import Situation
from ui.tray import Tray
from ui.wording_plan import tray_line


class Presence(QObject):
    """Belongs to the window's thread. With a tray the window closes to it; without one closing
    asks whether to quit, so that nobody loses a program that still runs."""

    stop_backup = Signal()
    """What is at work is to end: a backup, or a check."""
    remember = Signal(object)
    """Changed `Preferences`."""
    left_alone = Signal()
    """Emitted by any thread: what this program must not outlive is gone."""

    def __init__(
        self,
        window: MainWindow,
        tray: Tray,
        situation: Callable[[], Situation],
        preferences: Callable[[], Preferences],
        clock: Clock,
    ) -> None:
        super().__init__(window)
        self._window, self._tray = window, tray
        self._situation, self._preferences = situation, preferences
        self._clock = clock
        self._quitting = False
        self.question: Question | None = None
        """What is asked at the moment."""
        window.installEventFilter(self)
        tray.open_page.connect(self.open)
        tray.put_off.connect(self._put_off)
        tray.quit.connect(self.ask_to_quit)
        self.left_alone.connect(self.quit)

    def show_view(self, view: HomeView) -> None:
        """The tray says what home says, and tells what there is to tell."""
        self._tray.show_view(view)
        self._tray.show_storage(tray_line(view.storage, self._situation().storage_plan))
        decision = notices.decide(view, self._situation(), self._preferences(), self._clock.now())
        if decision.preferences is not self._preferences():
            self.remember.emit(decision.preferences)
        for cause in decision.withdraw:
            self._tray.withdraw(cause)
        for notice in decision.tell:
            if not (notice.page is PageName.HELP and self._looks_at_help):
                self._tray.tell(notice)
        person = notices.of_person(self._situation())
        self._tray.show_person(person)
        self._window.show_called(person is not None)

    def _put_off(self, notice: Notice) -> None:
        self._tray.withdraw(notice.cause)
        now = self._clock.now()
        self.remember.emit(notices.remind_tomorrow(self._preferences(), notice.cause, now))

    def remember_sheet(self, *, later: bool = False) -> None:
        """Somebody has a recovery sheet, or put it off until tomorrow."""
        known, now = self._preferences(), self._clock.now()
        there = msgspec.structs.replace(known, sheet_missing=False)
        self.remember.emit(notices.without_sheet(known, now) if later else there)

    @property
    def _looks_at_help(self) -> bool:
        return self._window.isActiveWindow() and self._window.current is PageName.HELP

    def open(self, page: PageName | None = None) -> None:
        """Bring the window to the front, at `page` if one is named."""
        if page is not None and page in self._window.names:
            self._window.go_to(page)
        self._window.setWindowState(
            self._window.windowState() & ~self._window.windowState().WindowMinimized
        )
        self._window.show()
        self._window.raise_()
        self._window.activateWindow()

    def open_named(self, name: str) -> None:
        """What a second start asks for; a name that is none opens the window as it is."""
        self.open(PageName(name) if name in set(PageName) else None)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._window or event.type() is not QEvent.Type.Close or self._quitting:
            return False
        event.ignore()
        if self._tray.there:
            self._window.hide()
            self._say_once_where_it_went()
        else:
            self.ask_to_quit()
        return True

    # --- quitting ---------------------------------------------------------------------------------

    def ask_to_quit(self) -> None:
        """Asks only where there is something to decide: a backup at work, or no tray."""
        if self.question is not None:
            self.question.raise_()
        elif self._situation().backup is not None:
            self._ask_about_the_backup()
        elif not self._tray.there and self._window.isVisible():
            self._ask_where_to()
        else:
            self.quit()

    def ask_to_stop(self) -> None:
        """The backup or the check at work: says first what that keeps."""
        situation = self._situation()
        if self.question is not None:
            self.question.raise_()
        elif situation.at_work is not None and situation.at_work is situation.check:
            self._ask_to_stop_check()
        elif situation.backup is not None:
            self._ask_to_stop_backup()

    def _ask_to_stop_backup(self) -> None:
        question = self._new_question(
            self.tr("Stop the backup?"),
            self.tr(
                "Everything that has arrived is kept and stays safe, and the next backup goes on "
                "from there: only what is on its way right now is sent again. To go on later "
                "today, pause it instead."
            ),
            cancel=self.tr("Go on"),
        )
        question.add(self.tr("Stop the backup"), self.stop_backup.emit, main=True)
        question.open()

    def _ask_to_stop_check(self) -> None:
        question = self._new_question(
            self.tr("Stop the check?"),
            self.tr(
                "A check changes nothing, so your backups stay as they are. What it has looked at "
                "is not remembered: the next check begins anew."
            ),
            cancel=self.tr("Go on"),
        )
        question.add(self.tr("Stop the check"), self.stop_backup.emit, main=True)
        question.open()

    def quit(self) -> None:
        self._quitting = True
        self._tray.close()
        QApplication.quit()

    def _ask_about_the_backup(self) -> None:
        question = self._new_question(
            self.tr("Quit while a backup is at work?"),
            self.tr(
                "It can go on by itself without the window. If you stop it, everything that has "
                "arrived is kept and stays safe, and the next backup goes on from there: only what "
                "is on its way right now is sent again."
            ),
        )
        question.add(self.tr("Stop it and quit"), self._stop_and_quit)
        question.add(self.tr("Quit, let it go on"), self.quit, main=True)
        question.open()

    def _ask_where_to(self) -> None:
        question = self._new_question(
            self.tr("Keep Plainkeep at hand?"),
            self.tr(
                "This desktop has no place for its icon, so the window can only be made small."
            ),
        )
        question.add(self.tr("Quit"), self.quit)
        question.add(self.tr("Make it small"), self._window.showMinimized, main=True)
        question.open()

    def _new_question(self, title: str, text: str, cancel: str = "") -> Question:
        question = Question(title, text, self._window, cancel=cancel)
        question.finished.connect(self._answered)
        self.question = question
        return question

    def _answered(self) -> None:
        self.question = None

    def _stop_and_quit(self) -> None:
        self.stop_backup.emit()
        self.quit()

    def _say_once_where_it_went(self) -> None:
        preferences = self._preferences()
        if not preferences.closing_told:
            self.remember.emit(msgspec.structs.replace(preferences, closing_told=True))
            self._tray.tell(notices.closed())
