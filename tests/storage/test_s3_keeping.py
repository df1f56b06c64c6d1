"""Buckets that keep what is deleted: seen at the first deletion, told once, and in no backup's way.
SeaweedFS plays them itself."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from backupclient.events import NoticeCode
from backupclient.storage.location import Credentials, S3Location
from backupclient.storage.quirks import Keeping, QuirkBook, Quirks, lessons
from backupclient.storage.s3 import S3Storage
from tests.end_to_end.places import s3_client
from tests.fakes import ManualClock
from tests.seaweed import S3Place
from tests.storage.contract import name_of
from tests.storage.servers import Answer, Request, Server, refusal, s3_at

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Making = Callable[["S3Client", str], object]


def plain(client: S3Client, bucket: str) -> None:
    client.create_bucket(Bucket=bucket)


def versioned(client: S3Client, bucket: str) -> None:
    client.create_bucket(Bucket=bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})


def suspended(client: S3Client, bucket: str) -> None:
    versioned(client, bucket)
    client.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


def protected(client: S3Client, bucket: str) -> None:
    client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    client.put_object_lock_configuration(
        Bucket=bucket,
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 1}},
        },
    )


@pytest.fixture
def place(seaweed: S3Place) -> S3Place:
    """A bucket of its own, not made yet."""
    return seaweed._replace(bucket=f"keeping-{uuid.uuid4().hex[:12]}", prefix="repository")


@pytest.fixture
def book(tmp_path: Path) -> QuirkBook:
    return QuirkBook(tmp_path / "place.quirks")


@pytest.fixture
def storage(place: S3Place, book: QuirkBook) -> Iterator[S3Storage]:
    location = S3Location(place.endpoint, place.bucket, place.prefix)
    credentials = Credentials(place.access_key, place.secret_key)
    storage = S3Storage(location, credentials, ManualClock(), book=book)
    yield storage
    storage.close()


@pytest.mark.parametrize(
    ("make", "keeping", "told"),
    [
        (plain, Keeping.NOT_SEEN, []),
        (versioned, Keeping.VERSIONS, [NoticeCode.OLD_COPIES_KEPT]),
        (suspended, Keeping.NOTHING, []),
        (protected, Keeping.PROTECTED, [NoticeCode.PROTECTED]),
    ],
)
def test_what_a_bucket_keeps_is_seen_at_the_first_deletion_and_told_once(
    place: S3Place,
    storage: S3Storage,
    book: QuirkBook,
    tmp_path: Path,
    make: Making,
    keeping: Keeping,
    told: list[NoticeCode],
) -> None:
    make(s3_client(place), place.bucket)
    before = book.quirks
    storage.put(name_of(b"a"), b"a")
    assert book.quirks.keeps_deleted is Keeping.NOT_SEEN
    storage.delete(name_of(b"a"))
    assert book.quirks.keeps_deleted is keeping
    assert [notice.code for notice in lessons(before, book.quirks)] == told
    again = QuirkBook(tmp_path / "place.quirks").quirks
    storage.put(name_of(b"b"), b"b")
    storage.delete(name_of(b"b"))
    assert [notice.code for notice in lessons(again, book.quirks)] == []
    assert list(storage.list("")) == []


def test_of_a_key_that_may_not_ask_the_deletion_says_enough(server: Server) -> None:
    """Played, since SeaweedFS lets every key ask."""

    def script(request: Request) -> Answer:
        if request.method == "DELETE":
            return Answer(204, b"", {"x-amz-delete-marker": "true", "x-amz-version-id": "1"})
        return refusal(403, "AccessDenied")

    server.script = script
    book = QuirkBook()
    storage = s3_at(server.endpoint, book=book)
    storage.delete("locks/a")
    storage.delete("locks/b")
    assert book.quirks == Quirks(keeps_deleted=Keeping.VERSIONS)
    assert [request.method for request in server.requests] == ["DELETE", "GET", "GET", "DELETE"]
    storage.close()
