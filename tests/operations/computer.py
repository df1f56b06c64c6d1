"""One computer with its manifest, and the repository it backs up to, without a command line."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from backupclient.control import Control
from backupclient.events import BackupSummary, Event, FileProblem, Noticed, ignore
from backupclient.manifest.manifest import FILE_NAME, Manifest
from backupclient.operations.backup.run import Tuning, run_backup
from backupclient.operations.session import LockMode, Session, open_session
from backupclient.repository.repository import Repository
from backupclient.repository.snapshot import Snapshot
from backupclient.requests import BackupRequest
from backupclient.storage.base import Storage
from tests.fakes import ManualClock
from tests.repository.conftest import PASSWORD

PLAIN = Tuning(threads=2, processes=0, uploads=2, pack_size=4 << 20)
"""Without worker processes, whose start takes a second."""


class TickingClock(ManualClock):
    """Time passes by itself: `step` seconds each time somebody measures it."""

    def __init__(self, now: datetime, step: float) -> None:
        super().__init__(now)
        self._step = step

    def monotonic(self) -> float:
        self.advance(self._step)
        return super().monotonic()


def an_hour_ahead() -> datetime:
    """Files made by a test were then made long enough ago for their times to be trusted."""
    return datetime.now(UTC) + timedelta(hours=1)


class Outcome(NamedTuple):
    """How a backup went."""

    summary: BackupSummary
    events: list[Event]

    @property
    def problems(self) -> list[FileProblem]:
        return [event for event in self.events if isinstance(event, FileProblem)]

    @property
    def notices(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, Noticed)]


class Computer:
    """Each backup opens the repository and the manifest anew, as a command does."""

    def __init__(self, storage: Storage, folder: Path, clock: ManualClock) -> None:
        self.storage = storage
        self.folder = folder
        self.clock = clock
        self.events: list[Event] = []
        """Of the last backup, whether it ended well or not."""
        self.on_event: Callable[[Event], None] = ignore
        """Called with each event as well."""

    def _take_event(self, event: Event) -> None:
        self.events.append(event)
        self.on_event(event)

    def open(self, storage: Storage | None = None) -> Repository:
        return Repository.open(storage or self.storage, PASSWORD, self.clock)

    @contextmanager
    def session(
        self,
        *,
        storage: Storage | None = None,
        control: Control | None = None,
        mode: LockMode = LockMode.NONE,
        refresh: bool = True,
    ) -> Iterator[Session]:
        self.events = []
        with open_session(
            self.open(storage),
            self.folder,
            clock=self.clock,
            control=control or Control(self.clock),
            emit=self._take_event,
            mode=mode,
            refresh=refresh,
        ) as session:
            yield session

    def backup(
        self,
        what: Path | BackupRequest,
        *,
        storage: Storage | None = None,
        control: Control | None = None,
        mode: LockMode = LockMode.NONE,
        tuning: Tuning = PLAIN,
    ) -> Outcome:
        """A minute later than the one before."""
        self.clock.advance(60)
        with self.session(storage=storage, control=control, mode=mode) as session:
            summary = run_backup(session, asked(what), tuning)
            return Outcome(summary, self.events)

    def lose_manifest(self) -> None:
        for suffix in ("", "-wal", "-shm"):
            (self.folder / (FILE_NAME + suffix)).unlink(missing_ok=True)

    @contextmanager
    def manifest(self) -> Iterator[Manifest]:
        manifest = Manifest.open(self.folder)
        try:
            yield manifest
        finally:
            manifest.close()

    def snapshots(self) -> dict[str, Snapshot]:
        repository = self.open()
        return {name: repository.load_snapshot(name) for name in repository.list_snapshots()}


def asked(what: Path | BackupRequest) -> BackupRequest:
    return request(what) if isinstance(what, Path) else what


def request(*paths: Path) -> BackupRequest:
    return BackupRequest(paths=tuple(os.fsencode(path) for path in paths))


def stored_kinds(storage: Storage) -> Counter[str]:
    """How many objects of each kind are stored."""
    return Counter(info.key.partition("/")[0] for info in storage.list(""))
