"""`backupclient forget`."""

from __future__ import annotations

import argparse

import msgspec

from backupclient.cli import values
from backupclient.cli.exit_codes import Exit
from backupclient.cli.filters import add_filters, chosen
from backupclient.cli.nodes import ListedSnapshot, listed_snapshot
from backupclient.cli.running import question
from backupclient.cli.snapshots import group_by
from backupclient.cli.tables import table
from backupclient.cli.terminal import Terminal, printable
from backupclient.operations.forget import ForgetGroup, ForgetRequest, KeepPolicy
from backupclient.operations.select import GroupBy, SnapshotItem
from backupclient.support import amounts

_PERIODS = (
    ("-l", "--keep-last", "last", "the last N"),
    ("-H", "--keep-hourly", "hourly", "the last of each of N hours"),
    ("-d", "--keep-daily", "daily", "the last of each of N days"),
    ("-w", "--keep-weekly", "weekly", "the last of each of N weeks"),
    ("-m", "--keep-monthly", "monthly", "the last of each of N months"),
    ("-y", "--keep-yearly", "yearly", "the last of each of N years"),
)


class Reasons(msgspec.Struct, frozen=True):
    """Why one is kept, in JSON."""

    snapshot: ListedSnapshot
    matches: list[str]


class ForgottenGroup(msgspec.Struct, frozen=True):
    """One group in JSON, as restic has it."""

    tags: list[str] | None
    host: str
    paths: list[str] | None
    keep: list[ListedSnapshot]
    remove: list[ListedSnapshot]
    reasons: list[Reasons]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Forget backups: those named, or all but what is to be kept. What no other backup holds"
        " stays stored until 'backupclient prune' removes it."
    )
    parser.add_argument("ids", nargs="*", metavar="SNAPSHOT", help="forget these")
    for short, long, name, words in _PERIODS:
        parser.add_argument(
            short, long, dest=name, type=values.whole, default=0, metavar="N", help=f"keep {words}"
        )
    parser.add_argument(
        "--keep-tag",
        action="append",
        type=values.tags,
        default=[],
        metavar="TAG[,TAG]",
        help="keep what has all these tags (may be repeated)",
    )
    add_filters(parser, short=False)
    parser.add_argument(
        "-g",
        "--group-by",
        type=group_by,
        default=(GroupBy.HOST, GroupBy.PATHS),
        metavar="host,paths,tags",
        help="count in groups (default: host,paths)",
    )
    parser.add_argument(
        "-n", "--dry-run", action="store_true", help="only say what would be forgotten"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    request = ForgetRequest(
        ids=tuple(args.ids),
        keep=KeepPolicy(
            tags=tuple(args.keep_tag), **{name: getattr(args, name) for *_, name, _ in _PERIODS}
        ),
        filter=chosen(args),
        group_by=args.group_by,
        dry_run=args.dry_run,
    )
    asked = question(args, terminal)
    groups = asked.engine.forget(request, asked.reporter.emit)
    if terminal.json:
        terminal.json_line([_listed(group) for group in groups])
    else:
        for group in groups:
            _show(group, terminal)
        _add_up(groups, terminal, dry_run=args.dry_run)
    return Exit.DONE


def _listed(group: ForgetGroup) -> ForgottenGroup:
    key = group.key
    return ForgottenGroup(
        tags=None if key.tags is None else list(key.tags),
        host=key.hostname or "",
        paths=None if key.paths is None else list(key.paths),
        keep=[listed_snapshot(*kept.item) for kept in group.keep],
        remove=[listed_snapshot(*item) for item in group.remove],
        reasons=[Reasons(listed_snapshot(*one.item), list(one.reasons)) for one in group.keep],
    )


def _show(group: ForgetGroup, terminal: Terminal) -> None:
    rows = [["keep", *_row(kept.item), ", ".join(kept.reasons)] for kept in group.keep]
    rows += [["forget", *_row(item), ""] for item in group.remove]
    for line in table(["", "ID", "Time", "Host", "Paths", "Why"], rows):
        terminal.say(line)


def _row(item: SnapshotItem) -> list[str]:
    snapshot = item.snapshot
    return [
        item.name[:8],
        f"{snapshot.time.astimezone():%Y-%m-%d %H:%M:%S}",
        printable(snapshot.hostname),
        "\n".join(map(printable, snapshot.paths)),
    ]


def _add_up(groups: list[ForgetGroup], terminal: Terminal, *, dry_run: bool) -> None:
    kept = sum(len(group.keep) for group in groups)
    count = amounts.counted(sum(len(group.remove) for group in groups), "snapshot")
    verb = "would forget" if dry_run else "forgot"
    terminal.result(f"{verb} {count}" + (f", kept {kept}" if kept else ""))
