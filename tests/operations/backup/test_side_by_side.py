"""Two computers of a home back up to one place at the same time: nothing is stored, or named,
twice that one of them could know of."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from backupclient.errors import StorageFull
from backupclient.operations.backup.run import Tuning
from backupclient.operations.session import LockMode
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo, StorageWrapper
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.operations.computer import Computer
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method
from tests.trees import MIB, random_bytes

ONE_BY_ONE = Tuning(threads=1, processes=0, uploads=1, pack_size=1 << 20)


class Meanwhile(StorageWrapper):
    """Something else happens, once, when the first object below `prefix` has been stored, or, if
    that is to be `before`, is about to be."""

    def __init__(
        self,
        inner: FolderStorage,
        prefix: str,
        happens: Callable[[], object],
        *,
        before: bool = False,
    ) -> None:
        super().__init__(inner)
        self._prefix = prefix
        self._happens = happens
        self._before = before
        self._once = threading.Lock()

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        now = key.startswith(self._prefix) and self._once.acquire(blocking=False)
        if now and self._before:
            self._happens()
        self._inner.put(key, data, overwrite=overwrite, meter=meter)
        if now and not self._before:
            self._happens()


class SlowMeanwhile(Meanwhile):
    """And nothing more is stored until somebody has looked at the index again."""

    def __init__(self, inner: FolderStorage, prefix: str, happens: Callable[[], object]) -> None:
        self._looked = threading.Event()
        self._happened = False
        super().__init__(inner, prefix, happens)

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if self._happened:
            self._looked.wait(60)
        super().put(key, data, overwrite=overwrite, meter=meter)
        self._happened = self._happened or key.startswith(self._prefix)

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        yield from super().list(prefix)
        if self._happened and prefix == "index/":
            self._looked.set()


@pytest.fixture
def laptop(computer: Computer) -> Computer:
    return Computer(computer.storage, computer.folder.with_name("laptop"), computer.clock)


@pytest.fixture
def desk(computer: Computer) -> Computer:
    return computer


def folder_of(name: str, tmp_path: Path, *seeds: int) -> Path:
    folder = tmp_path / name
    folder.mkdir()
    for seed in seeds:
        (folder / f"file-{seed:02}").write_bytes(random_bytes(seed, MIB))
    return folder


def meets_a_full_storage(computer: Computer, source: Path) -> None:
    fault = Fault(FaultKind.ERROR_BEFORE, 2, 100, Method.PUT, StorageFull)  # the first is its lock
    with pytest.raises(StorageFull):
        computer.backup(
            source, storage=FaultyStorage(computer.storage, [fault]), mode=LockMode.SHARED
        )


def named(computer: Computer) -> Counter[str]:
    """How often the index files name each pack."""
    repository = computer.open()
    packs = (pack for name in repository.list_index() for pack in repository.load_index(name))
    return Counter(pack.name for pack in packs)


def blobs(computer: Computer) -> Counter[bytes]:
    """How often each blob is stored."""
    repository = computer.open()
    packs = (pack for name in repository.list_index() for pack in repository.load_index(name))
    return Counter(entry.id for pack in packs for entry in pack.entries)


@pytest.mark.parametrize("at", ["data/", "index/"])
def test_a_pack_that_another_computer_has_just_stored_is_left_to_it(
    desk: Computer, laptop: Computer, storage: FolderStorage, tmp_path: Path, at: str
) -> None:
    """Both had met a full storage, and go on when there is room."""
    of_desk, of_laptop = folder_of("on-desk", tmp_path, 1), folder_of("on-laptop", tmp_path, 2)
    meets_a_full_storage(desk, of_desk)
    meets_a_full_storage(laptop, of_laptop)

    def desk_goes_on() -> None:
        outcome = desk.backup(of_desk, mode=LockMode.SHARED)
        assert "packs-reused" not in outcome.notices

    meanwhile = Meanwhile(storage, at, desk_goes_on, before=at == "index/")
    laptop.backup(of_laptop, storage=meanwhile, mode=LockMode.SHARED)
    assert set(named(desk).values()) == {1}
    assert set(blobs(desk).values()) == {1}


def test_what_another_computer_stored_while_one_waited_for_room_is_not_stored_again(
    desk: Computer, laptop: Computer, tmp_path: Path
) -> None:
    of_desk, of_laptop = folder_of("on-desk", tmp_path, 1, 2), folder_of("on-laptop", tmp_path, 1)
    meets_a_full_storage(desk, of_desk)
    laptop.backup(of_laptop, mode=LockMode.SHARED)
    desk.backup(of_desk, mode=LockMode.SHARED)
    assert set(blobs(desk).values()) == {1}


def test_what_another_computer_stores_during_a_long_run_is_not_stored_again(
    desk: Computer, laptop: Computer, storage: FolderStorage, tmp_path: Path, clock: ManualClock
) -> None:
    of_laptop = folder_of("on-laptop", tmp_path, *range(1, 13))
    of_desk = folder_of("on-desk", tmp_path, *range(9, 13))

    def desk_backs_up() -> None:
        desk.backup(of_desk, mode=LockMode.SHARED)
        clock.advance(300)

    meanwhile = SlowMeanwhile(storage, "data/", desk_backs_up)
    laptop.backup(of_laptop, storage=meanwhile, mode=LockMode.SHARED, tuning=ONE_BY_ONE)
    assert set(blobs(desk).values()) == {1}
