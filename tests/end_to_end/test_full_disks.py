"""Disks of this computer that are full: each command ends right, nothing is harmed, and all goes on
after room is made. (A storage that is full: `test_bad_sources`.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import enlarge, explained, small_disk
from tests.end_to_end.places import FolderPlace
from tests.trees import KIB, MIB, Spread, many_files, random_bytes, write_file

pytestmark = pytest.mark.needs_root


def test_a_full_cache_folder_costs_nothing(
    folder_place: FolderPlace, computer: NewClient, source: Path, tmp_path: Path
) -> None:
    client = computer(folder_place)
    client.init()
    with small_disk(client.home / ".cache", "16k") as cache:
        write_file(bytes(cache / "filler"), b"x" * (12 * KIB))
        done = client.backup(source)
        assert compare_trees(source, client.restore(source, done.snapshot_id)) == []
        client.run("check", "--read-data")


def test_a_full_folder_for_temporary_files_costs_nothing(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    client = computer(folder_place)
    client.init()
    (client.home / "tmp").rmdir()
    with small_disk(client.home / "tmp", "16k") as temporary:
        write_file(bytes(temporary / "filler"), b"x" * (16 * KIB))
        done = client.backup(source)
        assert compare_trees(source, client.restore(source, done.snapshot_id)) == []
        client.run("check", "--read-data")  # it finds another for its own index


def test_a_data_folder_that_becomes_full_and_gets_room_again(
    folder_place: FolderPlace, computer: NewClient, source: Path, tmp_path: Path
) -> None:
    many_files(source / "many", 3000, 50, Spread(4.0, 0.5, KIB), random_share=0.5, seed=1)
    client = computer(folder_place)
    client.init()
    with small_disk(tmp_path / "disk", "500k") as disk:
        client.data_dir = disk
        explained(client.run("backup", source, code=1), "this computer's disk is full")
        assert client.snapshots() == []
        enlarge(disk, "40m")
        done = client.backup(source)
        assert compare_trees(source, client.restore(source, done.snapshot_id)) == []
        client.run("check", "--read-data")
        assert client.backup(source).data_blobs == 0


def test_a_restore_into_a_disk_that_is_too_small_goes_on_with_more_room(
    folder_place: FolderPlace, computer: NewClient, source: Path, tmp_path: Path
) -> None:
    for number in range(6):
        write_file(bytes(source / f"large {number}"), random_bytes(number, 2 * MIB))
    client = computer(folder_place)
    client.init()
    client.backup(source)
    with small_disk(tmp_path / "disk", "8m") as disk:
        full = client.run("restore", "latest", "--target", disk / "here", code=1)
        assert "room" in full.err or "full" in full.err, full.err
        enlarge(disk, "40m")
        client.run("restore", "latest", "--target", disk / "here")
        assert compare_trees(source, disk / "here" / source.relative_to("/")) == []
