"""The wrong place, the wrong password, the wrong keys: said plainly, and nothing touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import explained, refuses
from tests.end_to_end.places import BucketPlace, FolderPlace, Place
from tests.seaweed import S3Place


def test_a_wrong_password(place: Place, computer: NewClient) -> None:
    client = computer(place)
    client.init()
    client.password = "something else"
    refuses(client, "snapshots", code=12, words="password")


def test_no_repository_in_an_empty_folder(folder_place: FolderPlace, computer: NewClient) -> None:
    folder_place.root.mkdir()
    refuses(computer(folder_place), "snapshots", code=10, words="backup")


def test_no_repository_in_a_bucket(bucket_place: BucketPlace, computer: NewClient) -> None:
    refuses(computer(bucket_place), "snapshots", code=10, words="no backup")


def test_no_repository_is_made_by_looking_for_one(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    refuses(computer(folder_place), "backup", source, code=10, words="does not exist")
    assert not folder_place.root.exists()


def test_a_known_repository_that_is_gone_is_not_replaced(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    client = computer(folder_place)
    client.run("init")
    shutil.rmtree(folder_place.root)
    refuses(client, "backup", source, code=10, words="is not there")
    folder_place.root.mkdir()
    refuses(client, "backup", source, code=10, words="backup")


def test_another_repository_at_a_known_place(
    folder_place: FolderPlace, computer: NewClient, source: Path
) -> None:
    client = computer(folder_place)
    client.run("init")
    shutil.rmtree(folder_place.root)
    computer(folder_place).init()
    refuses(client, "backup", source, code=1, words="different")


def test_a_missing_bucket(seaweed: S3Place, computer: NewClient, source: Path) -> None:
    missing = BucketPlace(seaweed._replace(bucket="nobody-made-this", prefix="here"))
    explained(computer(missing).run("backup", source, code=10), "does not exist")


@pytest.mark.parametrize(
    ("change", "words"),
    [({"secret_key": "wrong"}, "secret"), ({"access_key": "nobody"}, "access key")],
    ids=["wrong secret", "unknown key"],
)
def test_refused_keys(
    bucket_place: BucketPlace, computer: NewClient, change: dict[str, str], words: str
) -> None:
    stranger = BucketPlace(bucket_place.server._replace(**change))
    explained(computer(stranger).run("snapshots", code=1), words)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "no place of a backup"),
        ("s3:", "address"),
        ("s3:http://127.0.0.1:1", "stops after the server's name"),
        ("s3:http:///bucket/prefix", "names no server"),
        ("s3:http://127.0.0.1:port/bucket", "address"),
        ("htp://127.0.0.1/bucket", "not supported"),
    ],
)
def test_an_address_that_cannot_be_one(
    folder_place: FolderPlace, computer: NewClient, address: str, words: str
) -> None:
    folder_place.location = address
    refuses(computer(folder_place), "snapshots", code=1, words=words)


def test_init_over_a_repository(place: Place, computer: NewClient) -> None:
    computer(place).run("init")
    refuses(computer(place), "init", code=1, words="already")
