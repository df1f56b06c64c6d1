"""What is special about S3: what is sent, and what is demanded of the answers."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.errors import StorageError
from backupclient.events import NoticeCode
from backupclient.storage.base import FREE, Data, Meter
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.quirks import LEAST_OBJECT_BYTES, QuirkBook, Quirks, lessons
from backupclient.storage.s3 import S3Storage
from tests.fakes import ManualClock
from tests.seaweed import S3Place
from tests.storage.contract import CountingMeter, content, name_of
from tests.storage.servers import (
    KEY,
    STORED,
    STORED_HEADERS,
    Answer,
    Request,
    Script,
    Server,
    certificate,
    listing,
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


# --- what is learned ------------------------------------------------------------------------------


def kinds(server: Server) -> list[str]:
    """What each PUT carried."""
    return [
        "+".join(
            name
            for name, there in (
                ("condition", "if-none-match" in r.headers),
                ("md5", "content-md5" in r.headers),
                ("digest", r.headers["x-amz-content-sha256"] != "UNSIGNED-PAYLOAD"),
            )
            if there
        )
        for r in server.requests
        if r.method == "PUT"
    ]


def picky(**unwanted: Answer) -> Script:
    """A storage that answers so to a PUT that carries such a header ("if_none_match=…"), and has
    no object yet."""

    def script(request: Request) -> Answer:
        if request.method != "PUT":
            return refusal(404, "NoSuchKey")
        for name, answer in unwanted.items():
            if name.replace("_", "-") in request.headers:
                return answer
        return STORED

    return script


def test_a_storage_that_knows_no_md5_gets_none_from_then_on(server: Server, tmp_path: Path) -> None:
    message = "Unsupported header 'content-md5' received for this API call."
    server.script = picky(content_md5=refusal(400, "InvalidArgument", message))
    file = tmp_path / "places" / "place.quirks"
    storage = s3_at(server.endpoint, book=QuirkBook(file))
    storage.put("keys/a", b"a")
    storage.put("keys/b", b"b")
    assert kinds(server) == ["condition+md5+digest", "condition+digest", "condition+digest"]
    storage.close()
    server.requests.clear()
    again = s3_at(server.endpoint, book=QuirkBook(file))
    again.put("keys/c", b"c")
    assert kinds(server) == ["condition+digest"], "it was not remembered"
    again.close()


def test_a_storage_that_knows_neither_is_found_out_once(server: Server) -> None:
    refused = refusal(501, "NotImplemented")
    server.script = picky(if_none_match=refused, content_md5=refused)
    storage = s3_at(server.endpoint)
    storage.put("keys/a", b"a")
    assert kinds(server)[-1] == "digest"
    server.requests.clear()
    storage.put("keys/b", b"b")
    storage.put("config", b"c", overwrite=True)
    assert kinds(server) == ["digest", "digest"]
    storage.close()


def test_a_storage_that_does_not_take_the_md5_of_an_overwriting_still_takes_conditions(
    server: Server,
) -> None:
    server.script = picky(content_md5=refusal(400, "InvalidRequest"))
    storage = s3_at(server.endpoint)
    storage.put("config", b"c", overwrite=True)
    server.requests.clear()
    storage.put("keys/b", b"b")
    assert kinds(server) == ["condition+digest"]
    storage.close()


def other_digests(request: Request) -> Answer:
    """A storage that finds every digest wrong."""
    if request.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD" or request.method != "PUT":
        return STORED
    return refusal(400, "XAmzContentSHA256Mismatch")


def test_a_storage_that_reckons_digests_otherwise_gets_the_md5_alone(server: Server) -> None:
    server.script = other_digests
    book = QuirkBook()
    storage, data = s3_at(server.endpoint, book=book), content(1000)
    for _ in range(2):  # at first it may be the line
        with pytest.raises(errors.UploadDamaged):
            storage.put(name_of(data), data)
    storage.put(name_of(data), data)
    assert not book.quirks.signed_body
    server.requests.clear()
    storage.put("config", b"x")
    assert kinds(server) == ["condition+md5"], "it went back to what was refused"
    storage.close()


def test_nothing_is_sent_without_its_digest_that_is_not_what_its_name_says(server: Server) -> None:
    server.script = other_digests
    book = QuirkBook()
    book.learn(Quirks(signed_body=False))
    storage, data = s3_at(server.endpoint, book=book), bytearray(content(1000))
    key = name_of(bytes(data))
    data[17] ^= 1
    with pytest.raises(errors.UploadDamaged) as caught:
        storage.put(key, data)
    assert caught.value.facts["reason"] == "memory"
    assert server.requests == []
    storage.close()


def test_a_damaged_upload_here_and_there_changes_nothing(server: Server) -> None:
    book = QuirkBook()
    storage = s3_at(server.endpoint, book=book)
    for number in range(4):
        server.script = other_digests
        with pytest.raises(errors.UploadDamaged):
            storage.put("config", b"x")
        server.script = lambda _: STORED
        storage.put(f"keys/{number}", b"x")
    assert book.quirks == Quirks()
    storage.close()


def in_mars(by_header: bool) -> Script:
    """A storage whose region is "mars"."""

    def script(request: Request) -> Answer:
        if "/mars/s3/" in request.headers["authorization"]:
            return STORED if request.method == "PUT" else listing("below/a")
        if by_header:
            return Answer(301, headers={"x-amz-bucket-region": "mars"})
        words = "the region 'us-east-1' is wrong; expecting 'mars'"
        return refusal(400, "AuthorizationHeaderMalformed", words)

    return script


@pytest.mark.parametrize("by_header", [True, False])
def test_the_region_is_found_and_remembered(
    server: Server, tmp_path: Path, by_header: bool
) -> None:
    server.script = in_mars(by_header)
    file, data = tmp_path / "place.quirks", content(300_000)
    storage, meter = s3_at(server.endpoint, book=QuirkBook(file)), CountingMeter()
    storage.put(name_of(data), data, meter=meter)
    assert server.requests[-1].body == data
    assert [info.key for info in storage.list("")] == ["a"]
    assert len(server.requests) == 3, "it was asked in the wrong region again"
    storage.close()
    server.requests.clear()
    again = s3_at(server.endpoint, S3Options(region="us-east-1"), QuirkBook(file))
    assert [info.key for info in again.list("")] == ["a"]
    assert len(server.requests) == 1, "it was not remembered"
    again.close()


def test_two_regions_that_send_to_each_other_end(server: Server) -> None:
    def script(request: Request) -> Answer:
        other = "moon" if "/mars/s3/" in request.headers["authorization"] else "mars"
        return Answer(301, headers={"x-amz-bucket-region": other})

    server.script = script
    storage, book = s3_at(server.endpoint), QuirkBook()
    for _ in range(3):
        with pytest.raises(errors.WrongRegion):
            storage.get("config")
    assert len(server.requests) <= 8
    assert book.quirks == Quirks()
    storage.close()


def test_what_is_too_large_halves_what_is_sent(server: Server, tmp_path: Path) -> None:
    server.script = lambda _: refusal(413, "EntityTooLarge")
    book = QuirkBook(tmp_path / "place.quirks")
    storage = s3_at(server.endpoint, book=book)
    limits = []
    for _ in range(3):
        with pytest.raises(errors.UploadTooLarge):
            storage.put("config", bytes(18 << 20))
        limits.append(book.quirks.max_object_bytes)
    assert limits == [9 << 20, 9 << 19, LEAST_OBJECT_BYTES]
    assert not book.refused_as_too_large(18 << 20)
    assert QuirkBook(tmp_path / "place.quirks").quirks == book.quirks
    storage.close()


def test_a_damaged_record_of_quirks_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "place.quirks"
    for rubbish in (b"", b"\xff", b"[]", b'{"region": 5}'):
        file.write_bytes(rubbish)
        assert QuirkBook(file).quirks == Quirks()


def connections(server: Server) -> int:
    return len({request.port for request in server.requests})


def test_connections_from_before_a_sleep_are_not_used() -> None:
    clock = ManualClock()
    with running(lambda _: listing("below/a")) as server:
        storage = S3Storage(S3Location(server.endpoint, "bucket", "below"), KEY, clock)
        for _ in range(3):
            list(storage.list(""))
        assert connections(server) == 1
        clock.jump(8 * 3600)
        list(storage.list(""))
        assert connections(server) == 2
        clock.advance(3600)
        list(storage.list(""))
        assert connections(server) == 2
        storage.close()


def test_what_was_learned_is_told() -> None:
    told = {
        notice.code: notice.facts
        for notice in lessons(
            Quirks(),
            Quirks(conditional=False, content_md5=False, region="mars", max_object_bytes=5 << 20),
        )
    }
    assert told == {
        NoticeCode.REGION_FOUND: {"region": "mars"},
        NoticeCode.PLAINER_UPLOADS: {},
        NoticeCode.FEATURE_OFF: {},
        NoticeCode.SMALLER_UPLOADS: {"pack_bytes": 5 << 20},
    }
    assert list(lessons(Quirks(region="mars"), Quirks(region="mars", hides_being_full=True))) == []
