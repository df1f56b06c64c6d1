"""What must be known after a restart: the last backup by the plan, and a pause.

`automation.json` in the data folder. It is worth little: without it, a backup begins too early.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.automation.schedule import LastRun
from backupclient.decoding import from_json
from backupclient.settings import make_private, write_atomically

FILE_NAME = "automation.json"


class Journal(msgspec.Struct, frozen=True, kw_only=True):
    """`location` is the place that `last` was a backup to. `paused_until` is None for a pause
    without an end."""

    location: str = ""
    last: LastRun | None = None
    paused: bool = False
    paused_until: datetime | None = None


def load_journal(data: Path) -> Journal:
    """An empty one if there is none, or none that can be read."""
    try:
        return from_json((data / FILE_NAME).read_bytes(), Journal)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Journal()


def save_journal(data: Path, journal: Journal) -> None:
    """OSError if it cannot be written."""
    make_private(data)
    write_atomically(data / FILE_NAME, msgspec.json.encode(journal))
