"""Sources that are gone, unplugged or unreadable, and disks that are full."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import enlarge, explained, refuses, small_disk
from tests.end_to_end.places import BucketPlace, FolderPlace
from tests.end_to_end.proxy import Proxy, Refusal
from tests.trees import MIB, random_bytes, write_file


def test_a_missing_source(folder_place: FolderPlace, computer: NewClient, tmp_path: Path) -> None:
    client = computer(folder_place)
    client.init()
    refuses(client, "backup", tmp_path / "never was", code=1, words="not there")


def test_an_unplugged_drive_is_not_recorded_as_empty(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    client = computer(folder_place)
    client.init()
    client.backup(source)
    shutil.rmtree(source)
    refuses(client, "backup", source, code=1, words="not there")
    source.mkdir()  # the mount point without its drive
    refuses(client, "backup", source, code=1, words="not there")


def test_one_of_two_sources_missing_keeps_the_other_and_says_so(
    folder_place: FolderPlace, computer: NewClient, source: Path, tmp_path: Path
) -> None:
    client = computer(folder_place)
    client.init()
    other = tmp_path / "other"
    other.mkdir()
    write_file(bytes(other / "file"), b"on the second drive")
    client.run("backup", source, other)
    shutil.rmtree(other)
    finished = client.run("backup", source, other, code=3)
    assert str(other) in finished.err
    restored = client.restore(other)  # from the newest snapshot: never forgotten by accident
    assert (restored / "file").read_bytes() == b"on the second drive"


def test_a_file_that_cannot_be_read_is_named_and_the_rest_is_saved(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    client = computer(folder_place)
    client.init()
    # No user may read this file from its start: nothing lies at address 0.
    finished = client.run("backup", source, "/proc/1/mem", code=3)
    assert "/proc/1/mem" in finished.err
    assert compare_trees(source, client.restore(source)) == []


@pytest.mark.needs_root
def test_a_full_disk_stops_the_backup_and_more_room_lets_it_go_on(
    computer: NewClient, source: Path, tmp_path: Path
) -> None:
    for number in range(6):
        write_file(bytes(source / f"large {number}"), random_bytes(number, 8 * MIB))
    with small_disk(tmp_path / "disk", "28m") as disk:
        place = FolderPlace(disk / "repository")
        client = computer(place)
        client.init()
        explained(client.run("backup", source, code=1), "full")
        computer(place).run("check", "--read-data")
        enlarge(disk, "80m")
        done = client.backup(source)
        assert compare_trees(source, client.restore(source, done.snapshot_id)) == []
        client.run("check", "--read-data")


def test_a_full_bucket_is_called_full(
    bucket_place: BucketPlace, computer: NewClient, source: Path
) -> None:
    client = computer(bucket_place)
    client.init()

    def out_of_quota(method: str, key: str) -> Refusal | None:
        full = method == "PUT" and "/data/" in key
        return Refusal(403, "QuotaExceeded") if full else None

    with Proxy(bucket_place.server.endpoint, judge=out_of_quota) as proxy:
        client.place = bucket_place.through(proxy.endpoint)
        explained(client.run("backup", source, code=1), "full")
    client.place = bucket_place
    assert client.snapshots() == []
    assert client.backup(source).files_new == 60


@pytest.mark.needs_root
def test_a_full_local_disk_harms_nothing(
    folder_place: FolderPlace, computer: NewClient, source: Path, tmp_path: Path
) -> None:
    client = computer(folder_place)
    client.init()
    with small_disk(tmp_path / "disk", "64k") as disk:
        client.data_dir = disk
        explained(client.run("backup", source, code=1), "this computer's disk is full")
    client.data_dir = tmp_path / "roomy"
    assert client.backup(source).files_new == 60
    client.run("check", "--read-data")
