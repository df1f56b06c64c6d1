"""Pages of the plan: what there is, which computers, more storage, cancelling."""

from __future__ import annotations

import secrets
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Form, Response

from backupclient.account_server import households, seats
from backupclient.account_server.checkout import (
    NoticeKind,
    ProviderUnreachable,
    TestProvider,
)
from backupclient.account_server.ledger import order_of, terms_of
from backupclient.account_server.models import HouseholdAnswer
from backupclient.account_server.pages.entering import InvitationsHere
from backupclient.account_server.pages.plan_view import PlanView, view
from backupclient.account_server.pages.rendering import PageRoute, go_to, page
from backupclient.account_server.pages.visitors import AnyVisitor, OwnForm, PersonHere
from backupclient.account_server.people import SignedInPerson
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.purchase_tables import CheckoutKind, CheckoutRow
from backupclient.account_server.service import Served, Service
from backupclient.account_server.shop import NothingToDo, Shop
from backupclient.account_server.shop_routes import Sold
from backupclient.account_server.standing import EntryKind
from backupclient.account_server.tables import Person

router = APIRouter(route_class=PageRoute, include_in_schema=False)

Text = Annotated[str, Form(max_length=200)]


def _home(service: Service, person: SignedInPerson) -> HouseholdAnswer:
    with service.database.reading() as session:
        home = households.describe(service, session, person.household_id)
    assert home is not None
    return home


def _view(service: Service, shop: Shop, person: SignedInPerson) -> PlanView:
    return view(_home(service, person), shop.offers.on_sale())


@router.get("/plan")
def plan(service: Served, shop: Sold, visitor: AnyVisitor, person: PersonHere) -> Response:
    with service.database.reading() as session:
        standing = shop.ledger.standing(session, person.household_id, visitor.now)
        members = session.scalars(
            sa.select(Person.email).filter_by(household_id=person.household_id)
        ).all()
    return page(
        "plan.html",
        visitor=visitor,
        view=_view(service, shop, person),
        then=standing.then if standing.then != standing.terms else None,
        deleted=standing.deleted,
        address=service.settings.public_url,
        members=members,
        key=secrets.token_urlsafe(16),
    )


@router.post("/plan/buy", dependencies=[OwnForm])
def buy(shop: Sold, person: PersonHere, offer_id: Text = "", key: Text = "") -> Response:
    if not key:
        raise Problem(Code.INVALID)
    try:
        return go_to(shop.order(person.household_id, offer_id, f"page {key}").url)
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error
    except ProviderUnreachable as error:
        raise Problem(Code.PROVIDER_LATE) from error


# --- the test provider's page, and confirming a smaller plan --------------------------------------


def _order(service: Service, person: SignedInPerson, checkout_id: str) -> CheckoutRow:
    with service.database.reading() as session:
        row = session.get(CheckoutRow, checkout_id)
        if row is None or row.household_id != person.household_id:
            raise Problem(Code.NOT_FOUND)
        session.expunge(row)
    return row


@router.get("/checkout/{checkout_id}")
def checkout(
    service: Served, shop: Sold, visitor: AnyVisitor, person: PersonHere, checkout_id: str
) -> Response:
    row = _order(service, person, checkout_id)
    with service.database.reading() as session:
        outcome = shop.ledger.outcome(session, checkout_id)
        standing = shop.ledger.standing(session, person.household_id, visitor.now)
    if outcome is not None and outcome is not EntryKind.DECLINED:
        return go_to(f"/done?checkout={checkout_id}")
    here = isinstance(shop.provider, TestProvider) or row.kind == CheckoutKind.CHANGE
    if not here:
        return go_to(row.url)
    return page(
        "change.html" if row.kind == CheckoutKind.CHANGE else "pay.html",
        visitor=visitor,
        terms=terms_of(row),
        checkout_id=checkout_id,
        declined=outcome is EntryKind.DECLINED,
        standing=standing,
        view=_view(service, shop, person),
    )


@router.post("/checkout/{checkout_id}", dependencies=[OwnForm])
def pay(
    service: Served, shop: Sold, person: PersonHere, checkout_id: str, answer: Text = ""
) -> Response:
    row = _order(service, person, checkout_id)
    if row.kind == CheckoutKind.CHANGE:
        shop.choose(person.household_id, checkout_id)
        return go_to("/plan")
    provider = shop.provider
    if not isinstance(provider, TestProvider):
        raise Problem(Code.NOT_FOUND)
    kind = NoticeKind.PAID if answer == "pay" else NoticeKind.DECLINED
    shop.notified(provider.settle(order_of(row), kind))
    done = kind is NoticeKind.PAID
    return go_to(f"/done?checkout={checkout_id}" if done else f"/checkout/{checkout_id}")


@router.get("/done")
def done(
    service: Served, shop: Sold, visitor: AnyVisitor, person: PersonHere, checkout: str = ""
) -> Response:
    row = _order(service, person, checkout)
    with service.database.reading() as session:
        outcome = shop.ledger.outcome(session, checkout)
    shown = _view(service, shop, person)
    return page(
        "done.html",
        visitor=visitor,
        view=shown,
        terms=terms_of(row),
        paid=outcome in (EntryKind.PAID, EntryKind.RENEWED),
        applied=shown.home.plan.pending is None,
    )


# --- cancelling -----------------------------------------------------------------------------------


@router.get("/plan/cancel")
def ask_cancel(service: Served, shop: Sold, visitor: AnyVisitor, person: PersonHere) -> Response:
    try:
        standing = shop.if_cancelled(person.household_id)
    except NothingToDo:
        return go_to("/plan")
    shown = _view(service, shop, person)
    return page("cancel.html", visitor=visitor, view=shown, standing=standing)


@router.post("/plan/cancel", dependencies=[OwnForm])
def cancel(shop: Sold, person: PersonHere) -> Response:
    try:
        shop.cancel(person.household_id)
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error
    return go_to("/plan")


@router.post("/plan/resume", dependencies=[OwnForm])
def resume(shop: Sold, person: PersonHere) -> Response:
    try:
        shop.resume(person.household_id)
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error
    return go_to("/plan")


# --- computers and people -------------------------------------------------------------------------


@router.get("/computers/{device_id}/release")
def ask_release(
    service: Served, shop: Sold, visitor: AnyVisitor, person: PersonHere, device_id: str
) -> Response:
    shown = _view(service, shop, person)
    found = [one for one in shown.computers if one.device_id == device_id]
    if not found:
        raise Problem(Code.NOT_FOUND)
    return page("release.html", visitor=visitor, computer=found[0])


@router.post("/computers/{device_id}/release", dependencies=[OwnForm])
def release(service: Served, person: PersonHere, device_id: str) -> Response:
    seats.release(service, person.household_id, device_id, f"person:{person.person_id}")
    return go_to("/plan#computers")


@router.post("/invite", dependencies=[OwnForm])
def invite(visitor: AnyVisitor, person: PersonHere, invitations: InvitationsHere) -> Response:
    address = invitations.make(household_id=person.household_id, person_id=person.person_id)
    return page("invited.html", visitor=visitor, address=address)
