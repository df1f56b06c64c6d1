"""What a command costs: time, processor, memory of it and all its children."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

import msgspec

SAMPLES_PER_SECOND = 10


class Cost(msgspec.Struct, frozen=True):
    seconds: float
    cpu_seconds: float
    peak_bytes: int
    """The most that all its processes together were seen to hold in memory."""


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
        peak_bytes=sampler.peak,
    )


class _Sampler(threading.Thread):
    """Watches the memory of a process and all below it, ten times a second.

    The kernel's ru_maxrss will not do: it begins with the memory of whoever started the process.
    """

    def __init__(self, pid: int) -> None:
        super().__init__()
        self.peak = 0
        self._pid = pid
        self._ended = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join()

    def run(self) -> None:
        while not self._ended.wait(1 / SAMPLES_PER_SECOND):
            self.peak = max(self.peak, _held(_tree(self._pid)))


def _tree(pid: int) -> list[int]:
    """`pid` and all below it; without what has ended meanwhile."""
    found = [pid]
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _tree(int(child))
    return found


def _held(pids: list[int]) -> int:
    """Bytes. Of one process the most it has ever held; of several what they hold now, in which
    what they share counts once."""
    if len(pids) == 1:
        return _kib(f"/proc/{pids[0]}/status", "VmHWM")
    return sum(_kib(f"/proc/{pid}/smaps_rollup", "Pss") for pid in pids)


def _kib(file: str, name: str) -> int:
    """The number after `name` in a file of the kernel's, in bytes; 0 if it is not there."""
    with contextlib.suppress(OSError):
        for line in Path(file).read_text().splitlines():
            key, _, value = line.partition(":")
            if key == name:
                return int(value.split(maxsplit=1)[0]) * 1024
    return 0
