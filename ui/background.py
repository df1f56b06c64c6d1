"""Work that may take long, beside the window's thread: files, the keyring, drives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from backupclient.errors import BackupError

Result = TypeVar("Result")


class Background(QObject):
    """Belongs to the window's thread. After `close`, or once it is deleted, nothing is heard of
    what still runs."""

    _done = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._done.connect(self._deliver)

    def run(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[Exception], None] | None = None,
    ) -> None:
        """`work` in a thread; its result, or its `BackupError` or OSError, in this one."""

        def call() -> None:
            try:
                result = work()
            except (BackupError, OSError) as error:
                self._tell(otherwise, error)
            else:
                self._tell(then, result)

        threading.Thread(target=call, name="background", daemon=True).start()

    def close(self) -> None:
        self._open = False

    def _tell(self, receiver: object, what: object) -> None:
        try:
            self._done.emit(receiver, what)
        except RuntimeError:  # deleted meanwhile
            return

    def _deliver(self, receiver: Callable[[object], None] | None, what: object) -> None:
        if self._open and receiver is not None:
            receiver(what)
