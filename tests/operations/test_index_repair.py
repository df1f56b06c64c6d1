"""Index files that are damaged, gone, or name what is gone, are put right by backups alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.errors import AccessDenied, StorageUnreachable
from backupclient.events import Noticed
from backupclient.operations.index_repair import mend_index, wrong_index_files
from backupclient.operations.session import LockMode
from backupclient.storage.base import Storage
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer
from tests.operations.judge import holds
from tests.operations.restoring import damage, packs
from tests.repository.restic import Restic
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method, RecordingStorage
from tests.trees import random_bytes

WEEK = 8 * 86400


@pytest.fixture
def stored(computer: Computer, source: Path) -> str:
    """A source in three backups, and so three index files; the name of the first snapshot."""
    for number in range(3):
        (source / f"{number}").write_bytes(random_bytes(number, 50_000))
        computer.backup(source)
    return min(computer.snapshots().items(), key=lambda item: item[1].time)[0]


def mend(computer: Computer, storage: Storage | None = None) -> list[str]:
    """What is told."""
    with computer.session(mode=LockMode.EXCLUSIVE, storage=storage) as session:
        mend_index(session)
    return [event.code for event in computer.events if isinstance(event, Noticed)]


def index_files(place: Path) -> set[str]:
    return {path.name for path in (place / "index").iterdir()}


def largest_pack(place: Path) -> Path:
    return max(packs(place), key=lambda path: path.stat().st_size)


@pytest.mark.needs_restic
def test_after_a_pack_was_deleted_restic_finds_nothing_wrong_once_a_backup_has_run(
    computer: Computer, source: Path, place: Path, restic: Restic, stored: str
) -> None:
    lost = largest_pack(place)
    before = index_files(place)
    lost.unlink()
    computer.clock.advance(WEEK)
    again = computer.backup(source)
    assert "packs-missing" in again.notices
    assert again.summary.data_blobs == 1
    assert mend(computer) == ["index-rebuilt"]
    assert len(before - index_files(place)) == 1
    holds(restic, again.summary.snapshot_id, source)
    restic("restore", stored, "--verify", "--target", place.with_name("old"))
    with computer.manifest() as manifest:
        assert wrong_index_files(manifest) == frozenset()
    # And the notes are in step: nothing is sent again, nothing mended twice.
    assert computer.backup(source).summary.data_blobs == 0
    assert mend(computer) == []


@pytest.mark.needs_restic
@pytest.mark.parametrize("harm", [Path.unlink])
def test_what_a_lost_index_file_named_is_found_in_the_packs_and_not_sent_again(
    computer: Computer,
    source: Path,
    place: Path,
    restic: Restic,
    stored: str,
    harm: Callable[[Path], None],
) -> None:
    computer.lose_manifest()
    computer.backup(source)  # knows the index files from now on
    for path in (place / "index").iterdir():
        path.chmod(0o600)
        harm(path)
    again = computer.backup(source)
    assert "packs-reused" in again.notices
    assert again.summary.data_blobs == 0
    mend(computer)
    assert len(index_files(place)) == 1
    holds(restic, again.summary.snapshot_id, source)
    restic("restore", stored, "--verify", "--target", place.with_name("old"))


def test_a_damaged_index_file_goes_only_after_what_it_named_is_in_another(
    computer: Computer, source: Path, place: Path, stored: str, storage: FolderStorage
) -> None:
    computer.lose_manifest()
    for path in (place / "index").iterdir():
        damage(path, at=80)
    damaged = index_files(place)
    computer.backup(source)
    assert damaged < index_files(place)
    recording = RecordingStorage(storage)
    assert mend(computer, recording) == ["index-rebuilt"]
    deleted = [one.key for one in recording.changes if one.body is None]
    assert {key for key in deleted if key.startswith("index/")} == {f"index/{d}" for d in damaged}
    assert len(index_files(place)) == 1


@pytest.mark.needs_restic
@pytest.mark.parametrize("kind", [FaultKind.TIMEOUT, FaultKind.LOST_ANSWER])
def test_mending_that_was_cut_short_is_done_the_next_time(
    computer: Computer, source: Path, place: Path, restic: Restic, stored: str, kind: FaultKind
) -> None:
    largest_pack(place).unlink()
    computer.clock.advance(WEEK)
    again = computer.backup(source).summary
    # The first thing deleted is the old file, after the new one was stored.
    cut = Fault(kind, at=1, calls=1000, method=Method.DELETE)
    with pytest.raises(StorageUnreachable):
        mend(computer, FaultyStorage(computer.storage, [cut], computer.clock))
    computer.clock.advance(86400 * 2)  # the lock it left is stale
    restic("unlock", "--remove-all")
    mend(computer)
    holds(restic, again.snapshot_id, source)
    assert computer.backup(source).summary.data_blobs == 0


def test_where_nothing_may_be_deleted_the_old_files_stay_and_are_copied_once(
    computer: Computer, source: Path, place: Path, stored: str
) -> None:
    largest_pack(place).unlink()
    computer.clock.advance(WEEK)
    computer.backup(source)
    before = index_files(place)
    refused = Fault(
        FaultKind.ERROR_BEFORE, at=1, calls=1000, method=Method.DELETE, error=AccessDenied
    )
    with pytest.raises(AccessDenied):
        mend(computer, FaultyStorage(computer.storage, [refused], computer.clock))
    copied = index_files(place)
    assert before < copied
    computer.clock.advance(86400 * 2)
    mend(computer)
    assert index_files(place) == copied
