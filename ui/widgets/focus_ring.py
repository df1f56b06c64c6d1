"""The ring round what has the keyboard: 2 px of accent, 2 px outside, after keyboard use only.

A style sheet cannot draw outside a control, so one overlay per window does.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

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
_MOVES = {QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Wheel}


class FocusRing(QWidget):
    """Lies over `window`'s content and lets everything through."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._by_keyboard = False
        self._target: QWidget | None = None
        self._settled = QTimer(self, singleShot=True, interval=0)
        self._settled.timeout.connect(self._place)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        window.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.Show and watched is self.parent():
            # Keys and clicks come through the system's window. To look at every event of the
            # application would make each of them slower.
            handle = self.window().windowHandle()
            if handle is not None:
                handle.installEventFilter(self)
        elif kind is QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if Qt.Key(event.key()) in _KEYS:
                self._by_keyboard = True
                self._follow(QApplication.focusWidget())
        elif kind is QEvent.Type.MouseButtonPress:
            self._by_keyboard = False
            self._follow(None)
        elif kind in _MOVES and self._target is not None:
            self._settled.start()
        return False

    def _focus_changed(self, _before: QWidget | None, now: QWidget | None) -> None:
        self._follow(now)

    def _follow(self, widget: QWidget | None) -> None:
        shown = (
            self._by_keyboard
            and isinstance(widget, QAbstractButton)
            and not isinstance(widget, QAbstractItemView)
            and self.window().isAncestorOf(widget)
            and widget.isVisible()
        )
        target = widget if shown else None
        if target is not self._target:
            if self._target is not None and isValid(self._target):
                self._target.removeEventFilter(self)
            if target is not None:
                target.installEventFilter(self)
                self._settled.start()  # a page scrolls to what has the keyboard, after it has it
            self._target = target
        self._place()

    def _place(self) -> None:
        target, window = self._target, self.window()
        shown = target is not None and isValid(target) and target.isVisible()
        self.setVisible(shown)
        if target is not None and shown:
            place = target.rect().translated(target.mapTo(window, target.rect().topLeft()))
            self.setGeometry(place.adjusted(-_OUTSIDE, -_OUTSIDE, _OUTSIDE, _OUTSIDE))
            self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(theme().colours.accent), 2))
        radius = tokens.RADIUS_CONTROL + 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), radius, radius)
        event.accept()
