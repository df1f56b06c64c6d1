"""The one door for foreign errors of S3: whatever botocore and urllib3 raise becomes a
`StorageError` here, decided on the HTTP status and the storage's error code together.

Neither is enough alone. Proxies answer with a status and a page of HTML, so that there is no code;
answers to HEAD have no body, so that their code is the status again; and some storages put a code
of their own on a status that says more (507 with EntityTooLarge is a full storage).
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator, Mapping
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, NamedTuple

import urllib3.exceptions as urllib3_errors
from botocore import exceptions as boto_errors
from botocore.parsers import ResponseParserError

from backupclient import errors
from backupclient.clock import Clock
from backupclient.errors import Fact, StorageError

FOREIGN = (boto_errors.BotoCoreError, boto_errors.ClientError, urllib3_errors.HTTPError, OSError)
"""Everything that can come through the door."""


class Operation(StrEnum):
    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    LIST = "list"


class Verdict(NamedTuple):
    """An error class and the fact that tells its cases apart."""

    error: type[StorageError]
    reason: str | None = None


_UNKNOWN_KEY = Verdict(errors.CredentialsRejected, "unknown-key")
_WRONG_SECRET = Verdict(errors.CredentialsRejected, "wrong-secret")
_EXPIRED = Verdict(errors.CredentialsRejected, "expired")
_BLOCKED = Verdict(errors.AccountBlocked)
_BUSY = Verdict(errors.StorageThrottled)
_FULL = Verdict(errors.StorageFull)
_FAULT = Verdict(errors.StorageFault)
_CONFLICT = Verdict(errors.StorageFault, "conflict-passed")  # with another request, just now
_PARTS_LOST = Verdict(errors.StorageFault, "parts-lost")
_DAMAGED_UPLOAD = Verdict(errors.UploadDamaged)
_LACKING = Verdict(errors.FeatureMissing)
_SOMEBODY_ELSE = Verdict(errors.NotTheStorage)
_OTHER = Verdict(StorageError)

_BY_STATUS_ALONE: Mapping[int, Verdict] = {
    407: Verdict(errors.ProxyRefused, "login"),
    412: Verdict(errors.ObjectConflict),
    413: Verdict(errors.UploadTooLarge),
    416: Verdict(errors.ObjectDamaged, "short"),
    429: _BUSY,
    501: _LACKING,
    507: _FULL,
    511: Verdict(errors.NotTheStorage, "login-page"),
}

_BY_CODE: Mapping[str, Verdict] = {
    "AccessDenied": Verdict(errors.AccessDenied),
    "BucketAlreadyExists": Verdict(errors.BucketNameTaken),  # somebody else's: names are shared
    "AllAccessDisabled": _BLOCKED,
    "AccountNotActivated": _BLOCKED,
    "AccountProblem": _BLOCKED,
    "NotSignedUp": _BLOCKED,
    "UserSuspended": _BLOCKED,
    "InvalidAccessKeyId": _UNKNOWN_KEY,
    "SignatureDoesNotMatch": _WRONG_SECRET,
    "ExpiredToken": _EXPIRED,
    "InvalidToken": _EXPIRED,
    "TokenRefreshRequired": _EXPIRED,
    "RequestTimeTooSkewed": Verdict(errors.ClockSkewed),
    "NoSuchBucket": Verdict(errors.BucketMissing),
    "NoSuchKey": Verdict(errors.ObjectMissing),
    "InvalidBucketName": Verdict(errors.AddressInvalid, "bucket-name"),
    "IllegalLocationConstraintException": Verdict(errors.WrongRegion),
    "PermanentRedirect": Verdict(errors.WrongRegion),
    "QuotaExceeded": _FULL,
    "XMinioAdminBucketQuotaExceeded": _FULL,
    "XMinioStorageFull": _FULL,
    "InvalidObjectState": Verdict(errors.ObjectArchived),
    "EntityTooLarge": Verdict(errors.UploadTooLarge),
    "BadDigest": _DAMAGED_UPLOAD,
    "IncompleteBody": _DAMAGED_UPLOAD,
    "InvalidDigest": _DAMAGED_UPLOAD,
    "XAmzContentSHA256Mismatch": _DAMAGED_UPLOAD,
    "AuthenticationLockout": Verdict(errors.StorageThrottled, "locked-out"),
    "ConnectionClosed": _BUSY,
    "RequestRateLimitExceeded": _BUSY,
    "RequestTimeout": Verdict(errors.StorageThrottled, "slow-upload"),  # fewer at once is the cure
    "ServiceUnavailable": _BUSY,
    "SlowDown": _BUSY,
    "Unavailable": _BUSY,
    "ConditionalRequestConflict": _CONFLICT,
    "OperationAborted": _CONFLICT,
    "EntityTooSmall": _PARTS_LOST,
    "InvalidPart": _PARTS_LOST,
    "NoSuchUpload": _PARTS_LOST,
    "InvalidArgument": _LACKING,  # "Unsupported header …" of storages that know fewer headers
    "InvalidRequest": _LACKING,
    "MethodNotAllowed": _LACKING,
    "MissingContentLength": _LACKING,
    "NotImplemented": _LACKING,
}

_BY_CLASS: tuple[tuple[type[Exception], Verdict], ...] = (
    (boto_errors.NoCredentialsError, Verdict(errors.CredentialsMissing)),
    (boto_errors.PartialCredentialsError, Verdict(errors.CredentialsMissing, "half")),
    (boto_errors.CredentialRetrievalError, Verdict(errors.CredentialsMissing, "cannot-be-fetched")),
    (boto_errors.ProfileNotFound, Verdict(errors.CredentialsMissing, "profile-missing")),
    (boto_errors.ParamValidationError, Verdict(errors.AddressInvalid, "not-an-address")),
    (boto_errors.InvalidRegionError, Verdict(errors.AddressInvalid, "region")),
    (ResponseParserError, _SOMEBODY_ELSE),
)
_BROKEN = (
    boto_errors.ConnectionError,
    boto_errors.HTTPClientError,
    boto_errors.IncompleteReadError,
    urllib3_errors.HTTPError,
    OSError,
)

_SPENDING_CAP = re.compile(r"\bcap[ _]exceeded\b", re.IGNORECASE)
_QUOTA = re.compile(r"\bquota\b.*\b(reached|exceed|used up)|\bexceed.*\bquota\b", re.IGNORECASE)
_VAGUE = (Verdict(errors.AccessDenied), _FAULT, _OTHER)
_REGION_IN_TEXT = re.compile(r"expecting '(?P<region>[A-Za-z0-9-]+)'")
_LOCKOUT_SECONDS = 360  # Wasabi: "try again in five minutes"
_SKEW_ALLOWED = 15 * 60  # what SigV4 storages forgive

_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST")
_CERTIFICATE_REASONS: Mapping[int, str] = {  # X509_V_ERR_… of OpenSSL
    9: "not-yet-valid",
    10: "expired",
    18: "self-signed",
    19: "self-signed",
    20: "unknown-authority",
    21: "unknown-authority",
    62: "name-mismatch",
    64: "name-mismatch",
}


def translate(exc: Exception, operation: Operation, key: str | None, clock: Clock) -> StorageError:
    """The `StorageError` that `exc` (one of `FOREIGN`) is. To be raised `from exc`."""
    if isinstance(exc, boto_errors.ClientError):
        return _from_answer(exc, operation, key, clock)
    found = _without_answer(exc)
    return found.error(_text(exc), reason=found.reason, operation=operation.value, key=key)


# --- the storage, or something in between, has answered -------------------------------------------


def _from_answer(
    exc: boto_errors.ClientError, operation: Operation, key: str | None, clock: Clock
) -> StorageError:
    answer: Mapping[str, Any] = exc.response
    error: Mapping[str, str | None] = answer.get("Error", {})
    metadata: Mapping[str, Any] = answer.get("ResponseMetadata", {})
    headers: Mapping[str, str] = metadata.get("HTTPHeaders", {})
    status = int(metadata.get("HTTPStatusCode", 0))
    code, message = error.get("Code") or "", error.get("Message") or ""
    facts: dict[str, Fact | None] = {
        "key": key,
        "operation": operation.value,
        "status": status,
        "storage_code": code or None,
        "request_id": metadata.get("RequestId"),
        "retry_after_seconds": _retry_after(headers, code),
    }
    skew = _skew(headers, clock)
    region = headers.get("x-amz-bucket-region") or error.get("Region") or _region_in(message)
    found = _judge(status, code, message, region is not None)
    if operation is Operation.WRITE and found in _VAGUE and _QUOTA.search(message):
        found = _FULL  # Garage and Ozone have no code for it
    if found == _WRONG_SECRET and skew is not None and abs(skew) > _SKEW_ALLOWED:
        found = Verdict(errors.ClockSkewed)  # some storages call a stale signature a wrong one
    if found.error is errors.ClockSkewed:
        facts["skew_seconds"] = skew
        facts["side"] = None if not skew else "ahead" if skew > 0 else "behind"
    if found.error is errors.WrongRegion:
        facts["region"] = region
    return found.error(message or _text(exc), reason=found.reason, **facts)


def _judge(status: int, code: str, message: str, region_known: bool) -> Verdict:
    if status in _BY_STATUS_ALONE:
        return _BY_STATUS_ALONE[status]
    if code == "AuthorizationHeaderMalformed":
        return Verdict(errors.WrongRegion) if region_known else _UNKNOWN_KEY
    if status == 403 and _SPENDING_CAP.search(message):
        return Verdict(errors.StorageFull, "spending-cap")
    if code in _BY_CODE:
        return _BY_CODE[code]
    if 300 <= status < 400:
        return Verdict(errors.WrongRegion) if region_known else _SOMEBODY_ELSE
    if status >= 500:
        return _BUSY if status == 503 else _FAULT
    if not code or code == str(status):  # no S3 speaks without a code, but proxies and portals do
        return Verdict(errors.NotTheStorage, "firewall") if status == 403 else _SOMEBODY_ELSE
    if status in (401, 403):
        return Verdict(errors.AccessDenied)
    return _FAULT if status == 409 else _OTHER


def _retry_after(headers: Mapping[str, str], code: str) -> int | None:
    if code == "AuthenticationLockout":
        return _LOCKOUT_SECONDS
    text = headers.get("retry-after", "")
    return int(text) if text.isdecimal() else None


def _skew(headers: Mapping[str, str], clock: Clock) -> int | None:
    """Seconds by which this computer's clock is ahead of the storage's."""
    try:
        theirs = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return None
    if theirs.tzinfo is None:
        return None
    return round((clock.now() - theirs).total_seconds())


def _region_in(message: str) -> str | None:
    match = _REGION_IN_TEXT.search(message)
    return match["region"] if match else None


# --- no answer ------------------------------------------------------------------------------------


def _without_answer(exc: Exception) -> Verdict:
    for kind, verdict in _BY_CLASS:
        if isinstance(exc, kind):
            return verdict
    chain = list(_chain(exc))
    if any(isinstance(link, urllib3_errors.ProxyError) for link in chain):
        return _proxy(chain)
    if any(isinstance(link, urllib3_errors.NameResolutionError) for link in chain):
        return Verdict(errors.AddressNotFound)
    if isinstance(exc, boto_errors.SSLError):
        return _tls(chain)
    if type(exc) in (OSError, FileNotFoundError, PermissionError):
        # Nothing else touches a file here: the certificates to trust could not be read.
        return Verdict(errors.StorageIdentityUnproven, "certificate-file")
    if isinstance(exc, _BROKEN):
        return Verdict(errors.StorageUnreachable, _broken(chain))
    return _OTHER


def _broken(chain: list[BaseException]) -> str | None:
    names = {type(link).__name__ for link in chain}
    if "ConnectTimeoutError" in names:
        return "connect-timeout"
    if "ReadTimeoutError" in names:
        return "read-timeout"
    if "ConnectionRefusedError" in names:
        return "refused"
    if names & {"ProtocolError", "IncompleteReadError"}:
        return "cut-off"
    return None


def _proxy(chain: list[BaseException]) -> Verdict:
    """A proxy that says no to a tunnel says so in the text alone; one that cannot be reached is a
    connection like any other."""
    told = " ".join(str(link) for link in chain if isinstance(link, OSError))
    if "Tunnel connection failed: 407" in told:
        return Verdict(errors.ProxyRefused, "login")
    if "Tunnel connection failed" in told:
        return Verdict(errors.ProxyRefused, "forbidden")
    return Verdict(errors.StorageUnreachable, "proxy")


def _tls(chain: list[BaseException]) -> Verdict:
    for link in chain:
        if isinstance(link, ssl.SSLCertVerificationError):
            reason = _CERTIFICATE_REASONS.get(link.verify_code, "other")
            return Verdict(errors.StorageIdentityUnproven, reason)
        if type(link).__name__ == "CertificateError":  # urllib3's own comparison of names
            return Verdict(errors.StorageIdentityUnproven, "name-mismatch")
        if isinstance(link, FileNotFoundError):
            return Verdict(errors.StorageIdentityUnproven, "certificate-file")
        if isinstance(link, ssl.SSLError) and link.reason in (
            "WRONG_VERSION_NUMBER",
            "HTTP_REQUEST",
        ):
            return Verdict(errors.AddressInvalid, "not-https")
    return Verdict(errors.StorageUnreachable, "cut-off")


def _chain(exc: BaseException) -> Iterator[BaseException]:
    """`exc` and everything it wraps; the libraries keep the cause in four different places."""
    waiting: list[object] = [exc]
    seen: set[int] = set()
    while waiting:
        link = waiting.pop(0)
        if not isinstance(link, BaseException) or id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        kwargs: Mapping[str, object] = getattr(link, "kwargs", {})
        waiting += [kwargs.get("error"), getattr(link, "reason", None), link.__cause__, *link.args]
        waiting.append(link.__context__)


def _text(exc: BaseException) -> str:
    return f"{type(exc).__name__}: {exc}"
