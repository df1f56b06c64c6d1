"""Opening a place: its storage, the repository in it, and a session of one operation.

What takes long to load is loaded when it is needed, beside what takes long anyway.
"""

from __future__ import annotations

import contextlib
import importlib
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from backupclient.clock import Clock, SystemClock
from backupclient.control import Control
from backupclient.errors import ConfigMissing, KeyMissing
from backupclient.events import Emit, ignore
from backupclient.manifest.disk import written
from backupclient.operations.lock_mode import LockMode
from backupclient.repository.cache import Cache
from backupclient.repository.copies import copy_of_config, copy_of_key, keep_copies
from backupclient.repository.key_ahead import KeyAhead, keep_key
from backupclient.repository.own_locks import OwnLocks
from backupclient.repository.repository import Repository
from backupclient.repository.wrong_tries import counting_tries
from backupclient.requests import Place
from backupclient.settings import KnownPlaces, folders
from backupclient.storage.quirks import QuirkBook
from backupclient.storage.stack import opened_place
from backupclient.storage.throttle import Throttle

if TYPE_CHECKING:
    from backupclient.operations.session import Session
    from backupclient.storage.base import Storage
    from backupclient.storage.capped import Allowance

_CACHE_BYTES = 1 << 30


class Opener:
    """Of one place. Belongs to one thread at a time."""

    def __init__(
        self,
        place: Place,
        clock: Clock | None = None,
        control: Control | None = None,
        throttle: Throttle | None = None,
        plan: Allowance | None = None,
    ) -> None:
        """`control` and `throttle` are those of the job it works for, if it has one; `plan` is what
        lets it store."""
        self.place = place
        self.clock = clock or SystemClock()
        self.control = control or Control(self.clock)
        self.throttle = throttle or Throttle(
            self.clock, place.limit_upload or None, place.limit_download or None
        )
        self.folders = folders(place.data_dir or None, place.cache_dir)
        self.known = KnownPlaces(self.folders.data)
        self.book = QuirkBook(self.known.quirks_file(place.location))
        self._plan = plan

    @property
    def known_id(self) -> str | None:
        """The repository that this computer has seen there."""
        return self.known.id_at(self.place.location)

    @contextlib.contextmanager
    def session(
        self,
        mode: LockMode,
        emit: Emit = ignore,
        *,
        refresh: bool = True,
        patient: bool = True,
        notes: str = "",
        lock_wait: float | None = None,
    ) -> Iterator[Session]:
        """The place, opened, for one operation; see `open_session`. `notes` names a manifest of its
        own."""
        # The password is turned into a key meanwhile, which takes longer and needs no Python.
        loading = threading.Thread(target=load, args=("backup.run",), daemon=True)
        loading.start()
        with self.repository(emit, patient=patient) as repository:
            loading.join()
            from backupclient.operations.session import open_session  # noqa: PLC0415

            with open_session(
                repository,
                self.folders.of_repository(repository.id) / notes,
                clock=self.clock,
                control=self.control,
                emit=emit,
                mode=LockMode.FREE if self.place.no_lock and mode is LockMode.READING else mode,
                lock_wait=self.place.lock_wait if lock_wait is None else lock_wait,
                refresh=refresh,
            ) as session:
                yield session

    @contextlib.contextmanager
    def locked(self, mode: LockMode) -> Iterator[Repository]:
        """The repository, under a lock."""
        from backupclient.operations.session import hold_lock  # noqa: PLC0415

        wait = self.place.lock_wait
        with contextlib.ExitStack() as stack:
            repository = stack.enter_context(self.repository(ignore))
            held = hold_lock(repository, self.clock, self.control, mode=mode, wait=wait)
            stack.enter_context(held).check()
            yield repository

    @contextlib.contextmanager
    def repository(self, emit: Emit = ignore, *, patient: bool = True) -> Iterator[Repository]:
        """It, opened with the place's password. Without a lock."""
        known_id = self.known_id
        cache = None if known_id is None else self._cache(known_id)
        ahead = None if cache is None else KeyAhead(cache, self.place.password)
        with self.storage(emit, patient=patient) as storage:
            tries = self.known.tries_file(self.place.location)
            with self._naming_copies(known_id), counting_tries(tries, self.clock):
                repository = Repository.open(
                    storage,
                    self.place.password,
                    self.clock,
                    expected_id=known_id,
                    known=known_id is not None,
                    ahead=lambda: None if ahead is None else ahead.opened(),
                )
            self.take_note(repository)
            yield repository

    @contextlib.contextmanager
    def _naming_copies(self, known_id: str | None) -> Iterator[None]:
        """What is gone from the storage may be kept here: fact `copy`."""
        try:
            yield
        except (ConfigMissing, KeyMissing) as error:
            if known_id is not None:
                find = copy_of_key if isinstance(error, KeyMissing) else copy_of_config
                if copy := find(self._copies(known_id)):
                    error.facts["copy"] = str(copy)
            raise

    def _copies(self, repository_id: str) -> Path:
        return self.folders.of_repository(repository_id) / "copies"

    def take_note(self, repository: Repository) -> None:
        """Of what will be of use when it is opened again."""
        with written(self.folders.data):
            self.known.remember(self.place.location, repository.id)
            keep_copies(self._copies(repository.id), repository)
        repository.own_locks = OwnLocks(self.folders.of_repository(repository.id) / "locks")
        repository.cache = self._cache(repository.id)
        if repository.cache is not None:
            keep_key(repository.cache, repository.opened_key)

    def _cache(self, repository_id: str) -> Cache | None:
        if self.place.no_cache:
            return None
        return Cache(self.folders.cache / repository_id, _CACHE_BYTES)

    def storage(
        self, emit: Emit = ignore, *, patient: bool = True
    ) -> contextlib.AbstractContextManager[Storage]:
        """Without asking whether there is a repository in it."""
        return opened_place(
            self.place,
            self.clock,
            self.control,
            throttle=self.throttle,
            book=self.book,
            plan=self._plan,
            emit=emit,
            patient=patient,
        )


def load(operation: str) -> None:
    """A module of the operations."""
    importlib.import_module(f"backupclient.operations.{operation}")
