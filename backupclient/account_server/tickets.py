"""Tickets: places in the line for a person, what is said, and how it ends.

The order of the line is the number of the row, so no restart loses a place. Whoever is still in
the line is told through the event stream of their household when it moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from backupclient.account_server import reports
from backupclient.account_server.limits import Limit
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Service, new_id
from backupclient.account_server.signed_in import SignedInDevice
from backupclient.account_server.tables import Person
from backupclient.account_server.ticket_line import Line, line_before, tell_line
from backupclient.account_server.ticket_rows import (
    add_message,
    closed_by_itself,
    going_on,
    locked,
    may_go_on,
    messages_of,
    open_again,
    take_turns,
    ticket_of,
    words_for,
)
from backupclient.account_server.ticket_tables import (
    OVER,
    AgentRow,
    EndedBy,
    TicketBundle,
    TicketMessage,
    TicketRow,
    TicketState,
)

HERE_FOR = timedelta(minutes=3)
"""An agent is there so long after the agent's page was shown; it is loaded again by itself."""
MOST_BUNDLE = 16 << 20
"""Bytes."""
MOST_PICTURE = 4 << 20
ASKING = Limit(20, 60)
"""Tickets, messages, reports and ideas, for each household."""


class NewTicket(NamedTuple):
    subject: str
    words: str
    wish: str
    code: str


class AtHand(NamedTuple):
    """A ticket that is not over; `codes` are the causes that its report names, worst first, or
    what it was asked for; `reported` tells a report that names none from no report. `wrote` is
    when the person did, if nobody has answered since it was taken."""

    ticket: TicketRow
    codes: tuple[str, ...]
    reported: bool
    wrote: datetime | None


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
            return line_before(session, self._service.clock.now(), None)

    def take_place(self, device: SignedInDevice, key: str, new: NewTicket) -> str:
        """A place at the end of the line; the ticket's id. Asked again with the same `key` it is
        the same place. `Problem` CONFLICT if this computer has a place with another key."""
        self._service.limits.take("ticket", device.household_id, ASKING)
        with self._database.writing() as session:
            take_turns(self._database, session)
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
                ended_by=EndedBy.NOBODY.value,
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
            row = ticket_of(session, household_id, ticket_id)
            messages = messages_of(session, row)
            bundle = sa.select(TicketBundle.ticket_no).where(TicketBundle.ticket_no == row.no)
            line = line_before(session, self._service.clock.now(), row)
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
            row = going_on(locked(session, household_id, ticket_id))
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
        """The person says something, which opens again what was closed by itself. `Problem`
        CONFLICT for everything else that is over."""
        self._service.limits.take("ticket", household_id, ASKING)
        with self._database.writing() as session:
            take_turns(self._database, session)
            row = locked(session, household_id, ticket_id)
            if closed_by_itself(row):
                self._open_again(session, row)
            self._say(session, row, words, by_agent=False)

    def close(self, household_id: str, ticket_id: str, *, solved: bool, words: str) -> None:
        """The person says how it was, also of a ticket that the agent has ended. A ticket that
        waited leaves the line; one that was closed by itself and is not solved goes on."""
        with self._database.writing() as session:
            take_turns(self._database, session)
            row = locked(session, household_id, ticket_id)
            if not solved and closed_by_itself(row) and may_go_on(session, row):
                self._open_again(session, row)
                unsolved = words_for(session, row).plain("quiet.not_solved")
                self._say(session, row, words or unsolved, by_agent=False)
                return
            row.outcome = words
            state = TicketState.SOLVED if solved else TicketState.CLOSED
            self._end(session, row, state, EndedBy.PERSON)

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
                tell_line(self._database, session)

    def at_hand(self) -> Sequence[AtHand]:
        """All that are not over, in their order."""
        any_said = aliased(TicketMessage)
        said = sa.select(sa.func.max(any_said.no)).where(
            any_said.ticket_no == TicketRow.no, any_said.by_itself.is_(False)
        )
        still = (
            sa.select(TicketRow, TicketBundle.codes, TicketMessage)
            .outerjoin(TicketBundle, TicketBundle.ticket_no == TicketRow.no)
            .outerjoin(TicketMessage, TicketMessage.no == said.scalar_subquery())
            .where(TicketRow.state.not_in(OVER))
            .order_by(TicketRow.no)
        )
        with self._database.reading() as session:
            rows = [
                AtHand(
                    row,
                    tuple((codes or row.code).split()),
                    codes is not None,
                    _unanswered(row, last),
                )
                for row, codes, last in session.execute(still)
            ]
            session.expunge_all()
        return rows

    def seen_by_agent(
        self, ticket_id: str
    ) -> tuple[TicketRow, Sequence[TicketMessage], bytes | None]:
        """Any ticket, what was said, and its report."""
        with self._database.reading() as session:
            row = ticket_of(session, None, ticket_id)
            bundle = session.get(TicketBundle, row.no)
            content = None if bundle is None else bundle.content
            messages = messages_of(session, row)
            session.expunge_all()
        return row, messages, content

    def take_next(self, agent_id: str) -> str | None:
        """Who has waited longest is helped by this agent now; the ticket's id, if there is one."""
        with self._database.writing() as session:
            take_turns(self._database, session)
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
            tell_line(self._database, session)
            return row.id

    def answer(self, ticket_id: str, words: str) -> None:
        """The agent says something. `Problem` CONFLICT if nobody has taken the ticket, or it is
        over."""
        with self._database.writing() as session:
            row = locked(session, None, ticket_id)
            if row.state == TicketState.WAITING:
                raise Problem(Code.CONFLICT)
            self._say(session, row, words, by_agent=True)

    def end(self, ticket_id: str, *, solved: bool) -> None:
        """The agent ends it."""
        with self._database.writing() as session:
            take_turns(self._database, session)
            row = going_on(locked(session, None, ticket_id))
            state = TicketState.SOLVED if solved else TicketState.CLOSED
            self._end(session, row, state, EndedBy.AGENT)

    # --- how --------------------------------------------------------------------------------------

    def _say(self, session: Session, row: TicketRow, words: str, *, by_agent: bool) -> None:
        going_on(row)
        add_message(session, row, words, self._service.clock.now(), by_agent=by_agent)
        row.asked = None
        if row.state == TicketState.YOUR_TURN:
            row.state = TicketState.OPEN.value
        self._database.changed(session, row.household_id)

    def _open_again(self, session: Session, row: TicketRow) -> None:
        open_again(session, row, TicketState.OPEN, self._service.clock.now())
        actor = f"device:{row.device_id}"
        self._service.note(session, row.household_id, actor, "ticket-reopened", row.id)
        self._database.changed(session, row.household_id)

    def _end(self, session: Session, row: TicketRow, state: TicketState, by: EndedBy) -> None:
        row.state, row.asked = state.value, None
        if row.ended is None:
            row.ended, row.ended_by = self._service.clock.now(), by.value
        self._database.changed(session, row.household_id)
        tell_line(self._database, session)


def _unanswered(row: TicketRow, last: TicketMessage | None) -> datetime | None:
    if last is None or last.by_agent or row.taken is None or last.at < row.taken:
        return None
    return last.at
