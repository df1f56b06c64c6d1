"""`backupclient limit`."""

from __future__ import annotations

import argparse

from backupclient.cli import values
from backupclient.cli.at_work import add_job, command, named
from backupclient.cli.terminal import Terminal
from backupclient.errors import InvalidRequest
from backupclient.support import amounts
from backupclient.wire.jobs import JobInfo, SetLimits


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Change how fast what is at work may send and fetch, from now on."
    for way in ("upload", "download"):
        parser.add_argument(
            f"--{way}",
            type=values.rate,
            metavar="KIB",
            help=f"{way} at most this many KiB a second; 0 lifts the limit",
        )
    add_job(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.upload is None and args.download is None:
        raise InvalidRequest(reason="no-limit")

    def say(job: JobInfo) -> str:
        limits = job.limits
        return f"{named(job)}: sends {_pace(limits.upload)}, fetches {_pace(limits.download)}."

    return command(
        args,
        terminal,
        lambda no: SetLimits(id=no, job=args.job, upload=args.upload, download=args.download),
        say,
    )


def _pace(limit: int) -> str:
    return f"at most {amounts.rate(limit)}" if limit else "as fast as it can"
