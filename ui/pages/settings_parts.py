"""What the settings page is made of: sections of rows, a name on the left, its control right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui import tokens
from ui.icons import Icon
from ui.paths import shown_path
from ui.theme import TextSize
from ui.widgets.boxes import Card, Hairline, IconLabel, column, row
from ui.widgets.buttons import IconButton
from ui.widgets.fields import ChoiceBox
from ui.widgets.switch import Switch
from ui.widgets.texts import Elided, Text

_ROW_MARGIN = 11
_COMBO_WIDTH = 200


class Section(QWidget):
    """A title and a card with rows, hairlines between those that are shown."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._lines: dict[QObject, Hairline] = {}
        self._card = Card()
        self._card.body.setContentsMargins(tokens.CARD_PADDING, 4, tokens.CARD_PADDING, 4)
        layout = column()
        layout.addWidget(Text(title, weight=600))
        layout.addSpacing(12)
        layout.addWidget(self._card)
        layout.addSpacing(tokens.SECTION_GAP)
        self.setLayout(layout)

    def add(self, widget: QWidget) -> None:
        """The first is always shown; a hairline comes and goes with the row below it."""
        if self._card.body.count():
            line = Hairline()
            self._card.body.addWidget(line)
            self._lines[widget] = line
            widget.installEventFilter(self)
        self._card.body.addWidget(widget)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.ShowToParent, QEvent.Type.HideToParent):
            line = self._lines.get(watched)
            if line is not None:
                line.setVisible(event.type() is QEvent.Type.ShowToParent)
        return super().eventFilter(watched, event)


class SettingRow(QWidget):
    """A name, a line that says what it means, and the control."""

    def __init__(self, name: str, line: str = "", control: QWidget | None = None) -> None:
        super().__init__()
        texts = column(spacing=2)
        texts.addWidget(Text(name, weight=500, wrap=True))
        self._line = Text(line, TextSize.SMALL, tone="second", wrap=True)
        texts.addWidget(self._line)
        if not line:
            self._line.hide()  # to show what has no parent yet would open a window
        layout = row(spacing=24)
        layout.setContentsMargins(0, _ROW_MARGIN, 0, _ROW_MARGIN)
        layout.addLayout(texts, 1)
        if control is not None:
            if not control.accessibleName():
                says = control.text() if isinstance(control, QAbstractButton) else ""
                control.setAccessibleName(f"{says}: {name}" if says else name)
            layout.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self.setLayout(layout)

    def show_line(self, line: str) -> None:
        self._line.setText(line)
        self._line.setVisible(bool(line))


class SwitchRow(SettingRow):
    def __init__(
        self, name: str, line: str, on_change: Callable[[bool], None], why_not: str = ""
    ) -> None:
        """`why_not` says why it can do nothing, where that may be so."""
        self.switch = Switch(name)
        super().__init__(name, line, self.switch)
        self._usual, self._why_not = line, why_not
        self._on, self._possible = False, True
        self.switch.clicked.connect(on_change)

    def show_on(self, on: bool) -> None:
        """Without telling anybody."""
        self._on = on
        self.switch.setChecked(on and self._possible)

    def show_possible(self, possible: bool) -> None:
        """Whether it can do anything here. Where not, it is off, whatever was chosen."""
        self._possible = possible
        self.show_line(self._usual if possible else self._why_not)
        self.switch.setEnabled(possible)
        self.switch.setAccessibleDescription("" if possible else self._why_not)
        self.show_on(self._on)


class Choice(ChoiceBox):
    """One of a few, each with a value; tells what somebody chose, not what was set."""

    def __init__(
        self, choices: Sequence[tuple[str, object]], on_choice: Callable[[object], None]
    ) -> None:
        super().__init__()
        self._on_choice = on_choice
        for text, value in choices:
            self.addItem(text, value)
        self.setFixedWidth(_COMBO_WIDTH)
        self.activated.connect(self._chosen)

    def show_value(self, value: object, text: str = "") -> None:
        """`text` names a value that is none of the choices."""
        at = self.findData(value)
        if at < 0:
            self.addItem(text, value)
            at = self.count() - 1
        self.setCurrentIndex(at)

    def _chosen(self, at: int) -> None:
        self._on_choice(self.itemData(at))


class Lines(QWidget):
    """Folders or rules, each with a button that takes it away."""

    def __init__(self, icon: Icon, remove: str, on_remove: Callable[[str], None]) -> None:
        super().__init__()
        self._icon, self._remove, self._on_remove = icon, remove, on_remove
        self._shown: tuple[str, ...] | None = None
        self._column = column()
        self.setLayout(self._column)

    def show_lines(self, lines: tuple[str, ...], *, removable: bool = True) -> None:
        if lines == self._shown:
            return
        self._shown = lines
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for line in lines:
            if self._column.count():
                self._column.addWidget(Hairline())
            self._column.addWidget(self._line(line, removable))
        self.setVisible(bool(lines))

    def _line(self, line: str, removable: bool) -> QWidget:
        one = QWidget()
        layout = row(spacing=tokens.ICON_GAP)
        layout.setContentsMargins(0, 8, 0, 8)
        layout.addWidget(IconLabel(self._icon))
        words = Elided(shown_path(line), weight=500)
        words.setToolTip(line)
        layout.addWidget(words, 1)
        if removable:
            button = IconButton(Icon.CLOSE, f"{self._remove}: {shown_path(line)}")
            button.clicked.connect(self._clicked)
            button.setProperty("line", line)
            layout.addWidget(button)
        one.setLayout(layout)
        return one

    def _clicked(self) -> None:
        self._on_remove(str(self.sender().property("line")))
