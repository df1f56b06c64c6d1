"""`backupclient find`."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from itertools import groupby

import msgspec

from backupclient.cli import values
from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.nodes import FoundNode, found_node, line
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal
from backupclient.operations.browse import FindRequest, Match


class Found(msgspec.Struct, frozen=True):
    """The matches in one snapshot."""

    matches: list[FoundNode]
    hits: int
    snapshot: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Search for files by their names, in all snapshots or some."
    parser.add_argument("patterns", nargs="+", metavar="PATTERN", help="like '*.odt' or a path")
    add_filters(parser)
    parser.add_argument(
        "-s", "--snapshot", action="append", default=[], metavar="SNAPSHOT", help="search only here"
    )
    parser.add_argument("-i", "--ignore-case", action="store_true", help="whatever letters' case")
    parser.add_argument("-l", "--long", action="store_true", help="with mode, owner, size and time")
    for short, name, what in (("-O", "oldest", "before"), ("-N", "newest", "after")):
        parser.add_argument(
            short,
            f"--{name}",
            type=values.moment,
            metavar="TIME",
            help=f"nothing that was changed {what} TIME",
        )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    request = FindRequest(
        patterns=tuple(args.patterns),
        ignore_case=args.ignore_case,
        snapshots=tuple(args.snapshot),
        filter=chosen(args),
        oldest=args.oldest,
        newest=args.newest,
    )
    asked = question(args, terminal)
    with asked.engine.find(request, asked.reporter.emit) as matches:
        if terminal.json:
            terminal.json_line(_in_groups(matches))
        else:
            _show(matches, terminal, long=args.long)
    return Exit.DONE


def _in_groups(matches: Iterable[Match]) -> list[Found]:
    groups = []
    for name, found in groupby(matches, key=lambda match: match.item.name):
        nodes = [found_node(*match.entry) for match in found]
        groups.append(Found(nodes, len(nodes), name))
    return groups


def _show(matches: Iterable[Match], terminal: Terminal, *, long: bool) -> None:
    last = ""
    for match in matches:
        name, snapshot = match.item
        if name != last:
            when = f"{snapshot.time.astimezone():%Y-%m-%d %H:%M:%S}"
            if last:
                terminal.say()
            terminal.say(f"Found matching entries in snapshot {name[:8]} from {when}")
            last = name
        terminal.result(line(*match.entry, long=long))
