"""Work that may take long, beside the window's thread: files, the keyring, drives."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject

from backupclient.errors import BackupError
from ui.relay import Relay

Result = TypeVar("Result")


class Background(QObject):
    """Belongs to the window's thread. After `close`, or once it is deleted, nothing is heard of
    what still runs."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[int, _Receivers] = {}
        self._count = 0
        self._open = True
        self._relay = Relay()
        self._relay.sent.connect(self._deliver)

    def run(
        self,
        work: Callable[[], Result],
        then: Callable[[Result], None],
        otherwise: Callable[[Exception], None] | None = None,
    ) -> None:
        """`work` in a thread; its result, or its `BackupError` or OSError, in this one. `work` must
        hold nothing of the window."""
        self._count += 1
        number, send = self._count, self._relay.send
        self._waiting[number] = _Receivers(then, otherwise)

        def call() -> None:
            try:
                what: object = work()
            except (BackupError, OSError) as error:
                what = _Failed(error)
            send(number, what)

        threading.Thread(target=call, name="background", daemon=True).start()

    def close(self) -> None:
        self._open = False
        self._waiting.clear()

    def _deliver(self, number: int, what: object) -> None:
        receivers = self._waiting.pop(number, None)
        if receivers is None or not self._open:
            return
        if not isinstance(what, _Failed):
            receivers.then(what)
        elif receivers.otherwise is not None:
            receivers.otherwise(what.error)


class _Receivers(NamedTuple):
    then: Callable[[Any], None]
    otherwise: Callable[[Exception], None] | None


class _Failed(NamedTuple):
    error: Exception
