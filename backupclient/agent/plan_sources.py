"""Who knows the plan of a data folder: the account service, where this computer is signed in and
backs up to what belongs to the account; else the limit that the user set, or the storage itself."""

from __future__ import annotations

from pathlib import Path

import msgspec

from backupclient.account.entitlement import PlanSource, Tell
from backupclient.account.own_limit import OwnLimit
from backupclient.agent.account import AccountAtWork
from backupclient.clock import Clock
from backupclient.errors import InvalidRequest
from backupclient.plan import BackupPlan, load_plan
from backupclient.wire.entitlement import Entitlement


def plan_source(data: Path, clock: Clock, account: AccountAtWork | None = None) -> PlanSource:
    """`account` is that of the engine; without an engine what is known is read now."""
    if account is None:
        account = AccountAtWork(data, clock)
        account.load()
    return _Either(data, account, OwnLimit(data, clock))


class _Either:
    def __init__(self, data: Path, account: AccountAtWork, own: PlanSource) -> None:
        self._data = data
        self._account = account
        self._own = own

    def current(self) -> Entitlement:
        plan = self._plan()
        source = self._of_account(plan)
        return self._own.current() if source is None else _with_own(source.current(), plan)

    def refresh(self, tell: Tell) -> Entitlement:
        plan = self._plan()
        source = self._of_account(plan)
        if source is None:
            return self._own.refresh(tell)
        return _with_own(source.refresh(tell), plan)

    def _of_account(self, plan: BackupPlan | None) -> PlanSource | None:
        location = self._account.status.location
        elsewhere = plan is not None and plan.storage.location != location
        return None if elsewhere else self._account.source

    def _plan(self) -> BackupPlan | None:
        try:
            return load_plan(self._data)
        except (InvalidRequest, OSError):
            return None


def _with_own(known: Entitlement, plan: BackupPlan | None) -> Entitlement:
    """The user may allow the backup less than the plan does."""
    return known if plan is None else msgspec.structs.replace(known, own_limit=plan.storage.limit)
