"""The pages where all seats are taken: a new computer gets that of one that is no longer used."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from backupclient.account_server import device_flow, households, seats
from backupclient.account_server.pages.plan_view import Computer, computers_of
from backupclient.account_server.pages.rendering import PageRoute, page
from backupclient.account_server.pages.visitors import AnyVisitor, OwnForm, PersonHere, Visitor
from backupclient.account_server.people import SignedInPerson
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Served, Service

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]
LONGEST_CODE = 40
"""Of what is typed; a code has fewer signs."""


def no_seat(service: Service, visitor: Visitor, person: SignedInPerson, user_code: str) -> Response:
    """Whose seat the computer that waits with the code may have."""
    return page(
        "no_seat.html",
        status=Code.NO_FREE_SEAT.status,
        visitor=visitor,
        waiting=device_flow.waiting(service, person.person_id, user_code),
        user_code=user_code,
        computers=_with_seat(service, person),
    )


@router.get("/device/move")
def ask(
    service: Served,
    visitor: AnyVisitor,
    person: PersonHere,
    user_code: str = "",
    device_id: str = "",
) -> Response:
    user_code = user_code[:LONGEST_CODE]
    return page(
        "move.html",
        visitor=visitor,
        waiting=device_flow.waiting(service, person.person_id, user_code),
        user_code=user_code,
        computer=_the(service, person, device_id),
    )


@router.post("/device/move", dependencies=[OwnForm])
def move(
    service: Served,
    visitor: AnyVisitor,
    person: PersonHere,
    user_code: Text = "",
    device_id: Text = "",
) -> Response:
    user_code = user_code[:LONGEST_CODE]
    waiting = device_flow.waiting(service, person.person_id, user_code)
    old, who = _the(service, person, device_id), f"person:{person.person_id}"
    seats.release(service, person.household_id, old.device_id, who, waiting.device_name)
    try:
        device_flow.decide(service, person.person_id, person.household_id, user_code, approve=True)
    except Problem as problem:
        if problem.code is not Code.NO_FREE_SEAT:
            raise
        return no_seat(service, visitor, person, user_code)  # another computer was quicker
    return page("device_done.html", visitor=visitor, waiting=waiting, approved=True)


def _with_seat(service: Service, person: SignedInPerson) -> tuple[Computer, ...]:
    with service.database.reading() as session:
        home = households.describe(service, session, person.household_id)
    assert home is not None
    return tuple(one for one in computers_of(home) if one.held)


def _the(service: Service, person: SignedInPerson, device_id: str) -> Computer:
    for one in _with_seat(service, person):
        if one.device_id == device_id:
            return one
    raise Problem(Code.NOT_FOUND)
