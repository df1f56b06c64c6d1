"""From the options of a command to an engine, and to a job whose events are shown."""

from __future__ import annotations

import argparse
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from backupclient.cli import environment
from backupclient.cli.interrupts import stopping
from backupclient.cli.reporting import Reporter, answering, reporter
from backupclient.cli.terminal import Terminal, Verbosity
from backupclient.errors import Cancelled, EngineGone, EngineNotRunning, EngineRefused
from backupclient.events import Emit, Event, ignore
from backupclient.link import Link
from backupclient.requests import BackupRequest, CheckRequest, Place, RestoreRequest
from backupclient.wire.failure import error_of
from backupclient.wire.jobs import (
    Outcome,
    StartBackup,
    StartCheck,
    Started,
    StartRestore,
    Stop,
    Summary,
)

if TYPE_CHECKING:
    from backupclient.engine import Engine
    from backupclient.jobs.running import Jobs

Result = TypeVar("Result", bound=Summary)
AnyWork = BackupRequest | RestoreRequest | CheckRequest
AnyStart = StartBackup | StartRestore | StartCheck

_ENGINE_PATIENCE = 10.0
"""Seconds. How long an engine may hold its lock without listening."""


class Job(NamedTuple):
    """Hand `reporter.emit` to the engine's operation."""

    engine: Engine
    reporter: Reporter


class Work(NamedTuple, Generic[Result]):
    """What a command does as a job. `during` is restic's word for it, `keeps` says what a stop
    keeps; `look` is shown every event first, `show` the summary."""

    request: AnyWork
    result: type[Result]
    during: str
    keeps: str
    show: Callable[[Result], None]
    look: Emit = ignore
    patient: bool = False


def question(args: argparse.Namespace, terminal: Terminal, *, new: bool = False) -> Job:
    """For commands that are over soon: Ctrl-C simply ends them. Asks for the password if it must,
    twice when `new`."""
    place = environment.place(args, terminal, new=new)
    # Loaded only now: most wrong commands are told without it, at once.
    from backupclient.engine import Engine  # noqa: PLC0415
    from backupclient.repository.lock import ignore_hangup  # noqa: PLC0415

    ignore_hangup()
    return Job(Engine(place, terminal.clock), answering(terminal))


def perform(args: argparse.Namespace, terminal: Terminal, work: Work[Result]) -> Result:
    """By the engine that runs for this data folder or, where none does, by this process as that
    engine. Shown as it goes, stopped by Ctrl-C. As the engine this returns only when the jobs that
    others gave it have ended too."""
    start = _start(environment.place(args, terminal), work.request, patient=work.patient)
    began = terminal.clock.monotonic()
    never = threading.Event()
    while True:
        from backupclient.agent.server import EngineRunning  # noqa: PLC0415 - as in question

        with contextlib.suppress(EngineRunning):
            return _as_engine(start, terminal, work)
        try:
            return _by_engine(start, terminal, work)
        except (EngineNotRunning, _NotBegun):
            # It has not begun to listen yet, or was just about to end.
            if terminal.clock.monotonic() - began > _ENGINE_PATIENCE:
                raise EngineRefused(reason="silent") from None
            terminal.clock.wait(never, 0.1)


def _start(place: Place, request: AnyWork, *, patient: bool) -> AnyStart:
    match request:
        case BackupRequest():
            return StartBackup(id=0, place=place, request=request, patient=patient)
        case RestoreRequest():
            return StartRestore(id=0, place=place, request=request, patient=patient)
        case CheckRequest():
            return StartCheck(id=0, place=place, request=request, patient=patient)


def _as_engine(start: AnyStart, terminal: Terminal, work: Work[Result]) -> Result:
    from backupclient.agent.server import Agent  # noqa: PLC0415 - as in question
    from backupclient.agent.tasks import task_of  # noqa: PLC0415 - the same
    from backupclient.repository.lock import ignore_hangup  # noqa: PLC0415 - the same

    ignore_hangup()
    data = Path(start.place.data_dir)
    verbose = terminal.verbosity >= Verbosity.DETAILS
    with Agent(data, terminal.clock, lasting=False, verbose=verbose) as agent:
        try:
            with _shown(terminal, work.during) as report:
                task = task_of(start, data, terminal.clock, agent.plan_room)
                emit = _both(work.look, report.emit)
                own = agent.jobs.add(task, patient=start.patient, show=emit)
                with stopping(own, terminal, report.note, work.keeps):
                    summary = agent.jobs.run(own)
            assert isinstance(summary, work.result)
            work.show(summary)
            return summary
        finally:
            _stay_for_others(agent.jobs, terminal)


def _both(first: Emit, second: Emit) -> Emit:
    def emit(event: Event) -> None:
        first(event)
        second(event)

    return emit


def _stay_for_others(jobs: Jobs, terminal: Terminal) -> None:
    while not jobs.close_if_idle():
        terminal.warn("This process also works for other commands; it ends when they are done.")
        with stopping(jobs, terminal, terminal.warn, "Their jobs are stopped, too."):
            jobs.wait_until_idle()


class _NotBegun(Exception):
    """The engine went before it took the job."""


def _by_engine(start: AnyStart, terminal: Terminal, work: Work[Result]) -> Result:
    with Link(Path(start.place.data_dir)) as link:
        start = msgspec.structs.replace(start, id=link.new_id())
        try:
            job = link.ask(start, Started).job.job
        except EngineGone as error:
            raise _NotBegun from error
        except EngineRefused as error:
            if error.facts.get("reason") == "ending":
                raise _NotBegun from error
            raise
        terminal.say(f"The engine that is running does it (process {link.engine.pid}).")
        with _shown(terminal, work.during) as report:
            remote = _Remote(link, job)
            with stopping(remote, terminal, report.note, work.keeps):
                summary = remote.follow(_both(work.look, report.emit))
        assert isinstance(summary, work.result)
        work.show(summary)
        return summary


class _Remote:
    """A job that another process does."""

    def __init__(self, link: Link, job: str) -> None:
        self._link = link
        self._job = job

    def stop(self) -> None:
        with contextlib.suppress(EngineGone):
            self._link.send(Stop(id=self._link.new_id(), job=self._job))

    def follow(self, emit: Emit) -> Summary:
        """Until it has ended."""
        try:
            for batch in self._link.news():
                if batch.job != self._job:
                    continue
                for event in batch.events:
                    emit(event)
                if batch.outcome is not None:
                    return self._result(batch.outcome)
        except EngineGone as error:
            raise EngineGone(error.raw, job=self._job) from error
        raise EngineGone(job=self._job)

    def _result(self, outcome: Outcome) -> Summary:
        if outcome.failure is not None:
            raise error_of(outcome.failure)
        if outcome.summary is None:
            raise Cancelled
        return outcome.summary


@contextlib.contextmanager
def _shown(terminal: Terminal, during: str) -> Iterator[Reporter]:
    """Problems with files are listed when it is over, however it ended."""
    with contextlib.ExitStack() as after, reporter(terminal, during) as shown:
        after.callback(shown.conclude)
        yield shown
