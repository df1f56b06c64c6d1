"""Passwords come and go, and there is never a moment without one that works."""

from __future__ import annotations

from datetime import datetime

import pytest

from backupclient.errors import InvalidRequest, MemoryFault, WrongPassword
from backupclient.repository.crypto import MasterKey
from backupclient.repository.identity import Identity
from backupclient.repository.key_file import KdfCost, create_key_file
from backupclient.repository.keys import Keys, opened_keys
from backupclient.repository.repository import Repository
from backupclient.storage.base import FREE, Data, Meter
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage

BERT = Identity("desktop", "bert")


def test_every_key_opens_the_same_repository(
    storage: MemoryStorage, clock: ManualClock, repository: Repository
) -> None:
    repository.keys.add("berts own", BERT, CHEAP)
    for password in (PASSWORD, "berts own"):
        opened = Repository.open(storage, password, clock)
        assert opened.master_key == repository.master_key


def test_keys_are_listed_oldest_first_with_the_current_one_marked(
    clock: ManualClock, repository: Repository
) -> None:
    clock.advance(60)
    added = repository.keys.add("berts own", BERT, CHEAP)
    mine, berts = repository.keys.list()
    assert (mine.name, mine.current, mine.hostname) == (repository.keys.current, True, "laptop")
    assert (berts.name, berts.current, berts.username) == (added, False, "bert")
    assert (berts.created - mine.created).total_seconds() == 60


def test_what_is_no_key_is_not_listed(storage: MemoryStorage, repository: Repository) -> None:
    storage.add("keys/README", b"hello")
    storage.add("keys/" + "ab" * 32, b"{}")
    assert [key.name for key in repository.keys.list()] == [repository.keys.current]


def test_a_removed_key_opens_no_more(
    storage: MemoryStorage, clock: ManualClock, repository: Repository
) -> None:
    repository.keys.remove(repository.keys.add("berts own", BERT, CHEAP))
    with pytest.raises(WrongPassword):
        Repository.open(storage, "berts own", clock)


def test_the_current_key_cannot_be_removed(repository: Repository) -> None:
    with pytest.raises(InvalidRequest) as caught:
        repository.keys.remove(repository.keys.current)
    assert caught.value.facts == {"reason": "current-key"}
    assert len(repository.keys.list()) == 1


def test_after_a_change_only_the_new_password_opens(
    storage: MemoryStorage, clock: ManualClock, repository: Repository
) -> None:
    new = repository.keys.change_password("new", ANNA, CHEAP)
    assert [key.name for key in repository.keys.list()] == [new] == [repository.keys.current]
    assert Repository.open(storage, "new", clock).id == repository.id
    with pytest.raises(WrongPassword):
        Repository.open(storage, PASSWORD, clock)


class Garbling(MemoryStorage):
    """Takes key files and stores something else of the same name."""

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        super().put(key, data, overwrite=overwrite, meter=meter)
        if key.startswith("keys/"):
            self.flip(key, 100)


def test_the_old_password_stays_when_the_new_key_cannot_be_read_back(
    storage: MemoryStorage, clock: ManualClock, repository: Repository
) -> None:
    garbling = Garbling(clock)
    garbling.objects, garbling.modified = storage.objects, storage.modified
    opened = Repository.open(garbling, PASSWORD, clock)
    with pytest.raises(Exception, match="data-damaged"):
        opened.keys.change_password("new", ANNA, CHEAP)
    assert Repository.open(storage, PASSWORD, clock).id == repository.id


def test_a_key_that_does_not_open_what_it_was_made_for_is_a_memory_fault(
    storage: MemoryStorage, clock: ManualClock, repository: Repository
) -> None:
    def make_for_another(
        master: MasterKey, password: str, *, created: datetime, identity: Identity, cost: KdfCost
    ) -> bytes:
        other = MasterKey.generate()
        return create_key_file(other, password, created=created, identity=identity, cost=cost)

    names = [key.name for key in repository.keys.list()]
    opened = next(opened_keys(storage, names, PASSWORD))
    keys = Keys(storage, clock, opened, make_for_another)
    with pytest.raises(MemoryFault):
        keys.change_password("new", ANNA, CHEAP)
    assert keys.current == opened.name
    assert opened.name in {key.name for key in keys.list()}
    assert Repository.open(storage, PASSWORD, clock).id == repository.id
