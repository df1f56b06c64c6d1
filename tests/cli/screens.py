"""A terminal of the tests' own: what was written can be read back."""

from __future__ import annotations

import io
from collections.abc import Mapping

import msgspec

from backupclient.cli.terminal import Terminal
from tests.fakes import ManualClock


class Stream(io.TextIOWrapper):
    """A text stream over memory that says of itself whether it is a terminal."""

    def __init__(self, text: str = "", *, tty: bool = False, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(text.encode(encoding)), encoding=encoding, newline="")
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    @property
    def text(self) -> str:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode(self.encoding)


class Screen:
    """A `Terminal` and what appeared on it."""

    def __init__(
        self,
        typed: str = "",
        *,
        tty: bool = False,
        encoding: str = "utf-8",
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.stdout = Stream(tty=tty, encoding=encoding)
        self.stderr = Stream(tty=tty, encoding=encoding)
        self.terminal = Terminal(
            Stream(typed), self.stdout, self.stderr, dict(environ or {}), self.clock
        )

    def configure(self, *, json: bool = False, quiet: bool = False, verbose: int = 0) -> Screen:
        self.terminal.configure(json=json, quiet=quiet, verbose=verbose)
        return self

    @property
    def out(self) -> list[str]:
        return self.stdout.text.splitlines()

    @property
    def err(self) -> list[str]:
        return self.stderr.text.splitlines()

    @property
    def json(self) -> list[dict[str, object]]:
        """The JSON lines on the output."""
        return [msgspec.json.decode(line, type=dict[str, object]) for line in self.out]

    @property
    def json_errors(self) -> list[dict[str, object]]:
        return [msgspec.json.decode(line, type=dict[str, object]) for line in self.err]
