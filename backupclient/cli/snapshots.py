"""`backupclient snapshots`."""

from __future__ import annotations

import argparse

import msgspec

from backupclient.cli import values
from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.nodes import ListedSnapshot, listed_snapshot
from backupclient.cli.running import question
from backupclient.cli.tables import table
from backupclient.cli.terminal import Terminal, printable
from backupclient.operations.select import GroupBy, GroupKey, SnapshotGroup, SnapshotQuery
from backupclient.repository.snapshot import SnapshotSummary
from backupclient.support import amounts


class ListedGroup(msgspec.Struct, frozen=True):
    """One group in JSON."""

    group_key: GroupKey
    snapshots: list[ListedSnapshot]


def group_by(text: str) -> tuple[GroupBy, ...]:
    """What to group by, typed with commas; "path" and "tag" will do as well."""
    names = {**{str(key): key for key in GroupBy}, "path": GroupBy.PATHS, "tag": GroupBy.TAGS}
    wrong = [name for name in values.names(text) if name not in names]
    if wrong:
        raise argparse.ArgumentTypeError(f"{wrong[0]!r} is none of host, paths and tags")
    return tuple(names[name] for name in values.names(text))


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "List what was saved and when."
    parser.add_argument("ids", nargs="*", metavar="SNAPSHOT", help="only these")
    add_filters(parser)
    parser.add_argument("-c", "--compact", action="store_true", help="leave out the paths")
    parser.add_argument(
        "-g", "--group-by", type=group_by, default=(), metavar="host,paths,tags", help="in groups"
    )
    parser.add_argument(
        "--latest",
        type=values.whole,
        default=0,
        metavar="N",
        help="only the last N of each group (of each host and paths)",
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    query = SnapshotQuery(
        ids=tuple(args.ids), filter=chosen(args), latest=args.latest, group_by=args.group_by
    )
    asked = question(args, terminal)
    groups = asked.engine.snapshots(query, asked.reporter.emit)
    if terminal.json:
        _json(groups, terminal, grouped=bool(args.group_by))
    else:
        for group in groups:
            _show(group, terminal, compact=args.compact)
    return Exit.DONE


def _json(groups: list[SnapshotGroup], terminal: Terminal, *, grouped: bool) -> None:
    listed = [
        ListedGroup(group.key, [listed_snapshot(*item) for item in group.snapshots])
        for group in groups
    ]
    terminal.json_line(listed if grouped else [one for group in listed for one in group.snapshots])


def _show(group: SnapshotGroup, terminal: Terminal, *, compact: bool) -> None:
    shared = [
        f"{name} [{', '.join(values)}]"
        for name, values in (
            ("host", [group.key.hostname] if group.key.hostname is not None else None),
            ("paths", group.key.paths),
            ("tags", group.key.tags),
        )
        if values is not None
    ]
    if shared:
        terminal.result(f"snapshots for ({', '.join(shared)}):")
    if group.snapshots:
        headings = ["ID", "Time", "Host", "Tags", "Size", "Paths"]
        rows = [
            [
                item.name[:8],
                f"{item.snapshot.time.astimezone():%Y-%m-%d %H:%M:%S}",
                printable(item.snapshot.hostname),
                "\n".join(map(printable, item.snapshot.tags)),
                _size(item.snapshot.summary),
                "\n".join(map(printable, item.snapshot.paths)),
            ]
            for item in group.snapshots
        ]
        if compact:
            headings, rows = headings[:5], [row[:5] for row in rows]
        for line in table(headings, rows):
            terminal.result(line)
    terminal.result(amounts.counted(len(group.snapshots), "snapshot"))
    if any(item.snapshot.is_checkpoint for item in group.snapshots):
        terminal.result('The tag "checkpoint" marks what a backup that is not finished has saved.')


def _size(summary: SnapshotSummary | None) -> str:
    return amounts.size(summary.total_bytes_processed) if summary else ""
