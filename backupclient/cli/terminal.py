"""Where a command writes: plain lines, JSON lines, or above a live display."""

from __future__ import annotations

import contextlib
import enum
import io
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TextIO

import msgspec

from backupclient.clock import Clock

_COLUMNS = 80
_FANCY = "█▒░·…"
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\a": "\\a", "\b": "\\b"}


def columns() -> int:
    """As `shutil.get_terminal_size` says it, which loads every format of archives first."""
    with contextlib.suppress(KeyError, ValueError):
        if (told := int(os.environ["COLUMNS"])) > 0:
            return told
    with contextlib.suppress(ValueError, OSError):
        if sys.__stdout__ and (seen := os.get_terminal_size(sys.__stdout__.fileno()).columns) > 0:
            return seen
    return _COLUMNS


class Verbosity(enum.IntEnum):
    QUIET = -1
    NORMAL = 0
    DETAILS = 1
    EVERY_FILE = 2


class Terminal:
    """Belongs to the thread of the command, except that `above` may be set by whoever shows a live
    display, which then gets every line of text instead of the streams."""

    def __init__(
        self,
        stdin: TextIO,
        stdout: TextIO,
        stderr: TextIO,
        environ: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self.stdin = stdin
        self.stdout = stdout
        self.stderr = stderr
        self.environ = environ
        self.clock = clock
        self.json = False
        self.verbosity = Verbosity.NORMAL
        self.above: Callable[[str], None] | None = None
        for stream in (stdout, stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")

    def configure(self, *, json: bool, quiet: bool, verbose: int) -> None:
        self.json = json
        self.verbosity = Verbosity.QUIET if quiet else Verbosity(min(verbose, 2))

    @property
    def live(self) -> bool:
        """Whether a display that changes is wanted and possible."""
        plain = self.json or self.verbosity is Verbosity.QUIET
        return not plain and self.stdout.isatty() and self.environ.get("TERM", "") != "dumb"

    @property
    def fancy(self) -> bool:
        """Whether the output's encoding has the characters of a bar."""
        try:
            _FANCY.encode(self.stdout.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return False
        return True

    @property
    def width(self) -> int:
        return columns()

    def say(self, text: str = "") -> None:
        """A line for people: not with --json or --quiet."""
        if not self.json and self.verbosity >= Verbosity.NORMAL:
            self._line(text, self.stdout)

    def tell(self, text: str) -> None:
        """As `say`, broken between words where a person reads it on a terminal."""
        for line in self._broken(text, "", self.stdout):
            self.say(line)

    def result(self, text: str) -> None:
        """A line that was asked for: also with --quiet."""
        self._line(text, self.stdout)

    def warn(self, text: str) -> None:
        self._line(text, self.stderr)

    def explain(self, text: str, indent: str = "") -> None:
        """As `warn`, broken between words where a person reads it on a terminal."""
        for line in self._broken(text, indent, self.stderr):
            self.warn(line)

    def paragraph(self, text: str, indent: str = "") -> None:
        """As `result`, broken between words where a person reads it on a terminal."""
        for line in self._broken(text, indent, self.stdout):
            self.result(line)

    def _broken(self, text: str, indent: str, stream: TextIO) -> list[str]:
        if not stream.isatty():
            return [indent + text]
        import textwrap  # noqa: PLC0415 - as above

        return textwrap.wrap(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent + "  " if indent else "",
            break_long_words=False,
            break_on_hyphens=False,
        )

    def interject(self, text: str) -> None:
        """As `warn`, from a signal's handler: goes past the streams, which may be at work."""
        with contextlib.suppress(OSError, ValueError):
            os.write(self.stderr.fileno(), f"{text}\n".encode(errors="replace"))

    def json_line(
        self, message: msgspec.Struct | Sequence[msgspec.Struct], *, flush: bool = True
    ) -> None:
        """One JSON document on a line of its own, on the output."""
        self.stdout.write(msgspec.json.encode(message).decode() + "\n")
        if flush:
            self.stdout.flush()

    def json_error(self, message: msgspec.Struct) -> None:
        """One JSON document on a line of its own, where errors go."""
        self.stderr.write(msgspec.json.encode(message).decode() + "\n")
        self.stderr.flush()

    def _line(self, text: str, stream: TextIO) -> None:
        if self.above is not None:
            self.above(text)
            return
        stream.write(text + "\n")
        if stream is self.stderr or stream.isatty():
            stream.flush()

    def finish(self) -> None:
        self.stdout.flush()

    def drop_output(self) -> None:
        """Whoever read our output has gone: let nothing more be written, not even at exit."""
        with contextlib.suppress(OSError, ValueError):
            null = os.open(os.devnull, os.O_WRONLY)
            os.dup2(null, self.stdout.fileno())
            os.close(null)


def printable(text: str) -> str:
    """A file's name as one line that cannot play tricks on a terminal: names with control
    characters, line ends or bytes that are no text are quoted, all others left as they are."""
    if text.isprintable():
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(character: str) -> str:
    code = ord(character)
    if character in _SHORT:
        return _SHORT[character]
    if character.isprintable():
        return character
    if 0xDC80 <= code <= 0xDCFF:  # a byte that is no text, as os.fsdecode hands it on
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"


def as_text(name: str) -> str:
    """A file's name for JSON: what is no text in it becomes U+FFFD, as restic writes it."""
    return name.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
