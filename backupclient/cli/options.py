"""The options that every command takes."""

from __future__ import annotations

import argparse

from backupclient.cli import values

WITH_VALUE = frozenset(
    {
        *("-r", "--repo", "--repository-file", "-p", "--password-file", "--password-command"),
        *("--data-dir", "--cache-dir", "--retry-lock", "--limit-upload", "--limit-download"),
        *("--storage-limit", "--cacert", "-o", "--option", "--pack-size", "--compression"),
    }
)
"""Which of the options below are followed by a value: needed to find the verb behind them."""


def add_global(parser: argparse.ArgumentParser) -> None:
    """Every option that stands before or after any verb."""
    _add_place(parser)
    _add_output(parser)
    _add_storage(parser)


def _add_place(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("where the backup is")
    group.add_argument(
        "-r",
        "--repo",
        metavar="REPOSITORY",
        help="s3:https://host/bucket/prefix or a folder (default: $RESTIC_REPOSITORY)",
    )
    group.add_argument("--repository-file", metavar="FILE", help="read the repository from FILE")
    group.add_argument("-p", "--password-file", metavar="FILE", help="read the password from FILE")
    group.add_argument(
        "--password-command", metavar="COMMAND", help="run COMMAND to get the password"
    )
    group.add_argument(
        "--data-dir", metavar="DIR", help="keep what this computer knows of the backup in DIR"
    )
    group.add_argument("--cache-dir", metavar="DIR", help="keep the cache in DIR")
    group.add_argument("--no-cache", action="store_true", help="use no cache")
    group.add_argument("--cleanup-cache", action="store_true", help=argparse.SUPPRESS)


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("what is shown")
    group.add_argument("--json", action="store_true", help="write JSON for other programs")
    group.add_argument("-q", "--quiet", action="store_true", help="show problems only")
    group.add_argument(
        "-v", "--verbose", action="count", default=0, help="show details; -vv names every file"
    )
    group.add_argument("-h", "--help", action="help", help="show this help")


def _add_storage(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("how the storage is used")
    group.add_argument("--no-lock", action="store_true", help="write no lock where none is needed")
    group.add_argument(
        "--retry-lock",
        type=values.duration,
        default=0.0,
        metavar="TIME",
        help="wait this long for another program's lock (like 5m)",
    )
    for way in ("upload", "download"):
        group.add_argument(
            f"--limit-{way}",
            type=values.rate,
            default=0,
            metavar="KIB",
            help=f"{way} at most this many KiB a second",
        )
    group.add_argument(
        "--storage-limit",
        type=values.size,
        default=0,
        metavar="SIZE",
        help="store at most this much in all (like 500G)",
    )
    group.add_argument("--cacert", metavar="FILE", help="trust the certificates in FILE")
    group.add_argument("--insecure-tls", action="store_true", help=argparse.SUPPRESS)
    group.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="s3.region=…, s3.bucket-lookup=auto|path|dns, s3.connections=…",
    )
    group.add_argument(
        "--pack-size",
        type=values.mebibytes,
        metavar="MIB",
        help="how large the stored objects become (4 to 128, default 16)",
    )
    group.add_argument("--compression", choices=["auto"], help=argparse.SUPPRESS)
