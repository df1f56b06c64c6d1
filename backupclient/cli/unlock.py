"""`backupclient unlock`."""

from __future__ import annotations

import argparse

from backupclient.cli.exit_codes import Exit
from backupclient.cli.running import question
from backupclient.cli.terminal import Terminal
from backupclient.support import amounts


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Remove locks whose programs no longer run."
    parser.add_argument(
        "--remove-all", action="store_true", help="remove all locks, also of running programs"
    )


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    removed = question(args, terminal).engine.unlock(remove_all=args.remove_all)
    terminal.say(f"removed {amounts.counted(removed, 'lock')}" if removed else "no lock to remove")
    return Exit.DONE
