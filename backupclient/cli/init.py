"""`backupclient init`."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.messages import Initialized
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Prepare a place for backups: make a new restic repository there."
    parser.add_argument(
        "--repository-version", choices=["2", "latest", "stable"], help=argparse.SUPPRESS
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    asked = question(args, terminal, new=True)
    made = asked.engine.init(asked.reporter.emit)
    if terminal.json:
        terminal.json_line(Initialized(id=made.id, repository=made.location))
        return Exit.DONE
    terminal.say(f"created restic repository {made.id[:10]} at {made.location}")
    terminal.say()
    terminal.say(
        "Keep the password safe, best in a password manager and on paper: without it nobody"
    )
    terminal.say("can read these backups, and nobody can reset it.")
    return Exit.DONE
