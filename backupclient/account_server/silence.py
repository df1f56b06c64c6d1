"""A dead computer cannot warn: its household is mailed when one with a seat had no complete backup
for days, by what the computers report.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.post import Post
from backupclient.account_server.purchase_tables import SilenceNote
from backupclient.account_server.tables import Device, Plan, PlanState, Seat

DAYS = 5
AGAIN_AFTER = 4
"""Told a second and last time after so many times as many days."""


class Silence:
    """Looks through all computers; any thread, and any number of processes at once."""

    def __init__(self, post: Post, days: int = DAYS) -> None:
        self._post = post
        self._days = days

    def look(self, session: Session, now: datetime) -> int:
        """How many computers were told of. Once for each silence and number of days."""
        told = 0
        limit = now - timedelta(days=self._days)
        last = sa.func.coalesce(Device.last_backup_complete, Device.created)
        # A household whose plan has ended is told that, and needs no second worry.
        silent = (
            sa.select(Device)
            .join(Plan, Plan.household_id == Device.household_id)
            .where(Device.seat == Seat.HELD, last <= limit, Plan.state != PlanState.LAPSED)
        )
        for device in session.scalars(silent):
            told += self._tell(session, device, now)
        return told

    def _tell(self, session: Session, device: Device, now: datetime) -> bool:
        since = device.last_backup_complete or device.created
        silent = (now - since) // timedelta(days=1)
        days = self._days * AGAIN_AFTER
        days = days if silent >= days else self._days
        if session.get(SilenceNote, (device.id, since, days)) is not None:
            return False
        session.add(SilenceNote(device_id=device.id, since=since, days=days))
        name, last = device.name, device.last_backup_complete
        key = f"silent-{device.id}-{since:%Y%m%dT%H%M%S}-{days}"
        self._post.send(
            session, device.household_id, lambda to: to.silent(name, silent, last), key, now
        )
        return True
