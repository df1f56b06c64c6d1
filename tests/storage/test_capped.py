"""A limit that was set for a storage is kept, and told as a full storage."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.storage.capped import CappedStorage
from backupclient.storage.folder import FolderStorage
from backupclient.storage.room import free_bytes, room
from tests.storage.contract import content, name_of
from tests.storage.faults import Fault, FaultKind, FaultyStorage

CLOCK = SystemClock()


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", CLOCK)
    storage.create()
    return storage


def test_what_is_there_already_counts(folder: FolderStorage) -> None:
    first, second, third = (content(400, seed) for seed in range(3))
    folder.put(name_of(first), first)
    storage = CappedStorage(folder, 1000)
    assert storage.left_bytes() == 600
    storage.put(name_of(second), second)
    with pytest.raises(errors.StorageFull) as caught:
        storage.put(name_of(third), third)
    facts = caught.value.facts
    assert facts["reason"] == "own-limit"
    assert (facts["limit_bytes"], facts["used_bytes"], facts["needed_bytes"]) == (1000, 800, 400)
    assert sum(info.size for info in folder.list("data/")) == 800


def test_the_little_that_ends_a_backup_in_order_is_let_in(folder: FolderStorage) -> None:
    storage = CappedStorage(folder, 0)
    storage.put("locks/l", b"lock")
    storage.put("snapshots/s", b"snapshot")
    assert room(storage).takes_data is False
    assert storage.get("locks/l") == b"lock"


def test_what_is_deleted_makes_room(folder: FolderStorage) -> None:
    first, second = content(800, 1), content(800, 2)
    storage = CappedStorage(folder, 1000)
    storage.put(name_of(first), first)
    storage.delete(name_of(first))
    assert storage.left_bytes() == 1000
    storage.put(name_of(second), second)
    assert free_bytes(storage) == 200


def test_what_was_not_stored_takes_no_room(folder: FolderStorage) -> None:
    data = content(800)
    faulty = FaultyStorage(folder, [Fault(FaultKind.ERROR_BEFORE, at=2)])
    storage = CappedStorage(faulty, 1000)
    with pytest.raises(errors.StorageFault):
        storage.put(name_of(data), data)
    storage.put(name_of(data), data)
    assert storage.left_bytes() == 200


def test_many_threads_together_keep_to_it(folder: FolderStorage) -> None:
    storage = CappedStorage(folder, 10_000)

    def put(seed: int) -> bool:
        data = content(1000, seed)
        try:
            storage.put(name_of(data), data)
        except errors.StorageFull:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(put, range(30))) == 10
    assert sum(info.size for info in folder.list("data/")) == 10_000
