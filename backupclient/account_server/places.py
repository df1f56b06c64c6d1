"""A household's storage: its bucket, the limit it goes by, how much is in it, keys for computers.

The database is written first and the storage follows; what was cut off in between is done by the
next `tidy`.
"""

from __future__ import annotations

import contextlib
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.provisioning import StorageKeys
from backupclient.account_server.purchase_tables import LedgerRow
from backupclient.account_server.service import Service
from backupclient.account_server.standing import EntryKind
from backupclient.account_server.tables import Device, Plan, Seat, StoragePlace
from backupclient.errors import StorageError

MEASURED_FOR_SECONDS = 10
AT_ONCE = 200


class _Change(NamedTuple):
    """A limit that the storage does not go by yet."""

    household_id: str
    bucket: str
    limit: int


def make(service: Service, household_id: str) -> str:
    """The household has a bucket that goes by its plan's limit; its name. `StorageError` if the
    storage cannot now."""
    with service.database.writing() as session:
        place = session.get(StoragePlace, household_id)
        if place is None:
            place = StoragePlace(
                household_id=household_id,
                bucket=_new_name(session, household_id),
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


def _new_name(session: Session, household_id: str) -> str:
    """Never that of a bucket that was given up: what is deleted late must not be what is new."""
    given_up = session.scalar(
        sa.select(sa.func.count())
        .select_from(LedgerRow)
        .filter_by(household_id=household_id, kind=EntryKind.DELETED)
    )
    return f"plainkeep-{household_id}" + (f"-{given_up}" if given_up else "")


def give_up(service: Service, session: Session, household_id: str) -> str | None:
    """When `session` is committed the household has no storage, and its computers no seats; the
    bucket that is to be deleted (`delete`), if there was one."""
    place = session.get(StoragePlace, household_id)
    if place is None:
        return None
    session.delete(place)
    devices = sa.update(Device).where(Device.household_id == household_id)
    session.execute(devices.values(seat=Seat.ENDED, moving_to=None))
    service.note(session, household_id, "service", "storage-given-up", place.bucket)
    return place.bucket


def delete(service: Service, household_id: str, bucket: str) -> None:
    """The keys to a bucket that was given up, and then all that is in it. `StorageError` if the
    storage cannot now."""
    with service.database.reading() as session:
        ended = sa.select(Device.id).where(
            Device.household_id == household_id, Device.seat == Seat.ENDED, Device.has_keys
        )
        devices = session.scalars(ended).all()
    for device_id in devices:
        end_keys(service, device_id)
    service.provisioner.delete_bucket(bucket)
    with service.database.writing() as session:
        service.note(session, household_id, "service", "bucket-deleted", bucket)


def apply_limit(service: Service, household_id: str) -> bool:
    """The storage goes by the plan's limit; whether it did not before. Nothing for a household
    without a bucket, which is made with the limit. `StorageError` if it cannot now. Whoever is last
    to set a limit sees the newest: after setting, everybody looks again. Letting the storage go by
    new limits takes it a second, for one as for hundreds: those of others that wait go along."""
    applied = False
    while household_id in (late := _late(service, household_id)):
        done = []
        for change in late.values():
            try:
                service.provisioner.set_limit(change.bucket, change.limit)
            except StorageError:
                if change.household_id == household_id:
                    raise
            else:
                done.append(change)
        service.provisioner.enforce_limits()
        with service.database.writing() as session:
            for change in done:
                place = session.get_one(StoragePlace, change.household_id)
                place.limit_bytes = change.limit
                about = str(change.limit)
                service.note(session, change.household_id, "service", "limit-applied", about)
                service.database.changed(session, change.household_id)
        applied = True
    return applied


def _late(service: Service, first: str) -> dict[str, _Change]:
    """Households whose storage goes by another limit than their plan's, `first` before all."""
    changes = (
        sa.select(Plan.household_id, StoragePlace.bucket, Plan.limit_bytes)
        .join(StoragePlace, StoragePlace.household_id == Plan.household_id)
        .where(StoragePlace.limit_bytes != Plan.limit_bytes)
        .order_by(sa.case((Plan.household_id == first, 0), else_=1))
        .limit(AT_ONCE)
    )
    with service.database.reading() as session:
        return {row.household_id: _Change(*row) for row in session.execute(changes)}


def measure(service: Service, asked_by: str | None = None) -> None:
    """How much every household stores; `asked_by` one of them, of the others only what has changed
    is noted. `StorageError` if the storage cannot tell now."""
    used = service.provisioner.used()
    now = service.clock.now()
    with service.database.writing() as session:
        for place in session.scalars(sa.select(StoragePlace)):
            size = used.get(place.bucket)
            if size is None:
                continue
            changed = size != place.used_bytes
            if changed:
                place.used_bytes = size
                service.database.changed(session, place.household_id)
            if changed or asked_by in (None, place.household_id):
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
    found = sa.select(Device.id).where(Device.seat != Seat.HELD, Device.has_keys)
    return list(session.scalars(found))


def measure_again(service: Service, household_id: str) -> None:
    """As `measure` for that household, unless somebody has just done so; what the storage cannot
    tell now comes with the next."""
    if service.limits.my_turn("measure", MEASURED_FOR_SECONDS):
        with contextlib.suppress(StorageError):
            measure(service, household_id)


def may_be_late(error: StorageError) -> Problem:
    """What somebody who waits for the storage is told."""
    return Problem(Code.PROVIDER_LATE, retry_after=10 if error.transient else 60)
