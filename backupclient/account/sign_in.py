"""Signing in this computer by a code that a person types into a page of the service (RFC 8628)."""

from __future__ import annotations

import platform
import threading

from backupclient.account.client import AccountClient, Pending
from backupclient.account.wire import DeviceGrant, DeviceToken
from backupclient.clock import Clock
from backupclient.errors import AccountRefused, AccountUnreachable, Cancelled

_SLOWER = 5.0
"""Seconds that are added when the service says "slow down" (RFC 8628, section 3.5)."""


def await_approval(
    client: AccountClient, grant: DeviceGrant, clock: Clock, cancel: threading.Event
) -> DeviceToken:
    """Ask until somebody has approved it. `AccountRefused` (reason: denied, expired) or `SeatTaken`
    if nobody will; `Cancelled` once `cancel` is set. A network that is away for a while is waited
    for."""
    ends_at = clock.monotonic() + grant.expires_in
    interval = grant.interval
    while clock.monotonic() < ends_at:
        if clock.wait(cancel, interval):
            raise Cancelled
        try:
            answer = client.device_token(grant)
        except AccountUnreachable:
            interval = min(interval * 2, 60.0)
            continue
        if not isinstance(answer, Pending):
            return answer
        if answer.slower:
            interval += _SLOWER
    raise AccountRefused(reason="expired")


def system_name() -> str:
    """This computer's operating system as people call it."""
    match platform.system():
        case "Linux":
            try:
                return platform.freedesktop_os_release().get("PRETTY_NAME", "Linux")
            except OSError:
                return "Linux"
        case "Darwin":
            return f"macOS {platform.mac_ver()[0]}".strip()
        case other:
            return f"{other} {platform.release()}".strip()
