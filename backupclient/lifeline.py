"""A program that must not outlive another, however that one ends: the system gives back the locks
of whoever is gone.

Who starts others holds a lock and names its file in their environment, which they hand on to what
they start themselves.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path

from filelock import FileLock

_VARIABLE = "BACKUPCLIENT_ENDS_WITH"
_LOOK_SECONDS = 0.5


def tied_to(lock: Path) -> Mapping[str, str]:
    """What to put into the environment of a program that is to end with whoever holds `lock`."""
    return {_VARIABLE: str(lock)}


def watch(environ: Mapping[str, str], gone: Callable[[], None]) -> None:
    """Have `gone` called once, in a thread of its own, when nobody holds the lock any more; never
    where `environ` names none."""
    named = environ.get(_VARIABLE)
    if named:
        lock = FileLock(named)

        def wait() -> None:
            with lock.acquire(poll_interval=_LOOK_SECONDS):
                pass
            gone()

        threading.Thread(target=wait, name="lifeline", daemon=True).start()
