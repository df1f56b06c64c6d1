"""`backupclient stats`."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal
from backupclient.operations.browse import StatsMode, StatsRequest
from backupclient.support import amounts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Count files and sizes."
    parser.add_argument("ids", nargs="*", metavar="SNAPSHOT", help="only these")
    add_filters(parser)
    parser.add_argument(
        "--mode",
        choices=[str(mode) for mode in StatsMode],
        default=str(StatsMode.RESTORE_SIZE),
        help="what a restore would write (the default), each content once, or what is stored",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    mode = StatsMode(args.mode)
    asked = question(args, terminal)
    request = StatsRequest(mode=mode, snapshots=tuple(args.ids), filter=chosen(args))
    stats = asked.engine.stats(request, asked.reporter.emit)
    if terminal.json:
        terminal.json_line(stats)
        return Exit.DONE
    terminal.say(f"Stats in {mode} mode:")
    rows = [("Snapshots processed", amounts.count(stats.snapshots_count))]
    if stats.total_blob_count:
        rows.append(("Total Blob Count", amounts.count(stats.total_blob_count)))
    if stats.total_file_count:
        rows.append(("Total File Count", amounts.count(stats.total_file_count)))
    if stats.total_uncompressed_size:
        rows.append(("Total Uncompressed Size", amounts.size(stats.total_uncompressed_size)))
    rows.append(("Total Size", amounts.size(stats.total_size)))
    for name, value in rows:
        terminal.result(f"{name:>24}:  {value}")
    return Exit.DONE
