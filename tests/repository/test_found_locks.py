"""The living are told from the dead, and only the dead lose their locks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from backupclient.errors import (
    RepositoryLocked,
)
from backupclient.repository.found_locks import unlock
from backupclient.repository.identity import Identity
from backupclient.repository.layout import FileKind
from backupclient.repository.lock_file import OURS
from backupclient.repository.own_locks import OwnLocks
from backupclient.repository.repository import Repository
from backupclient.storage.base import ObjectInfo
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.locks import ALIVE, BERT, HOURS, MINUTES, Locks
from tests.repository.memory_storage import MemoryStorage


def test_our_own_dead_lock_is_removed_at_once(locks: Locks) -> None:
    dead = locks.leave(ANNA, noted=True)
    locks.take(exclusive=True)
    assert dead not in locks.names


def test_notes_of_our_locks_outlive_the_process_and_go_with_the_locks(
    locks: Locks, tmp_path: Path
) -> None:
    notes = tmp_path / "locks"
    locks.repository.own_locks = OwnLocks(notes)
    lock = locks.take()
    dead = locks.leave(ANNA, noted=True)
    assert {path.name for path in notes.iterdir()} == locks.names
    locks.clock.advance(HOURS / 6)
    lock.keep()
    assert {path.name for path in notes.iterdir()} == locks.names
    lock.release()
    locks.repository.own_locks = OwnLocks(notes)  # as the next process has them
    locks.take(exclusive=True).release()
    assert dead not in locks.names
    assert list(notes.iterdir()) == []


def test_where_notes_cannot_be_written_locks_are_taken_all_the_same(
    locks: Locks, tmp_path: Path
) -> None:
    locks.repository.own_locks = OwnLocks(tmp_path / "none" / "locks")
    locks.take(exclusive=True).release()


@pytest.mark.parametrize(
    "identity",
    [
        ALIVE,
        # Another computer of the same name, or a process that a sandbox hides.
        ANNA,
        Identity("laptop", "bert", pid=ANNA.pid),
        Identity("x", "anna", pid=9),
    ],
)
def test_a_lock_that_may_be_alive_is_respected(locks: Locks, identity: Identity) -> None:
    for minutes in (0, 20, 29):
        name = locks.leave(identity, minutes * MINUTES)
        with pytest.raises(RepositoryLocked):
            locks.take()
        locks.repository.delete_file(FileKind.LOCK, name)


@pytest.mark.parametrize(
    ("identity", "program", "age", "goes"),
    [
        (ALIVE, OURS, 29 * MINUTES, False),
        (ALIVE, OURS, 31 * MINUTES, True),
        (ALIVE, "", 31 * MINUTES, False),  # restic, in whose sleep the time went by
        (ALIVE, "", 25 * HOURS, True),
        (ANNA, "", 31 * MINUTES, True),
        (BERT, OURS, 31 * MINUTES, False),
        (BERT, OURS, 23 * HOURS, False),
        (BERT, OURS, 25 * HOURS, True),
    ],
)
def test_an_abandoned_lock_is_removed_in_time(
    locks: Locks, identity: Identity, program: str, age: float, goes: bool
) -> None:
    name = locks.leave(identity, age, program=program)
    if goes:
        locks.take()
    else:
        with pytest.raises(RepositoryLocked):
            locks.take()
    assert (name not in locks.names) == goes


@pytest.mark.parametrize("hours", [-30, 30])
def test_one_wrong_clock_makes_no_lock_abandoned(
    locks: Locks, storage: MemoryStorage, hours: int
) -> None:
    locks.leave(BERT)
    if hours > 0:
        locks.clock.jump(hours * HOURS)  # ours is ahead, the storage's stays
        storage.skew = timedelta(hours=-hours)
    else:
        storage.skew = timedelta(hours=-hours)  # the storage's is ahead, ours stays
    with pytest.raises(RepositoryLocked):
        locks.take()


def test_a_lock_whose_time_the_storage_does_not_know_is_respected(
    locks: Locks, storage: MemoryStorage
) -> None:
    name = locks.leave(BERT, 1000 * HOURS)
    del storage.modified[f"locks/{name}"]
    with pytest.raises(RepositoryLocked):
        locks.take()


def test_a_lock_that_may_not_be_removed_is_respected(locks: Locks, storage: MemoryStorage) -> None:
    locks.leave(BERT, 1000 * HOURS)
    storage.may_delete = False
    with pytest.raises(RepositoryLocked):
        locks.take()


def test_empty_objects_are_no_locks(locks: Locks, storage: MemoryStorage) -> None:
    storage.add("locks/" + "ab" * 32, b"")
    storage.add("locks/README", b"no lock at all")
    locks.take(exclusive=True)


def test_an_unreadable_lock_is_looked_at_again_and_then_respected(
    locks: Locks, storage: MemoryStorage
) -> None:
    storage.add("locks/" + "ab" * 32, b"half a lo")
    with pytest.raises(RepositoryLocked) as caught:
        locks.take()
    assert locks.clock.waits == [5, 10, 20]
    assert caught.value.facts["key"] == "locks/" + "ab" * 32


class Vanishing(MemoryStorage):
    """Locks are listed for a while after they are gone."""

    gone: ObjectInfo | None = None

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        yield from super().list(prefix)
        if self.gone is not None and prefix == "locks/":
            yield self.gone


def test_a_lock_that_goes_while_it_is_read_is_none(clock: ManualClock) -> None:
    storage = Vanishing(clock)
    repository = Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    locks = Locks(repository, clock)
    storage.gone = ObjectInfo("locks/" + "ab" * 32, 100, clock.now())
    locks.take(exclusive=True).release()


def test_unlock_removes_what_is_dead_or_old_and_nothing_else(
    locks: Locks, storage: MemoryStorage
) -> None:
    lock = locks.take()
    (held,) = locks.names
    alive = locks.leave(BERT, 20 * MINUTES)
    old = locks.leave(BERT, 40 * MINUTES)
    dead = locks.leave(ANNA)
    empty, fresh_empty, broken = ("ab" * 32, "cd" * 32, "ef" * 32)
    locks.clock.jump(-40 * MINUTES)
    storage.add(f"locks/{empty}", b"")
    storage.add(f"locks/{broken}", b"noise")
    locks.clock.jump(40 * MINUTES)
    storage.add(f"locks/{fresh_empty}", b"")
    removed = unlock(locks.repository, locks.clock, ALIVE)
    assert {found.file.name for found in removed} == {old, dead, empty}
    assert locks.names == {held, alive, fresh_empty, broken}
    removed = unlock(locks.repository, locks.clock, ALIVE, remove_all=True)
    assert locks.names == {held}
    assert len(removed) == 3
    lock.check()
