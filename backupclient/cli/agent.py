"""`backupclient agent`: the engine, until it is stopped."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
from collections.abc import Callable, Iterator
from types import FrameType

from backupclient import lifeline
from backupclient.cli.environment import data_folders
from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal, printable
from backupclient.errors import EngineRefused
from backupclient.wire import protocol


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Be the engine that other commands and windows talk to, until Ctrl-C or SIGTERM. Its work "
        "is stopped then, and what was done is kept."
    )
    parser.add_argument(
        "--schema", action="store_true", help="print what is spoken on its socket, as JSON schema"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """`EngineRefused("running")` if this data folder has an engine already."""
    if args.schema:
        terminal.result(protocol.schema().decode().rstrip())
        return Exit.DONE
    # Not for --schema:
    from backupclient.agent.server import Agent, EngineRunning  # noqa: PLC0415
    from backupclient.logs.crashes import noticed  # noqa: PLC0415
    from backupclient.logs.log import Program  # noqa: PLC0415

    _ignore_hangup()
    lifeline.watch(terminal.environ, lambda: os.kill(os.getpid(), signal.SIGTERM))
    data = data_folders(args, terminal.environ).data
    try:
        with (
            _until_stopped() as wait,
            Agent(data, terminal.clock, lasting=True, verbose=args.verbose > 0) as agent,
            noticed(data, Program.ENGINE, terminal.clock),
        ):
            if agent.unheard:
                raise EngineRefused(agent.unheard, reason="no-socket")
            place = printable(str(data))
            terminal.say(f"The engine of {place} is ready (process {os.getpid()}).")
            terminal.finish()
            wait()
            if agent.jobs.active:
                terminal.say("Stopping. What was stored is kept.")
                terminal.finish()
    except EngineRunning:
        raise EngineRefused(reason="running", path=str(data)) from None
    return Exit.DONE


@contextlib.contextmanager
def _until_stopped() -> Iterator[Callable[[], None]]:
    """What waits for the first Ctrl-C or SIGTERM; the second ends the program at once.

    It waits for what the system's handler writes, not for an event: the system may hand a signal to
    any thread, and one that waits for a lock would not hear of it."""
    asked = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            os._exit(Exit.INTERRUPTED)
        asked = True

    heard, tells = socket.socketpair()
    with heard, tells:
        tells.setblocking(False)

        def wait() -> None:
            while not asked:
                heard.recv(1)

        before = {name: signal.signal(name, on_signal) for name in (signal.SIGINT, signal.SIGTERM)}
        descriptor = signal.set_wakeup_fd(tells.fileno(), warn_on_full_buffer=False)
        try:
            yield wait
        finally:
            signal.set_wakeup_fd(descriptor)
            for name, handler in before.items():
                signal.signal(name, handler)


def _ignore_hangup() -> None:
    """As `repository.lock.ignore_hangup`, which is slow to load for who has no work yet."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
