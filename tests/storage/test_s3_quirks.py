"""What a storage refuses is found out once, worked around, and remembered."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from backupclient import errors
from backupclient.events import NoticeCode
from backupclient.storage.location import S3Location, S3Options
from backupclient.storage.quirks import LEAST_OBJECT_BYTES, QuirkBook, Quirks, lessons
from backupclient.storage.s3 import S3Storage
from tests.fakes import ManualClock
from tests.storage.contract import CountingMeter, content, name_of
from tests.storage.servers import (
    KEY,
    STORED,
    Answer,
    Request,
    Script,
    Server,
    listing,
    refusal,
    running,
    s3_at,
)


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
    book.learn(lambda _: Quirks(signed_body=False))
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


@pytest.mark.parametrize("code", ["SecondLevelDomainForbidden", "PathStyleDomainForbidden"])
def test_a_storage_that_wants_the_bucket_in_its_name_gets_it_there(
    proxied: pytest.MonkeyPatch, server: Server, tmp_path: Path, code: str
) -> None:
    def script(request: Request) -> Answer:
        if not request.path.startswith("http://bucket.storage.example/"):
            return refusal(403, code, "use the other way")
        if "/mars/s3/" not in request.headers["authorization"]:
            return Answer(301, headers={"x-amz-bucket-region": "mars"})
        return listing("below/a")

    server.script = script
    proxied.setenv("HTTP_PROXY", server.endpoint)  # which sees the whole address
    file = tmp_path / "place.quirks"
    for requests in (3, 1):
        server.requests.clear()
        storage = s3_at("http://storage.example", book=QuirkBook(file))
        assert [info.key for info in storage.list("")] == ["a"]
        assert len(server.requests) == requests
        storage.close()
    assert QuirkBook(file).quirks == Quirks(region="mars", virtual_host=True)


def test_a_storage_that_takes_it_neither_way_is_told(
    proxied: pytest.MonkeyPatch, server: Server
) -> None:
    server.script = lambda _: refusal(403, "PathStyleDomainForbidden")
    proxied.setenv("HTTP_PROXY", server.endpoint)
    storage = s3_at("http://storage.example")
    with pytest.raises(errors.AddressInvalid) as caught:
        storage.get("config")
    assert caught.value.facts["reason"] == "bucket-in-host"
    assert len(server.requests) == 2
    storage.close()


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


def test_what_many_threads_learn_at_once_is_all_kept(tmp_path: Path) -> None:
    book = QuirkBook(tmp_path / "place.quirks")
    learnings: list[Callable[[], object]] = [
        lambda: book.learn(lambda known: msgspec.structs.replace(known, conditional=False)),
        lambda: book.learn(lambda known: msgspec.structs.replace(known, content_md5=False)),
        lambda: book.learn(lambda known: msgspec.structs.replace(known, region="mars")),
        lambda: book.refused_as_too_large(20 << 20),
    ]
    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(learning) for learning in learnings]:
            done.result()
    learned = Quirks(conditional=False, content_md5=False, region="mars", max_object_bytes=10 << 20)
    assert book.quirks == learned
    assert QuirkBook(tmp_path / "place.quirks").quirks == learned


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
