"""The command `backupclient`: finds the verb, imports its module, runs it, explains what failed."""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import re
import sys
from collections.abc import Iterator, Sequence
from typing import NoReturn, Protocol

from backupclient.cli.exit_codes import Exit
from backupclient.cli.options import WITH_VALUE, add_global
from backupclient.cli.terminal import Terminal, columns
from backupclient.clock import SystemClock
from backupclient.errors import BackupError, Cancelled, InternalError, OutOfMemory

COMMANDS = {
    "init": "prepare a new place for backups",
    "backup": "save files and folders",
    "restore": "bring files back",
    "status": "say which files are safe, and why others are not",
    "snapshots": "list what was saved and when",
    "ls": "list the files of a snapshot",
    "find": "search for files in snapshots",
    "check": "prove that everything can be restored",
    "forget": "forget backups that are no longer wanted",
    "prune": "free the space of what no backup needs",
    "stats": "count files and sizes",
    "key": "list, add, remove or change passwords",
    "unlock": "remove locks that were left behind",
    "jobs": "list what is at work",
    "pause": "let what is at work stand still",
    "resume": "go on with what is paused",
    "stop": "stop what is at work, keeping what was done",
    "limit": "change how fast what is at work may be",
    "account": "show the storage plan, or look whether more was bought",
    "app": "open the window",
    "agent": "be the engine that other commands talk to",
    "ask": "answer a question from the help",
    "ticket": "ask a person for help, and talk with them",
    "diagnose": "make a report for support, or read one",
    "explain": "say what a problem means and what to do",
    "demo": "try everything out on a small S3 server of its own",
    "version": "show the version",
}
_INTRODUCTION = """\
Backs up files to S3 storage or a folder, in the restic repository format. Verbs, options,
environment variables and exit codes are those of restic."""


class Command(Protocol):
    """What the module of a command has."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes beside the options that all take."""

    def run(self, args: argparse.Namespace, terminal: Terminal) -> int:
        """Do it and return the exit code. Raises BackupError, Cancelled or KeyboardInterrupt."""


class UsageError(Exception):
    """The command line makes no sense; the text says why."""


class Parser(argparse.ArgumentParser):
    """Raises instead of printing its usage and leaving."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def _help_formatter(prog: str) -> argparse.HelpFormatter:
    # argparse makes one for each option, and would look for the width by what is slow to load.
    return argparse.HelpFormatter(prog, width=columns() - 2)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code. Main thread only, since it takes signals."""
    terminal = Terminal(sys.stdin, sys.stdout, sys.stderr, os.environ, SystemClock())
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(arguments, terminal)
        terminal.finish()
    except BrokenPipeError:
        terminal.drop_output()
        code = Exit.PIPE_CLOSED
    return code


def _run(arguments: list[str], terminal: Terminal) -> int:
    name, rest = split(arguments)
    if name == "help":
        name, _ = split(rest)
        rest = ["--help"]
    if name is None and "--version" in rest:
        name, rest = "version", []
    try:
        if name is None:
            return _overview(rest, terminal)
        command = load(name)
        args = parse(name, command, rest)
    except UsageError as error:
        verb = f" {name}" if name in COMMANDS else ""
        terminal.warn(f"{error}. Try 'backupclient{verb} --help'.")
        return Exit.FAILED
    except SystemExit:  # the help was shown
        return Exit.DONE
    terminal.configure(json=args.json, quiet=args.quiet, verbose=args.verbose)
    with profiled(terminal.environ.get("BACKUPCLIENT_PROFILE", "")):
        return _guarded(command, args, terminal)


def split(arguments: list[str]) -> tuple[str | None, list[str]]:
    """The verb, and everything else: options for all commands may stand before it."""
    rest = [part for argument in arguments for part in _spelled_out(argument)]
    value_follows = False
    for place, argument in enumerate(rest):
        if value_follows:
            value_follows = False
        elif argument in WITH_VALUE:
            value_follows = True
        elif not argument.startswith("-"):
            return argument, rest[:place] + rest[place + 1 :]
    return None, rest


def _spelled_out(argument: str) -> list[str]:
    """`--verbose=2`, which restic takes, as `-vv`."""
    match = re.fullmatch(r"(?:--verbose|-v)=(\d)", argument)
    return ["-v"] * int(match[1]) if match else [argument]


def load(name: str) -> Command:
    """The module of a command, imported now. UsageError if there is no such command."""
    if name not in COMMANDS:
        raise UsageError(f"there is no command '{name}'")
    command: Command = importlib.import_module(f"backupclient.cli.{name}")
    return command


def parse(name: str, command: Command, arguments: list[str]) -> argparse.Namespace:
    """The options and arguments of one command, in any order. UsageError, or SystemExit after the
    help was printed."""
    parser = Parser(
        prog=f"backupclient {name}",
        description=f"{COMMANDS[name].capitalize()}.",
        formatter_class=_help_formatter,
        add_help=False,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    add_global(parser)
    return parser.parse_intermixed_args(arguments)


def _overview(rest: list[str], terminal: Terminal) -> int:
    strange = [argument for argument in rest if argument not in ("-h", "--help")]
    if strange:
        raise UsageError(f"there is no command in '{' '.join(strange)}'")
    import textwrap  # noqa: PLC0415 - not for a quick command

    terminal.result(textwrap.dedent(_INTRODUCTION))
    terminal.result("\nUsage: backupclient COMMAND [OPTIONS]\n\nCommands:")
    for name, summary in COMMANDS.items():
        terminal.result(f"  {name:<12}{summary}")
    terminal.result("\n'backupclient COMMAND --help' shows the options of a command.")
    return Exit.DONE


def _guarded(command: Command, args: argparse.Namespace, terminal: Terminal) -> int:
    failure: BackupError | Cancelled | KeyboardInterrupt
    try:
        return command.run(args, terminal)
    except (BackupError, Cancelled, KeyboardInterrupt) as error:
        failure = error
    except BrokenPipeError:
        raise
    except MemoryError as error:
        failure = OutOfMemory(str(error))
        failure.__cause__ = error
    except Exception as error:  # noqa: BLE001 - nobody is left above to explain it
        failure = InternalError(f"{type(error).__name__}: {error}")
        failure.__cause__ = error
        _report(args, terminal, error)
    from backupclient.cli import error_output  # noqa: PLC0415 - only where something failed

    if isinstance(failure, BackupError):
        return error_output.show_error(failure, terminal)
    return error_output.show_interrupted(terminal, str(failure))


def _report(args: argparse.Namespace, terminal: Terminal, error: Exception) -> None:
    """Keep what a report for support needs of a mistake of ours."""
    from backupclient.cli.environment import data_folders  # noqa: PLC0415 - only for mistakes
    from backupclient.logs import crashes  # noqa: PLC0415 - the same
    from backupclient.logs.log import Program  # noqa: PLC0415 - the same

    data = data_folders(args, terminal.environ).data
    crashes.note(data, Program.COMMAND, terminal.clock, error)


@contextlib.contextmanager
def profiled(path: str) -> Iterator[None]:
    """Write a profile of the main thread to `path`, for `python -m pstats`; nothing if empty."""
    if not path:
        yield
        return
    import cProfile  # noqa: PLC0415 - for developers only

    profile = cProfile.Profile()
    try:
        with profile:
            yield
    finally:
        profile.dump_stats(path)
