"""Shows what a job's events say while it runs: live, in plain lines, or as JSON."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Iterator
from typing import Protocol

from msgspec import UNSET

from backupclient.cli import messages
from backupclient.cli.environment import setting
from backupclient.cli.standing import sentence_of
from backupclient.cli.terminal import Terminal, Verbosity, as_text, printable
from backupclient.clock import Clock
from backupclient.events import (
    Damage,
    Event,
    FileDone,
    FileProblem,
    JobState,
    Noticed,
    Progress,
    Reason,
    RestoreProgress,
    StateChanged,
    Waiting,
)
from backupclient.support import amounts
from backupclient.support.explainer import explain, explain_code

SHOWN_PER_CAUSE = 10
_MOST_FRAMES = 10.0
_USUAL_FRAMES = 5.0
_WAITING_LINE_EVERY = 60.0


class Reporter(Protocol):
    """Takes a job's events, in the job's thread."""

    def emit(self, event: Event) -> None: ...

    def note(self, sentence: str) -> None:
        """Something to be seen from now on. May be called from a signal's handler."""

    def conclude(self) -> None:
        """Say what is left to be said of the problems there were, after the job."""


@contextlib.contextmanager
def reporter(terminal: Terminal, during: str) -> Iterator[Reporter]:
    """The way of reporting that suits `terminal`. `during` is restic's word for the job
    ("archival", "restore", "check")."""
    if terminal.json:
        yield JsonReporter(terminal, during)
    elif terminal.live:
        from backupclient.cli.live import LiveDisplay  # noqa: PLC0415 - rich is slow to load

        with LiveDisplay(terminal, frames_per_second(terminal, _USUAL_FRAMES)) as display:
            yield LineReporter(terminal, terminal.clock, display)
    else:
        yield LineReporter(terminal, terminal.clock, None)


def answering(terminal: Terminal) -> Reporter:
    """For commands whose output is one answer: nothing else may stand on the output."""
    if terminal.json:
        return JsonReporter(terminal, "", answer_only=True)
    return LineReporter(terminal, terminal.clock, None)


def frames_per_second(terminal: Terminal, usual: float) -> float:
    """How often progress is shown, at most ten times a second."""
    try:
        wanted = float(setting(terminal.environ, "PROGRESS_FPS") or usual)
    except ValueError:
        wanted = usual
    return min(wanted, _MOST_FRAMES) if wanted > 0 else usual


class Show(Protocol):
    """A live display."""

    def emit(self, event: Event) -> None: ...

    def note(self, sentence: str) -> None: ...


class LineReporter:
    """Lines of text; progress only on a live display, where there is one. Each problem is told at
    once, except on a live display without --verbose: there they are listed at the end, by cause."""

    def __init__(self, terminal: Terminal, clock: Clock, display: Show | None) -> None:
        self._terminal = terminal
        self._clock = clock
        self._display = display
        self._at_once = display is None or terminal.verbosity >= Verbosity.DETAILS
        self._counts: Counter[Reason] = Counter()
        self._damages: Counter[str] = Counter()
        self._first: dict[str, list[str]] = {}
        self._held_up = False
        self._noted = False
        self._waiting_code = ""
        self._waiting_told = 0.0

    def emit(self, event: Event) -> None:
        match event:
            case FileProblem():
                self._problem(event)
            case FileDone():
                text = f"{event.action:<10} {printable(event.path)}, {amounts.size(event.size)}"
                self._terminal.say(text)
            case Noticed():
                self._notice(event)
            case Damage():
                self._damage(event)
            case StateChanged() if self._display is None:
                self._stands(event)
            case Waiting() if self._display is None:
                self._wait(event)
            case _:
                pass
        if self._display is not None:
            self._display.emit(event)

    def note(self, sentence: str) -> None:
        self._noted = True
        if self._display is not None:
            self._display.note(sentence)
        else:
            self._terminal.interject(sentence)

    def conclude(self) -> None:
        for reason, number in self._counts.most_common():
            self._say_what_it_means(reason, number)
        for code, number in self._damages.most_common():
            self._say_what_it_means(code, number)

    def _say_what_it_means(self, code: str, number: int) -> None:
        explanation = explain_code(code)
        self._terminal.warn("")
        self._terminal.warn(f"{explanation.title} ({amounts.count(number)}):")
        shown = self._first.get(code, [])
        for path in shown:
            self._terminal.warn(f"  {printable(path)}")
        if shown and number > len(shown):
            self._terminal.warn(
                f"  and {amounts.count(number - len(shown))} more; -v names them all"
            )
        self._terminal.explain(f"Your data: {explanation.your_data}", "  ")
        self._terminal.explain(f"Next: {explanation.next_step}", "  ")

    def _problem(self, problem: FileProblem) -> None:
        self._counts[problem.reason] += 1
        if self._at_once:
            details = self._terminal.verbosity >= Verbosity.DETAILS and problem.raw
            detail = f" ({problem.raw})" if details else ""
            title = explain_code(problem.reason).title
            self._terminal.warn(f"{printable(problem.path)}: {title}{printable(detail)}")
            return
        paths = self._first.setdefault(problem.reason, [])
        if len(paths) < SHOWN_PER_CAUSE:
            paths.append(problem.path)

    def _notice(self, event: Noticed) -> None:
        explanation = explain(event)
        self._terminal.say(f"{explanation.title}.")
        if self._terminal.verbosity >= Verbosity.DETAILS:
            for text in (
                f"Your data: {explanation.your_data}",
                f"Meanwhile: {explanation.meanwhile}",
                f"Next: {explanation.next_step}",
            ):
                self._terminal.say(f"  {text}")

    def _damage(self, damage: Damage) -> None:
        self._damages[damage.code] += 1
        self._terminal.warn(f"{explain(damage).title}: {printable(damage.item)}")
        for path in damage.affected:
            self._terminal.warn(f"  affects {printable(path)}")
        if damage.raw and self._terminal.verbosity >= Verbosity.DETAILS:
            self._terminal.warn(f"  {printable(damage.raw)}")

    def _stands(self, event: StateChanged) -> None:
        sentence = sentence_of(event)
        if event.state is JobState.STOPPING and self._noted:
            return  # whoever stopped it here was told already, and more of it
        if sentence or self._held_up:
            self._terminal.warn(sentence or "Going on.")
        self._held_up = event.state is JobState.PAUSED

    def _wait(self, event: Waiting) -> None:
        now = self._clock.monotonic()
        if event.code == self._waiting_code and now - self._waiting_told < _WAITING_LINE_EVERY:
            return
        self._waiting_code, self._waiting_told = event.code, now
        following = "waiting for it"
        if event.seconds:
            following = f"next try in {amounts.duration(event.seconds)}"
        self._terminal.warn(f"{explain(event).title}; {following}.")


class JsonReporter:
    """restic's messages: progress on the output, problems where errors go."""

    def __init__(self, terminal: Terminal, during: str, *, answer_only: bool = False) -> None:
        self._terminal = terminal
        self._during = during
        self._answer_only = answer_only
        self._interval = 1 / frames_per_second(terminal, _MOST_FRAMES)
        self._next_status = 0.0
        self._held_up = False

    def emit(self, event: Event) -> None:
        match event:
            case Progress() | RestoreProgress():
                self._status(event)
            case FileDone():
                self._terminal.json_line(
                    messages.VerboseStatus(
                        action=event.action, item=as_text(event.path), data_size=event.size
                    )
                )
            case FileProblem():
                self._problem(event)
            case Damage():
                self._damage(event)
            case StateChanged() if not self._answer_only:
                self._stands(event)
            case Waiting() | Noticed() if not self._answer_only:
                self._terminal.json_line(_told(event))
            case _:
                pass

    def note(self, sentence: str) -> None:
        """Whoever reads JSON learns it from the end."""

    def conclude(self) -> None:
        """Every problem was told when it came."""

    def _stands(self, event: StateChanged) -> None:
        # That a job runs is worth a message only if it did not before: restic has none.
        if event.state is not JobState.RUNNING or self._held_up:
            standing = messages.Standing(state=event.state, seconds=event.seconds)
            self._terminal.json_line(standing)
        self._held_up = event.state is not JobState.RUNNING

    def _status(self, event: Progress | RestoreProgress) -> None:
        now = self._terminal.clock.monotonic()
        if now < self._next_status or self._terminal.verbosity is Verbosity.QUIET:
            return
        self._next_status = now + self._interval
        status = _backup_status(event) if isinstance(event, Progress) else _restore_status(event)
        self._terminal.json_line(status)

    def _problem(self, problem: FileProblem) -> None:
        self._terminal.json_error(
            messages.FileError(
                error=messages.ErrorText(explain(problem).title),
                during=self._during,
                item=as_text(problem.path),
                code=problem.reason,
                raw=as_text(problem.raw),
            )
        )

    def _damage(self, damage: Damage) -> None:
        self._terminal.json_error(
            messages.DamageError(
                message=explain(damage).title,
                code=damage.code,
                item=as_text(damage.item),
                affected=tuple(map(as_text, damage.affected)),
                raw=as_text(damage.raw),
            )
        )


def _told(event: Waiting | Noticed) -> messages.WaitingStatus | messages.Notice:
    title = explain(event).title
    if isinstance(event, Waiting):
        return messages.WaitingStatus(
            code=event.code,
            message=title,
            seconds=event.seconds,
            attempt=event.attempt,
            waited_seconds=event.waited_seconds,
        )
    return messages.Notice(code=event.code, message=title, facts=event.facts)


def _backup_status(event: Progress) -> messages.Status:
    done = event.bytes_safe + event.bytes_sent
    return messages.Status(
        seconds_elapsed=int(event.seconds),
        percent_done=done / event.bytes_total if event.bytes_total else 0.0,
        total_files=event.files_total,
        files_done=event.files_safe + event.files_sent,
        total_bytes=event.bytes_total,
        bytes_done=done,
        error_count=event.problems,
        phase=event.phase,
        files_safe=event.files_safe,
        bytes_safe=event.bytes_safe,
        files_sent=event.files_sent,
        bytes_sent=event.bytes_sent,
        uploaded_bytes=event.uploaded_bytes,
        bytes_per_second=int(event.bytes_per_second),
        current_files=tuple(map(as_text, event.current)) or UNSET,
        seconds_remaining=messages.left(event.seconds_left),
    )


def _restore_status(event: RestoreProgress) -> messages.RestoreStatus:
    return messages.RestoreStatus(
        seconds_elapsed=int(event.seconds),
        percent_done=event.bytes_done / event.bytes_total if event.bytes_total else 0.0,
        total_files=event.files_total,
        files_restored=event.files_done,
        total_bytes=event.bytes_total,
        bytes_restored=event.bytes_done,
        seconds_remaining=messages.left(event.seconds_left),
        phase="comparing" if event.verifying else "restoring",
    )
