"""Buttons, chips, the choice of two, and the row of the navigation."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QMenu,
    QPushButton,
    QToolButton,
    QWidget,
)

from ui import tokens
from ui.icons import Icon, qicon
from ui.theme import TextSize, theme
from ui.widgets.boxes import Box, row, strong


class Drawing(QObject):
    """A button's icon, renewed with the colours; it goes when the button goes. `colour` is an
    attribute of `Colours`."""

    def __init__(
        self,
        button: QAbstractButton,
        icon: Icon,
        colour: str,
        size: int = tokens.ICON,
        gap: int = 0,
    ) -> None:
        super().__init__(button)
        self._button, self._icon, self._colour, self._size = button, icon, colour, size
        self._gap = gap
        button.setIconSize(QSize(size + gap, size))
        theme().changed.connect(self.renew)
        self.renew()

    def show_in(self, colour: str) -> None:
        self._colour = colour
        self.renew()

    def renew(self) -> None:
        icon = qicon(self._icon, strong(self._colour), self._size, self._gap)
        self._button.setIcon(icon)


class Button(QPushButton):
    """`kind` is "plain", "main" (one a page at most), "link" or "quiet". Enter presses it as the
    space bar does, where it has the keyboard."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], None] | None = None,
        *,
        kind: str = "plain",
        icon: Icon | None = None,
        small: bool = False,
    ) -> None:
        super().__init__(text)
        self.setProperty("kind", kind)
        self.setProperty("small", small)
        self.setFont(theme().font(weight=500))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(False)
        if icon is not None:
            colour = "on_accent" if kind == "main" else "text_second"
            Drawing(self, icon, colour, gap=tokens.GAP_SMALL)
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
        else:
            super().keyPressEvent(event)


class IconButton(QToolButton):
    """A drawing alone; `name` is its tool tip and what a screen reader says."""

    def __init__(self, icon: Icon, name: str, on_click: Callable[[], None] | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "icon")
        self.setFixedSize(28, 28)
        self.setToolTip(name)
        self.setAccessibleName(name)
        Drawing(self, icon, "text_second")
        if on_click is not None:
            self.clicked.connect(lambda _checked=False: on_click())


class InlineChoice(QToolButton):
    """One of a few in the middle of a text, with a menu that has the others."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setProperty("kind", "inline")
        self.setFont(theme().font(weight=500))
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the drawing comes last
        Drawing(self, Icon.CHEVRON_DOWN, "text_second", tokens.ICON_STATE)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """A tool button would leave room for another arrow."""
        width = self.fontMetrics().horizontalAdvance(self.text()) + tokens.GAP + tokens.ICON_STATE
        return QSize(width, super().sizeHint().height())


class SplitButton(QWidget):
    """What is meant most often, and a menu with the rest."""

    def __init__(
        self,
        text: str,
        on_click: Callable[[], None],
        *,
        menu_name: str,
        kind: str = "main",
        icon: Icon | None = None,
    ) -> None:
        super().__init__()
        colour = "on_accent" if kind == "main" else "text"
        self.button, self.arrow = QToolButton(), QToolButton()
        for part, side in ((self.button, "left"), (self.arrow, "right")):
            part.setProperty("kind", kind)
            part.setProperty("part", side)
            part.setFont(theme().font(weight=500))
            part.setFixedHeight(tokens.CONTROL_HEIGHT)
        self.button.setText(text)
        self.button.clicked.connect(lambda _checked=False: on_click())
        if icon is not None:
            self.button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            Drawing(self.button, icon, colour, gap=tokens.GAP_SMALL)
        Drawing(self.arrow, Icon.CHEVRON_DOWN, colour, tokens.ICON_STATE)
        self.arrow.setAccessibleName(menu_name)
        self.arrow.setToolTip(menu_name)
        self.menu = QMenu(self)
        self.arrow.setMenu(self.menu)
        self.arrow.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        layout = row()
        layout.addWidget(self.button)
        layout.addWidget(self.arrow)
        self.setLayout(layout)

    def add(self, text: str, on_click: Callable[[], None]) -> QAction:
        """One more line of the menu."""
        action = self.menu.addAction(text)
        action.triggered.connect(lambda _checked=False: on_click())
        return action


class NavigationButton(QToolButton):
    """A row of the navigation; `badge` is a number at its end."""

    def __init__(self, icon: Icon, text: str) -> None:
        super().__init__()
        self.setProperty("kind", "navigation")
        self.setText("  " + text)
        self.setAccessibleName(text.replace("&&", "&"))
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setFont(theme().font(weight=500))
        self.setIconSize(QSize(tokens.ICON, tokens.ICON))
        self.setSizePolicy(self.sizePolicy().Policy.Expanding, self.sizePolicy().Policy.Fixed)
        self._drawing = Drawing(self, icon, "text_second")
        self.toggled.connect(self._choose)

    def _choose(self, chosen: bool) -> None:
        self._drawing.show_in("accent" if chosen else "text_second")


_CHIP_PADDING = 13


class Chip(QToolButton):
    """A filter that is on or off, with its count."""

    def __init__(self, text: str, icon: Icon | None = None, colour: str = "text_second") -> None:
        super().__init__()
        self._text = text
        self.setProperty("kind", "chip")
        self.setCheckable(True)
        self.setFont(theme().font(TextSize.SMALL, 500))
        if icon is not None:
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            Drawing(self, icon, colour, tokens.ICON_STATE)
        self.setText(text)

    def sizeHint(self) -> QSize:
        """A tool button would leave room for a space on each side besides."""
        drawing = 0 if self.icon().isNull() else tokens.ICON_STATE + tokens.GAP_SMALL
        width = self.fontMetrics().horizontalAdvance(self.text()) + drawing
        return QSize(width + 2 * _CHIP_PADDING, round(tokens.CHIP_HEIGHT * theme().scale))

    def show_count(self, count: str) -> None:
        """The count as it is written in the user's language; empty for none."""
        self.setText(f"{self._text}  {count}" if count else self._text)


class Segments(Box):
    """A choice of a few, one of which holds."""

    def __init__(
        self, choices: Sequence[tuple[Icon | None, str]], on_choice: Callable[[int], None]
    ) -> None:
        super().__init__("segments")
        self._group = QButtonGroup(self)
        layout = row(margins=3)
        for number, (icon, text) in enumerate(choices):
            button = QToolButton()
            button.setProperty("kind", "segment")
            button.setText(text)
            button.setCheckable(True)
            button.setChecked(not number)
            button.setFont(theme().font(weight=500))
            if icon is not None:
                button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
                Drawing(button, icon, "text_second", gap=tokens.GAP_SMALL)
            self._group.addButton(button, number)
            layout.addWidget(button)
        self.setLayout(layout)
        self._group.idClicked.connect(on_choice)

    def choose(self, number: int) -> None:
        button = self._group.button(number)
        if button is not None:
            button.setChecked(True)
