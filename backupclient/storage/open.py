"""From an address to a storage."""

from __future__ import annotations

from backupclient.clock import Clock
from backupclient.storage.base import Storage
from backupclient.storage.folder import FolderStorage
from backupclient.storage.location import (
    Credentials,
    FolderLocation,
    S3Options,
    parse_location,
)
from backupclient.storage.quirks import QuirkBook


def open_storage(
    location: str,
    clock: Clock,
    credentials: Credentials | None = None,
    options: S3Options | None = None,
    book: QuirkBook | None = None,
) -> Storage:
    """The bare storage at `location`, to be wrapped in retry and throttle. Makes no request; takes
    some tenths of a second for S3, which is loaded only then. `AddressInvalid` as
    `parse_location`. Without `credentials`, boto3 looks for some where AWS programs keep them.
    What is learned of the storage goes into `book`."""
    place = parse_location(location)
    if isinstance(place, FolderLocation):
        return FolderStorage(place.path, clock)
    from backupclient.storage.s3 import S3Storage  # noqa: PLC0415 - boto3 is slow to load

    return S3Storage(place, credentials, clock, options, book)
