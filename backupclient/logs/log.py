"""The log of one program: a JSON document a line, in files that are rotated and never grow beyond a
few megabytes. Codes, numbers and hidden names; see `discreet`.

`logs/engine.log` and `logs/window.log` in the data folder, the older ones with a number behind
them.
"""

from __future__ import annotations

import contextlib
import enum
import logging
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

import msgspec

from backupclient.clock import Clock
from backupclient.decoding import from_json
from backupclient.errors import Fact
from backupclient.logs.discreet import Clean, Discretion, Names
from backupclient.settings import make_private, write_atomically

FOLDER_NAME = "logs"
_MOST_BYTES = 1 << 20
_OLDER = 3
_LINE = "plainkeep_line"
_KEY_NAME = "names.key"
_KEY_BYTES = 32


class Program(enum.StrEnum):
    ENGINE = "engine"
    WINDOW = "window"
    COMMAND = "command"


class Happened(enum.StrEnum):
    """What a line of the log is about."""

    STARTED = "started"
    ENDED = "ended"
    JOB_STARTED = "job-started"
    JOB_STATE = "job-state"
    JOB_ENDED = "job-ended"
    WAITING = "waiting"
    NOTICED = "noticed"
    FILE_PROBLEM = "file-problem"
    DAMAGE = "damage"
    AUTOMATION = "automation"
    WINDOW_STOOD_STILL = "window-stood-still"


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing that happened. `code` is an error's, an event's or a state's; `job` is its id and
    `kind` what it does; `path` is hidden unless names may be told."""

    time: datetime
    level: str
    program: Program
    event: Happened
    code: str = ""
    job: str = ""
    kind: str = ""
    path: str = ""
    facts: dict[str, Fact] = {}


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return msgspec.json.encode(record.__dict__[_LINE]).decode()


class Log:
    """Any thread. What cannot be written is left out: a log is worth no work that it stops."""

    def __init__(
        self, data: Path, program: Program, clock: Clock, *, verbose: bool = False
    ) -> None:
        """`verbose` keeps debugging lines, too. The file is opened with the first line."""
        level = logging.DEBUG if verbose else logging.INFO
        self._program = program
        self._clock = clock
        self.discretion = Discretion(Names(key=lambda: names_key(data)))
        self._folder = data / FOLDER_NAME
        self._file = self._folder / f"{program}.log"
        # Of this log alone: a process may have several, each of a data folder of its own.
        self._logger = logging.Logger(f"plainkeep.{program}", level)  # noqa: LOG001
        self._handler: RotatingFileHandler | None = None

    def write(
        self,
        event: Happened,
        code: str = "",
        facts: Mapping[str, Fact] | None = None,
        *,
        level: int = logging.INFO,
        job: str = "",
        kind: str = "",
        path: str = "",
        raw: str = "",
    ) -> None:
        if not self._logger.isEnabledFor(level):
            return
        line = Line(
            time=self._clock.now(),
            level=logging.getLevelName(level).lower(),
            program=self._program,
            event=event,
            code=self.discretion.code(code),
            job=self.discretion.code(job),
            kind=self.discretion.code(kind),
            path=self.discretion.path(path) if path else Clean(""),
            facts=self.discretion.facts(facts or {}, raw),
        )
        with contextlib.suppress(OSError, ValueError):
            if self._handler is None:
                self._open()
            self._logger.log(level, event, extra={_LINE: line})

    def _open(self) -> None:
        make_private(self._folder)
        handler = _Quiet(
            self._file, maxBytes=_MOST_BYTES, backupCount=_OLDER, encoding="utf-8", delay=True
        )
        handler.setFormatter(_AsJson())
        self._logger.addHandler(handler)
        self._handler = handler

    def close(self) -> None:
        handler, self._handler = self._handler, None
        if handler is not None:
            self._logger.removeHandler(handler)
            with contextlib.suppress(OSError):
                handler.close()


class _Quiet(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """A full disk is told elsewhere."""


def names_key(data: Path) -> bytes:
    """The key of this data folder's words for names: the same in its logs and reports. It is made
    where there is none, and is for once where none can be kept."""
    file = data / _KEY_NAME
    with contextlib.suppress(OSError):
        kept = file.read_bytes()
        if len(kept) == _KEY_BYTES:
            return kept
    key = secrets.token_bytes(_KEY_BYTES)
    with contextlib.suppress(OSError):
        make_private(data)
        write_atomically(file, key)
    return key


def read_log(data: Path, program: Program, most: int) -> list[Line]:
    """The last `most` lines, oldest first. What cannot be read is left out."""
    found: list[Line] = []
    for file in _files(data, program):
        with contextlib.suppress(OSError):
            lines = file.read_bytes().splitlines()
            for text in reversed(lines):
                with contextlib.suppress(msgspec.MsgspecError, UnicodeDecodeError):
                    found.append(from_json(text, Line))
                if len(found) >= most:
                    return found[::-1]
    return found[::-1]


def _files(data: Path, program: Program) -> Iterator[Path]:
    """Newest first."""
    file = data / FOLDER_NAME / f"{program}.log"
    yield file
    for number in range(1, _OLDER + 1):
        yield file.with_name(f"{file.name}.{number}")
