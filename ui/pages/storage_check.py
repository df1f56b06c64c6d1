"""The line of Storage about checks: what the last one found, and the next."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ui.icons import Icon
from ui.widgets.boxes import IconLabel, row
from ui.widgets.buttons import SplitButton
from ui.widgets.texts import Text
from ui.wording_check import CheckLine


class CheckPart(QWidget):
    """Shows a `CheckLine`. `begin` is called with whether everything is to be read back."""

    def __init__(self, begin: Callable[[bool], None]) -> None:
        super().__init__()
        self._icon = IconLabel(Icon.INFO, "text_second")
        self._words = Text(wrap=True)
        self._words.setObjectName("storage-checked")
        self.button = SplitButton(
            self.tr("Check now"),
            lambda: begin(False),
            menu_name=self.tr("More ways to check"),
            kind="plain",
        )
        self.button.setObjectName("check-now")
        self.read_all = self.button.add(self.tr("Read everything back"), lambda: begin(True))
        line = row(spacing=12)
        line.setContentsMargins(0, 12, 0, 12)
        line.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        line.addWidget(self._words, 1)
        line.addWidget(self.button)
        self.setLayout(line)

    def show_line(self, line: CheckLine) -> None:
        self._icon.show_icon(line.icon, line.colour)
        self._words.setText(line.text)
        self.read_all.setText(line.read_all)
        self.button.setVisible(not line.at_work)
