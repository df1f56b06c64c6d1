"""Cleaning up gives space back, and nothing that a snapshot needs ever goes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import RepositoryLocked, StorageFault
from backupclient.events import NoticeCode, Noticed
from backupclient.operations.forget import ForgetRequest, KeepPolicy, run_forget
from backupclient.operations.prune import PruneRequest, PruneSummary, run_prune
from backupclient.operations.session import LockMode, hold_lock
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, Storage, StorageWrapper
from backupclient.storage.folder import FolderStorage
from tests.operations.computer import Computer
from tests.operations.judge import holds
from tests.operations.restoring import damage, packs
from tests.repository.restic import Restic
from tests.trees import random_bytes


class _Hiding(StorageWrapper):
    """Lists do not name one snapshot, which is there."""

    def __init__(self, inner: Storage, hidden: str) -> None:
        super().__init__(inner)
        self._hidden = hidden

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        return (one for one in super().list(prefix) if not one.key.endswith(self._hidden))


class _PacksAlone(StorageWrapper):
    """Takes no index file and no snapshot."""

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if not key.startswith("data/"):
            raise StorageFault(key)
        super().put(key, data, overwrite=overwrite, meter=meter)


def prune(computer: Computer, *, dry_run: bool = False) -> PruneSummary:
    mode = LockMode.READING if dry_run else LockMode.EXCLUSIVE
    with computer.session(mode=mode) as session:
        return run_prune(session, PruneRequest(dry_run=dry_run))


def forget_all_but_newest(computer: Computer) -> None:
    with computer.session(mode=LockMode.FORGETTING) as session:
        run_forget(session, ForgetRequest(keep=KeepPolicy(last=1)))


def stored(place: Path) -> dict[str, int]:
    """What makes the repository, with sizes."""
    folders = ("data", "index", "snapshots")
    files = (path for name in folders for path in (place / name).rglob("*") if path.is_file())
    return {path.name: path.stat().st_size for path in files}


@pytest.fixture
def changed(computer: Computer, source: Path) -> str:
    """A backup of which much is waste by now, another that is wholly, and the newest, whose name it
    is; the others are forgotten. Of so many files no pack holds waste alone by chance."""
    for number in range(40):
        (source / f"{number}").write_bytes(random_bytes(number, 8000))
    computer.backup(source)
    (source / "later").write_bytes(random_bytes(99, 70_000))
    computer.backup(source)
    (source / "later").unlink()
    for number in range(15):
        (source / f"{number}").unlink()
    newest = computer.backup(source).summary.snapshot_id
    forget_all_but_newest(computer)
    return newest


@pytest.mark.needs_restic
def test_what_no_backup_needs_goes_and_its_space_is_free(
    computer: Computer, source: Path, place: Path, restic: Restic, changed: str
) -> None:
    before = stored(place)
    would = prune(computer, dry_run=True)
    assert stored(place) == before, "a trial changes nothing"
    done = prune(computer)
    assert done == would
    assert done.packs_rewritten >= 1
    assert done.packs_deleted >= 1
    data = sum(path.stat().st_size for path in packs(place))
    assert data < 25 * 8000 + 20_000, "25 files and a little"
    assert sum(before.values()) - sum(stored(place).values()) > 190_000 - 20_000
    assert done.freed == pytest.approx(190_000, abs=20_000)
    holds(restic, changed, source)
    again = computer.backup(source)
    assert again.summary.data_blobs == 0, "nothing is sent again"
    assert again.summary.files_unmodified == 25
    holds(restic, again.summary.snapshot_id, source)
    forget_all_but_newest(computer)
    assert prune(computer).packs_rewritten == 0, "what is left is not worth sending again"
    holds(restic, again.summary.snapshot_id, source)


@pytest.mark.parametrize("harm", ["pack gone", "pack damaged", "index damaged", "list too short"])
def test_where_something_needed_is_missing_nothing_is_deleted(
    computer: Computer,
    source: Path,
    place: Path,
    storage: FolderStorage,
    changed: str,
    harm: str,
) -> None:
    largest = max(packs(place), key=lambda path: path.stat().st_size)
    match harm:
        case "pack gone":
            largest.unlink()
        case "pack damaged":
            for pack in packs(place):
                for at in range(4000, pack.stat().st_size, 6000):
                    damage(pack, at=at)  # every file
        case "index damaged":
            computer.lose_manifest()
            damage(next((place / "index").iterdir()), at=80)
        case "list too short":
            hidden = place / "snapshots" / changed
            computer.storage = _Hiding(storage, hidden.name)
    before = stored(place)
    assert prune(computer).refused
    told = [one.code for one in computer.events if isinstance(one, Noticed)]
    assert NoticeCode.CLEANUP_REFUSED in told
    assert before.items() <= stored(place).items()


def test_who_is_not_alone_cleans_nothing_up(computer: Computer, place: Path, changed: str) -> None:
    before = stored(place)
    other = hold_lock(
        computer.open(), computer.clock, Control(computer.clock), mode=LockMode.SHARED, emit=print
    )
    with other, pytest.raises(RepositoryLocked):
        prune(computer)
    assert stored(place) == before


@pytest.mark.needs_restic
def test_a_backup_that_was_cut_short_goes_on_with_what_it_had_sent(
    computer: Computer, source: Path, storage: FolderStorage, restic: Restic, changed: str
) -> None:
    (source / "new").write_bytes(random_bytes(7, 300_000))
    with pytest.raises(StorageFault):
        computer.backup(source, storage=_PacksAlone(storage))
    with computer.manifest() as manifest:
        assert manifest.blobs.unindexed_packs()
    assert prune(computer).packs_deleted
    again = computer.backup(source)
    assert again.summary.data_blobs == 0
    holds(restic, again.summary.snapshot_id, source)
