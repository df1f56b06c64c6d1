"""What came to help with something is not kept for ever: a report goes some days after its ticket
is over, a picture some days after its idea came. What was said stays."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from backupclient.account_server.service import Service
from backupclient.account_server.ticket_tables import Idea, TicketBundle, TicketRow


def forget_old(service: Service) -> None:
    """Delete what has had its days. Any process, as often as one likes."""
    until = service.clock.now() - timedelta(days=service.settings.report_days)
    with service.database.writing() as session:
        old = (
            sa.select(TicketRow)
            .join(TicketBundle, TicketBundle.ticket_no == TicketRow.no)
            .where(TicketRow.ended <= until)
        )
        for ticket in session.scalars(old).all():
            session.execute(sa.delete(TicketBundle).where(TicketBundle.ticket_no == ticket.no))
            service.note(session, ticket.household_id, "service", "report-deleted", ticket.id)
            service.database.changed(session, ticket.household_id)
        pictured = Idea.picture.is_not(None), Idea.created <= until
        session.execute(sa.update(Idea).where(*pictured).values(picture=None))
