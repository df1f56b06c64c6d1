"""The storage of a place as an engine uses it: limits, gate and retries around the bare one."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import StorageError
from backupclient.events import Emit, Waiting
from backupclient.requests import Place
from backupclient.storage.base import Storage
from backupclient.storage.capped import CappedStorage
from backupclient.storage.gate import Gate, GatedStorage
from backupclient.storage.location import Credentials, S3Options
from backupclient.storage.open import open_storage
from backupclient.storage.quirks import QuirkBook, lessons
from backupclient.storage.retry import OnWait, RetryingStorage
from backupclient.storage.throttle import Throttle, ThrottledStorage

_CONNECTIONS = 16


def open_place(
    place: Place,
    clock: Clock,
    control: Control,
    *,
    throttle: Throttle,
    book: QuirkBook,
    on_wait: OnWait,
) -> Storage:
    """The storage of `place`. Makes no request; errors as `open_storage`."""
    connections = max(_CONNECTIONS, place.connections)
    credentials = None
    if place.access_key:
        credentials = Credentials(place.access_key, place.secret_key, place.session_token or None)
    options = S3Options(
        region=place.region or None,
        virtual_host={"auto": None, "path": False, "dns": True}[place.bucket_lookup],
        ca_file=place.ca_file or None,
        connections=connections,
    )
    bare = open_storage(place.location, clock, credentials, options, book)
    throttled = ThrottledStorage(bare, throttle, control)
    gated = GatedStorage(throttled, Gate(clock, connections), control, clock)
    retrying = RetryingStorage(
        gated, control, clock, random=random.Random(), on_wait=on_wait, book=book
    )
    return CappedStorage(retrying, place.storage_limit) if place.storage_limit else retrying


@contextlib.contextmanager
def opened_place(
    place: Place,
    clock: Clock,
    control: Control,
    *,
    throttle: Throttle,
    book: QuirkBook,
    emit: Emit,
    patient: bool = True,
) -> Iterator[Storage]:
    """`open_place` for as long as the block lasts. Sends `Waiting` before each new try, and what
    `book` has learned at the end. Unless `patient`, what may pass by itself is tried twice."""

    def on_wait(error: StorageError, seconds: float, attempt: int) -> None:
        if not patient and attempt > 1:
            raise error
        emit(Waiting(code=error.code, seconds=seconds, attempt=attempt, facts=error.facts))

    storage = open_place(place, clock, control, throttle=throttle, book=book, on_wait=on_wait)
    known = book.quirks
    try:
        with contextlib.closing(storage):
            yield storage
    finally:
        for notice in lessons(known, book.quirks):
            emit(notice)
