"""Repository addresses, as restic writes them, and what else it takes to talk to an S3 one.

s3:https://host[:port]/bucket[/prefix]     s3:http://…       s3:host[:port]/bucket[/prefix]
s3://host[:port]/bucket[/prefix]           (https, unless http:// is written out)
local:/path        /path        ../path    C:\\path          name
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from backupclient.errors import AddressInvalid

# A place of storage whose address names the region to sign for. Elsewhere any region does.
_REGION_IN_HOST = (
    re.compile(r"s3[.-](?P<region>[a-z0-9-]+)\.amazonaws\.com(\.cn)?"),
    re.compile(r"s3\.(?P<region>[a-z0-9-]+)\.(backblazeb2\.com|wasabisys\.com|idrivee2\.com)"),
    re.compile(r"s3\.(?P<region>[a-z0-9-]+)\.scw\.cloud"),
    re.compile(r"(?P<region>[a-z0-9]+)\.your-objectstorage\.com"),
)
_BARE_REGION = re.compile(r"[a-z]{2}(-[a-z]+)+-\d")
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+-]*):")
_WINDOWS_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Credentials(NamedTuple):
    """What signs requests. Never shows its secrets when printed."""

    access_key: str
    secret_key: str
    session_token: str | None = None

    def __repr__(self) -> str:
        return "Credentials(…)"


class S3Options(msgspec.Struct, frozen=True):
    """How to talk to one storage. Times in seconds."""

    region: str | None = None
    """To sign for. By default what the host says, else us-east-1."""
    virtual_host: bool | None = None
    """The bucket as part of the host's name instead of the path. By default for Amazon alone."""
    connections: int = 16
    """Kept open, for as many threads at once. More may be opened, and are closed after use."""
    ca_file: str | None = None
    """Certificates to trust instead of the usual ones, PEM."""
    connect_timeout: float = 10
    read_timeout: float = 60


class S3Location(NamedTuple):
    endpoint: str
    """"https://host[:port]", without a path."""
    bucket: str
    prefix: str = ""
    """Without a slash at either end."""

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).netloc

    @property
    def amazon(self) -> bool:
        return re.search(r"\.amazonaws\.com(\.cn)?$", self.host) is not None

    @property
    def region(self) -> str | None:
        """The region this host serves, where its name says so."""
        if self.host.endswith(".r2.cloudflarestorage.com"):
            return "auto"
        for pattern in _REGION_IN_HOST:
            if match := pattern.fullmatch(self.host):
                return match["region"]
        return None

    def __str__(self) -> str:
        return "/".join(part for part in (f"s3:{self.endpoint}", self.bucket, self.prefix) if part)


class FolderLocation(NamedTuple):
    path: Path

    def __str__(self) -> str:
        return str(self.path)


Location = S3Location | FolderLocation


def parse_location(text: str) -> Location:
    """The place that `text` names. `AddressInvalid` (fact `reason`) when it can name none:
    empty, not-an-address, login-in-address, host-missing, bucket-missing, unknown-scheme."""
    text = text.strip()
    if not text:
        raise AddressInvalid(reason="empty")
    if text.startswith("s3:"):
        return _parse_s3(text.removeprefix("s3:"))
    if text.startswith("local:"):
        text = text.removeprefix("local:")
        if not text:
            raise AddressInvalid(reason="empty")
    elif (match := _SCHEME.match(text)) and not _WINDOWS_DRIVE.match(text):
        raise AddressInvalid(text, reason="unknown-scheme", scheme=match["scheme"])
    return FolderLocation(Path(text).absolute())


def _parse_s3(text: str) -> S3Location:
    if text.startswith("//"):
        text = "https:" + text
    elif not text.startswith(("http://", "https://")):
        text = "https://" + text
    try:
        url = urlsplit(text)
        url.port  # noqa: B018 - raises when the port is not a number
    except ValueError as exc:
        raise AddressInvalid(str(exc), reason="not-an-address") from exc
    if url.username is not None:
        raise AddressInvalid(reason="login-in-address")  # it would be shown and logged
    if not url.hostname:
        raise AddressInvalid(text, reason="host-missing")
    if url.query or url.fragment or any(c.isspace() for c in url.netloc):
        raise AddressInvalid(text, reason="not-an-address")
    bucket, _, prefix = url.path.lstrip("/").partition("/")
    if not bucket:
        raise AddressInvalid(text, reason="bucket-missing")
    host = url.netloc
    if _BARE_REGION.fullmatch(host):  # restic's oldest form: the region alone stands for Amazon's
        host = f"s3.{host}.amazonaws.com"
    return S3Location(f"{url.scheme}://{host}", bucket, _clean(prefix))


def _clean(prefix: str) -> str:
    """As restic does, so that both find the same repository: "a//b/./c/" is "a/b/c"."""
    cleaned = posixpath.normpath(prefix).strip("/")
    return "" if cleaned == "." else cleaned
