"""A restore as the window runs it: one job after the other for each backup that something comes
from, and what came of all of them together."""

from __future__ import annotations

import enum
import os
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QObject, Signal

from backupclient.errors import BackupError
from backupclient.events import FileProblem, JobState, RestoreProgress, RestoreSummary, Waiting
from backupclient.requests import Overwrite, Place, RestoreRequest
from backupclient.wire.answers import FoundItem, VersionHistory
from backupclient.wire.envelope import Reply
from backupclient.wire.failure import error_of
from backupclient.wire.jobs import Started, StartRestore, Stop, accomplished
from backupclient.wire.protocol import Batch
from ui.engine_link import EngineLink

_MOST_PROBLEMS = 1000


class Chosen(NamedTuple):
    """A path in one backup, to be restored. `size` is not known of a folder at first."""

    path: bytes
    snapshot: str
    time: datetime
    is_folder: bool = False
    files: int = 1
    size: int | None = None


class RestoreState(enum.Enum):
    IDLE = enum.auto()
    RUNNING = enum.auto()
    DONE = enum.auto()
    STOPPED = enum.auto()
    FAILED = enum.auto()


class Restorer(QObject):
    """Belongs to the window's thread."""

    changed = Signal()

    def __init__(self, link: EngineLink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._link = link
        self._waiting: deque[RestoreRequest] = deque()
        self._place: Place | None = None
        self._job = ""
        self._total_requests = 0
        self.state = RestoreState.IDLE
        self.progress: RestoreProgress | None = None
        self.waiting: Waiting | None = None
        self.summaries: list[RestoreSummary] = []
        self.problems: deque[FileProblem] = deque(maxlen=_MOST_PROBLEMS)
        self.error: BackupError | None = None
        link.news.connect(self._take_batch)
        link.lost.connect(self._lose)

    def start(self, place: Place, requests: Iterable[RestoreRequest]) -> None:
        """Unless one is at work."""
        if self.state is RestoreState.RUNNING:
            return
        self._place = place
        self._waiting = deque(requests)
        self._total_requests = len(self._waiting)
        self.summaries, self.progress, self.waiting, self.error = [], None, None, None
        self.problems.clear()
        self.state = RestoreState.RUNNING
        self._next()

    def stop(self) -> None:
        self._waiting.clear()
        if self._job:
            self._link.ask(lambda no: Stop(id=no, job=self._job))

    def clear(self) -> None:
        """What came of it was read."""
        if self.state is not RestoreState.RUNNING:
            self.state = RestoreState.IDLE
            self.changed.emit()

    def _next(self) -> None:
        self._job = ""
        if not self._waiting:
            self._end(RestoreState.DONE)
            return
        place, request = self._place, self._waiting.popleft()
        assert place is not None
        self._link.ask(
            lambda no: StartRestore(id=no, place=place, request=request),
            self._take_started,
            self._fail,
        )
        self.changed.emit()

    def _take_started(self, reply: Reply) -> None:
        if isinstance(reply, Started):
            self._job = reply.job.job
            if reply.job.outcome is not None:
                self._take_batch(Batch(job=self._job, outcome=reply.job.outcome))

    def _take_batch(self, batch: Batch) -> None:
        if not self._job or batch.job != self._job:
            return
        for event in batch.events:
            match event:
                case RestoreProgress():
                    if accomplished(event) != accomplished(self.progress):
                        self.waiting = None
                    self.progress = event
                case Waiting():
                    self.waiting = event
                case FileProblem():
                    self.problems.append(event)
                case _:
                    pass
        if batch.outcome is None:
            self.changed.emit()
            return
        summary, failure = batch.outcome.summary, batch.outcome.failure
        if isinstance(summary, RestoreSummary):
            self.summaries.append(summary)
        if failure is not None:
            self._fail(error_of(failure))
        elif batch.outcome.state is JobState.STOPPED:
            self._end(RestoreState.STOPPED)
        else:
            self._next()

    def _lose(self, error: BackupError) -> None:
        if self.state is RestoreState.RUNNING:
            self._fail(error)

    def _fail(self, error: BackupError) -> None:
        self.error = error
        self._end(RestoreState.FAILED)

    def _end(self, state: RestoreState) -> None:
        self._job = ""
        self._waiting.clear()
        self.state = state
        self.changed.emit()


def requests_for(
    chosen: Iterable[Chosen],
    target: bytes | None,
    overwrite: Overwrite,
    second_name: Callable[[datetime], str],
) -> list[RestoreRequest]:
    """One for each backup that something is chosen from, newest first; without a target, to where
    it was."""
    by_snapshot: dict[tuple[datetime, str], list[bytes]] = {}
    for one in chosen:
        by_snapshot.setdefault((one.time, one.snapshot), []).append(one.path)
    return [
        RestoreRequest(
            snapshot=snapshot,
            target=folder_of_all(paths) if target is None else target,
            paths=() if b"/" in paths else tuple(sorted(paths)),
            overwrite=overwrite,
            second_name=second_name(time),
            verify=True,
        )
        for (time, snapshot), paths in sorted(by_snapshot.items(), reverse=True)
    ]


def folder_of_all(paths: Sequence[bytes]) -> bytes:
    """The folder that holds all of these."""
    return os.path.commonpath([os.path.dirname(path) or b"/" for path in paths])


def found_item(path: bytes, history: VersionHistory) -> FoundItem:
    """A path as a search would have found it; it has a version at least."""
    return FoundItem(
        path=path,
        computer="",
        newest=history.versions[0],
        versions=len(history.versions),
        first=history.versions[-1].first,
        deleted=history.deleted,
    )
