"""Tickets: places in the line for a person, what is said, and how it ends.

The order of the line is the number of the row, so no restart loses a place. Whoever is still in
the line is told through the event stream of their household when it moves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import reports
from backupclient.account_server.limits import Limit
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Service, new_id
from backupclient.account_server.signed_in import SignedInDevice
from backupclient.account_server.tables import Person
from backupclient.account_server.ticket_tables import (
    OVER,
    AgentRow,
    TicketBundle,
    TicketMessage,
    TicketRow,
    TicketState,
)
from backupclient.account_server.ticket_wait import RECENT, Wait, estimate

HERE_FOR = timedelta(minutes=3)
"""An agent is there so long after the agent's page was shown; it is loaded again by itself."""
MOST_BUNDLE = 16 << 20
"""Bytes."""
MOST_PICTURE = 4 << 20
ASKING = Limit(20, 60)
"""Tickets, messages, reports and ideas, for each household."""

_AT_WORK = (TicketState.YOUR_TURN, TicketState.OPEN)


class Line(NamedTuple):
    """The line as it is for somebody with `before` people in front."""

    before: int
    agents: int
    wait: Wait | None


class NewTicket(NamedTuple):
    subject: str
    words: str
    wish: str
    code: str


class AtHand(NamedTuple):
    """A ticket that is not over; `codes` are the causes that its report names, worst first, or
    what it was asked for."""

    ticket: TicketRow
    codes: tuple[str, ...]


class Tickets:
    """Any thread; each call is a transaction of its own. Of a ticket that is not the household's
    nobody learns that there is one: `Problem` NOT_FOUND."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._database = service.database

    # --- for a computer ---------------------------------------------------------------------------

    def line(self) -> Line:
        """For somebody who would come now."""
        with self._database.reading() as session:
            return _line(session, self._service.clock.now(), None)

    def take_place(self, device: SignedInDevice, key: str, new: NewTicket) -> str:
        """A place at the end of the line; the ticket's id. Asked again with the same `key` it is
        the same place. `Problem` CONFLICT if this computer has a place with another key."""
        self._service.limits.take("ticket", device.household_id, ASKING)
        with self._database.writing() as session:
            self._alone(session)
            of_household = TicketRow.household_id == device.household_id
            before = session.scalar(sa.select(TicketRow).where(of_household, TicketRow.key == key))
            if before is not None:
                return before.id
            still = TicketRow.device_id == device.device_id, TicketRow.state.not_in(OVER)
            if session.scalar(sa.select(TicketRow.id).where(*still)) is not None:
                raise Problem(Code.CONFLICT)
            row = TicketRow(
                id=new_id(),
                household_id=device.household_id,
                device_id=device.device_id,
                key=key,
                **new._asdict(),
                state=TicketState.WAITING.value,
                created=self._service.clock.now(),
                outcome="",
            )
            session.add(row)
            actor = f"device:{device.device_id}"
            self._service.note(session, device.household_id, actor, "ticket-made", row.id)
            self._database.changed(session, device.household_id)
        return row.id

    def of_computer(self, device_id: str) -> Sequence[str]:
        """The ids of its tickets that are not over."""
        with self._database.reading() as session:
            of_device = TicketRow.device_id == device_id, TicketRow.state.not_in(OVER)
            return session.scalars(sa.select(TicketRow.id).where(*of_device)).all()

    def shown(
        self, household_id: str, ticket_id: str
    ) -> tuple[TicketRow, Sequence[TicketMessage], bool, Line]:
        """The ticket, what was said, whether a report is there, and the line before it."""
        with self._database.reading() as session:
            row = _of(session, household_id, ticket_id)
            messages = _messages(session, row)
            bundle = sa.select(TicketBundle.ticket_no).where(TicketBundle.ticket_no == row.no)
            line = _line(session, self._service.clock.now(), row)
            there = session.scalar(bundle) is not None
            session.expunge_all()
        return row, messages, there, line

    def keep_bundle(self, household_id: str, ticket_id: str, content: bytes) -> None:
        """The report; a second one replaces it. `Problem` INVALID for what is no report, CONFLICT
        once the ticket is over."""
        self._service.limits.take("ticket", household_id, ASKING)
        if not reports.acceptable(content):
            raise Problem(Code.INVALID)
        codes = " ".join(reports.codes_of(content))
        with self._database.writing() as session:
            row = _going_on(_locked(session, household_id, ticket_id))
            session.merge(
                TicketBundle(
                    ticket_no=row.no,
                    household_id=household_id,
                    received=self._service.clock.now(),
                    content=content,
                    codes=codes,
                )
            )
            self._database.changed(session, household_id)

    def say(self, household_id: str, ticket_id: str, words: str) -> None:
        self._service.limits.take("ticket", household_id, ASKING)
        with self._database.writing() as session:
            row = _locked(session, household_id, ticket_id)
            self._say(session, row, words, by_agent=False)

    def close(self, household_id: str, ticket_id: str, *, solved: bool, words: str) -> None:
        """The person says how it was, also of a ticket that the agent has ended. A ticket that
        waited leaves the line."""
        with self._database.writing() as session:
            self._alone(session)
            row = _locked(session, household_id, ticket_id)
            row.outcome = words
            self._end(session, row, TicketState.SOLVED if solved else TicketState.CLOSED)

    # --- for an agent -----------------------------------------------------------------------------

    def make_agent(self, email: str) -> None:
        """The person with that address helps from now on. `Problem` NOT_FOUND."""
        now = self._service.clock.now()
        with self._database.writing() as session:
            known = Person.email == email.strip().casefold()
            person = session.scalar(sa.select(Person).where(known))
            if person is None:
                raise Problem(Code.NOT_FOUND)
            values = {"person_id": person.id, "since": now, "here_until": now}
            self._database.insert_unless_there(session, AgentRow, values)
            self._service.note(session, person.household_id, "service", "agent-made", person.id)

    def agent_here(self, person_id: str) -> None:
        """The agent looks at the page now. `Problem` NOT_FOUND for everybody else."""
        now = self._service.clock.now()
        with self._database.writing() as session:
            agent = session.get(AgentRow, person_id)
            if agent is None:
                raise Problem(Code.NOT_FOUND)
            came = agent.here_until < now
            agent.here_until = now + HERE_FOR
            if came:
                self._tell_line(session)

    def at_hand(self) -> Sequence[AtHand]:
        """All that are not over, in their order."""
        still = (
            sa.select(TicketRow, TicketBundle.codes)
            .outerjoin(TicketBundle, TicketBundle.ticket_no == TicketRow.no)
            .where(TicketRow.state.not_in(OVER))
            .order_by(TicketRow.no)
        )
        with self._database.reading() as session:
            rows = [
                AtHand(row, tuple((codes or row.code).split()))
                for row, codes in session.execute(still)
            ]
            session.expunge_all()
        return rows

    def seen_by_agent(
        self, ticket_id: str
    ) -> tuple[TicketRow, Sequence[TicketMessage], bytes | None]:
        """Any ticket, what was said, and its report."""
        with self._database.reading() as session:
            row = _of(session, None, ticket_id)
            bundle = session.get(TicketBundle, row.no)
            content = None if bundle is None else bundle.content
            messages = _messages(session, row)
            session.expunge_all()
        return row, messages, content

    def take_next(self, agent_id: str) -> str | None:
        """Who has waited longest is helped by this agent now; the ticket's id, if there is one."""
        with self._database.writing() as session:
            self._alone(session)
            waiting = TicketRow.state == TicketState.WAITING
            row = session.scalar(
                sa.select(TicketRow).where(waiting).order_by(TicketRow.no).limit(1)
            )
            if row is None:
                return None
            row.state, row.agent_id = TicketState.YOUR_TURN.value, agent_id
            row.taken = self._service.clock.now()
            actor = f"person:{agent_id}"
            self._service.note(session, row.household_id, actor, "ticket-taken", row.id)
            self._database.changed(session, row.household_id)
            self._tell_line(session)
            return row.id

    def answer(self, ticket_id: str, words: str) -> None:
        """The agent says something. `Problem` CONFLICT if nobody has taken the ticket, or it is
        over."""
        with self._database.writing() as session:
            row = _locked(session, None, ticket_id)
            if row.state == TicketState.WAITING:
                raise Problem(Code.CONFLICT)
            self._say(session, row, words, by_agent=True)

    def end(self, ticket_id: str, *, solved: bool) -> None:
        """The agent ends it."""
        with self._database.writing() as session:
            self._alone(session)
            row = _going_on(_locked(session, None, ticket_id))
            self._end(session, row, TicketState.SOLVED if solved else TicketState.CLOSED)

    # --- how --------------------------------------------------------------------------------------

    def _alone(self, session: Session) -> None:
        """Two who change the line at once take turns. A transaction on SQLite is alone anyway."""
        if not self._database.is_sqlite:
            session.execute(sa.select(sa.func.pg_advisory_xact_lock(0x706C6B71)))

    def _say(self, session: Session, row: TicketRow, words: str, *, by_agent: bool) -> None:
        _going_on(row)
        session.add(
            TicketMessage(
                ticket_no=row.no,
                household_id=row.household_id,
                by_agent=by_agent,
                at=self._service.clock.now(),
                words=words,
            )
        )
        if row.state == TicketState.YOUR_TURN:
            row.state = TicketState.OPEN.value
        self._database.changed(session, row.household_id)

    def _end(self, session: Session, row: TicketRow, state: TicketState) -> None:
        row.state = state.value
        if row.ended is None:
            row.ended = self._service.clock.now()
        self._database.changed(session, row.household_id)
        self._tell_line(session)

    def _tell_line(self, session: Session) -> None:
        waiting = TicketRow.state == TicketState.WAITING
        for household_id in session.scalars(
            sa.select(TicketRow.household_id).where(waiting).distinct()
        ):
            self._database.changed(session, household_id)


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
        line = None if row.state in OVER else _line(session, now, row)
        facts.append((row.id, row.state, session.scalar(said), line))
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _locked(session: Session, household_id: str | None, ticket_id: str) -> TicketRow:
    """As `_of`, for who changes it: until the end of the transaction nobody else does, so that
    what one says does not open again what another has just ended."""
    return _of(session, household_id, ticket_id, lock=True)


def _of(
    session: Session, household_id: str | None, ticket_id: str, *, lock: bool = False
) -> TicketRow:
    """`household_id` None: an agent's, who sees all."""
    query = sa.select(TicketRow).where(TicketRow.id == ticket_id)
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None or (household_id is not None and row.household_id != household_id):
        raise Problem(Code.NOT_FOUND)
    return row


def _going_on(row: TicketRow) -> TicketRow:
    if row.state in OVER:
        raise Problem(Code.CONFLICT)
    return row


def _messages(session: Session, row: TicketRow) -> Sequence[TicketMessage]:
    of_ticket = sa.select(TicketMessage).where(TicketMessage.ticket_no == row.no)
    return session.scalars(of_ticket.order_by(TicketMessage.no)).all()


def _line(session: Session, now: datetime, row: TicketRow | None) -> Line:
    """Before `row`, or before somebody who comes now."""

    def count(*of: sa.ColumnElement[bool]) -> int:
        return session.scalar(sa.select(sa.func.count()).where(*of)) or 0

    waiting = TicketRow.state == TicketState.WAITING
    agents = count(AgentRow.here_until > now)
    if row is not None and row.state != TicketState.WAITING:
        return Line(0, agents, None)
    before = count(waiting) if row is None else count(waiting, TicketRow.no < row.no)
    at_work = count(TicketRow.state.in_(_AT_WORK))
    last = (
        sa.select(TicketRow.taken, TicketRow.ended)
        .where(TicketRow.taken.is_not(None), TicketRow.ended.is_not(None))
        .order_by(TicketRow.ended.desc())
        .limit(RECENT)
    )
    took = [
        (ended - taken).total_seconds()
        for taken, ended in session.execute(last)
        if taken is not None and ended is not None
    ]
    return Line(before, agents, estimate(before, agents, at_work, took))
