"""How long somebody who asks for a person waits. Pure: numbers in, numbers out.

Honest: nothing is promised where nobody is there or nothing is known; where little is known, the
answer is as wide as what is known.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import NamedTuple

ENOUGH = 5
"""So many handling times make a middle that means something."""
RECENT = 20
"""So many of the last are looked at."""


class Wait(NamedTuple):
    """In seconds, from now."""

    least: int
    most: int


def estimate(before: int, agents: int, at_work: int, took: Sequence[float]) -> Wait | None:
    """The wait of somebody with `before` people in front, where `agents` are there and `at_work`
    of their tickets are open; `took` is what the last ones took, in seconds. None if nobody can
    know."""
    if agents <= 0:
        return None
    free = max(0, agents - at_work)
    rounds = max(0, before + 1 - free) / agents
    if rounds == 0:
        return Wait(0, 0)
    if not took:
        return None
    if len(took) >= ENOUGH:
        middle = round(rounds * statistics.median(took))
        return Wait(middle, middle)
    return Wait(round(rounds * min(took)), round(rounds * max(took)))
