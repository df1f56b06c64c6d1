"""Copies of files from a backup, to be looked at."""

from __future__ import annotations

import os
import tempfile

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices

from ui.background import Background


class Copies(QObject):
    """Only to be read, and gone when the application ends. Belongs to the window's thread."""

    opened = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._count = 0
        self._background = Background(self)

    def new_folder(self) -> bytes:
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="plainkeep-look-")
        self._count += 1
        return os.fsencode(os.path.join(self._folder.name, str(self._count)))

    def open(self, path: bytes) -> None:
        def protect() -> str:
            os.chmod(path, 0o400)
            return os.fsdecode(path)

        self._background.run(protect, self._open)

    def _open(self, path: str) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(path))
        self.opened.emit(path)

    def close(self) -> None:
        if self._folder is not None:
            self._folder.cleanup()
