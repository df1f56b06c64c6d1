"""The states of files and folders, as lines of JSON."""

from __future__ import annotations

import os

from backupclient.cli import messages
from backupclient.cli.terminal import Terminal, as_text
from backupclient.wire.answers import (
    Amount,
    FileAnswer,
    FolderAnswer,
    LastFailure,
    PathAnswer,
    PlaceStatus,
    ProblemFacts,
    Rollup,
    RuleMatch,
)


class StatusJson:
    """As `StatusText`, for programs."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal

    def place(self, status: PlaceStatus, *, alone: bool) -> None:  # noqa: ARG002 - as there
        self._terminal.json_line(
            messages.PlaceKnown(
                location=as_text(status.location),
                repository=status.repository_id,
                storage_seen=status.storage_seen,
                last_backup=status.last_backup,
                running_since=status.running_since,
                last_failure=_failure(status.last_failure),
            )
        )

    def answer(self, answer: PathAnswer) -> None:
        self._terminal.json_line(_message(answer), flush=False)

    def file(self, answer: FileAnswer) -> None:
        self.answer(answer)

    def no_file(self) -> None:
        """Nothing listed says so."""


def _failure(failure: LastFailure | None) -> messages.FailureOf | None:
    if failure is None:
        return None
    return messages.FailureOf(code=failure.code, at=failure.at, begun=failure.begun)


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
