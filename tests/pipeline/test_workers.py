"""Worker processes for many small files."""

from __future__ import annotations

from pathlib import Path

from backupclient.operations.backup import Tuning
from backupclient.repository.repository import Repository
from backupclient.storage.folder import FolderStorage
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.trees import random_bytes

WITH_PROCESSES = Tuning(threads=1, processes=2, uploads=2, pack_size=4 << 20)


def test_paths_of_many_letters_do_not_confuse_the_workers(tmp_path: Path) -> None:
    """A batch of them is a message too long to be written at once."""
    clock = ManualClock(an_hour_ahead())
    storage = FolderStorage(tmp_path / "repository", clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    source = tmp_path.joinpath("source", *(["n" * 250] * 8))
    source.mkdir(parents=True)
    for number in range(4000):
        (source / f"{number:05}").write_bytes(random_bytes(number, 4000))
    computer = Computer(storage, tmp_path / "data", clock)
    done = computer.backup(tmp_path / "source", tuning=WITH_PROCESSES)
    assert done.summary.data_blobs == 4000
