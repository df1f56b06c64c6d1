"""Looking into backups for clients: each place is opened once, in a thread of its own, and kept
open for a minute after the last question."""

from __future__ import annotations

import contextlib
import queue
import threading
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from backupclient.agent.tasks import engine_for
from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import (
    BackupError,
    Cancelled,
    DataDamaged,
    EngineRefused,
    InternalError,
    ObjectDamaged,
    ObjectMissing,
    SnapshotMissing,
)
from backupclient.events import Event
from backupclient.requests import Place
from backupclient.wire.failure import failure_of
from backupclient.wire.greeting import Refusal
from backupclient.wire.jobs import Outcome
from backupclient.wire.looks import (
    AnyLook,
    BrowseFolder,
    CopyRestored,
    Folder,
    ListSnapshots,
    ListVersions,
    MeasureStored,
    RestoreCopy,
    SearchBackups,
    SearchFound,
    Snapshots,
    Versions,
)
from backupclient.wire.places import Measured
from backupclient.wire.protocol import AnyReply

if TYPE_CHECKING:
    from backupclient.operations.browser import Browser

IDLE_SECONDS = 60.0
_MOST_ITEMS = 10_000
_AT_A_TIME = 0.5
"""Seconds of a search or a count until what was found so far is told."""
_GONE = (DataDamaged, ObjectDamaged, ObjectMissing, SnapshotMissing)
"""What happens, too, if somebody deleted backups since the place was opened."""


class Asker:
    """Who asks: a client, known by its identity."""


class _Question(NamedTuple):
    request: AnyLook
    asker: Asker
    reply: Callable[[AnyReply], None]


class Looking:
    """Of one engine. Any thread; nothing here waits. A listener of jobs: what one of them has
    stored is seen by the next question."""

    def __init__(self, clock: Clock, idle_seconds: float = IDLE_SECONDS) -> None:
        self._clock = clock
        self._idle = idle_seconds
        self._mutex = threading.Lock()
        self._open: dict[Place, _OpenPlace] = {}
        self._closed = False

    def ask(self, request: AnyLook, asker: Asker, reply: Callable[[AnyReply], None]) -> None:
        """`reply` is called later by another thread, unless `asker` leaves."""
        with self._mutex:
            if self._closed:
                raise Cancelled
            place = self._open.get(request.place)
            if place is None:
                place = _OpenPlace(request.place, self._clock, self._idle, self._forget)
                self._open[request.place] = place
            place.questions.put(_Question(request, asker, reply))

    def leave(self, asker: Asker) -> None:
        """Nobody waits any longer for what this one has asked."""
        with self._mutex:
            for place in self._open.values():
                place.leave(asker)

    def close(self) -> None:
        with self._mutex:
            self._closed = True
            places = list(self._open.values())
        for place in places:
            place.close()

    def news(self, job: str, event: Event) -> None:
        pass

    def ended(self, job: str, outcome: Outcome) -> None:  # noqa: ARG002 - whatever it was
        with self._mutex:
            for place in self._open.values():
                place.grow_old()

    @property
    def open_places(self) -> int:
        with self._mutex:
            return len(self._open)

    def _forget(self, place: _OpenPlace) -> bool:
        """False if there is another question."""
        with self._mutex:
            if not place.questions.empty() and not self._closed:
                return False
            self._open = {key: one for key, one in self._open.items() if one is not place}
            return True


class _OpenPlace:
    def __init__(
        self, place: Place, clock: Clock, idle: float, forget: Callable[[_OpenPlace], bool]
    ) -> None:
        self.questions: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._place = place
        self._clock = clock
        self._idle = idle
        self._forget = forget
        self._mutex = threading.Lock()
        # Guarded by _mutex:
        self._control = Control(clock)
        self._left: weakref.WeakSet[Asker] = weakref.WeakSet()
        self._closing = False
        self._old = False
        self._in_work: Asker | None = None
        self._opening = False
        # The thread's own:
        self._stack = contextlib.ExitStack()
        self._browser: Browser | None = None
        self._thread = threading.Thread(target=self._work, name="looking", daemon=True)
        self._thread.start()

    def leave(self, asker: Asker) -> None:
        with self._mutex:
            self._left.add(asker)
            # What opens the place now opens it for whoever asks next, mostly the same one again.
            if self._in_work is asker and not self._opening:
                self._control.stop()

    def grow_old(self) -> None:
        """What is known of the backups there holds no longer."""
        with self._mutex:
            self._old = True

    def close(self) -> None:
        with self._mutex:
            self._closing = True
            self._control.stop()
        self.questions.put(None)
        self._thread.join()

    def _work(self) -> None:
        try:
            while True:
                try:
                    question = self.questions.get(timeout=self._idle)
                except queue.Empty:
                    question = None
                if question is not None:
                    self._take(question)
                elif self._forget(self):
                    return
        finally:
            self._shut()

    def _take(self, question: _Question) -> None:
        with self._mutex:
            if self._closing or question.asker in self._left:
                return
            self._in_work = question.asker
            self._opening = self._browser is None
        id_ = question.request.id
        reply: AnyReply | None
        try:
            reply = self._try(question)
        except BackupError as error:
            self._shut()
            reply = Refusal(id=id_, failure=failure_of(error))
        except Cancelled:
            self._shut()
            reply = Refusal(id=id_, failure=failure_of(EngineRefused(reason="ending")))
        except Exception as error:  # noqa: BLE001 - one question must not end the engine
            self._shut()
            raw = f"{type(error).__name__}: {error}"
            reply = Refusal(id=id_, failure=failure_of(InternalError(raw)))
        with self._mutex:
            self._in_work = None
        if self._control.stopped:
            self._shut()
        if reply is not None:
            question.reply(reply)

    def _try(self, question: _Question) -> AnyReply | None:
        """None if who asked has left meanwhile."""
        was_open, request = self._browser is not None, question.request
        browser = self._opened()
        with self._mutex:
            self._opening = False
            old, self._old = self._old, False
            if question.asker in self._left:
                return None
        if old:
            browser.grow_old()
        try:
            return _answer(browser, request)
        except _GONE:
            if not was_open:
                raise
        self._shut()
        return _answer(self._opened(), request)

    def _opened(self) -> Browser:
        if self._browser is None:
            engine = engine_for(self._place, self._clock, self._control)
            self._browser = self._stack.enter_context(engine.browse())
        return self._browser

    def _shut(self) -> None:
        self._browser = None
        with contextlib.suppress(BackupError, Cancelled):
            self._stack.close()
        with self._mutex:
            if self._control.stopped:
                self._control = Control(self._clock)


def _answer(browser: Browser, request: AnyLook) -> AnyReply:
    id_ = request.id
    match request:
        case ListSnapshots():
            return Snapshots(id=id_, snapshots=browser.snapshots())
        case BrowseFolder():
            limit = max(1, min(request.limit, _MOST_ITEMS))
            begin = max(0, request.begin)
            folder = browser.folder(request.snapshot, request.path, begin, limit)
            return Folder(id=id_, folder=folder)
        case ListVersions():
            return Versions(id=id_, history=browser.versions(request.path, request.computer))
        case SearchBackups():
            result = browser.search(request.text, max(0, request.begin), _AT_A_TIME)
            return SearchFound(id=id_, result=result)
        case MeasureStored():
            size = browser.measure(request.snapshot, request.path, _AT_A_TIME)
            return Measured(id=id_, size=size)
        case RestoreCopy():
            return CopyRestored(id=id_, summary=browser.restore(request.request))
