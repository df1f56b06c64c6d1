"""Engines in processes of their own: a test leaves none behind, and says so if one does not go."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import psutil
import pytest

from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from tests.patience import PATIENCE


def engine_of(data: Path) -> psutil.Process | None:
    """What works for the data folder, if that is a process of its own."""
    with contextlib.suppress(EngineNotRunning, psutil.NoSuchProcess), Link(data) as link:
        if link.engine.pid != os.getpid():
            return psutil.Process(link.engine.pid)
    return None


def end_engine(data: Path) -> None:
    """Tell the engine of the data folder to end, and wait until it has; also one that has only
    begun, which cannot be spoken to yet."""
    if process := engine_of(data) or _begun(data):
        process.terminate()
        await_end(process)


def _begun(data: Path) -> psutil.Process | None:
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if process.cmdline()[-3:] == ["agent", "--data-dir", str(data)]:
                return process
    return None


def await_end(process: psutil.Process) -> None:
    """One that does not end by itself is killed, and the test fails."""
    ends_at = time.monotonic() + PATIENCE
    while _lives(process):
        if time.monotonic() > ends_at:
            started = " ".join(process.cmdline())
            process.kill()
            pytest.fail(f"did not end in {PATIENCE:.0f} seconds and was killed: {started}")
        time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
