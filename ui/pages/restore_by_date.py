"""Restore by date: a day, a backup of that day, and what it holds; or all of it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date, datetime

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QBoxLayout,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from backupclient.wire.answers import Kind, SnapshotFacts, StoredFolder, StoredItem
from ui import numbers, tokens
from ui import wording_restore as words
from ui.icons import pixmap
from ui.paths import shown_path
from ui.restorer import Chosen
from ui.theme import theme
from ui.widgets.boxes import Box, Hairline, column
from ui.widgets.branches import paint_branch
from ui.widgets.calendar_strip import CalendarStrip
from ui.widgets.choice_list import (
    BOX,
    AnyIndex,
    ChoiceList,
    ChoiceRow,
    paint_ground,
    paint_lines,
    paint_mark,
)
from ui.widgets.texts import Text

_ITEM = Qt.ItemDataRole.UserRole
_PATH = Qt.ItemDataRole.UserRole + 1
_MORE = Qt.ItemDataRole.UserRole + 2


class ByDate(QWidget):
    """`everything`: the whole backup is what is chosen, and there is no tree."""

    folder_wanted = Signal(str, object, int)
    """Snapshot, path, and from which thing on."""
    chosen_changed = Signal()

    def __init__(self, now: Callable[[], datetime], *, everything: bool) -> None:
        super().__init__()
        self._now = now
        self._everything = everything
        self._snapshots: tuple[SnapshotFacts, ...] = ()
        self._of_day: list[SnapshotFacts] = []
        self._snapshot: SnapshotFacts | None = None
        self._asked: dict[tuple[bytes, int], None] = {}
        """Folders that nobody has shown yet."""
        self.strip = CalendarStrip()
        self.backups = ChoiceList(self.tr("Backups of that day"), 52, radio=True)
        self.tree = StoredTree(self.tr("What this backup holds"))
        self._note = Text(tone="second", wrap=True)
        self._stack = QStackedWidget()
        self.strip.chosen.connect(self._choose_day)
        self.backups.current.connect(self._choose_backup)
        self.tree.wanted.connect(self._want)
        self.tree.chosen_changed.connect(self.chosen_changed)
        self._lay_out()

    def _lay_out(self) -> None:
        self._head = head = column()
        head.addWidget(self.strip)
        left = QWidget()
        inside = column()
        inside.setContentsMargins(28, 12, 16, 0)
        inside.addWidget(self.backups, 1)
        left.setLayout(inside)
        right = QWidget()
        beside = column()
        beside.setContentsMargins(20, 12, 28, 0)
        beside.addWidget(self.tree, 1)
        beside.addWidget(self._note)
        if self._everything:
            self.tree.hide()
            beside.setContentsMargins(28, 24, 28, 0)
            beside.addStretch(1)
        right.setLayout(beside)
        line = Box("upright")
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._sides.setSpacing(0)
        self._sides.addWidget(left, 3)
        self._sides.addWidget(line)
        self._sides.addWidget(right, 5)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(Hairline())
        layout.addLayout(self._sides, 1)
        self.setLayout(layout)

    def arrange(self, *, narrow: bool) -> None:
        margin = tokens.PAGE_MARGIN_NARROW if narrow else tokens.PAGE_MARGIN
        self._head.setContentsMargins(margin, 0, margin, 12)

    @property
    def chosen(self) -> list[Chosen]:
        one = self._snapshot
        if one is None:
            return []
        if not self._everything:
            return self.tree.chosen(one)
        files, size = (1, None) if one.total is None else (one.total.files, one.total.bytes)
        return [Chosen(b"/", one.id, one.time, True, files, size)]

    def clear_chosen(self) -> None:
        self.tree.clear_chosen()

    def set_amount(self, chosen: Chosen, files: int, size: int) -> None:
        if self._snapshot is not None and self._snapshot.id == chosen.snapshot:
            self.tree.set_amount(chosen.path, files, size)

    def show_opening(self, opening: bool) -> None:
        """The backups are being opened, or they are open."""
        if not self._snapshots:
            self._note.setText(self.tr("Opening the backups…") if opening else "")

    def show_snapshots(self, snapshots: tuple[SnapshotFacts, ...]) -> None:
        """All there are, newest first."""
        if not snapshots:
            self._note.setText(self.tr("There is no backup yet."))
        if snapshots == self._snapshots:
            return
        self._snapshots = snapshots
        if not snapshots:
            return
        days = {one.time.astimezone().date() for one in snapshots}
        chosen = self.strip.chosen_day
        shown = chosen if chosen in days else max(days)
        self.strip.show_days(days, shown, max(self._now().astimezone().date(), *days))
        self._choose_day(shown)

    def _choose_day(self, day: date) -> None:
        self._of_day = [one for one in self._snapshots if one.time.astimezone().date() == day]
        self._snapshot = None
        self._renew()
        self.backups.setCurrentIndex(self.backups.rows.index(0))
        self._choose_backup(0)  # where that was the current one, nobody is told

    def _renew(self) -> None:
        computers = len({one.computer for one in self._snapshots})
        rows = []
        for one in self._of_day:
            title, note, total = words.snapshot_lines(one, computers, self._now())
            size = "" if one.total is None else numbers.size(one.total.bytes)
            rows.append(
                ChoiceRow(
                    title,
                    note or total,
                    "",
                    size,
                    total if note else "",
                    marked=one is self._snapshot,
                )
            )
        if self.backups.rows.rowCount() != len(rows):
            self.backups.rows.show_rows(())
        self.backups.rows.show_rows(rows)

    def _choose_backup(self, number: int) -> None:
        if not 0 <= number < len(self._of_day) or self._of_day[number] is self._snapshot:
            return
        self._snapshot = one = self._of_day[number]
        self._renew()
        self._note.setText(self._words_of(one) if self._everything else "")
        self._note.setVisible(self._everything)
        if not self._everything:
            self.tree.begin(_above_all(one.paths))
            self._asked.clear()
            self._want(b"/", 0)
        self.chosen_changed.emit()

    def _words_of(self, one: SnapshotFacts) -> str:
        title = self.tr("Everything in the backup of %1:")
        lines = [title.replace("%1", numbers.when(one.time, self._now())), ""]
        lines += map(shown_path, one.paths)
        if not one.complete:
            lines += ["", self.tr("This backup was cut short: it holds what was safe by then.")]
        return "\n".join(lines)

    def _want(self, path: bytes, begin: int) -> None:
        self._asked[path, begin] = None
        if self._snapshot is not None:
            self.folder_wanted.emit(self._snapshot.id, path, begin)

    def want_again(self) -> None:
        """What was asked for and never came: the page was left, or it could not be had."""
        if self._snapshot is not None:
            for path, begin in self._asked:
                self.folder_wanted.emit(self._snapshot.id, path, begin)

    def show_folder(self, snapshot: str, path: bytes, begin: int, folder: StoredFolder) -> None:
        if self._snapshot is not None and self._snapshot.id == snapshot:
            self._asked.pop((path, begin), None)
            self.tree.show_folder(path, begin, folder)


def _above_all(paths: Sequence[str]) -> bytes:
    """The deepest folder that all of them are in."""
    if not paths or not all(map(os.path.isabs, paths)):
        return b"/"
    folders = [os.path.dirname(path.rstrip("/")) for path in paths]
    return os.fsencode(os.path.commonpath(folders))


class StoredTree(QTreeWidget):
    """A backup's folders, filled as they are opened. Space ticks."""

    wanted = Signal(object, int)
    chosen_changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._chosen: dict[bytes, tuple[StoredItem, int, int | None]] = {}
        self._items: dict[bytes, QTreeWidgetItem] = {}
        self._top = b"/"
        self.setHeaderHidden(True)
        self.setAccessibleName(name)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setIndentation(24)
        self.setItemDelegate(_TreeDelegate(self))
        self.setExpandsOnDoubleClick(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.itemExpanded.connect(self._expanded)
        theme().changed.connect(self._repaint)

    def drawBranches(self, painter: QPainter, rect: QRect, index: AnyIndex) -> None:
        paint_branch(self, painter, rect, index)

    def _repaint(self) -> None:
        self.viewport().update()

    def sizeHint(self) -> QSize:
        """Small: it takes what room there is, and the page need not scroll for it."""
        return QSize(200, 2 * tokens.ROW_HEIGHT)

    def begin(self, top: bytes = b"/") -> None:
        """Another backup, of which what is in the folder `top` is shown first."""
        self._top = top
        self.setRootIndex(QModelIndex())
        self.clear()
        self._items.clear()
        self._chosen.clear()

    def clear_chosen(self) -> None:
        self._chosen.clear()
        self._repaint()

    def chosen(self, snapshot: SnapshotFacts) -> list[Chosen]:
        return [
            Chosen(path, snapshot.id, snapshot.time, item.kind is Kind.FOLDER, files, size)
            for path, (item, files, size) in self._chosen.items()
        ]

    def set_amount(self, path: bytes, files: int, size: int) -> None:
        if path in self._chosen:
            self._chosen[path] = (self._chosen[path][0], files, size)

    def show_folder(self, path: bytes, begin: int, folder: StoredFolder) -> None:
        above = self.invisibleRootItem() if path == b"/" else self._items.get(path)
        if above is None or above.childCount() > begin + (begin > 0):
            return
        if begin:
            above.takeChild(above.childCount() - 1)
        made = [self._make(path, item) for item in folder.items]
        if folder.next:
            more = QTreeWidgetItem([self.tr("Show more…")])
            more.setData(0, _MORE, (path, folder.next))
            made.append(more)
        above.addChildren(made)
        if path == self._top != b"/":
            self.setRootIndex(self.indexFromItem(above))
        elif len(folder.items) != 1:
            self._top = b"/"  # something else lies beside it
        only = folder.items[0] if len(folder.items) == 1 else None
        if only is not None and only.kind is Kind.FOLDER and not begin:
            made[0].setExpanded(True)  # folders that hold one folder are only in the way

    def _make(self, above: bytes, item: StoredItem) -> QTreeWidgetItem:
        path = above.rstrip(b"/") + b"/" + item.name
        made = QTreeWidgetItem([words.name_of(path)])
        made.setData(0, _ITEM, item)
        made.setData(0, _PATH, path)
        if item.kind is Kind.FOLDER:
            made.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
        self._items[path] = made
        return made

    def _expanded(self, item: QTreeWidgetItem) -> None:
        path = item.data(0, _PATH)
        if path is not None and not item.childCount():
            self.wanted.emit(path, 0)

    def mark_of(self, path: bytes) -> tuple[bool, bool]:
        """Whether it is ticked, and whether only because something above it is."""
        if path in self._chosen:
            return True, False
        return any(path.startswith(one + b"/") for one in self._chosen), True

    def item_of(self, path: bytes) -> QTreeWidgetItem | None:
        return self._items.get(path)

    def use(self, path: bytes) -> None:
        """Tick it, or take the tick away."""
        self._use(self._items[path])

    def _use(self, item: QTreeWidgetItem) -> None:
        more = item.data(0, _MORE)
        if more is not None:
            self.wanted.emit(*more)
            return
        path, stored = item.data(0, _PATH), item.data(0, _ITEM)
        marked, from_above = self.mark_of(path)
        if marked and from_above:
            return
        if marked:
            del self._chosen[path]
        else:
            below = [one for one in self._chosen if one.startswith(path + b"/")]
            for one in below:
                del self._chosen[one]
            size = None if stored.kind is Kind.FOLDER else stored.size
            self._chosen[path] = (stored, 1, size)
        self._repaint()
        self.chosen_changed.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        if item is not None and event.button() is Qt.MouseButton.LeftButton:
            left = self.visualItemRect(item).left()
            in_box = left <= event.position().x() <= left + BOX + 16
            if in_box or item.data(0, _MORE) is not None:
                self._use(item)
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self.currentItem()
        if item is not None and event.key() == Qt.Key.Key_Space:
            self._use(item)
        else:
            super().keyPressEvent(event)


class _TreeDelegate(QStyledItemDelegate):
    def __init__(self, tree: StoredTree) -> None:
        super().__init__(tree)
        self._tree = tree

    def sizeHint(self, _option: QStyleOptionViewItem, _index: AnyIndex) -> QSize:
        return QSize(100, round(tokens.ROW_HEIGHT * theme().scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        rect: QRect = option.rect
        state: QStyle.StateFlag = option.state
        stored, path = index.data(_ITEM), index.data(_PATH)
        current = self._tree.currentIndex() == index
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = current and self._tree.hasFocus()
        paint_ground(painter, rect, current=current, state=state, focus=focus)
        left = rect.left() + 8
        if isinstance(stored, StoredItem):
            marked, pale = self._tree.mark_of(path)
            box = QRectF(left, rect.center().y() - BOX / 2 + 1, BOX, BOX)
            paint_mark(painter, box, marked=marked, radio=False, pale=marked and pale)
            icon = words.icon_of(path, stored.kind)
            drawn = pixmap(icon, theme().colours.text_second, 20, self._tree.devicePixelRatioF())
            painter.drawPixmap(left + BOX + 10, rect.center().y() - 9, drawn)
            left += BOX + 40
        size = (
            ""
            if not isinstance(stored, StoredItem) or stored.kind is Kind.FOLDER
            else numbers.size(stored.size)
        )
        line = ChoiceRow(str(index.data(Qt.ItemDataRole.DisplayRole)), right=size)
        inside = QRect(left, rect.top(), rect.right() - 12 - left, rect.height())
        paint_lines(painter, inside, line, linked=False)
        painter.restore()
