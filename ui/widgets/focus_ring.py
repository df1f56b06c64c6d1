"""The ring round what has the keyboard: 2 px of accent, 2 px outside, after keyboard use only.

A style sheet cannot draw outside a control, so one overlay per window does.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QWidget

from ui import tokens
from ui.theme import theme

_OUTSIDE = 4
_KEYS = {
    Qt.Key.Key_Tab,
    Qt.Key.Key_Backtab,
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
}


class FocusRing(QWidget):
    """Lies over `window`'s content and lets everything through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._by_keyboard = False
        self._target: QWidget | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        app.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if Qt.Key(event.key()) in _KEYS:
                self._by_keyboard = True
                self._follow(QApplication.focusWidget())
        elif event.type() is QEvent.Type.MouseButtonPress:
            self._by_keyboard = False
            self._follow(None)
        elif watched is self._target and event.type() in {
            QEvent.Type.Move,
            QEvent.Type.Resize,
            QEvent.Type.Hide,
        }:
            self._follow(self._target)
        return False

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._follow(now)

    def _follow(self, widget: QWidget | None) -> None:
        window = self.window()
        shown = (
            self._by_keyboard
            and isinstance(widget, QAbstractButton)
            and not isinstance(widget, QAbstractItemView)
            and window.isAncestorOf(widget)
            and widget.isVisible()
        )
        self._target = widget if shown else None
        self.setVisible(shown)
        if shown:
            assert widget is not None
            place = widget.rect().translated(widget.mapTo(window, widget.rect().topLeft()))
            self.setGeometry(place.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE))
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().colours.accent), 2))
        radius = tokens.RADIUS_CONTROL + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        event.accept()
