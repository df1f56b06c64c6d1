"""The endpoints of being helped by a person, for computers."""

from __future__ import annotations

import base64
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from backupclient.account_server.ideas import Ideas
from backupclient.account_server.models import Answer, Asked, ShortText, Time
from backupclient.account_server.problems import Code, Problem, documented
from backupclient.account_server.service import Served
from backupclient.account_server.shop_routes import IdempotencyKey
from backupclient.account_server.signed_in import DEVICE_CODES, SignedIn
from backupclient.account_server.ticket_line import Line
from backupclient.account_server.ticket_rows import closed_by_itself
from backupclient.account_server.ticket_tables import TicketState
from backupclient.account_server.tickets import MOST_BUNDLE, NewTicket, Tickets

router = APIRouter(prefix="/v1", tags=["a person"])

_PNG_BASE64 = (
    r"^iVBORw0KGgo[A-Za-z0-9+/]([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
)


def _of(service: Served) -> Tickets:
    return Tickets(service)


TicketsHere = Annotated[Tickets, Depends(_of)]
TicketId = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]
Words = Annotated[str, Field(min_length=1, max_length=8000, pattern=r"^[^\x00]+$")]
MaybeWords = Annotated[str, Field(max_length=8000, pattern=r"^[^\x00]*$")]


class WaitAnswer(Answer):
    """Seconds; both null where nobody can know."""

    people_before: int
    agents_here: bool
    least_seconds: int | None
    most_seconds: int | None


class TicketAsked(Asked):
    subject: ShortText
    words: MaybeWords = ""
    wish: Literal["explain", "steps", "together"] = "explain"
    code: Annotated[str, Field(max_length=100, pattern=r"^[a-z0-9.-]*$")] = Field(
        default="", description="of the problem it is about, if it is about one"
    )


class MessageAsked(Asked):
    words: Words


class CloseAsked(Asked):
    solved: bool
    words: MaybeWords = ""


class IdeaAsked(Asked):
    words: Words
    picture: Annotated[str, Field(pattern=_PNG_BASE64)] | None = Field(
        default=None, description="a PNG in base64"
    )


class MessageAnswer(Answer):
    by_agent: bool
    at: Time
    words: str


class TicketAnswer(Answer):
    """`wait` is null once it is somebody's turn. `closed_by_itself`: nobody said anything any more;
    a word, or that it is not solved, opens it again."""

    ticket_id: str
    number: int
    subject: str
    words: str
    wish: Literal["explain", "steps", "together"]
    code: str
    state: Literal["waiting", "your-turn", "open", "solved", "closed"]
    created: Time
    closed_by_itself: bool
    has_report: bool
    wait: WaitAnswer | None
    messages: list[MessageAnswer]


@router.get("/support/wait", responses=documented(*DEVICE_CODES))
def wait(tickets: TicketsHere, device: SignedIn) -> WaitAnswer:  # noqa: ARG001 - for computers alone
    """How long somebody waits who asks now."""
    return _wait(tickets.line())


@router.post(
    "/tickets",
    status_code=201,
    responses=documented(*DEVICE_CODES, Code.CONFLICT, Code.TOO_MANY_TRIES),
)
def take_place(
    tickets: TicketsHere, device: SignedIn, asked: TicketAsked, idempotency_key: IdempotencyKey
) -> TicketAnswer:
    """A place in the line. The same key is the same place, however often it is sent."""
    new = NewTicket(asked.subject, asked.words, asked.wish, asked.code)
    return _shown(tickets, device.household_id, tickets.take_place(device, idempotency_key, new))


@router.get("/tickets", responses=documented(*DEVICE_CODES))
def of_this_computer(tickets: TicketsHere, device: SignedIn) -> list[TicketAnswer]:
    """Those of this computer that are not over: one at most."""
    ids = tickets.of_computer(device.device_id)
    return [_shown(tickets, device.household_id, one) for one in ids]


@router.get("/tickets/{ticket_id}", responses=documented(*DEVICE_CODES, Code.NOT_FOUND))
def ticket(tickets: TicketsHere, device: SignedIn, ticket_id: TicketId) -> TicketAnswer:
    """How it stands: the place in the line, what was said."""
    return _shown(tickets, device.household_id, ticket_id)


@router.put(
    "/tickets/{ticket_id}/bundle",
    status_code=204,
    responses=documented(
        *DEVICE_CODES, Code.NOT_FOUND, Code.CONFLICT, Code.TOO_LARGE, Code.TOO_MANY_TRIES
    ),
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
            },
        }
    },
)
async def put_bundle(
    tickets: TicketsHere, device: SignedIn, ticket_id: TicketId, request: Request
) -> None:
    """The report that goes with it: a .zip, which only agents read. A second one replaces it."""
    content = await request.body()
    await run_in_threadpool(tickets.shown, device.household_id, ticket_id)
    if len(content) > MOST_BUNDLE:
        raise Problem(Code.TOO_LARGE)
    await run_in_threadpool(tickets.keep_bundle, device.household_id, ticket_id, content)


@router.post(
    "/tickets/{ticket_id}/messages",
    status_code=201,
    responses=documented(*DEVICE_CODES, Code.NOT_FOUND, Code.CONFLICT, Code.TOO_MANY_TRIES),
)
def say(
    tickets: TicketsHere, device: SignedIn, ticket_id: TicketId, message: MessageAsked
) -> TicketAnswer:
    """Say something, also while waiting. Refused once it is over."""
    tickets.say(device.household_id, ticket_id, message.words)
    return _shown(tickets, device.household_id, ticket_id)


@router.post("/tickets/{ticket_id}/close", responses=documented(*DEVICE_CODES, Code.NOT_FOUND))
def close(
    tickets: TicketsHere, device: SignedIn, ticket_id: TicketId, asked: CloseAsked
) -> TicketAnswer:
    """Solved or not, in the person's own words; who still waits gives the place away."""
    tickets.close(device.household_id, ticket_id, solved=asked.solved, words=asked.words)
    return _shown(tickets, device.household_id, ticket_id)


@router.post(
    "/ideas",
    status_code=204,
    responses=documented(*DEVICE_CODES, Code.TOO_LARGE, Code.TOO_MANY_TRIES),
)
def idea(service: Served, device: SignedIn, asked: IdeaAsked) -> None:
    """An idea for us, with a picture if one likes; not larger than a window can be."""
    picture = None if asked.picture is None else base64.b64decode(asked.picture)
    Ideas(service).keep(device, asked.words, picture)


def _wait(line: Line) -> WaitAnswer:
    return WaitAnswer(
        people_before=line.before,
        agents_here=line.agents > 0,
        least_seconds=None if line.wait is None else line.wait.least,
        most_seconds=None if line.wait is None else line.wait.most,
    )


def _shown(tickets: Tickets, household_id: str, ticket_id: str) -> TicketAnswer:
    row, messages, has_report, line = tickets.shown(household_id, ticket_id)
    return TicketAnswer.model_validate(
        {
            "ticket_id": row.id,
            "number": row.no,
            "subject": row.subject,
            "words": row.words,
            "wish": row.wish,
            "code": row.code,
            "state": row.state,
            "created": row.created,
            "closed_by_itself": closed_by_itself(row),
            "has_report": has_report,
            "wait": _wait(line) if row.state == TicketState.WAITING else None,
            "messages": [MessageAnswer.model_validate(one) for one in messages],
        }
    )
