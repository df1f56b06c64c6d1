"""The states of files and folders, as lines for people."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from typing import NamedTuple

from backupclient.cli.terminal import Terminal, printable
from backupclient.support import amounts
from backupclient.wire.answers import (
    Amount,
    Chosen,
    FileAnswer,
    FileState,
    FolderAnswer,
    LastFailure,
    PathAnswer,
    PlaceStatus,
    Rollup,
    RuleMatch,
    StateCounts,
)

_FRESH = timedelta(hours=24)
"""After so long without a look at the storage, it is said of when it speaks."""


class _Sign(NamedTuple):
    """An icon, what stands for it where the terminal lacks it, and the word beside it."""

    icon: str
    plain: str
    word: str


_FILES: dict[FileState | None, _Sign] = {
    FileState.SAFE: _Sign("✔", "+", "Safe"),
    FileState.CHANGED: _Sign("↻", "~", "Changed"),
    FileState.WAITING: _Sign("…", ".", "Waiting"),
    FileState.UPLOADING: _Sign("↑", "^", "Uploading"),
    FileState.PROBLEM: _Sign("✖", "!", "Problem"),
    FileState.LEFT_OUT: _Sign("○", "-", "Left out"),
    None: _Sign("·", " ", "Not chosen"),
}
_FOLDERS: dict[Rollup, _Sign] = {
    Rollup.SAFE: _Sign("✔", "+", "All safe"),
    Rollup.PARTLY_CHOSEN: _Sign("◐", "%", "Partly"),
    Rollup.WAITING: _Sign("…", ".", "Waiting"),
    Rollup.PROBLEM: _Sign("✖", "!", "Problem"),
    Rollup.NOT_CHOSEN: _Sign("·", " ", "Not chosen"),
}
_WIDEST = max(len(sign.word) for sign in (*_FILES.values(), *_FOLDERS.values()))
_INDENT = " " * (_WIDEST + 4)


class StatusText:
    """Writes to the terminal, one answer after the other."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._now = terminal.clock.now()

    # --- places ---------------------------------------------------------------------------------

    def place(self, status: PlaceStatus, *, alone: bool) -> None:
        """What is known of the place, and one sentence that sums it up."""
        if not alone:
            self._line(f"{printable(status.location)}:")
        self._wrapped(f"{self._sentence(status)} {self._as_of(status)}".strip())
        if status.last_failure is not None:
            self._wrapped(self._failure(status.last_failure))
        self._line("")

    def _failure(self, failure: LastFailure) -> str:
        # Slow to load, and seldom needed.
        from backupclient.support.explainer import explain_code  # noqa: PLC0415

        told = explain_code(failure.code, failure.facts, failure.raw)
        what = "did not come to its end" if failure.begun else "could not begin"
        when = amounts.moment(failure.at, self._now)
        how = f"'backupclient explain {told.code}' says what to do."
        return f"The last backup {what} ({when}): {told.title}. {how}"

    def _sentence(self, status: PlaceStatus) -> str:
        folders = [one for one in status.answers if isinstance(one, FolderAnswer)]
        files = [one for one in status.answers if isinstance(one, FileAnswer)]
        if not status.answers:
            return "Nothing is backed up there from this computer."
        problems = sum(one.counts.problem.files for one in folders)
        waiting = sum(one.counts.waiting.files + one.counts.changed.files for one in folders)
        problems += sum(one.state is FileState.PROBLEM for one in files)
        pending = (FileState.WAITING, FileState.CHANGED, FileState.UPLOADING)
        waiting += sum(one.state in pending for one in files)
        parts = []
        if problems:
            parts.append(f"{amounts.counted(problems, 'file')} could not be backed up")
        if waiting:
            verb = "waits" if waiting == 1 else "wait"
            parts.append(f"{amounts.counted(waiting, 'file')} {verb} to be backed up")
        if parts:
            text = " and ".join(parts)
            return f"{text[0].upper()}{text[1:]}."
        if any(one.state is None for one in files) or any(
            one.rollup in (Rollup.NOT_CHOSEN, Rollup.WAITING) for one in folders
        ):
            return ""
        seen = status.storage_seen
        if seen is not None and self._now - seen > _FRESH:
            return "Everything was safe then:"
        return "Everything is safe."

    def _as_of(self, status: PlaceStatus) -> str:
        parts = []
        if status.storage_seen is not None:
            seen = amounts.moment(status.storage_seen, self._now)
            parts.append(f"The storage was last looked at {seen}")
        if status.last_backup is not None:
            parts.append(f"the last backup ended {amounts.moment(status.last_backup, self._now)}")
        if status.running_since is not None:
            since = amounts.moment(status.running_since, self._now)
            which = "a backup" if status.last_backup is None else "one"
            parts.append(f"{which} that began {since} is not complete")
        return f"{', '.join(parts)}." if parts else ""

    def no_file(self) -> None:
        """None of those asked for is in a state that was asked for."""
        self._line("No file is in such a state.")

    # --- answers --------------------------------------------------------------------------------

    def answer(self, answer: PathAnswer) -> None:
        if isinstance(answer, FileAnswer):
            self.file(answer)
        else:
            self._folder(answer)

    def file(self, answer: FileAnswer) -> None:
        self._headline(_FILES[answer.state], answer.path)
        for sentence in self._about(answer):
            self._wrapped(sentence, _INDENT)

    def _folder(self, answer: FolderAnswer) -> None:
        self._headline(_FOLDERS[answer.rollup], answer.path)
        for state, amount in _amounts(answer.counts):
            if amount.files:
                self._line(f"{_INDENT}{self._counted(state, amount)}")
        if answer.chosen is Chosen.PARTLY:
            self._wrapped("Not all of this folder was chosen.", _INDENT)
        if answer.rule is not None:
            self._wrapped(f"The rest is left out {_by_rule(answer.rule)}.", _INDENT)
        if answer.problem is not None:
            self._wrapped(f"{self._why(answer)}.", _INDENT)
        if answer.looked_at is not None:
            looked = amounts.moment(answer.looked_at, self._now)
            self._wrapped(f"Last looked at {looked}.", _INDENT)

    def _counted(self, state: FileState, amount: Amount) -> str:
        sign = _FILES[state]
        number = amounts.count(amount.files)
        return f"{self._icon(sign)} {sign.word:<9} {number:>11}  {amounts.size(amount.bytes):>9}"

    def _about(self, answer: FileAnswer) -> list[str]:
        sentences = []
        version = "" if answer.version is None else amounts.moment(answer.version, self._now)
        match answer.state:
            case FileState.SAFE:
                since = self._since(answer.safe_since)
                sentences.append(f"Version of {version}, {amounts.size(answer.size)}{since}.")
                if answer.proven is not None:
                    at = amounts.moment(answer.proven, self._now)
                    sentences.append(f"Read back and compared {at}.")
            case FileState.CHANGED | FileState.WAITING | FileState.UPLOADING:
                if not answer.earlier_version:
                    sentences.append(f"Not in the backup yet, {amounts.size(answer.size)}.")
            case FileState.PROBLEM:
                sentences.append(f"{self._why(answer)}. Tried again with the next backup.")
            case FileState.LEFT_OUT if answer.rule is not None:
                sentences.append(f"Left out {_by_rule(answer.rule)}.")
            case _ if not answer.gone:
                sentences.append("It lies in no folder that was chosen.")
        if answer.earlier_version:
            sentences.append(f"An earlier version, of {version}, is safe.")
            if answer.state is FileState.CHANGED:
                sentences.append("The newest waits for the next backup.")
        if answer.gone:
            sentences.append("It is not there any more.")
        elif answer.looked_at is not None and answer.state is not None:
            sentences.append(f"Last looked at {amounts.moment(answer.looked_at, self._now)}.")
        return [" ".join(sentences)] if sentences else []

    def _since(self, when: datetime | None) -> str:
        return "" if when is None else f", safe since {amounts.moment(when, self._now)}"

    def _why(self, answer: PathAnswer) -> str:
        problem = answer.problem
        if problem is None:
            return "It could not be backed up"
        from backupclient.support.explainer import explain_code  # noqa: PLC0415 - reads much

        title = explain_code(problem.reason, raw=problem.raw).title
        since = amounts.moment(problem.since, self._now)
        return f"{title} ({problem.reason}), since {since}"

    # --- lines ----------------------------------------------------------------------------------

    def _headline(self, sign: _Sign, path: bytes) -> None:
        name = printable(os.fsdecode(path))
        self._line(f"{self._icon(sign)} {sign.word:<{_WIDEST}}  {name}")

    def _icon(self, sign: _Sign) -> str:
        try:
            sign.icon.encode(self._terminal.stdout.encoding or "ascii")
        except (UnicodeEncodeError, LookupError):
            return sign.plain
        return sign.icon

    def _wrapped(self, text: str, indent: str = "") -> None:
        for line in _broken(printable(text), indent, self._terminal):
            self._line(line)

    def _line(self, text: str) -> None:
        self._terminal.result(text)


def _broken(text: str, indent: str, terminal: Terminal) -> list[str]:
    """Between words, where a person reads it on a terminal."""
    if not terminal.stdout.isatty():
        return [indent + text]
    import textwrap  # noqa: PLC0415 - only here

    indent = indent if terminal.width >= 60 else "    "
    return textwrap.wrap(
        text,
        max(terminal.width, 20),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _amounts(counts: StateCounts) -> list[tuple[FileState, Amount]]:
    return [
        (FileState.PROBLEM, counts.problem),
        (FileState.CHANGED, counts.changed),
        (FileState.WAITING, counts.waiting),
        (FileState.SAFE, counts.safe),
        (FileState.LEFT_OUT, counts.left_out),
    ]


def _by_rule(rule: RuleMatch) -> str:
    """ "by the rule …"."""
    match rule.kind:
        case "socket":
            return "because it is a socket, of which nothing can be kept"
        case "our-own":
            return "because it is where this program keeps its own notes or the backup itself"
        case "exclude-larger-than":
            return f"because it is larger than {amounts.size(int(rule.text))} ({rule.origin})"
        case "one-file-system":
            return f"because it lies on another file system ({rule.origin})"
        case "exclude-caches":
            return f"because the file {rule.text} marks it as a cache ({rule.origin})"
        case _:
            where = f" ({rule.origin})" if rule.origin else ""
            return f"by the rule '{rule.text}'{where}"
