"""`backupclient ls`."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.nodes import line, ls_node, ls_snapshot
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal, printable
from backupclient.operations.browse import LsRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "List the files of a snapshot."
    parser.add_argument("snapshot", metavar="SNAPSHOT", help="its id, or 'latest'")
    parser.add_argument("folders", nargs="*", metavar="PATH", help="only what is in this folder")
    add_filters(parser, " for 'latest'")
    parser.add_argument("-l", "--long", action="store_true", help="with mode, owner, size and time")
    parser.add_argument("--recursive", action="store_true", help="with all folders below PATH")


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    request = LsRequest(
        snapshot=args.snapshot,
        filter=chosen(args),
        folders=tuple(args.folders),
        recursive=args.recursive,
    )
    asked = question(args, terminal)
    with asked.engine.ls(request, asked.reporter.emit) as listing:
        name, snapshot = listing.item
        if terminal.json:
            terminal.json_line(ls_snapshot(name, snapshot))
        else:
            paths = ", ".join(map(printable, snapshot.paths))
            when = f"{snapshot.time.astimezone():%Y-%m-%d %H:%M:%S}"
            terminal.say(f"snapshot {name[:8]} of [{paths}] at {when}:")
        for path, node in listing.entries:
            if terminal.json:
                terminal.json_line(ls_node(path, node), flush=False)
            else:
                terminal.result(line(path, node, long=args.long))
    return Exit.DONE
