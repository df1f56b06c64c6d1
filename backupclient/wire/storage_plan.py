"""The part of the protocol about the storage plan: what may be stored, and that more was bought.
Requests and replies; see `protocol`. What a plan is, `entitlement` says.
"""

from __future__ import annotations

from backupclient.wire.entitlement import Entitlement
from backupclient.wire.envelope import Reply, Request


class ShowPlan(Request, frozen=True, kw_only=True, tag="show-plan"):
    """As it is known; nobody is asked for this."""


class BoughtMore(Request, frozen=True, kw_only=True, tag="bought-more"):
    """Look now, with everybody who has a part in it. Answered as it stood before; the steps are
    news (`Batch.walk`), which come without being subscribed to."""


class SetLimit(Request, frozen=True, kw_only=True, tag="set-limit"):
    """How many bytes the backup by the plan may take; 0 for no limit but the storage's own. What
    waits for room goes on at once if there is some now. Nothing is ever deleted for it."""

    limit: int


AnyPlanRequest = ShowPlan | BoughtMore | SetLimit


class PlanShown(Reply, frozen=True, kw_only=True, tag="plan-shown"):
    plan: Entitlement
