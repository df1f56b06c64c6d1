"""Ctrl-C and SIGTERM: the first asks the job to stop, the second ends the program at once."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Protocol

from backupclient.cli.exit_codes import Exit
from backupclient.cli.terminal import Terminal
from backupclient.errors import Cancelled

_SHOW_CURSOR = b"\x1b[?25h\n"


class Stoppable(Protocol):
    """A job, wherever it runs."""

    def stop(self) -> None:
        """Ask it to stop. Any thread; returns soon."""


@contextlib.contextmanager
def stopping(
    control: Stoppable, terminal: Terminal, note: Callable[[str], None], keeps: str
) -> Iterator[None]:
    """Inside, an interruption stops `control` and notes what stopping `keeps`, and the `Cancelled`
    that follows says it too. Main thread only."""

    asked = False

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            if terminal.live:
                os.write(terminal.stdout.fileno(), _SHOW_CURSOR)
            os._exit(Exit.INTERRUPTED)
        asked = True
        note(f"Stopping. {keeps} Press Ctrl-C again to end at once.")
        # In a thread of its own: this one may have been interrupted holding the lock it takes.
        threading.Thread(target=control.stop, daemon=True).start()

    before = {name: signal.signal(name, on_signal) for name in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    except Cancelled:
        raise Cancelled(keeps) from None
    finally:
        for name, handler in before.items():
            signal.signal(name, handler)
