"""The boto3 client as this program needs it: its settings, its guard, its signer, its bodies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import boto3
import botocore.session
from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.response import StreamingBody

from backupclient.errors import NotTheStorage
from backupclient.storage.base import Meter
from backupclient.storage.location import Credentials, S3Location, S3Options

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SIGNER = "s3v4-known-digest"


def make_client(
    location: S3Location, credentials: Credentials | None, options: S3Options
) -> S3Client:
    session = boto3.session.Session(botocore_session=_session(credentials))
    # Amazon's own hosts are left to botocore, which knows where else a bucket may live.
    endpoint = None if location.amazon else location.endpoint
    client: S3Client = session.client(
        "s3",
        region_name=options.region or location.region or "us-east-1",
        endpoint_url=endpoint,
        verify=options.ca_file,
        aws_access_key_id=credentials.access_key if credentials else None,
        aws_secret_access_key=credentials.secret_key if credentials else None,
        aws_session_token=credentials.session_token if credentials else None,
        config=_config(location, options),
    )
    events = client.meta.events
    events.register_first("before-parse.s3", refuse_strangers)
    events.register_first("choose-signer.s3.PutObject", _sign_known_digest)
    return client


def _session(credentials: Credentials | None) -> botocore.session.Session:
    """With credentials of our own, nothing in the user's AWS files or profile may change or break
    a backup; the certificates of AWS_CA_BUNDLE stay in force."""
    if credentials is None:
        return botocore.session.Session()
    nowhere = (None, None, os.devnull, None)
    return botocore.session.Session(
        session_vars={
            "profile": (None, None, None, None),
            "config_file": nowhere,
            "credentials_file": nowhere,
        }
    )


def _config(location: S3Location, options: S3Options) -> Config:
    virtual = location.amazon if options.virtual_host is None else options.virtual_host
    settings: dict[str, Any] = {"ignore_configured_endpoint_urls": True}  # unknown to the stubs
    return Config(
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        max_pool_connections=options.connections,
        tcp_keepalive=True,
        retries={"total_max_attempts": 1, "mode": "standard"},
        s3={"addressing_style": "virtual" if virtual else "path"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        **settings,
    )


def refuse_strangers(response_dict: dict[str, Any], **_: object) -> None:
    """Raise `NotTheStorage` for a success or a redirect that no storage gives: a page for people,
    or a redirect that does not name the bucket's region (which botocore would follow for ever)."""
    status: int = response_dict["status_code"]
    headers = response_dict["headers"]
    page = "text/html" in headers.get("content-type", "").lower()
    lost = 300 <= status < 400 and "x-amz-bucket-region" not in headers
    if lost or (page and status < 300):
        body = response_dict["body"]
        if isinstance(body, StreamingBody):
            body.close()
        raise NotTheStorage(reason="login-page" if page or lost else None, status=status)


def _sign_known_digest(**_: object) -> Any:
    return _SIGNER


class UploadBody:
    """The body of a PUT, read from memory without copying it, and metered piece by piece.

    urllib3 takes whatever `read` returns and passes it to `http.client`, which sends files as well
    as bytes. So `read` hands over the whole body once, as a file, and http.client reads the
    pieces only when it really sends: a storage that refuses before the body (100-continue) costs
    no metered byte and no waiting."""

    def __init__(self, view: memoryview, meter: Meter, sha256: str) -> None:
        self.sha256 = sha256
        self._view = view
        self._meter = meter
        self._handed_over = False

    def __len__(self) -> int:
        return self._view.nbytes

    def read(self, _size: int = -1) -> _Pieces | bytes:
        if self._handed_over or not self._view.nbytes:
            return b""
        self._handed_over = True
        return _Pieces(self._view, self._meter)

    def tell(self) -> int:
        return len(self) if self._handed_over else 0

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        if offset or whence != os.SEEK_SET:
            raise OSError("an upload can only be started again from its beginning")
        self._handed_over = False
        return 0


class _Pieces:
    def __init__(self, view: memoryview, meter: Meter) -> None:
        self._view = view
        self._meter = meter
        self._sent = 0

    def read(self, size: int) -> memoryview:
        piece = self._view[self._sent : self._sent + size]
        if piece.nbytes:
            self._meter.advance(piece.nbytes)
            self._sent += piece.nbytes
        return piece


class _KnownDigestAuth(S3SigV4Auth):
    """Signature version 4 over the SHA-256 that the body brings along, over TLS too: the storage
    refuses what does not match, and nothing is hashed twice."""

    def payload(self, request: AWSRequest) -> str:
        body = request.data
        return body.sha256 if isinstance(body, UploadBody) else super().payload(request)


AUTH_TYPE_MAPS[_SIGNER] = _KnownDigestAuth
