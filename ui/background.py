"""Work that may take long, beside the window's thread: files, the keyring, drives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject

from backupclient.errors import BackupError
from ui.relay import Relay

Result = TypeVar("Result")


class Background(QObject):
    """Belongs to the window's thread. After `close`, or once it is deleted, nothing is heard of
    what still runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._relay = Relay()
        self._relay.sent.connect(self._deliver)

    def run(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[Exception], None] | None = None,
    ) -> None:
        """`work` in a thread; its result, or its `BackupError` or OSError, in this one."""

        send = self._relay.send

        def call() -> None:
            try:
                result = work()
            except (BackupError, OSError) as error:
                send(otherwise, error)
            else:
                send(then, result)

        threading.Thread(target=call, name="background", daemon=True).start()

    def close(self) -> None:
        self._open = False

    def _deliver(self, receiver: Callable[[object], None] | None, what: object) -> None:
        if self._open and receiver is not None:
            receiver(what)
