"""The product's command, started as often as a test needs it.

A process that has loaded the product stands by, and each start is a fork of it: a process of its
own, in a group of its own, which runs the command's `main` with arguments, environment and folder
of its own and is killed as any other.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from tests.end_to_end.clients import Client
from tests.end_to_end.places import Place
from tests.standing_by import ENVIRONMENT, Standard, become, load


class _Start(msgspec.Struct, frozen=True):
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    out: str
    err: str


class WarmStart:
    """Starts one command at a time. Use as a context manager, from one thread."""

    def __enter__(self) -> Self:
        self._said = tempfile.TemporaryDirectory(prefix="warm-")
        self._standing_by = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=Path(__file__).parents[2],
            env=ENVIRONMENT,
        )
        self._command = 0
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        if self._command:
            self.kill()
        self._standing_by.communicate()
        self._said.cleanup()

    def start(self, client: Client, *arguments: str | Path) -> None:
        """As `Client.start`; the one before has ended."""
        self._start(client, arguments, os.devnull, os.devnull)

    def run(
        self, client: Client, arguments: Sequence[str], timeout: float
    ) -> subprocess.CompletedProcess[bytes]:
        """What it said; `subprocess.TimeoutExpired` when it was killed for having taken so many
        seconds."""
        out, err = (Path(self._said.name) / name for name in ("out", "err"))
        self._start(client, arguments, str(out), str(err))
        if not self._has_ended(timeout):
            self.kill()
            raise subprocess.TimeoutExpired(list(arguments), timeout)
        self._command = 0
        return subprocess.CompletedProcess(
            list(arguments), self._told(), out.read_bytes(), err.read_bytes()
        )

    def _start(self, client: Client, arguments: Sequence[str | Path], out: str, err: str) -> None:
        words = [*map(str, arguments)]
        what = _Start(words, dict(client.environment()), str(client.home), out, err)
        assert self._standing_by.stdin is not None
        self._standing_by.stdin.write(msgspec.json.encode(what) + b"\n")
        self._command = self._told()

    @property
    def is_running(self) -> bool:
        return not self._has_ended(0)

    def _has_ended(self, within: float) -> bool:
        assert self._standing_by.stdout is not None
        return bool(select.select([self._standing_by.stdout], [], [], within)[0])

    def kill(self) -> bool:
        """With SIGKILL, it and what it has started. Whether that is what has ended it."""
        return self.end() == -signal.SIGKILL

    def end(self) -> int:
        """As `kill`; what it ended with."""
        command, self._command = self._command, 0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(command, signal.SIGKILL)
        return self._told()

    def _told(self) -> int:
        assert self._standing_by.stdout is not None
        return int(self._standing_by.stdout.readline())


class WarmClient(Client):
    """A client whose `run` is a warm start; `start` is a cold one."""

    def __init__(self, warm: WarmStart, argv: Sequence[str], place: Place, home: Path) -> None:
        super().__init__(argv, place, home)
        self._warm = warm

    def _run(self, arguments: list[str], timeout: float) -> subprocess.CompletedProcess[bytes]:
        return self._warm.run(self, arguments, timeout)


def _stand_by() -> None:
    load()
    for line in sys.stdin.buffer:
        start = msgspec.json.decode(line, type=_Start)
        command = os.fork()
        if not command:
            os.setpgid(0, 0)
            said = Standard(start.out, start.err)
            become(start.arguments, start.environment, start.folder, said)
        with contextlib.suppress(PermissionError):  # it has done so itself
            os.setpgid(command, command)
        _tell(command)
        _tell(os.waitstatus_to_exitcode(os.waitpid(command, 0)[1]))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _stand_by()
