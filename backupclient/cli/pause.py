"""`backupclient pause`."""

from __future__ import annotations

import argparse

from backupclient.cli import values
from backupclient.cli.at_work import add_job, command, named
from backupclient.cli.terminal import Terminal
from backupclient.support import amounts
from backupclient.wire.jobs import JobInfo, Pause


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Let what is at work stand still. Transfers in flight may end."
    parser.add_argument(
        "--for",
        dest="seconds",
        type=values.duration,
        metavar="TIME",
        help="go on by itself after TIME (like 1h30m)",
    )
    add_job(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    how_long = "until 'backupclient resume'"
    if args.seconds is not None:
        how_long = f"for {amounts.duration(args.seconds)}"

    def say(job: JobInfo) -> str:
        return f"{named(job)}: paused {how_long}."

    return command(
        args,
        terminal,
        lambda no: Pause(id=no, job=args.job, seconds=args.seconds),
        say,
        f"Nothing is at work. No backup begins by itself {how_long}.",
    )
