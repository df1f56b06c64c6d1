"""What is special about S3: what is sent, and what is demanded of the answers."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from random import Random

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.control import Control
from backupclient.errors import StorageError
from backupclient.storage.base import FREE, Data, Meter
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.retry import RetryingStorage
from backupclient.storage.s3 import S3Storage
from tests.fakes import ManualClock
from tests.seaweed import S3Place
from tests.storage.contract import CountingMeter, content, name_of
from tests.storage.servers import (
    STORED,
    STORED_HEADERS,
    Answer,
    Request,
    Script,
    Server,
    certificate,
    listing,
    page,
    refusal,
    running,
    s3_at,
)

CLOCK = SystemClock()


# --- what is sent ---------------------------------------------------------------------------------


def test_an_upload_is_signed_over_the_digest_in_its_name(tmp_path: Path) -> None:
    made, data = certificate(tmp_path), content(300_000)
    with running(lambda _: STORED, made.context) as server:
        storage = s3_at(server.endpoint, S3Options(ca_file=str(made.file)))
        storage.put(name_of(data), data)
        storage.put("config", data)
        for request in server.requests:
            assert request.body == data
            assert request.headers["x-amz-content-sha256"] == hashlib.sha256(data).hexdigest()
            assert "x-amz-content-sha256" in request.headers["authorization"]
            md5 = base64.b64encode(hashlib.md5(data).digest()).decode()
            assert request.headers["content-md5"] == md5
            assert request.headers["if-none-match"] == "*"
        storage.close()


@pytest.mark.parametrize(
    ("virtual_host", "url"),
    [
        (None, "http://storage.example/bucket/below/config"),
        (True, "http://bucket.storage.example/below/config"),
    ],
)
def test_the_bucket_is_in_the_path_unless_it_is_asked_to_be_in_the_host(
    proxied: pytest.MonkeyPatch, server: Server, virtual_host: bool | None, url: str
) -> None:
    proxied.setenv("HTTP_PROXY", server.endpoint)  # which sees the whole address
    storage = s3_at("http://storage.example", S3Options(virtual_host=virtual_host))
    storage.put("config", b"x")
    assert server.requests[0].path == url
    storage.close()


def test_an_upload_that_is_refused_early_costs_nothing(server: Server, storage: S3Storage) -> None:
    server.script = lambda _: refusal(403, "AccessDenied")._replace(early=True)
    data, meter = content(3_000_000), CountingMeter()
    with pytest.raises(errors.AccessDenied):
        storage.put(name_of(data), data, meter=meter)
    assert meter.pieces == []


class DamagingMeter:
    """Bytes go wrong on their way: the first one, once the upload has begun."""

    def __init__(self, data: bytearray) -> None:
        self._data = data

    def advance(self, count: int) -> None:
        self._data[0] ^= 1


def test_an_upload_that_is_damaged_on_its_way_is_refused(s3_place: S3Place) -> None:
    place = S3Location(s3_place.endpoint, s3_place.bucket, s3_place.prefix)
    storage = S3Storage(place, Credentials(s3_place.access_key, s3_place.secret_key), CLOCK)
    data = bytearray(content(300_000))
    key = name_of(bytes(data))
    with pytest.raises(errors.UploadDamaged):
        storage.put(key, data, meter=DamagingMeter(data))
    with pytest.raises(errors.ObjectMissing):
        storage.stat(key)
    storage.close()


@pytest.mark.parametrize(
    ("credentials", "reason"),
    [(("nobody", "secret"), "unknown-key"), (("", "wrong"), "wrong-secret")],
)
def test_a_real_storage_tells_a_wrong_key_from_a_wrong_secret(
    s3_place: S3Place, credentials: tuple[str, str], reason: str
) -> None:
    access_key, secret_key = credentials
    place = S3Location(s3_place.endpoint, s3_place.bucket, s3_place.prefix)
    wrong = Credentials(access_key or s3_place.access_key, secret_key)
    storage = S3Storage(place, wrong, CLOCK)
    for ask in (storage.get, storage.stat):
        with pytest.raises(errors.CredentialsRejected) as caught:
            ask("config")
        assert caught.value.facts["reason"] == reason
    storage.close()


# --- what is demanded -----------------------------------------------------------------------------


def ranged(content_range: str, body: bytes, status: int = 206) -> Answer:
    return Answer(status, body, {"ETag": '"1"', "Content-Range": content_range})


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (ranged("bytes 10-14/100", b"01234"), None),
        (ranged("bytes 10-14/*", b"01234"), None),
        (ranged("bytes 10-12/13", b"012"), errors.ObjectDamaged),
        (ranged("bytes 10-14/100", b"012"), errors.StorageFault),
        (ranged("bytes 11-15/100", b"01234"), errors.StorageFault),
        (ranged("bytes 10-19/100", b"0123456789"), errors.StorageFault),
        (Answer(200, bytes(100), {"ETag": '"1"'}), errors.FeatureMissing),
    ],
)
def test_a_range_is_what_was_asked_for_or_an_error(
    server: Server, storage: S3Storage, answer: Answer, kind: type[StorageError] | None
) -> None:
    server.script = lambda _: answer
    if kind is None:
        assert storage.get("config", offset=10, length=5) == b"01234"
        return
    with pytest.raises(kind) as caught:
        storage.get("config", offset=10, length=5)
    assert type(caught.value) is kind


def test_a_time_that_cannot_be_read_is_not_the_storages(server: Server, storage: S3Storage) -> None:
    server.script = lambda _: listing()._replace(headers={"Date": "yesterday"})
    with pytest.raises(errors.NotTheStorage):
        storage.now()


@pytest.mark.parametrize("answer", [Answer(204), Answer(200), refusal(404, "NoSuchKey")])
def test_what_is_gone_is_deleted(server: Server, storage: S3Storage, answer: Answer) -> None:
    server.script = lambda _: answer
    storage.delete("config")
    assert [r.method for r in server.requests] == ["DELETE"]


# --- storages that do not know If-None-Match ------------------------------------------------------


class OldStorage:
    """Keeps objects by their path and refuses a PUT with a condition as `refused` does."""

    def __init__(self, refused: Answer) -> None:
        self.objects: dict[str, bytes] = {}
        self._refused = refused

    def __call__(self, request: Request) -> Answer:
        if request.method == "PUT":
            if "if-none-match" in request.headers:
                return self._refused
            self.objects[request.path] = request.body
            return STORED
        if request.path not in self.objects:
            return refusal(404, "NoSuchKey")
        return Answer(200, self.objects[request.path], STORED_HEADERS)


@pytest.mark.parametrize(
    "refused",
    [
        refusal(501, "NotImplemented"),
        refusal(400, "InvalidArgument", "Unsupported header 'if-none-match'"),
    ],
)
def test_a_storage_without_conditions_is_asked_first_instead(
    server: Server, refused: Answer
) -> None:
    storage, old = s3_at(server.endpoint), OldStorage(refused)
    server.script = old
    storage.put("keys/a", b"first")
    storage.put("keys/a", b"first")
    storage.put("keys/b", b"second")
    with pytest.raises(errors.ObjectConflict):
        storage.put("keys/a", b"something else")
    assert old.objects == {"/bucket/below/keys/a": b"first", "/bucket/below/keys/b": b"second"}
    conditional = [r for r in server.requests if "if-none-match" in r.headers]
    assert len(conditional) == 1, "the storage was asked for what it had refused"
    storage.close()


def test_a_refusal_for_another_reason_is_not_blamed_on_the_condition(
    server: Server, storage: S3Storage
) -> None:
    def script(request: Request) -> Answer:
        if request.method == "PUT":
            return refusal(501, "NotImplemented")
        return refusal(404, "NoSuchKey")

    server.script = script
    for _ in range(2):
        server.requests.clear()
        with pytest.raises(errors.FeatureMissing):
            storage.put("keys/a", b"x")
        assert "if-none-match" in server.requests[0].headers


def taken(size: int) -> Script:
    """A storage where a name is taken by an object of this size."""

    def script(request: Request) -> Answer:
        if request.method == "PUT":
            return refusal(412, "PreconditionFailed")
        return Answer(200, bytes(size), STORED_HEADERS)

    return script


def put(storage: S3Storage, data: Data, meter: Meter = FREE) -> None:
    storage.put("keys/k", data, meter=meter)


def test_a_name_taken_by_the_same_size_is_our_own_lost_answer(
    server: Server, storage: S3Storage
) -> None:
    server.script = taken(size=5)
    put(storage, b"12345")
    with pytest.raises(errors.ObjectConflict) as caught:
        put(storage, b"1234")
    assert caught.value.facts["found_size"] == 5


class LosingStorage:
    """Stores and refuses as S3 does, but the answer to each object's first PUT is lost."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.conflicts = 0

    def __call__(self, request: Request) -> Answer:
        found = self.objects.get(request.path)
        if "expect" in request.headers and not request.body:
            return Answer()  # "100 Continue": the body is still to come
        if request.method != "PUT":
            return Answer(200, found, STORED_HEADERS) if found else refusal(404, "NoSuchKey")
        if found is not None and "if-none-match" in request.headers:
            self.conflicts += 1
            return refusal(412, "PreconditionFailed")
        self.objects[request.path] = request.body
        return Answer(lost=True)


def test_an_upload_whose_answer_was_lost_is_found_stored(server: Server) -> None:
    server.script = losing = LosingStorage()
    clock, inner = ManualClock(), s3_at(server.endpoint)
    storage = RetryingStorage(inner, Control(clock), clock, random=Random(1))
    storage.put("keys/k", b"12345")
    assert losing.objects == {"/bucket/below/keys/k": b"12345"}
    assert losing.conflicts == 1
    losing.objects["/bucket/below/keys/other"] = b"1234"
    with pytest.raises(errors.ObjectConflict):
        storage.put("keys/other", b"12345")
    inner.close()


@pytest.mark.parametrize(
    ("mishap", "waits"),
    [
        (page(200), [120, 120]),
        (refusal(403, "RequestTimeTooSkewed"), [60, 60, 60]),
        (Answer(lost=True), None),
        (refusal(503, "SlowDown"), None),
    ],
)
def test_what_passes_is_waited_for_as_fits_it(
    server: Server, mishap: Answer, waits: list[float] | None
) -> None:
    server.script = lambda _: mishap if len(server.requests) in (2, 3, 4) else STORED
    clock, inner = ManualClock(), s3_at(server.endpoint)
    storage = RetryingStorage(inner, Control(clock), clock, random=Random(1))
    storage.put("keys/a", b"a", overwrite=True)
    storage.put("keys/b", b"b", overwrite=True)
    assert len(server.requests) == 5
    assert len(clock.waits) == 3
    if waits is not None:
        assert clock.waits[-len(waits) :] == waits
    else:
        assert all(wait <= 2**number for number, wait in enumerate(clock.waits))
    inner.close()


def test_a_name_taken_and_freed_meanwhile_is_worth_another_try(
    server: Server, storage: S3Storage
) -> None:
    server.script = lambda r: refusal(*((412, "X") if r.method == "PUT" else (404, "NoSuchKey")))
    with pytest.raises(errors.StorageFault) as caught:
        put(storage, b"x")
    assert caught.value.transient


# --- making the bucket ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        (Answer(200), None),
        (refusal(409, "BucketAlreadyOwnedByYou"), None),
        (refusal(409, "BucketAlreadyExists"), errors.BucketNameTaken),
        (refusal(403, "AccessDenied"), errors.AccessDenied),
    ],
)
def test_a_missing_bucket_is_made_where_that_is_allowed(
    server: Server, storage: S3Storage, made: Answer, kind: type[StorageError] | None
) -> None:
    server.script = lambda r: made if r.method == "PUT" else refusal(404, "NoSuchBucket")
    if kind is None:
        storage.create()
    else:
        with pytest.raises(kind) as caught:
            storage.create()
        assert caught.value.facts["operation"] == "write"
    assert [r.method for r in server.requests] == ["GET", "PUT"]


def test_a_bucket_that_is_there_is_left_alone(server: Server, storage: S3Storage) -> None:
    server.script = lambda _: listing()
    storage.create()
    assert [r.method for r in server.requests] == ["GET"]
