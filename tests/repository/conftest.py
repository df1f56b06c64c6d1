"""A repository in memory, cheap to open, and what it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.identity import Identity
from backupclient.repository.key_file import KdfCost
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.repository.locks import Locks
from tests.repository.memory_storage import MemoryStorage

ROOT = Path(__file__).resolve().parents[2]
"""Where a process must be started that imports the package."""

PASSWORD = "open sesame"  # made up, and of no use outside the tests
CHEAP = KdfCost(1024, 1, 1)
ANNA = Identity("laptop", "anna", 1000, 1000, pid=2_147_483_000)  # more than any system gives out


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    return MemoryStorage(clock)


@pytest.fixture
def repository(storage: MemoryStorage, clock: ManualClock) -> Repository:
    return Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)


@pytest.fixture(scope="session")
def master() -> MasterKey:
    return MasterKey.generate()


@pytest.fixture
def sealer(master: MasterKey) -> Sealer:
    return Sealer(master)


@pytest.fixture
def locks(repository: Repository, clock: ManualClock) -> Iterator[Locks]:
    locks = Locks(repository, clock)
    yield locks
    for lock in locks.made:
        lock.release()
