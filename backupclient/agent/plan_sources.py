"""Who knows the plan of a data folder."""

from __future__ import annotations

from pathlib import Path

from backupclient.account.entitlement import PlanSource
from backupclient.account.own_limit import OwnLimit
from backupclient.clock import Clock


def plan_source(data: Path, clock: Clock) -> PlanSource:
    return OwnLimit(data, clock)
