"""What a household's computers are told of plan, storage and each other."""

from __future__ import annotations

import functools
import hashlib
from datetime import datetime
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse
from pydantic.main import IncEx
from sqlalchemy.orm import Session

from backupclient.account_server.ledger import Ledger
from backupclient.account_server.models import (
    DeviceAnswer,
    HouseholdAnswer,
    Pending,
    PlanAnswer,
    Price,
    StorageAnswer,
    SupportedSystem,
)
from backupclient.account_server.offers import Offer
from backupclient.account_server.problems import documented
from backupclient.account_server.service import Served, Service, new_id
from backupclient.account_server.shown import Shown
from backupclient.account_server.signed_in import DEVICE_CODES, SignedIn
from backupclient.account_server.standing import EntryKind
from backupclient.account_server.streams import Described
from backupclient.account_server.systems import SUPPORTED
from backupclient.account_server.tables import (
    Device,
    Household,
    Plan,
    PlanState,
    Seat,
    StoragePlace,
)
from backupclient.account_server.ticket_line import news

router = APIRouter(prefix="/v1")

JSON = "application/json"

# What changes by itself all the time, and who asks, make no other answer.
_NOT_IN_ETAG: dict[str, IncEx] = {
    "devices": {"__all__": {"this", "last_seen"}},
    "storage": {"measured_at"},
}


def found(service: Service, session: Session, name: str, terms: Offer) -> str:
    """A new household that has the plan of these terms; its id."""
    household_id, now = new_id(), service.clock.now()
    session.add(Household(id=household_id, name=name, created=now))
    session.flush()
    event = f"founded {household_id}"
    Ledger(service.database).note(session, household_id, EntryKind.GRANTED, event, now, terms)
    service.note(session, household_id, "service", "household-founded")
    return household_id


def describe(service: Service, session: Session, household_id: str) -> HouseholdAnswer | None:
    """The answer as nobody in particular sees it."""
    row = session.execute(
        sa.select(Household, Plan, StoragePlace)
        .join(Plan, Plan.household_id == Household.id)
        .outerjoin(StoragePlace, StoragePlace.household_id == Household.id)
        .where(Household.id == household_id)
    ).one_or_none()
    if row is None:
        return None
    household, plan, place = row
    devices = session.scalars(
        sa.select(Device).where(Device.household_id == household_id).order_by(Device.created)
    )
    now = service.clock.now()
    return HouseholdAnswer(
        household_id=household.id,
        name=household.name,
        plan=_plan(service, plan, place),
        storage=_storage(plan, place),
        devices=[_device(device, now) for device in devices],
        supported_systems=list(SUPPORTED),
    )


def etag(answer: HouseholdAnswer) -> str:
    """Of what an answer says, whoever asks."""
    text = answer.model_dump_json(exclude=_NOT_IN_ETAG)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def shown(service: Service, household_id: str) -> Shown | None:
    """As it is now, or has become since this was called: all who ask at once share one look."""
    return service.looks.share(household_id, functools.partial(_look, service, household_id))


def _look(service: Service, household_id: str) -> Shown | None:
    with service.database.reading() as session:
        answer = describe(service, session, household_id)
        tickets = news(session, household_id, service.clock.now())
    if answer is None:
        return None
    return Shown(answer, etag(answer), answer.model_dump_json().encode(), tickets)


def described(service: Service, household_id: str) -> Described:
    """For the event streams."""
    found = shown(service, household_id)
    if found is None:
        return Described("", frozenset())
    held = frozenset(one.device_id for one in found.answer.devices if one.seat == Seat.HELD.value)
    return Described(found.etag, held, found.tickets)


def _plan(service: Service, plan: Plan, place: StoragePlace | None) -> PlanAnswer:
    price = pending = None
    if plan.price_amount is not None:
        price = Price(
            amount=plan.price_amount,
            currency=plan.price_currency or "",
            period=plan.price_period or "",
        )
    if place is not None and place.limit_bytes != plan.limit_bytes:
        pending = Pending(limit=plan.limit_bytes, since=plan.limit_since)
    url = f"{service.settings.public_url}/plan"
    return PlanAnswer(
        name=plan.name,
        limit=plan.limit_bytes,
        state=PlanState(plan.state).value,
        renews=plan.renews,
        ends=plan.ends,
        data_kept_until=plan.data_kept_until,
        seats=plan.seats,
        price=price,
        manage_url=url,
        buy_url=f"{url}#offers",
        pending=pending,
    )


def _storage(plan: Plan, place: StoragePlace | None) -> StorageAnswer:
    if place is None:  # made with the first computer's keys, with the plan's limit at once
        limit, used, measured = plan.limit_bytes, 0, None
    else:
        limit, used, measured = place.limit_bytes or 0, place.used_bytes, place.measured
    return StorageAnswer(limit=limit, used=used, measured_at=measured, writable=used < limit)


def _device(device: Device, now: datetime) -> DeviceAnswer:
    return DeviceAnswer(
        device_id=device.id,
        device_uuid=device.device_uuid,
        name=device.name,
        system=device.system,
        seat="held" if device.seat == Seat.HELD else "released",
        this=False,
        last_backup=device.last_backup,
        last_backup_complete=device.last_backup_complete,
        last_seen=device.last_seen,
        waiting_bytes=device.waiting_bytes,
        applied_limit=device.applied_limit,
        online=device.seat == Seat.HELD and device.online_until > now,
        moving_to=device.moving_to,
    )


# --- endpoints ------------------------------------------------------------------------------------


@router.get(
    "/household",
    response_model=HouseholdAnswer,
    responses={304: {"description": "as in `If-None-Match`"}, **documented(*DEVICE_CODES)},
)
def household(
    service: Served,
    device: SignedIn,
    if_none_match: Annotated[str | None, Header()] = None,
) -> Response:
    """Plan, storage and computers of this computer's household."""
    found = shown(service, device.household_id)
    assert found is not None
    headers = {
        "ETag": found.etag,
        "Cache-Control": "private, no-cache",
        "Vary": "Authorization",
    }
    if if_none_match is not None and found.etag in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(found.body_for(device.device_id), headers=headers, media_type=JSON)


@router.get(
    "/events",
    response_class=StreamingResponse,
    responses={
        200: {
            "content": {"text/event-stream": {}},
            "description": "`household`, `ticket` and `released`",
        },
        **documented(*DEVICE_CODES),
    },
)
async def events(service: Served, device: SignedIn) -> StreamingResponse:
    """Told at once and whenever the household's answer changes, until the seat is released."""
    return StreamingResponse(
        service.streams.listen(device.household_id, device.device_id),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/systems", tags=["anybody"])
def systems() -> list[SupportedSystem]:
    """Which systems are supported; for before buying."""
    return list(SUPPORTED)
