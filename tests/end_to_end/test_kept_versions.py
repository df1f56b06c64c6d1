"""Backups into a bucket that keeps, or protects, what is deleted."""

from __future__ import annotations

import uuid
from pathlib import Path

import pytest

from tests.compare import compare_trees
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.places import BucketPlace, s3_client
from tests.seaweed import S3Place


@pytest.mark.parametrize("days", [0, 1], ids=["versions", "object-lock"])
def test_a_bucket_that_keeps_what_is_deleted_is_told_once_and_in_no_backups_way(
    seaweed: S3Place, computer: NewClient, source: Path, days: int
) -> None:
    server = seaweed._replace(bucket=f"kept-{uuid.uuid4().hex[:12]}", prefix="repository")
    storage = s3_client(server)
    storage.create_bucket(Bucket=server.bucket, ObjectLockEnabledForBucket=days > 0)
    if days:
        storage.put_object_lock_configuration(
            Bucket=server.bucket,
            ObjectLockConfiguration={
                "ObjectLockEnabled": "Enabled",
                "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": days}},
            },
        )
    else:
        storage.put_bucket_versioning(
            Bucket=server.bucket, VersioningConfiguration={"Status": "Enabled"}
        )
    client = computer(BucketPlace(server))
    client.init()
    words = "Protected backups free their space later" if days else "no space is freed"
    first = client.run("backup", source)
    assert words in first.out.decode() + first.err
    (source / "new").write_bytes(b"new")
    second = client.run("backup", source)
    assert words not in second.out.decode() + second.err
    client.run("check", "--read-data")
    assert compare_trees(source, client.restore(source)) == []
    assert [name for name in client.place.objects() if name.startswith("locks/")] == []
