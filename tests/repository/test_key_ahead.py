"""A key worked out ahead saves the work, and lets nobody in who would not get in without it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.errors import WrongPassword
from backupclient.repository.cache import Cache
from backupclient.repository.key_ahead import KeyAhead, keep_key
from backupclient.repository.layout import FileKind
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage


@pytest.fixture
def cache(tmp_path: Path, repository: Repository) -> Cache:
    cache = Cache(tmp_path / "cache", 1 << 20)
    keep_key(cache, repository.opened_key)
    return cache


def reopen(storage: MemoryStorage, cache: Cache, password: str = PASSWORD) -> Repository:
    ahead = KeyAhead(cache, password)
    return Repository.open(storage, password, ManualClock(), ahead=ahead.opened)


def keys_read(storage: MemoryStorage) -> list[str]:
    return [key for key in storage.reads if key.startswith("keys/")]


def test_a_kept_key_opens_without_being_fetched(
    storage: MemoryStorage, cache: Cache, repository: Repository
) -> None:
    storage.reads.clear()
    assert reopen(storage, cache).id == repository.id
    assert keys_read(storage) == []


def test_a_kept_key_that_was_removed_from_the_storage_opens_nothing(
    storage: MemoryStorage, cache: Cache, repository: Repository
) -> None:
    repository.keys.change_password("new", ANNA, CHEAP)
    assert KeyAhead(cache, PASSWORD).opened() is not None, "else nothing is shown here"
    with pytest.raises(WrongPassword):
        reopen(storage, cache)
    assert reopen(storage, cache, "new").id == repository.id


def test_another_password_is_tried_at_the_storage(
    storage: MemoryStorage, cache: Cache, repository: Repository
) -> None:
    repository.keys.add("berts own", ANNA, CHEAP)
    assert KeyAhead(cache, "berts own").opened() is None
    assert reopen(storage, cache, "berts own").id == repository.id
    with pytest.raises(WrongPassword):
        reopen(storage, cache, "nobodys")


@pytest.mark.parametrize("damage", [b"", b"{}", b"x" * 300])
def test_a_damaged_copy_is_as_good_as_none(
    storage: MemoryStorage, cache: Cache, repository: Repository, tmp_path: Path, damage: bytes
) -> None:
    [copy] = (path for path in (tmp_path / "cache").rglob("*") if path.is_file())
    copy.write_bytes(damage)
    assert KeyAhead(cache, PASSWORD).opened() is None
    assert reopen(storage, cache).id == repository.id


def test_one_copy_is_kept(storage: MemoryStorage, cache: Cache, repository: Repository) -> None:
    name = repository.keys.add("berts own", ANNA, CHEAP)
    keep_key(cache, Repository.open(storage, "berts own", ManualClock()).opened_key)
    assert cache.names(FileKind.KEY) == [name]
