"""A list of things to choose from: each with a tick or a radio, and one or two lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.icons import Icon, pixmap
from ui.theme import TextSize, theme

AnyIndex = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
BOX = 18
_EDGE = 12


class ChoiceRow(NamedTuple):
    """`note` stands behind the title, `below` under it; `link` is an action of the chosen row."""

    title: str
    below: str = ""
    note: str = ""
    right: str = ""
    right_below: str = ""
    icon: Icon | None = None
    marked: bool = False
    link: str = ""

    @property
    def words(self) -> str:
        """What a screen reader says."""
        parts = (self.title, self.note, self.below, self.right, self.right_below)
        return ", ".join(part for part in parts if part)


class ChoiceModel(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self._rows: list[ChoiceRow] = []

    def show_rows(self, rows: Sequence[ChoiceRow]) -> None:
        """What was there and is at the beginning stays where it is."""
        old = len(self._rows)
        if len(rows) < old or not old:
            self.beginResetModel()
            self._rows = list(rows)
            self.endResetModel()
            return
        if len(rows) > old:
            self.beginInsertRows(QModelIndex(), old, len(rows) - 1)
            self._rows = list(rows)
            self.endInsertRows()
        self._rows = list(rows)
        self.dataChanged.emit(self.index(0), self.index(old - 1))

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == ROW:
            return row
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.words
        return None


class ChoiceDelegate(QStyledItemDelegate):
    def __init__(self, height: int, *, radio: bool, parent: QListView) -> None:
        super().__init__(parent)
        self.height = height
        self._radio = radio

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(100, round(self.height * theme().scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        row = index.data(ROW)
        state: QStyle.StateFlag = option.state
        rect: QRect = option.rect
        view = self.parent()
        assert isinstance(view, QListView)
        current = view.currentIndex() == index
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_ground(painter, rect, current=current, state=state, focus=current and view.hasFocus())
        left = rect.left() + _EDGE
        box = QRectF(left, rect.center().y() - BOX / 2 + 1, BOX, BOX)
        paint_mark(painter, box, marked=row.marked, radio=self._radio)
        left += BOX + 12
        if row.icon is not None:
            ratio = view.devicePixelRatioF()
            drawn = pixmap(row.icon, theme().colours.text_second, 20, ratio)
            painter.drawPixmap(left, rect.center().y() - 9, drawn)
            left += 32
        inside = QRect(left, rect.top(), rect.right() - _EDGE - left, rect.height())
        paint_lines(painter, inside, row, linked=current)
        painter.restore()


def link_rect(rect: QRect, row: ChoiceRow) -> QRect:
    """Where the action of a row is."""
    body = theme().font()
    metrics = _metrics(body)
    right = rect.right() - _EDGE - metrics.horizontalAdvance(row.right) - 16
    width = metrics.horizontalAdvance(row.link) + 8
    return QRect(right - width, rect.top(), width, rect.height())


def paint_ground(
    painter: QPainter, rect: QRect, *, current: bool, state: QStyle.StateFlag, focus: bool
) -> None:
    colours = theme().colours
    hover = bool(state & QStyle.StateFlag.State_MouseOver)
    if not (current or hover):
        return
    painter.setPen(QPen(QColor(colours.accent), 1.5) if focus else Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colours.accent_soft if current else colours.hover))
    painter.drawRoundedRect(QRectF(rect).adjusted(1, 1, -1, -1), 8, 8)


def paint_mark(
    painter: QPainter, box: QRectF, *, marked: bool, radio: bool, pale: bool = False
) -> None:
    """A tick's box or a radio's ring; `pale` follows from something above it."""
    colours = theme().colours
    fill = colours.control if pale else colours.accent
    painter.setPen(QPen(QColor(fill if marked else colours.control), 1.5))
    painter.setBrush(QColor(fill if marked else colours.card))
    inner = box.adjusted(0.75, 0.75, -0.75, -0.75)
    if radio:
        painter.drawEllipse(inner)
    else:
        painter.drawRoundedRect(inner, 5, 5)
    if not marked:
        return
    if radio:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.on_accent))
        painter.drawEllipse(inner.center(), 3.5, 3.5)
        return
    pen = QPen(QColor(colours.on_accent), 1.8)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    at = box.topLeft()
    painter.drawPolyline([at + QPointF(5, 9.2), at + QPointF(8, 12.2), at + QPointF(13.2, 6.4)])


def paint_lines(painter: QPainter, rect: QRect, row: ChoiceRow, *, linked: bool) -> None:
    colours = theme().colours
    two = bool(row.below or row.right_below)
    body, small = theme().font(weight=500 if two else 400), theme().font(TextSize.SMALL)
    height = _metrics(body).height()
    first = QRect(rect)
    second = QRect(rect)
    if two:
        top = rect.center().y() - (height + _metrics(small).height()) // 2
        first = QRect(rect.left(), top, rect.width(), height)
        second = QRect(rect.left(), top + height + 1, rect.width(), _metrics(small).height())
    right_width = _right(painter, first, row.right, theme().font(), colours.text_second)
    room = first.adjusted(0, 0, -right_width, 0)
    if linked and row.link:
        room = room.adjusted(0, 0, -_metrics(theme().font()).horizontalAdvance(row.link) - 24, 0)
        link = room.translated(0, 0)
        link.setLeft(room.right() + 8)
        link.setWidth(_metrics(theme().font(weight=500)).horizontalAdvance(row.link) + 4)
        painter.setFont(theme().font(weight=500))
        painter.setPen(QColor(colours.accent))
        painter.drawText(link, int(Qt.AlignmentFlag.AlignVCenter), row.link)
    used = _left(painter, room, row.title, body, colours.text)
    if row.note:
        _left(painter, room.adjusted(used + 8, 1, 0, 1), row.note, small, colours.text_second)
    if two:
        right_width = _right(painter, second, row.right_below, small, colours.text_second)
        below = second.adjusted(0, 0, -right_width, 0)
        _left(painter, below, row.below, small, colours.text_second)


def _right(painter: QPainter, rect: QRect, text: str, font: QFont, colour: str) -> int:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    flags = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    painter.drawText(rect, flags, text)
    return painter.fontMetrics().horizontalAdvance(text) + 16 if text else 0


def _left(painter: QPainter, rect: QRect, text: str, font: QFont, colour: str) -> int:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    metrics = painter.fontMetrics()
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, max(0, rect.width()))
    painter.drawText(rect, int(Qt.AlignmentFlag.AlignVCenter), shown)
    return metrics.horizontalAdvance(shown)


def _metrics(font: QFont) -> QFontMetrics:
    return QFontMetrics(font)


class ChoiceList(QListView):
    """Space marks, Enter follows the row's link; a click on the mark marks, elsewhere chooses."""

    current = Signal(int)
    marked = Signal(int)
    followed = Signal(int)

    def __init__(self, name: str, height: int, *, radio: bool = False) -> None:
        super().__init__()
        self._radio = radio
        self._height = height
        self.rows = ChoiceModel()
        self.setModel(self.rows)
        self._delegate = ChoiceDelegate(height, radio=radio, parent=self)
        self.setItemDelegate(self._delegate)
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        theme().changed.connect(self._repaint)

    def _repaint(self) -> None:
        self.viewport().update()

    def set_row_height(self, height: int) -> None:
        """As when it was made: for windows with less room."""
        if height != self._height:
            self._height = self._delegate.height = height
            self.scheduleDelayedItemsLayout()

    def sizeHint(self) -> QSize:
        """Small: it takes what room there is, and a page need not scroll for it."""
        return QSize(200, 2 * self._height)

    @property
    def height_of_rows(self) -> int:
        return self.rows.rowCount() * round(self._height * theme().scale)

    def row(self, number: int) -> ChoiceRow:
        row = self.rows.index(number).data(ROW)
        assert isinstance(row, ChoiceRow)
        return row

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        if current.isValid():
            self.current.emit(current.row())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            row, rect = self.row(index.row()), self.visualRect(index)
            if row.link and link_rect(rect, row).contains(event.position().toPoint()):
                self.followed.emit(index.row())
            elif self._radio or event.position().x() < rect.left() + BOX + 2 * _EDGE:
                self.marked.emit(index.row())
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = self.currentIndex().row()
        if number >= 0 and event.key() == Qt.Key.Key_Space:
            self.marked.emit(number)
        elif number >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.followed.emit(number)
        else:
            super().keyPressEvent(event)
