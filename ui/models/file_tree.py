"""The tree of files: a folder asks the engine for its rows when it is opened, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.wire.answers import FileState, FolderAnswer, PathAnswer
from backupclient.wire.envelope import Reply
from backupclient.wire.questions import ListFolder, Paths
from ui.models.file_rows import COLUMNS, NO_INDEX, AnyIndex, Ask, Column, FileRows

PAGE = 200
_MOST_AGAIN = 1000
"""Rows of a folder that are asked for again while something changes."""


class Node:
    """A row, and those below it that are known."""

    __slots__ = ("answer", "asking", "children", "next", "parent", "row", "started")

    def __init__(self, answer: PathAnswer | None, parent: Node | None, row: int) -> None:
        self.answer = answer
        self.parent = parent
        self.row = row
        self.children: list[Node] = []
        self.next = b""
        self.started = False
        self.asking = False

    @property
    def path(self) -> bytes:
        return b"" if self.answer is None else self.answer.path

    @property
    def is_folder(self) -> bool:
        return self.answer is None or isinstance(self.answer, FolderAnswer)


class FileTree(FileRows):
    """Belongs to the window's thread."""

    def __init__(self, ask: Ask, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(clock, parent)
        self._ask = ask
        self._location = ""
        self._states: tuple[FileState, ...] = ()
        self._root = Node(None, None, 0)
        self._generation = 0

    def show_place(self, location: str, states: Sequence[FileState] = ()) -> None:
        """Begin anew: all of a place, or what is in these states."""
        self.beginResetModel()
        self._location, self._states = location, tuple(states)
        self._root = Node(None, None, 0)
        self._generation += 1
        self.endResetModel()

    # --- what a view asks -------------------------------------------------------------------------

    def node(self, index: AnyIndex) -> Node:
        found = index.internalPointer() if index.isValid() else self._root
        assert isinstance(found, Node)
        return found

    def answer_at(self, index: AnyIndex) -> PathAnswer | None:
        return self.node(index).answer if index.isValid() else None

    def index(self, row: int, column: int, parent: AnyIndex = NO_INDEX) -> QModelIndex:
        # Asked of every row at each layout: nothing slow.
        children = self.node(parent).children
        if not (0 <= row < len(children) and 0 <= column < COLUMNS) or parent.column() > 0:
            return QModelIndex()
        return self.createIndex(row, column, children[row])

    def index_of(self, node: Node) -> QModelIndex:
        if node.parent is None:
            return QModelIndex()
        return self.createIndex(node.row, Column.NAME, node)

    def parent(self, index: AnyIndex = NO_INDEX) -> QModelIndex:  # type: ignore[override]
        above = self.node(index).parent if index.isValid() else None
        return QModelIndex() if above is None else self.index_of(above)

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.column() > 0 else len(self.node(parent).children)

    def hasChildren(self, parent: AnyIndex = NO_INDEX) -> bool:
        if parent.column() > 0:
            return False
        node = self.node(parent)
        return bool(node.children) or (node.is_folder and not node.started)

    def canFetchMore(self, parent: AnyIndex) -> bool:
        """Of the first page alone: views ask at every layout and would read everything."""
        node = self.node(parent)
        unknown = node.is_folder and not node.started
        return bool(self._location) and unknown and not node.asking

    def fetchMore(self, parent: AnyIndex) -> None:
        if self.canFetchMore(parent):
            self._fetch(self.node(parent))

    def read_on(self, parent: AnyIndex) -> None:
        """The next page of a folder: the end of what is known is near."""
        node = self.node(parent)
        if node.next and not node.asking:
            self._fetch(node)

    # --- pages ------------------------------------------------------------------------------------

    def _fetch(self, node: Node) -> None:
        node.asking = True
        request = (self._location, node.path, self._states, node.next)
        generation = self._generation

        def take(reply: Reply) -> None:
            if generation == self._generation and isinstance(reply, Paths):
                self._take(node, reply)

        def fail(_error: BackupError) -> None:
            node.asking = False

        location, path, states, after = request
        self._ask(
            lambda no: ListFolder(
                id=no, location=location, path=path, states=states, after=after, limit=PAGE
            ),
            take,
            fail,
        )

    def _take(self, node: Node, reply: Paths) -> None:
        node.asking = False
        node.started = True
        node.next = reply.page.next
        first = len(node.children)
        if reply.page.answers:
            parent = self.index_of(node)
            self.beginInsertRows(parent, first, first + len(reply.page.answers) - 1)
            node.children += [
                Node(answer, node, first + number)
                for number, answer in enumerate(reply.page.answers)
            ]
            self.endInsertRows()
        elif not first:
            index = self.index_of(node)
            if index.isValid():
                self.dataChanged.emit(index, index)

    # --- news -------------------------------------------------------------------------------------

    def look_again(self, indexes: Sequence[AnyIndex]) -> None:
        """Ask anew for the rows below these, which are on screen."""
        for index in indexes:
            node = self.node(index)
            if node.started and not node.asking:
                self._ask_again(node)

    def _ask_again(self, node: Node) -> None:
        node.asking = True
        generation, many = self._generation, min(max(len(node.children), PAGE), _MOST_AGAIN)
        location, path, states = self._location, node.path, self._states

        def take(reply: Reply) -> None:
            node.asking = False
            if generation == self._generation and isinstance(reply, Paths):
                self._merge(node, reply)

        def fail(_error: BackupError) -> None:
            node.asking = False

        self._ask(
            lambda no: ListFolder(id=no, location=location, path=path, states=states, limit=many),
            take,
            fail,
        )

    def _merge(self, node: Node, reply: Paths) -> None:
        """The same rows with what they say now; those that are gone go, new ones come."""
        new = reply.page.answers
        covers_all = not reply.page.next
        paths = {answer.path for answer in new}
        old_end = len(node.children) if covers_all else min(len(node.children), len(new))
        for row in reversed(range(old_end)):
            if node.children[row].path not in paths:
                self._remove(node, row)
        known = {child.path: child for child in node.children}
        for row, answer in enumerate(new):
            child = known.get(answer.path)
            if child is None:
                self._insert(node, row, answer)
            elif child.answer != answer:
                child.answer = answer
                self.dataChanged.emit(
                    self.index_of(child), self.createIndex(child.row, Column.AS_OF, child)
                )
        if covers_all:
            node.next = b""
        elif len(node.children) <= len(new):
            node.next = reply.page.next

    def _remove(self, node: Node, row: int) -> None:
        self.beginRemoveRows(self.index_of(node), row, row)
        del node.children[row]
        _count_from(node, row)
        self.endRemoveRows()

    def _insert(self, node: Node, row: int, answer: PathAnswer) -> None:
        row = min(row, len(node.children))
        self.beginInsertRows(self.index_of(node), row, row)
        node.children.insert(row, Node(answer, node, row))
        _count_from(node, row)
        self.endInsertRows()


def _count_from(node: Node, row: int) -> None:
    for number in range(row, len(node.children)):
        node.children[number].row = number
