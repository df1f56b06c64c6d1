"""Every answer that a storage, or something in between, can give, and the error it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from email.utils import format_datetime
from typing import NamedTuple

import pytest

from backupclient import errors
from backupclient.errors import Fact, StorageError
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.s3 import S3Storage
from tests.fakes import ManualClock
from tests.storage.servers import Answer, Server, listing, page, refusal, running

CLOCK = ManualClock()
Ask = Callable[[S3Storage], object]


def put(storage: S3Storage) -> None:
    storage.put("keys/k", b"x")


def get(storage: S3Storage) -> object:
    return storage.get("keys/k")


def stat(storage: S3Storage) -> object:
    return storage.stat("keys/k")


def delete(storage: S3Storage) -> None:
    storage.delete("keys/k")


def list_all(storage: S3Storage) -> object:
    return list(storage.list("keys/"))


EVERYTHING: list[Ask] = [put, get, stat, delete, list_all]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with running(lambda _: Answer()) as server:
        yield server


@pytest.fixture(scope="module")
def storage(server: Server) -> Iterator[S3Storage]:
    storage = S3Storage(
        S3Location(server.endpoint, "bucket"),
        Credentials("key", "secret"),
        CLOCK,
        S3Options(read_timeout=5),
    )
    yield storage
    storage.close()


@pytest.fixture(autouse=True)
def _fresh(server: Server) -> None:
    server.requests.clear()


def error_of(storage: S3Storage, server: Server, ask: Ask, answer: Answer) -> StorageError:
    server.script = lambda _: answer
    with pytest.raises(StorageError) as caught:
        ask(storage)
    return caught.value


class Expected(NamedTuple):
    kind: type[StorageError]
    reason: str | None = None


REFUSALS: list[tuple[int, str, Expected]] = [
    (403, "InvalidAccessKeyId", Expected(errors.CredentialsRejected, "unknown-key")),
    (403, "SignatureDoesNotMatch", Expected(errors.CredentialsRejected, "wrong-secret")),
    (400, "ExpiredToken", Expected(errors.CredentialsRejected, "expired")),
    (400, "InvalidToken", Expected(errors.CredentialsRejected, "expired")),
    (403, "RequestTimeTooSkewed", Expected(errors.ClockSkewed)),
    (403, "AccountProblem", Expected(errors.AccountBlocked)),
    (403, "NotSignedUp", Expected(errors.AccountBlocked)),
    (403, "AllAccessDisabled", Expected(errors.AccountBlocked)),
    (403, "UserSuspended", Expected(errors.AccountBlocked)),
    (403, "AccountNotActivated", Expected(errors.AccountBlocked)),
    (403, "AuthenticationLockout", Expected(errors.StorageThrottled, "locked-out")),
    (404, "NoSuchBucket", Expected(errors.BucketMissing)),
    (400, "InvalidBucketName", Expected(errors.AddressInvalid, "bucket-name")),
    (403, "QuotaExceeded", Expected(errors.StorageFull)),
    (507, "XMinioStorageFull", Expected(errors.StorageFull)),
    (507, "EntityTooLarge", Expected(errors.StorageFull)),
    (507, "AnythingElse", Expected(errors.StorageFull)),
    (400, "XMinioAdminBucketQuotaExceeded", Expected(errors.StorageFull)),
    (400, "EntityTooLarge", Expected(errors.UploadTooLarge)),
    (503, "SlowDown", Expected(errors.StorageThrottled)),
    (503, "ServiceUnavailable", Expected(errors.StorageThrottled)),
    (503, "Unavailable", Expected(errors.StorageThrottled)),
    (429, "ErrTooManyRequest", Expected(errors.StorageThrottled)),
    (403, "RequestRateLimitExceeded", Expected(errors.StorageThrottled)),
    (410, "ConnectionClosed", Expected(errors.StorageThrottled)),
    (400, "RequestTimeout", Expected(errors.StorageThrottled, "slow-upload")),
    (500, "InternalError", Expected(errors.StorageFault)),
    (502, "BadGateway", Expected(errors.StorageFault)),
    (504, "GatewayTimeout", Expected(errors.StorageFault)),
    (409, "OperationAborted", Expected(errors.StorageFault, "conflict-passed")),
    (409, "ConditionalRequestConflict", Expected(errors.StorageFault, "conflict-passed")),
    (400, "BadDigest", Expected(errors.UploadDamaged)),
    (400, "InvalidDigest", Expected(errors.UploadDamaged)),
    (400, "IncompleteBody", Expected(errors.UploadDamaged)),
    (400, "XAmzContentSHA256Mismatch", Expected(errors.UploadDamaged)),
    (501, "NotImplemented", Expected(errors.FeatureMissing)),
    (400, "InvalidArgument", Expected(errors.FeatureMissing)),
    (411, "MissingContentLength", Expected(errors.FeatureMissing)),
    (405, "MethodNotAllowed", Expected(errors.FeatureMissing)),
    (403, "InvalidObjectState", Expected(errors.ObjectArchived)),
    (400, "SomethingNew", Expected(StorageError)),
    (403, "SomethingNew", Expected(errors.AccessDenied)),
]


@pytest.mark.parametrize("ask", EVERYTHING)
@pytest.mark.parametrize("case", REFUSALS)
def test_a_refusal_is_told_by_its_status_and_its_code(
    storage: S3Storage,
    server: Server,
    ask: Ask,
    case: tuple[int, str, Expected],
) -> None:
    status, code, expected = case
    now = format_datetime(CLOCK.now(), usegmt=True)
    answer = refusal(status, code, "the storage's own words", x_amz_request_id="R1", Date=now)
    error = error_of(storage, server, ask, answer)
    assert type(error) is expected.kind
    assert error.facts.get("reason") == expected.reason
    assert error.facts["status"] == status
    assert error.facts["storage_code"] == code
    assert error.facts["request_id"] == "R1"
    assert error.raw == "the storage's own words"
    if ask is not list_all:
        assert error.facts["key"] == "keys/k"


@pytest.mark.parametrize(
    ("ask", "operation"),
    [(put, "write"), (get, "read"), (stat, "read"), (delete, "delete"), (list_all, "list")],
)
def test_a_denial_says_what_was_denied(
    storage: S3Storage, server: Server, ask: Ask, operation: str
) -> None:
    error = error_of(storage, server, ask, refusal(403, "AccessDenied"))
    assert type(error) is errors.AccessDenied
    assert error.facts["operation"] == operation


@pytest.mark.parametrize("ask", EVERYTHING)
@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (200, Expected(errors.NotTheStorage, "login-page")),
        (203, Expected(errors.NotTheStorage, "login-page")),
        (302, Expected(errors.NotTheStorage, "login-page")),
        (307, Expected(errors.NotTheStorage, "login-page")),
        (400, Expected(errors.NotTheStorage)),
        (403, Expected(errors.NotTheStorage, "firewall")),
        (404, Expected(errors.NotTheStorage)),
        (407, Expected(errors.ProxyRefused, "login")),
        (413, Expected(errors.UploadTooLarge)),
        (500, Expected(errors.StorageFault)),
        (502, Expected(errors.StorageFault)),
        (503, Expected(errors.StorageThrottled)),
        (504, Expected(errors.StorageFault)),
        (507, Expected(errors.StorageFull)),
        (511, Expected(errors.NotTheStorage, "login-page")),
    ],
)
def test_a_page_for_people_is_told_by_its_status(
    storage: S3Storage,
    server: Server,
    ask: Ask,
    status: int,
    expected: Expected,
) -> None:
    answer = page(status)
    if status in (302, 307):
        answer = answer._replace(headers={**answer.headers, "Location": "http://127.0.0.1:9/"})
    error = error_of(storage, server, ask, answer)
    assert type(error) is expected.kind
    assert error.facts.get("reason") == expected.reason
    assert error.facts["status"] == status
    assert error.facts["key"] == ("keys/" if ask is list_all else "keys/k")
    assert len(server.requests) <= 3, "a redirect was followed"


@pytest.mark.parametrize("ask", EVERYTHING)
@pytest.mark.parametrize("status", [400, 403, 404])
def test_an_empty_refusal_is_not_the_storages(
    storage: S3Storage, server: Server, ask: Ask, status: int
) -> None:
    error = error_of(storage, server, ask, Answer(status))
    assert type(error) is errors.NotTheStorage


@pytest.mark.parametrize("ask", [put, get, stat, list_all])
def test_an_empty_success_confirms_nothing(storage: S3Storage, server: Server, ask: Ask) -> None:
    error = error_of(storage, server, ask, Answer(200))
    assert type(error) is errors.NotTheStorage


def test_a_list_that_is_cut_off_is_a_fault(storage: S3Storage, server: Server) -> None:
    whole = listing("keys/a", "keys/b")
    for cut in (whole._replace(sent=60), whole._replace(body=whole.body[:60])):
        error = error_of(storage, server, list_all, cut)
        assert error.transient
        assert type(error) in (errors.StorageFault, errors.StorageUnreachable)


def test_a_list_that_is_no_list_is_not_the_storage(storage: S3Storage, server: Server) -> None:
    for body in (b"welcome", b"<hello/>", b'{"status": "ok"}'):
        error = error_of(storage, server, list_all, Answer(200, body))
        assert error.transient
        assert type(error) in (errors.NotTheStorage, errors.StorageFault)


def test_a_list_goes_over_all_its_pages(storage: S3Storage, server: Server) -> None:
    pages = [listing("keys/a", truncated="1"), listing("keys/b", truncated="2"), listing("keys/c")]
    server.script = lambda _: pages[len(server.requests) - 1]
    assert [info.key for info in storage.list("keys/")] == ["keys/a", "keys/b", "keys/c"]
    assert "continuation-token=2" in server.requests[2].path


@pytest.mark.parametrize("token", ["", "1"])
def test_a_list_without_an_end_raises_rather_than_stops(
    storage: S3Storage, server: Server, token: str
) -> None:
    endless = listing("keys/a", truncated=token or "x")
    if not token:
        body = endless.body.replace(b"<NextContinuationToken>x</NextContinuationToken>", b"")
        endless = endless._replace(body=body)
    server.script = lambda _: endless
    with pytest.raises(errors.StorageFault) as caught:
        list(storage.list("keys/"))
    assert caught.value.facts["reason"] == "endless-list"


def test_the_marks_of_empty_folders_are_no_objects(storage: S3Storage, server: Server) -> None:
    server.script = lambda _: listing("keys/", "keys/a", "keys/b/")
    assert [info.key for info in storage.list("keys/")] == ["keys/a"]


# --- facts ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["RequestTimeTooSkewed", "SignatureDoesNotMatch"])
@pytest.mark.parametrize(("hours", "side"), [(2, "ahead"), (-2, "behind")])
def test_a_wrong_clock_is_measured(
    storage: S3Storage, server: Server, code: str, hours: int, side: str
) -> None:
    theirs = format_datetime(CLOCK.now() - timedelta(hours=hours), usegmt=True)
    error = error_of(storage, server, stat, refusal(403, code, Date=theirs))
    assert type(error) is errors.ClockSkewed
    assert (error.facts["skew_seconds"], error.facts["side"]) == (hours * 3600, side)
    assert error.transient


@pytest.mark.parametrize(
    ("answer", "seconds"),
    [
        (refusal(503, "SlowDown", Retry_After="120"), 120),
        (refusal(503, "SlowDown", Retry_After="Wed, 21 Oct 2026 07:28:00 GMT"), None),
        (refusal(403, "AuthenticationLockout"), 360),
    ],
)
def test_how_long_to_wait_is_passed_on(
    storage: S3Storage, server: Server, answer: Answer, seconds: Fact | None
) -> None:
    error = error_of(storage, server, get, answer)
    assert error.facts.get("retry_after_seconds") == seconds


def test_a_spending_cap_is_a_full_storage(storage: S3Storage, server: Server) -> None:
    message = "Cannot upload files, storage cap exceeded."
    error = error_of(storage, server, put, refusal(403, "AccessDenied", message))
    assert type(error) is errors.StorageFull
    assert error.facts["reason"] == "spending-cap"


OVER_QUOTA = [
    refusal(403, "AccessDenied", "Forbidden: Bucket size quota is reached, maximum is 5 bytes."),
    refusal(403, "AccessDenied", "Object quota is reached, maximum objects for this bucket: 9"),
    refusal(500, "InternalError", "The DiskSpace quota of the volume is exceeded."),
    refusal(400, "SomethingNew", "This upload would exceed your quota."),
]


@pytest.mark.parametrize("answer", OVER_QUOTA)
def test_a_quota_that_has_no_code_is_told_by_its_words(
    storage: S3Storage, server: Server, answer: Answer
) -> None:
    assert type(error_of(storage, server, put, answer)) is errors.StorageFull
    for ask in (get, delete, list_all):
        assert type(error_of(storage, server, ask, answer)) is not errors.StorageFull


@pytest.mark.parametrize(
    "answer",
    [
        refusal(503, "SlowDown", "Your request rate exceeds your quota."),
        refusal(403, "InvalidAccessKeyId", "The quota of tries is exceeded."),
    ],
)
def test_other_quotas_are_no_full_storage(
    storage: S3Storage, server: Server, answer: Answer
) -> None:
    assert type(error_of(storage, server, put, answer)) is not errors.StorageFull


@pytest.mark.parametrize(
    "answer",
    [
        refusal(301, "PermanentRedirect", x_amz_bucket_region="eu-west-1"),
        refusal(
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'us-east-1' is wrong; "
            "expecting 'eu-west-1'",
        ),
    ],
)
@pytest.mark.parametrize("ask", [put, get, list_all])
def test_another_region_is_told(
    storage: S3Storage, server: Server, ask: Ask, answer: Answer
) -> None:
    error = error_of(storage, server, ask, answer)
    assert type(error) is errors.WrongRegion
    assert error.facts["region"] == "eu-west-1"
    assert len(server.requests) <= 3


def test_a_malformed_key_is_an_unknown_one(storage: S3Storage, server: Server) -> None:
    answer = refusal(400, "AuthorizationHeaderMalformed", "the Credential is mal-formed")
    error = error_of(storage, server, get, answer)
    assert type(error) is errors.CredentialsRejected


def test_a_storage_that_tells_its_region_is_used_with_it(server: Server) -> None:
    def garage(request: object) -> Answer:
        authorization = server.requests[-1].headers["authorization"]
        if "/garage/s3/" in authorization:
            return listing("keys/a")
        body = b"<Error><Code>AuthorizationHeaderMalformed</Code><Region>garage</Region></Error>"
        return Answer(400, body, {"Content-Type": "application/xml"})

    server.script = garage
    place = S3Location(server.endpoint, "bucket")
    storage = S3Storage(place, Credentials("key", "secret"), CLOCK)
    assert [info.key for info in storage.list("")] == ["keys/a"]
    storage.close()
