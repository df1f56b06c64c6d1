"""Pages for getting in: signing in and out, taking an invitation, letting a computer in."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response

from backupclient.account_server import device_flow, people
from backupclient.account_server.invitations import Invitations
from backupclient.account_server.pages.moving import LONGEST_CODE, no_seat
from backupclient.account_server.pages.rendering import (
    LANGUAGE_COOKIE,
    PageRoute,
    go_to,
    page,
)
from backupclient.account_server.pages.visitors import (
    SESSION_COOKIE,
    AnyVisitor,
    OwnForm,
    PersonHere,
    Visitor,
    local,
    remember_form,
    remember_session,
)
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import ClientAddress, Served
from backupclient.account_server.settings import Settings
from backupclient.account_server.systems import SUPPORTED
from backupclient.account_server.texts import LANGUAGES

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Text = Annotated[str, Form(max_length=1000)]


def _invitations(request: Request) -> Invitations:
    invitations = request.app.state.invitations
    assert isinstance(invitations, Invitations)
    return invitations


InvitationsHere = Annotated[Invitations, Depends(_invitations)]


@router.get("/")
def start(service: Served, visitor: AnyVisitor, next: str = "/plan") -> Response:  # noqa: A002
    if visitor.person is not None:
        return go_to(local(next))
    return _sign_in_page(service.settings, visitor, next)


@router.post("/sign-in", dependencies=[OwnForm])
def sign_in(
    service: Served,
    visitor: AnyVisitor,
    address: ClientAddress,
    email: Text = "",
    password: Text = "",
    next: Text = "/plan",  # noqa: A002 - the field's name
) -> Response:
    try:
        token = people.sign_in(service, address, email, password)
    except Problem as problem:
        return _sign_in_page(service.settings, visitor, next, email, problem)
    return remember_session(go_to(local(next)), token, service.settings)


@router.post("/sign-out", dependencies=[OwnForm])
def sign_out(service: Served, request: Request) -> Response:
    people.sign_out(service, request.cookies.get(SESSION_COOKIE, ""))
    answer = go_to("/")
    answer.delete_cookie(SESSION_COOKIE)
    return answer


@router.get("/language/{chosen}")
def speak(chosen: str, next: str = "/plan") -> Response:  # noqa: A002
    """The pages are in that language from now on, in this browser."""
    answer = go_to(local(next))
    if chosen in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE, chosen, max_age=365 * 86400, httponly=True, samesite="lax"
        )
    return answer


def _sign_in_page(
    settings: Settings,
    visitor: Visitor,
    back: str,
    email: str = "",
    problem: Problem | None = None,
) -> Response:
    answer = page(
        "sign_in.html",
        status=200 if problem is None else problem.code.status,
        visitor=visitor,
        next=local(back),
        email=email,
        code="" if problem is None else problem.code.word,
        minutes=_minutes(problem),
    )
    return remember_form(answer, visitor, settings)


def _minutes(problem: Problem | None) -> int:
    return 0 if problem is None else -(-(problem.retry_after or 60) // 60)


# --- an invitation --------------------------------------------------------------------------------


@router.get("/join/{code}")
def join(service: Served, visitor: AnyVisitor, invitations: InvitationsHere, code: str) -> Response:
    return _join_page(service.settings, visitor, invitations, code)


@router.post("/join/{code}", dependencies=[OwnForm])
def joined(
    service: Served,
    visitor: AnyVisitor,
    invitations: InvitationsHere,
    code: str,
    email: Text = "",
    password: Text = "",
    name: Text = "",
) -> Response:
    try:
        person_id = invitations.accept(code, email, password, name)
    except Problem as problem:
        if problem.code is Code.NOT_FOUND:
            raise
        typed = {"email": email, "name": name}
        return _join_page(service.settings, visitor, invitations, code, problem, **typed)
    token = people.open_session(service, person_id)
    return remember_session(go_to("/plan"), token, service.settings)


def _join_page(
    settings: Settings,
    visitor: Visitor,
    invitations: Invitations,
    code: str,
    problem: Problem | None = None,
    email: str = "",
    name: str = "",
) -> Response:
    answer = page(
        "join.html",
        status=200 if problem is None else problem.code.status,
        visitor=visitor,
        invited=invitations.look(code),
        code=code,
        email=email,
        name=name,
        problem="" if problem is None else problem.code.word,
        least=people.LEAST_PASSWORD,
        systems=SUPPORTED,
    )
    if visitor.person is not None:
        return answer
    return remember_form(answer, visitor, settings)


# --- a computer -----------------------------------------------------------------------------------


@router.get("/device")
def device(
    service: Served, visitor: AnyVisitor, person: PersonHere, user_code: str = ""
) -> Response:
    if not user_code.strip():
        return page("device_code.html", visitor=visitor, user_code="", wrong=False)
    try:
        waiting = device_flow.waiting(service, person.person_id, user_code[:LONGEST_CODE])
    except Problem as problem:
        if problem.code is not Code.NOT_FOUND:
            raise
        facts = {"visitor": visitor, "user_code": user_code[:LONGEST_CODE], "wrong": True}
        return page("device_code.html", status=404, **facts)
    return page("device.html", visitor=visitor, waiting=waiting, user_code=user_code[:LONGEST_CODE])


@router.post("/device", dependencies=[OwnForm])
def decided(
    service: Served,
    visitor: AnyVisitor,
    person: PersonHere,
    user_code: Text = "",
    answer: Text = "",
) -> Response:
    approve = answer == "approve"
    try:
        waiting = device_flow.decide(
            service,
            person.person_id,
            person.household_id,
            user_code[:LONGEST_CODE],
            approve=approve,
        )
    except Problem as problem:
        if problem.code is not Code.NO_FREE_SEAT:
            raise
        return no_seat(service, visitor, person, user_code[:LONGEST_CODE])
    return page("device_done.html", visitor=visitor, waiting=waiting, approved=approve)
