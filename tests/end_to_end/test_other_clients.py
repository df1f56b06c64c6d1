"""Other programs may forget and prune what we stored; what we remember must not hide it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import FolderPlace
from tests.trees import random_bytes, write_file

pytestmark = pytest.mark.needs_restic


def test_what_another_program_pruned_is_stored_again(
    folder_place: FolderPlace, computer: NewClient, restic: NewClient, source: Path
) -> None:
    ours, other = computer(folder_place), restic(folder_place)
    ours.init()
    ours.backup(source)
    write_file(bytes(source / "added"), random_bytes(1, 100_000))
    newer = ours.backup(source)
    other.run("forget", newer.snapshot_id, "--prune")
    again = ours.backup(source)
    other.run("check", "--read-data")
    assert again.data_blobs == 1
    assert compare_trees(source, other.restore(source, again.snapshot_id)) == []


def test_a_repository_pruned_to_nothing_is_filled_again(
    folder_place: FolderPlace, computer: NewClient, restic: NewClient, source: Path
) -> None:
    ours, other = computer(folder_place), restic(folder_place)
    ours.init()
    first = ours.backup(source)
    other.run("forget", first.snapshot_id, "--prune")
    assert not [name for name in folder_place.objects() if name.startswith(("data/", "snapshots/"))]
    again = ours.backup(source)
    other.run("check", "--read-data")
    assert again.data_blobs == first.data_blobs
    assert compare_trees(source, other.restore(source, again.snapshot_id)) == []


def test_a_computer_that_knows_nothing_restores_everything(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    first = computer(folder_place)
    first.init()
    done = first.backup(source)
    assert compare_trees(source, computer(folder_place).restore(source, done.snapshot_id)) == []


def test_two_computers_store_the_same_files_once(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    first, second = computer(folder_place), computer(folder_place)
    first.init()
    first.backup(source)
    assert second.backup(source).data_blobs == 0
