"""The short form of the soak: one seed, a few steps, on a folder."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest

from tests.end_to_end.clients import Client
from tests.end_to_end.places import FolderPlace
from tests.soak.scenario import Scenario

SEED = 20
SECONDS = 10


@pytest.mark.needs_restic
def test_a_random_history_loses_nothing(tmp_path: Path) -> None:
    place = FolderPlace(tmp_path / "repository")
    ours = Client([sys.executable, "-m", "backupclient"], place, tmp_path / "ours")
    restic = Client(["restic"], place, tmp_path / "restic")
    scenario = Scenario(SEED, ours, restic, tmp_path)
    scenario.begin()
    deadline = time.monotonic() + SECONDS
    scenario.run(lambda done: done >= 8 or time.monotonic() > deadline)
    assert scenario.counts["compared"] > 0
