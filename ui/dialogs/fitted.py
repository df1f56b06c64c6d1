"""A dialog that is as high as what is in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from ui.widgets.focus_ring import FocusRing
from ui.widgets.tab_order import order_tabs


class FittedDialog(QDialog):
    """Of a width that was fixed, or what its buttons need. What is in it may come and go."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._ring = FocusRing(self)

    def focusNextPrevChild(self, forward: bool) -> bool:
        order_tabs(self)
        return super().focusNextPrevChild(forward)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.LayoutRequest:
            self.fit()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        self.fit()
        super().showEvent(event)

    def fit(self) -> None:
        layout = self.layout()
        if layout is not None:
            layout.activate()
            # Buttons in a row may ask for more than was thought, in some language.
            self.setFixedWidth(max(self.width(), layout.totalMinimumSize().width()))
            self.setFixedHeight(layout.totalHeightForWidth(self.width()))
