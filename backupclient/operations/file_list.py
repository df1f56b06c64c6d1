"""What is in a folder, and where a name is: pages of files and folders with their states.

As `operations.status`: no password, no storage, no lock, any thread.
"""

from __future__ import annotations

from collections.abc import Iterator

from backupclient.clock import Clock
from backupclient.manifest.counts import ROOT
from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.names import Position, Search, files_in, folders_in
from backupclient.manifest.states import Row
from backupclient.operations.status import NOTHING_UPLOADED, Asked, Source, not_yet_seen, opened
from backupclient.wire.answers import (
    Chosen,
    FileAnswer,
    FileState,
    FolderAnswer,
    PathAnswer,
    PathPage,
)

SECONDS = 0.12
"""A search is answered after so long, whatever was found."""
_FOLDERS, _FILES = b"d", b"f"


def folder_page(
    source: Source,
    path: bytes,
    clock: Clock,
    *,
    wanted: frozenset[FileState] = frozenset(),
    after: bytes = b"",
    limit: int = 200,
    uploading: frozenset[bytes] = NOTHING_UPLOADED,
) -> PathPage:
    """What lies in a folder, folders first, then by name; without a path the folders that are
    backed up. `wanted` leaves only what is in these states and folders with such in them."""
    with opened(source.folder) as states:
        if states is None:
            return PathPage(() if path or wanted else not_yet_seen(source, clock))
        with states.reading() as runs:
            asked = Asked(states, runs, clock, uploading, source.chosen)
            listed = _Folder(asked, wanted)
            if not path:
                tops = (asked.answer(top) for top in asked.tops())
                return PathPage(tuple(top for top in tops if listed.wants(top)))
            row = states.row_at(runs, path)
            folder_no = ROOT if path == b"/" else None if row is None else row.child
            if folder_no is None:
                return PathPage(())
            return listed.page(folder_no, path, after, limit)


def search_page(
    source: Source,
    text: str,
    clock: Clock,
    *,
    wanted: frozenset[FileState] = frozenset(),
    after: bytes = b"",
    limit: int = 200,
    uploading: frozenset[bytes] = NOTHING_UPLOADED,
) -> PathPage:
    """What was found within `SECONDS`, up to `limit`; `next` goes on from there."""
    with opened(source.folder) as states:
        if states is None or not text:
            return PathPage(())
        until = clock.monotonic() + SECONDS
        with states.reading() as runs:
            asked = Asked(states, runs, clock, uploading, source.chosen)
            listed = _Folder(asked, wanted)
            search = Search(states, runs, text, Position.decoded(after))
            found: list[PathAnswer] = []
            for row in search.rows(lambda: clock.monotonic() > until):
                answer = listed.answer(row)
                if asked.chosen(row.path) is Chosen.WHOLE and listed.wants(answer, exactly=True):
                    found.append(answer)
                if len(found) == limit or clock.monotonic() > until:
                    break
            return PathPage(tuple(found), b"" if search.done else search.at.encoded())


class _Folder:
    """Rows as answers, of one question."""

    def __init__(self, asked: Asked, wanted: frozenset[FileState]) -> None:
        self._asked = asked
        self._wanted = wanted

    def page(self, folder_no: int, path: bytes, after: bytes, limit: int) -> PathPage:
        answers: list[PathAnswer] = []
        for mark, row in self._rows(folder_no, path, after):
            answer = self.answer(row)
            if not self.wants(answer):
                continue
            answers.append(answer)
            if len(answers) == limit:
                return PathPage(tuple(answers), mark + row.path.rpartition(b"/")[2])
        return PathPage(tuple(answers))

    def _rows(self, folder_no: int, path: bytes, after: bytes) -> Iterator[tuple[bytes, Row]]:
        states, runs, name = self._asked.states, self._asked.runs, after[1:]
        if after[:1] != _FILES:
            for row in folders_in(states, runs, folder_no, path, name):
                yield _FOLDERS, row
            name = b""
        for row in files_in(states, runs, folder_no, path, name):
            yield _FILES, row

    def answer(self, row: Row) -> PathAnswer:
        if row.kind is EntryKind.FOLDER and row.child is not None:
            return self._asked.folder(row.path, row.child, row)
        return self._asked.file(row)

    def wants(self, answer: PathAnswer, *, exactly: bool = False) -> bool:
        """`exactly`: a folder for what lies in it does not do."""
        if not self._wanted:
            return True
        if isinstance(answer, FileAnswer):
            return answer.state in self._wanted
        return not exactly and _has(answer, self._wanted)


def _has(folder: FolderAnswer, wanted: frozenset[FileState]) -> bool:
    counts = folder.counts
    waiting = counts.changed.files + counts.waiting.files
    held = {
        FileState.SAFE: counts.safe.files,
        FileState.CHANGED: counts.changed.files,
        FileState.WAITING: counts.waiting.files,
        FileState.UPLOADING: waiting,
        FileState.PROBLEM: counts.problem.files + (folder.problem is not None),
        FileState.LEFT_OUT: counts.left_out.files + (folder.rule is not None),
    }
    return any(held[state] for state in wanted)
