"""What turned out to be gone or unreadable keeps nothing safe, however early a run or a check that
found it out was cut short; and what is stored whole again is."""

from __future__ import annotations

import os
from pathlib import Path
from random import Random

import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFault
from backupclient.events import Damage
from backupclient.manifest.past import CHECKS, checks_in
from backupclient.operations.backup.run import Tuning
from backupclient.operations.check.run import run_check
from backupclient.operations.status import Source, file_pages
from backupclient.operations.trees import TreeReader
from backupclient.repository.blob import BlobType
from backupclient.repository.layout import pack_key
from backupclient.requests import CheckRequest
from backupclient.storage.base import FREE, Meter, Storage, StorageWrapper
from backupclient.storage.folder import FolderStorage
from backupclient.wire.answers import FileState
from backupclient.wire.overview import RunEnd
from tests.manifest.counting import assert_counted
from tests.operations.computer import Computer
from tests.operations.restoring import damage
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1500)
A_WEEK = 8 * 86400


def safe(computer: Computer) -> set[str]:
    with computer.manifest() as manifest:
        assert_counted(manifest)
    source = Source("here", "id", computer.folder)
    pages = file_pages(source, b"/", frozenset({FileState.SAFE}), computer.clock)
    return {os.fsdecode(file.path) for page in pages for file in page.files}


@pytest.fixture
def files(source: Path) -> Path:
    for number in range(60):
        folder = source / f"folder-{number // 20}"
        folder.mkdir(exist_ok=True)
        (folder / f"{number}").write_bytes(random_bytes(number, 1000))
    return source


def data_packs(computer: Computer) -> list[str]:
    repository = computer.open()
    packs = [pack for name in repository.list_index() for pack in repository.load_index(name)]
    return sorted({p.name for p in packs if p.entries[0].type is BlobType.DATA})


@pytest.mark.parametrize("lost", [False, True], ids=["", "and the manifest is lost"])
@pytest.mark.parametrize("puts", [1, 3, 5])
def test_a_run_that_finds_packs_missing_and_is_cut_short(
    computer: Computer, files: Path, storage: FolderStorage, puts: int, lost: bool
) -> None:
    computer.backup(files, tuning=SMALL_PACKS)
    everything = safe(computer)
    assert len(everything) == 60
    for name in data_packs(computer):
        storage.delete(pack_key(name))
    computer.clock.advance(A_WEEK)
    if lost:
        computer.lose_manifest()
    fault = Fault(FaultKind.ERROR_BEFORE, at=puts, calls=1000, method=Method.PUT)
    with pytest.raises(StorageFault):
        computer.backup(files, storage=FaultyStorage(storage, [fault]), tuning=SMALL_PACKS)
    assert safe(computer) == set()
    computer.backup(files, tuning=SMALL_PACKS)
    assert safe(computer) == everything


class Stopping(StorageWrapper):
    """Long after one pack was read, the job is stopped."""

    def __init__(self, inner: Storage, control: Control, *, damage_at: str) -> None:
        super().__init__(inner)
        self._control = control
        self._key = damage_at
        self._left = -1

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        self._left = 20 if key == self._key else self._left - 1
        if self._left == 0:
            self._control.stop()
        return super().get(key, offset=offset, length=length, meter=meter)


def test_a_check_that_is_stopped_after_it_found_damage(
    computer: Computer, files: Path, storage: FolderStorage, place: Path
) -> None:
    computer.backup(files, tuning=SMALL_PACKS)
    everything = safe(computer)
    first = data_packs(computer)[0]
    damage(place / pack_key(first), at=100)
    control = Control(computer.clock)
    reading = Stopping(storage, control, damage_at=pack_key(first))
    with (
        computer.session(storage=reading, control=control, refresh=False) as session,
        pytest.raises(Cancelled),
    ):
        run_check(session, CheckRequest(read_data=True), Random(1))
    with computer.manifest() as manifest:
        noted = checks_in(manifest.fact(CHECKS))[0]
    assert (noted.end, noted.errors) == (RunEnd.STOPPED, 1)
    assert [event.item for event in computer.events if isinstance(event, Damage)] == [first]
    (gone,) = everything - safe(computer)
    again = computer.backup(files, tuning=SMALL_PACKS).summary
    assert again.bytes_read == os.path.getsize(gone)
    assert safe(computer) == everything


def test_a_folder_above_that_another_choice_has_a_tree_of_its_own_of(
    computer: Computer, files: Path, place: Path
) -> None:
    """The row of that folder names the tree of the later."""
    (files / "beside").write_bytes(b"in the first snapshot alone")
    first = computer.backup(files).summary
    computer.backup(files / "folder-0")
    everything = safe(computer)
    with computer.session() as session:
        trees = dict(TreeReader(session).walk(session.load_snapshot(first.snapshot_id).tree))
        subtree = trees[tuple(os.fsencode(files).split(b"/")[1:])].subtree
        assert subtree is not None
        at = session.manifest.blobs.locate(BlobType.TREE, subtree)
    assert at is not None
    damage(place / pack_key(at.pack), at=at.offset + 20)
    with computer.session(refresh=False) as session:
        run_check(session, CheckRequest(read_data=True), Random(1))
    assert str(files / "beside") not in safe(computer)
    assert computer.backup(files).summary.bytes_read == 0
    assert safe(computer) == everything
