from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.errors import AddressInvalid
from backupclient.storage.location import (
    Credentials,
    FolderLocation,
    S3Location,
    parse_location,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3:https://host:9000/bucket", S3Location("https://host:9000", "bucket")),
        ("s3:http://127.0.0.1:8333/b/p", S3Location("http://127.0.0.1:8333", "b", "p")),
        ("s3:http://[::1]:8333/b", S3Location("http://[::1]:8333", "b")),
        ("s3:https://host/bucket/a/b/c/", S3Location("https://host", "bucket", "a/b/c")),
        ("s3:host/bucket", S3Location("https://host", "bucket")),
        ("s3:host:9000/bucket/", S3Location("https://host:9000", "bucket")),
        ("s3://host/bucket/prefix", S3Location("https://host", "bucket", "prefix")),
        ("s3:host/bucket/a//b/./c/", S3Location("https://host", "bucket", "a/b/c")),
        ("  s3:host/bucket\n", S3Location("https://host", "bucket")),
        (
            "s3:s3.amazonaws.com/bucket/x",
            S3Location("https://s3.amazonaws.com", "bucket", "x"),
        ),
        (
            "s3:eu-central-1/bucket",
            S3Location("https://s3.eu-central-1.amazonaws.com", "bucket"),
        ),
        ("/srv/backup", FolderLocation(Path("/srv/backup"))),
        ("local:/srv/backup", FolderLocation(Path("/srv/backup"))),
        ("local:/odd:name", FolderLocation(Path("/odd:name"))),
        ("/odd:name", FolderLocation(Path("/odd:name"))),
        ("backup", FolderLocation(Path.cwd() / "backup")),
        ("../backup", FolderLocation(Path.cwd() / "../backup")),
    ],
)
def test_the_forms_that_restic_takes_are_taken(
    text: str, expected: S3Location | FolderLocation
) -> None:
    assert parse_location(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("local:", "empty"),
        ("s3:", "host-missing"),
        ("s3:https:///bucket", "host-missing"),
        ("s3:host", "bucket-missing"),
        ("s3:https://host/", "bucket-missing"),
        ("s3:https://host:port/bucket", "not-an-address"),
        ("s3:https://[::1/bucket", "not-an-address"),
        ("s3:https://ho st/bucket", "not-an-address"),
        ("s3:https://host/bucket?x=1", "not-an-address"),
        ("s3:https://key:secret@host/bucket", "login-in-address"),
        ("sftp:user@host:/srv", "unknown-scheme"),
        ("rest:https://host/", "unknown-scheme"),
        ("b2:bucket:path", "unknown-scheme"),
        ("https://host/bucket", "unknown-scheme"),
    ],
)
def test_what_names_no_place_is_refused_with_a_reason(text: str, reason: str) -> None:
    with pytest.raises(AddressInvalid) as caught:
        parse_location(text)
    assert caught.value.facts["reason"] == reason
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["s3:https://host:9000/bucket", "s3:http://h/b/some/prefix", "/srv/backup"]
)
def test_a_location_is_written_as_it_is_read(text: str) -> None:
    assert str(parse_location(text)) == text
    assert parse_location(str(parse_location(text))) == parse_location(text)


@pytest.mark.parametrize(
    ("host", "region"),
    [
        ("s3.eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3-eu-west-1.amazonaws.com", "eu-west-1"),
        ("s3.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        ("s3.amazonaws.com", None),
        ("s3.us-west-004.backblazeb2.com", "us-west-004"),
        ("s3.eu-central-2.wasabisys.com", "eu-central-2"),
        ("s3.wasabisys.com", None),
        ("s3.fr-par.scw.cloud", "fr-par"),
        ("fsn1.your-objectstorage.com", "fsn1"),
        ("0123456789abcdef.r2.cloudflarestorage.com", "auto"),
        ("localhost:8333", None),
        ("s3.evil.example", None),
    ],
)
def test_hosts_that_name_their_region_are_known(host: str, region: str | None) -> None:
    assert S3Location(f"https://{host}", "bucket").region == region


def test_credentials_do_not_show_themselves() -> None:
    credentials = Credentials("the-key", "the-secret", "the-token")
    assert "the-" not in f"{credentials} {credentials!r}"
