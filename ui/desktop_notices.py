"""Notifications by the desktop's message bus: with a button, and withdrawn when they are over.

See the Desktop Notifications Specification of freedesktop.org. Where there is no such bus, or
nobody on it who shows notifications, each is handed back to be shown in another way.
"""

from __future__ import annotations

import contextlib
import html
import queue
import sys
import threading
from concurrent.futures import InvalidStateError
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Signal

from ui.notices import Notice

_SERVICE = "org.freedesktop.Notifications"
_PATH = "/org/freedesktop/Notifications"
_SECONDS = 3.0
"""How long somebody on the bus may take to answer."""
_CLICK, _BUTTON, _LATER = "default", "do", "later"
_NORMAL_URGENCY = 1


class _Tell(NamedTuple):
    notice: Notice


class _Withdraw(NamedTuple):
    cause: str


class _Close(NamedTuple):
    pass


class DesktopNotices(QObject):
    """Belongs to the window's thread; a thread of its own talks to the bus, from the first
    notification on."""

    clicked = Signal(object)
    """The `Notice` that was clicked."""
    pressed = Signal(object)
    """The `Notice` whose button was pressed."""
    put_off = Signal(object)
    """The `Notice` that is to come again tomorrow."""
    refused = Signal(object)
    """A `Notice` that nobody here can show."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._work: queue.Queue[object] = queue.Queue()
        self._thread: threading.Thread | None = None

    @staticmethod
    def possible() -> bool:
        """Whether this system has such a bus."""
        return sys.platform.startswith("linux")

    def tell(self, notice: Notice) -> None:
        """Show it, in the place of one of the same cause that is still shown."""
        self._put(_Tell(notice))

    def withdraw(self, cause: str) -> None:
        """It is over; take what is still shown of it away."""
        if self._thread is not None:
            self._put(_Withdraw(cause))

    def close(self) -> None:
        """What is shown stays; a click on it is not heard any more."""
        if self._thread is not None:
            self._put(_Close())
            self._thread.join(2 * _SECONDS)

    def _put(self, what: object) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._talk, name="notifications", daemon=True)
            self._thread.start()
        self._work.put(what)

    # --- its thread -------------------------------------------------------------------------------

    def _talk(self) -> None:
        bus = _Bus(self._work)
        while not isinstance(what := self._work.get(), _Close):
            match what:
                case _Tell(notice):
                    if not bus.show(notice):
                        self.refused.emit(notice)
                case _Withdraw(cause):
                    bus.withdraw(cause)
                case _:
                    self._take_signal(bus, what)
        bus.close()

    def _take_signal(self, bus: _Bus, message: Any) -> None:
        heard = bus.heard(message)
        if heard is not None:
            notice, action = heard
            told = {_BUTTON: self.pressed, _LATER: self.put_off}.get(action, self.clicked)
            told.emit(notice)


class _Bus:
    """The connection, made when it is needed and made anew when it broke."""

    def __init__(self, signals: queue.Queue[object]) -> None:
        """What the bus tells without being asked goes to `signals`."""
        self._signals = signals
        self._router: Any = None
        self._abilities: frozenset[str] = frozenset()
        self._shown: dict[str, tuple[int, Notice]] = {}

    def show(self, notice: Notice) -> bool:
        """False if it cannot be shown."""
        for _ in range(2):  # the service may have been started anew since
            if self._router is None and not self._connect():
                return False
            answer = self._call("Notify", "susssasa{sv}i", self._message(notice))
            if answer is not None:
                self._shown[notice.cause] = (answer[0], notice)
                return True
            self.close()
        return False

    def withdraw(self, cause: str) -> None:
        shown = self._shown.pop(cause, None)
        if shown is not None and self._router is not None:
            self._call("CloseNotification", "u", (shown[0],))

    def heard(self, message: Any) -> tuple[Notice, str] | None:
        """Which notification somebody used, and how; None if it was only closed."""
        from jeepney import HeaderFields  # noqa: PLC0415 - Linux alone has it

        number, what = message.body
        found = next((one for one in self._shown.values() if one[0] == number), None)
        if found is None:
            return None
        if message.header.fields[HeaderFields.member] == "ActionInvoked":
            return found[1], what
        del self._shown[found[1].cause]
        return None

    def close(self) -> None:
        if self._router is not None:
            self._router.close()
            self._router.conn.close()
            self._router = None

    def _connect(self) -> bool:
        from jeepney import MatchRule, message_bus  # noqa: PLC0415 - as above
        from jeepney.io.threading import DBusRouter, open_dbus_connection  # noqa: PLC0415

        class Router(DBusRouter):  # type: ignore[misc]  # it has no types
            """Its thread ends with the bus, without a word."""

            def _receiver(self) -> None:
                # InvalidStateError: an answer that just came is told of the end, too.
                with contextlib.suppress(OSError, EOFError, InvalidStateError):
                    super()._receiver()

        try:
            self._router = Router(open_dbus_connection("SESSION"))
        except (OSError, ValueError, LookupError, RuntimeError, EOFError):
            return False
        rule = MatchRule(type="signal", interface=_SERVICE, path=_PATH)
        self._router.filter(rule, queue=self._signals)
        abilities = self._call("GetCapabilities")
        matched = self._ask(message_bus.AddMatch(rule))
        if abilities is None or matched is None:
            self.close()
            return False
        self._abilities = frozenset(abilities[0])
        return True

    def _message(self, notice: Notice) -> tuple[object, ...]:
        before = self._shown.get(notice.cause)
        body = html.escape(notice.body) if "body-markup" in self._abilities else notice.body
        actions: list[str] = []
        if "actions" in self._abilities:
            actions = [_CLICK, notice.title]
            actions += [_BUTTON, notice.button] if notice.button else []
            actions += [_LATER, notice.later] if notice.later else []
        hints = {
            "desktop-entry": ("s", "plainkeep"),
            "urgency": ("y", _NORMAL_URGENCY),
        }
        number = before[0] if before else 0
        return "Plainkeep", number, "plainkeep", notice.title, body, actions, hints, -1

    def _call(
        self, method: str, signature: str = "", body: tuple[object, ...] = ()
    ) -> tuple[Any, ...] | None:
        from jeepney import DBusAddress, new_method_call  # noqa: PLC0415 - as above

        address = DBusAddress(_PATH, _SERVICE, _SERVICE)
        return self._ask(new_method_call(address, method, signature or None, body))

    def _ask(self, question: Any) -> tuple[Any, ...] | None:
        """None if nobody answers, or only with an error."""
        from jeepney import MessageType  # noqa: PLC0415 - as above
        from jeepney.io.common import RouterClosed  # noqa: PLC0415

        try:
            reply = self._router.send_and_get_reply(question, timeout=_SECONDS)
        except (OSError, TimeoutError, RouterClosed, EOFError, KeyError):
            return None  # KeyError: jeepney's, where the bus hangs up between question and reply
        if reply.header.message_type is not MessageType.method_return:
            return None
        body: tuple[Any, ...] = reply.body
        return body
