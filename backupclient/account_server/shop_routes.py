"""The endpoints of buying: for computers, and for the payment provider."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, BackgroundTasks, Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field

from backupclient.account_server import places
from backupclient.account_server.checkout import (
    SIGNATURE_HEADER,
    NoticeRefused,
    ProviderUnreachable,
    SignedNotice,
)
from backupclient.account_server.models import (
    AccountLimit,
    Answer,
    AppliedLimit,
    Asked,
    Bytes,
    Price,
    RefreshAnswer,
    Time,
)
from backupclient.account_server.offers import Offer
from backupclient.account_server.problems import Code, Problem, documented
from backupclient.account_server.service import Served
from backupclient.account_server.shop import NothingToDo, Shop
from backupclient.account_server.signed_in import DEVICE_CODES, SignedIn
from backupclient.account_server.standing import Standing
from backupclient.account_server.tables import Plan, StoragePlace

router = APIRouter(prefix="/v1", tags=["buying"])


def _of(request: Request) -> Shop:
    shop = request.app.state.shop
    assert isinstance(shop, Shop)
    return shop


Sold = Annotated[Shop, Depends(_of)]
"""The shop, for an endpoint's parameter."""

IdempotencyKey = Annotated[str, Header(min_length=8, max_length=128, pattern=r"^[\x21-\x7e]+$")]


class OfferAnswer(Answer):
    offer_id: str
    name: str
    limit: Bytes
    seats: int
    price: Price | None


class CheckoutAsked(Asked):
    offer_id: Annotated[str, Field(max_length=64)]


class CheckoutAnswer(Answer):
    """Where a person goes on, in a browser."""

    checkout_id: str
    url: str


class EndAnswer(Answer):
    """Both null while the plan goes on."""

    ends: Time | None
    data_kept_until: Time | None


class Recorded(Answer):
    recorded: bool = True


@router.get("/offers", tags=["anybody"])
def offers(shop: Sold) -> list[OfferAnswer]:
    """What can be bought."""
    return [_offer(offer) for offer in shop.offers.on_sale()]


@router.post(
    "/checkouts",
    status_code=201,
    responses=documented(*DEVICE_CODES, Code.NOT_FOUND, Code.INVALID, Code.PROVIDER_LATE),
)
def checkouts(
    shop: Sold, device: SignedIn, asked: CheckoutAsked, idempotency_key: IdempotencyKey
) -> CheckoutAnswer:
    """Begin to buy. The same key is the same checkout, however often it is sent."""
    try:
        ordered = shop.order(device.household_id, asked.offer_id, idempotency_key)
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error
    except ProviderUnreachable as error:
        raise Problem(Code.PROVIDER_LATE, retry_after=30) from error
    return CheckoutAnswer(checkout_id=ordered.checkout_id, url=ordered.url)


@router.post("/plan/refresh", responses=documented(*DEVICE_CODES))
def refresh(
    service: Served, shop: Sold, device: SignedIn, afterwards: BackgroundTasks
) -> RefreshAnswer:
    """Apply to the storage what was paid for and was not yet applied, now. How much is used is
    looked up afterwards, which the event stream tells."""
    household_id = device.household_id
    afterwards.add_task(places.measure_again, service, household_id)
    shop.apply_now(household_id)
    under_way = shop.payments_under_way(household_id)
    with service.database.reading() as session:
        plan = session.get_one(Plan, household_id)
        place = session.get(StoragePlace, household_id)
        limit = plan.limit_bytes if place is None else place.limit_bytes or 0
        applied = limit == plan.limit_bytes
        late: Literal["nobody", "payment", "storage"] = "nobody"
        if not applied:
            late = "storage"
        elif under_way:
            late = "payment"
        return RefreshAnswer(
            account=AccountLimit(limit=plan.limit_bytes),
            storage=AppliedLimit(limit=limit, applied=applied),
            pending_purchases=under_way,
            late=late,
        )


@router.post("/plan/cancel", responses=documented(*DEVICE_CODES, Code.NOT_FOUND))
def cancel(shop: Sold, device: SignedIn) -> EndAnswer:
    """Nothing more is charged; what is paid for goes on until it ends."""
    try:
        return _end(shop.cancel(device.household_id))
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error


@router.post("/plan/resume", responses=documented(*DEVICE_CODES, Code.NOT_FOUND))
def resume(shop: Sold, device: SignedIn) -> EndAnswer:
    """As if it had not been cancelled; possible until it ends."""
    try:
        return _end(shop.resume(device.household_id))
    except NothingToDo as error:
        raise Problem(Code.NOT_FOUND) from error


@router.post(
    "/payments/{provider}/notify",
    tags=["payment provider"],
    responses=documented(Code.NOT_FOUND, Code.INVALID),
)
async def notify(
    shop: Sold,
    provider: str,
    request: Request,
    signature: Annotated[str, Header(alias=SIGNATURE_HEADER, max_length=500)] = "",
) -> Recorded:
    """A provider's signed notice. Answered so once it is recorded, and each event is once."""
    if provider != shop.provider.name:
        raise Problem(Code.NOT_FOUND)
    signed = SignedNotice(await request.body(), signature)
    try:
        await run_in_threadpool(shop.notified, signed)
    except NoticeRefused as error:
        raise Problem(Code.INVALID) from error
    return Recorded()


def _offer(offer: Offer) -> OfferAnswer:
    price = offer.price
    return OfferAnswer(
        offer_id=offer.offer_id,
        name=offer.name,
        limit=offer.limit,
        seats=offer.seats,
        price=None
        if price is None
        else Price(amount=price.amount, currency=price.currency, period=price.period.value),
    )


def _end(standing: Standing) -> EndAnswer:
    return EndAnswer(ends=standing.ends, data_kept_until=standing.data_kept_until)
