"""What can be done with several files and folders at once."""

from __future__ import annotations

from collections.abc import Callable

from ui.icons import Icon
from ui.widgets.boxes import Box, row
from ui.widgets.buttons import Button
from ui.widgets.texts import Text


class SeveralBar(Box):
    """Below the rows, while more than one is chosen."""

    def __init__(self, restore: Callable[[], None], none: Callable[[], None]) -> None:
        super().__init__("note")
        self._count = Text(weight=500)
        self.restore = Button(self.tr("Restore…"), restore, icon=Icon.NAV_RESTORE, small=True)
        self.restore.setAccessibleName(self.tr("Restore what is chosen…"))
        self.none = Button(self.tr("Choose none"), none, kind="link")
        layout = row(spacing=12)
        layout.setContentsMargins(14, 8, 14, 8)
        layout.addWidget(self._count, 1)
        layout.addWidget(self.none)
        layout.addWidget(self.restore)
        self.setLayout(layout)
        self.hide()

    def show_count(self, many: int) -> None:
        """Hidden for 0."""
        self._count.setText(self.tr("%n chosen", "", many))
        self.setVisible(many > 0)
