"""A computer, a folder repository for it, and restic to judge what it wrote there."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.repository.repository import Repository
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.restic import Restic


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(an_hour_ahead())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """The folder of the repository."""
    return tmp_path / "repository"


@pytest.fixture
def storage(place: Path, clock: ManualClock) -> FolderStorage:
    """With an empty repository in it."""
    storage = FolderStorage(place, clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def computer(storage: FolderStorage, tmp_path: Path, clock: ManualClock) -> Computer:
    return Computer(storage, tmp_path / "data", clock)


@pytest.fixture
def restic(place: Path, tmp_path: Path) -> Restic:
    return Restic(place, tmp_path / "restic")


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """An empty folder."""
    folder = tmp_path / "source"
    folder.mkdir()
    return folder
