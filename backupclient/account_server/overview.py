"""How the service does, in numbers: for whoever runs it, and for what watches it."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa

from backupclient.account_server.purchase_tables import OutboxRow
from backupclient.account_server.service import Service
from backupclient.account_server.tables import Device, Household, Plan, Seat, StoragePlace

LATE = timedelta(minutes=10)
"""What passes by itself has passed by then."""


class Overview(NamedTuple):
    """`late` is what has been to do for longer than it should take: purchases that are not applied,
    mails that are not sent, a storage that does not say how much it holds."""

    households: int
    seats: int
    online: int
    full: int
    """Households that have stored all they may."""
    used_bytes: int
    to_do: int
    late: int


def look(service: Service) -> Overview:
    now = service.clock.now()
    held = sa.select(sa.func.count()).select_from(Device).filter_by(seat=Seat.HELD)
    to_do = sa.select(sa.func.count()).select_from(OutboxRow).where(OutboxRow.due.is_not(None))
    places = sa.select(sa.func.count()).select_from(StoragePlace)
    plans = places.join(Plan, Plan.household_id == StoragePlace.household_id)
    behind = plans.where(
        StoragePlace.limit_bytes.is_distinct_from(Plan.limit_bytes), Plan.limit_since < now - LATE
    )
    with service.database.reading() as session:

        def number(asked: sa.Select[int]) -> int:
            return int(session.scalar(asked) or 0)

        return Overview(
            households=number(sa.select(sa.func.count()).select_from(Household)),
            seats=number(held),
            online=number(held.where(Device.online_until > now)),
            full=number(plans.where(StoragePlace.used_bytes >= Plan.limit_bytes)),
            used_bytes=number(sa.select(sa.func.sum(StoragePlace.used_bytes))),
            to_do=number(to_do),
            late=number(to_do.where(OutboxRow.created < now - LATE))
            + number(behind)
            + number(places.where(StoragePlace.measured < now - LATE)),
        )
