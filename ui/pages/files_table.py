"""The tree or list of files as it is painted: one view, one delegate for both."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import (
    QCoreApplication,
    QItemSelection,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
    QTreeView,
    QWidget,
)

from ui import tokens
from ui.icons import Icon, pixmap
from ui.models.file_rows import NO_INDEX, WORDS_ROLE, Column
from ui.models.file_words import RowWords, widest_words
from ui.theme import TextSize, theme
from ui.widgets.boxes import strong
from ui.widgets.branches import paint_branch

_INDENT = 20
_INSET = 12
_COLUMN_GAP = 12
_SLACK = 4
"""What is painted is rounded otherwise than what is measured."""
_ADDING = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
_NAME_INSET = 28
"""The drawing before a name."""
_NAME_WANTED = 264
"""Less than so wide, a name takes room from the last column's day and time."""
_RIGHT = Qt.TextElideMode.ElideRight
_LEAST_WHERE = 48
"""Less room than this is not worth writing into."""


class FilesDelegate(QStyledItemDelegate):
    """Paints the words of a row; the chosen row's ground is the view's. `with_where` puts the
    folders behind the name, where the rows around it do not tell them."""

    def __init__(self, parent: QWidget, *, with_where: bool) -> None:
        super().__init__(parent)
        self.with_where = with_where

    def sizeHint(
        self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        return QSize(0, round(tokens.ROW_HEIGHT * theme().scale))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        words = index.data(WORDS_ROLE)
        if not isinstance(words, RowWords):
            return
        room: QRect = option.rect
        painter.save()
        match Column(index.column()):
            case Column.NAME:
                _draw(painter, words.icon, "text_second", tokens.ICON, room.x(), room)
                self._write_name(painter, words, room.adjusted(_NAME_INSET, 0, -_COLUMN_GAP, 0))
            case Column.STATE:
                _draw(painter, words.state_icon, words.colour, tokens.ICON_STATE, room.x(), room)
                inside = room.adjusted(tokens.ICON_STATE + tokens.STATE_GAP, 0, 0, 0)
                _write(painter, words.state, words.colour, 500, inside)
            case Column.SIZE:
                ends = room.adjusted(0, 0, -_COLUMN_GAP, 0)
                _write(painter, words.size, "text_second", 400, ends, right=True)
            case Column.AS_OF:
                _write(painter, words.as_of, "text_second", 400, room, elide=_RIGHT)
        painter.restore()

    def helpEvent(
        self,
        event: QHelpEvent,
        view: QAbstractItemView,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> bool:
        """What finds no room is read whole in a tool tip."""
        words = index.data(WORDS_ROLE)
        if not isinstance(words, RowWords):
            return False
        room, text, weight = option.rect.width(), "", 400
        if index.column() == Column.NAME:
            room, text = room - _NAME_INSET - _COLUMN_GAP, words.name
            weight = 500 if words.is_folder else 400
        elif index.column() == Column.AS_OF:
            text = words.as_of
        hidden = QFontMetrics(theme().font(weight=weight)).horizontalAdvance(text) > room
        QToolTip.showText(event.globalPos(), text if hidden else "", view)
        return True

    def _write_name(self, painter: QPainter, words: RowWords, room: QRect) -> None:
        weight = 500 if words.is_folder else 400
        _write(painter, words.name, "text", weight, room)
        if self.with_where:
            used = painter.fontMetrics().horizontalAdvance(words.name) + _COLUMN_GAP
            if room.width() - used > _LEAST_WHERE:
                _write(painter, words.where, "text_second", 400, room.adjusted(used, 0, 0, 0))


def _draw(painter: QPainter, icon: Icon, colour: str, size: int, x: int, room: QRect) -> None:
    device = painter.device()
    drawn = pixmap(icon, strong(colour), size, device.devicePixelRatio())
    painter.drawPixmap(x, room.y() + (room.height() - size) // 2, drawn)


def _write(
    painter: QPainter,
    text: str,
    colour: str,
    weight: int,
    room: QRect,
    *,
    right: bool = False,
    elide: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
) -> None:
    painter.setFont(theme().font(weight=weight))
    painter.setPen(QColor(strong(colour)))
    whole = painter.fontMetrics().elidedText(text, elide, room.width())
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), whole)


def _widths() -> dict[Column, int]:
    """Of the columns but the name, so that nothing in them is elided."""
    states, sizes, times = widest_words()
    metrics = QFontMetrics(theme().font(weight=500))

    def widest(words: Iterable[str]) -> int:
        return max(metrics.horizontalAdvance(one) for one in words) + _COLUMN_GAP + _SLACK

    return {
        Column.STATE: widest(states) + tokens.ICON_STATE + tokens.STATE_GAP,
        Column.SIZE: widest(sizes),
        Column.AS_OF: widest(times),
    }


def _least_as_of() -> int:
    """The last column where names need the room: what is of today can be read whole."""
    _, _, times = widest_words()
    words = times[0], QCoreApplication.translate("files", "Safe as of")
    metrics = QFontMetrics(theme().font(weight=500))
    return max(metrics.horizontalAdvance(one) for one in words) + _SLACK


class _Head(QHeaderView):
    """The first name stands over the drawings of the rows, which are `indent` further in."""

    def __init__(self, indent: int) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._indent = indent

    def paintSection(self, painter: QPainter, room: QRect, number: int) -> None:
        at = self._indent if number == Column.NAME else 0
        super().paintSection(painter, room.adjusted(at, 0, 0, 0), number)


class FilesView(QTreeView):
    """The rows. Enter or a click opens the details, Escape closes them; with Shift or Ctrl several
    are chosen."""

    opened = Signal(QModelIndex)
    escaped = Signal()
    near_end = Signal(QModelIndex)
    """The last known row below this one is, or soon will be, on screen."""
    several = Signal()
    """Other rows are chosen."""

    def __init__(self, *, flat: bool = False) -> None:
        super().__init__()
        self._widths, self._least_as_of = _widths(), _least_as_of()
        self.setItemDelegate(FilesDelegate(self, with_where=flat))
        self.setRootIsDecorated(not flat)
        self.setUniformRowHeights(True)
        self.setIndentation(_INDENT)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(True)
        self.setAccessibleName(self.tr("Files"))
        head = _Head(0 if flat else _INDENT)
        self.setHeader(head)
        head.setSectionsMovable(False)
        head.setStretchLastSection(False)
        head.setMinimumSectionSize(24)
        head.setStyleSheet(f"QHeaderView::section {{ padding: 0 {_COLUMN_GAP}px 0 0; }}")
        head.setFont(theme().font(TextSize.SMALL))
        head.setFixedHeight(round(tokens.ROW_HEIGHT * theme().scale))
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        theme().changed.connect(self.viewport().update)
        self._laid_out = QTimer(self, singleShot=True, interval=0)
        self._laid_out.timeout.connect(self.look_ahead)
        self.verticalScrollBar().valueChanged.connect(self.look_ahead)
        self.verticalScrollBar().rangeChanged.connect(self.look_ahead)

    def rowsInserted(
        self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int
    ) -> None:
        super().rowsInserted(parent, start, end)
        self._laid_out.start()  # they may leave room for more

    def look_ahead(self) -> None:
        """Tell of each folder on screen whose known rows are about to end."""
        if not self.isVisible() or self.model() is None:
            return
        ahead = 2 * self.viewport().height()
        for parent in self.folders_on_screen():
            last = self.model().index(self.model().rowCount(parent) - 1, 0, parent)
            if last.isValid() and self.visualRect(last).top() < ahead:
                self.near_end.emit(parent)

    def size_columns(self) -> None:
        """Fixed widths but for the name, which has the rest. After each change of the model."""
        head = self.header()
        if head.count() < len(Column):
            return
        head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rest = self.viewport().width() - sum(self._widths.values()) - _INSET
        times = self._widths[Column.AS_OF]
        spare = max(0, min(times - self._least_as_of, _NAME_WANTED - rest))
        for column, width in {**self._widths, Column.AS_OF: times - spare}.items():
            head.resizeSection(column, width)
        head.resizeSection(Column.NAME, max(160, rest + spare))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.size_columns()

    def drawRow(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        colours = theme().colours
        room: QRect = option.rect
        row = self.model().index(index.row(), 0, index.parent())
        chosen = self.selectionModel().isSelected(row)
        under = self.viewport().mapFromGlobal(self.cursor().pos())
        hovered = self.underMouse() and room.y() <= under.y() < room.y() + room.height()
        if chosen or hovered:
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.accent_soft if chosen else colours.hover))
            whole = QRectF(0, room.y(), self.viewport().width() - 4, room.height())
            painter.drawRoundedRect(whole, tokens.RADIUS_CONTROL, tokens.RADIUS_CONTROL)
            if row == self.currentIndex().siblingAtColumn(0) and self.hasFocus():
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QColor(colours.accent))
                painter.drawRoundedRect(whole.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
            painter.restore()
        super().drawRow(painter, option, index)

    def drawBranches(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        if self.rootIsDecorated():
            paint_branch(self, painter, rect, index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
        elif key == Qt.Key.Key_Escape:
            self.escaped.emit()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        alone = not event.modifiers() & _ADDING
        if (
            index.isValid()
            and alone
            and self.visualRect(index).contains(event.position().toPoint())
        ):
            self.opened.emit(index)

    def chosen_rows(self) -> list[QModelIndex]:
        return self.selectionModel().selectedRows()

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        self.viewport().update()
        self.several.emit()

    def on_screen(self) -> tuple[QModelIndex, QModelIndex]:
        """The first and the last row that is visible."""
        room = self.viewport().rect()
        first = self.indexAt(room.topLeft())
        last = self.indexAt(room.bottomLeft())
        if not last.isValid() and first.isValid():
            last = self.model().index(self.model().rowCount(NO_INDEX) - 1, 0)
        return first, last

    def folders_on_screen(self) -> list[QModelIndex]:
        """The parents of what is visible, each once."""
        first, _ = self.on_screen()
        parents: list[QModelIndex] = [QModelIndex()]
        index, bottom = first, self.viewport().height()
        while index.isValid() and self.visualRect(index).top() <= bottom:
            if index.parent() not in parents:
                parents.append(index.parent())
            index = self.indexBelow(index)
        return parents
