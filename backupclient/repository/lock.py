"""Locks: that nobody deletes what a backup counts on, and nobody adds while somebody deletes.

A lock is an object that its holder writes anew every five minutes. Whoever sees an old one cannot
know whether its holder died or sleeps. So a holder stops work when it could not write its lock for
22.5 minutes, and others wait for longer than that.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import (
    AccessDenied,
    Cancelled,
    Fact,
    LockLost,
    ObjectMissing,
    RepositoryLocked,
    StorageError,
    StorageFull,
)
from backupclient.repository.files import StoredFile
from backupclient.repository.found_locks import (
    STALE,
    FoundLock,
    find_locks,
    held_here,
    is_abandoned,
    is_dead,
    is_same_user,
    left_here,
    read_lock,
)
from backupclient.repository.identity import Identity
from backupclient.repository.layout import FileKind
from backupclient.repository.lock_file import OURS, LockFile, encode_lock
from backupclient.repository.repository import Repository

__all__ = ["RepositoryLock", "ignore_hangup"]

REFRESH_SECONDS = 5 * 60.0
GIVE_UP_SECONDS = 22.5 * 60
STALE_FOREIGN = timedelta(hours=24)
"""For locks of other users and computers, which may run who knows what, and of other programs on
this one, which may sleep as long as it does."""
SECOND_LOOK_SECONDS = 0.2
UNREADABLE_PAUSES = (5.0, 10.0, 20.0)
_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 60.0
_POLL_SECONDS = 5.0
"""Short, since a thread's waiting stands still while the computer sleeps."""
_RELEASE_SECONDS = 5.0
_RELEASE_SECONDS_STOPPED = 1.0
_LAST_MOMENT = 0.5

OnWait = Callable[[dict[str, Fact], float], None]


def ignore_hangup() -> None:
    """Ignore SIGHUP from now on. To be called in the main thread by every process that takes a
    lock: `restic unlock` on this computer asks by this signal whether the holder of a lock lives,
    and its default is to end the process."""
    if hasattr(signal, "SIGHUP"):
        signal.signal(signal.SIGHUP, signal.SIG_IGN)


class _Moment(NamedTuple):
    wall: datetime
    monotonic: float


class RepositoryLock:
    """One lock, shared or exclusive, for the time of one operation. `acquire` and `release` are
    called by the thread that runs it, `check` by all that write."""

    def __init__(
        self,
        repository: Repository,
        clock: Clock,
        control: Control,
        identity: Identity,
        *,
        exclusive: bool,
    ) -> None:
        """`identity` has the computer's real host name: other programs look for its `pid` there."""
        self._repository = repository
        self._clock = clock
        self._control = control
        self._identity = identity
        self._exclusive = exclusive
        self._mutex = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._current: str | None = None
        self._written = self._now()
        self._names: set[str] = set()
        self._lost = False
        self._looked = threading.Event()
        self._late: Exception | None = None

    @property
    def held(self) -> bool:
        """False before `acquire`, after `release`, and where an optional lock could not be had."""
        return self._current is not None

    def others(self) -> bool:
        """Whether anybody else has a lock now, or has left one: a request."""
        found = self._repository.list_files(FileKind.LOCK)
        return any(file.name not in self._names for file in found)

    def acquire(
        self,
        *,
        wait: float = 0.0,
        on_wait: OnWait | None = None,
        optional: bool = False,
        at_once: bool = False,
    ) -> None:
        """Take the lock, waiting up to `wait` seconds while others hold it; `on_wait` is told who
        (the facts of `RepositoryLocked`) and for how long so far, before each pause.

        `RepositoryLocked` if they hold it still. `Cancelled` when the job is stopped meanwhile.
        `optional` is for operations that only read: where nothing can be written, go on without.
        `at_once` returns before the second look was taken; `check` then waits for it, and raises
        what it found (`RepositoryLocked`, fact `late`)."""
        began = self._clock.monotonic()
        pause = _FIRST_PAUSE
        while (conflict := self._try(optional=optional, at_once=at_once)) is not None:
            waited = self._clock.monotonic() - began
            conflict.facts["waited_seconds"] = waited
            if waited >= wait:
                raise conflict
            if on_wait is not None:
                on_wait(conflict.facts, waited)
            self._control.sleep(min(pause, wait - waited))
            pause = min(pause * 2, _LONGEST_PAUSE)
        if not (at_once and self.held):
            self._looked.set()
        if self.held:
            self._thread = threading.Thread(target=self._keep_alive, name="lock", daemon=True)
            self._thread.start()

    def _try(self, *, optional: bool, at_once: bool) -> RepositoryLocked | None:
        """Take the lock, or say who has it."""
        if (conflict := self._conflict()) is not None:
            return conflict
        now = self._now()
        try:
            self._current = self._write(now)
        except (StorageFull, AccessDenied):
            if optional:
                return None
            raise
        self._written = now
        if at_once:
            return None
        try:
            # Somebody may have looked when we did; then both see each other now.
            self._control.sleep(SECOND_LOOK_SECONDS)
            conflict = self._conflict()
        except BaseException:
            self._discard_all()
            raise
        if conflict is not None:
            self._discard_all()
        return conflict

    def _conflict(self) -> RepositoryLocked | None:
        for found in find_locks(self._repository, self._names):
            file = found.file
            if not file.size:
                continue
            try:
                lock = found.lock or self._read_patiently(file)
            except ObjectMissing:
                continue
            if lock is None:
                return RepositoryLocked(holder="", key=FileKind.LOCK.key(file.name))
            if not self._is_gone(FoundLock(file, lock)) and (self._exclusive or lock.exclusive):
                return RepositoryLocked(
                    holder=f"{lock.username}@{lock.hostname}",
                    pid=lock.pid,
                    since=lock.time.isoformat(),
                    exclusive=lock.exclusive,
                )
        return None

    def _read_patiently(self, file: StoredFile) -> LockFile | None:
        for pause in UNREADABLE_PAUSES:
            self._control.sleep(pause)
            if (lock := read_lock(self._repository, file)) is not None:
                return lock
        return None

    def _is_gone(self, found: FoundLock) -> bool:
        """Whether it is nobody's any more and was removed, which some storages refuse."""
        assert found.lock is not None
        name = found.file.name
        same, unseen = (
            is_same_user(found.lock, self._identity),
            is_dead(found.lock, self._identity),
        )
        limit = STALE if same and (unseen or found.lock.program == OURS) else STALE_FOREIGN
        if not (
            name in left_here
            or (unseen and name in self._repository.own_locks)
            or is_abandoned(self._repository, self._clock, found, limit)
        ):
            return False
        try:
            self._repository.delete_file(FileKind.LOCK, name)
        except AccessDenied:
            return False
        self._repository.own_locks.drop(name)
        return True

    # --- while it is held -------------------------------------------------------------------------

    def check(self) -> None:
        """Return if the lock still protects. Called before every write to the storage; cheap. If
        the lock is too old (the computer slept, the storage was away) this blocks until it could
        be written anew, and raises `LockLost` if it could not, or if somebody removed it."""
        if not self._looked.is_set():
            self._looked.wait()
        if self._late is not None:
            raise self._late
        if not self._lost:
            if not self.held or self._age() < GIVE_UP_SECONDS:
                return
            self._save_or_lose()
        if self._lost:
            raise LockLost

    def prove(self) -> None:
        """As `check`, and ask the storage for the lock: before what counts on all that was stored
        while it was held. Somebody may have removed it by force, and pruned, a moment ago."""
        self.check()
        with self._mutex:
            name = self._current
            if name is not None and not self._repository.has_file(FileKind.LOCK, name):
                self._lost = True
        if self._lost:
            raise LockLost

    def keep(self) -> None:
        """Write the lock anew if that is due. A thread of the lock's own does this by itself."""
        with self._mutex:
            if self.held and not self._lost and self._age() >= REFRESH_SECONDS:
                self._renew()

    def _save_or_lose(self) -> None:
        with self._mutex:
            if self._lost or self._age() < GIVE_UP_SECONDS:
                return
            try:
                self._renew()
            except StorageError as exc:
                self._lost = True
                raise LockLost from exc

    def _age(self) -> float:
        """Seconds since it was written, by the clock that says more: one stands still in sleep,
        the other can be set back."""
        now = self._now()
        wall = (now.wall - self._written.wall).total_seconds()
        return max(wall, now.monotonic - self._written.monotonic)

    def _renew(self) -> None:
        """A new object, then the old one goes. If the old one is gone before or after the new one
        was written, somebody took us for dead and may have deleted what we count on."""
        old = self._current
        assert old is not None
        if not self._repository.has_file(FileKind.LOCK, old):
            self._lost = True
            return
        now = self._now()
        new = self._write(now)
        self._clock.wait(self._stop, SECOND_LOOK_SECONDS)
        if not self._repository.has_file(FileKind.LOCK, old):
            self._lost = True
        self._current, self._written = new, now
        for name in self._names - {new}:
            self._discard(name)
        if self._lost or self._stop.is_set():
            self._discard(new)

    def _look_again(self) -> None:
        """The second look, while the operation has begun."""
        try:
            if not self._clock.wait(self._stop, SECOND_LOOK_SECONDS):
                self._late = self._conflict()
                if isinstance(self._late, RepositoryLocked):
                    self._late.facts["late"] = True
                    with self._mutex:
                        self._discard_all()
        except (StorageError, Cancelled) as error:
            self._late = error if isinstance(error, StorageError) else None
        finally:
            self._looked.set()

    def _keep_alive(self) -> None:
        if not self._looked.is_set():
            self._look_again()
        while not self._stop.wait(_POLL_SECONDS):
            # Tried again at the next turn; `check` judges by the age that results.
            with contextlib.suppress(StorageError, Cancelled):
                self.keep()

    def release(self) -> None:
        """Give the lock back, in seconds. Never raises: an object that cannot be deleted now grows
        stale, and is nobody's for this process."""
        self._stop.set()
        releasing = threading.Thread(target=self._give_back, name="lock-release", daemon=True)
        releasing.start()
        releasing.join(_RELEASE_SECONDS_STOPPED if self._control.stopped else _RELEASE_SECONDS)
        if self._thread is not None:
            self._thread.join(_LAST_MOMENT)
            self._thread = None
        self._current = None
        for name in list(self._names):
            held_here.discard(name)
            left_here.add(name)

    def _give_back(self) -> None:
        # A request may hang for longer than anybody waits for it, until after the storage was
        # closed: then nobody is left to hear what it failed with.
        with (
            contextlib.suppress(Exception),
            self._mutex,
            self._control.briefly(_RELEASE_SECONDS),
        ):
            self._discard_all()

    # --- its objects ------------------------------------------------------------------------------

    def _now(self) -> _Moment:
        return _Moment(self._clock.now(), self._clock.monotonic())

    def _write(self, now: _Moment) -> str:
        lock = LockFile.of(self._identity, now.wall, exclusive=self._exclusive)
        note = self._repository.own_locks.note
        name = self._repository.save_file(FileKind.LOCK, encode_lock(lock), before=note)
        held_here.add(name)
        self._names.add(name)
        return name

    def _discard(self, name: str) -> None:
        # What cannot be deleted now is tried again with the next.
        with contextlib.suppress(StorageError, Cancelled):
            self._repository.delete_file(FileKind.LOCK, name)
            self._names.discard(name)
            held_here.discard(name)
            self._repository.own_locks.drop(name)

    def _discard_all(self) -> None:
        for name in list(self._names):
            self._discard(name)
        self._current = None
