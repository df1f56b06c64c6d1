"""Every storage against the same contract."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.storage.base import Storage
from backupclient.storage.capped import CappedStorage
from backupclient.storage.folder import FolderStorage
from backupclient.storage.gate import Gate, GatedStorage
from backupclient.storage.location import Credentials, S3Location
from backupclient.storage.retry import RetryingStorage
from backupclient.storage.s3 import S3Storage
from backupclient.storage.throttle import Throttle, ThrottledStorage
from tests.seaweed import S3Place
from tests.storage.contract import StorageContract
from tests.storage.faults import FaultyStorage, RecordingStorage

CLOCK = SystemClock()


def s3_at(place: S3Place) -> S3Storage:
    return S3Storage(
        S3Location(place.endpoint, place.bucket, place.prefix),
        Credentials(place.access_key, place.secret_key),
        CLOCK,
    )


@pytest.fixture(scope="module")
def shared_bucket(seaweed: S3Place) -> Iterator[S3Storage]:
    storage = s3_at(seaweed._replace(prefix=f"contract-{uuid.uuid4().hex}"))
    storage.create()
    yield storage
    storage.close()


@pytest.fixture
def bucket(shared_bucket: S3Storage) -> S3Storage:
    """Empty; the client is shared, because making one takes longer than most tests."""
    for info in shared_bucket.list(""):
        shared_bucket.delete(info.key)
    return shared_bucket


@pytest.fixture
def missing_bucket(s3_place: S3Place) -> Iterator[S3Storage]:
    storage = s3_at(s3_place._replace(bucket=s3_place.prefix[:60], prefix="below"))
    yield storage
    storage.close()


@pytest.fixture
def folder(tmp_path: Path) -> FolderStorage:
    storage = FolderStorage(tmp_path / "repository", CLOCK)
    storage.create()
    return storage


@pytest.fixture
def missing_folder(tmp_path: Path) -> FolderStorage:
    return FolderStorage(tmp_path / "none" / "repository", CLOCK)


class TestS3(StorageContract):
    @pytest.fixture
    def storage(self, bucket: S3Storage) -> Storage:
        return bucket

    @pytest.fixture
    def missing(self, missing_bucket: S3Storage) -> Storage:
        return missing_bucket


class TestFolder(StorageContract):
    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return folder

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return missing_folder


class TestRetryOverS3(StorageContract):
    @pytest.fixture
    def storage(self, bucket: S3Storage) -> Storage:
        return RetryingStorage(bucket, Control(CLOCK), CLOCK, random=Random(1))

    @pytest.fixture
    def missing(self, missing_bucket: S3Storage) -> Storage:
        return RetryingStorage(missing_bucket, Control(CLOCK), CLOCK, random=Random(1))


class TestThrottleOverFolder(StorageContract):
    LIMIT = 200e6

    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return ThrottledStorage(folder, Throttle(CLOCK, self.LIMIT, self.LIMIT), Control(CLOCK))

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return ThrottledStorage(missing_folder, Throttle(CLOCK), Control(CLOCK))


class TestCapOverFolder(StorageContract):
    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return CappedStorage(folder, 1 << 30)

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return CappedStorage(missing_folder, 1 << 30)


class TestGateOverFolder(StorageContract):
    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return GatedStorage(folder, narrow_gate(), Control(CLOCK), CLOCK)

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return GatedStorage(missing_folder, narrow_gate(), Control(CLOCK), CLOCK)


def narrow_gate() -> Gate:
    """Lets one transfer through at a time."""
    gate = Gate(CLOCK, 16)
    gate.complain(CLOCK.monotonic())
    return gate


class TestFaultyWithoutFaults(StorageContract):
    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return FaultyStorage(folder)

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return FaultyStorage(missing_folder)


class TestRecording(StorageContract):
    @pytest.fixture
    def storage(self, folder: FolderStorage) -> Storage:
        return RecordingStorage(folder)

    @pytest.fixture
    def missing(self, missing_folder: FolderStorage) -> Storage:
        return RecordingStorage(missing_folder)
