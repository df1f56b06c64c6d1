"""The sentences about being helped by a person."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from backupclient.errors import BackupError
from backupclient.wire.entitlement import Trouble
from backupclient.wire.household import AccountState, AccountStatus
from backupclient.wire.tickets import HelpStatus, Ticket, TicketState, Wait, Wish
from ui import numbers
from ui.explained import explain, explain_code

_MINUTE = 60
_MOST_MINUTES = 90


class Stage(enum.Enum):
    """What the card is about."""

    NO_SERVICE = "no-service"
    """There is no account: nobody of ours is there to be asked."""
    ASK = "ask"
    WAITING = "waiting"
    TALK = "talk"
    ENDED = "ended"
    """The other side ended it, and nobody has said yet how it was."""
    RATED = "rated"


class Said(NamedTuple):
    who: str
    when: str
    words: str
    by_agent: bool


class PersonView(NamedTuple):
    """`head` stands below the card's name, `large` is the key number or sentence, `trouble` what is
    wrong with it."""

    stage: Stage
    head: str = ""
    large: str = ""
    line: str = ""
    trouble: str = ""
    about: str = ""
    said: tuple[Said, ...] = ()
    report: str = ""
    may_report: bool = False
    address: str = ""


def _tr(text: str, n: int = -1) -> str:
    return QCoreApplication.translate("help", text, None, n)


def wishes() -> Mapping[Wish, str]:
    """How somebody wants to be helped."""
    return {
        Wish.EXPLAIN: _tr("Explain it to me"),
        Wish.STEPS: _tr("Just the steps"),
        Wish.TOGETHER: _tr("Do it with me"),
    }


def served(account: AccountStatus | None) -> bool:
    """Whether there is a service whose people can be asked."""
    return account is not None and account.state is AccountState.SIGNED_IN


def person_view(
    account: AccountStatus | None,
    status: HelpStatus | None,
    wait: Wait | BackupError | None,
    now: datetime,
    address: str = "",
) -> PersonView:
    """`wait` is that of somebody who would come now, or why it is not known; None while it is asked
    for. `address` is where a report may be sent to without an account."""
    if not served(account):
        return _without_service(account, address)
    ticket = None if status is None else status.ticket
    if status is None or ticket is None:
        return _before(wait)
    trouble = _trouble(status.failure)
    talk = tuple(_said(ticket, now))
    about = _tr("About: %1").replace("%1", ticket.subject)
    if ticket.over:
        return _over(status, ticket)._replace(said=talk, about=about)
    report = ""
    if status.report_waits:
        report = _tr("Your report is sent as soon as the service answers.")
    elif ticket.has_report:
        report = _tr("Your report is there.")
    may_report = not ticket.has_report and not status.report_waits
    view = _in_line(ticket) if ticket.state is TicketState.WAITING else _talking(ticket)
    return view._replace(
        trouble=trouble, about=about, said=talk, report=report, may_report=may_report
    )


def _without_service(account: AccountStatus | None, address: str) -> PersonView:
    released = account is not None and account.state is AccountState.RELEASED
    if address:
        line = _tr("Make a report and send it to %1. It says what is wrong, so that you need not.")
        line = line.replace("%1", address)
    else:
        line = _tr("Make a report and send it to whoever helps you. It says what is wrong.")
    return PersonView(
        Stage.NO_SERVICE,
        head=_tr("Whoever helps you"),
        line=line,
        address=address,
        trouble=_tr("This computer has no seat in your plan any more.") if released else "",
    )


def _before(wait: Wait | BackupError | None) -> PersonView:
    kept = _tr(
        "Your place is kept if you close this. The tray icon tells you when it is your turn."
    )
    if wait is None:
        return PersonView(Stage.ASK, _tr("Asking…"), "…", kept)
    if isinstance(wait, BackupError):
        told = explain(wait)
        line = _tr("Plainkeep asks again by itself. A report for support works meanwhile.")
        title = f"{told.title}."
        return PersonView(Stage.ASK, _tr("Out of reach"), _tr("Wait not known"), line, title)
    line = kept if wait.agents_here else _nobody_here()
    if wait.agents_here and wait.most_seconds is None:
        line = _tr(
            "Nobody was helped lately, so nobody can say. Your place is kept if you close this."
        )
    return PersonView(Stage.ASK, people_before(wait), how_long(wait), line)


def _nobody_here() -> str:
    return _tr(
        "Ask now, and you are helped when somebody comes. Your place is kept if you close this."
    )


def _in_line(ticket: Ticket) -> PersonView:
    wait = ticket.wait or Wait()
    line = _tr(
        "You can close the window: your place is kept, and the tray icon says when it is your turn."
    )
    return PersonView(Stage.WAITING, people_before(wait), how_long(wait), line)


def _talking(ticket: Ticket) -> PersonView:
    number = _tr("Number %1").replace("%1", numbers.count(ticket.number))
    if ticket.state is TicketState.YOUR_TURN:
        line = _tr("Somebody is there for you. Say what is wrong, or wait for the first answer.")
        return PersonView(Stage.TALK, number, _tr("It is your turn"), line)
    line = "" if ticket.messages else _tr("You can close the window: what is said stays here.")
    return PersonView(Stage.TALK, number, _tr("You are being helped"), line)


def _over(status: HelpStatus, ticket: Ticket) -> PersonView:
    number = _tr("Number %1").replace("%1", numbers.count(ticket.number))
    if not status.rated:
        line = _tr("Support has ended the conversation.")
        if ticket.closed_by_itself:
            line = _tr(
                "Nobody has said anything for a while, so it was closed. If it is not solved, it "
                "goes on here, with the same number."
            )
        return PersonView(Stage.ENDED, number, _tr("Was it solved?"), line)
    if ticket.state is TicketState.SOLVED:
        return PersonView(Stage.RATED, number, _tr("Solved"), _tr("Thank you for saying so."))
    line = _tr("Thank you for saying so. You can ask again at any time.")
    return PersonView(Stage.RATED, number, _tr("Not solved"), line)


def people_before(wait: Wait) -> str:
    if not wait.people_before:
        return _tr("Nobody is before you")
    return _tr("%n people are before you", wait.people_before)


def how_long(wait: Wait) -> str:
    """The key number: "About 6 minutes"."""
    if not wait.agents_here:
        return _tr("Nobody is there now")
    if wait.least_seconds is None or wait.most_seconds is None:
        return _tr("Not known yet")
    if wait.most_seconds < _MINUTE:
        return _tr("Less than a minute") if wait.most_seconds else _tr("Somebody is there now")
    least, most = _minutes(wait.least_seconds), _minutes(wait.most_seconds)
    if most > _MOST_MINUTES:
        least, most = max(1, round(least / 60)), round(most / 60)
        if least == most:
            return _tr("About %n hour(s)", most)
        return _tr("%1 to %n hour(s)", most).replace("%1", numbers.count(least))
    if least == most:
        return _tr("About %n minute(s)", most)
    return _tr("%1 to %n minute(s)", most).replace("%1", numbers.count(least))


def _minutes(seconds: int) -> int:
    return max(1, round(seconds / _MINUTE))


def _said(ticket: Ticket, now: datetime) -> list[Said]:
    support, you = _tr("Support"), _tr("You")
    return [
        Said(support if one.by_agent else you, numbers.when(one.at, now), one.words, one.by_agent)
        for one in ticket.messages
    ]


def _trouble(failure: Trouble | None) -> str:
    if failure is None:
        return ""
    told = explain_code(failure.code, failure.facts, failure.raw)
    return _tr("%1. Plainkeep asks again by itself.").replace("%1", told.title)
