"""Noticing that the computer has got another way to the network: on Linux the kernel says so,
elsewhere the addresses are compared every few seconds."""

from __future__ import annotations

import contextlib
import ipaddress
import select
import socket
import sys
import threading
from collections.abc import Callable

from backupclient.clock import Clock

_POLL_SECONDS = 5.0
_TOLD_AFTER = (0.3, 2.0, 6.0)
"""Seconds from a change until it is told, each time: names, routes and a login come a moment after
an address."""
_GROUPS = 0x1 | 0x10 | 0x100
"""RTMGRP_LINK, RTMGRP_IPV4_IFADDR and RTMGRP_IPV6_IFADDR of rtnetlink(7)."""
_PIECE = 1 << 16


class NetworkWatch:
    """Calls `tell`, from a thread of its own, soon after this computer has got an address that it
    did not have, or a cable was plugged in. What is lost is not told. `start` and then `stop`
    may be called once."""

    def __init__(self, clock: Clock, tell: Callable[[], None]) -> None:
        self._clock = clock
        self._tell = tell
        self._known: frozenset[tuple[str, str]] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="network", daemon=True)

    def start(self) -> None:
        self._ours, self._theirs = socket.socketpair()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._theirs.close()
        if self._thread.is_alive():
            self._thread.join()
        self._ours.close()

    def _run(self) -> None:
        with contextlib.ExitStack() as stack:
            line = _kernel_news(stack)
            if line is None:
                self._known = _addresses()
            due: list[float] = []
            while not self._stopping.is_set():
                now = self._clock.monotonic()
                left = max(due[0] - now, 0.0) if due else None
                if self._may_have_changed(line, left) and self._has_more():
                    due = [self._clock.monotonic() + after for after in _TOLD_AFTER]
                if due and due[0] <= self._clock.monotonic() and not self._stopping.is_set():
                    del due[0]
                    self._tell()

    def _may_have_changed(self, line: socket.socket | None, seconds: float | None) -> bool:
        """Wait for news, for so long or until it is to stop."""
        if line is None:
            seconds = _POLL_SECONDS if seconds is None else min(seconds, _POLL_SECONDS)
        ready, _, _ = select.select(
            [self._ours, *([] if line is None else [line])], [], [], seconds
        )
        if line is None:
            return True
        if line not in ready:
            return False
        # What does not fit is lost, with an error; that something happened is all that counts.
        with contextlib.suppress(OSError):
            while True:
                line.recv(_PIECE, socket.MSG_DONTWAIT)
        return True

    def _has_more(self) -> bool:
        before, self._known = self._known, _addresses()
        return before is None or not self._known <= before


def _kernel_news(stack: contextlib.ExitStack) -> socket.socket | None:
    """A socket that can be read when a link or an address has changed; None where there is none."""
    if sys.platform != "linux":
        return None
    try:
        line = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
        stack.enter_context(line)
        line.bind((0, _GROUPS))
    except OSError:  # not allowed in some sandboxes
        return None
    return line


def _addresses() -> frozenset[tuple[str, str]]:
    """Those of interfaces that are up, by their names; not those that lead back here."""
    import psutil  # noqa: PLC0415 - takes a while to load, and most runs see no change

    try:
        stats, addresses = psutil.net_if_stats(), psutil.net_if_addrs()
    except OSError:
        return frozenset()
    return frozenset(
        (name, address.address)
        for name, stat in stats.items()
        if stat.isup
        for address in addresses.get(name, ())
        if _leads_elsewhere(address.address)
    )


def _leads_elsewhere(address: str) -> bool:
    try:
        return not ipaddress.ip_address(address.partition("%")[0]).is_loopback
    except ValueError:  # a card's own number
        return False
