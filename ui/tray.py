"""The icon in the tray: the sentence of the home page, what can be done about it, notifications."""

from __future__ import annotations

import enum
import sys

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from ui import tokens
from ui.desktop_notices import DesktopNotices
from ui.icons import Icon, pixmap, qicon
from ui.notices import Notice
from ui.pages.home_view import HomeView, Mood
from ui.pages.page import PageName
from ui.theme import theme
from ui.widgets.boxes import strong

_HALF_AN_HOUR, _TWO_HOURS, _DAY = 1800.0, 7200.0, 86400.0
_SIZES = (16, 32, 48, 64)
"""Multiples of the drawing's grid, so that every edge lies on a whole pixel."""
_SMALL_PANEL = 22
_LONGEST_TIP = 120


class TrayState(enum.Enum):
    SAFE = "safe"
    WORKING = "working"
    WAITING = "waiting"
    NEEDS_YOU = "needs-you"
    NO_BACKUP = "no-backup"


_STATES = {
    Mood.SAFE: TrayState.SAFE,
    Mood.WORKING: TrayState.WORKING,
    Mood.PAUSED: TrayState.WAITING,
    Mood.WAITING: TrayState.WAITING,
    Mood.READY: TrayState.WAITING,
    Mood.FULL: TrayState.NEEDS_YOU,
    Mood.PROBLEM: TrayState.NEEDS_YOU,
    Mood.OLD: TrayState.NO_BACKUP,
}
_ICONS = {
    TrayState.SAFE: Icon.TRAY_SAFE,
    TrayState.WORKING: Icon.TRAY_WORKING,
    TrayState.WAITING: Icon.TRAY_WAITING,
    TrayState.NEEDS_YOU: Icon.TRAY_NEEDS_YOU,
    TrayState.NO_BACKUP: Icon.TRAY_NO_BACKUP,
}
_SIGNS = {
    TrayState.SAFE: (Icon.STATE_SAFE, "safe"),
    TrayState.WORKING: (Icon.STATE_UPLOADING, "accent"),
    TrayState.WAITING: (Icon.STATE_WAITING, "waiting"),
    TrayState.NEEDS_YOU: (Icon.STATE_PROBLEM, "problem"),
    TrayState.NO_BACKUP: (Icon.STATE_FULL, "attention"),
}


def tray_state(mood: Mood) -> TrayState:
    """Which of the five a mood of the home page is."""
    return _STATES[mood]


def tray_icon(state: TrayState, *, dark: bool) -> QIcon:
    """The keep with its sign, for a `dark` panel or a light one; colour only where somebody is
    needed. On macOS the system colours the calm ones itself."""
    colours = tokens.DARK if dark else tokens.LIGHT
    colour = {
        TrayState.NEEDS_YOU: colours.problem.strong,
        TrayState.NO_BACKUP: colours.attention.strong,
    }.get(state)
    mask = sys.platform == "darwin" and colour is None
    colour = "#000000" if mask else colour or colours.text
    icon = QIcon()
    for size in _SIZES:
        icon.addPixmap(pixmap(_ICONS[state], colour, size, 1.0))
    icon.addPixmap(_in_the_middle(_ICONS[state], colour))
    icon.setIsMask(mask)
    return icon


def _in_the_middle(icon: Icon, colour: str) -> QPixmap:
    """For a panel of 22 pixels: the 16 of the drawing, none of them blurred."""
    framed = QPixmap(_SMALL_PANEL, _SMALL_PANEL)
    framed.fill(Qt.GlobalColor.transparent)
    painter = QPainter(framed)
    margin = (_SMALL_PANEL - _SIZES[0]) // 2
    painter.drawPixmap(margin, margin, pixmap(icon, colour, _SIZES[0], 1.0))
    painter.end()
    return framed


class Tray(QObject):
    """Belongs to the window's thread. Nothing of it is seen where there is no tray; `there` says
    so, and may change while the session goes on."""

    open_page = Signal(object)
    """A `PageName`, or None for whatever was open."""
    back_up_now = Signal()
    pause = Signal(float)
    """For so many seconds; 0 until resumed."""
    resume = Signal()
    report = Signal()
    sheet = Signal()
    """A recovery sheet is to be made."""
    put_off = Signal(object)
    """A `Notice` that is to come again tomorrow."""
    quit = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state: TrayState | None = None
        self._notice: Notice | None = None
        self._desktop = DesktopNotices(self)
        self._desktop.clicked.connect(self._open_notice)
        self._desktop.pressed.connect(self._press)
        self._desktop.put_off.connect(self.put_off)
        self._desktop.refused.connect(self._show_message)
        self.icon = QSystemTrayIcon(self)
        self.menu = QMenu()
        self._fill_menu()
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self._activated)
        self.icon.messageClicked.connect(self._clicked)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._renew)
        theme().changed.connect(self._renew)

    @property
    def there(self) -> bool:
        """Whether closing the window leaves something to open it again with."""
        return QSystemTrayIcon.isSystemTrayAvailable() and self.icon.isVisible()

    @property
    def state(self) -> TrayState | None:
        return self._state

    def show_view(self, view: HomeView) -> None:
        """At most ten times a second; what has not changed costs nothing."""
        if self._sentence.text() != _menu_text(view.sentence):
            self._sentence.setText(_menu_text(view.sentence))
            self.icon.setToolTip(view.sentence[:_LONGEST_TIP])
        self._facts.setText(_menu_text(view.facts))
        self._facts.setVisible(bool(view.facts))
        self._resume.setVisible(view.offer.paused)
        self._pause.menuAction().setVisible(not view.offer.paused)
        self._back_up.setVisible(view.offer.may_begin)
        state = tray_state(view.mood)
        if state is not self._state:
            self._state = state
            self._renew()
        if not self.icon.isVisible():
            self.icon.show()

    def show_storage(self, words: str) -> None:
        """How much is used of what, and the plan; nothing where that is not known."""
        self._storage.setVisible(bool(words))
        if words and self._storage.text() != _menu_text(words):
            self._storage.setText(_menu_text(words))

    def show_person(self, notice: Notice | None) -> None:
        """A person who helps is there, or has answered; None if nobody waits for who sits here."""
        self._person.setVisible(notice is not None)
        if notice is not None and self._person.text() != notice.title:
            self._person.setText(notice.title)

    def tell(self, notice: Notice) -> None:
        """A notification; the system draws it."""
        if self._desktop.possible():
            self._desktop.tell(notice)
        else:
            self._show_message(notice)

    def withdraw(self, cause: str) -> None:
        """It is over: it is taken away, or where that cannot be done, a click on it opens nothing
        in particular."""
        self._desktop.withdraw(cause)
        if self._notice is not None and self._notice.cause == cause:
            self._notice = None

    def close(self) -> None:
        self._desktop.close()
        self.icon.hide()

    # --- menu -------------------------------------------------------------------------------------

    def _fill_menu(self) -> None:
        menu = self.menu
        self._sentence = menu.addAction("", self._open_home)
        self._facts = menu.addAction("")
        self._facts.setEnabled(False)
        self._storage = menu.addAction("", self._open_storage)
        self._storage.setVisible(False)
        self._person = menu.addAction("", self._open_help)
        self._person.setVisible(False)
        menu.addSeparator()
        self._back_up = menu.addAction(self.tr("Back up now"), self.back_up_now.emit)
        self._pause = menu.addMenu(self.tr("Pause"))
        for text, seconds in (
            (self.tr("For half an hour"), _HALF_AN_HOUR),
            (self.tr("For two hours"), _TWO_HOURS),
            (self.tr("Until tomorrow"), _DAY),
        ):
            action = self._pause.addAction(text, self._pause_chosen)
            action.setData(seconds)
        self._resume = menu.addAction(self.tr("Go on"), self.resume.emit)
        self._resume.setVisible(False)
        menu.addAction(self.tr("Restore a file…"), self._open_restore)
        menu.addSeparator()
        menu.addAction(self.tr("Open Plainkeep"), self._open_any)
        menu.addAction(self.tr("Make a report for support…"), self.report.emit)
        menu.addAction(self.tr("Quit…"), self.quit.emit)

    def _pause_chosen(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.pause.emit(float(action.data()))

    def _open_home(self) -> None:
        self.open_page.emit(PageName.HOME)

    def _open_storage(self) -> None:
        self.open_page.emit(PageName.STORAGE)

    def _open_help(self) -> None:
        self.open_page.emit(PageName.HELP)

    def _open_restore(self) -> None:
        self.open_page.emit(PageName.RESTORE)

    def _open_any(self) -> None:
        self.open_page.emit(None)

    # --- news -------------------------------------------------------------------------------------

    def _activated(self, how: QSystemTrayIcon.ActivationReason) -> None:
        if how is QSystemTrayIcon.ActivationReason.Trigger and sys.platform != "darwin":
            self.open_page.emit(None)

    def _show_message(self, notice: Notice) -> None:
        self._notice = notice
        if self._state is not None:
            self.icon.showMessage(notice.title, notice.body, self.icon.icon())

    def _open_notice(self, notice: Notice) -> None:
        if notice.reports:
            self.report.emit()
            return
        self.open_page.emit(notice.page)
        if notice.makes_sheet:
            self.sheet.emit()

    def _press(self, notice: Notice) -> None:
        if notice.backs_up:
            self.back_up_now.emit()
        else:
            self._open_notice(notice)

    def _clicked(self) -> None:
        if self._notice is None:
            self.open_page.emit(None)
        else:
            self._open_notice(self._notice)

    def _renew(self) -> None:
        if self._state is None:
            return
        # The panel is the system's: the window's own light or dark does not count.
        dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        self.icon.setIcon(tray_icon(self._state, dark=dark))
        drawing, colour = _SIGNS[self._state]
        self._sentence.setIcon(qicon(drawing, strong(colour)))


def _menu_text(text: str) -> str:
    """An ampersand would mark a key."""
    return text.replace("&", "&&")
