"""Who writes: the names that keys, locks and snapshots carry in the open or sealed."""

from __future__ import annotations

import getpass
import os
import socket
from typing import NamedTuple

__all__ = ["RECOVERY_USER", "Identity"]

RECOVERY_USER = "recovery-key"
"""The user that a recovery key names: what tells it from other passwords, for restic too."""


class Identity(NamedTuple):
    hostname: str
    username: str
    uid: int = 0
    gid: int = 0
    pid: int = 0

    @classmethod
    def of_this_process(cls, hostname: str | None = None) -> Identity:
        """`hostname` is the device's name, where one was chosen; else the computer's."""
        return cls(
            hostname=hostname or socket.gethostname(),
            username=_username(),
            uid=os.getuid() if hasattr(os, "getuid") else 0,
            gid=os.getgid() if hasattr(os, "getgid") else 0,
            pid=os.getpid(),
        )


def _username() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user that has no name, as in some containers
        return ""
