"""The backups of a place kept open in the engine while somebody may look into them: opening takes a
while, and a search should not wait for it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from backupclient.errors import BackupError
from backupclient.requests import Place
from backupclient.wire.envelope import Reply
from backupclient.wire.looks import ListSnapshots, Snapshots
from ui.lookups import Lookups

_AGAIN_MS = 45_000
"""Less than the engine keeps a place open that nobody asks about."""


class KeptOpen(QObject):
    """Belongs to the window's thread."""

    opening = Signal(bool)
    """The place is being opened, or it is open or cannot be."""
    listed = Signal(object)
    """The backups there are, newest first."""
    failed = Signal(object)
    """A `BackupError`."""

    def __init__(self, lookups: Lookups, parent: QObject) -> None:
        super().__init__(parent)
        self._lookups = lookups
        self._place: Place | None = None
        self._again = QTimer(self, interval=_AGAIN_MS)
        self._again.timeout.connect(self._ask)

    def open(self, place: Place) -> None:
        """Now, and keep it open until `let_go`."""
        self._place = place
        self.opening.emit(True)
        self._again.start()
        self._ask()

    def let_go(self) -> None:
        self._again.stop()

    def _ask(self) -> None:
        if self._place is not None:
            make = partial(_list_snapshots, self._place)
            self._lookups.ask("snapshots", make, self._take, self._fail)

    def _take(self, reply: Reply) -> None:
        self.opening.emit(False)
        if isinstance(reply, Snapshots):
            self.listed.emit(reply.snapshots)

    def _fail(self, error: BackupError) -> None:
        self.opening.emit(False)
        self.failed.emit(error)


def _list_snapshots(place: Place, no: int) -> ListSnapshots:
    return ListSnapshots(id=no, place=place)
