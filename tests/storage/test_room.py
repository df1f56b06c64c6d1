"""Asking a storage for room: answered without a trace."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.storage.folder import FolderStorage
from backupclient.storage.location import Credentials, S3Location
from backupclient.storage.room import free_bytes, room
from backupclient.storage.s3 import S3Storage
from tests.seaweed import S3Place
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method
from tests.storage.servers import Answer, Request, Server, listing, refusal

CLOCK = SystemClock()


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", CLOCK)
    storage.create()
    return storage


def test_a_folder_tells_how_much_is_free_and_keeps_nothing_of_the_question(
    folder: FolderStorage, tmp_path: Path
) -> None:
    before = sorted((tmp_path / "repository").rglob("*"))
    found = room(folder)
    assert found.takes_data
    assert found.free_bytes
    assert sorted((tmp_path / "repository").rglob("*")) == before


def test_a_bucket_takes_data_and_keeps_nothing_of_the_question(s3_place: S3Place) -> None:
    storage = S3Storage(
        S3Location(s3_place.endpoint, s3_place.bucket, s3_place.prefix),
        Credentials(s3_place.access_key, s3_place.secret_key),
        CLOCK,
    )
    found = room(storage)
    assert (found.takes_data, found.free_bytes) == (True, None)
    assert list(storage.list("")) == []
    storage.close()


@pytest.mark.parametrize(
    "full",
    [errors.StorageFull, lambda: errors.StorageFault(status=500, storage_code="InternalError")],
)
def test_a_full_storage_has_no_room_whatever_it_calls_that(
    folder: FolderStorage, full: Callable[[], errors.StorageError]
) -> None:
    fault = Fault(FaultKind.ERROR_BEFORE, 1, 100, Method.PUT, full)
    assert not room(FaultyStorage(folder, [fault])).takes_data


@pytest.mark.parametrize(
    "error",
    [
        errors.StorageUnreachable,
        errors.AccessDenied,
        lambda: errors.StorageFault(status=502),
    ],
)
def test_what_else_is_wrong_is_said(
    folder: FolderStorage, error: Callable[[], errors.StorageError]
) -> None:
    fault = Fault(FaultKind.ERROR_BEFORE, 1, 100, Method.PUT, error)
    with pytest.raises(errors.StorageError) as caught:
        room(FaultyStorage(folder, [fault]))
    assert not isinstance(caught.value, errors.StorageFull)


def test_a_key_that_may_not_delete_can_still_ask(folder: FolderStorage) -> None:
    denied = Fault(FaultKind.ERROR_BEFORE, 1, 100, Method.DELETE, errors.AccessDenied)
    for _ in range(2):
        assert room(FaultyStorage(folder, [denied])).takes_data


def test_a_storage_that_is_down_is_not_a_full_one(folder: FolderStorage) -> None:
    down = Fault(FaultKind.ERROR_BEFORE, 1, 100, error=lambda: errors.StorageFault(status=500))
    with pytest.raises(errors.StorageFault):
        room(FaultyStorage(folder, [down]))


def test_nothing_is_written_where_the_drive_is_gone(tmp_path: Path) -> None:
    mount_point = tmp_path / "empty"
    mount_point.mkdir()
    with pytest.raises(errors.BucketMissing):
        room(FolderStorage(mount_point, CLOCK))
    assert list(mount_point.iterdir()) == []


def test_a_bucket_over_its_quota_has_no_room(server: Server, storage: S3Storage) -> None:
    def over_quota(request: Request) -> Answer:
        return refusal(500, "InternalError") if request.method == "PUT" else listing("below/keys/k")

    server.script = over_quota
    assert not room(storage).takes_data


def test_only_disks_tell_what_is_free(folder: FolderStorage, storage: S3Storage) -> None:
    assert free_bytes(folder)
    assert free_bytes(storage) is None
    assert free_bytes(FolderStorage(Path("/nonexistent/folder"), CLOCK)) is None
