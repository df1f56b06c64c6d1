"""Where and how a bucket is asked: found by what the storage says to the first requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from backupclient.errors import AddressInvalid, StorageError, WrongRegion
from backupclient.storage.quirks import QuirkBook, Quirks

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

IN_HOST = "bucket-in-host"
"""The fact `reason` of an `AddressInvalid` that asks for the bucket as part of the host."""
_MOST_MOVES = 4


class Address(NamedTuple):
    region: str
    """To sign for."""
    virtual_host: bool
    """The bucket is part of the host's name, not of the path."""


class Clients:
    """The client in use, and those that were tried before. Any thread."""

    def __init__(
        self, make: Callable[[Address], S3Client], first: Address, book: QuirkBook
    ) -> None:
        self._make = make
        self._book = book
        self._lock = threading.Lock()
        self._tried = [first]
        self._clients = [make(first)]

    @property
    def current(self) -> S3Client:
        return self._clients[-1]

    def move(self, used: S3Client, refused: StorageError) -> bool:
        """Ask as the answer that `used` was given says, from now on. False if it says nothing, or
        what was tried already."""
        with self._lock:
            if used is not self._clients[-1]:
                return True  # another thread was told so too
            told = _told(self._tried[-1], refused)
            if told is None or told in self._tried or len(self._tried) > _MOST_MOVES:
                return False
            self._clients.append(self._make(told))
            self._tried.append(told)
            return True

    def answered(self) -> None:
        """The client in use is right: remember what led to it."""
        if len(self._tried) == 1:
            return
        first, last = self._tried[0], self._tried[-1]

        def found(known: Quirks) -> Quirks:
            return msgspec.structs.replace(
                known,
                region=known.region if last.region == first.region else last.region,
                virtual_host=known.virtual_host or last.virtual_host > first.virtual_host,
            )

        self._book.learn(found)

    def close(self) -> None:
        """Forget all connections; a client that is used again makes new ones."""
        for client in self._clients:
            client.close()


def _told(now: Address, refused: StorageError) -> Address | None:
    if isinstance(refused, WrongRegion):
        region = str(refused.facts.get("region", ""))
        return now._replace(region=region) if region else None
    if isinstance(refused, AddressInvalid) and refused.facts.get("reason") == IN_HOST:
        return now._replace(virtual_host=True)
    return None
