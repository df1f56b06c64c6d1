"""What it takes to fork the product from a process that has loaded it: most of what a start costs
is loading libraries."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import random
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, NoReturn

import psutil

_LOADED = (
    "backupclient.agent.server",
    "backupclient.cli.agent",
    "backupclient.cli.at_work",
    "backupclient.cli.backup",
    "backupclient.cli.check",
    "backupclient.cli.entry",
    "backupclient.cli.restore",
    "backupclient.cli.snapshots",
    "backupclient.cli.status",
    "backupclient.engine",
    "backupclient.operations.backup.run",
    "backupclient.operations.check.run",
    "backupclient.operations.restore.run",
    "backupclient.storage.s3",
    "sqlalchemy.dialects.sqlite",
)

ENVIRONMENT = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
"""For a process that is to stand by: Python is set up as for `Client.environment`."""


class Standard(NamedTuple):
    """Where what it writes goes."""

    out: str = os.devnull
    err: str = os.devnull


def load() -> None:
    """From now on this process may be forked."""
    for name in _LOADED:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()  # what no collection touches is shared with all forks
    assert psutil.Process().num_threads() == 1, "a fork would lose the others"


def become(
    arguments: Sequence[str], environment: Mapping[str, str], folder: str, standard: Standard
) -> NoReturn:
    """What the command with these arguments is, in a fork."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    random.seed()
    for number, name in enumerate((os.devnull, *standard)):
        file = os.open(name, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, number)
        os.close(file)
    # Processes that the command starts load what the command has begun with, not this.
    script = sys.modules["__main__"]
    script.__spec__ = None
    script.__file__ = str(Path(sys.executable).with_name("backupclient"))
    from backupclient.cli.entry import main

    code = main(arguments)
    # As every process ends, but for taking all that stood by apart.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
