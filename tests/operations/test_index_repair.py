"""Index files that are damaged, gone, or name what is gone, are put right by backups alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient.errors import AccessDenied, StorageUnreachable
from backupclient.events import Damage, Noticed
from backupclient.operations.check.run import run_check
from backupclient.operations.index_repair import mend, wrong_index_files
from backupclient.operations.session import LockMode
from backupclient.repository.found_locks import held_here
from backupclient.repository.index import IndexedPack
from backupclient.requests import CheckRequest
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


def mended(computer: Computer, storage: Storage | None = None) -> list[str]:
    """What is told."""
    with computer.session(mode=LockMode.EXCLUSIVE, storage=storage) as session:
        mend(session)
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
    assert mended(computer) == ["index-rebuilt"]
    assert len(before - index_files(place)) == 1
    holds(restic, again.summary.snapshot_id, source)
    restic("restore", stored, "--verify", "--target", place.with_name("old"))
    with computer.manifest() as manifest:
        assert wrong_index_files(manifest) == frozenset()
    # And the notes are in step: nothing is sent again, nothing mended twice.
    assert computer.backup(source).summary.data_blobs == 0
    assert mended(computer) == []


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
    mended(computer)
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
    assert mended(computer, recording) == ["index-rebuilt"]
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
        mended(computer, FaultyStorage(computer.storage, [cut], computer.clock))
    computer.clock.advance(86400 * 2)  # the lock it left is stale
    restic("unlock", "--remove-all")
    mended(computer)
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
        mended(computer, FaultyStorage(computer.storage, [refused], computer.clock))
    copied = index_files(place)
    assert before < copied
    held_here.clear()
    for lock in (place / "locks").iterdir():
        lock.unlink()
    mended(computer)
    assert index_files(place) == copied


# --- after a check --------------------------------------------------------------------------------


def checked(computer: Computer) -> list[str]:
    with computer.session(refresh=False) as session:
        run_check(session, CheckRequest(read_data=True))
    return [event.code for event in computer.events if isinstance(event, Damage)]


@pytest.fixture
def together(computer: Computer, source: Path, place: Path) -> Path:
    """The pack that holds four files."""
    for number in range(4):
        (source / f"{number}").write_bytes(random_bytes(number, 50_000))
    computer.backup(source)
    return largest_pack(place)


@pytest.mark.needs_restic
def test_a_damaged_pack_is_replaced_once_what_it_lost_was_sent_again(
    computer: Computer, source: Path, restic: Restic, together: Path
) -> None:
    damage(together, at=100)
    assert checked(computer) == ["pack-damaged"]
    again = computer.backup(source).summary
    assert again.data_blobs == 1
    assert mended(computer) == ["index-rebuilt"]
    assert not together.exists()
    assert checked(computer) == []
    holds(restic, again.snapshot_id, source)
    assert computer.backup(source).summary.data_blobs == 0


def test_a_damaged_pack_stays_while_something_in_it_is_nowhere_else(
    computer: Computer, source: Path, together: Path
) -> None:
    damage(together, at=100)
    checked(computer)
    for path in source.iterdir():
        path.unlink()
    (source / "other").write_bytes(b"other")
    computer.backup(source)
    before = {path: path.read_bytes() for path in together.parents[2].rglob("*") if path.is_file()}
    mended(computer)
    after = {path: path.read_bytes() for path in together.parents[2].rglob("*") if path.is_file()}
    assert before == after
    assert checked(computer) == ["pack-damaged"]


@pytest.mark.needs_restic
def test_a_header_that_is_damaged_costs_nothing(
    computer: Computer, source: Path, restic: Restic, together: Path
) -> None:
    damage(together, at=together.stat().st_size - 20)
    assert checked(computer) == ["pack-damaged"]
    again = computer.backup(source).summary
    assert again.data_blobs == 0
    mended(computer)
    assert not together.exists()
    holds(restic, again.snapshot_id, source)


@pytest.mark.needs_restic
def test_a_damaged_tree_is_sent_again(
    computer: Computer, source: Path, place: Path, restic: Restic, together: Path
) -> None:
    for path in packs(place):
        if path != together:
            damage(path, at=40)
    assert "tree-damaged" in checked(computer)
    again = computer.backup(source).summary
    assert again.data_blobs == 0
    mended(computer)
    holds(restic, again.snapshot_id, source)


@pytest.mark.needs_restic
def test_a_damaged_index_file_whose_rows_are_known_here_is_replaced(
    computer: Computer, source: Path, place: Path, restic: Restic, stored: str
) -> None:
    for path in (place / "index").iterdir():
        damage(path, at=80)
    old = index_files(place)
    assert "index-damaged" in checked(computer)
    again = computer.backup(source).summary
    assert again.data_blobs == 0
    mended(computer)
    assert not old & index_files(place)
    holds(restic, again.snapshot_id, source)
    restic("restore", stored, "--verify", "--target", place.with_name("old"))


@pytest.mark.needs_restic
def test_a_missing_pack_that_a_check_found_is_sent_again_without_waiting_a_week(
    computer: Computer, source: Path, restic: Restic, together: Path
) -> None:
    together.unlink()
    assert checked(computer) == ["pack-missing"]
    again = computer.backup(source).summary
    assert again.data_blobs == 4
    mended(computer)
    holds(restic, again.snapshot_id, source)


@pytest.mark.needs_restic
@pytest.mark.parametrize("change", ["one less", "moved", "other length"])
def test_an_index_file_that_describes_a_pack_wrongly_is_replaced(
    computer: Computer, source: Path, restic: Restic, together: Path, change: str
) -> None:
    repository = computer.open()
    wrong = []
    [name] = repository.list_index()
    for pack in repository.load_index(name):
        *entries, last = pack.entries
        if change == "moved":
            entries.append(last._replace(offset=last.offset + 1))
        elif change == "other length":
            entries.append(last._replace(uncompressed_length=last.uncompressed_length + 1))
        wrong.append(IndexedPack(pack.name, tuple(entries)))
    repository.delete_index(name)
    repository.save_index(wrong)
    assert checked(computer)
    again = computer.backup(source).summary
    mended(computer)
    assert checked(computer) == []
    holds(restic, again.snapshot_id, source, tidy=False)


def test_an_index_file_that_is_gone_unseen_is_made_anew_after_a_check(
    computer: Computer, source: Path, place: Path, stored: str
) -> None:
    for path in (place / "index").iterdir():
        path.unlink()
    computer.lose_manifest()
    assert "piece-unlisted" in checked(computer)
    again = computer.backup(source)
    assert "packs-reused" in again.notices
    assert again.summary.data_blobs == 0
    assert checked(computer) == []
