"""What the numbers in the manifest's rows stand for.

Apart from the tables, so that a question to the manifest need not load what makes tables.
"""

from __future__ import annotations

import enum


class EntryKind(enum.IntEnum):
    """What an entry is. The values are stored."""

    FILE = 0
    FOLDER = 1
    SYMLINK = 2
    SPECIAL = 3


class EntryState(enum.IntEnum):
    """What is known of an entry's newest content. The values are stored. A `STORED` entry is safe
    once the run it names (or a later one of the same set) ended in a listed snapshot. The tree of
    a `STORED` folder is made of what its entries say; of another folder it may be an older one,
    or hold only what was chosen of it."""

    WAITING = 0
    STORED = 1
    PROBLEM = 2
    """It could not be had when last looked at; what else the entry says is of its last version."""
    CHANGED = 3
    """When last looked at it was no longer what the entry says, which is its last version."""
    LEFT_OUT = 4
    """Only in counts: what a rule leaves out has a table of its own."""


class RunState(enum.IntEnum):
    """How a run ended. A run still `RUNNING` at the next start was cut short."""

    RUNNING = 0
    COMPLETE = 1
    STOPPED = 2
    FAILED = 3
    ADOPTED = 4
    """Not ours: a snapshot found in the repository whose trees filled the entries."""
    NOT_BEGUN = 5
    """It failed before it looked at anything; for the history alone. No row names it."""
