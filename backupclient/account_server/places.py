"""A household's storage: its bucket, the limit it goes by, how much is in it, keys for computers.

The database is written first and the storage follows; what was cut off in between is done by the
next `tidy`.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.provisioning import StorageKeys
from backupclient.account_server.service import Service
from backupclient.account_server.tables import Device, Plan, Seat, StoragePlace
from backupclient.errors import StorageError

MEASURE_SECONDS = 60


def make(service: Service, household_id: str) -> str:
    """The household has a bucket that goes by its plan's limit; its name. `StorageError` if the
    storage cannot now."""
    with service.database.writing() as session:
        place = session.get(StoragePlace, household_id)
        if place is None:
            place = StoragePlace(
                household_id=household_id,
                bucket=f"plainkeep-{household_id}",
                limit_bytes=None,
                used_bytes=0,
                measured=None,
            )
            session.add(place)
        bucket, made = place.bucket, place.limit_bytes is not None
        limit = session.get_one(Plan, household_id).limit_bytes
    if not made:
        service.provisioner.make_bucket(bucket, limit)
        with service.database.writing() as session:
            session.get_one(StoragePlace, household_id).limit_bytes = limit
            service.note(session, household_id, "service", "bucket-made", str(limit))
            service.database.changed(session, household_id)
        apply_limit(service, household_id)  # it may have been bought meanwhile
    return bucket


def apply_limit(service: Service, household_id: str) -> bool:
    """The storage goes by the plan's limit; whether it did not before. Nothing for a household
    without a bucket, which is made with the limit. `StorageError` if it cannot now. Whoever is last
    to set a limit sees the newest: after setting, everybody looks again."""
    applied = False
    while True:
        with service.database.reading() as session:
            plan = session.get_one(Plan, household_id)
            place = session.get(StoragePlace, household_id)
            if place is None or place.limit_bytes in (None, plan.limit_bytes):
                return applied
            bucket, limit = place.bucket, plan.limit_bytes
        service.provisioner.set_limit(bucket, limit)
        with service.database.writing() as session:
            session.get_one(StoragePlace, household_id).limit_bytes = limit
            service.note(session, household_id, "service", "limit-applied", str(limit))
            service.database.changed(session, household_id)
        applied = True


def measure(service: Service) -> None:
    """How much every household stores. `StorageError` if the storage cannot tell now."""
    used = service.provisioner.used()
    now = service.clock.now()
    with service.database.writing() as session:
        for place in session.scalars(sa.select(StoragePlace)):
            size = used.get(place.bucket)
            if size is None:
                continue
            if size != place.used_bytes:
                place.used_bytes = size
                service.database.changed(session, place.household_id)
            place.measured = now


def make_keys(service: Service, household_id: str, device_id: str) -> tuple[str, StorageKeys]:
    """The bucket, and new keys to it of a computer with a seat. `StorageError` if the storage
    cannot now."""
    bucket = make(service, household_id)
    with service.database.writing() as session:
        _with_seat(session, device_id).has_keys = True
    keys = service.provisioner.make_keys(bucket, device_id)
    with service.database.writing() as session:
        device = session.get_one(Device, device_id, with_for_update=True)
        released = device.seat is not Seat.HELD
        service.note(session, household_id, f"device:{device_id}", "keys-made")
    if released:  # while they were made
        end_keys(service, device_id)
        raise Problem(Code.SEAT_RELEASED)
    return bucket, keys


def _with_seat(session: Session, device_id: str) -> Device:
    device = session.get_one(Device, device_id, with_for_update=True)
    if device.seat is not Seat.HELD:
        raise Problem(Code.SEAT_RELEASED)
    return device


def end_keys(service: Service, device_id: str) -> None:
    """A released computer reaches the storage no more. `StorageError` if that cannot be done now;
    `tidy` tries again."""
    service.provisioner.end_keys(device_id)
    with service.database.writing() as session:
        device = session.get_one(Device, device_id, with_for_update=True)
        if device.seat is not Seat.HELD:  # else it has a seat again, and soon new keys
            device.has_keys = False


def tidy(service: Service) -> None:
    """Do what was cut off or could not be done: keys of released computers, limits that the
    storage does not go by yet."""
    with service.database.reading() as session:
        left = select_left_keys(session)
        late = session.scalars(
            sa.select(Plan.household_id)
            .join(StoragePlace, StoragePlace.household_id == Plan.household_id)
            .where(
                StoragePlace.limit_bytes.is_(None) | (StoragePlace.limit_bytes != Plan.limit_bytes)
            )
        ).all()
    for device_id in left:
        end_keys(service, device_id)
    for household_id in late:
        make(service, household_id)
        apply_limit(service, household_id)


def select_left_keys(session: Session) -> list[str]:
    """Released computers that may still have keys."""
    found = sa.select(Device.id).where(Device.seat == Seat.RELEASED, Device.has_keys)
    return list(session.scalars(found))


def measured_lately(service: Service, place: StoragePlace) -> bool:
    """Whether what is known of its use is from the last minute."""
    lately = service.clock.now() - timedelta(seconds=MEASURE_SECONDS)
    return place.measured is not None and place.measured >= lately


def may_be_late(error: StorageError) -> Problem:
    """What somebody who waits for the storage is told."""
    return Problem(Code.PROVIDER_LATE, retry_after=10 if error.transient else 60)
