"""What this computer tells the account service of itself: how it is called, when it last backed up,
how much waits. After each backup by the plan, when one begins to wait for room, when something
changed, and once a day."""

from __future__ import annotations

import socket
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import msgspec

from backupclient import __version__
from backupclient.clock import Clock
from backupclient.errors import BackupError, InvalidRequest, StorageFull
from backupclient.events import Event, JobState, Waiting
from backupclient.plan import BackupPlan, load_plan
from backupclient.wire.answers import FolderAnswer
from backupclient.wire.jobs import Outcome

if TYPE_CHECKING:
    from backupclient.account.client import AccountClient
    from backupclient.account.service_source import ServiceSource
    from backupclient.account.wire import DeviceReport

_DAILY = 24 * 3600.0
_AGAIN = 300.0
"""Seconds until one that could not be made is made again."""


class Stored(NamedTuple):
    """How the backup by the plan stands. `whole`: everything that was chosen is safe."""

    last_backup: datetime | None = None
    waiting_bytes: int = 0
    whole: bool = False


class Account(Protocol):
    """What is asked of it here. Any thread."""

    data: Path
    clock: Clock

    @property
    def source(self) -> ServiceSource | None: ...

    def client(self) -> AccountClient: ...


class Reports:
    """Any thread. A listener of jobs."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._due = threading.Event()
        self._stopping = threading.Event()
        self._full: set[str] = set()
        """Jobs that wait for room."""
        self._thread = threading.Thread(target=self._run, name="account-report", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """One that is being sent is not waited for."""
        self._stopping.set()
        self._due.set()

    def due(self) -> None:
        """Something is to be told. Returns at once."""
        self._due.set()

    def news(self, job: str, event: Event) -> None:
        full = isinstance(event, Waiting) and event.code == StorageFull.code
        if full and job not in self._full:
            self._full.add(job)  # it is told of at every try
            self.due()

    def ended(self, job: str, outcome: Outcome) -> None:
        self._full.discard(job)
        if outcome.state in (JobState.DONE, JobState.FAILED):
            self.due()

    def computer_name(self) -> str:
        plan = _plan(self._account.data)
        named = "" if plan is None else plan.computer
        return named or socket.gethostname()

    def _run(self) -> None:
        seconds = _DAILY
        while not self._stopping.is_set():
            self._account.clock.wait(self._due, seconds)
            self._due.clear()
            if self._stopping.is_set():
                return
            seconds = _DAILY
            if self._account.source is None:
                continue
            try:
                self.send()
            except (BackupError, OSError):
                seconds = _AGAIN

    def send(self) -> None:
        """Now. What `AccountClient` raises."""
        self._account.client().report(self._made())

    def _made(self) -> DeviceReport:
        from backupclient.account.membership import (  # noqa: PLC0415 - few have an account
            load_membership,
            save_membership,
        )
        from backupclient.account.sign_in import system_name  # noqa: PLC0415
        from backupclient.account.wire import DeviceReport  # noqa: PLC0415

        account = self._account
        membership = load_membership(account.data)
        stored = stored_by_plan(account.data, account.clock)
        if stored.whole and stored.last_backup not in (None, membership.last_complete):
            membership = msgspec.structs.replace(membership, last_complete=stored.last_backup)
            save_membership(account.data, membership)
        source = account.source
        return DeviceReport(
            name=membership.name or self.computer_name(),
            system=system_name(),
            last_backup=stored.last_backup,
            last_backup_complete=membership.last_complete,
            waiting_bytes=stored.waiting_bytes,
            applied_limit=None if source is None else source.current().limit,
            app_version=__version__,
        )


def stored_by_plan(data: Path, clock: Clock) -> Stored:
    """From what this computer has noted; nobody is asked."""
    plan = _plan(data)
    if plan is None:
        return Stored()
    from backupclient.agent.planned import planned_sources  # noqa: PLC0415 - slow to load
    from backupclient.operations.status import place_status  # noqa: PLC0415 - the same

    for source in planned_sources(data, plan.storage.location):
        status = place_status(source, (), clock)
        counts = [one.counts for one in status.answers if isinstance(one, FolderAnswer)]
        waiting = sum(one.waiting.bytes + one.changed.bytes for one in counts)
        whole = status.last_backup is not None and not any(one.unsafe for one in counts)
        return Stored(status.last_backup, waiting, whole)
    return Stored()


def _plan(data: Path) -> BackupPlan | None:
    try:
        return load_plan(data)
    except (InvalidRequest, OSError):
        return None
