"""The `Surroundings` of the computer this runs on: power by psutil, line and sleep by the desktop's
message bus where there is one (Linux), sleep by the system's own program on macOS, else unknown."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

from backupclient.automation.desktop_bus import descriptor_from, property_of

_NETWORK_MANAGER = "org.freedesktop.NetworkManager"
_LOGIN = "org.freedesktop.login1"
_METERED = (1, 3)
"""Yes, and guessed yes, of the enumeration NMMetered."""


class ThisComputer:
    """See `Surroundings`. Everything is asked anew each time."""

    def on_battery(self) -> bool:
        import psutil  # noqa: PLC0415 - takes a while to load

        try:
            battery = psutil.sensors_battery()
        except (OSError, RuntimeError, AttributeError):  # no such sensor, or none on this system
            return False
        return battery is not None and battery.power_plugged is False

    def metered(self) -> bool:
        return sys.platform.startswith("linux") and _metered_by_network_manager()

    def online(self) -> bool:
        import psutil  # noqa: PLC0415 - as above

        try:
            stats, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
        except OSError:
            return True
        return any(
            stat.isup and "loopback" not in stat.flags and addresses.get(name)
            for name, stat in stats.items()
        )

    def awake(self) -> AbstractContextManager[object]:
        ways = {"linux": _inhibited, "darwin": caffeinated}
        return ways.get(sys.platform, nullcontext)()


def _metered_by_network_manager() -> bool:
    path = "/org/freedesktop/NetworkManager"
    return property_of(_NETWORK_MANAGER, path, _NETWORK_MANAGER, "Metered") in _METERED


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
