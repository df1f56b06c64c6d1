"""How often a place's password was wrong in a row: to know when another way in should be named.
No number of tries locks anybody out, here or at the storage."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.clock import Clock
from backupclient.decoding import from_json
from backupclient.errors import WrongPassword
from backupclient.settings import make_private, write_atomically

OFTEN = 3


class WrongTries(msgspec.Struct, frozen=True):
    count: int
    since: datetime


@contextlib.contextmanager
def counting_tries(file: Path, clock: Clock) -> Iterator[None]:
    """Inside, a password is tried. `WrongPassword` passes with the facts `tries`, this one counted,
    `since` (RFC 3339), when the first of them was, and from the third on `tried` "often"; the
    right one ends the count. What two programs try at the same moment may count once; where
    `file` cannot be written nothing is counted."""
    try:
        yield
    except WrongPassword as error:
        before = _read(file) or WrongTries(0, clock.now())
        tries = WrongTries(before.count + 1, before.since)
        with contextlib.suppress(OSError):
            if file.parent.parent.is_dir():  # a guess alone begins no folder of notes
                make_private(file.parent)
            write_atomically(file, msgspec.json.encode(tries))
        raise WrongPassword(
            error.raw,
            tries=tries.count,
            since=tries.since.isoformat(),
            tried="often" if tries.count >= OFTEN else None,
        ) from error
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _read(file: Path) -> WrongTries | None:
    try:
        return from_json(file.read_bytes(), WrongTries)
    except (OSError, ValueError):
        return None
