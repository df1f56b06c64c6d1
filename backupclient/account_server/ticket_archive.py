"""All tickets as agents look for them: what is over, or what a search finds, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.service import Service
from backupclient.account_server.tables import Device, Household, Person
from backupclient.account_server.ticket_rows import (
    locked,
    may_go_on,
    open_again,
    take_turns,
    ticket_of,
    words_for,
)
from backupclient.account_server.ticket_tables import OVER, TicketRow, TicketState

PAGE = 25
MOST_SEARCHED = 200
"""Characters."""


class How(StrEnum):
    """Which of them."""

    ALL = ""
    SOLVED = "solved"
    CLOSED = "closed"


class Found(NamedTuple):
    """`people` are the addresses of its household's, `agent` that of who had it last."""

    ticket: TicketRow
    household: str
    people: tuple[str, ...]
    agent: str


class Asker(NamedTuple):
    """Whose ticket it is, the language they are written to in, the operating system of the computer
    it came from, and whether it could go on, if it is over."""

    household: str
    people: tuple[str, ...]
    language: str
    system: str
    may_go_on: bool


class Archive:
    """Any thread; each call is a transaction of its own."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._database = service.database

    def look(self, search: str = "", how: How = How.ALL, page: int = 0) -> Sequence[Found]:
        """A page of those that are over. A `search` is a ticket's number, or a part of an address
        or of a household's name; it finds those that go on, too."""
        query = sa.select(TicketRow, Household.name, Person.email).join(
            Household, Household.id == TicketRow.household_id
        )
        query = query.outerjoin(Person, Person.id == TicketRow.agent_id)
        text = search.strip().removeprefix("#")[:MOST_SEARCHED]
        query = query.where(_matches(text) if text else TicketRow.state.in_(OVER))
        if how is not How.ALL:
            query = query.where(TicketRow.state == how.value)
        newest = sa.func.coalesce(TicketRow.ended, TicketRow.created).desc()
        query = query.order_by(newest, TicketRow.no.desc()).offset(page * PAGE).limit(PAGE)
        with self._database.reading() as session:
            found = [
                Found(row, home, _people(session, row.household_id), agent or "")
                for row, home, agent in session.execute(query)
            ]
            session.expunge_all()
        return found

    def asker_of(self, ticket_id: str) -> Asker:
        """`Problem` NOT_FOUND."""
        with self._database.reading() as session:
            row = ticket_of(session, None, ticket_id)
            device = session.get(Device, row.device_id)
            return Asker(
                household=session.get_one(Household, row.household_id).name,
                people=_people(session, row.household_id),
                language=words_for(session, row).language,
                system=device.system if device else "",
                may_go_on=may_go_on(session, row),
            )

    def reopen(self, ticket_id: str, agent_id: str) -> None:
        """One that was closed without being solved goes on with this agent, and the person is told
        that it is their turn. `Problem` CONFLICT unless `ticket_rows.may_go_on`."""
        now = self._service.clock.now()
        with self._database.writing() as session:
            take_turns(self._database, session)
            row = locked(session, None, ticket_id)
            open_again(session, row, TicketState.YOUR_TURN, now)
            row.agent_id = agent_id
            actor = f"person:{agent_id}"
            self._service.note(session, row.household_id, actor, "ticket-reopened", row.id)
            self._database.changed(session, row.household_id)


def _matches(text: str) -> sa.ColumnElement[bool]:
    if text.isdecimal():
        return TicketRow.no == (int(text) if len(text) < 19 else 0)
    of_person = Person.email.contains(text.casefold(), autoescape=True)
    whose = sa.select(Person.household_id).where(of_person)
    named = sa.func.lower(Household.name).contains(text.lower(), autoescape=True)
    return sa.or_(named, TicketRow.household_id.in_(whose))


def _people(session: Session, household_id: str) -> tuple[str, ...]:
    of = sa.select(Person.email).where(Person.household_id == household_id)
    return tuple(session.scalars(of.order_by(Person.created)))
