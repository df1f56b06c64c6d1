"""`backupclient resume`."""

from __future__ import annotations

import argparse

from backupclient.cli.at_work import add_job, command, named
from backupclient.cli.terminal import Terminal
from backupclient.wire.jobs import JobInfo, Resume

_NOTHING = "Nothing is at work. Backups begin by themselves again, as planned."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Go on with what is paused, and try again now what waits for its next try."
    add_job(parser)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    def say(job: JobInfo) -> str:
        return f"{named(job)}: going on."

    return command(args, terminal, lambda no: Resume(id=no, job=args.job), say, _NOTHING)
