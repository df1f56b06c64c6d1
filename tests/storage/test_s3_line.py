"""The line to an S3 storage: names, ports, time, TLS, proxies, and whose settings are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient import errors
from backupclient.clock import SystemClock
from backupclient.errors import StorageError
from backupclient.storage.location import S3Location, S3Options
from backupclient.storage.s3 import S3Storage
from tests.storage.servers import (
    KEY,
    PATIENT,
    STORED,
    Answer,
    Certificate,
    Request,
    Server,
    certificate,
    closed_port,
    deaf,
    listing,
    page,
    refusal,
    running,
    s3_at,
)

CLOCK = SystemClock()
QUICK = S3Options(connect_timeout=0.3, read_timeout=0.3)


def error_at(endpoint: str, options: S3Options = PATIENT) -> StorageError:
    storage = s3_at(endpoint, options)
    with pytest.raises(StorageError) as caught:
        storage.get("config")
    storage.close()
    assert caught.value.__cause__ is not None
    return caught.value


# --- no answer ------------------------------------------------------------------------------------


def test_a_name_that_is_nowhere_is_an_address_not_found() -> None:
    assert type(error_at("http://storage.invalid")) is errors.AddressNotFound


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    error = error_at(closed_port())
    assert type(error) is errors.StorageUnreachable
    assert error.facts["reason"] == "refused"


def test_no_answer_to_a_connection_is_unreachable() -> None:
    with deaf() as endpoint:
        error = error_at(endpoint, QUICK)
    assert type(error) is errors.StorageUnreachable
    assert error.facts["reason"] == "connect-timeout"


def test_no_answer_to_a_question_is_unreachable(server: Server) -> None:
    server.script = lambda _: Answer(silent=True)
    error = error_at(server.endpoint, QUICK)
    assert type(error) is errors.StorageUnreachable
    assert error.facts["reason"] == "read-timeout"


@pytest.mark.parametrize("sent", [0, 500])
def test_a_download_that_breaks_off_is_unreachable(server: Server, sent: int) -> None:
    server.script = lambda _: Answer(200, bytes(1000), {"ETag": '"1"'}, sent=sent)
    storage = s3_at(server.endpoint)
    with pytest.raises(errors.StorageUnreachable) as caught:
        storage.get("config")
    assert caught.value.facts["reason"] == "cut-off"
    storage.close()


def test_an_address_that_cannot_be_one_is_refused_at_once() -> None:
    with pytest.raises(errors.AddressInvalid):
        s3_at("http://")
    storage = S3Storage(S3Location("http://127.0.0.1:9", "no bucket!"), KEY, CLOCK)
    with pytest.raises(errors.AddressInvalid):
        storage.get("config")
    storage.close()


def test_without_a_key_nothing_is_sent(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    storage = S3Storage(S3Location(server.endpoint, "bucket"), None, CLOCK)
    with pytest.raises(errors.CredentialsMissing):
        storage.get("config")
    assert server.requests == []
    storage.close()


def test_the_users_aws_settings_change_nothing(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text("[default]\nregion = mars\nbroken")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "no-such-profile")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "5")
    monkeypatch.setenv("AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported")
    storage = s3_at(server.endpoint)
    storage.put("keys/k", b"x")
    server.script = lambda _: refusal(500, "InternalError")
    with pytest.raises(errors.StorageFault):
        storage.put("keys/k", b"x")
    assert len(server.requests) == 2, "it was tried again below the retry wrapper"
    headers = server.requests[0].headers
    assert "/us-east-1/s3/" in headers["authorization"]
    assert not [name for name in headers if name.startswith("x-amz-checksum")]
    assert "x-amz-sdk-checksum-algorithm" not in headers
    storage.close()


# --- TLS ------------------------------------------------------------------------------------------


def test_a_certificate_of_ones_own_is_trusted_when_it_is_given(tmp_path: Path) -> None:
    made = certificate(tmp_path)
    with running(lambda _: listing("below/a"), made.context) as server:
        storage = s3_at(server.endpoint, S3Options(ca_file=str(made.file)))
        assert [info.key for info in storage.list("")] == ["a"]
        storage.close()


def let_system_trust(monkeypatch: pytest.MonkeyPatch, made: Certificate) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(made.file))  # where OpenSSL looks
    monkeypatch.delenv("AWS_CA_BUNDLE", raising=False)


def test_what_the_system_trusts_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = certificate(tmp_path)
    let_system_trust(monkeypatch, made)
    with running(lambda _: listing("below/a"), made.context) as server:
        storage = s3_at(server.endpoint)
        assert [info.key for info in storage.list("")] == ["a"]
        storage.close()


def test_certificates_that_are_given_stand_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other").mkdir()
    served, given = certificate(tmp_path), certificate(tmp_path / "other")
    let_system_trust(monkeypatch, served)
    with running(lambda _: STORED, served.context) as server:
        error = error_at(server.endpoint, S3Options(ca_file=str(given.file)))
        assert server.requests == []
    assert type(error) is errors.StorageIdentityUnproven


def test_a_certificate_that_nobody_vouches_for_proves_nothing(tmp_path: Path) -> None:
    with running(lambda _: STORED, certificate(tmp_path).context) as server:
        error = error_at(server.endpoint)
        assert server.requests == []
    assert type(error) is errors.StorageIdentityUnproven
    assert error.facts["reason"] == "self-signed"


@pytest.mark.parametrize(
    ("address", "days", "reason"),
    [
        ("127.0.0.1", -1, "run-out"),
        ("127.0.0.1", 20, "not-yet-valid"),
        ("10.9.8.7", 1, "name-mismatch"),
    ],
)
@pytest.mark.parametrize("given", [True, False])
def test_what_is_wrong_with_a_certificate_is_told(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    days: int,
    reason: str,
    given: bool,
) -> None:
    made = certificate(tmp_path, address, days)
    let_system_trust(monkeypatch, made)
    options = S3Options(ca_file=str(made.file) if given else None)
    with running(lambda _: STORED, made.context) as server:
        error = error_at(server.endpoint, options)
        assert [one for one in server.requests if not asks_for_the_time(one)] == []
    assert type(error) is errors.StorageIdentityUnproven
    assert error.facts["reason"] == reason


def asks_for_the_time(request: Request) -> bool:
    """And tells nothing at all."""
    return (request.method, request.path, request.body) == ("HEAD", "/", b"") and not (
        request.headers.keys() - {"host", "accept-encoding"}
    )


@pytest.mark.parametrize(
    ("days", "date", "reason", "side"),
    [
        pytest.param(-1, "Sun, 01 Mar 2026 12:00:00 GMT", None, "ahead", id="our clock is ahead"),
        pytest.param(20, "Sun, 01 Mar 2099 12:00:00 GMT", None, "behind", id="ours is behind"),
        pytest.param(-1, "Sun, 01 Mar 2099 12:00:00 GMT", "expired", None, id="it says odd things"),
        pytest.param(-1, "yesterday", "expired", None, id="it says nothing"),
    ],
)
def test_a_wrong_clock_is_no_bad_certificate(
    tmp_path: Path, days: int, date: str, reason: str | None, side: str | None
) -> None:
    made = certificate(tmp_path, days=days)
    with running(lambda _: Answer(403, headers={"Date": date}), made.context) as server:
        error = error_at(server.endpoint, S3Options(ca_file=str(made.file)))
    assert type(error) is (errors.ClockSkewed if side else errors.StorageIdentityUnproven)
    assert error.transient is bool(side)
    assert error.facts.get("side") == side
    if reason:
        assert error.facts["reason"] == reason
    else:
        assert abs(int(error.facts["skew_seconds"])) > 24 * 3600


def test_a_certificate_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with running(lambda _: STORED, certificate(tmp_path).context) as server:
        error = error_at(server.endpoint, S3Options(ca_file=str(tmp_path / "none.pem")))
    assert type(error) is errors.StorageIdentityUnproven
    assert error.facts["reason"] == "certificate-file"


def test_https_to_a_server_that_speaks_http_is_a_wrong_address(server: Server) -> None:
    error = error_at(server.endpoint.replace("http:", "https:"))
    assert type(error) is errors.AddressInvalid
    assert error.facts["reason"] == "not-https"


def test_http_to_a_server_that_speaks_https_ends_cleanly(tmp_path: Path) -> None:
    with running(lambda _: STORED, certificate(tmp_path).context) as server:
        error = error_at(server.endpoint.replace("https:", "http:"))
    assert type(error) is errors.StorageUnreachable


# --- proxies --------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_wants_a_login_is_told(
    proxied: pytest.MonkeyPatch, server: Server, scheme: str
) -> None:
    server.script = lambda _: page(407)
    proxied.setenv(f"{scheme.upper()}_PROXY", server.endpoint)
    error = error_at(f"{scheme}://storage.example")
    assert type(error) is errors.ProxyRefused
    assert error.facts["reason"] == "login"


def test_a_proxy_that_forbids_the_storage_is_told(
    proxied: pytest.MonkeyPatch, server: Server
) -> None:
    server.script = lambda _: page(403)
    proxied.setenv("HTTPS_PROXY", server.endpoint)
    error = error_at("https://storage.example")
    assert type(error) is errors.ProxyRefused
    assert error.facts["reason"] == "forbidden"


def test_a_proxy_that_is_not_there_is_a_broken_line(proxied: pytest.MonkeyPatch) -> None:
    proxied.setenv("HTTPS_PROXY", closed_port())
    error = error_at("https://storage.example")
    assert type(error) is errors.StorageUnreachable
    assert error.facts["reason"] == "proxy"
