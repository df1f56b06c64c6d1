"""The flat list of files: by state or by name, read a page at a time as it is scrolled."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QObject, Signal

from backupclient.clock import Clock
from backupclient.errors import BackupError
from backupclient.wire.answers import FileAnswer, FileState, PathAnswer
from backupclient.wire.envelope import Reply
from backupclient.wire.protocol import AnyRequest
from backupclient.wire.questions import AskStatus, Files, ListFiles, Paths, SearchFiles, Status
from ui.models.file_rows import COLUMNS, NO_INDEX, AnyIndex, Ask, Column, FileRows

PAGE = 200
MOST_ROWS = 10_000
"""What is behind these is found by its name: nobody scrolls that far, and a view asks for every row
at each layout."""


class FileList(FileRows):
    """Belongs to the window's thread."""

    searching = Signal(bool)
    """Whether the engine is still looking for names."""

    def __init__(self, ask: Ask, clock: Clock, parent: QObject | None = None) -> None:
        super().__init__(clock, parent)
        self._ask = ask
        self._location = ""
        self._text = ""
        self._states: tuple[FileState, ...] = ()
        self._rows: list[PathAnswer] = []
        self._next = b""
        self._done = True
        self._asking = False
        self._generation = 0

    def show_files(self, location: str, states: Sequence[FileState], text: str = "") -> None:
        """Begin anew: the files in these states (in any, if there is none), or what has `text` in
        its name. What was asked before is of no interest any more."""
        self.beginResetModel()
        self._location, self._states, self._text = location, tuple(states), text
        self._rows = []
        self._next, self._done, self._asking = b"", not location, False
        self._generation += 1
        self.endResetModel()
        self.searching.emit(False)

    # --- what a view asks -------------------------------------------------------------------------

    def answer_at(self, index: AnyIndex) -> PathAnswer | None:
        return self._rows[index.row()] if index.isValid() else None

    def index(self, row: int, column: int, parent: AnyIndex = NO_INDEX) -> QModelIndex:
        # Asked of every row at each layout: nothing slow.
        there = 0 <= row < len(self._rows) and 0 <= column < COLUMNS and not parent.isValid()
        return self.createIndex(row, column) if there else NO_INDEX

    def parent(self, _index: AnyIndex = NO_INDEX) -> QModelIndex:  # type: ignore[override]
        return QModelIndex()

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def hasChildren(self, parent: AnyIndex = NO_INDEX) -> bool:
        return not parent.isValid() and bool(self._rows)

    @property
    def has_more(self) -> bool:
        return not self._done and len(self._rows) < MOST_ROWS

    @property
    def cut_off(self) -> bool:
        """Whether there are more than can be shown."""
        return not self._done and len(self._rows) >= MOST_ROWS

    def read_on(self) -> None:
        """The next page: the end of what is known is near. Views ask `canFetchMore` at every layout
        and would read everything."""
        if self.has_more and not self._asking:
            self._fetch(PAGE)

    # --- pages ------------------------------------------------------------------------------------

    def _fetch(self, wanted: int) -> None:
        """A page; a search that found less by now is asked on until it is whole."""
        self._asking = True
        generation = self._generation
        request = self._request(self._next, wanted)
        if self._text:
            self.searching.emit(True)

        def take(reply: Reply) -> None:
            if generation == self._generation:
                self._take(reply, wanted)

        def fail(_error: BackupError) -> None:
            if generation == self._generation:
                self._asking = False
                self.searching.emit(False)

        self._ask(request, take, fail)

    def _request(self, after: bytes, limit: int) -> _Make:
        return _Make(self._location, self._text, self._states, after, limit)

    def _take(self, reply: Reply, wanted: int) -> None:
        answers: Sequence[PathAnswer] = ()
        if isinstance(reply, Files):
            answers, self._next = reply.page.files, reply.page.next
        elif isinstance(reply, Paths):
            answers, self._next = reply.page.answers, reply.page.next
        self._asking = False
        self._done = not self._next
        if answers:
            first = len(self._rows)
            self.beginInsertRows(NO_INDEX, first, first + len(answers) - 1)
            self._rows += answers
            self.endInsertRows()
        if self._text and self.has_more and len(answers) < wanted:
            self._fetch(wanted - len(answers))
        else:
            self.searching.emit(False)

    # --- news -------------------------------------------------------------------------------------

    def look_again(self, first: int, last: int) -> None:
        """Ask anew what the rows from `first` to `last`, which are on screen, are like. Those of a
        search are asked for by their names: to look for them anew would take long."""
        rows = self._rows[first : last + 1]
        if self._asking or not rows:
            return
        generation, location, states = self._generation, self._location, self._states
        after = self._rows[first - 1].path if first else b""
        paths = tuple(one.path for one in rows)

        def take(reply: Reply) -> None:
            answers: Sequence[PathAnswer] = ()
            if isinstance(reply, Files):
                answers = reply.page.files
            elif isinstance(reply, Status) and reply.places:
                answers = [one for one in reply.places[0].answers if _fits(one, states)]
            if generation == self._generation:
                self._update(first, last, {one.path: one for one in answers})

        def named(no: int) -> AnyRequest:
            return AskStatus(id=no, location=location, paths=paths)

        self._ask(named if self._text else self._request(after, len(rows)), take, _ignore)

    def _update(self, first: int, last: int, new: dict[bytes, PathAnswer]) -> None:
        for row in reversed(range(first, min(last + 1, len(self._rows)))):
            answer = new.get(self._rows[row].path)
            if answer is None and self._states:
                self.beginRemoveRows(NO_INDEX, row, row)
                del self._rows[row]
                self.endRemoveRows()
            elif answer is not None and answer != self._rows[row]:
                self._rows[row] = answer
                self.dataChanged.emit(self.index(row, 0), self.index(row, Column.AS_OF))


def _fits(answer: PathAnswer, states: tuple[FileState, ...]) -> bool:
    return not states or not isinstance(answer, FileAnswer) or answer.state in states


class _Make:
    """The request, once it has a number."""

    def __init__(
        self, location: str, text: str, states: tuple[FileState, ...], after: bytes, limit: int
    ) -> None:
        self._location = location
        self._text = text
        self._states = states
        self._after = after
        self._limit = limit

    def __call__(self, no: int) -> AnyRequest:
        if self._text:
            return SearchFiles(
                id=no,
                location=self._location,
                text=self._text,
                states=self._states,
                after=self._after,
                limit=self._limit,
            )
        return ListFiles(
            id=no,
            location=self._location,
            path=b"/",
            states=self._states or tuple(FileState),
            after=self._after,
            limit=self._limit,
        )


def _ignore(_error: BackupError) -> None:
    return
