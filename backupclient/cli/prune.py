"""`backupclient prune`."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal
from backupclient.operations.prune import PruneRequest, PruneSummary
from backupclient.support import amounts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Delete what no backup needs any more, so that its space is free again. Nobody else may be"
        " at work in the repository. Cut short, it leaves more than is needed, never less."
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="only say what would be deleted"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    asked = question(args, terminal)
    request = PruneRequest(dry_run=args.dry_run)
    return show(asked.engine.prune(request, asked.reporter.emit), terminal, dry_run=args.dry_run)


def show(summary: PruneSummary, terminal: Terminal, *, dry_run: bool) -> int:
    """What was freed; that it was refused was told as a notice."""
    if summary.refused:
        return Exit.FAILED
    verb = "would free" if dry_run else "freed"
    terminal.result(f"{verb} {amounts.size(summary.freed)}, {amounts.size(summary.stored)} stay")
    return Exit.DONE
