"""The plan of somebody with a storage of his own: the limit he set, or what the storage tells."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from backupclient.account.entitlement import Entitlement, Source, Tell
from backupclient.clock import Clock
from backupclient.errors import BackupError, InvalidRequest
from backupclient.plan import BackupPlan, load_plan
from backupclient.settings import folders


class Told(NamedTuple):
    """What a storage said of itself when it was asked; None for what it keeps to itself."""

    quota: int | None
    used: int | None


def nothing_told(plan: BackupPlan) -> Told:  # noqa: ARG001 - as those who ask
    return Told(None, None)


class OwnLimit:
    """A `PlanSource` over the backup plan of one data folder. What a folder's drive has left is
    looked at each time; `ask` is asked over the network only in `refresh`, and may raise
    `BackupError`s."""

    def __init__(
        self, data: Path, clock: Clock, ask: Callable[[BackupPlan], Told] = nothing_told
    ) -> None:
        self._data = data
        self._clock = clock
        self._ask = ask
        self._told = Told(None, None)
        self._asked_at: datetime | None = None
        self._location = ""

    def current(self) -> Entitlement:
        plan = self._plan()
        now = self._clock.now()
        if plan is None:
            return Entitlement(source=Source.NONE, as_of=now)
        location, own = plan.storage.location, plan.storage.limit
        told = self._told if self._location == location else Told(None, None)
        used, seen = told.used, self._asked_at
        if used is None:
            used, seen = self._stored(location)
        available = _left_on_drive(location)
        limits = [limit for limit in (own, told.quota) if limit]
        limit = min(limits, default=None)
        return Entitlement(
            source=_source(own, limit, available),
            as_of=now,
            limit=limit,
            used=used,
            available=available,
            measured_at=seen,
            own_limit=own,
        )

    def refresh(self, tell: Tell) -> Entitlement:  # noqa: ARG002 - there is no account to tell of
        plan = self._plan()
        if plan is not None:
            # Who cannot be asked has told what he had to tell, or nothing.
            with contextlib.suppress(BackupError, OSError):
                told = self._ask(plan)
                self._told, self._location = told, plan.storage.location
                self._asked_at = self._clock.now()
        return self.current()

    def _plan(self) -> BackupPlan | None:
        try:
            return load_plan(self._data)
        except (InvalidRequest, OSError):  # told by those who need it
            return None

    def _stored(self, location: str) -> tuple[int | None, datetime | None]:
        # Not needed for an engine's start.
        from backupclient.operations.overview import usage  # noqa: PLC0415
        from backupclient.operations.status import sources  # noqa: PLC0415

        for source in sources(folders(str(self._data)), location):
            known = usage(source)
            if known is not None:
                return known.stored, known.seen
        return None, None


def _source(own: int, limit: int | None, available: int | None) -> Source:
    if own and own == limit:
        return Source.OWN_LIMIT
    return Source.NONE if limit is None and available is None else Source.STORE


def _left_on_drive(location: str) -> int | None:
    if not os.path.isabs(location):
        return None
    try:
        return shutil.disk_usage(location).free
    except OSError:  # a drive that is not connected says nothing
        return None
