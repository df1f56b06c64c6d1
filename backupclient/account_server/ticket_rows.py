"""A ticket within a transaction: found, locked, spoken in, ended, opened again.

Of a ticket that is not the household's nobody learns that there is one: `Problem` NOT_FOUND.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.database import Database
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.tables import Device, Person, Seat
from backupclient.account_server.texts import ENGLISH, Texts
from backupclient.account_server.ticket_tables import (
    OVER,
    EndedBy,
    TicketMessage,
    TicketRow,
    TicketState,
)


def take_turns(database: Database, session: Session) -> None:
    """Two who change the line at once take turns. A transaction on SQLite is alone anyway."""
    if not database.is_sqlite:
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(0x706C6B71)))


def ticket_of(
    session: Session, household_id: str | None, ticket_id: str, *, lock: bool = False
) -> TicketRow:
    """`household_id` None: an agent's, who sees all."""
    query = sa.select(TicketRow).where(TicketRow.id == ticket_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None or (household_id is not None and row.household_id != household_id):
        raise Problem(Code.NOT_FOUND)
    return row


def locked(session: Session, household_id: str | None, ticket_id: str) -> TicketRow:
    """As `ticket_of`, for who changes it: until the end of the transaction nobody else does, so
    that what one says does not open again what another has just ended."""
    return ticket_of(session, household_id, ticket_id, lock=True)


def going_on(row: TicketRow) -> TicketRow:
    """`Problem` CONFLICT once it is over."""
    if row.state in OVER:
        raise Problem(Code.CONFLICT)
    return row


def messages_of(session: Session, row: TicketRow) -> Sequence[TicketMessage]:
    of_ticket = sa.select(TicketMessage).where(TicketMessage.ticket_no == row.no)
    return session.scalars(of_ticket.order_by(TicketMessage.no)).all()


def add_message(
    session: Session,
    row: TicketRow,
    words: str,
    at: datetime,
    *,
    by_agent: bool,
    by_itself: bool = False,
) -> None:
    session.add(
        TicketMessage(
            ticket_no=row.no,
            household_id=row.household_id,
            by_agent=by_agent,
            by_itself=by_itself,
            at=at,
            words=words,
        )
    )


def words_for(session: Session, row: TicketRow) -> Texts:
    """What the service itself says in it: in the language of whoever was of the household first."""
    people = sa.select(Person.language).where(Person.household_id == row.household_id)
    found = session.scalar(people.order_by(Person.created).limit(1))
    return Texts(found or ENGLISH)


def closed_by_itself(row: TicketRow) -> bool:
    return row.state == TicketState.CLOSED and row.ended_by == EndedBy.ITSELF


def may_go_on(session: Session, row: TicketRow) -> bool:
    """Whether one that is over unsolved could be opened again: its computer would hear of it, and
    has no other that is not over."""
    device = session.get(Device, row.device_id)
    still = TicketRow.device_id == row.device_id, TicketRow.state.not_in(OVER)
    return (
        row.state == TicketState.CLOSED
        and device is not None
        and device.seat == Seat.HELD
        and session.scalar(sa.select(TicketRow.id).where(*still).limit(1)) is None
    )


def open_again(session: Session, row: TicketRow, state: TicketState, now: datetime) -> None:
    """With the number that it had. What the person said at its end was said in it. `Problem`
    CONFLICT where it may not go on."""
    if not may_go_on(session, row):
        raise Problem(Code.CONFLICT)
    if row.outcome:
        add_message(session, row, row.outcome, row.ended or now, by_agent=False)
    row.state, row.taken, row.outcome = state.value, now, ""
    row.ended, row.ended_by, row.asked = None, EndedBy.NOBODY.value, None
