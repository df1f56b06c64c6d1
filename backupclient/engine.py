"""The façade: every question and command a front end may ask of one place, and nothing else.

An `Engine` belongs to one thread at a time, the job's; `control` may be used from any. Everything
it raises is a `BackupError` or `Cancelled`.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient.clock import Clock, SystemClock
from backupclient.control import Control
from backupclient.errors import StorageError
from backupclient.events import BackupSummary, Emit, Waiting, ignore
from backupclient.operations.session import LockMode, Session, open_session
from backupclient.repository.cache import Cache
from backupclient.repository.identity import Identity
from backupclient.repository.found_locks import unlock
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, Place
from backupclient.settings import KnownPlaces, folders
from backupclient.storage.location import Credentials, S3Options
from backupclient.storage.open import open_storage
from backupclient.storage.retry import RetryingStorage
from backupclient.storage.throttle import Throttle, ThrottledStorage

if TYPE_CHECKING:
    from backupclient.storage.base import Storage

_CACHE_BYTES = 1 << 30


class RepositoryInfo(msgspec.Struct, frozen=True):
    """A repository, as whoever made it wants to see it confirmed."""

    id: str
    location: str


class Engine:
    """One place, opened anew for each command."""

    def __init__(
        self, place: Place, clock: Clock | None = None, control: Control | None = None
    ) -> None:
        self._place = place
        self._clock = clock or SystemClock()
        self.control = control or Control(self._clock)
        self._folders = folders(place.data_dir or None, place.cache_dir)
        self._known = KnownPlaces(self._folders.data)
        self.throttle = Throttle(
            self._clock, place.limit_upload or None, place.limit_download or None
        )

    # --- commands --------------------------------------------------------------------------------

    def init(self, emit: Emit = ignore) -> RepositoryInfo:
        """Make a repository. `RepositoryExists` if there is one, or any part of one."""
        with self._storage(emit) as storage:
            repository = Repository.create(
                storage,
                self._place.password,
                self._clock,
                identity=Identity.of_this_process(),
            )
            self._known.remember(self._place.location, repository.id)
            return RepositoryInfo(repository.id, storage.location)

    def backup(self, request: BackupRequest, emit: Emit = ignore) -> BackupSummary:
        """See `operations.backup.run_backup`."""
        from backupclient.operations.backup import Tuning, run_backup  # noqa: PLC0415

        tuning = Tuning(
            uploads=1 if self._place.limit_upload else min(4, self._place.connections),
            pack_size=self._place.pack_size,
        )
        mode = LockMode.NONE if request.dry_run else LockMode.SHARED
        with self.session(mode, emit) as session:
            return run_backup(session, request, tuning)

    def unlock(self, *, remove_all: bool = False) -> int:
        """Remove locks that are stale, or all; returns how many."""
        with self._repository(ignore) as repository:
            return unlock(
                repository, self._clock, Identity.of_this_process(), remove_all=remove_all
            )

    # --- opening ---------------------------------------------------------------------------------

    @contextlib.contextmanager
    def session(self, mode: LockMode, emit: Emit = ignore) -> Iterator[Session]:
        """The place, opened, for one operation."""
        with self._repository(emit) as repository:
            with open_session(
                repository,
                self._folders.of_repository(repository.id),
                clock=self._clock,
                control=self.control,
                emit=emit,
                mode=LockMode.NONE if self._place.no_lock else mode,
                lock_wait=self._place.lock_wait,
            ) as session:
                yield session

    @contextlib.contextmanager
    def _repository(self, emit: Emit) -> Iterator[Repository]:
        known_id = self._known.id_at(self._place.location)
        with self._storage(emit) as storage:
            repository = Repository.open(
                storage,
                self._place.password,
                self._clock,
                expected_id=known_id,
                known=known_id is not None,
            )
            self._known.remember(self._place.location, repository.id)
            if not self._place.no_cache:
                folder: Path = self._folders.cache / repository.id
                repository.cache = Cache(folder, _CACHE_BYTES)
            yield repository

    @contextlib.contextmanager
    def _storage(self, emit: Emit) -> Iterator[Storage]:
        place = self._place
        credentials = None
        if place.access_key:
            credentials = Credentials(
                place.access_key, place.secret_key, place.session_token or None
            )
        lookup = {"auto": None, "path": False, "dns": True}[place.bucket_lookup]
        bare = open_storage(
            place.location,
            self._clock,
            credentials,
            S3Options(
                region=place.region or None,
                virtual_host=lookup,
                ca_file=place.ca_file or None,
                connections=max(16, place.connections),
            ),
        )

        def on_wait(error: StorageError, seconds: float, attempt: int) -> None:
            emit(Waiting(code=error.code, seconds=seconds, attempt=attempt, facts=error.facts))

        retrying = RetryingStorage(
            ThrottledStorage(bare, self.throttle, self.control),
            self.control,
            self._clock,
            random=random.Random(),
            on_wait=on_wait,
        )
        with contextlib.closing(retrying):
            yield retrying
