"""The faults that later tests rely on do what they say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.storage.base import ObjectInfo
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.storage.contract import content
from tests.storage.faults import (
    Change,
    Fault,
    FaultKind,
    FaultyStorage,
    Method,
    RecordingStorage,
    contents,
    fill,
)

DATA = content(1000)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def folder(tmp_path: Path, clock: ManualClock) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", clock)
    storage.create()
    return storage


def test_the_call_of_that_number_fails_and_no_other(folder: FolderStorage) -> None:
    storage = FaultyStorage(folder, [Fault(FaultKind.ERROR_BEFORE, at=3, calls=2)])
    storage.put("config", DATA)
    storage.stat("config")
    for _ in range(2):
        with pytest.raises(errors.StorageFault):
            storage.get("config")
    assert storage.get("config") == DATA
    assert storage.calls == 5
    assert len(storage.fired) == 2


def test_calls_may_be_counted_for_one_method(folder: FolderStorage) -> None:
    fault = Fault(FaultKind.ERROR_BEFORE, at=2, method=Method.PUT, error=errors.StorageFull)
    storage = FaultyStorage(folder, [fault])
    storage.put("keys/1", DATA)
    storage.get("keys/1")
    with pytest.raises(errors.StorageFull):
        storage.put("keys/2", DATA)
    assert [info.key for info in storage.list("")] == ["keys/1"]


def test_a_lost_answer_has_done_the_work(folder: FolderStorage) -> None:
    storage = FaultyStorage(folder, [Fault(FaultKind.LOST_ANSWER, at=1)])
    with pytest.raises(errors.StorageUnreachable):
        storage.put("config", DATA)
    assert folder.get("config") == DATA


def test_a_timeout_takes_its_time_and_does_nothing(
    folder: FolderStorage, clock: ManualClock
) -> None:
    storage = FaultyStorage(folder, [Fault(FaultKind.TIMEOUT, at=1)], clock)
    with pytest.raises(errors.StorageUnreachable):
        storage.put("config", DATA)
    assert clock.waits == [60]
    assert list(folder.list("")) == []


def test_damaged_reads_are_damaged(folder: FolderStorage) -> None:
    folder.put("config", DATA)
    faults = [
        Fault(FaultKind.BIT_FLIP, at=1),
        Fault(FaultKind.TRUNCATED_READ, at=2, calls=2),
        Fault(FaultKind.EMPTY_OBJECT, at=4),
    ]
    storage = FaultyStorage(folder, faults)
    flipped = storage.get("config")
    assert len(flipped) == len(DATA)
    assert sum((a ^ b).bit_count() for a, b in zip(flipped, DATA, strict=True)) == 1
    assert storage.get("config") == DATA[:500]
    with pytest.raises(errors.ObjectDamaged):
        storage.get("config", offset=900, length=10)
    assert storage.get("config") == b""
    assert storage.get("config") == DATA


def test_a_failed_upload_may_leave_an_empty_object(folder: FolderStorage) -> None:
    storage = FaultyStorage(folder, [Fault(FaultKind.EMPTY_OBJECT, at=1)])
    with pytest.raises(errors.StorageFault):
        storage.put("locks/l", DATA)
    assert folder.get("locks/l") == b""


def test_a_stale_list_lacks_the_newest_object(folder: FolderStorage, tmp_path: Path) -> None:
    folder.put("keys/b", DATA)
    folder.put("keys/a", DATA)
    os.utime(tmp_path / "repository" / "keys" / "b", (1, 1))
    storage = FaultyStorage(folder, [Fault(FaultKind.STALE_LIST, at=1)])
    assert [info.key for info in storage.list("keys/")] == ["keys/b"]
    assert len(list(storage.list("keys/"))) == 2


def test_a_ghost_list_has_what_was_deleted(folder: FolderStorage) -> None:
    gone = ObjectInfo("locks/l", 1, None)
    storage = FaultyStorage(folder, [Fault(FaultKind.GHOST_LIST, at=4, calls=2)], deleted=[gone])
    storage.put("keys/a", DATA)
    storage.put("keys/b", DATA)
    storage.delete("keys/b")
    assert [info.key for info in storage.list("keys/")] == ["keys/a", "keys/b"]
    assert list(storage.list("locks/")) == [gone]
    assert [info.key for info in storage.list("keys/")] == ["keys/a"]


def test_a_fault_that_does_not_fit_its_call_does_nothing(folder: FolderStorage) -> None:
    storage = FaultyStorage(folder, [Fault(FaultKind.BIT_FLIP, at=1)])
    storage.put("config", DATA)
    assert storage.fired == []
    assert folder.get("config") == DATA


def test_every_state_of_a_recording_can_be_built(folder: FolderStorage, tmp_path: Path) -> None:
    folder.put("config", b"0")
    before = contents(folder)
    storage = RecordingStorage(folder)
    storage.put("keys/k", b"1")
    storage.put("config", b"2", overwrite=True)
    storage.delete("keys/k")
    with pytest.raises(errors.ObjectConflict):
        storage.put("config", b"other")
    assert storage.changes == [
        Change("keys/k", b"1"),
        Change("config", b"2"),
        Change("keys/k", None),
    ]
    states = list(storage.states(before))
    assert states == [
        {"config": b"0"},
        {"config": b"0", "keys/k": b"1"},
        {"config": b"2", "keys/k": b"1"},
        {"config": b"2"},
    ]
    for number, state in enumerate(states):
        rebuilt = FolderStorage(tmp_path / str(number), ManualClock())
        fill(rebuilt, state)
        assert contents(rebuilt) == state
    assert contents(folder) == states[-1]
