"""The window's connection to the engine: news as signals, questions with answers, never a wait.

Two threads, one connection each: one listens to the news of all jobs, one asks. If there is no
engine, one is started; if it goes, the window says so and finds the next.
"""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QObject, QProcess, Signal

from backupclient.errors import BackupError, EngineGone, EngineNotRunning
from backupclient.link import Link
from backupclient.wire.envelope import Reply
from backupclient.wire.jobs import Jobs, Subscribe
from backupclient.wire.protocol import AnyReply, AnyRequest, Batch

_AGAIN_SECONDS = 0.2
_START_SECONDS = 15.0
"""How long a new engine may take until another is tried."""

MakeRequest = Callable[[int], AnyRequest]
Then = Callable[[Reply], None]
Otherwise = Callable[[BackupError], None]


class _Question(NamedTuple):
    make: MakeRequest
    then: Then | None
    otherwise: Otherwise | None


class EngineLink(QObject):
    """Everything public belongs to the window's thread; signals arrive there."""

    connected = Signal(object)
    """The jobs as they stand: `protocol.Jobs`."""
    news = Signal(object)
    """A `protocol.Batch`, at most twenty a second."""
    lost = Signal(object)
    """The engine went: a `BackupError`. It is looked for again by itself."""
    _answered = Signal(object, object)

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._closing = threading.Event()
        self._questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._news_link: Link | None = None
        self._question_link: Link | None = None
        self._mutex = threading.Lock()
        self._threads = [
            threading.Thread(target=self._listen, name="engine-news", daemon=True),
            threading.Thread(target=self._ask_all, name="engine-questions", daemon=True),
        ]
        self._answered.connect(_deliver)

    def start(self) -> None:
        """Find the engine, or start one."""
        for thread in self._threads:
            thread.start()

    def ask(
        self, make: MakeRequest, then: Then | None = None, otherwise: Otherwise | None = None
    ) -> None:
        """Have a request (made with the id it is given) answered: one of the two is called later,
        in this thread."""
        self._questions.put(_Question(make, then, otherwise))

    def close(self) -> None:
        """Let go. The engine goes on with what it does."""
        self._closing.set()
        self._questions.put(None)
        with self._mutex:
            if self._news_link is not None:
                self._news_link.close()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(_START_SECONDS)

    # --- news -------------------------------------------------------------------------------------

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen_once()
            except BackupError as error:
                if not self._closing.is_set():
                    self.lost.emit(error)
            self._closing.wait(_AGAIN_SECONDS)

    def _listen_once(self) -> None:
        link = self._find_engine()
        if link is None:
            return
        with self._mutex:
            self._news_link = link
        with link:
            jobs = link.ask(Subscribe(id=link.new_id()), Jobs)
            self.connected.emit(jobs)
            for batch in link.news():
                self._tell(batch)

    def _tell(self, batch: Batch) -> None:
        if not self._closing.is_set():
            self.news.emit(batch)

    def _find_engine(self) -> Link | None:
        """The engine, started if there is none; None while closing."""
        waited = _START_SECONDS
        while not self._closing.is_set():
            try:
                return Link(self._data)
            except EngineNotRunning:
                if waited >= _START_SECONDS:
                    start_engine(self._data)
                    waited = 0.0
            self._closing.wait(_AGAIN_SECONDS)
            waited += _AGAIN_SECONDS
        return None

    # --- questions --------------------------------------------------------------------------------

    def _ask_all(self) -> None:
        while (question := self._questions.get()) is not None:
            try:
                reply = self._answer_to(question)
            except BackupError as error:
                self._answered.emit(question.otherwise, error)
            else:
                if reply is None:
                    break
                self._answered.emit(question.then, reply)
        if self._question_link is not None:
            self._question_link.close()

    def _answer_to(self, question: _Question) -> Reply | None:
        """None while closing. A connection that was left open may have lost its engine since, so
        the question is put once more to the next; requests may be, they ask for a state."""
        old = self._question_link
        link = self._question_link = old or self._find_engine()
        if link is None:
            return None
        try:
            return link.ask(question.make(link.new_id()), Reply)
        except EngineGone:
            link.close()
            self._question_link = None
            if old is None:
                raise
        return self._answer_to(question)


def _deliver(receiver: Then | Otherwise | None, what: AnyReply | BackupError) -> None:
    if receiver is not None:
        receiver(what)  # type: ignore[arg-type]  # emitted in pairs that fit


def start_engine(data: Path) -> None:
    """An engine of its own, which outlives the window. If there is one already, the new one goes
    at once."""
    process = QProcess()
    process.setProgram(sys.executable)
    process.setArguments(["-m", "backupclient", "agent", "--data-dir", str(data)])
    for redirect in (
        process.setStandardInputFile,
        process.setStandardOutputFile,
        process.setStandardErrorFile,
    ):
        redirect(QProcess.nullDevice())
    process.startDetached()
