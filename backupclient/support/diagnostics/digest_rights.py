"""The storage plan, the account and the computers that share it, in rows."""

from __future__ import annotations

import msgspec

from backupclient.support.diagnostics.bundle import Bundle, SeatedComputer, StoragePlan
from backupclient.support.diagnostics.digest_rows import Row
from backupclient.support.diagnostics.say import Say
from backupclient.support.explainer import explain_code
from backupclient.support.options import Option
from backupclient.wire.entitlement import Late, PlanState, Seat, Source
from backupclient.wire.household import AccountState

_SOURCES = {
    Source.SERVICE: "the account service",
    Source.OWN_LIMIT: "a limit that was set here",
    Source.STORE: "the storage itself",
    Source.NONE: "nobody",
}
_STATES = {
    PlanState.ACTIVE: "active",
    PlanState.PAST_DUE: "a payment is late, everything goes on",
    PlanState.CANCELLED: "cancelled",
    PlanState.LAPSED: "ended: nothing new is taken",
}
_LATE = {
    Late.PAYMENT: "the payment was not confirmed yet",
    Late.STORAGE: "it was paid, and the storage does not have the new limit yet",
}
_ACCOUNT = {
    AccountState.SIGNED_OUT: "signed out",
    AccountState.SIGNING_IN: "somebody signs in just now",
    AccountState.SIGNED_IN: "signed in",
    AccountState.RELEASED: "its seat was given up",
}


def storage_plan(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    plan, account = bundle.storage_plan, bundle.account
    rows: list[Row] = []
    if account.state is not AccountState.SIGNED_OUT or account.trouble is not None:
        wrong = account.state is AccountState.RELEASED or account.trouble is not None
        trouble = ""
        if account.trouble is not None and account.state is not AccountState.RELEASED:
            told = explain_code(account.trouble.code, account.trouble.facts, language=say.language)
            trouble = f"; {told.title} ({account.trouble.code})"
        text = f"{say(_ACCOUNT[account.state])}{trouble}"
        rows.append(Row(say("Account"), text, "wrong" if wrong else ""))
    if plan is not None:
        rows += _plan(plan, say)
        rows += on_its_way(bundle, say)
        rows += _as_of(
            plan,
            say,
            said=account.trouble is not None,
            released=account.state is AccountState.RELEASED,
        )
    return tuple(rows)


def _plan(plan: StoragePlan, say: Say) -> list[Row]:
    rows = []
    if plan.source is Source.SERVICE:
        lasting = plan.state in (PlanState.ACTIVE, PlanState.CANCELLED)
        text = ", ".join(filter(None, (plan.name, say(_STATES[plan.state]))))
        rows.append(Row(say("Storage plan"), text, "" if lasting else "wrong"))
    if plan.limit is not None:
        limit = say("{size}, says {who}", size=say.size(plan.limit), who=say(_SOURCES[plan.source]))
        rows.append(Row(say("Limit"), limit))
    if plan.used is not None:
        full = plan.limit is not None and plan.used >= plan.limit
        counted = plan.measured_at or plan.as_of
        used = say("{size}, counted {when}", size=say.size(plan.used), when=say.moment(counted))
        rows.append(Row(say("Used"), used, "wrong" if full else ""))
    if plan.writable is False:
        rows.append(Row(say("Takes data"), say("no, when it was last tried"), "wrong"))
    for name, when in (
        (say("Renews"), plan.renews),
        (say("Ends"), plan.ends),
        (say("Kept until"), plan.data_kept_until),
    ):
        if when is not None:
            rows.append(Row(name, say.day(when)))
    return rows


def bought(option: Option, say: Say) -> Option:
    """What to offer whose storage is full and who has bought more already: nothing more to buy."""
    words = say("More is paid already and on its way; nothing needs to be bought again.")
    step = say("Push “I have bought more storage” on Storage & plan: it says what is missing.")
    return msgspec.structs.replace(
        option, words=words, steps=(step,), command="backupclient account refresh"
    )


def on_its_way(bundle: Bundle, say: Say) -> list[Row]:
    """What was bought and is not there."""
    plan = bundle.storage_plan
    if plan is None:
        return []
    rows = []
    if plan.pending_limit is not None:
        size = say.size(plan.pending_limit)
        since = "" if plan.pending_since is None else say.moment(plan.pending_since)
        rows.append(Row(say("Bought"), say("{size}, paid {when}", size=size, when=since)))
    if plan.late is not Late.NOBODY:
        rows.append(Row(say("Late"), say(_LATE[plan.late]), "wrong"))
    return rows


def _as_of(plan: StoragePlan, say: Say, *, said: bool, released: bool) -> list[Row]:
    """`said`: why it is not known now was said before. Who is `released` is not told any more."""
    if plan.trouble is None or released:
        return []
    text = say.moment(plan.as_of)
    if not said:
        told = explain_code(plan.trouble.code, plan.trouble.facts, language=say.language)
        text = f"{text}; {told.title} ({plan.trouble.code})"
    return [Row(say("Plan last known"), text, "wrong")]


def computers(bundle: Bundle, say: Say) -> tuple[Row, ...]:
    """Those that share the plan."""
    plan = bundle.storage_plan
    released = bundle.account.state is AccountState.RELEASED
    return (
        ()
        if plan is None
        else tuple(_computer(one, say, released=released) for one in plan.computers)
    )


def _computer(one: SeatedComputer, say: Say, *, released: bool) -> Row:
    """`released`: this one was, since the plan was last known. How this one stands is said above,
    from what it knows itself."""
    held = one.seat is Seat.HELD and not (one.this and released)
    parts = [one.system, say("has a seat") if held else say("its seat was given up")]
    if one.this:
        return Row(
            say("{name}, this computer", name=one.name),
            "; ".join(filter(None, parts)),
            "" if held else "wrong",
        )
    parts.append(
        say("never backed up")
        if one.last_backup is None
        else say("backed up {when}", when=say.moment(one.last_backup))
    )
    if held and not one.online and one.last_seen is not None:
        parts.append(say("last seen {when}", when=say.moment(one.last_seen)))
    if one.waiting:
        parts.append(say("{size} wait", size=say.size(one.waiting)))
    return Row(one.name, "; ".join(filter(None, parts)))
