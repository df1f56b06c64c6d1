"""`backupclient restore`."""

from __future__ import annotations

import argparse
import os

from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.messages import RestoreDone
from backupclient.cli.running import Work, perform
from backupclient.cli.terminal import Terminal, printable
from backupclient.errors import InvalidRequest
from backupclient.events import RestoreSummary
from backupclient.requests import Overwrite, RestoreRequest
from backupclient.support import amounts

_KEEPS = "Files restored so far stay, and the same command goes on from there."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Bring files back as they were in a snapshot."
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT[:FOLDER]", help="its id, or 'latest'; FOLDER's contents only"
    )
    parser.add_argument("-t", "--target", metavar="TARGET", help="where to put the files")
    for short, option, what in (
        (["-i"], "--include", "restore only what fits PATTERN"),
        ([], "--iinclude", "the same, whatever its letters' case"),
        (["-e"], "--exclude", "do not restore what fits PATTERN"),
        ([], "--iexclude", "the same, whatever its letters' case"),
    ):
        parser.add_argument(
            *short, option, action="append", default=[], metavar="PATTERN", help=what
        )
    add_filters(parser, " for 'latest'")
    parser.add_argument(
        "--overwrite",
        choices=[str(choice) for choice in Overwrite],
        default=str(Overwrite.ALWAYS),
        help="what to do with files that are there already",
    )
    parser.add_argument(
        "--verify", action="store_true", help="read every restored file again and compare"
    )
    parser.add_argument("--zip", action="store_true", help="put all of it into one file, TARGET")
    parser.add_argument("--sparse", action="store_true", help="leave holes where zeros are")
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be done")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 1 if some files could not be restored."""
    if not args.target:
        raise InvalidRequest(reason="no-target")
    request = RestoreRequest(
        snapshot=args.snapshot,
        target=os.path.abspath(os.fsencode(args.target)),
        filter=chosen(args),
        include=tuple(args.include),
        iinclude=tuple(args.iinclude),
        exclude=tuple(args.exclude),
        iexclude=tuple(args.iexclude),
        overwrite=Overwrite(args.overwrite),
        verify=args.verify,
        sparse=args.sparse,
        dry_run=args.dry_run,
        as_zip=args.zip,
    )

    def show(summary: RestoreSummary) -> None:
        if terminal.json:
            terminal.json_line(_message(summary))
        else:
            _show(summary, terminal, dry_run=args.dry_run, verify=args.verify)

    summary = perform(args, terminal, Work(request, RestoreSummary, "restore", _KEEPS, show))
    return Exit.FAILED if summary.problems else Exit.DONE


def _message(summary: RestoreSummary) -> RestoreDone:
    return RestoreDone(
        seconds_elapsed=int(summary.total_duration),
        total_files=summary.files_total,
        files_restored=summary.files_restored,
        files_skipped=summary.kept + summary.unchanged,
        bytes_restored=summary.bytes_restored,
        target=summary.target,
        kept=summary.kept,
        unchanged=summary.unchanged,
        verified=summary.verified,
        problems=summary.problems,
        total_duration=summary.total_duration,
    )


def _show(summary: RestoreSummary, terminal: Terminal, *, dry_run: bool, verify: bool) -> None:
    files = amounts.counted(summary.files_restored, "file", "files and links")
    size, took = amounts.size(summary.bytes_restored), amounts.duration(summary.total_duration)
    target = printable(summary.target)
    if dry_run:
        terminal.say(f"Nothing was written, this was a trial: {files}, {size} to {target}.")
    else:
        missing = f", {amounts.counted(summary.problems, 'problem')}" if summary.problems else ""
        terminal.say(f"Restored {files}, {size} to {target} in {took}{missing}.")
    if summary.unchanged:
        were = "was" if summary.unchanged == 1 else "were"
        terminal.say(f"{amounts.counted(summary.unchanged, 'file')} {were} right already.")
    if summary.kept:
        were = "was" if summary.kept == 1 else "were"
        terminal.say(f"{amounts.counted(summary.kept, 'file')} {were} there and left untouched.")
    if summary.renamed:
        renamed = amounts.counted(summary.renamed, "file")
        terminal.say(f"{renamed} got a new name beside what was there.")
    if verify and summary.verified:
        verified = amounts.counted(summary.verified, "file")
        all_equal = "equal" if summary.problems else "all equal"
        terminal.say(f"Compared with the backup: {verified}, {all_equal}.")
