"""A report for support, made by a process of its own: it works when the engine does not."""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import msgspec
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, Signal

from backupclient.support.diagnostics.bundle import Like, Typed
from ui.explained import spoken

_NAME = "report.zip"
_ROOM = 8_000_000
"""Bytes that a report has in reach; most take a hundredth of it."""
_IN_MEMORY = "/dev/shm"  # noqa: S108 - a folder of its own is made in it


class Made(NamedTuple):
    """`words` is everything that the report says; `file` is the .zip, until the maker is closed."""

    words: str
    file: Path


class ReportMaker(QObject):
    """Belongs to the window's thread; one report at a time."""

    made = Signal(object)
    """A `Made`."""
    failed = Signal(str)
    """With what the process said."""

    def __init__(self, data: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data = data
        self._folder = tempfile.TemporaryDirectory(prefix="plainkeep-", dir=folder_with_room())
        self._process: QProcess | None = None

    @property
    def file(self) -> Path:
        return Path(self._folder.name) / _NAME

    def make(self, *, names: bool, like: Like, typed: Typed, crashes: bool) -> None:
        """Anew; what was being made is given up."""
        self._give_up()
        process = self._process = QProcess(self)
        process.setProgram(sys.executable)
        process.setArguments(
            [
                *("-m", "backupclient", "diagnose", "create", str(self.file), "--window"),
                *("--data-dir", str(self._data), "--like", like, "--language", spoken()),
                *(["--names"] if names else []),
                *([] if crashes else ["--no-crashes"]),
            ]
        )
        environment = QProcessEnvironment.systemEnvironment()
        environment.insert("PYTHONUTF8", "1")
        process.setProcessEnvironment(environment)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        process.start()
        process.write(msgspec.json.encode(typed) + b"\n")
        process.closeWriteChannel()

    def close(self) -> None:
        self._give_up()
        self._folder.cleanup()

    def _finish(self, code: int, _status: QProcess.ExitStatus) -> None:
        process = self._process
        if process is None or process is not self.sender():
            return
        words = process.readAllStandardOutput().toStdString()
        if code == 0 and self.file.exists():
            self.made.emit(Made(words.strip(), self.file))
        else:
            self.failed.emit(process.readAllStandardError().toStdString().strip())

    def _fail(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart and self._process is not None:
            self.failed.emit(self._process.errorString())

    def _give_up(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.waitForFinished(1000)
            process.deleteLater()


def folder_with_room() -> str | None:
    """For what is there for a while only: where the disk is full, memory has room."""
    for folder in (tempfile.gettempdir(), os.environ.get("XDG_RUNTIME_DIR", ""), _IN_MEMORY):
        with contextlib.suppress(OSError):
            if folder and shutil.disk_usage(folder).free >= _ROOM:
                return folder
    return None
