"""News from threads. A thread must not emit a signal of an object that the window may be deleting
at the same moment: Qt does that without Python's lock."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject, Signal


class Relay(QObject):
    """Has no parent, and lives as long as a thread holds it. Connect `sent` to a method of an
    object of the window's thread: it is called there, and not any more once the object is gone.
    `send` may be called by any thread."""

    sent = Signal(object, object)

    def send(self, receiver: object, what: object) -> None:
        with contextlib.suppress(RuntimeError):  # the whole program is ending
            self.sent.emit(receiver, what)
