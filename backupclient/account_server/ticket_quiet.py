"""Tickets in which nobody says anything any more: the person is asked whether it is solved, and
days later the ticket is closed and says so. A word of the person's opens it again, with its number.

Who waits for an agent, in the line or for an answer, is never closed out: silence is ours then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.post import Post
from backupclient.account_server.service import Service
from backupclient.account_server.tables import Device
from backupclient.account_server.ticket_line import tell_line
from backupclient.account_server.ticket_rows import add_message, locked, messages_of, words_for
from backupclient.account_server.ticket_tables import (
    AT_WORK,
    EndedBy,
    TicketBundle,
    TicketRow,
    TicketState,
)


class QuietTickets:
    """Any thread, and any number of processes at once."""

    def __init__(self, service: Service, post: Post) -> None:
        self._service = service
        self._database = service.database
        self._post = post
        self._gap = timedelta(days=service.settings.ticket_quiet_days)

    def look(self, now: datetime) -> None:
        """Ask after those that were quiet for so many days, close those that were for as many more
        since."""
        of_old = TicketRow.state.in_(AT_WORK), TicketRow.taken <= now - self._gap
        with self._database.reading() as session:
            found = session.scalars(sa.select(TicketRow.id).where(*of_old)).all()
        for ticket_id in found:
            with self._database.writing() as session:
                self._look_at(session, locked(session, None, ticket_id), now)

    def _look_at(self, session: Session, row: TicketRow, now: datetime) -> None:
        if row.state not in AT_WORK or row.taken is None:
            return  # something has happened meanwhile
        said = [one for one in messages_of(session, row) if not one.by_itself]
        since, last = row.taken, said[-1] if said else None
        if last is not None and last.at >= row.taken:
            if not last.by_agent:
                return  # it is for us to answer
            since = last.at
        if row.asked is None and now >= since + self._gap:
            self._ask(session, row, now)
        elif row.asked is not None and now >= row.asked + self._gap:
            self._close(session, row, now)

    def _ask(self, session: Session, row: TicketRow, now: datetime) -> None:
        row.asked = now
        ends, name, number = now + self._gap, _computer(session, row), row.no
        words = words_for(session, row)
        days = self._gap.days
        said = words.plain("quiet.asked", days=words.days(days), day=words.day(ends))
        add_message(session, row, said, now, by_agent=True, by_itself=True)
        self._post.send(
            session,
            row.household_id,
            lambda to: to.quiet_asked(number, name, days, ends),
            f"quiet-{row.id}-{now:%Y%m%dT%H%M%S}",
            now,
        )
        self._database.changed(session, row.household_id)

    def _close(self, session: Session, row: TicketRow, now: datetime) -> None:
        row.state, row.ended, row.ended_by = TicketState.CLOSED.value, now, EndedBy.ITSELF.value
        name, number, words = _computer(session, row), row.no, words_for(session, row)
        said = words.plain("quiet.closed", days=words.days(2 * self._gap.days))
        add_message(session, row, said, now, by_agent=True, by_itself=True)
        kept = timedelta(days=self._service.settings.report_days)
        deleted = now + kept if session.get(TicketBundle, row.no) is not None else None
        self._post.send(
            session,
            row.household_id,
            lambda to: to.quiet_closed(number, name, deleted),
            f"quiet-closed-{row.id}-{now:%Y%m%dT%H%M%S}",
            now,
        )
        self._service.note(session, row.household_id, "service", "ticket-closed", row.id)
        self._database.changed(session, row.household_id)
        tell_line(self._database, session)


def _computer(session: Session, row: TicketRow) -> str:
    return session.get_one(Device, row.device_id).name
