"""The live display on a terminal: draws frames with rich, from a thread of its own."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console, ConsoleOptions, RenderResult
from rich.live import Live
from rich.text import Text

from backupclient.cli.frame import ASCII, FANCY, Display, Line, Tone
from backupclient.cli.terminal import Terminal
from backupclient.events import Event

_STYLES = {
    Tone.PLAIN: "",
    Tone.QUIET: "dim",
    Tone.STRONG: "bold",
    Tone.WARNING: "yellow",
    Tone.SAFE: "green",
    Tone.SENT: "cyan",
    Tone.LEFT: "dim",
}


class LiveDisplay:
    """Shown inside `with`; lines that the terminal says meanwhile appear above it."""

    def __init__(self, terminal: Terminal, frames_per_second: float) -> None:
        self._terminal = terminal
        self._clock = terminal.clock
        self._display = Display(FANCY if terminal.fancy else ASCII)
        self._console = Console(
            file=terminal.stdout,
            force_terminal=True,
            highlight=False,
            no_color=bool(terminal.environ.get("NO_COLOR")),
        )
        self._live = Live(
            self,
            console=self._console,
            refresh_per_second=frames_per_second,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )

    def __enter__(self) -> Self:
        self._live.start()
        self._terminal.above = self._above
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._terminal.above = None
        self._live.stop()

    def emit(self, event: Event) -> None:
        self._display.update(event, self._clock.monotonic())

    def note(self, sentence: str) -> None:
        self._display.note = sentence

    def _above(self, text: str) -> None:
        self._console.print(Text(text), soft_wrap=True)

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> RenderResult:
        lines = self._display.lines(options.max_width, self._clock.monotonic())
        yield Text("\n").join(styled(line) for line in lines)


def styled(line: Line) -> Text:
    text = Text(no_wrap=True)
    for piece in line:
        text.append(piece.text, _STYLES[piece.tone])
    return text
