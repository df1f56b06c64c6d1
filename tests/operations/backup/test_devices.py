"""Several computers in one repository: each goes on with its own history, or with that of one it
takes over from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from backupclient.requests import BackupRequest
from tests.operations.computer import Computer
from tests.trees import random_bytes

HOME = "4ab2c1a6-0000-4000-8000-000000000001"
LAPTOP = "4ab2c1a6-0000-4000-8000-000000000002"


@pytest.fixture
def files(source: Path) -> Path:
    for name in ("a", "docs/b"):
        file = source / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(random_bytes(len(name), 50_000))
    return source


def of(device: str, *paths: Path, hostname: str = "desk") -> BackupRequest:
    chosen = tuple(os.fsencode(path) for path in paths)
    return BackupRequest(paths=chosen, device=device, hostname=hostname)


def test_a_computer_that_takes_over_goes_on_with_the_others_history(
    computer: Computer, files: Path, tmp_path: Path
) -> None:
    first = computer.backup(of(HOME, files)).summary
    computer.lose_manifest()
    moved = tmp_path / "moved"
    files.rename(moved)
    second = computer.backup(of(HOME, moved, hostname="new")).summary
    assert second.parent_id == first.snapshot_id
    assert second.data_blobs == 0
    with computer.session() as session:
        assert f"device:{HOME}" in session.load_snapshot(second.snapshot_id).tags


def test_computers_of_one_name_are_told_apart(computer: Computer, files: Path) -> None:
    computer.backup(of(HOME, files))
    computer.lose_manifest()
    other = computer.backup(of(LAPTOP, files)).summary
    assert other.parent_id == ""
    assert other.data_blobs == 0


def test_a_computer_that_gets_a_device_keeps_its_history(computer: Computer, files: Path) -> None:
    first = computer.backup(of("", files)).summary
    computer.lose_manifest()
    assert computer.backup(of(HOME, files)).summary.parent_id == first.snapshot_id
