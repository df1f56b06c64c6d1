"""`backupclient app`: the window."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys

from backupclient.cli.environment import data_folders
from backupclient.cli.terminal import Terminal
from backupclient.errors import InvalidRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = "Open the window. With --data-dir, everything it knows is kept in DIR."


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """The window's exit code. `InvalidRequest` (reason: no-window) where Qt is not installed."""
    # A process of its own: the command line must not know the window, nor load Qt.
    if importlib.util.find_spec("PySide6") is None:
        raise InvalidRequest(reason="no-window")
    data = data_folders(args, terminal.environ).data
    command = [sys.executable, "-m", "ui", "--data-dir", str(data)]
    if os.name == "posix":
        os.execv(command[0], command)  # noqa: S606 - this very program
    return subprocess.run(command, check=False).returncode
