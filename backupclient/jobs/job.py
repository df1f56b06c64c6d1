"""One job: what it does, how it is held and hurried, and what it told last."""

from __future__ import annotations

import contextlib
import enum
import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import BackupError
from backupclient.events import (
    CheckProgress,
    Condition,
    Damage,
    Emit,
    Event,
    FileProblem,
    JobState,
    Noticed,
    Phase,
    Progress,
    RestoreProgress,
    StateChanged,
    Waiting,
    ignore,
)
from backupclient.storage.throttle import Throttle
from backupclient.wire.jobs import (
    AnyProgress,
    JobInfo,
    JobKind,
    Limits,
    Outcome,
    Summary,
    accomplished,
)

_REMEMBERED = 1000
"""Problems and notices that who subscribes later still hears of."""


class Turn(enum.Enum):
    """What else may be at work in the same repository."""

    READS = enum.auto()
    """All but who must be alone."""
    WRITES = enum.auto()
    """Who only reads."""
    ALONE = enum.auto()

    def bars(self, other: Turn) -> bool:
        return Turn.ALONE in (self, other) or self is other is Turn.WRITES


class Task(NamedTuple):
    """What a job does, and in which repository. A `trial` changes nothing there."""

    kind: JobKind
    location: str
    subject: tuple[str, ...]
    repository: str
    turn: Turn
    trial: bool
    limits: Limits
    run: Callable[[Control, Throttle, Emit], Summary]
    has_room: Callable[[Control, int], bool]
    """Whether a storage that was full takes so many bytes again, as far as anybody can tell. Raises
    what `run` may raise."""


class Listener(Protocol):
    """Told of a job's news, in any thread, one at a time per job. Must return at once."""

    def news(self, job: str, event: Event) -> None: ...

    def ended(self, job: str, outcome: Outcome) -> None: ...


class Job:
    """Methods may be called from any thread, but `emit` by the one that runs it."""

    def __init__(self, task: Task, clock: Clock, *, patient: bool, show: Emit = ignore) -> None:
        """`show` gets every event, in order, and may block."""
        self.id = secrets.token_hex(4)
        self.task = task
        self.patient = patient
        self.control = Control(clock)
        self.throttle = Throttle(clock, task.limits.upload or None, task.limits.download or None)
        self.turn_wanted: Callable[[], None] = lambda: None
        """Called when something changed that a job waiting for its turn must look at."""
        self._clock = clock
        self._created = clock.now()
        self._show = show
        self._showing = threading.RLock()
        self._lock = threading.RLock()
        # Guarded by _lock:
        self._state = self._announced = JobState.QUEUED
        self._limits = task.limits
        self._listeners: list[Listener] = []
        self._progress: AnyProgress | None = None
        self._waiting: Waiting | None = None
        self._next_try: datetime | None = None
        self._outcome: Outcome | None = None
        self._told: deque[Event] = deque(maxlen=_REMEMBERED)
        self._problems = 0
        self._held_for: Condition | None = None

    @property
    def held_for(self) -> Condition | None:
        """Why it is held; None if it is not, or somebody has paused or resumed it since."""
        return self._held_for

    @property
    def state(self) -> JobState:
        if self._state.ended:
            return self._state
        if self.control.stopped:
            return JobState.STOPPING
        if self.control.paused:
            return JobState.PAUSED if self._held_for is None else JobState.WAITING
        return self._state

    def info(self) -> JobInfo:
        with self._lock:
            return JobInfo(
                job=self.id,
                kind=self.task.kind,
                location=self.task.location,
                subject=self.task.subject,
                state=self.state,
                created=self._created,
                limits=self._limits,
                progress=self._progress,
                waiting=self._waiting,
                next_try=self._next_try,
                pause_left=self.control.pause_left,
                problems=self._problems,
                outcome=self._outcome,
            )

    # --- what others ask of it --------------------------------------------------------------------

    def pause(self, seconds: float | None = None) -> None:
        self._let_go()
        self.control.pause(seconds)
        self._announce_elsewhere()

    def resume(self) -> None:
        self._let_go()
        self.control.resume()
        self._announce_elsewhere()

    def hold(self, condition: Condition) -> None:
        """It waits for something of the computer's, until somebody resumes it. A job that is paused
        already stays so."""
        with self._lock:
            if self.control.paused:
                return
            self._held_for = condition
            self.control.pause()
        self._announce_elsewhere()
        with contextlib.suppress(OSError):  # as there
            self._hand_on(Waiting(code=condition, seconds=0))

    def _let_go(self) -> None:
        with self._lock:
            if self._held_for is not None:
                self._held_for = self._waiting = None

    def stop(self) -> None:
        self.control.stop()
        self.turn_wanted()
        self._announce_elsewhere()

    def limit(self, upload: int | None, download: int | None) -> None:
        """In bytes a second; 0 for none, None for as it is."""
        with self._lock:
            up = self._limits.upload if upload is None else upload
            down = self._limits.download if download is None else download
            self._limits = Limits(upload=up, download=down)
            self.throttle.up.set_limit(up or None)
            self.throttle.down.set_limit(down or None)

    def subscribe(self, listener: Listener) -> None:
        """From now on; first of all it hears what is remembered."""
        with self._lock:
            if listener in self._listeners:
                return
            self._listeners.append(listener)
            for event in self._remembered():
                listener.news(self.id, event)
            if self._outcome is not None:
                listener.ended(self.id, self._outcome)

    def unsubscribe(self, listener: Listener) -> None:
        with self._lock, contextlib.suppress(ValueError):
            self._listeners.remove(listener)

    def _remembered(self) -> Iterator[Event]:
        yield from self._told
        if self._progress is not None:
            yield self._progress
        if self._waiting is not None:
            yield self._waiting
        yield self._state_event()

    # --- what it tells ----------------------------------------------------------------------------

    def emit(self, event: Event) -> None:
        self._announce()
        self._hand_on(event)

    @property
    def has_worked(self) -> bool:
        """Whether it got beyond opening its place."""
        match self._progress:
            case None:
                return False
            case Progress(phase=Phase.OPENING):
                return False
            case _:
                return True

    @property
    def has_sent(self) -> bool:
        return isinstance(self._progress, Progress) and self._progress.uploaded_bytes > 0

    def enter(self, state: JobState) -> None:
        """By whoever runs it."""
        with self._lock:
            self._state = state
            if state is not JobState.WAITING:
                self._waiting = self._next_try = None
        self._announce()

    def wait_for(self, error: BackupError, seconds: float, attempt: int) -> None:
        """Tell that it cannot go on, and wait, or until somebody resumes it."""
        event = Waiting(code=error.code, seconds=seconds, attempt=attempt, facts=error.facts)
        self.enter(JobState.WAITING)
        self.emit(event)
        self.control.wait_to_retry(seconds)
        self.control.check()

    def end(self, outcome: Outcome) -> None:
        with self._lock:
            self._waiting = self._next_try = None
            self._outcome = outcome
            self._state = outcome.state
            for listener in self._listeners:
                listener.ended(self.id, outcome)
            self._listeners.clear()

    def _announce(self) -> None:
        with self._lock:
            if self.state is self._announced or self._state.ended:
                return
            self._announced = self.state
        self._hand_on(self._state_event())

    def _announce_elsewhere(self) -> None:
        # That nobody reads its output any more is for the job's own thread to find.
        with contextlib.suppress(OSError):
            self._announce()

    def _state_event(self) -> StateChanged:
        return StateChanged(state=self.state, seconds=self.control.pause_left)

    def _remember(self, event: Event) -> None:
        match event:
            case Progress() | RestoreProgress() | CheckProgress():
                if (
                    self._state is JobState.RUNNING
                    and self._held_for is None
                    and accomplished(event) != accomplished(self._progress)
                ):
                    self._waiting = self._next_try = None
                self._progress = event
            case Waiting():
                self._waiting = event
                wait = timedelta(seconds=event.seconds)
                self._next_try = self._clock.now() + wait if wait else None
            case FileProblem() | Damage():
                self._problems += 1
                self._told.append(event)
            case Noticed():
                self._told.append(event)
            case _:
                pass

    def _hand_on(self, event: Event) -> None:
        with self._lock:
            self._remember(event)
            for listener in self._listeners:
                listener.news(self.id, event)
        # Not under the other lock: a terminal may stand still, and questions must be answered.
        with self._showing:
            self._show(event)
