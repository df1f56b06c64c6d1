"""Where a test keeps a repository: a folder or a prefix of a bucket, seen from outside."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import boto3
from botocore.config import Config

from tests.seaweed import S3Place

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Objects = Mapping[str, str]
"""What is stored: names relative to the repository, with a fingerprint of the contents."""


def s3_client(server: S3Place) -> S3Client:
    return boto3.client(
        "s3",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name="us-east-1",
        config=Config(
            s3={"addressing_style": "path"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class Place(Protocol):
    """A place for one repository, with the hands of whoever may touch the stored objects."""

    @property
    def location(self) -> str:
        """As it is written after `-r`."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What a program needs to reach it."""

    def objects(self) -> Objects: ...

    def read(self, name: str) -> bytes: ...

    def write(self, name: str, body: bytes) -> None: ...

    def delete(self, name: str) -> None: ...


class FolderPlace:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.location = str(root)
        self.environment: Mapping[str, str] = {}

    def objects(self) -> Objects:
        return {
            path.relative_to(self.root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.root.rglob("*")
            if path.is_file()
        }

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()

    def write(self, name: str, body: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # restic leaves its files read-only
        path.write_bytes(body)

    def delete(self, name: str) -> None:
        (self.root / name).unlink()


class BucketPlace:
    def __init__(self, server: S3Place) -> None:
        self.server = server
        self.location = f"s3:{server.endpoint}/{server.bucket}/{server.prefix}"
        self.environment: Mapping[str, str] = {
            "AWS_ACCESS_KEY_ID": server.access_key,
            "AWS_SECRET_ACCESS_KEY": server.secret_key,
        }
        self._client = s3_client(server)

    def through(self, endpoint: str) -> BucketPlace:
        """The same objects, reached by another address."""
        return BucketPlace(self.server._replace(endpoint=endpoint))

    def objects(self) -> Objects:
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.server.bucket, Prefix=self.server.prefix + "/"
        )
        return {
            entry["Key"].removeprefix(self.server.prefix + "/"): entry["ETag"]
            for page in pages
            for entry in page.get("Contents", ())
        }

    def sizes(self) -> Mapping[str, int]:
        """The names of what is stored, with their bytes."""
        pages = self._client.get_paginator("list_objects_v2").paginate(
            Bucket=self.server.bucket, Prefix=self.server.prefix + "/"
        )
        return {
            entry["Key"].removeprefix(self.server.prefix + "/"): entry["Size"]
            for page in pages
            for entry in page.get("Contents", ())
        }

    def read(self, name: str) -> bytes:
        answer = self._client.get_object(Bucket=self.server.bucket, Key=self._key(name))
        return answer["Body"].read()

    def write(self, name: str, body: bytes) -> None:
        self._client.put_object(Bucket=self.server.bucket, Key=self._key(name), Body=body)

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self.server.bucket, Key=self._key(name))

    def _key(self, name: str) -> str:
        return f"{self.server.prefix}/{name}"


def copy(source: Place, target: Place) -> None:
    """Everything stored at `source`, to `target`."""
    for name in source.objects():
        target.write(name, source.read(name))
