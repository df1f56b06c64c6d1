"""The sentences of this computer's account, and what can be done about it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.events import JobState
from backupclient.plan import BackupPlan
from backupclient.wire.household import AccountState, AccountStatus
from ui.explained import explain_code
from ui.situation import Situation
from ui.wording_computers import ComputerLine, computer_lines, seats_line


class AccountAction(enum.Enum):
    SIGN_IN = "sign-in"
    SIGN_OUT = "sign-out"
    SHOW_CODE = "show-code"
    JOIN = "join"
    LET_IN = "let-in"


class AccountView(NamedTuple):
    """`trouble` is what is wrong with it; the first of `actions` is what most will want."""

    words: str = ""
    trouble: str = ""
    actions: tuple[tuple[AccountAction, str], ...] = ()


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("account", text, None, n)


def host(address: str) -> str:
    """A service as people call it."""
    return address.partition("://")[2] or address


def account_view(status: AccountStatus | None, plan: BackupPlan | None) -> AccountView:
    """Empty before anything is known."""
    if status is None or plan is None:
        return AccountView()
    words, actions = _standing(status, joined=status.location == plan.storage.location)
    trouble = ""
    if status.failure is not None and status.state is not AccountState.RELEASED:
        failure = status.failure
        trouble = explain_code(failure.code, failure.facts, failure.raw).title
    return AccountView(words.replace("%1", host(status.address)), trouble, actions)


class HouseholdView(NamedTuple):
    """Known before anything is known of the storage."""

    account: AccountView = AccountView()
    computers: tuple[ComputerLine, ...] = ()
    seats: str = ""


def household_view(situation: Situation, now: datetime) -> HouseholdView:
    status, plan, bought = situation.account, situation.plan, situation.storage_plan
    joined = (
        status is not None
        and plan is not None
        and status.state is AccountState.SIGNED_IN
        and status.location == plan.storage.location
    )
    lines = computer_lines(bought, now, joined=joined, at_work=situation.state is JobState.RUNNING)
    return HouseholdView(account_view(status, plan), lines, seats_line(bought))


def _standing(
    status: AccountStatus, *, joined: bool
) -> tuple[str, tuple[tuple[AccountAction, str], ...]]:
    sign_out = AccountAction.SIGN_OUT, _tr("Sign out…")
    match status.state:
        case AccountState.SIGNING_IN:
            words = _tr("A code waits for you to confirm it at %1.")
            return words, ((AccountAction.SHOW_CODE, _tr("Show the code…")),)
        case AccountState.RELEASED:
            words = _tr("This computer's seat at %1 was given up: it stores nothing more there.")
            return words, ((AccountAction.SIGN_IN, _tr("Sign in again…")),)
        case AccountState.SIGNED_IN if joined:
            let_in = AccountAction.LET_IN, _tr("Let another computer in…")
            return _tr("This computer is signed in at %1."), (let_in, sign_out)
        case AccountState.SIGNED_IN:
            join = AccountAction.JOIN, _tr("Back up to the plan…")
            return _tr("Signed in at %1. The backup goes to another place."), (join, sign_out)
        case AccountState.SIGNED_OUT:
            words = _tr("With a plan, all computers of your household share one storage.")
            return words, ((AccountAction.SIGN_IN, _tr("Sign in to your plan…")),)
