"""What the computer says of its power, its line and its sleep."""

from __future__ import annotations

import ipaddress
from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol
from urllib.parse import urlsplit

from backupclient.events import Condition
from backupclient.plan import BackupPlan


class Tells(NamedTuple):
    """What a computer can say, or do, at all: what it cannot is no choice that anybody has.
    `battery`: it has one; `metered`: it knows of lines that are; `awake`: it can be kept so."""

    battery: bool
    metered: bool
    awake: bool


class Surroundings(Protocol):
    """Any thread. Each answers within two seconds; what is not known is answered with False, the
    network that is not known of with True."""

    def on_battery(self) -> bool: ...

    def metered(self) -> bool:
        """Whether the line that would be used counts what goes over it."""

    def online(self) -> bool:
        """Whether there is any network at all."""

    def awake(self) -> AbstractContextManager[object]:
        """For as long as the block lasts, the computer does not go to sleep by itself. It is left
        in the thread that entered it, or when that has ended."""

    def tells(self) -> Tells:
        """Which of this is more than a guess here. Within four seconds."""


def obstacle(plan: BackupPlan, around: Surroundings) -> Condition | None:
    """What a backup by this plan has to wait for, or None."""
    remote = uses_network(plan.storage.location)
    if remote and not around.online():
        return Condition.OFFLINE
    if remote and not plan.schedule.on_metered and around.metered():
        return Condition.METERED
    if not plan.schedule.on_battery and around.on_battery():
        return Condition.BATTERY
    return None


def uses_network(location: str) -> bool:
    """Whether what is at `location` is reached over a line, and not on this computer itself."""
    if not location.startswith("s3:"):
        return False
    rest = location.removeprefix("s3:")
    host = urlsplit(rest if "//" in rest else f"//{rest}").hostname or ""
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True
