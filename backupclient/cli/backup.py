"""`backupclient backup`."""

from __future__ import annotations

import argparse
import os
from datetime import timedelta

from msgspec import UNSET

from backupclient.cli import lists, values
from backupclient.cli.environment import setting
from backupclient.cli.exit_codes import Exit
from backupclient.cli.messages import BackupDone
from backupclient.cli.running import Work, perform
from backupclient.cli.terminal import Terminal, Verbosity
from backupclient.errors import InvalidRequest
from backupclient.events import BackupSummary
from backupclient.requests import BackupRequest, RuleKind
from backupclient.support import amounts

_KEEPS = "Everything that was sent is kept, and the next backup does not send it again."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Save files and folders as they are now."
    parser.add_argument("paths", nargs="*", metavar="PATH", help="file or folder to save")
    _add_sources(parser)
    _add_exclusions(parser)
    parser.add_argument(
        "--tag",
        action="append",
        type=values.names,
        default=[],
        metavar="TAG[,TAG]",
        help="add tags",
    )
    parser.add_argument("-H", "--host", metavar="NAME", help="say that this computer is NAME")
    parser.add_argument("--time", type=values.moment, metavar="TIME", help="say that it is TIME")
    parser.add_argument("--parent", default="", metavar="SNAPSHOT", help="compare with SNAPSHOT")
    parser.add_argument(
        "-f", "--force", action="store_true", help="read every file, also unchanged ones"
    )
    parser.add_argument("-n", "--dry-run", action="store_true", help="only say what would be done")
    parser.add_argument(
        "--wait-for-room",
        action="store_true",
        help="when the storage is full, wait and go on (always so on a terminal)",
    )
    parser.add_argument("--ignore-inode", action="store_true", help="a new inode is no change")
    parser.add_argument("--ignore-ctime", action="store_true", help="a new ctime is no change")
    parser.add_argument("--with-atime", action="store_true", help="save the time of last access")


def _add_sources(parser: argparse.ArgumentParser) -> None:
    for option, what in (
        ("--files-from", "patterns of files to save, one a line"),
        ("--files-from-verbatim", "paths to save, one a line"),
        ("--files-from-raw", "paths to save, each ended by a NUL byte"),
    ):
        parser.add_argument(
            option, action="append", default=[], metavar="FILE", help=f"read {what}, from FILE"
        )
    parser.add_argument("--stdin", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--stdin-filename", help=argparse.SUPPRESS)


def _add_exclusions(parser: argparse.ArgumentParser) -> None:
    for short, prefix, what in ((["-e"], "", ""), ([], "i", ", whatever its letters' case")):
        parser.add_argument(
            *short,
            f"--{prefix}exclude",
            action="append",
            default=[],
            metavar="PATTERN",
            help=f"leave out what fits PATTERN{what}",
        )
        parser.add_argument(
            f"--{prefix}exclude-file",
            action="append",
            default=[],
            metavar="FILE",
            help=f"read patterns to leave out from FILE{what}",
        )
    parser.add_argument(
        "--exclude-caches", action="store_true", help="leave out folders with a CACHEDIR.TAG"
    )
    parser.add_argument(
        "--exclude-if-present",
        action="append",
        default=[],
        metavar="NAME[:HEADER]",
        help="leave out folders that hold a file NAME (which begins with HEADER)",
    )
    parser.add_argument(
        "--exclude-larger-than",
        type=values.size,
        default=0,
        metavar="SIZE",
        help="leave out files larger than SIZE (like 500M)",
    )
    parser.add_argument(
        "-x", "--one-file-system", action="store_true", help="do not enter other file systems"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Exit 3 if a backup was made but some files have problems."""
    request = _request(args, terminal)

    def show(summary: BackupSummary) -> None:
        if terminal.json:
            terminal.json_line(_message(summary, terminal))
        else:
            _show(summary, terminal)

    watched = terminal.stdout.isatty() and not terminal.json
    patient = not request.dry_run and (args.wait_for_room or watched)
    work = Work(request, BackupSummary, "archival", _KEEPS, show, patient=patient)
    summary = perform(args, terminal, work)
    return Exit.INCOMPLETE if summary.problems else Exit.DONE


def _request(args: argparse.Namespace, terminal: Terminal) -> BackupRequest:
    if args.stdin or args.stdin_filename:
        raise InvalidRequest(reason="stdin")
    paths = [os.fsencode(path) for path in args.paths]
    for files, read in (
        (args.files_from, lists.paths_of_patterns),
        (args.files_from_verbatim, lists.paths_verbatim),
        (args.files_from_raw, lists.paths_raw),
    ):
        for file in files:
            paths += read(file)
    if not paths:
        raise InvalidRequest(reason="nothing-chosen")
    environ = terminal.environ
    return BackupRequest(
        paths=tuple(paths),
        seen_from=os.getcwdb(),
        rules=(
            *lists.rules(args.exclude, args.exclude_file, RuleKind.EXCLUDE, environ),
            *lists.rules(args.iexclude, args.iexclude_file, RuleKind.IEXCLUDE, environ),
        ),
        exclude_caches=args.exclude_caches,
        exclude_if_present=tuple(args.exclude_if_present),
        exclude_larger_than=args.exclude_larger_than,
        one_file_system=args.one_file_system,
        tags=tuple(tag for tags in args.tag for tag in tags),
        hostname=args.host or setting(environ, "HOST"),
        parent=args.parent,
        force=args.force,
        dry_run=args.dry_run,
        time=args.time,
        ignore_inode=args.ignore_inode,
        ignore_ctime=args.ignore_ctime,
        with_atime=args.with_atime,
        details=terminal.verbosity >= Verbosity.EVERY_FILE,
    )


def _message(summary: BackupSummary, terminal: Terminal) -> BackupDone:
    end = terminal.clock.now()
    return BackupDone(
        files_new=summary.files_new,
        files_changed=summary.files_changed,
        files_unmodified=summary.files_unmodified,
        dirs_new=summary.dirs_new,
        dirs_changed=summary.dirs_changed,
        dirs_unmodified=summary.dirs_unmodified,
        data_blobs=summary.data_blobs,
        tree_blobs=summary.tree_blobs,
        data_added=summary.data_added,
        data_added_packed=summary.data_added_packed,
        total_files_processed=summary.total_files_processed,
        total_bytes_processed=summary.total_bytes_processed,
        total_duration=summary.total_duration,
        backup_start=(end - timedelta(seconds=summary.total_duration)).isoformat(),
        backup_end=end.isoformat(),
        snapshot_id=summary.snapshot_id or UNSET,
        parent_id=summary.parent_id,
        bytes_read=summary.bytes_read,
        files_safe=summary.files_safe,
        bytes_safe=summary.bytes_safe,
        bytes_uploaded=summary.bytes_uploaded,
        went_on_from=UNSET if summary.went_on_from is None else summary.went_on_from.isoformat(),
        problems=summary.problems,
        dry_run=summary.dry_run,
    )


def _show(summary: BackupSummary, terminal: Terminal) -> None:
    files = amounts.counted(summary.total_files_processed, "file")
    total = amounts.size(summary.total_bytes_processed)
    took = amounts.duration(summary.total_duration)
    missing = f", {amounts.counted(summary.problems, 'problem')}" if summary.problems else ""
    would = "Nothing was saved, this was a trial" if summary.dry_run else "Backup done"
    terminal.say(f"{would}: {files}, {total}, in {took}{missing}.")
    terminal.say(
        f"{amounts.count(summary.files_new)} new, {amounts.count(summary.files_changed)} changed, "
        f"{amounts.count(summary.files_unmodified)} unchanged."
    )
    if summary.went_on_from is not None:
        terminal.say(
            f"Of this {amounts.size(summary.bytes_safe)} were already safe,"
            f" {amounts.size(summary.bytes_read)} were read."
        )
    added, stored = amounts.size(summary.data_added), amounts.size(summary.data_added_packed)
    if not summary.data_added:
        terminal.say("Nothing new had to be sent.")
    elif summary.dry_run:
        terminal.say(f"{added} would be sent, {stored} after compression.")
    else:
        terminal.say(f"{added} were new, {stored} were sent after compression.")
    if summary.snapshot_id:
        terminal.say(f"snapshot {summary.snapshot_id[:8]} saved")
