"""Whether the user has asked the system for less movement, which the theme then leaves out."""

from __future__ import annotations

import ctypes
import subprocess
import sys

from PySide6.QtCore import QObject

from ui.background import Background
from ui.theme import theme

_PORTAL = "org.freedesktop.portal"
_LESS = 1
"""Of `reduced-motion` of the Settings portal (XDG Desktop Portal)."""
_SECONDS = 2.0
_CLIENT_AREA_ANIMATION = 0x1042
"""SPI_GETCLIENTAREAANIMATION of SystemParametersInfoW (Windows documentation)."""


class SystemMotion(QObject):
    """Belongs to the window's thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)

    def look(self, _seen: bool = True) -> None:
        """The theme hears of it soon. Whenever the window comes, since not every system tells."""
        self._background.run(wants_less, self._take)

    def close(self) -> None:
        self._background.close()

    def _take(self, less: bool) -> None:
        theme().reduced_motion = less


def wants_less() -> bool:
    """Any thread. False where nobody says."""
    if sys.platform == "win32":
        animated = ctypes.c_int(1)
        told = ctypes.WinDLL("user32").SystemParametersInfoW(
            _CLIENT_AREA_ANIMATION, 0, ctypes.byref(animated), 0
        )
        return bool(told) and not animated.value
    if sys.platform == "darwin":
        command = ["defaults", "read", "com.apple.Accessibility", "ReduceMotionEnabled"]
        said = subprocess.run(command, capture_output=True, text=True, check=False)
        return said.stdout.strip() == "1"
    return (
        _setting("org.freedesktop.appearance", "reduced-motion") == _LESS
        or _setting("org.gnome.desktop.interface", "enable-animations") is False
    )


def _setting(namespace: str, key: str) -> object:
    """What the desktop has set; None if nobody says."""
    from jeepney import DBusAddress, MessageType, new_method_call  # noqa: PLC0415 - Linux alone has it
    from jeepney.io.blocking import open_dbus_connection  # noqa: PLC0415
    from jeepney.wrappers import DBusErrorResponse  # noqa: PLC0415

    portal = DBusAddress(
        "/org/freedesktop/portal/desktop", f"{_PORTAL}.Desktop", f"{_PORTAL}.Settings"
    )
    try:
        with open_dbus_connection("SESSION") as bus:
            question = new_method_call(portal, "Read", "ss", (namespace, key))
            reply = bus.send_and_get_reply(question, timeout=_SECONDS)
    except (OSError, ValueError, LookupError, RuntimeError, EOFError, DBusErrorResponse):
        return None  # no bus, or one that is not understood
    if reply.header.message_type is not MessageType.method_return:
        return None
    value = reply.body[0]
    while isinstance(value, tuple):  # a variant, of its type and its value, in another
        value = value[1]
    return value
