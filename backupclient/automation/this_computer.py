"""The `Surroundings` of the computer this runs on: power by psutil; line and sleep by the desktop's
message bus (Linux) or the system's libraries (Windows); on macOS sleep by the system's own program,
which has none that tells of metered lines. Else nothing is known."""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from backupclient.automation import windows
from backupclient.automation.desktop_bus import descriptor_from, property_of
from backupclient.automation.surroundings import Tells

_NETWORK_MANAGER = "org.freedesktop.NetworkManager"
_LOGIN = "org.freedesktop.login1"
_METERED = (1, 3)
"""Yes, and guessed yes, of the enumeration NMMetered."""


class ThisComputer:
    """See `Surroundings`. Everything is asked anew each time."""

    def on_battery(self) -> bool:
        return _plugged_in() is False

    def metered(self) -> bool:
        return _metered() is True

    def online(self) -> bool:
        import psutil  # noqa: PLC0415 - takes a while to load

        try:
            stats, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
        except OSError:
            return True
        return any(
            stat.isup and "loopback" not in stat.flags and addresses.get(name)
            for name, stat in stats.items()
        )

    def awake(self) -> AbstractContextManager[object]:
        if sys.platform == "win32":
            return windows.kept_awake(ctypes.WinDLL("kernel32"))
        ways = {"linux": _inhibited, "darwin": caffeinated}
        return ways.get(sys.platform, nullcontext)()

    def tells(self) -> Tells:
        return Tells(
            battery=_plugged_in() is not None, metered=_metered() is not None, awake=_may_stay()
        )


def _plugged_in() -> bool | None:
    """None without a battery."""
    import psutil  # noqa: PLC0415 - takes a while to load

    try:
        battery = psutil.sensors_battery()
    except (OSError, RuntimeError, AttributeError):  # no such sensor, or none on this system
        return None
    # What is not known is not held against it.
    return None if battery is None else battery.power_plugged is not False


def _metered() -> bool | None:
    """None where nobody says."""
    if sys.platform == "win32":
        return windows.metered(ctypes.WinDLL("ole32"))
    if not sys.platform.startswith("linux"):
        return None
    path = "/org/freedesktop/NetworkManager"
    said = property_of(_NETWORK_MANAGER, path, _NETWORK_MANAGER, "Metered")
    return None if said is None else said in _METERED


def _may_stay() -> bool:
    """Whether there is anybody who keeps it awake."""
    if sys.platform == "darwin":
        return shutil.which("caffeinate") is not None
    path = "/org/freedesktop/login1"
    return (
        sys.platform == "win32"
        or property_of(_LOGIN, path, f"{_LOGIN}.Manager", "BlockInhibited") is not None
    )


@contextlib.contextmanager
def _inhibited() -> Iterator[None]:
    """The login manager gives an open file for it, and it counts for as long as that is open."""
    lock = descriptor_from(
        _LOGIN,
        "/org/freedesktop/login1",
        f"{_LOGIN}.Manager",
        "Inhibit",
        ("sleep:idle", "Plainkeep", "backup", "block"),
    )
    try:
        yield
    finally:
        if lock is not None:
            os.close(lock)


@contextlib.contextmanager
def caffeinated() -> Iterator[None]:
    """As caffeinate(8) of macOS does it, which ends with this process in any case."""
    command = ["caffeinate", "-i", "-w", str(os.getpid())]
    try:
        held = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    except OSError:
        yield
        return
    try:
        yield
    finally:
        held.terminate()
        held.wait()
