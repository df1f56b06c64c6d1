"""Engines in processes of their own that start at once, each a fork of one that has loaded all that
an engine loads over its life. A window finds them running; the one it starts by itself is tested in
`tests/ui/test_app.py` and `test_first_run.py`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from tests.cheap_key import cheapen
from tests.patience import PATIENCE
from tests.standing_by import ENVIRONMENT, Standard, become, load


class _Start(msgspec.Struct, frozen=True):
    data: str
    environment: dict[str, str]
    cheap_keys: bool


_standing_by: list[subprocess.Popen[bytes]] = []
"""That of this process, from the first engine on."""


def start_engine(data: Path, *, cheap_keys: bool = False) -> None:
    """Return when it can be spoken to. To be ended by `tests.engines.end_engine`. `cheap_keys`: as
    the fixture of that name."""
    if not _standing_by:
        command = [sys.executable, "-m", "tests.warm_engines"]
        root = Path(__file__).parents[1]
        standing_by = subprocess.Popen(
            command, stdin=subprocess.PIPE, bufsize=0, cwd=root, env=ENVIRONMENT
        )
        _standing_by.append(standing_by)
    start = _Start(str(data), dict(os.environ), cheap_keys)
    standard_in = _standing_by[0].stdin
    assert standard_in is not None
    standard_in.write(msgspec.json.encode(start) + b"\n")
    ends_at = time.monotonic() + PATIENCE
    while True:
        try:
            Link(data).close()
        except EngineNotRunning:
            assert time.monotonic() < ends_at
            time.sleep(0.01)
        else:
            return


def pytest_unconfigure() -> None:
    if _standing_by:
        _standing_by.pop().communicate()


def _stand_by() -> None:
    load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody here waits for one
    for line in sys.stdin.buffer:
        start = msgspec.json.decode(line, type=_Start)
        if os.fork():
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
        if start.cheap_keys:
            cheapen(pytest.MonkeyPatch())
        become(["agent", "--data-dir", start.data], start.environment, "/", Standard())


if __name__ == "__main__":
    _stand_by()
