"""Fields with their labels above them."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QStyledItemDelegate, QTimeEdit, QWidget

from ui import tokens
from ui.icons import Icon, pixmap
from ui.theme import TextSize, theme
from ui.widgets.boxes import IconLabel, column, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text

_TIME_WIDTH = 96
_TIME_MARGIN = 10
_CHOICES = 14
"""Rows that a choice shows at once."""


class Field(QWidget):
    """One line to be typed."""

    def __init__(self, label: str, placeholder: str = "") -> None:
        super().__init__()
        self._label = Text(label, TextSize.SMALL, tone="second")
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(label)
        self._label.setBuddy(self.edit)
        self._inside = row(spacing=8)
        self._inside.addWidget(self.edit, 1)
        layout = column(spacing=4)
        layout.addWidget(self._label)
        layout.addLayout(self._inside)
        self.setLayout(layout)

    @property
    def text(self) -> str:
        """Without spaces at its ends."""
        return self.edit.text().strip()

    def show_label(self, label: str, placeholder: str = "") -> None:
        self._label.setText(label)
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText(placeholder)


class SecretField(Field):
    """Dots, until it is shown."""

    def __init__(self, label: str, show_name: str) -> None:
        super().__init__(label)
        self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.show_button = Button(self.tr("Show"), self._toggle)
        self.show_button.setAccessibleName(show_name)
        self._inside.addWidget(self.show_button)

    def _toggle(self) -> None:
        hidden = self.edit.echoMode() is QLineEdit.EchoMode.Password
        mode = QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password
        self.edit.setEchoMode(mode)
        self.show_button.setText(self.tr("Hide") if hidden else self.tr("Show"))


class ChoiceBox(QComboBox):
    """One of many, with an arrow that a style sheet could not colour. The wheel scrolls the page it
    is on, and chooses nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.setItemDelegate(QStyledItemDelegate(self))  # or no style sheet reaches its rows
        self.setMaxVisibleItems(_CHOICES)
        theme().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        colours = theme().colours
        colour = colours.text_second if self.isEnabled() else colours.disabled
        size = tokens.ICON_STATE
        arrow = pixmap(Icon.CHEVRON_DOWN, colour, size, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - size - 10, (self.height() - size) // 2, arrow)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class TimeField(QTimeEdit):
    """An hour and a minute. What a style sheet says of the room around the text does not reach the
    line inside. The wheel scrolls the page it is on, and changes nothing."""

    def __init__(self, name: str, time: QTime | None = None) -> None:
        super().__init__(time or QTime(0, 0))
        self.setAccessibleName(name)
        self.setFixedWidth(_TIME_WIDTH)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # not by the wheel either
        self.lineEdit().setTextMargins(_TIME_MARGIN, 0, 0, 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()


class SearchField(QLineEdit):
    """With the sign for a search before what is typed, and a line of facts behind it."""

    left = Signal()
    """Down or Enter was pressed: to what was found."""

    def __init__(self, placeholder: str) -> None:
        super().__init__()
        self.setPlaceholderText(placeholder)
        self.setAccessibleName(placeholder)
        self.setTextMargins(tokens.ICON_STATE + tokens.GAP, 0, 0, 0)
        self.facts = Text(size=TextSize.SMALL, tone="second")
        inside = row(spacing=8)
        inside.setContentsMargins(12, 0, 12, 0)
        inside.addWidget(IconLabel(Icon.SEARCH, size=tokens.ICON_STATE))
        inside.addStretch(1)
        inside.addWidget(self.facts)
        self.setLayout(inside)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
