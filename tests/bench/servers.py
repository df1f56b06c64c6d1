"""The S3 server that both programs store to: a new one for each round, or one that runs."""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from backupclient.storage import seaweed
from tests.end_to_end.places import s3_client
from tests.seaweed import S3Place

# With less the server spends half its time collecting garbage, and would be what is measured.
seaweed.MEMORY_LIMIT = "1GiB"

WARMING = 8
_BODY = 16 << 20


@contextlib.contextmanager
def server(work: Path, address: str) -> Iterator[S3Place]:
    """An S3 server whose volumes exist already. With `address` (http://host:port/bucket, keys in
    the environment) one that runs, where everything written in the block is deleted after it."""
    if address:
        place = _running(address)
        yield place
        delete(place)
        return
    folder = work / f"server-{uuid.uuid4().hex[:8]}"
    try:
        with seaweed.EmbeddedServer(folder) as embedded:
            place = S3Place(
                embedded.endpoint, embedded.access_key, embedded.secret_key, embedded.bucket, "b"
            )
            _warm(place)
            yield place
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _running(address: str) -> S3Place:
    parts = urlsplit(address)
    return S3Place(
        f"{parts.scheme}://{parts.netloc}",
        os.environ["AWS_ACCESS_KEY_ID"],
        os.environ["AWS_SECRET_ACCESS_KEY"],
        parts.path.strip("/"),
        f"bench-{uuid.uuid4().hex}",
    )


def _warm(place: S3Place) -> None:
    """The first writes make the server lay out its volumes: nobody's backup should pay that."""
    client = s3_client(place)
    body = os.urandom(_BODY)
    for number in range(WARMING):
        client.put_object(Bucket=place.bucket, Key=f"warming/{number}", Body=body)
    client.close()


def stored_bytes(place: S3Place) -> int:
    """Of all objects below the prefix."""
    return sum(size for _, size in _objects(place))


def delete(place: S3Place) -> None:
    client = s3_client(place)
    for key, _ in _objects(place):
        client.delete_object(Bucket=place.bucket, Key=key)
    client.close()


def _objects(place: S3Place) -> Iterator[tuple[str, int]]:
    client = s3_client(place)
    pages = client.get_paginator("list_objects_v2").paginate(
        Bucket=place.bucket, Prefix=place.prefix + "/"
    )
    for page in pages:
        for entry in page.get("Contents", ()):
            yield entry["Key"], entry["Size"]
    client.close()
