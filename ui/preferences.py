"""What was chosen about the window itself: looks, notifications, what closing does.

`window.json` in the data folder. It holds nothing that a backup depends on: a file that cannot be
read is as good as none.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.settings import make_private, write_atomically
from ui.theme import Appearance

FILE_NAME = "window.json"


class PutOff(msgspec.Struct, frozen=True):
    """A cause that is not to be told of before that time."""

    cause: str
    until: datetime


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """`told` are the causes that were notified of and are not over: each is told once, also across
    starts. `closing_told`: that closing leaves the program in the tray has been said.
    `put_off` are those of which somebody wants to be reminded later. `sheet_missing`: the recovery
    sheet was put off and is not made yet. `support_address` is where reports go without an
    account: of a mail, or a page."""

    appearance: Appearance = Appearance.SYSTEM
    tell_needs_you: bool = True
    tell_nearly_full: bool = True
    tell_no_backup: bool = True
    tell_done: bool = True
    first_backup_told: bool = False
    closing_told: bool = False
    told: frozenset[str] = frozenset()
    put_off: tuple[PutOff, ...] = ()
    sheet_missing: bool = False
    support_address: str = ""


def load_preferences(data: Path) -> Preferences:
    try:
        return from_json((data / FILE_NAME).read_bytes(), Preferences)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return Preferences()


def save_preferences(data: Path, preferences: Preferences) -> None:
    """Durable when it returns. OSError if it cannot be written."""
    make_private(data)
    write_atomically(data / FILE_NAME, msgspec.json.encode(preferences, order="deterministic"))
