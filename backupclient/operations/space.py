"""How much of what a place holds the newest versions need, from this computer's notes.

As `overview`: no password, no storage, no lock. Any thread.
"""

from __future__ import annotations

from typing import NamedTuple

from backupclient.clock import Clock
from backupclient.manifest.space import count_space
from backupclient.operations.status import NOTHING_UPLOADED, Asked, Source, opened
from backupclient.wire.overview import SpaceReport, TopSpace


class Standing(NamedTuple):
    """What a count is of: it is worth doing again when this is another."""

    run: int
    stored: int


def standing(source: Source) -> Standing | None:
    """None before the first backup is complete. Takes a few milliseconds."""
    with opened(source.folder) as states:
        if states is None:
            return None
        with states.reading():
            complete = states.past.newest_complete()
            return None if complete is None else Standing(complete.no, states.past.stored_bytes())


def count(source: Source, clock: Clock) -> SpaceReport:
    """Takes seconds where there are a million files."""
    with opened(source.folder) as states:
        if states is None:
            return SpaceReport()
        with states.reading() as runs:
            tops = Asked(states, runs, clock, NOTHING_UPLOADED, source.chosen).tops()
            space = count_space(states.connection, tops)
            found = (TopSpace(*one) for one in zip(tops, space.tops, strict=True))
            return SpaceReport(tops=tuple(found), other=space.other)
