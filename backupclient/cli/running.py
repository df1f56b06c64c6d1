"""From the options of a command to an engine, and to a job whose events are shown."""

from __future__ import annotations

import argparse
import contextlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from backupclient.cli import environment
from backupclient.cli.interrupts import stopping
from backupclient.cli.reporting import Reporter, answering, reporter
from backupclient.cli.terminal import Terminal
from backupclient.control import Control
from backupclient.errors import Cancelled, EngineGone, EngineNotRunning, EngineRefused
from backupclient.events import BackupSummary, Emit
from backupclient.link import Link
from backupclient.protocol import Outcome, StartBackup, Started, Stop, error_of
from backupclient.requests import BackupRequest

if TYPE_CHECKING:
    from backupclient.engine import Engine
    from backupclient.jobs.running import Jobs

_ENGINE_PATIENCE = 10.0
"""Seconds. How long an engine may hold its lock without listening."""


class Job(NamedTuple):
    """Hand `reporter.emit` to the engine's operation."""

    engine: Engine
    reporter: Reporter


def question(args: argparse.Namespace, terminal: Terminal, *, new: bool = False) -> Job:
    """For commands that are over soon: Ctrl-C simply ends them. Asks for the password if it must,
    twice when `new`."""
    return Job(_engine(args, terminal, Control(terminal.clock), new=new), answering(terminal))


def backup(
    args: argparse.Namespace,
    terminal: Terminal,
    request: BackupRequest,
    keeps: str,
    show: Callable[[BackupSummary], None],
) -> BackupSummary:
    """A backup by the engine that runs for this data folder or, where none does, by this process
    as that engine. Shown as it goes, stopped by Ctrl-C, its end told to `show`. As the engine this
    returns only when the jobs that others gave it have ended too."""
    place = environment.place(args, terminal)
    patient = args.wait_for_room or (terminal.stdout.isatty() and not terminal.json)
    start = StartBackup(id=0, place=place, request=request, patient=patient)
    began = terminal.clock.monotonic()
    never = threading.Event()
    while True:
        from backupclient.agent.server import EngineRunning  # noqa: PLC0415 - as in _engine

        with contextlib.suppress(EngineRunning):
            return _as_engine(start, terminal, keeps, show)
        try:
            return _by_engine(start, terminal, keeps, show)
        except (EngineNotRunning, _NotBegun):
            # It has not begun to listen yet, or was just about to end.
            if terminal.clock.monotonic() - began > _ENGINE_PATIENCE:
                raise EngineRefused(reason="silent") from None
            terminal.clock.wait(never, 0.1)


def _as_engine(
    start: StartBackup, terminal: Terminal, keeps: str, show: Callable[[BackupSummary], None]
) -> BackupSummary:
    from backupclient.agent.server import Agent  # noqa: PLC0415 - as in _engine
    from backupclient.agent.tasks import task_of  # noqa: PLC0415 - the same
    from backupclient.repository.lock import ignore_hangup  # noqa: PLC0415 - the same

    ignore_hangup()
    data = Path(start.place.data_dir)
    with Agent(data, terminal.clock, lasting=False) as agent:
        try:
            with _shown(terminal, "archival") as report:
                task = task_of(start, data, terminal.clock)
                own = agent.jobs.add(task, patient=start.patient, show=report.emit)
                with stopping(own, terminal, report.note, keeps):
                    summary = agent.jobs.run(own)
            assert isinstance(summary, BackupSummary)
            show(summary)
            return summary
        finally:
            _stay_for_others(agent.jobs, terminal)


def _stay_for_others(jobs: Jobs, terminal: Terminal) -> None:
    while not jobs.close_if_idle():
        terminal.warn("This process also works for other commands; it ends when they are done.")
        with stopping(jobs, terminal, terminal.warn, "Their jobs are stopped, too."):
            jobs.wait_until_idle()


class _NotBegun(Exception):
    """The engine went before it took the job."""


def _by_engine(
    start: StartBackup, terminal: Terminal, keeps: str, show: Callable[[BackupSummary], None]
) -> BackupSummary:
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
        with _shown(terminal, "archival") as report:
            remote = _Remote(link, job)
            with stopping(remote, terminal, report.note, keeps):
                summary = remote.follow(report.emit)
        show(summary)
        return summary


class _Remote:
    """A backup that another process makes."""

    def __init__(self, link: Link, job: str) -> None:
        self._link = link
        self._job = job

    def stop(self) -> None:
        with contextlib.suppress(EngineGone):
            self._link.send(Stop(id=self._link.new_id(), job=self._job))

    def follow(self, emit: Emit) -> BackupSummary:
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

    def _result(self, outcome: Outcome) -> BackupSummary:
        if outcome.failure is not None:
            raise error_of(outcome.failure)
        if not isinstance(outcome.summary, BackupSummary):
            raise Cancelled
        return outcome.summary


@contextlib.contextmanager
def _shown(terminal: Terminal, during: str) -> Iterator[Reporter]:
    """Problems with files are listed when it is over, however it ended."""
    with contextlib.ExitStack() as after, reporter(terminal, during) as shown:
        after.callback(shown.conclude)
        yield shown


@contextlib.contextmanager
def job(args: argparse.Namespace, terminal: Terminal, during: str, keeps: str) -> Iterator[Job]:
    """Inside runs one operation, shown as it goes and stopped by Ctrl-C; `keeps` says what a stop
    keeps. `during` is restic's word for the operation."""
    control = Control(terminal.clock)
    engine = _engine(args, terminal, control)
    with _shown(terminal, during) as shown, stopping(control, terminal, shown.note, keeps):
        yield Job(engine, shown)


def _engine(
    args: argparse.Namespace, terminal: Terminal, control: Control, *, new: bool = False
) -> Engine:
    place = environment.place(args, terminal, new=new)
    # Loaded only now: most wrong commands are told without it, at once.
    from backupclient.engine import Engine  # noqa: PLC0415
    from backupclient.repository.lock import ignore_hangup  # noqa: PLC0415

    ignore_hangup()
    return Engine(place, terminal.clock, control)
