"""What opens `plainkeep://` links, in the way of each system.

Linux and others: a desktop entry that names the scheme as a MIME type (freedesktop.org, Desktop
Entry Specification), made the default in `mimeapps.list` (Association between MIME types and
applications). Windows: a class of the user's with the value `URL Protocol`. macOS asks the
program's own bundle: `CFBundleURLTypes` in its property list, and the link comes as an event.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QSettings, Signal
from PySide6.QtGui import QFileOpenEvent

from backupclient.settings import write_atomically
from ui.autostart import quoted
from ui.links import SCHEME

_MIME = f"x-scheme-handler/{SCHEME}"
_FILE = f"{SCHEME}-links.desktop"
_DEFAULTS = "[Default Applications]"
_CLASSES = r"HKEY_CURRENT_USER\Software\Classes"


class LinkHandler(Protocol):
    """The program that gets the links of this user. Any thread; OSError if the system refuses."""

    def register(self, command: Sequence[str]) -> None:
        """`command`, with the link after it, from now on. Nothing is written that stands so."""


def link_command(data: Path) -> tuple[str, ...]:
    """What the system starts. Behind the two dashes no link is taken for an option."""
    return (sys.executable, "-m", "ui", "--data-dir", str(data), "--")


def link_handler() -> LinkHandler:
    """The way of this system."""
    if sys.platform == "win32":
        return UrlProtocol(QSettings(_CLASSES, QSettings.Format.NativeFormat))
    if sys.platform == "darwin":
        return Bundle()
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    config = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return MimeHandler(Path(data) / "applications", Path(config) / "mimeapps.list")


class MimeHandler:
    def __init__(self, applications: Path, defaults: Path) -> None:
        self._entry = applications / _FILE
        self._defaults = defaults

    def register(self, command: Sequence[str]) -> None:
        entry = (
            "[Desktop Entry]\nType=Application\nName=Plainkeep\nNoDisplay=true\nTerminal=false\n"
            f"Icon={SCHEME}\nExec={' '.join(quoted(part) for part in command)} %u\n"
            f"MimeType={_MIME};\n"
        )
        if _read(self._entry) != entry:
            self._entry.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self._entry, entry.encode())
        before = _read(self._defaults)
        if before != (after := _with_default(before)):
            # Somebody's own file, which may lie elsewhere: what leads there stays.
            file = self._defaults.resolve()
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(file, after.encode("utf-8", "surrogateescape"))


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def _with_default(text: str) -> str:
    """The same list, in which our links are ours: every other line as it was."""
    lines = text.splitlines(keepends=True)
    mine = f"{_MIME}={_FILE}\n"
    heads = [no for no, line in enumerate(lines) if line.strip() == _DEFAULTS]
    if not heads:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}{_DEFAULTS}\n{mine}"
    for no in range(heads[0] + 1, len(lines)):
        if lines[no].lstrip().startswith("["):
            break
        if lines[no].partition("=")[0].strip() == _MIME:
            lines[no] = mine
            return "".join(lines)
    if not lines[heads[0]].endswith("\n"):
        lines[heads[0]] += "\n"
    lines.insert(heads[0] + 1, mine)
    return "".join(lines)


class UrlProtocol:
    """`settings` are the user's classes; a test takes a file instead."""

    def __init__(self, settings: QSettings) -> None:
        self._settings = settings

    def register(self, command: Sequence[str]) -> None:
        values = {
            f"{SCHEME}/.": "URL:Plainkeep",
            f"{SCHEME}/URL Protocol": "",
            f"{SCHEME}/shell/open/command/.": f'{subprocess.list2cmdline(command)} "%1"',
        }
        for key, value in values.items():
            if self._settings.value(key) != value:
                self._settings.setValue(key, value)
        self._settings.sync()
        if self._settings.status() is not QSettings.Status.NoError:
            raise OSError(_CLASSES)


class Bundle:
    """The program's bundle says it; there is nothing to write."""

    def register(self, command: Sequence[str]) -> None:
        del command


class LinkEvents(QObject):
    """Hears the links that the system gives a running program as events. An event filter of the
    application; belongs to its thread."""

    opened = Signal(str)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QFileOpenEvent) and event.url().scheme() == SCHEME:
            self.opened.emit(event.url().toString())
            return True
        return super().eventFilter(watched, event)
