"""The plan of somebody with a storage of his own: the limit he set, the bucket's quota, or what the
drive has left."""

from __future__ import annotations

import os
import shutil
from datetime import datetime
from pathlib import Path

from backupclient.account.entitlement import Entitlement, Source, Tell
from backupclient.clock import Clock
from backupclient.errors import InvalidRequest
from backupclient.plan import BackupPlan, load_plan
from backupclient.settings import KnownPlaces, folders
from backupclient.storage.quirks import QuirkBook


class OwnLimit:
    """A `PlanSource` over the backup plan of one data folder. Asks nobody over a network: what is
    used is what this computer knows of, and what a folder's drive has left is looked at."""

    def __init__(self, data: Path, clock: Clock) -> None:
        self._data = data
        self._clock = clock

    def current(self) -> Entitlement:
        plan, now = self._plan(), self._clock.now()
        if plan is None:
            return Entitlement(source=Source.NONE, as_of=now)
        limit = plan.storage.limit
        quota = self._quota(plan.storage.location)
        available = _left_on_drive(plan.storage.location)
        used, seen = self._stored(plan.storage.location)
        told = quota or available is not None
        without = Source.STORE if told else Source.NONE
        return Entitlement(
            source=Source.OWN_LIMIT if limit and limit <= (quota or limit) else without,
            as_of=now,
            limit=min(filter(None, (limit, quota)), default=None),
            used=used,
            available=available,
            measured_at=seen,
            own_limit=limit,
        )

    def refresh(self, tell: Tell) -> Entitlement:  # noqa: ARG002 - there is no account to tell of
        return self.current()

    def _plan(self) -> BackupPlan | None:
        try:
            return load_plan(self._data)
        except (InvalidRequest, OSError):  # told by those who need it
            return None

    def _quota(self, location: str) -> int:
        """As the storage last told it."""
        return QuirkBook(KnownPlaces(self._data).quirks_file(location)).quirks.quota

    def _stored(self, location: str) -> tuple[int | None, datetime | None]:
        # Not needed for an engine's start.
        from backupclient.operations.overview import usage  # noqa: PLC0415
        from backupclient.operations.status import sources  # noqa: PLC0415

        try:
            for source in sources(folders(str(self._data)), location):
                known = usage(source)
                if known is not None:
                    return known.stored, known.seen
        except Exception:  # noqa: BLE001 - notes that cannot be read are told by the next backup
            return None, None
        return None, None


def _left_on_drive(location: str) -> int | None:
    if not os.path.isabs(location):
        return None
    try:
        return shutil.disk_usage(location).free
    except OSError:  # a drive that is not connected says nothing
        return None
