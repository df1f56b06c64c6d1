"""Pages for somebody who has forgotten the password of their account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Response

from backupclient.account_server import people
from backupclient.account_server.pages.rendering import PageRoute, go_to, page
from backupclient.account_server.pages.visitors import (
    AnyVisitor,
    OwnForm,
    Visitor,
    remember_form,
    remember_session,
)
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import ClientAddress, Served
from backupclient.account_server.settings import Settings
from backupclient.account_server.shop_routes import Sold

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Text = Annotated[str, Form(max_length=1000)]


@router.get("/password")
def ask(service: Served, visitor: AnyVisitor) -> Response:
    return _form(service.settings, visitor, page("forgotten.html", visitor=visitor, email=""))


@router.post("/password", dependencies=[OwnForm])
def asked(
    service: Served, shop: Sold, visitor: AnyVisitor, address: ClientAddress, email: Text = ""
) -> Response:
    if not email.strip():
        return ask(service, visitor)
    shop.forgotten.ask(address, email)
    shop.wake()
    return page("forgotten.html", visitor=visitor, email=email)


@router.get("/password/{link}")
def choose(service: Served, shop: Sold, visitor: AnyVisitor, link: str) -> Response:
    return _choose(service.settings, shop.forgotten.email(link), visitor, link)


@router.post("/password/{link}", dependencies=[OwnForm])
def chosen(
    service: Served, shop: Sold, visitor: AnyVisitor, link: str, password: Text = ""
) -> Response:
    email = shop.forgotten.email(link)
    try:
        token = shop.forgotten.choose(link, password)
    except Problem as problem:
        if problem.code is not Code.INVALID:
            raise
        return _choose(service.settings, email, visitor, link, too_short=True)
    return remember_session(go_to("/plan"), token, service.settings)


def _choose(
    settings: Settings, email: str, visitor: Visitor, link: str, *, too_short: bool = False
) -> Response:
    answer = page(
        "new_password.html",
        status=Code.INVALID.status if too_short else 200,
        visitor=visitor,
        email=email,
        link=link,
        too_short=too_short,
        least=people.LEAST_PASSWORD,
    )
    return _form(settings, visitor, answer)


def _form(settings: Settings, visitor: Visitor, answer: Response) -> Response:
    return answer if visitor.person is not None else remember_form(answer, visitor, settings)
