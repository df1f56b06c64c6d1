"""The line of those who wait for a person, as each of them sees it; telling them that it moved."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.database import Database
from backupclient.account_server.ticket_tables import (
    AT_WORK,
    OVER,
    AgentRow,
    EndedBy,
    TicketMessage,
    TicketRow,
    TicketState,
)
from backupclient.account_server.ticket_wait import RECENT, Wait, estimate


class Line(NamedTuple):
    """The line as it is for somebody with `before` people in front."""

    before: int
    agents: int
    wait: Wait | None


def line_before(session: Session, now: datetime, row: TicketRow | None) -> Line:
    """Before `row`, or before somebody who comes now."""

    def count(*of: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).where(*of)) or 0

    waiting = TicketRow.state == TicketState.WAITING
    agents = count(AgentRow.here_until > now)
    if row is not None and row.state != TicketState.WAITING:
        return Line(0, agents, None)
    before = count(waiting) if row is None else count(waiting, TicketRow.no < row.no)
    # Nobody is busy with what nobody has answered for days, nor has it taken that long.
    at_work = count(TicketRow.state.in_(AT_WORK), TicketRow.asked.is_(None))
    last = (
        sa.select(TicketRow.taken, TicketRow.ended)
        .where(TicketRow.taken.is_not(None), TicketRow.ended.is_not(None))
        .where(TicketRow.ended_by != EndedBy.ITSELF)
        .order_by(TicketRow.ended.desc())
        .limit(RECENT)
    )
    took = [
        (ended - taken).total_seconds()
        for taken, ended in session.execute(last)
        if taken is not None and ended is not None
    ]
    return Line(before, agents, estimate(before, agents, at_work, took))


def tell_line(database: Database, session: Session) -> None:
    """All who wait are told to look, once `session` is committed."""
    waiting = TicketRow.state == TicketState.WAITING
    for household_id in session.scalars(
        sa.select(TicketRow.household_id).where(waiting).distinct()
    ):
        database.changed(session, household_id)


def news(session: Session, household_id: str, now: datetime) -> str:
    """Changes whenever a ticket of the household does, or its place in the line; empty if there is
    none that is not over and none ever was."""
    rows = session.scalars(
        sa.select(TicketRow).where(TicketRow.household_id == household_id).order_by(TicketRow.no)
    ).all()
    if not rows:
        return ""
    facts: list[object] = []
    for row in rows:
        said = sa.select(sa.func.count()).where(TicketMessage.ticket_no == row.no)
        line = None if row.state in OVER else line_before(session, now, row)
        facts.append((row.id, row.state, session.scalar(said), line))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]
