"""The part of the protocol about being helped by a person: the wait, a place in line, what is said.
See `protocol`. Who helps is the account service's; a computer without an account has none of it.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.wire.entitlement import Trouble
from backupclient.wire.envelope import Reply, Request


class Wish(enum.StrEnum):
    """How somebody wants to be helped."""

    EXPLAIN = "explain"
    STEPS = "steps"
    TOGETHER = "together"


class TicketState(enum.StrEnum):
    WAITING = "waiting"
    YOUR_TURN = "your-turn"
    """Somebody has taken it, and nobody has said anything since."""
    OPEN = "open"
    SOLVED = "solved"
    CLOSED = "closed"
    """Over without being solved."""


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """How long it takes from now until it is one's turn. Seconds, both None where nobody knows."""

    people_before: int = 0
    agents_here: bool = False
    least_seconds: int | None = None
    most_seconds: int | None = None


class TicketMessage(msgspec.Struct, frozen=True, kw_only=True):
    by_agent: bool
    at: datetime
    words: str


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A place in line and what became of it. `wait` is there while it waits. `closed_by_itself`:
    nobody said anything any more; a word, or that it is not solved, opens it again."""

    ticket_id: str
    number: int
    subject: str
    state: TicketState
    created: datetime
    wish: Wish = Wish.EXPLAIN
    closed_by_itself: bool = False
    has_report: bool = False
    wait: Wait | None = None
    messages: tuple[TicketMessage, ...] = ()

    @property
    def over(self) -> bool:
        return self.state in (TicketState.SOLVED, TicketState.CLOSED)


class HelpStatus(msgspec.Struct, frozen=True, kw_only=True):
    """This computer's ticket, as the service last told `as_of` then. `failure` is why it could not
    be asked since. `report_waits`: a report is kept here until the service has it. `rated`: the
    person has said how it ended."""

    ticket: Ticket | None = None
    as_of: datetime | None = None
    report_waits: bool = False
    rated: bool = False
    failure: Trouble | None = None


class AskWait(Request, frozen=True, kw_only=True, tag="support-wait"):
    """Of somebody who would come now."""


class TakePlace(Request, frozen=True, kw_only=True, tag="take-place"):
    """At the end of the line; who has a place keeps it. `code` is that of the problem it is about.
    `report` is a .zip made for support that goes with it: it is copied, and sent again until it
    arrives."""

    subject: str
    wish: Wish = Wish.EXPLAIN
    code: str = ""
    report: str = ""


class ShowTicket(Request, frozen=True, kw_only=True, tag="ticket"):
    """`look`: the service is asked first; if it does not answer, that is the `failure`."""

    look: bool = False


class SendReport(Request, frozen=True, kw_only=True, tag="send-report"):
    """As that of `TakePlace`, later; it replaces one that is there."""

    report: str


class Say(Request, frozen=True, kw_only=True, tag="say"):
    """Also while waiting."""

    words: str


class CloseTicket(Request, frozen=True, kw_only=True, tag="close-ticket"):
    """Solved or not, in the person's own words; who still waits gives the place away."""

    solved: bool
    words: str = ""


class SendIdea(Request, frozen=True, kw_only=True, tag="idea"):
    """`picture` is a PNG, or empty."""

    words: str
    picture: bytes = b""


AnyTicketRequest = AskWait | TakePlace | ShowTicket | SendReport | Say | CloseTicket | SendIdea


class WaitShown(Reply, frozen=True, kw_only=True, tag="support-wait"):
    wait: Wait


class TicketShown(Reply, frozen=True, kw_only=True, tag="ticket"):
    status: HelpStatus


class IdeaSent(Reply, frozen=True, kw_only=True, tag="idea-sent"):
    pass


AnyTicketReply = WaitShown | TicketShown | IdeaSent
