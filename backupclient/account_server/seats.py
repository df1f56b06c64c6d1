"""Seats: as many computers as the plan has may be in a household at a time."""

from __future__ import annotations

import contextlib
from typing import NamedTuple, Self

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import places
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Service, digest, new_id
from backupclient.account_server.tables import (
    AccessToken,
    Device,
    DeviceGrant,
    Plan,
    PlanState,
    Seat,
)
from backupclient.errors import StorageError


class NewComputer(NamedTuple):
    """What a computer tells of itself when it signs in."""

    device_uuid: str
    name: str
    system: str

    @classmethod
    def of(cls, grant: DeviceGrant) -> Self:
        return cls(grant.device_uuid, grant.device_name, grant.system)


def needed(session: Session, household_id: str, device_uuid: str) -> Device | None:
    """That computer, if the household knows it, once it is certain that there is a seat for it: its
    own or a free one. `Problem` NO_FREE_SEAT. Others who want one wait meanwhile."""
    plan = session.get_one(Plan, household_id, with_for_update=True)
    devices = session.scalars(sa.select(Device).where(Device.household_id == household_id)).all()
    known = next((one for one in devices if one.device_uuid == device_uuid), None)
    if known is not None and known.seat == Seat.HELD:
        return known
    if sum(one.seat == Seat.HELD for one in devices) >= plan.seats:
        raise Problem(Code.NO_FREE_SEAT)
    return known


def take(service: Service, session: Session, household_id: str, computer: NewComputer) -> Device:
    """The computer has a seat. `Problem` NO_FREE_SEAT."""
    now = service.clock.now()
    device = needed(session, household_id, computer.device_uuid)
    if device is None:
        device = Device(
            id=new_id(),
            household_id=household_id,
            device_uuid=computer.device_uuid,
            has_keys=False,
            last_backup=None,
            last_backup_complete=None,
            waiting_bytes=0,
            applied_limit=None,
            app_version=None,
            created=now,
            online_until=now,
        )
        session.add(device)
    device.name, device.system = computer.name, computer.system
    device.seat, device.moving_to, device.last_seen = Seat.HELD, None, now
    session.flush()
    service.note(session, household_id, f"device:{device.id}", "seat-taken")
    service.database.changed(session, household_id)
    return device


def release(
    service: Service, household_id: str, device_id: str, actor: str, moving_to: str | None = None
) -> None:
    """The computer's seat is free, its keys to the storage end at once, and it is told so. Its
    backups stay. `Problem` NOT_FOUND if it is none of this household's. Keys that the storage
    cannot end now are ended as soon as it can."""
    with service.database.writing() as session:
        device = session.get(Device, device_id, with_for_update=True)
        if device is None or device.household_id != household_id:
            raise Problem(Code.NOT_FOUND)
        if device.seat == Seat.ENDED:
            return
        if device.seat == Seat.HELD:
            service.note(session, household_id, actor, "seat-released", device_id)
        device.seat, device.moving_to = Seat.RELEASED, moving_to
        has_keys = device.has_keys
        service.database.changed(session, household_id)
    if has_keys:
        with contextlib.suppress(StorageError):
            places.end_keys(service, device_id)


def sign_out(service: Service, token: str) -> None:
    """The computer with this token wants to be in no more. Nothing if there is none."""
    with service.database.writing() as session:
        row = session.get(AccessToken, digest(token))
        if row is None:
            return
        device = session.get_one(Device, row.device_id)
        session.execute(sa.delete(AccessToken).where(AccessToken.device_id == device.id))
    release(service, device.household_id, device.id, f"device:{device.id}")


def lapsed(session: Session, household_id: str) -> bool:
    """Whether the plan has ended: what is stored can be read, no computer gets anything new."""
    return session.get_one(Plan, household_id).state == PlanState.LAPSED
