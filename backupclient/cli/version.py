"""`backupclient version`."""

from __future__ import annotations

import argparse
import platform
import sys

from backupclient import __version__
from backupclient.cli.exit_codes import Exit
from backupclient.cli.messages import Message
from backupclient.cli.terminal import Terminal


class Version(Message, frozen=True, tag="version", kw_only=True):
    """`version` is our own; `repository_format` the newest of restic's that is read and written."""

    version: str
    repository_format: int
    python: str
    os: str
    arch: str


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None of its own."""
    parser.description = "Show the version of this program, of Python and of the system."


def run(_: argparse.Namespace, terminal: Terminal) -> int:
    version = Version(
        version=__version__,
        repository_format=2,
        python=platform.python_version(),
        os=sys.platform,
        arch=platform.machine(),
    )
    if terminal.json:
        terminal.json_line(version)
    else:
        terminal.result(
            f"backupclient {version.version} (restic repository format 2) on Python "
            f"{version.python}, {version.os}/{version.arch}"
        )
    return Exit.DONE
