"""The product's command, started as often as a test of many kills needs it.

Most of what a start costs is loading libraries. Here a process that has loaded them stands by, and
each start is a fork of it: a process of its own, in a group of its own, which runs the command's
`main` with arguments, environment and folder of its own and is killed as any other.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from tests.end_to_end.clients import Client

_LOADED = (
    "backupclient.cli.entry",
    "backupclient.cli.backup",
    "backupclient.engine",
    "backupclient.operations.backup.run",
    "backupclient.storage.s3",
    "sqlalchemy.dialects.sqlite",
)


class _Start(msgspec.Struct, frozen=True):
    arguments: list[str]
    environment: dict[str, str]
    folder: str


class WarmStart:
    """Starts one command at a time. Use as a context manager."""

    def __enter__(self) -> Self:
        self._standing_by = subprocess.Popen(
            [sys.executable, "-m", "tests.end_to_end.warm"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            cwd=Path(__file__).parents[2],
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

    def start(self, client: Client, *arguments: str | Path) -> None:
        """As `Client.start`; the one before has been killed."""
        what = _Start([*map(str, arguments)], dict(client.environment()), str(client.home))
        assert self._standing_by.stdin is not None
        self._standing_by.stdin.write(msgspec.json.encode(what) + b"\n")
        self._command = self._told()

    @property
    def is_running(self) -> bool:
        assert self._standing_by.stdout is not None
        return not select.select([self._standing_by.stdout], [], [], 0)[0]

    def kill(self) -> bool:
        """With SIGKILL, it and what it has started. Whether that is what has ended it."""
        command, self._command = self._command, 0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(command, signal.SIGKILL)
        return self._told() == -signal.SIGKILL

    def _told(self) -> int:
        assert self._standing_by.stdout is not None
        return int(self._standing_by.stdout.readline())


def _stand_by() -> None:
    for name in _LOADED:
        importlib.import_module(name)
    for line in sys.stdin.buffer:
        start = msgspec.json.decode(line, type=_Start)
        command = os.fork()
        if not command:
            _become(start)
        with contextlib.suppress(PermissionError):  # it has done so itself
            os.setpgid(command, command)
        _tell(command)
        _tell(os.waitstatus_to_exitcode(os.waitpid(command, 0)[1]))


def _tell(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def _become(start: _Start) -> None:
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(start.environment)
    os.chdir(start.folder)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(nowhere, standard)
    from backupclient.cli.entry import main

    os._exit(main(start.arguments))


if __name__ == "__main__":
    _stand_by()
