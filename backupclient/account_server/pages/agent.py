"""The agent's pages: who waits, the next one, the report first, answers, ideas. For agents alone:
to everybody else there is nothing here."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request, Response

from backupclient.account_server import reports
from backupclient.account_server.ideas import PAGE, Ideas
from backupclient.account_server.pages.rendering import (
    HEADERS,
    POLICY,
    PageRoute,
    go_to,
    language,
    page,
)
from backupclient.account_server.pages.visitors import AnyVisitor, OwnForm, PersonHere
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Served
from backupclient.account_server.ticket_archive import PAGE as CLOSED_PAGE
from backupclient.account_server.ticket_archive import Archive, How
from backupclient.account_server.ticket_tables import OVER
from backupclient.account_server.tickets import Tickets

# What a computer sent is shown beside our own words and never as one of our pages: nothing in it
# runs, loads, is sent or leads anywhere.
FOREIGN = "sandbox; default-src 'none'; form-action 'none'; base-uri 'none'; "
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
FRAMING = f"{POLICY}; frame-src 'self'"

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Words = Annotated[str, Form(max_length=8000)]


def _agents_only(service: Served, person: PersonHere) -> Tickets:
    tickets = Tickets(service)
    tickets.agent_here(person.person_id)
    return tickets


ForAgents = Annotated[Tickets, Depends(_agents_only)]


@router.get("/agent")
def waiting(visitor: AnyVisitor, person: PersonHere, tickets: ForAgents) -> Response:
    return page(
        "agent.html",
        visitor=visitor,
        rows=tickets.at_hand(),
        agent_id=person.person_id,
        title_of=reports.title_of,
    )


@router.post("/agent/next", dependencies=[OwnForm])
def take_next(tickets: ForAgents, person: PersonHere) -> Response:
    ticket_id = tickets.take_next(person.person_id)
    return go_to("/agent" if ticket_id is None else f"/agent/{ticket_id}")


# --- those that are over --------------------------------------------------------------------------


@router.get("/agent/closed", dependencies=[Depends(_agents_only)])
def closed(
    service: Served,
    visitor: AnyVisitor,
    q: Annotated[str, Query(max_length=200)] = "",
    how: How = How.ALL,
    page_no: Annotated[int, Query(alias="page", ge=0, le=10_000)] = 0,
) -> Response:
    rows = Archive(service).look(q, how, page_no)
    return page(
        "agent_closed.html",
        visitor=visitor,
        rows=rows,
        search=q.strip(),
        how=how.value,
        page=page_no,
        more=len(rows) == CLOSED_PAGE,
    )


@router.post("/agent/{ticket_id}/reopen", dependencies=[OwnForm, Depends(_agents_only)])
def reopen(service: Served, person: PersonHere, ticket_id: str) -> Response:
    Archive(service).reopen(ticket_id, person.person_id)
    return go_to(f"/agent/{ticket_id}")


# --- ideas ----------------------------------------------------------------------------------------


@router.get("/agent/ideas", dependencies=[Depends(_agents_only)])
def ideas(service: Served, visitor: AnyVisitor, before: int = 0) -> Response:
    found = Ideas(service).newest(max(before, 0))
    return page(
        "agent_ideas.html",
        visitor=visitor,
        ideas=found,
        more=found[-1].no if len(found) == PAGE else 0,
        before=before,
        kept=service.settings.report_days,
    )


@router.get("/agent/ideas/{no}/picture.png", dependencies=[Depends(_agents_only)])
def picture(service: Served, no: int) -> Response:
    content = Ideas(service).picture(no)
    return Response(content, media_type="image/png", headers=_foreign("frame-ancestors 'none'"))


# --- a ticket -------------------------------------------------------------------------------------


@router.get("/agent/{ticket_id}")
def ticket(
    request: Request, service: Served, visitor: AnyVisitor, tickets: ForAgents, ticket_id: str
) -> Response:
    row, messages, content = tickets.seen_by_agent(ticket_id)
    asker, spoken = Archive(service).asker_of(ticket_id), language()
    report = None if content is None else reports.read(content, row.wish, spoken)
    problems = (
        reports.offers_for(row.code, row.wish, row.created, spoken, asker)
        if report is None
        else tuple(sorted(report.problems, key=lambda one: one.over))
    )
    wanted = request.query_params.get("with", "")
    offered = (reports.as_answer(one, row.wish) for one in problems if one.code == wanted)
    kept = timedelta(days=service.settings.report_days)
    answer = page(
        "agent_ticket.html",
        visitor=visitor,
        ticket=row,
        messages=messages,
        has_report=content is not None,
        report=report,
        problems=problems,
        words=next(offered, ""),
        over=row.state in OVER,
        asker=asker,
        deleted=None if row.ended is None else row.ended + kept,
        kept=kept.days,
    )
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@router.get("/agent/{ticket_id}/said")
def said(visitor: AnyVisitor, tickets: ForAgents, ticket_id: str) -> Response:
    """The conversation, which looks again by itself beside an answer that is being written."""
    row, messages, _ = tickets.seen_by_agent(ticket_id)
    answer = page("agent_said.html", visitor=visitor, ticket=row, messages=messages)
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


@router.get("/agent/{ticket_id}/report")
def report_page(visitor: AnyVisitor, tickets: ForAgents, ticket_id: str) -> Response:
    row, _, content = tickets.seen_by_agent(ticket_id)
    if content is None:
        raise Problem(Code.NOT_FOUND)
    answer = page("agent_report.html", visitor=visitor, ticket=row)
    answer.headers["Content-Security-Policy"] = FRAMING
    return answer


@router.get("/agent/{ticket_id}/report.html")
def report_itself(tickets: ForAgents, ticket_id: str) -> Response:
    """The page in the report, as the computer made it."""
    _, _, content = tickets.seen_by_agent(ticket_id)
    own = None if content is None else reports.page_in(content)
    if own is None:
        raise Problem(Code.NOT_FOUND)
    headers = _foreign("style-src 'unsafe-inline'; frame-ancestors 'self'")
    return Response(own, media_type="text/html; charset=utf-8", headers=headers)


@router.get("/agent/{ticket_id}/report.zip")
def report_archive(tickets: ForAgents, ticket_id: str) -> Response:
    row, _, content = tickets.seen_by_agent(ticket_id)
    if content is None:
        raise Problem(Code.NOT_FOUND)
    headers = _foreign("frame-ancestors 'none'")
    headers["Content-Disposition"] = f'attachment; filename="report-{row.no}.zip"'
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


def _foreign(policy: str) -> dict[str, str]:
    return {
        **HEADERS,
        "Content-Security-Policy": FOREIGN + policy,
        "Cross-Origin-Resource-Policy": "same-origin",
    }
