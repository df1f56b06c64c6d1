"""The window: the navigation on the left, one page on the right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from PySide6.QtCore import QCoreApplication, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from backupclient.support.explainer import Explanation
from ui import tokens
from ui.icons import Icon
from ui.pages.page import Page, PageName
from ui.theme import TextSize
from ui.widgets.boxes import Box, Hairline, IconLabel, column, row
from ui.widgets.buttons import NavigationButton
from ui.widgets.fields import SearchField
from ui.widgets.focus_ring import FocusRing
from ui.widgets.message import MessageBar
from ui.widgets.tab_order import order_tabs
from ui.widgets.texts import Elided, Text

_ICONS = {
    PageName.HOME: Icon.NAV_HOME,
    PageName.FILES: Icon.NAV_FILES,
    PageName.PROBLEMS: Icon.NAV_PROBLEMS,
    PageName.RESTORE: Icon.NAV_RESTORE,
    PageName.STORAGE: Icon.NAV_STORAGE,
    PageName.HISTORY: Icon.NAV_HISTORY,
    PageName.HELP: Icon.NAV_HELP,
    PageName.SETTINGS: Icon.NAV_SETTINGS,
}
_BELOW = (PageName.HELP, PageName.SETTINGS)
_COMMANDS = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
_BADGE = 20
"""Its height; the style sheet rounds it by half of it."""
_REST_MS = 40
"""Between two pages that are made ahead, so that whoever clicks meanwhile is not kept waiting."""


def page_title(name: PageName) -> str:
    """What the navigation calls a page."""
    tr = QCoreApplication.translate
    return {
        PageName.HOME: tr("navigation", "Home"),
        PageName.FILES: tr("navigation", "Files"),
        PageName.PROBLEMS: tr("navigation", "Problems"),
        PageName.RESTORE: tr("navigation", "Restore"),
        PageName.STORAGE: tr("navigation", "Storage && plan"),
        PageName.HISTORY: tr("navigation", "History"),
        PageName.HELP: tr("navigation", "Help"),
        PageName.SETTINGS: tr("navigation", "Settings"),
    }[name]


class MainWindow(QMainWindow):
    """Shows the pages called `names`. Each is made by `make` when it is first wanted, the rest one
    by one once the window is on the screen; they fill themselves when they come to the front."""

    seen = Signal(bool)
    """It is on the screen from now on, or in the tray."""

    def __init__(
        self, names: Iterable[PageName], make: Callable[[PageName], Page], computer: str
    ) -> None:
        super().__init__()
        self._make = make
        self._made: dict[PageName, Page] = {}
        self._ahead = QTimer(self, interval=_REST_MS)
        self._ahead.timeout.connect(self._make_next)
        self._stack = QStackedWidget()
        self._buttons = {name: NavigationButton(_ICONS[name], page_title(name)) for name in names}
        self._badge = _Badge("problem")
        self._called = _Badge("accent")
        self._navigation = self._make_navigation(computer)
        inside = QWidget()
        inside.setProperty("role", "page")
        self._message = MessageBar()
        right = column()
        right.addWidget(self._stack, 1)
        right.addWidget(self._message)
        layout = row()
        layout.addWidget(self._navigation)
        layout.addLayout(right, 1)
        inside.setLayout(layout)
        self._whole = QStackedWidget()
        self._whole.addWidget(inside)
        self.setCentralWidget(self._whole)
        self.setMinimumSize(*tokens.SMALLEST_WINDOW)
        self.resize(*tokens.USUAL_WINDOW)
        self.setWindowTitle("Plainkeep")
        self._ring = FocusRing(self)

    def go_to(self, name: PageName) -> None:
        """Bring a page to the front."""
        page = self.page(name)
        self._buttons[name].setChecked(True)
        self._stack.setCurrentWidget(page)
        page.shown()

    def page(self, name: PageName) -> Page:
        """Made if it was not yet."""
        if name not in self._made:
            self._made[name] = self._make(name)
            self._stack.addWidget(self._made[name])
        return self._made[name]

    def show_instead(self, widget: QWidget) -> None:
        """In the place of navigation and pages, until `show_pages`."""
        self._ahead.stop()
        self._whole.addWidget(widget)
        self._whole.setCurrentWidget(widget)

    def show_pages(self) -> None:
        """Navigation and pages again; what was there instead is deleted."""
        other = self._whole.widget(1)
        if other is not None:
            self._whole.removeWidget(other)
            other.deleteLater()
        self._begin_with_pages()

    @property
    def names(self) -> tuple[PageName, ...]:
        return tuple(self._buttons)

    @property
    def pages(self) -> Mapping[PageName, Page]:
        """All of them, made now if they were not yet."""
        return {name: self.page(name) for name in self._buttons}

    @property
    def current(self) -> PageName:
        """The page in front, which is the first until another was asked for."""
        front = self._stack.currentWidget()
        found = (name for name, page in self._made.items() if page is front)
        return next(found, next(iter(self._buttons)))

    def tell(self, told: Explanation) -> None:
        """What the user asked for could not be done: said below the page until he puts it away."""
        self._message.tell(told)

    def show_problems(self, count: int) -> None:
        """The number beside Problems; none for 0."""
        self._badge.show_count(count)

    def show_called(self, called: bool) -> None:
        """A mark beside Help: somebody who helps waits for an answer."""
        self._called.show_count(int(called))

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self._whole)
        return super().focusNextPrevChild(forward)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What is typed where nothing takes letters begins a search, on a page that has one."""
        page, text = self._stack.currentWidget(), event.text()
        field = page.findChild(SearchField) if isinstance(page, Page) else None
        typed = text.isprintable() and text.strip() and not event.modifiers() & _COMMANDS
        if typed and field is not None and field.isVisible() and field.isEnabled():
            field.setFocus(Qt.FocusReason.OtherFocusReason)
            field.insert(text)
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        narrow = event.size().width() < tokens.NARROW
        self._navigation.setFixedWidth(
            tokens.NAVIGATION_WIDTH_NARROW if narrow else tokens.NAVIGATION_WIDTH
        )
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._whole.currentIndex() == 0:
            self._begin_with_pages()
        self.seen.emit(True)

    def hideEvent(self, event: QHideEvent) -> None:
        self._ahead.stop()  # nobody waits for the rest, and at the end nobody would close them
        super().hideEvent(event)
        self.seen.emit(False)

    def _begin_with_pages(self) -> None:
        if not self._made:
            self.go_to(self.current)
        if self.isVisible():
            self._ahead.start()

    def _make_next(self) -> None:
        missing = next((name for name in self._buttons if name not in self._made), None)
        if missing is None:
            self._ahead.stop()
        else:
            self.page(missing)

    # --- the navigation ---------------------------------------------------------------------------

    def _make_navigation(self, computer: str) -> Box:
        box = Box("navigation")
        layout = column()
        layout.setContentsMargins(12, 24, 12, 16)
        layout.addLayout(_brand())
        layout.addSpacing(24)
        for name, button in self._buttons.items():
            if name not in _BELOW:
                layout.addWidget(button)
                layout.addSpacing(2)
        layout.addStretch(1)
        for name in _BELOW:
            if name in self._buttons:
                layout.addWidget(self._buttons[name])
                layout.addSpacing(2)
        layout.addSpacing(12)
        layout.addWidget(Hairline())
        layout.addSpacing(12)
        layout.addLayout(_this_computer(computer))
        box.setLayout(layout)
        for name, button in self._buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.go_to(name))
        if PageName.PROBLEMS in self._buttons:
            self._badge.put_on(self._buttons[PageName.PROBLEMS])
        if PageName.HELP in self._buttons:
            self._called.put_on(self._buttons[PageName.HELP])
        return box


def _brand() -> QHBoxLayout:
    layout = row(spacing=12)
    layout.setContentsMargins(12, 0, 0, 0)
    layout.addWidget(IconLabel(Icon.LOGO, "accent", 22))
    layout.addWidget(Text("Plainkeep", weight=600))
    layout.addStretch(1)
    return layout


def _this_computer(computer: str) -> QHBoxLayout:
    layout = row(spacing=12)
    layout.setContentsMargins(12, 0, 0, 0)
    layout.addWidget(IconLabel(Icon.DESKTOP, "text_second"))
    lines: QVBoxLayout = column()
    lines.addWidget(Elided(computer, TextSize.SMALL, weight=500))
    lines.addWidget(
        Text(
            QCoreApplication.translate("navigation", "This computer"),
            TextSize.SMALL,
            tone="second",
        )
    )
    layout.addLayout(lines, 1)
    return layout


class _Badge(Text):
    """The number on a row of the navigation."""

    def __init__(self, tone: str) -> None:
        super().__init__("", TextSize.SMALL, weight=600, tone=tone)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setProperty("role", "badge")
        self.setFixedHeight(_BADGE)
        self.setMinimumWidth(_BADGE)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hide()

    def put_on(self, button: NavigationButton) -> None:
        layout = row()
        layout.setContentsMargins(0, 0, 12, 0)
        layout.addStretch(1)
        layout.addWidget(self, 0, Qt.AlignmentFlag.AlignVCenter)
        button.setLayout(layout)

    def show_count(self, count: int) -> None:
        self.setText(self.locale().toString(count))
        self.setVisible(count > 0)
