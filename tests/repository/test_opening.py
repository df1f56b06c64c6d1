"""A repository is made only where there is none, and what is lacking is told apart."""

from __future__ import annotations

import pytest

from backupclient.errors import (
    ConfigMissing,
    DataDamaged,
    DifferentRepository,
    FormatUnsupported,
    KeyMissing,
    RepositoryExists,
    RepositoryMissing,
    WrongPassword,
)
from backupclient.repository.repository import Repository
from backupclient.storage.base import FREE, Data, Meter
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage

STRANGER = "ab" * 32


def create(storage: MemoryStorage, password: str = PASSWORD) -> Repository:
    return Repository.create(storage, password, ManualClock(), identity=ANNA, cost=CHEAP)


def reopen(storage: MemoryStorage, password: str = PASSWORD) -> Repository:
    return Repository.open(storage, password, ManualClock())


def test_what_was_made_opens(storage: MemoryStorage) -> None:
    made = create(storage)
    opened = reopen(storage)
    assert opened.config == made.config
    assert opened.master_key == made.master_key
    assert opened.keys.current == made.keys.current
    assert sorted(storage.objects) == ["config", f"keys/{made.keys.current}"]


@pytest.mark.parametrize("key", [f"snapshots/{STRANGER}", f"index/{STRANGER}", "config"])
def test_nothing_is_made_over_parts_of_another(storage: MemoryStorage, key: str) -> None:
    storage.add(key, b"precious")
    with pytest.raises(RepositoryExists) as caught:
        create(storage)
    assert caught.value.facts["found"] == key.partition("/")[0]
    assert storage.objects == {key: b"precious"}


def test_nothing_is_made_over_another_key(storage: MemoryStorage) -> None:
    create(storage)
    storage.delete("config")
    before = dict(storage.objects)
    with pytest.raises(RepositoryExists):
        create(storage, "another password")
    assert storage.objects == before


def test_objects_that_are_no_repositorys_do_not_hinder(storage: MemoryStorage) -> None:
    storage.add("keys/README", b"")
    storage.add("snapshots/notes.txt", b"")
    create(storage)
    assert reopen(storage).list_snapshots() == []


def test_making_it_again_completes_what_was_cut_short(storage: MemoryStorage) -> None:
    first = create(storage)
    storage.delete("config")
    second = create(storage)
    assert second.master_key == first.master_key
    assert len(storage.keys("keys/")) == 1
    assert reopen(storage).id == second.id


class Race(MemoryStorage):
    """Another computer makes a repository just before our config is stored."""

    other: Repository

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        if key == "config" and key not in self.objects:
            elsewhere = MemoryStorage(ManualClock())
            self.other = create(elsewhere, "the other")
            self.objects.update(elsewhere.objects)
        super().put(key, data, overwrite=overwrite, meter=meter)


def test_who_comes_second_leaves_nothing_behind(clock: ManualClock) -> None:
    storage = Race(clock)
    with pytest.raises(RepositoryExists):
        create(storage)
    assert storage.keys("keys/") == (f"keys/{storage.other.keys.current}",)
    assert reopen(storage, "the other").id == storage.other.id


def test_a_key_that_belongs_to_no_config_does_not_hinder(storage: MemoryStorage) -> None:
    elsewhere = MemoryStorage(ManualClock())
    for _ in range(3):
        elsewhere.objects.clear()
        create(elsewhere)
        storage.objects.update({k: v for k, v in elsewhere.objects.items() if k != "config"})
    storage.objects["config"] = elsewhere.objects["config"]
    assert reopen(storage).id == reopen(elsewhere).id


@pytest.mark.parametrize("known", [True, False])
def test_an_empty_place_is_a_missing_repository(storage: MemoryStorage, known: bool) -> None:
    with pytest.raises(RepositoryMissing) as caught:
        Repository.open(storage, PASSWORD, ManualClock(), known=known)
    assert caught.value.facts == {"known": known, "path": "memory:"}


@pytest.mark.parametrize("kind", ["keys", "snapshots", "index"])
def test_a_missing_config_is_no_missing_repository(storage: MemoryStorage, kind: str) -> None:
    storage.add(f"{kind}/{STRANGER}", b"")
    with pytest.raises(ConfigMissing) as caught:
        reopen(storage)
    assert caught.value.facts == {"found": kind}


def test_missing_keys(storage: MemoryStorage) -> None:
    made = create(storage)
    storage.delete(f"keys/{made.keys.current}")
    with pytest.raises(KeyMissing):
        reopen(storage)


def test_a_wrong_password(storage: MemoryStorage) -> None:
    create(storage)
    with pytest.raises(WrongPassword):
        reopen(storage, PASSWORD.upper())


def test_a_damaged_key_file_is_no_wrong_password(storage: MemoryStorage) -> None:
    key = f"keys/{create(storage).keys.current}"
    storage.flip(key, 20)
    with pytest.raises(DataDamaged) as caught:
        reopen(storage)
    assert caught.value.facts["key"] == key
    storage.add(f"keys/{STRANGER}", b"{}")
    with pytest.raises(DataDamaged):
        reopen(storage)


def test_a_damaged_config(storage: MemoryStorage) -> None:
    create(storage)
    storage.flip("config", 40)
    with pytest.raises(DataDamaged) as caught:
        reopen(storage)
    assert caught.value.facts["key"] == "config"


def test_a_config_of_another_version(storage: MemoryStorage) -> None:
    made = create(storage)
    storage.objects["config"] = made.sealer.seal(b'{"version":1,"id":"x"}')
    with pytest.raises(FormatUnsupported) as caught:
        reopen(storage)
    assert caught.value.facts == {"version": 1}


def test_another_repository_under_the_same_address(storage: MemoryStorage) -> None:
    made = create(storage)
    Repository.open(storage, PASSWORD, ManualClock(), expected_id=made.id)
    with pytest.raises(DifferentRepository) as caught:
        Repository.open(storage, PASSWORD, ManualClock(), expected_id=STRANGER)
    assert caught.value.facts == {"id": made.id, "expected_id": STRANGER}


def test_no_more_than_twenty_keys_are_tried(storage: MemoryStorage) -> None:
    made = create(storage)
    for number in range(25):
        made.keys.add(f"password {number}", ANNA, CHEAP)
    storage.reads.clear()
    with pytest.raises(WrongPassword):
        reopen(storage, "no password")
    assert len([key for key in storage.reads if key.startswith("keys/")]) == 20
