"""What a command costs: time, processor, memory of it and all its children."""

from __future__ import annotations

import contextlib
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

SAMPLES_PER_SECOND = 10
_PAGE = resource.getpagesize()


class Cost(msgspec.Struct, frozen=True):
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """The most that all its processes together held in memory at one time."""


class CommandFailed(Exception):
    """The command that was to be measured ended with an error."""


def measured(argv: Sequence[str], environment: Mapping[str, str], cwd: Path) -> Cost:
    """Runs a command to its end. What others have yet to write to the disk is written before, so
    that each command pays for its own writing alone."""
    os.sync()
    with tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            argv,
            env=environment,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        with _Sampler(process.pid) as sampler:
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            text = errors.read().decode(errors="replace")
            raise CommandFailed(f"{' '.join(argv)}: exit {process.returncode}\n{text}")
    return Cost(
        seconds=seconds,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_bytes=max(sampler.peak, usage.ru_maxrss * 1024),
    )


class _Sampler(threading.Thread):
    """Adds up the memory of a process and all below it, ten times a second; the kernel's own
    peak is exact, but knows single processes only."""

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.peak = 0
        self._pid = pid
        self._ended = threading.Event()

    def __enter__(self) -> _Sampler:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(1 / SAMPLES_PER_SECOND):
            self.peak = max(self.peak, _resident(self._pid))


def _resident(pid: int) -> int:
    """Bytes in memory of `pid` and all below it; 0 of what has ended meanwhile."""
    with contextlib.suppress(OSError):
        process = Path(f"/proc/{pid}")
        own = int((process / "statm").read_text().split()[1]) * _PAGE
        children = [
            int(child)
            for task in (process / "task").iterdir()
            for child in (task / "children").read_text().split()
        ]
        return own + sum(_resident(child) for child in children)
    return 0
