"""The tables of tickets: who is helped by a person, and in which order."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backupclient.account_server.tables import Base


class TicketState(StrEnum):
    WAITING = "waiting"
    YOUR_TURN = "your-turn"
    """An agent has taken it, and nobody has said anything since."""
    OPEN = "open"
    """The two of them talk."""
    SOLVED = "solved"
    CLOSED = "closed"
    """Over without being solved: given up, or not to be had."""


OVER = (TicketState.SOLVED, TicketState.CLOSED)
AT_WORK = (TicketState.YOUR_TURN, TicketState.OPEN)


class EndedBy(StrEnum):
    NOBODY = ""
    PERSON = "person"
    AGENT = "agent"
    ITSELF = "itself"
    """Nobody said anything any more. A word of the person's opens it again."""


def _number() -> Mapped[int]:
    return mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _household() -> Mapped[str]:
    return mapped_column(sa.Text, sa.ForeignKey("households.id"), index=True)


class AgentRow(Base):
    """Somebody who helps. `here_until`: looks at the agent's page until then at the least."""

    __tablename__ = "agents"
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), primary_key=True)
    since: Mapped[datetime]
    here_until: Mapped[datetime]


class TicketRow(Base):
    """A place in the line: `no` is the order, and never changes. Times are those of the states."""

    __tablename__ = "tickets"
    __table_args__ = (
        sa.UniqueConstraint("household_id", "key"),
        {"sqlite_autoincrement": True},
    )
    no: Mapped[int] = _number()
    id: Mapped[str] = mapped_column(unique=True)
    household_id: Mapped[str] = _household()
    device_id: Mapped[str] = mapped_column(sa.ForeignKey("devices.id"))
    key: Mapped[str]
    """The Idempotency-Key it was asked for with."""
    subject: Mapped[str]
    words: Mapped[str]
    wish: Mapped[str]
    code: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    agent_id: Mapped[str | None] = mapped_column(sa.ForeignKey("agents.person_id"))
    created: Mapped[datetime]
    taken: Mapped[datetime | None]
    ended: Mapped[datetime | None] = mapped_column(index=True)
    ended_by: Mapped[str]
    asked: Mapped[datetime | None]
    """When the service asked by itself whether it is solved, if nobody has said anything since."""
    outcome: Mapped[str]
    """What the person said at the end."""


class TicketMessage(Base):
    __tablename__ = "ticket_messages"
    no: Mapped[int] = _number()
    ticket_no: Mapped[int] = mapped_column(sa.ForeignKey("tickets.no"), index=True)
    household_id: Mapped[str] = _household()
    by_agent: Mapped[bool]
    by_itself: Mapped[bool]
    """The service's own words, in the place of an agent's."""
    at: Mapped[datetime]
    words: Mapped[str]


class TicketBundle(Base):
    """The report that goes with a ticket. In the database, so that every process of the service has
    it, and it goes with the rest."""

    __tablename__ = "ticket_bundles"
    ticket_no: Mapped[int] = mapped_column(sa.ForeignKey("tickets.no"), primary_key=True)
    household_id: Mapped[str] = _household()
    received: Mapped[datetime]
    content: Mapped[bytes]
    codes: Mapped[str]
    """The causes that it names, worst first, with spaces."""


class Idea(Base):
    __tablename__ = "ideas"
    no: Mapped[int] = _number()
    household_id: Mapped[str] = _household()
    device_id: Mapped[str] = mapped_column(sa.ForeignKey("devices.id"))
    created: Mapped[datetime]
    words: Mapped[str]
    picture: Mapped[bytes | None]
    """PNG."""
