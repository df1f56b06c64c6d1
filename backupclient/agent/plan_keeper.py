"""What the engine knows of the storage plan, and what it does when that changes.

One thread asks whoever knows the plan: at the start, after sleep, before a run, whenever a storage
says that it is full, when it is told that something changed, and every few hours. While something
waits for room the storage is asked, too, and what waits goes on as soon as there is some.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from backupclient.account.bought_more import BoughtMore, Held
from backupclient.account.entitlement import PlanSource, change
from backupclient.agent.full_jobs import FULL, FullJobs, has_room
from backupclient.agent.tasks import room_by_plan
from backupclient.clock import Clock, SleepWatch
from backupclient.control import Control
from backupclient.errors import (
    Cancelled,
    InvalidRequest,
    ManifestUnwritable,
    StorageFault,
)
from backupclient.events import Event, JobState, Progress, StateChanged, Waiting
from backupclient.jobs.job import Job
from backupclient.jobs.running import Jobs
from backupclient.plan import load_plan, save_plan
from backupclient.wire.entitlement import Entitlement, Source, Step, Walk
from backupclient.wire.jobs import Outcome

_ASK_SECONDS = 4 * 3600.0
_LOOK_SECONDS = 60.0
"""The longest wait: the computer may have slept."""
_SLEPT_SECONDS = 30.0
_BREATH_SECONDS = 0.2
_END_SECONDS = 5.0
_LATELY_SECONDS = 3600.0
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class HearsPlan(Protocol):
    """Told of each change, in any thread. Must return at once."""

    def plan(self, plan: Entitlement) -> None: ...

    def walk(self, walk: Walk) -> None: ...


class PlanKeeper:
    """Of one engine. Methods may be called from any thread, `step` by the one that runs it."""

    def __init__(
        self,
        data: Path,
        clock: Clock,
        jobs: Jobs,
        source: PlanSource,
        on_room: Callable[[], None],
    ) -> None:
        """`on_room` is called when a storage that was full has room again, or a larger plan."""
        self._data = data
        self._clock = clock
        self._jobs = jobs
        self._source = source
        self._on_room = on_room
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="storage-plan", daemon=True)
        self._lock = threading.Lock()
        # Guarded by _lock:
        self._plan = Entitlement(source=Source.NONE, as_of=clock.now())
        """As last looked at: not yet, since another engine may be at work in this folder."""
        self._listeners: list[HearsPlan] = []
        self._walkers: list[HearsPlan] = []
        self._wanted = False
        self._ask = False
        self._grown = False
        self._limit_before: int | None = None
        self._changed_at: float | None = None
        # Of the thread that steps:
        self._control = Control(clock)
        self._full = FullJobs(clock, self._control)
        self._sleep = SleepWatch(clock, _SLEPT_SECONDS)
        self._asked_at: float | None = None
        self._walk: BoughtMore | None = None

    def start(self, *, ask: bool) -> None:
        """`ask`: whoever knows the plan is asked at once."""
        self._ask = ask
        self._jobs.watch(self)
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._control.stop()
        self._woken.set()
        if self._thread.is_alive():
            self._thread.join(_END_SECONDS)  # a storage may not answer; nothing hangs on it
        self._jobs.leave(self)

    def current(self) -> Entitlement:
        """As it is known now."""
        with self._lock:
            kept = self._plan
        known = self._source.current()
        return msgspec.structs.replace(known, writable=kept.writable, tried_at=kept.tried_at)

    def ask(self) -> None:
        """Something may have changed: whoever knows the plan is asked now. Returns at once."""
        with self._lock:
            self._ask = True
        self._woken.set()

    def look(self) -> None:
        """What is kept of the plan has changed: it is read again now. Returns at once."""
        self._woken.set()

    def set_limit(self, limit: int) -> Entitlement:
        """Durable when it returns. `InvalidRequest` (reason: no-plan) without a backup plan."""
        plan = load_plan(self._data)
        if plan is None:
            raise InvalidRequest(reason="no-plan")
        storage = msgspec.structs.replace(plan.storage, limit=max(0, limit))
        if storage != plan.storage:
            save_plan(self._data, msgspec.structs.replace(plan, storage=storage))
        self._on_room()
        self.look()
        return self.current()

    def bought_more(self, listener: HearsPlan) -> None:
        """Walk through everything now, and tell this one the steps, too. Returns at once."""
        with self._lock:
            if listener not in self._walkers:
                self._walkers.append(listener)
            self._wanted = True
        self._woken.set()

    def watch(self, listener: HearsPlan) -> None:
        """Tell it how things stand, and of each change from now on."""
        plan = self.current()
        with self._lock:
            self._listeners.append(listener)
        listener.plan(plan)

    def leave(self, listener: HearsPlan) -> None:
        with self._lock:
            for listeners in (self._listeners, self._walkers):
                with contextlib.suppress(ValueError):
                    listeners.remove(listener)

    # --- as a listener of jobs --------------------------------------------------------------------

    def news(self, job: str, event: Event) -> None:  # noqa: ARG002 - which job, the step finds out
        match event:
            case Waiting(code=code) if code in (FULL, StorageFault.code):
                self.ask()  # some storages call being full a fault
            case StateChanged(state=JobState.RUNNING):
                self.ask()
            case _:
                pass

    def ended(self, job: str, outcome: Outcome) -> None:  # noqa: ARG002 - as above
        self.look()

    # --- its thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                seconds = self.step()
            except Cancelled:
                return
            self._clock.wait(self._woken, seconds)
            self._woken.clear()
            self._clock.wait(self._stopping, _BREATH_SECONDS)

    def step(self) -> float:
        """Look at everything and do what is due. Returns for how many seconds nothing else is, if
        nothing happens."""
        with self._lock:
            ask, self._ask = self._ask, False
            wanted, self._wanted = self._wanted, False
        due = self._asked_at is not None and self._clock.monotonic() - self._asked_at > _ASK_SECONDS
        if wanted:
            self._run_walk()
        elif ask or due or self._sleep.slept():
            self._asked_at = self._clock.monotonic()
            self._take(self._source.refresh(_nobody))
        else:
            self._take(self._source.current())
        self._make_use_of_room()
        soon = self._full.until_next()
        return _LOOK_SECONDS if soon is None else max(min(soon, _LOOK_SECONDS), _BREATH_SECONDS)

    def _take(self, plan: Entitlement) -> None:
        with self._lock:
            before = self._plan
            plan = msgspec.structs.replace(plan, writable=before.writable, tried_at=before.tried_at)
            self._plan = plan
            changed = change(before, plan)
            if changed is not None:
                self._limit_before = changed.limit_before
                self._changed_at = self._clock.monotonic()
                self._grown = self._grown or changed.grew
            told = _without_times(before) != _without_times(plan)
            listeners = tuple(self._listeners) if told else ()
        for listener in listeners:
            listener.plan(plan)
        if told and self._walk is not None:
            self._walk.look_again(plan, takes=None)

    def _make_use_of_room(self) -> None:
        """Whoever waits for room goes on if there is some."""
        free = self._plan.free
        self._full.look(self._jobs.all(), free)
        grown, self._grown = self._grown, False
        if not self._full.any:
            self._note_room(takes=None)
            return
        self._note_room(takes=False)
        found = self._full.all() if grown else self._full.with_room(free)
        if found:
            self._go_on(found)

    def _go_on(self, jobs: list[Job]) -> None:
        self._full.forget(jobs)
        for job in jobs:
            job.control.wake()
        self._note_room(takes=True)
        self._on_room()
        if self._walk is not None:
            self._walk.look_again(self._plan, takes=True)

    def _note_room(self, *, takes: bool | None) -> None:
        """`takes` is None where nothing waits for room any more, for whatever reason."""
        known = self._plan.writable
        if known is takes or (takes is not False and known is not False):
            return
        with self._lock:
            self._plan = msgspec.structs.replace(
                self._plan, writable=takes, tried_at=self._clock.now()
            )
            plan, listeners = self._plan, tuple(self._listeners)
        for listener in listeners:
            listener.plan(plan)

    # --- the walk, and its hands ------------------------------------------------------------------

    def _run_walk(self) -> None:
        self._full.look(self._jobs.all(), self._plan.free)
        self._take(self._source.current())
        walk = BoughtMore(self._source, self, self._tell_walk, self._lately_before())
        self._walk = walk
        self._asked_at = self._clock.monotonic()
        walk.run()

    def _lately_before(self) -> int | None:
        """The limit of before a purchase that has just arrived by itself."""
        if self._changed_at is None or self._clock.monotonic() - self._changed_at > _LATELY_SECONDS:
            return None
        return self._limit_before

    def _tell_walk(self, walk: Walk) -> None:
        with self._lock:
            listeners = list(self._listeners)
            listeners += [one for one in self._walkers if one not in listeners]
        for listener in listeners:
            listener.walk(walk)

    def takes_data(self) -> bool:
        for job in self._full.all():
            if not job.state.ended:
                return has_room(job, self._control)
        try:
            plan = load_plan(self._data)
            if plan is None:
                raise InvalidRequest(reason="no-plan")
            return room_by_plan(plan, self._data, self._clock, self._control)
        except OSError as error:  # of the files with the plan and its secrets
            raise ManifestUnwritable(str(error), path=error.filename or "") from error

    def apply(self, plan: Entitlement) -> None:
        self._take(plan)

    def held(self) -> Held:
        return _held(self._full.all())

    def go_on(self) -> Held:
        jobs = self._full.all()
        held = _held(jobs)
        self._go_on(jobs)
        return held


def _held(jobs: list[Job]) -> Held:
    files = size = 0
    for job in jobs:
        progress = job.info().progress
        if isinstance(progress, Progress):
            files += max(0, progress.files_total - progress.files_safe - progress.files_sent)
            size += max(0, progress.bytes_total - progress.bytes_safe - progress.bytes_sent)
    return Held(len(jobs), files, size)


def _without_times(plan: Entitlement) -> Entitlement:
    """What is worth telling: not that it was looked at again."""
    return msgspec.structs.replace(plan, as_of=_NEVER, measured_at=None, available=None)


def _nobody(step: Step) -> None:
    pass
