"""Locks of ours and of others on one repository, for the tests of them."""

from __future__ import annotations

import os

import msgspec

from backupclient.control import Control
from backupclient.repository.identity import Identity
from backupclient.repository.layout import FileKind
from backupclient.repository.lock import RepositoryLock
from backupclient.repository.lock_file import OURS, LockFile, encode_lock
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock

ALIVE = Identity("laptop", "anna", 1000, 1000, pid=os.getpid())
BERT = Identity("desktop", "bert", 1000, 1000, pid=77)
MINUTES = 60.0
HOURS = 3600.0


class Locks:
    """Locks on one repository, given back at the end."""

    def __init__(self, repository: Repository, clock: ManualClock) -> None:
        self.repository = repository
        self.clock = clock
        self.control = Control(clock)
        self.made: list[RepositoryLock] = []

    def new(self, *, exclusive: bool = False, identity: Identity = ALIVE) -> RepositoryLock:
        lock = RepositoryLock(
            self.repository, self.clock, self.control, identity, exclusive=exclusive
        )
        self.made.append(lock)
        return lock

    def take(self, *, exclusive: bool = False, identity: Identity = ALIVE) -> RepositoryLock:
        lock = self.new(exclusive=exclusive, identity=identity)
        lock.acquire()
        return lock

    def leave(
        self,
        identity: Identity,
        age: float = 0.0,
        *,
        exclusive: bool = True,
        program: str = OURS,
        noted: bool = False,
    ) -> str:
        """A lock that somebody else wrote `age` seconds ago, or, if that is `noted`, who works with
        the same notes as this one."""
        self.clock.jump(-age)
        lock = LockFile.of(identity, self.clock.now(), exclusive=exclusive)
        lock = msgspec.structs.replace(lock, program=program)
        note = self.repository.own_locks.note if noted else None
        name = self.repository.save_file(FileKind.LOCK, encode_lock(lock), before=note)
        self.clock.jump(age)
        return name

    @property
    def names(self) -> set[str]:
        return {file.name for file in self.repository.list_files(FileKind.LOCK)}
