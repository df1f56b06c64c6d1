"""Small files written beside the window's thread, in the order they were saved in."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from PySide6.QtCore import QObject, Signal


class Saver(QObject):
    """Belongs to the window's thread."""

    failed = Signal(object)
    """The OSError of a file that could not be written."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread = ThreadPoolExecutor(1, "saving")
        self._open = True

    def save(self, write: Callable[[], None], then: Callable[[], None] | None = None) -> None:
        """`write` soon, and `then` in the same thread if that went well. Nothing once closed: what
        is left of the window's news has nothing new to say."""
        if not self._open:
            return

        def both() -> None:
            write()
            if then is not None:
                then()

        self._thread.submit(both).add_done_callback(self._look_at)

    def close(self) -> None:
        """Returns when everything is written."""
        self._open = False
        self._thread.shutdown(wait=True)

    def _look_at(self, done: Future[None]) -> None:
        error = done.exception()
        if isinstance(error, OSError):
            self.failed.emit(error)
