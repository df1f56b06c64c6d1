"""Buckets that keep what is deleted: versions, and locks on objects."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from backupclient.errors import StorageError
from backupclient.storage.quirks import Keeping

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_REFUSED = (ClientError, BotoCoreError, StorageError)


def what_is_kept(client: S3Client, bucket: str) -> Keeping:
    """To be asked of a bucket that has put a mark in the place of a deleted object. What the key
    in use may not ask is taken to be as the mark says: versions are kept, and nothing is locked."""
    with contextlib.suppress(*_REFUSED):
        if client.get_bucket_versioning(Bucket=bucket).get("Status") == "Suspended":
            return Keeping.NOTHING
    with contextlib.suppress(*_REFUSED):
        answer = client.get_object_lock_configuration(Bucket=bucket)
        if answer.get("ObjectLockConfiguration", {}).get("Rule"):
            return Keeping.PROTECTED
    return Keeping.VERSIONS
