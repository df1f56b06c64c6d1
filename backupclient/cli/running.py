"""From the options of a command to an engine, and to a job whose events are shown."""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from backupclient.cli import environment
from backupclient.cli.interrupts import stopping
from backupclient.cli.reporting import Reporter, answering, reporter
from backupclient.cli.terminal import Terminal
from backupclient.control import Control

if TYPE_CHECKING:
    from backupclient.engine import Engine


class Job(NamedTuple):
    """Hand `reporter.emit` to the engine's operation."""

    engine: Engine
    reporter: Reporter


def question(args: argparse.Namespace, terminal: Terminal, *, new: bool = False) -> Job:
    """For commands that are over soon: Ctrl-C simply ends them. Asks for the password if it must,
    twice when `new`."""
    return Job(_engine(args, terminal, Control(terminal.clock), new=new), answering(terminal))


@contextlib.contextmanager
def job(args: argparse.Namespace, terminal: Terminal, during: str, keeps: str) -> Iterator[Job]:
    """Inside runs one operation, shown as it goes and stopped by Ctrl-C; `keeps` says what a stop
    keeps. Problems with files are listed when it is over, however it ended. `during` is restic's
    word for the operation."""
    control = Control(terminal.clock)
    engine = _engine(args, terminal, control)
    with (
        contextlib.ExitStack() as after,
        reporter(terminal, during) as shown,
        stopping(control, terminal, shown.note, keeps),
    ):
        after.callback(shown.conclude)
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
