"""Who looks at a page, and whether a form is one of ours."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Annotated, NamedTuple

from fastapi import Depends, Form, Request, Response

from backupclient.account_server import people
from backupclient.account_server.pages.rendering import language
from backupclient.account_server.people import SESSION_LIFETIME, SignedInPerson
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Served, new_token
from backupclient.account_server.settings import Settings

SESSION_COOKIE = "plainkeep_session"
FORM_COOKIE = "plainkeep_form"


class Visitor(NamedTuple):
    """`person` None: not signed in. `csrf` is what the page's forms bring along."""

    person: SignedInPerson | None
    csrf: str
    now: datetime

    @property
    def email(self) -> str:
        return "" if self.person is None else self.person.email


def _visitor(service: Served, request: Request) -> Visitor:
    """Whoever looks at a page is written to in its language from then on."""
    now = service.clock.now()
    token = request.cookies.get(SESSION_COOKIE)
    person = people.signed_in(service, token) if token else None
    if person is not None:
        if person.language != language():
            people.speak(service, person.person_id, language())
        return Visitor(person, person.csrf, now)
    return Visitor(None, request.cookies.get(FORM_COOKIE) or new_token(), now)


AnyVisitor = Annotated[Visitor, Depends(_visitor)]


def _signed_in(visitor: AnyVisitor) -> SignedInPerson:
    if visitor.person is None:
        raise Problem(Code.NOT_SIGNED_IN)
    return visitor.person


PersonHere = Annotated[SignedInPerson, Depends(_signed_in)]
"""Who must be signed in to get so far."""


def _own_form(visitor: AnyVisitor, request: Request, token: Annotated[str, Form()] = "") -> None:
    if visitor.person is None and FORM_COOKIE not in request.cookies:
        raise Problem(Code.FORM_EXPIRED)
    if not hmac.compare_digest(token.encode(), visitor.csrf.encode()):
        raise Problem(Code.FORM_EXPIRED)


OwnForm = Depends(_own_form)
"""Refuses a form that does not come from a page of ours. Among the dependencies of every POST."""


def remember_form(response: Response, visitor: Visitor, settings: Settings) -> Response:
    """The browser of somebody who is not signed in keeps what the page's form brings along."""
    response.set_cookie(
        FORM_COOKIE, visitor.csrf, httponly=True, samesite="lax", secure=settings.secure
    )
    return response


def remember_session(response: Response, token: str, settings: Settings) -> Response:
    """The browser is signed in from now on."""
    response.set_cookie(
        SESSION_COOKIE,
        token,
        max_age=int(SESSION_LIFETIME.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=settings.secure,
    )
    response.delete_cookie(FORM_COOKIE)
    return response


def local(path: str) -> str:
    """A place on these pages to go to, whatever was asked for."""
    fine = path.startswith("/") and not path.startswith("//") and path.isprintable()
    return path if fine and "\\" not in path else "/plan"
