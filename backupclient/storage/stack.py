"""The storage of a place as an engine uses it: limits, gate and retries around the bare one."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Iterator

import msgspec

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import AddressInvalid, StorageError
from backupclient.events import Emit, Waiting
from backupclient.requests import Place
from backupclient.storage.base import Storage
from backupclient.storage.capped import Allowance, CappedStorage
from backupclient.storage.gate import Gate, GatedStorage
from backupclient.storage.location import Credentials, S3Location, S3Options, parse_location
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
    plan: Allowance | None = None,
) -> Storage:
    """The storage of `place`, which `plan` lets take so much. Makes no request; errors as
    `open_storage`."""
    options = _options(place)
    bare = open_storage(place.location, clock, _credentials(place), options, book)
    throttled = ThrottledStorage(bare, throttle, control)
    gated = GatedStorage(throttled, Gate(clock, options.connections), control, clock)
    retrying = RetryingStorage(
        gated,
        control,
        clock,
        random=random.Random(),
        on_wait=on_wait,
        book=book,
        nearly_full=plan.is_nearly_used if plan is not None else None,
    )
    limit = place.storage_limit or None
    return retrying if limit is None and plan is None else CappedStorage(retrying, limit, plan)


def _credentials(place: Place) -> Credentials | None:
    if not place.access_key:
        return None
    return Credentials(place.access_key, place.secret_key, place.session_token or None)


def _options(place: Place) -> S3Options:
    return S3Options(
        region=place.region or None,
        virtual_host={"auto": None, "path": False, "dns": True}[place.bucket_lookup],
        ca_file=place.ca_file or None,
        connections=max(_CONNECTIONS, place.connections),
    )


def learn_quota(place: Place, book: QuirkBook) -> None:
    """Ask a bucket how much it may hold, where somebody may tell, and keep that in `book`. It takes
    a request, and nothing that goes wrong matters."""
    credentials = _credentials(place)
    try:
        location = parse_location(place.location)
    except AddressInvalid:
        return
    if credentials is None or not isinstance(location, S3Location):
        return
    from backupclient.storage.s3_quota import ask_quota  # noqa: PLC0415 - boto3 is slow to load

    options = _options(place)
    region = book.quirks.region or options.region or location.region or "us-east-1"
    quota = ask_quota(location, credentials, options, region)
    if quota is not None:
        book.learn(lambda known: msgspec.structs.replace(known, quota=quota))


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
    plan: Allowance | None = None,
) -> Iterator[Storage]:
    """`open_place` for as long as the block lasts. Sends `Waiting` before each new try, and what
    `book` has learned at the end. Unless `patient`, what may pass by itself is tried twice."""

    def on_wait(error: StorageError, seconds: float, attempt: int) -> None:
        if not patient and attempt > 1:
            raise error
        emit(Waiting(code=error.code, seconds=seconds, attempt=attempt, facts=error.facts))

    storage = open_place(
        place, clock, control, throttle=throttle, book=book, on_wait=on_wait, plan=plan
    )
    known = book.quirks
    try:
        with contextlib.closing(storage):
            yield storage
    finally:
        for notice in lessons(known, book.quirks):
            emit(notice)
