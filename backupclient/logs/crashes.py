"""Reports of programs that ended unexpectedly: where in our code it was, and nothing of anybody's
data.

`logs/crash-*.json` in the data folder, the last ten. What kills the interpreter itself leaves its
mark by `faulthandler` in `logs/fatal-*.txt`, which is read like such a report, and of which the
program's next start makes one.
"""

from __future__ import annotations

import contextlib
import faulthandler
import re
import sys
import threading
import traceback
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

import msgspec

import backupclient
from backupclient.clock import Clock
from backupclient.decoding import from_json
from backupclient.logs.log import FOLDER_NAME, Program
from backupclient.settings import make_private, write_atomically

_MOST = 10
_MOST_FRAMES = 40
_SEEN = "crashes-seen"
_FATAL_LINE = re.compile(r'File "([^"]*)", line (\d+) in (\S+)')
_WORD = re.compile(r"[A-Za-z_][\w.<>]{0,80}")


class Frame(msgspec.Struct, frozen=True):
    """`file` is below its package; no folder of this computer is in it."""

    file: str
    line: int
    function: str


class Crash(msgspec.Struct, frozen=True, kw_only=True):
    """`error` is the name of the exception or of the signal; its text may hold anything, and is not
    kept. `frames` end where it happened."""

    time: datetime
    program: Program
    version: str
    error: str
    thread: str = ""
    frames: tuple[Frame, ...] = ()


def crashes(data: Path) -> list[Crash]:
    """Newest first, with what the last start of a program that has not started again left. What
    cannot be read is left out."""
    found = []
    for program in Program:
        with contextlib.suppress(OSError):
            found += _left(program, _fatal(data, program))
    for file in (data / FOLDER_NAME).glob("crash-*.json"):
        with contextlib.suppress(OSError, msgspec.MsgspecError, UnicodeDecodeError):
            found.append(from_json(file.read_bytes(), Crash))
    return sorted(found, key=lambda crash: crash.time, reverse=True)


def unseen(data: Path) -> list[Crash]:
    """Those that nobody was told of yet, newest first."""
    found = crashes(data)
    try:
        seen = datetime.fromisoformat((data / FOLDER_NAME / _SEEN).read_text("ascii"))
    except (OSError, ValueError):
        return found
    return [crash for crash in found if crash.time > seen]


def newly_crashed(data: Path) -> bool:
    """Whether there are any that nobody was told of; from now on somebody was. OSError."""
    found = unseen(data)
    if found:
        mark_seen(data, found[0].time)
    return bool(found)


def mark_seen(data: Path, until: datetime) -> None:
    """OSError if it cannot be written."""
    make_private(data / FOLDER_NAME)
    write_atomically(data / FOLDER_NAME / _SEEN, until.isoformat().encode())


def note(
    data: Path, program: Program, clock: Clock, error: BaseException, thread: str = ""
) -> None:
    """Keep a report of it; what cannot be written is left out."""
    crash = Crash(
        time=clock.now(),
        program=program,
        version=backupclient.__version__,
        error=type(error).__qualname__,
        thread=thread,
        frames=_frames(error.__traceback__),
    )
    with contextlib.suppress(OSError):
        _write(data, crash)


@contextlib.contextmanager
def noticed(data: Path, program: Program, clock: Clock) -> Iterator[None]:
    """For as long as the block lasts, whatever ends this process unexpectedly is reported, in any
    of its threads. Main thread; one at a time in a process."""
    folder = data / FOLDER_NAME
    fatal: TextIO | None = None
    with contextlib.suppress(OSError):
        make_private(folder)
        file = _fatal(data, program)
        for crash in _left(program, file):
            _write(data, crash)
        fatal = file.open("w", encoding="utf-8")
        faulthandler.enable(fatal)
    hook, thread_hook = sys.excepthook, threading.excepthook

    def on_error(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        if not issubclass(kind, KeyboardInterrupt | SystemExit):
            note(data, program, clock, error.with_traceback(trace))
        hook(kind, error, trace)

    def on_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            error = args.exc_value.with_traceback(args.exc_traceback)
            note(data, program, clock, error, args.thread.name if args.thread else "")
        thread_hook(args)

    sys.excepthook, threading.excepthook = on_error, on_thread
    try:
        yield
    except Exception as error:
        note(data, program, clock, error)
        raise
    finally:
        sys.excepthook, threading.excepthook = hook, thread_hook
        if fatal is not None:
            faulthandler.disable()
            fatal.close()


def _fatal(data: Path, program: Program) -> Path:
    return data / FOLDER_NAME / f"fatal-{program}.txt"


def _left(program: Program, file: Path) -> list[Crash]:
    """A report of what the last process has left, if that came to an end of its own. OSError."""
    if not file.exists():
        return []
    text = file.read_text("utf-8", "replace")
    if not text.strip():
        return []
    when = datetime.fromtimestamp(file.stat().st_mtime).astimezone()
    name = re.search(r"(?:Fatal Python error|Windows fatal exception): ([\w ]{1,60})", text)
    current = re.split(r"\n\n(?=Thread)", text.partition("Current thread")[2] or text)[0]
    frames = [
        Frame(_below_package(f), int(n), _word(w)) for f, n, w in _FATAL_LINE.findall(current)
    ]
    crash = Crash(
        time=when,
        program=program,
        version=backupclient.__version__,
        error=name[1] if name else "fatal",
        frames=tuple(frames[::-1][-_MOST_FRAMES:]),
    )
    return [crash]


def _write(data: Path, crash: Crash) -> None:
    folder = data / FOLDER_NAME
    make_private(folder)
    stamp = f"{crash.time:%Y%m%dT%H%M%S%f}"
    content = msgspec.json.format(msgspec.json.encode(crash), indent=2)
    write_atomically(folder / f"crash-{crash.program}-{stamp}.json", content + b"\n")
    for old in sorted(folder.glob("crash-*.json"), key=lambda file: file.name.split("-")[-1])[
        :-_MOST
    ]:
        old.unlink(missing_ok=True)


def _frames(trace: TracebackType | None) -> tuple[Frame, ...]:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return tuple(Frame(_below_package(f.filename), f.lineno or 0, _word(f.name)) for f in frames)


def _word(name: str) -> str:
    return name if _WORD.fullmatch(name) else "?"


def _below_package(file: str) -> str:
    """As "backupclient/jobs/job.py", wherever that is; of strange files their kind alone."""
    parts = file.replace("\\", "/").split("/")
    for name in ("backupclient", "ui"):
        if name in parts[:-1]:
            at = len(parts) - 1 - parts[::-1].index(name)
            return "/".join(parts[at:])
    for name in ("site-packages", "dist-packages"):
        if name in parts[:-1]:
            return "/".join(parts[parts.index(name) + 1 :])
    if any(re.fullmatch(r"python3?(\.\d+)?|lib", part, re.IGNORECASE) for part in parts[:-1]):
        return f"python/{parts[-1]}"
    return "?"
