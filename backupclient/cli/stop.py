"""`backupclient stop`."""

from __future__ import annotations

import argparse

from backupclient.cli.at_work import add_job, command, kept, named
from backupclient.cli.terminal import Terminal
from backupclient.wire.jobs import JobInfo, Stop


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Stop what is at work. Everything that was stored stays."
    add_job(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def say(job: JobInfo) -> str:
        return f"{named(job)}: stopping. {kept(job)}"

    return command(args, terminal, lambda no: Stop(id=no, job=args.job), say)
