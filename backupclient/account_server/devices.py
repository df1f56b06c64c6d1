"""What a signed-in computer may do: report, get keys, release and move seats, hand over."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Path

from backupclient.account_server import places, seats
from backupclient.account_server.limits import HANDOVER
from backupclient.account_server.models import (
    DeviceReport,
    HandoverAnswer,
    HandoverBox,
    HandoverTake,
    KeysAnswer,
    Move,
)
from backupclient.account_server.problems import Code, Problem, documented
from backupclient.account_server.service import Served, Service
from backupclient.account_server.signed_in import DEVICE_CODES, SignedIn
from backupclient.account_server.tables import Device, Handover
from backupclient.errors import StorageError

router = APIRouter(prefix="/v1")

HANDOVER_LIFETIME = timedelta(minutes=10)
HANDOVERS_AT_ONCE = 5

DeviceId = Annotated[str, Path(max_length=64, pattern=r"^[0-9a-f]+$")]


@router.put("/device", status_code=204, responses=documented(*DEVICE_CODES, Code.INVALID))
def report(service: Served, device: SignedIn, told: DeviceReport) -> None:
    """What this computer tells of itself: after each run, when a limit was applied, daily. What it
    leaves out stays as it was."""
    with service.database.writing(lasting=False) as session:
        row = session.get_one(Device, device.device_id)
        row.last_seen = service.clock.now()
        for name in told.model_fields_set:
            value = getattr(told, name)
            if getattr(row, name) != value:
                setattr(row, name, value)
                service.database.changed(session, device.household_id)


@router.post(
    "/storage/keys", responses=documented(*DEVICE_CODES, Code.PLAN_ENDED, Code.PROVIDER_LATE)
)
def make_keys(service: Served, device: SignedIn) -> KeysAnswer:
    """This computer's own keys, for its household's bucket alone. Those it had before end."""
    try:
        bucket, keys = places.make_keys(service, device.household_id, device.device_id)
    except StorageError as error:
        raise places.may_be_late(error) from error
    return KeysAnswer(
        endpoint=service.provisioner.endpoint,
        region=service.provisioner.region,
        bucket=bucket,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
    )


@router.post(
    "/devices/{device_id}/release",
    status_code=204,
    responses=documented(*DEVICE_CODES, Code.NOT_FOUND),
)
def release(service: Served, device: SignedIn, device_id: DeviceId) -> None:
    """A computer of the household gives its seat back. Its keys end at once; its backups stay."""
    seats.release(service, device.household_id, device_id, f"device:{device.device_id}")


@router.post(
    "/devices/{device_id}/move",
    status_code=204,
    responses=documented(*DEVICE_CODES, Code.NOT_FOUND, Code.INVALID),
)
def move(service: Served, device: SignedIn, device_id: DeviceId, to: Move) -> None:
    """As release; whoever signs in next can take over what the computer has backed up."""
    actor = f"device:{device.device_id}"
    seats.release(service, device.household_id, device_id, actor, to.to_name)


@router.post(
    "/handovers",
    status_code=201,
    responses=documented(*DEVICE_CODES, Code.CONFLICT, Code.INVALID, Code.TOO_MANY_TRIES),
)
def leave(service: Served, device: SignedIn, handover: HandoverBox) -> dict[str, str]:
    """Leave a box for another computer of the household, for ten minutes."""
    now = service.clock.now()
    with service.database.writing() as session:
        session.execute(sa.delete(Handover).where(Handover.expires <= now))
        own = sa.select(sa.func.count()).where(Handover.household_id == device.household_id)
        if (session.scalar(own) or 0) >= HANDOVERS_AT_ONCE:
            raise Problem(Code.TOO_MANY_TRIES, retry_after=60)
        key = _handover_key(service, device.household_id, handover.id)
        if session.get(Handover, key) is not None:
            raise Problem(Code.CONFLICT)
        session.add(
            Handover(
                id_digest=key,
                household_id=device.household_id,
                box=handover.box,
                expires=now + HANDOVER_LIFETIME,
            )
        )
    return {}


@router.post(
    "/handovers/take",
    responses=documented(*DEVICE_CODES, Code.NOT_FOUND, Code.INVALID, Code.TOO_MANY_TRIES),
)
def take(service: Served, device: SignedIn, handover: HandoverTake) -> HandoverAnswer:
    """Take a box that another computer of the household has left; it can be taken once."""
    service.limits.check("handover", device.household_id, HANDOVER)
    with service.database.writing() as session:
        key = _handover_key(service, device.household_id, handover.id)
        row = session.get(Handover, key, with_for_update=True)
        if row is not None:
            session.delete(row)
            if row.expires > service.clock.now():
                return HandoverAnswer(box=row.box)
    service.limits.take("handover", device.household_id, HANDOVER)
    raise Problem(Code.NOT_FOUND)


def _handover_key(service: Service, household_id: str, handover_id: str) -> str:
    """Another household's handover cannot even be named."""
    return service.short_digest("handover", f"{household_id}/{handover_id}")
