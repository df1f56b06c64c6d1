"""What the tree and the list of files have in common: columns, and what each says of a row."""

from __future__ import annotations

import enum
import os
from collections.abc import Callable

from PySide6.QtCore import (
    QAbstractItemModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.wire.answers import PathAnswer
from backupclient.wire.envelope import Reply
from backupclient.wire.protocol import AnyRequest
from ui.models.file_words import RowWords, row_words

AnyIndex = QModelIndex | QPersistentModelIndex
Ask = Callable[
    [Callable[[int], AnyRequest], Callable[[Reply], None], Callable[[BackupError], None]], None
]
"""As `EngineLink.ask`."""
WORDS_ROLE = Qt.ItemDataRole.UserRole + 1
ANSWER_ROLE = Qt.ItemDataRole.UserRole + 2
NO_INDEX = QModelIndex()
_MOST_WORDS = 500


class Column(enum.IntEnum):
    NAME = 0
    STATE = 1
    SIZE = 2
    AS_OF = 3


COLUMNS = len(Column)


class FileRows(QAbstractItemModel):
    """Columns and words of rows that are answers. Belongs to the window's thread."""

    def __init__(self, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._clock = clock
        self._words: dict[PathAnswer, RowWords] = {}
        self._minute = 0

    def answer_at(self, index: AnyIndex) -> PathAnswer | None:
        raise NotImplementedError

    def columnCount(self, _parent: AnyIndex = NO_INDEX) -> int:
        return COLUMNS

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole and section == Column.SIZE:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        tr = QCoreApplication.translate
        return {
            Column.NAME: tr("files", "Name"),
            Column.STATE: tr("files", "State"),
            Column.SIZE: tr("files", "Size"),
            Column.AS_OF: tr("files", "Safe as of"),
        }[Column(section)]

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        answer = self.answer_at(index)
        if answer is None or not index.isValid():
            return None
        if role == ANSWER_ROLE:
            return answer
        if role not in (WORDS_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == Column.NAME:
            return os.fsdecode(answer.path).encode("utf-8", "replace").decode()
        words = self._words_of(answer)
        if role == WORDS_ROLE:
            return words
        return _text(words, Column(index.column()))

    def _words_of(self, answer: PathAnswer) -> RowWords:
        """Each of a row's cells asks for them, at each painting; with time they grow old."""
        now = self._clock.now()
        minute = int(now.timestamp() // 60)
        if minute != self._minute or len(self._words) >= _MOST_WORDS:
            self._minute, self._words = minute, {}
        words = self._words.get(answer)
        if words is None:
            words = self._words[answer] = row_words(answer, now)
        return words


def _text(words: RowWords, column: Column) -> str:
    return {
        Column.NAME: words.name,
        Column.STATE: words.state,
        Column.SIZE: words.size,
        Column.AS_OF: words.as_of,
    }[column]
