"""Too much for the storage: said beforehand where that can be known, and gone on from later."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from backupclient.errors import ObjectMissing, StorageFull
from backupclient.events import NoticeCode, Noticed, Phase, Progress
from backupclient.operations.check.run import run_check
from backupclient.operations.session import LockMode
from backupclient.requests import CheckRequest
from backupclient.storage.capped import CappedStorage
from backupclient.storage.folder import FolderStorage
from backupclient.storage.room import PROBE_KEY
from tests.operations.computer import Computer
from tests.repository.restic import Restic
from tests.trees import MIB, random_bytes, write_file

FILES = 16


@pytest.fixture
def full_source(source: Path) -> Path:
    for number in range(FILES):
        write_file(bytes(source / f"file-{number}"), random_bytes(number, MIB))
    return source


def warnings(computer: Computer) -> list[Noticed]:
    return [
        event
        for event in computer.events
        if isinstance(event, Noticed) and event.code is NoticeCode.WILL_NOT_FIT
    ]


def first_sending(computer: Computer) -> int:
    """Which event was the first that told of sending."""
    return next(
        number
        for number, event in enumerate(computer.events)
        if isinstance(event, Progress) and event.phase is Phase.UPLOADING
    )


def test_what_will_not_fit_is_said_before_it_is_sent(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    with pytest.raises(StorageFull):
        computer.backup(full_source, storage=CappedStorage(storage, 9 * MIB))
    [warning] = warnings(computer)
    assert warning.facts == {
        "needed_bytes": FILES * MIB,
        "free_bytes": 9 * MIB,
        "missing_bytes": (FILES - 9) * MIB,
    }


def test_what_fits_is_not_warned_of(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    computer.backup(full_source, storage=CappedStorage(storage, 20 * MIB))
    assert warnings(computer) == []


@pytest.mark.needs_restic
def test_a_run_that_met_the_limit_is_gone_on_from(
    computer: Computer, storage: FolderStorage, full_source: Path, restic: Restic
) -> None:
    with pytest.raises(StorageFull) as caught:
        computer.backup(full_source, storage=CappedStorage(storage, 9 * MIB), mode=LockMode.SHARED)
    assert caught.value.facts["reason"] == "own-limit"
    sent = {info.key: info.size for info in storage.list("data/")}
    assert 4 * MIB < sum(sent.values()) <= 9 * MIB

    outcome = computer.backup(
        full_source, storage=CappedStorage(storage, 20 * MIB), mode=LockMode.SHARED
    )
    after = {info.key: info.size for info in storage.list("data/")}
    assert sent.items() <= after.items()
    assert sum(after.values()) < 1.05 * FILES * MIB, "something was stored twice"
    assert warnings(computer) == []
    assert outcome.summary.bytes_read < (FILES - 3) * MIB
    restic.check()


def test_a_later_run_says_so_too_before_it_sends(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    capped = CappedStorage(storage, 17 * MIB)
    computer.backup(full_source, storage=capped)
    write_file(bytes(full_source / "more"), random_bytes(99, 5 * MIB))
    with pytest.raises(StorageFull):
        computer.backup(full_source, storage=CappedStorage(storage, 17 * MIB))
    [warning] = warnings(computer)
    assert warning.facts["needed_bytes"] == 5 * MIB
    free = warning.facts["free_bytes"]
    assert isinstance(free, int)
    assert 0 < free < MIB
    assert computer.events.index(warning) < first_sending(computer)


def drives_held(computer: Computer, gib: int) -> None:
    """As if the drives had held so much more, or less, when the last backup ended."""
    with computer.manifest() as manifest, manifest.transaction():
        noted = msgspec.json.decode(manifest.fact("drives-used") or "", type=dict[str, int])
        moved = {path: used + gib * 1024 * MIB for path, used in noted.items()}
        manifest.remember("drives-used", msgspec.json.encode(moved).decode())


def test_where_there_was_much_room_drives_that_hold_much_more_are_looked_through_first(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    computer.backup(full_source, storage=CappedStorage(storage, 22 * MIB))
    drives_held(computer, -1)
    for number in range(8):
        (folder := full_source / f"folder-{number}").mkdir()
        write_file(bytes(folder / "more"), random_bytes(90 + number, MIB))
    with pytest.raises(StorageFull):
        computer.backup(full_source, storage=CappedStorage(storage, 22 * MIB))
    [warning] = warnings(computer)
    assert warning.facts["needed_bytes"] == 8 * MIB
    assert computer.events.index(warning) < first_sending(computer)


def test_a_later_run_that_fits_is_not_warned_of_and_looks_at_nothing_twice(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    computer.backup(full_source, storage=CappedStorage(storage, 40 * MIB))
    drives_held(computer, 1)
    write_file(bytes(full_source / "more"), random_bytes(99, MIB))
    computer.backup(full_source, storage=CappedStorage(storage, 40 * MIB))
    assert warnings(computer) == []
    assert not any(
        isinstance(event, Progress) and event.phase is Phase.LOOKING for event in computer.events
    )


def test_a_probe_for_room_that_a_crash_left_is_no_damage_and_goes_with_the_next_run(
    computer: Computer, storage: FolderStorage, full_source: Path
) -> None:
    with pytest.raises(StorageFull):
        computer.backup(full_source, storage=CappedStorage(storage, 9 * MIB))
    storage.put(PROBE_KEY, b"?")
    with computer.session(mode=LockMode.CHECKING, refresh=False) as session:
        assert run_check(session, CheckRequest(read_data=True)).errors == 0
    assert storage.stat(PROBE_KEY).size == 1
    computer.backup(full_source)
    with pytest.raises(ObjectMissing):
        storage.stat(PROBE_KEY)
