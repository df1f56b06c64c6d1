"""The quota of a bucket, where the storage tells it: SeaweedFS does, to a key that may administer
the bucket."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Signing
from botocore.exceptions import BotoCoreError
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies

from backupclient.decoding import from_json
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.s3_client import trusting

# Sorted, as it is signed. To a storage that knows no quotas it is a listing, of nothing.
_QUESTION = "max-keys=0&seaweedfs-quota="
_SECONDS = 10
_UNITS: Mapping[str, int] = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}


class _Told(msgspec.Struct, frozen=True):
    quota_size: int
    quota_unit: str = "B"
    quota_enabled: bool = False


def ask_quota(
    location: S3Location, credentials: Credentials, options: S3Options, region: str
) -> int | None:
    """Bytes that the bucket may hold; 0 where there is no quota or nobody tells this key of one.
    None if it could not be asked now. One request, no retries; any thread."""
    if location.amazon:
        return 0
    url = f"{location.endpoint}/{location.bucket}?{_QUESTION}"
    request = AWSRequest("GET", url)
    signing = Signing(credentials.access_key, credentials.secret_key, credentials.session_token)
    try:
        S3SigV4Auth(signing, "s3", region).add_auth(request)
        with trusting(options):
            # The stubs know less than it takes.
            line = URLLib3Session(
                verify=options.ca_file or True,  # type: ignore[arg-type]
                proxies=get_environ_proxies(url),
                timeout=_SECONDS,
            )
        answer = line.send(request.prepare())
        line.close()
    except (BotoCoreError, OSError, ValueError):
        return None
    if answer.status_code >= 500:
        return None
    return _quota(answer.content) if answer.status_code == 200 else 0


def _quota(body: bytes) -> int:
    try:
        told = from_json(body, _Told)
    except ValueError:
        return 0
    return told.quota_size * _UNITS.get(told.quota_unit, 0) if told.quota_enabled else 0
