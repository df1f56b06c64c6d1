"""Help beside the first run: the window has no pages yet, and this is where people get stuck."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from ui import tokens
from ui.pages.help import HelpPage
from ui.widgets.boxes import column
from ui.widgets.tab_order import order_tabs


class HelpWindow(QDialog):
    """Holds the application's help page until that has its place in the window. The first run goes
    on beside it."""

    def __init__(self, page: HelpPage, parent: QWidget) -> None:
        super().__init__(parent)
        self.page = page
        self.setWindowTitle(self.tr("Help"))
        self.setWindowFlag(Qt.WindowType.WindowContextHelpButtonHint, False)
        self._layout = column()
        self.setLayout(self._layout)
        self.resize(*tokens.SMALLEST_WINDOW)

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self)
        return super().focusNextPrevChild(forward)

    def open_article(self, name: str) -> None:
        """Come to the front with this article."""
        if self.page.parentWidget() is not self:
            self._layout.addWidget(self.page)
        self.page.show()
        self.show()
        self.raise_()
        self.activateWindow()
        self.page.open_article(name)
