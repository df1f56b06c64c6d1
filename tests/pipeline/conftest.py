"""A repository in memory and a manifest for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.manifest.manifest import Manifest
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.computer import an_hour_ahead
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(an_hour_ahead())


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    return MemoryStorage(clock)


@pytest.fixture
def repository(storage: MemoryStorage, clock: ManualClock) -> Repository:
    return Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)


@pytest.fixture
def control(clock: ManualClock) -> Control:
    return Control(clock)


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    manifest = Manifest.open(tmp_path)
    yield manifest
    manifest.close()
