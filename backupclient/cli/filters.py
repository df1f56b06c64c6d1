"""`--host`, `--tag` and `--path`: which snapshots a command looks at."""

from __future__ import annotations

import argparse
from pathlib import Path

from backupclient.cli import values
from backupclient.requests import SnapshotFilter


def add_filters(parser: argparse.ArgumentParser, when: str = "", *, short: bool = True) -> None:
    """Adds the three options; `when` is said in their help. `short`: with -H for the host."""
    parser.add_argument(
        *(["-H"] if short else []),
        "--host",
        action="append",
        default=[],
        metavar="HOST",
        help=f"only snapshots of HOST{when} (may be repeated)",
    )
    parser.add_argument(
        "--tag",
        action="append",
        type=values.tags,
        default=[],
        metavar="TAG[,TAG]",
        help=f"only snapshots with all these tags{when} (may be repeated)",
    )
    parser.add_argument(
        "--path",
        action="append",
        default=[],
        metavar="PATH",
        help=f"only snapshots of PATH{when} (may be repeated)",
    )


def chosen(args: argparse.Namespace) -> SnapshotFilter:
    """What the three options say. `RESTIC_HOST` names this computer and is no filter."""
    return SnapshotFilter(
        hosts=tuple(args.host),
        tags=tuple(args.tag),
        paths=tuple(str(Path(path).absolute()) for path in args.path),
    )
