"""News from threads. A thread must not emit a signal of an object that the window may be deleting
at the same moment: Qt does that without Python's lock. Nor may it be the last to hold such an
object, which would then be deleted in the wrong thread."""

from __future__ import annotations

import atexit
import threading

from PySide6.QtCore import QObject, Signal

_ending = threading.Event()
"""The program is: Qt's objects are about to be deleted, whoever holds them."""
# The last to be registered is the first to be called, and Qt's own deleting was before.
atexit.register(_ending.set)


class Relay(QObject):
    """Has no parent, and lives as long as a thread holds it. Connect `sent` to a method of an
    object of the window's thread: it is called there, and not any more once the object is gone.
    `send` may be called by any thread."""

    sent = Signal(object, object)

    def send(self, to: object, what: object) -> None:
        if not _ending.is_set():
            self.sent.emit(to, what)
