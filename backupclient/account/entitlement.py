"""Where a plan comes from, as an interface, and what changed between two looks at one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from backupclient.wire.entitlement import (
    Computer,
    Entitlement,
    PlanState,
    Seat,
    Source,
    Step,
    StepCode,
    StepState,
)

__all__ = [
    "Change",
    "Computer",
    "Entitlement",
    "PlanSource",
    "PlanState",
    "Seat",
    "Source",
    "Step",
    "StepCode",
    "StepState",
    "Tell",
    "change",
]

Tell = Callable[[Step], None]


class PlanSource(Protocol):
    """Who knows the plan. Any thread, one at a time."""

    def current(self) -> Entitlement:
        """What is known, at once: from what was kept, asking nobody over a network. It never
        raises: where nothing is known, `limit` and `used` are None."""

    def refresh(self, tell: Tell) -> Entitlement:
        """Ask whoever knows, and have what was paid for put in force. May take seconds. A source
        that is asked over a network tells the step `ACCOUNT`. Who cannot be asked is
        `Entitlement.trouble` of what was last known, and never raised."""


class Change(NamedTuple):
    """The limit and the state, before and after."""

    limit_before: int | None
    limit: int | None
    state_before: PlanState
    state: PlanState

    @property
    def grew(self) -> bool:
        """More may be stored than before."""
        if self.state is PlanState.LAPSED:
            return False
        if self.state_before is PlanState.LAPSED:
            return True
        if self.limit_before is None:
            return False
        return self.limit is None or self.limit > self.limit_before

    @property
    def shrank(self) -> bool:
        if self.limit is None:
            return False
        return self.limit_before is None or self.limit < self.limit_before


def change(before: Entitlement, after: Entitlement) -> Change | None:
    """What a purchase, a downgrade, a renewal or a lapse did; None if nothing of that."""
    found = Change(before.limit, after.limit, before.state, after.state)
    if found.limit_before == found.limit and found.state_before is found.state:
        return None
    return found
