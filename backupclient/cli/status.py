"""`backupclient status`."""

from __future__ import annotations

import argparse
import os

from backupclient.cli import automation_text, messages
from backupclient.cli.exit_codes import Exit
from backupclient.cli.known_states import known
from backupclient.cli.status_text import StatusText
from backupclient.cli.terminal import Terminal, as_text
from backupclient.wire.answers import (
    Amount,
    FileAnswer,
    FileState,
    FolderAnswer,
    LastFailure,
    PathAnswer,
    PlaceStatus,
    ProblemFacts,
    Rollup,
    RuleMatch,
)

_FINE = (FileState.SAFE, FileState.LEFT_OUT, Rollup.SAFE, Rollup.PARTLY_CHOSEN)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say which files are safe, and of the others why they are not. Asks neither for a password "
        "nor the storage: it tells what was so when the storage was last looked at. Ends with 0 if "
        "everything is safe, with 3 if something is not."
    )
    parser.add_argument(
        "paths", nargs="*", metavar="PATH", help="a file or folder (default: all that is backed up)"
    )
    parser.add_argument(
        "--state",
        action="append",
        default=[],
        choices=[str(state) for state in FileState],
        help="list the files in this state; may be given more than once",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    paths = tuple(os.path.abspath(os.fsencode(path)) for path in args.paths)
    wanted = frozenset(map(FileState, args.state))
    safe = True
    text = StatusText(terminal)
    with known(args, terminal) as knowing:
        places = knowing.places(paths)
        for status in places:
            safe = safe and bool(status.answers) and all(_is_fine(one) for one in status.answers)
            if terminal.json:
                _write_place(status, terminal)
            else:
                text.place(status, alone=len(places) == 1)
            if not wanted:
                for answer in status.answers:
                    _write(answer, terminal) if terminal.json else text.answer(answer)
                continue
            for answer in status.answers:
                for file in knowing.files(status, answer.path, wanted):
                    _write(file, terminal) if terminal.json else text.file(file)
        by_itself = automation_text.line(knowing.automation(), terminal.clock.now())
    if by_itself and not terminal.json:
        terminal.say(by_itself)
    if not places and not terminal.json:
        terminal.result("Nothing was backed up from this computer yet.")
    return Exit.DONE if places and safe else Exit.INCOMPLETE


def _is_fine(answer: PathAnswer) -> bool:
    return (answer.state if isinstance(answer, FileAnswer) else answer.rollup) in _FINE


# --- JSON -----------------------------------------------------------------------------------------


def _write_place(status: PlaceStatus, terminal: Terminal) -> None:
    terminal.json_line(
        messages.PlaceKnown(
            location=as_text(status.location),
            repository=status.repository_id,
            storage_seen=status.storage_seen,
            last_backup=status.last_backup,
            running_since=status.running_since,
            last_failure=_failure(status.last_failure),
        )
    )


def _failure(failure: LastFailure | None) -> messages.FailureOf | None:
    if failure is None:
        return None
    return messages.FailureOf(code=failure.code, at=failure.at, begun=failure.begun)


def _write(answer: PathAnswer, terminal: Terminal) -> None:
    terminal.json_line(_message(answer), flush=False)


def _message(answer: PathAnswer) -> messages.Message:
    path = as_text(os.fsdecode(answer.path))
    reason, rule = _problem(answer.problem), _rule(answer.rule)
    match answer:
        case FolderAnswer(counts=counts):
            return messages.FolderState(
                path=path,
                state=answer.rollup,
                chosen=answer.chosen,
                looked_at=answer.looked_at,
                safe=_amount(counts.safe),
                changed=_amount(counts.changed),
                waiting=_amount(counts.waiting),
                problem=_amount(counts.problem),
                left_out=_amount(counts.left_out),
                reason=reason,
                rule=rule,
            )
        case FileAnswer():
            return messages.FileStatus(
                path=path,
                state=answer.state or Rollup.NOT_CHOSEN,
                kind=answer.kind,
                size=answer.size,
                version=answer.version,
                safe_since=answer.safe_since,
                proven=answer.proven,
                looked_at=answer.looked_at,
                earlier_version=answer.earlier_version,
                gone=answer.gone,
                reason=reason,
                rule=rule,
            )


def _amount(amount: Amount) -> messages.AmountOf:
    return messages.AmountOf(amount.files, amount.bytes)


def _problem(problem: ProblemFacts | None) -> messages.ProblemOf | None:
    if problem is None:
        return None
    return messages.ProblemOf(
        code=problem.reason,
        details=as_text(problem.raw),
        since=problem.since,
        last_met=problem.last_met,
    )


def _rule(rule: RuleMatch | None) -> messages.RuleOf | None:
    if rule is None:
        return None
    return messages.RuleOf(kind=rule.kind, text=as_text(rule.text), origin=as_text(rule.origin))
