"""What may be stored and who uses it, for a report: no more of the plan and the account than may be
told."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from backupclient.logs.discreet import Clean, Discretion
from backupclient.support.diagnostics import bundle as parts
from backupclient.support.diagnostics.bundle import Finding, Seen
from backupclient.support.diagnostics.notes import trouble_of
from backupclient.wire.entitlement import Computer, Entitlement, PlanState, Trouble
from backupclient.wire.household import AccountState, AccountStatus

_MOST_COMPUTERS = 50
_LONGEST = 80


def storage_plan(plan: Entitlement, told: Discretion) -> parts.StoragePlan:
    pending = plan.pending
    return parts.StoragePlan(
        source=plan.source,
        as_of=plan.as_of,
        name=told.text(plan.name, _LONGEST),
        state=plan.state,
        limit=plan.limit,
        used=plan.used,
        available=plan.available,
        measured_at=plan.measured_at,
        writable=plan.writable,
        own_limit=plan.own_limit,
        renews=plan.renews,
        ends=plan.ends,
        data_kept_until=plan.data_kept_until,
        late=plan.late,
        pending_limit=pending.limit if pending else None,
        pending_since=pending.since if pending else None,
        seats=plan.seats,
        computers=tuple(_computer(one, told) for one in plan.computers[:_MOST_COMPUTERS]),
        trouble=_trouble(plan.trouble, told),
    )


def account(status: AccountStatus, told: Discretion) -> parts.Account:
    host = urlsplit(status.address).hostname or ""
    return parts.Account(
        state=status.state, host=told.name(host), trouble=_trouble(status.failure, told)
    )


def against(plan: parts.StoragePlan | None, who: parts.Account, seen: Seen) -> Iterator[Finding]:
    """What of it keeps this computer from backing up."""
    if who.state is AccountState.RELEASED:
        yield Finding(trouble=parts.Trouble(code=Clean("seat-released")), seen=(seen,))
    if plan is not None and plan.state is PlanState.LAPSED:
        yield Finding(
            trouble=parts.Trouble(code=Clean("plan-ended")), seen=(seen,), since=plan.ends
        )


def _computer(one: Computer, told: Discretion) -> parts.SeatedComputer:
    return parts.SeatedComputer(
        name=told.name(one.name),
        system=told.text(one.system, _LONGEST),
        this=one.this,
        seat=one.seat,
        online=one.online,
        last_backup=one.last_backup,
        last_seen=one.last_seen,
        waiting=one.waiting_bytes,
        applied_limit=one.applied_limit,
    )


def _trouble(trouble: Trouble | None, told: Discretion) -> parts.Trouble | None:
    if trouble is None:
        return None
    return trouble_of(trouble.code, trouble.facts, trouble.raw, told)
