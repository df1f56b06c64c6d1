"""Starting with the session, in the way of each system.

Linux and others: a desktop entry in the autostart folder (freedesktop.org, Desktop Application
Autostart Specification). macOS: a property list in `~/Library/LaunchAgents` (launchd.plist(5)).
Windows: a value below the user's `Run` key.
"""

from __future__ import annotations

import os
import plistlib
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QSettings

from backupclient.settings import write_atomically

_PLAIN = re.compile(r"[\w./:@,+=-]+", re.ASCII)
_ID = "plainkeep"
_LABEL = "org.plainkeep.app"
_RUN_KEY = r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run"


class Autostart(Protocol):
    """One program's place among what starts with the session. OSError if the system refuses."""

    @property
    def enabled(self) -> bool: ...

    def enable(self, command: Sequence[str]) -> None: ...

    def disable(self) -> None: ...


def start_command(data: Path) -> tuple[str, ...]:
    """What the session starts: the tray icon without the window."""
    return (sys.executable, "-m", "ui", "--background", "--data-dir", str(data))


def autostart() -> Autostart:
    """The way of this system."""
    if sys.platform == "win32":
        return RunKey(QSettings(_RUN_KEY, QSettings.Format.NativeFormat))
    if sys.platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents")
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return DesktopEntry(Path(config) / "autostart")


class DesktopEntry:
    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{_ID}.desktop"

    @property
    def enabled(self) -> bool:
        """A desktop may switch an entry off by `Hidden` instead of removing it."""
        try:
            lines = self._file.read_text("utf-8").splitlines()
        except OSError:
            return False
        off = {"hidden=true", "x-gnome-autostart-enabled=false"}
        return not any(line.replace(" ", "").lower() in off for line in lines)

    def enable(self, command: Sequence[str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        content = (
            "[Desktop Entry]\nType=Application\nName=Plainkeep\nComment=Backs up by itself\n"
            f"Icon={_ID}\nTerminal=false\nExec={' '.join(quoted(part) for part in command)}\n"
        )
        write_atomically(self._file, content.encode())

    def disable(self) -> None:
        self._file.unlink(missing_ok=True)


def quoted(argument: str) -> str:
    """As the Desktop Entry Specification wants an argument of `Exec`: quoted where it has to be
    (`xdg-open` knows no quotes), and then escaped as any string of the file is."""
    if _PLAIN.fullmatch(argument):
        return argument
    for special in ("\\", '"', "`", "$"):
        argument = argument.replace(special, "\\" + special)
    return '"' + argument.replace("\\", "\\\\").replace("%", "%%") + '"'


class LaunchAgent:
    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{_LABEL}.plist"

    @property
    def enabled(self) -> bool:
        return self._file.exists()

    def enable(self, command: Sequence[str]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "Label": _LABEL,
            "ProgramArguments": list(command),
            "RunAtLoad": True,
            "ProcessType": "Interactive",
        }
        write_atomically(self._file, plistlib.dumps(content))

    def disable(self) -> None:
        self._file.unlink(missing_ok=True)


class RunKey:
    """`settings` is the `Run` key; a test takes a file instead."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    @property
    def enabled(self) -> bool:
        return self._settings.contains(_ID)

    def enable(self, command: Sequence[str]) -> None:
        self._settings.setValue(_ID, subprocess.list2cmdline(command))
        self._sync()

    def disable(self) -> None:
        self._settings.remove(_ID)
        self._sync()

    def _sync(self) -> None:
        self._settings.sync()
        if self._settings.status() is not QSettings.Status.NoError:
            raise OSError(_RUN_KEY)
