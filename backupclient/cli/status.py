"""`backupclient status`."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator

from backupclient.answers import (
    Amount,
    FileAnswer,
    FileState,
    FolderAnswer,
    PathAnswer,
    PlaceStatus,
    ProblemFacts,
    Rollup,
    RuleMatch,
)
from backupclient.cli import messages
from backupclient.cli.environment import data_folders, location_given
from backupclient.cli.exit_codes import Exit
from backupclient.cli.status_text import StatusText
from backupclient.cli.terminal import Terminal, as_text
from backupclient.operations.status import Source, file_pages, place_status
from backupclient.settings import KnownPlaces

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
    sources = list(_sources(args, terminal))
    text = StatusText(terminal)
    for source in sources:
        uploading = _uploading(args, terminal, source)
        status = place_status(source, paths, terminal.clock, uploading=uploading)
        safe = safe and bool(status.answers) and all(_is_fine(one) for one in status.answers)
        if terminal.json:
            _write_place(status, terminal)
        else:
            text.place(status, alone=len(sources) == 1)
        if not wanted:
            for answer in status.answers:
                _write(answer, terminal) if terminal.json else text.answer(answer)
            continue
        for top in [answer.path for answer in status.answers]:
            for page in file_pages(source, top, wanted, terminal.clock, uploading=uploading):
                for file in page.files:
                    _write(file, terminal) if terminal.json else text.file(file)
    if not sources and not terminal.json:
        terminal.result("Nothing was backed up from this computer yet.")
    return Exit.DONE if sources and safe else Exit.INCOMPLETE


def _sources(args: argparse.Namespace, terminal: Terminal) -> Iterator[Source]:
    """The place that is named, or every place this computer knows."""
    folders = data_folders(args, terminal.environ)
    named = location_given(args, terminal.environ)
    for place in KnownPlaces(folders.data).all():
        if not named or place.location == named:
            folder = folders.of_repository(place.repository_id)
            yield Source(place.location, place.repository_id, folder)


def _uploading(args: argparse.Namespace, terminal: Terminal, source: Source) -> frozenset[bytes]:
    """The files a running job has in work, if an engine runs."""
    from backupclient.errors import BackupError  # noqa: PLC0415 - the same
    from backupclient.events import Progress  # noqa: PLC0415 - the same
    from backupclient.link import Link  # noqa: PLC0415 - only where an engine may run
    from backupclient.protocol import Jobs, ListJobs  # noqa: PLC0415 - the same

    try:
        with Link(data_folders(args, terminal.environ).data) as link:
            jobs = link.ask(ListJobs(id=link.new_id()), Jobs).jobs
    except BackupError:
        return frozenset()
    return frozenset(
        os.fsencode(path)
        for job in jobs
        if job.location == source.location and isinstance(job.progress, Progress)
        for path in (job.progress.current if not job.state.ended else ())
    )


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
        )
    )


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
