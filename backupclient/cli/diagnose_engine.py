"""What an engine says for a report, or what it left where there is none."""

from __future__ import annotations

import contextlib
from pathlib import Path

from backupclient.account.membership import has_account, load_answer, load_membership
from backupclient.errors import BackupError
from backupclient.link import Link
from backupclient.support.diagnostics.gather import Told
from backupclient.wire.automatic import Automation, GetAutomation
from backupclient.wire.entitlement import Entitlement
from backupclient.wire.household import Account, AccountState, AccountStatus, GetAccount
from backupclient.wire.jobs import Jobs, ListJobs
from backupclient.wire.storage_plan import PlanShown, ShowPlan

_PATIENCE = 3.0
"""Seconds. An engine that does not answer is itself worth a line."""


def ask_engine(data: Path) -> Told:
    """Raises nothing."""
    try:
        with Link(data, _PATIENCE) as link:
            jobs = link.ask(ListJobs(id=link.new_id()), Jobs).jobs
            status = link.ask(GetAutomation(id=link.new_id()), Automation).status
            plan = link.ask(ShowPlan(id=link.new_id()), PlanShown).plan
            account = link.ask(GetAccount(id=link.new_id()), Account).status
    except BackupError as error:
        return Told(trouble=error, plan=_kept_plan(data), account=_kept_account(data))
    return Told(jobs, status, plan=plan, account=account)


def _kept_plan(data: Path) -> Entitlement | None:
    from backupclient.account.service_source import entitlement  # noqa: PLC0415 - slow to load

    answer = load_answer(data)
    return None if answer is None else entitlement(answer)


def _kept_account(data: Path) -> AccountStatus:
    with contextlib.suppress(OSError):
        if has_account(data):
            kept = load_membership(data)
            state = AccountState(kept.standing.value)
            return AccountStatus(state=state, address=kept.address)
    return AccountStatus()
