"""What an operation needs of whoever else works in the repository."""

from __future__ import annotations

import enum


class LockMode(enum.Enum):
    """What an operation needs of the others: nothing, that nobody deletes (`READING` goes on
    without a lock where none can be written), to be alone."""

    NONE = "none"
    READING = "reading"
    SHARED = "shared"
    EXCLUSIVE = "exclusive"
