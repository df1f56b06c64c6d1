"""The agent's pages: who waits, the next one, the report first, answers. For agents alone: to
everybody else there is nothing here."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from backupclient.account_server.pages.rendering import PageRoute, go_to, page
from backupclient.account_server.pages.report import summary
from backupclient.account_server.pages.visitors import AnyVisitor, OwnForm, PersonHere
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Served
from backupclient.account_server.ticket_tables import OVER
from backupclient.account_server.tickets import Tickets

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Words = Annotated[str, Form(max_length=8000)]


def _agents_only(service: Served, person: PersonHere) -> Tickets:
    tickets = Tickets(service)
    tickets.agent_here(person.person_id)
    return tickets


ForAgents = Annotated[Tickets, Depends(_agents_only)]


@router.get("/agent")
def waiting(visitor: AnyVisitor, tickets: ForAgents) -> Response:
    return page("agent.html", visitor=visitor, rows=tickets.at_hand())


@router.post("/agent/next", dependencies=[OwnForm])
def take_next(tickets: ForAgents, person: PersonHere) -> Response:
    ticket_id = tickets.take_next(person.person_id)
    return go_to("/agent" if ticket_id is None else f"/agent/{ticket_id}")


@router.get("/agent/{ticket_id}")
def ticket(visitor: AnyVisitor, tickets: ForAgents, ticket_id: str) -> Response:
    row, messages, content = tickets.seen_by_agent(ticket_id)
    return page(
        "agent_ticket.html",
        visitor=visitor,
        ticket=row,
        messages=messages,
        has_report=content is not None,
        summary=None if content is None else summary(content),
        over=row.state in OVER,
    )


@router.get("/agent/{ticket_id}/report.zip")
def report(tickets: ForAgents, ticket_id: str) -> Response:
    _, _, content = tickets.seen_by_agent(ticket_id)
    if content is None:
        raise Problem(Code.NOT_FOUND)
    headers = {
        "Content-Disposition": f'attachment; filename="report-{ticket_id}.zip"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(content, media_type="application/zip", headers=headers)


@router.post("/agent/{ticket_id}/answer", dependencies=[OwnForm])
def answer(tickets: ForAgents, ticket_id: str, words: Words = "") -> Response:
    if words.strip():
        tickets.answer(ticket_id, words.strip())
    return go_to(f"/agent/{ticket_id}")


@router.post("/agent/{ticket_id}/close", dependencies=[OwnForm])
def close(tickets: ForAgents, ticket_id: str, how: Words = "") -> Response:
    tickets.end(ticket_id, solved=how == "solved")
    return go_to("/agent")
