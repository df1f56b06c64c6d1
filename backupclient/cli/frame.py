"""What a live display shows: lines of toned text, computed from the newest events.

Knows nothing of terminals, so that it can be looked at in tests. The three tones of the bar have
shapes of their own and are named below it: no colour is needed to tell them apart.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len, chop_cells

from backupclient.cli.standing import sentence_of
from backupclient.cli.terminal import printable
from backupclient.errors import RepositoryLocked
from backupclient.events import (
    CheckProgress,
    Event,
    JobState,
    Phase,
    Progress,
    RestoreProgress,
    StateChanged,
    Waiting,
)
from backupclient.support import amounts
from backupclient.support.explainer import explain
from backupclient.wire.jobs import AnyProgress, accomplished

TIME_LEFT_HIDDEN_FOR = 10.0
STALLED_AFTER = 120.0


class Tone(enum.Enum):
    PLAIN = enum.auto()
    QUIET = enum.auto()
    STRONG = enum.auto()
    WARNING = enum.auto()
    SAFE = enum.auto()
    SENT = enum.auto()
    LEFT = enum.auto()


class Piece(NamedTuple):
    text: str
    tone: Tone = Tone.PLAIN


Line = tuple[Piece, ...]


class Symbols(NamedTuple):
    safe: str
    sent: str
    left: str
    dot: str
    ellipsis: str


FANCY = Symbols("█", "▒", "░", "·", "…")
ASCII = Symbols("#", "=", ".", "-", "...")

_PHASES = {
    Phase.OPENING: "Opening the backup",
    Phase.LOOKING: "Looking for changes",
    Phase.UPLOADING: "Uploading",
    Phase.FINISHING: "Finishing",
}
_STEPS = {
    "snapshots": "the list of snapshots",
    "index": "the index",
    "packs": "that every pack is there",
    "trees": "every folder",
    "data": "the stored data",
}


class Display:
    """The newest of each event. `update` is the job's thread's, `lines` any other's: fields are
    only ever replaced as a whole."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols
        self._progress: AnyProgress | None = None
        self._waiting: tuple[Waiting, float] | None = None
        self._moved_at: float | None = None
        self._standing: StateChanged | None = None
        self.note = ""
        """A sentence that stays below the rest, such as what stopping keeps."""

    def update(self, event: Event, now: float) -> None:
        """Take up an event that came at `now` (monotonic seconds)."""
        match event:
            case Progress() | RestoreProgress() | CheckProgress():
                if self._moved_at is None or _moved(self._progress, event):
                    self._moved_at = now
                if accomplished(event) != accomplished(self._progress):
                    self._waiting = None
                self._progress = event
            case Waiting():
                self._waiting = (event, now)
            case StateChanged():
                self._standing = event
                self._moved_at = now
            case _:
                pass

    def lines(self, width: int, now: float) -> list[Line]:
        """What to show at `now`, no line wider than `width` cells."""
        match self._progress:
            case Progress() as progress:
                lines = self._backup(progress, width)
            case RestoreProgress() as progress:
                lines = self._restore(progress, width)
            case CheckProgress() as progress:
                lines = self._check(progress, width)
            case None:
                lines = []
        for sentence in (self._waits(now), self.note):
            if sentence:
                lines += [(Piece(part, Tone.WARNING),) for part in wrapped(sentence, width)]
        return lines

    # --- backup -----------------------------------------------------------------------------------

    def _backup(self, progress: Progress, width: int) -> list[Line]:
        heading = [Piece(_PHASES[progress.phase], Tone.STRONG), *self._dotted(_counts(progress))]
        lines = joined(heading, [Piece(self._pace(progress), Tone.QUIET)], width)
        if progress.bytes_total:
            done = (progress.bytes_safe, progress.bytes_sent)
            lines.append(bar(done, progress.bytes_total, width, self._symbols))
            trouble = amounts.counted(progress.problems, "problem") if progress.problems else ""
            lines += joined(self._legend(progress, width), [Piece(trouble, Tone.WARNING)], width)
            current = self._name(progress.current[0], width) if progress.current else ""
            lines.append((Piece(current, Tone.QUIET),))
        return lines

    def _pace(self, progress: Progress) -> str:
        parts: list[str] = []
        if progress.phase is not Phase.UPLOADING:
            return ""
        if progress.bytes_per_second >= 1:
            parts.append(amounts.rate(progress.bytes_per_second))
        if progress.seconds_left is not None and progress.seconds >= TIME_LEFT_HIDDEN_FOR:
            parts.append(f"{amounts.time_left(progress.seconds_left)} left")
        return f" {self._symbols.dot} ".join(parts)

    def _legend(self, progress: Progress, width: int) -> list[Piece]:
        left = max(progress.bytes_total - progress.bytes_safe - progress.bytes_sent, 0)
        for words in (("already safe", "sent now", "left"), ("safe", "sent", "left")):
            pieces = [
                Piece(f"{symbol} {word} {amounts.size(number)}{gap}", tone)
                for symbol, word, number, gap, tone in zip(
                    self._symbols[:3],
                    words,
                    (progress.bytes_safe, progress.bytes_sent, left),
                    ("   ", "   ", ""),
                    (Tone.SAFE, Tone.SENT, Tone.LEFT),
                    strict=True,
                )
            ]
            if width_of(pieces) <= width:
                return pieces
        return []

    # --- restore and check ------------------------------------------------------------------------

    def _restore(self, progress: RestoreProgress, width: int) -> list[Line]:
        name = "Comparing with the backup" if progress.verifying else "Restoring"
        counts = []
        if progress.files_total:
            counts.append(_of(progress.files_done, progress.files_total, "files"))
        if progress.bytes_total:
            counts.append(percent(progress.bytes_done, progress.bytes_total))
        pace = ""
        if progress.seconds_left is not None and progress.seconds >= TIME_LEFT_HIDDEN_FOR:
            pace = f"{amounts.time_left(progress.seconds_left)} left"
        heading = [Piece(name, Tone.STRONG), *self._dotted(counts)]
        lines = joined(heading, [Piece(pace, Tone.QUIET)], width)
        if progress.bytes_total:
            done = (progress.bytes_done, 0)
            lines.append(bar(done, progress.bytes_total, width, self._symbols))
        return lines

    def _check(self, progress: CheckProgress, width: int) -> list[Line]:
        counts = []
        if progress.total:
            counts.append(_of(progress.done, progress.total, ""))
            counts.append(percent(progress.done, progress.total))
        name = f"Checking {_STEPS.get(progress.step, progress.step)}"
        lines = joined([Piece(name, Tone.STRONG), *self._dotted(counts)], [], width)
        if progress.total:
            lines.append(bar((progress.done, 0), progress.total, width, self._symbols))
        return lines

    # --- sentences --------------------------------------------------------------------------------

    def _waits(self, now: float) -> str:
        if self._standing is not None and (sentence := sentence_of(self._standing)):
            # Whoever stopped it here was told already, and more of it.
            stopped_here = self.note and self._standing.state is JobState.STOPPING
            return "" if stopped_here else sentence
        if self._waiting is not None:
            event, since = self._waiting
            passed = max(now - since, 0.0)
            left = event.seconds - passed
            waited = event.waited_seconds + passed
            sentence = explain(event).title
            if event.code == RepositoryLocked.code:
                return f"{sentence}; waiting, {amounts.duration(waited)} so far."
            following = f"next try in {amounts.duration(left)}" if left >= 1 else "trying again now"
            return f"{sentence}; {following}."
        if self._moved_at is not None and now - self._moved_at >= STALLED_AFTER:
            minutes = amounts.duration(60 * ((now - self._moved_at) // 60))
            return f"Nothing has moved for {minutes}. It goes on trying by itself."
        return ""

    def _dotted(self, texts: Sequence[str]) -> list[Piece]:
        return [Piece(f" {self._symbols.dot} {text}") for text in texts if text]

    def _name(self, path: str, width: int) -> str:
        return elided(printable(path), width, self._symbols.ellipsis)


def _moved(old: AnyProgress | None, new: AnyProgress) -> bool:
    """Also by bytes on their way."""
    if isinstance(old, Progress) and isinstance(new, Progress):
        on_their_way = old.uploaded_bytes != new.uploaded_bytes
        return on_their_way or accomplished(old) != accomplished(new)
    return accomplished(old) != accomplished(new)


def _counts(progress: Progress) -> list[str]:
    done = progress.files_safe + progress.files_sent
    if not progress.files_total:
        return [f"{amounts.counted(done, 'file')} so far"] if done else []
    counts = [_of(done, progress.files_total, "files")]
    if progress.bytes_total:
        counts.append(percent(progress.bytes_safe + progress.bytes_sent, progress.bytes_total))
    return counts


def _of(done: int, total: int, noun: str) -> str:
    return f"{amounts.count(done)} of {amounts.count(total)} {noun}".rstrip()


def percent(done: int, total: int) -> str:
    """Rounded down: 100 % is only what is really done."""
    return f"{100 * min(done, total) // total} %"


def bar(done: tuple[int, int], total: int, width: int, symbols: Symbols) -> Line:
    """Three tones over `width` cells, rounded down, so that a full bar is really full."""
    whole = max(total, sum(done))
    first = width * done[0] // whole
    second = width * sum(done) // whole - first
    return (
        Piece(symbols.safe * first, Tone.SAFE),
        Piece(symbols.sent * second, Tone.SENT),
        Piece(symbols.left * (width - first - second), Tone.LEFT),
    )


def width_of(pieces: Sequence[Piece]) -> int:
    return sum(cell_len(piece.text) for piece in pieces)


def joined(left: list[Piece], right: list[Piece], width: int) -> list[Line]:
    """Both on one line, at its two ends, or on two where that does not fit."""
    right = [piece for piece in right if piece.text]
    gap = width - width_of(left) - width_of(right)
    if not right or not left or gap < 2:
        return [cut(part, width) for part in (left, right) if part]
    return [(*left, Piece(" " * gap), *right)]


def cut(pieces: list[Piece], width: int) -> Line:
    result = []
    for piece in pieces:
        text = chop_cells(piece.text, width)[0] if cell_len(piece.text) > width > 0 else piece.text
        if width <= 0:
            break
        result.append(Piece(text, piece.tone))
        width -= cell_len(text)
    return tuple(result)


def elided(text: str, width: int, ellipsis: str) -> str:
    """`text` in `width` cells, its middle left out: the end of a path says most."""
    if cell_len(text) <= width:
        return text
    room = max(width - len(ellipsis), 0)
    head, tail = room // 3, room - room // 3
    start = chop_cells(text, head)[0] if head else ""
    end = ""
    for character in reversed(text):
        if cell_len(end) + cell_len(character) > tail:
            break
        end = character + end
    return f"{start}{ellipsis[:width]}{end}"


def wrapped(text: str, width: int) -> list[str]:
    """Broken between words."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if cell_len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
