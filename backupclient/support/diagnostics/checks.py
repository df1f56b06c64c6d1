"""What is asked of the storage and the computer while a report is made: a few seconds each,
whatever answers or does not. What is asked leaves nothing behind."""

from __future__ import annotations

import contextlib
import secrets
import shutil
import socket
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import urlsplit

import msgspec

from backupclient.clock import Clock
from backupclient.errors import (
    AddressNotFound,
    BackupError,
    BucketMissing,
    ClockSkewed,
    Fact,
    InternalError,
    LocalDiskFull,
    StorageFull,
    StorageUnreachable,
)
from backupclient.logs.discreet import Discretion
from backupclient.requests import Place
from backupclient.settings import KnownPlaces
from backupclient.storage.base import Storage
from backupclient.storage.location import (
    Credentials,
    FolderLocation,
    S3Location,
    S3Options,
    parse_location,
)
from backupclient.storage.open import open_storage
from backupclient.storage.quirks import QuirkBook
from backupclient.storage.room import PROBE_KEY, room
from backupclient.support.diagnostics.bundle import Check, CheckName, CheckState, Trouble

PATIENCE = 5.0
"""Seconds for each check."""
_PIECE = 256 << 10
_LEAST_DISK = 100 << 20
_MOST_SKEW = 300
_WATCHES = Path("/proc/sys/fs/inotify/max_user_watches")

Result = TypeVar("Result")


class Asked(NamedTuple):
    """What the checks found; `errors` are what they ended with, in the same order."""

    checks: tuple[Check, ...]
    errors: tuple[BackupError, ...]


class Checks:
    """Of one place, or with None of the computer alone. One thread."""

    def __init__(
        self, place: Place | None, data: Path, clock: Clock, discretion: Discretion
    ) -> None:
        self._place = place
        self._data = data
        self._clock = clock
        self._discretion = discretion
        self._checks: list[Check] = []
        self._errors: list[BackupError] = []

    def run(self) -> Asked:
        """Raises nothing."""
        if self._place is not None:
            self._ask_storage(self._place)
        self._note(CheckName.DISK, self._disk)
        self._watches()
        return Asked(tuple(self._checks), tuple(self._errors))

    # --- the storage ------------------------------------------------------------------------------

    def _ask_storage(self, place: Place) -> None:
        try:
            location = parse_location(place.location)
        except BackupError as error:
            self._add(CheckName.REACH, 0.0, error)
            return
        if isinstance(location, S3Location):
            host = urlsplit(location.endpoint)
            if not self._note(CheckName.NAME, lambda: _find(host.hostname or "", host.port)):
                self._skip(CheckName.REACH, CheckName.CLOCK, CheckName.WRITE, CheckName.SPEED)
                return
        storage = self._opened(place)
        if storage is None:
            return
        with contextlib.closing(storage):
            if not self._note(CheckName.REACH, lambda: _reach(storage)):
                if not self._was_the_clock():
                    self._skip(CheckName.CLOCK)
                self._skip(CheckName.WRITE, CheckName.SPEED)
                return
            self._note(CheckName.CLOCK, lambda: self._skew(storage))
            written = self._note(CheckName.WRITE, lambda: _write(storage, location))
            if not written:
                self._skip(CheckName.SPEED)
            else:
                cached = isinstance(location, FolderLocation)
                self._note(CheckName.SPEED, lambda: self._speed(storage, cached=cached))

    def _was_the_clock(self) -> bool:
        """A storage that lets nobody in for the sake of the clock has not looked at the key."""
        if not isinstance(self._errors[-1], ClockSkewed):
            return False
        found = self._checks.pop()
        self._skip(CheckName.REACH)
        self._checks.append(msgspec.structs.replace(found, name=CheckName.CLOCK))
        return True

    def _opened(self, place: Place) -> Storage | None:
        keys = None
        if place.access_key:
            keys = Credentials(place.access_key, place.secret_key, place.session_token or None)
        seconds = PATIENCE - 1
        options = S3Options(
            region=place.region or None,
            virtual_host={"auto": None, "path": False, "dns": True}[place.bucket_lookup],
            ca_file=place.ca_file or None,
            connect_timeout=seconds,
            read_timeout=seconds,
            connections=2,
        )
        book = QuirkBook(KnownPlaces(self._data).quirks_file(place.location))
        try:
            return open_storage(place.location, self._clock, keys, options, book)
        except BackupError as error:
            self._add(CheckName.REACH, 0.0, error)
            return None

    def _skew(self, storage: Storage) -> dict[str, Fact]:
        skew = round((self._clock.now() - storage.now()).total_seconds())
        if abs(skew) > _MOST_SKEW:
            raise ClockSkewed(skew_seconds=skew, side="ahead" if skew > 0 else "behind")
        return {"skew_seconds": skew}

    def _speed(self, storage: Storage, *, cached: bool) -> dict[str, Fact]:
        """`cached`: what was just written is read from memory, which says nothing."""
        piece = secrets.token_bytes(_PIECE)
        began = self._clock.monotonic()
        try:
            storage.put(PROBE_KEY, piece, overwrite=True)
            sent = self._clock.monotonic()
            storage.get(PROBE_KEY)
            there = self._clock.monotonic()
        finally:
            with contextlib.suppress(BackupError):
                storage.delete(PROBE_KEY)
        up = round(_PIECE / max(sent - began, 1e-6))
        down = round(_PIECE / max(there - sent, 1e-6))
        return {"up": up} if cached else {"up": up, "down": down}

    # --- the computer -----------------------------------------------------------------------------

    def _disk(self) -> dict[str, Fact]:
        folder = self._data
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        try:
            usage = shutil.disk_usage(folder)
        except OSError as error:
            raise InternalError(str(error)) from error
        if usage.free < _LEAST_DISK:
            raise LocalDiskFull(
                path=str(self._data), free_bytes=usage.free, total_bytes=usage.total
            )
        return {"free_bytes": usage.free, "total_bytes": usage.total}

    def _watches(self) -> None:
        try:
            most = int(_WATCHES.read_text("ascii"))
        except (OSError, ValueError):
            self._skip(CheckName.WATCHES)
            return
        facts: dict[str, Fact] = {"watches": most}
        self._checks.append(Check(name=CheckName.WATCHES, state=CheckState.FINE, facts=facts))

    # --- noting -----------------------------------------------------------------------------------

    def _note(self, name: CheckName, ask: Callable[[], dict[str, Fact]]) -> bool:
        """Whether it went well. Who does not answer in time is left to himself."""
        began = self._clock.monotonic()
        asked = InTime(ask)
        error = asked.error
        facts = {} if asked.result is None else asked.result
        if error is None and asked.result is None:
            error = StorageUnreachable(reason="read-timeout")
        self._add(name, self._clock.monotonic() - began, error, facts)
        return error is None

    def _add(
        self,
        name: CheckName,
        seconds: float,
        error: BackupError | None,
        facts: dict[str, Fact] | None = None,
    ) -> None:
        error = self._as_known(error)
        trouble = None
        if error is not None:
            self._errors.append(error)
            told = self._discretion.facts(error.facts, error.raw)
            trouble = Trouble(code=self._discretion.code(error.code), facts=told)
        self._checks.append(
            Check(
                name=name,
                state=CheckState.WRONG if error else CheckState.FINE,
                trouble=trouble,
                facts=facts or {},
                seconds=round(seconds, 2),
            )
        )

    def _as_known(self, error: BackupError | None) -> BackupError | None:
        """A place that is gone where this computer has known one is another matter."""
        place = self._place
        if not isinstance(error, BucketMissing) or place is None:
            return error
        known = KnownPlaces(self._data).id_at(place.location) is not None
        return BucketMissing(error.raw, **{**error.facts, "known": known})

    def _skip(self, *names: CheckName) -> None:
        self._checks += [Check(name=name, state=CheckState.SKIPPED) for name in names]


class InTime(Generic[Result]):
    """Calls `ask` in a thread of its own and waits for `PATIENCE`: system calls have none."""

    def __init__(self, ask: Callable[[], Result]) -> None:
        self.result: Result | None = None
        self.error: BackupError | None = None
        self._ask = ask
        thread = threading.Thread(target=self._run, name="check", daemon=True)
        thread.start()
        thread.join(PATIENCE)

    def _run(self) -> None:
        try:
            self.result = self._ask()
        except BackupError as error:
            self.error = error
        except Exception as error:  # noqa: BLE001 - a report is made whatever happens
            self.error = InternalError(type(error).__name__)


def _find(host: str, port: int | None) -> dict[str, Fact]:
    try:
        found = socket.getaddrinfo(host, port or 443, type=socket.SOCK_STREAM)
    except OSError as error:
        raise AddressNotFound(str(error), host=host) from error
    return {"count": len(found)}


def _reach(storage: Storage) -> dict[str, Fact]:
    next(iter(storage.list("keys/")), None)
    return {}


def _write(storage: Storage, location: FolderLocation | S3Location) -> dict[str, Fact]:
    found = room(storage)
    facts: dict[str, Fact] = {}
    if found.free_bytes is not None:
        facts["free_bytes"] = found.free_bytes
    if isinstance(location, FolderLocation):
        with contextlib.suppress(OSError):
            facts["total_bytes"] = shutil.disk_usage(location.path).total
    if not found.takes_data:
        raise StorageFull("", **facts)
    return facts
