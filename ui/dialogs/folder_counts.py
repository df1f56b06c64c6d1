"""How much is in folders, counted by the engine and asked for as long as it goes on."""

from __future__ import annotations

import os
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from backupclient.errors import BackupError
from backupclient.requests import BackupRequest, ExcludeRule
from backupclient.wire.answers import FolderSize
from backupclient.wire.envelope import Reply
from backupclient.wire.places import Measured, MeasureFolder
from ui.dialogs.first_run_choices import Surroundings
from ui.presets import junk_rules

_ASK_MS = 250


class FolderCounts(QObject):
    """Belongs to the window's thread. Junk is always counted apart, as what is left out."""

    changed = Signal()

    def __init__(self, surroundings: Surroundings) -> None:
        super().__init__()
        self._surroundings = surroundings
        self._sizes: dict[Path, FolderSize] = {}
        self._waiting = 0
        self._timer = QTimer(self, interval=_ASK_MS)
        self._timer.timeout.connect(self._ask)

    def count(self, folder: Path) -> None:
        """Begin with a folder; nothing happens to one that is known."""
        self._sizes.setdefault(folder, FolderSize())
        self._timer.start()

    def of(self, folder: Path) -> FolderSize:
        return self._sizes.get(folder, FolderSize())

    def close(self) -> None:
        self._timer.stop()

    def _ask(self) -> None:
        if self._waiting:
            return
        rest = [folder for folder, size in self._sizes.items() if not size.done]
        if not rest:
            self._timer.stop()
        for folder in rest:
            self._waiting += 1
            self._ask_for(folder)

    def _ask_for(self, folder: Path) -> None:
        request = BackupRequest(
            paths=(os.fsencode(folder),),
            rules=tuple(ExcludeRule(pattern=rule) for rule in junk_rules()),
            exclude_caches=True,
        )

        def take(reply: Reply) -> None:
            self._waiting -= 1
            if isinstance(reply, Measured) and reply.size != self._sizes[folder]:
                self._sizes[folder] = reply.size
                self.changed.emit()

        self._surroundings.ask(lambda no: MeasureFolder(id=no, request=request), take, self._fail)

    def _fail(self, _error: BackupError) -> None:
        self._waiting -= 1
