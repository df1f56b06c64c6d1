"""The boto3 client as this program needs it: its settings, its guard, its signer."""

from __future__ import annotations

import functools
import os
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import botocore.httpsession
import botocore.loaders
import botocore.session
import truststore
from botocore.auth import AUTH_TYPE_MAPS, S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.response import StreamingBody

from backupclient.errors import AddressInvalid, NotTheStorage, WrongRegion
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.s3_clients import IN_HOST, Address
from backupclient.storage.s3_upload import UploadBody

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SIGNER = "s3v4-known-digest"
_PATH_REFUSED = re.compile(
    rb"<Code>(SecondLevelDomainForbidden|PathStyleDomainForbidden)</Code>"  # Alibaba, Tencent
)
_MAKING = threading.Lock()
_REGION_IN_BODY = re.compile(
    rb"<Region>(?P<element>[A-Za-z0-9-]+)</Region>|"
    rb"expecting (?:'|&apos;|&#39;)(?P<text>[A-Za-z0-9-]+)(?:'|&apos;|&#39;)"
)


def make_client(
    location: S3Location, credentials: Credentials | None, options: S3Options, address: Address
) -> S3Client:
    """An answer that names another region than that of `address` is `WrongRegion`, one that wants
    the bucket in the host's name is `AddressInvalid`."""
    session = boto3.session.Session(botocore_session=_session(credentials))
    # Amazon's own hosts are left to botocore, which knows where else a bucket may live.
    endpoint = None if location.amazon else location.endpoint
    with trusting(options):
        client: S3Client = session.client(
            "s3",
            region_name=address.region,
            endpoint_url=endpoint,
            verify=options.ca_file,
            aws_access_key_id=credentials.access_key if credentials else None,
            aws_secret_access_key=credentials.secret_key if credentials else None,
            aws_session_token=credentials.session_token if credentials else None,
            config=_config(options, address),
        )
    events = client.meta.events
    events.register_first("before-parse.s3", refuse_strangers)
    events.register_first("before-parse.s3", functools.partial(_refuse_address, address.region))
    events.register_first("choose-signer.s3.PutObject", _sign_known_digest)
    return client


@contextmanager
def trusting(options: S3Options) -> Iterator[None]:
    """Clients made inside trust the certificates that were given, or those that the system trusts
    (and those that botocore brings along). botocore has no setting for the system's."""
    given = options.ca_file or os.environ.get("AWS_CA_BUNDLE")
    with _MAKING:
        kind = ssl.SSLContext if given else truststore.SSLContext
        # The stubs do not know it.
        botocore.httpsession.SSLContext = kind  # type: ignore[attr-defined]
        yield


def _session(credentials: Credentials | None) -> botocore.session.Session:
    """With credentials of our own, nothing in the user's AWS files or profile may change or break
    a backup; the certificates of AWS_CA_BUNDLE stay in force."""
    nowhere = (None, None, os.devnull, None)
    own: dict[str, Any] = {
        "profile": (None, None, None, None),
        "config_file": nowhere,
        "credentials_file": nowhere,
    }
    session = botocore.session.Session(session_vars=own if credentials else None)
    path: str | None = session.get_config_variable("data_path")
    session.register_component("data_loader", _descriptions(path))
    return session


@functools.cache
def _descriptions(path: str | None) -> botocore.loaders.Loader:
    """What botocore knows of S3, read once: that is most of what a client costs to make."""
    return botocore.loaders.create_loader(path)


def _config(options: S3Options, address: Address) -> Config:
    settings: dict[str, Any] = {"ignore_configured_endpoint_urls": True}  # unknown to the stubs
    return Config(
        connect_timeout=options.connect_timeout,
        read_timeout=options.read_timeout,
        max_pool_connections=options.connections,
        tcp_keepalive=True,
        retries={"total_max_attempts": 1, "mode": "standard"},
        s3={"addressing_style": "virtual" if address.virtual_host else "path"},
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


def _refuse_address(signed_for: str, response_dict: dict[str, Any], **_: object) -> None:
    """Raise for an answer that says where else to ask: `WrongRegion` for another region than was
    `signed_for` (botocore would go there by itself, each time anew), `AddressInvalid` where the
    bucket has to be in the host's name."""
    status: int = response_dict["status_code"]
    headers, body = response_dict["headers"], response_dict["body"]
    text = body if isinstance(body, bytes) else b""
    facts = {"status": status, "request_id": headers.get("x-amz-request-id")}
    if status == 403 and _PATH_REFUSED.search(text):
        raise AddressInvalid(reason=IN_HOST, **facts)
    if status not in (301, 307, 400):
        return
    region: str = headers.get("x-amz-bucket-region", "")
    if not region and (match := _REGION_IN_BODY.search(text)):
        region = (match["element"] or match["text"]).decode()
    if region and (region != signed_for or status != 400):
        raise WrongRegion(region=region, **facts)


def _sign_known_digest(**_: object) -> Any:
    return _SIGNER


class _KnownDigestAuth(S3SigV4Auth):
    """Signature version 4 over the SHA-256 that the body brings along, over TLS too: the storage
    refuses what does not match, and nothing is hashed twice."""

    def payload(self, request: AWSRequest) -> str:
        body = request.data
        return body.sha256 if isinstance(body, UploadBody) else super().payload(request)


AUTH_TYPE_MAPS[_SIGNER] = _KnownDigestAuth
