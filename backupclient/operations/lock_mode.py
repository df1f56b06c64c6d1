"""What an operation needs of whoever else works in the repository."""

from __future__ import annotations

import enum


class LockMode(enum.Enum):
    """What an operation needs of the others: nothing, that nobody deletes, to be alone.

    `FREE` is `READING` by who was told to take no lock.
    `FORGETTING` only deletes, which works in a full storage, too: where no lock can be written and
    nobody has one, it goes on without.
    `READING` and `CHECKING` change nothing, and go on without a lock where none can be written,
    such as in a full storage: what they read might be deleted meanwhile, which they would say."""

    NONE = "none"
    FREE = "free"
    READING = "reading"
    SHARED = "shared"
    CHECKING = "checking"
    FORGETTING = "forgetting"
    EXCLUSIVE = "exclusive"

    @property
    def locks(self) -> bool:
        return self not in (LockMode.NONE, LockMode.FREE)

    @property
    def optional(self) -> bool:
        return self in (LockMode.READING, LockMode.CHECKING, LockMode.FORGETTING)

    @property
    def alone(self) -> bool:
        return self in (LockMode.CHECKING, LockMode.FORGETTING, LockMode.EXCLUSIVE)
