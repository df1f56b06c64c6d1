"""Everything that is known to go wrong with backups has its explanation, by its number in our
catalogue of failures, which groups them as access and account (1-12), the storage's place and room
(13-25), network (26-42), integrity of a transfer (43-51), the repository (52-66) and this computer
(67-90)."""

from __future__ import annotations

import errno
from typing import NamedTuple

import pytest
from botocore.exceptions import ClientError

from backupclient.events import FileProblem
from backupclient.pipeline.scanner import trouble
from backupclient.storage.s3_errors import Operation, translate
from backupclient.support import explainer
from backupclient.support.explainer import explain
from tests.fakes import ManualClock

CODES: dict[int, tuple[str, ...]] = {
    1: ("access-denied.list", "access-denied.read"),
    2: ("access-denied.write",),
    3: ("access-denied.delete", "delete-refused"),
    4: ("unknown-access-key",),
    5: ("wrong-secret",),
    6: ("clock-wrong",),
    7: ("login-expired",),
    8: ("account-blocked",),
    9: ("storage-busy.locked-out",),
    10: ("no-access-key", "no-access-key.half"),
    11: ("keyring-locked",),
    12: ("wrong-region", "region-found"),
    13: ("storage-missing", "storage-gone"),
    14: ("storage-name-taken",),
    15: ("address-invalid.not-an-address", "address-invalid.bucket-name"),
    16: ("storage-full",),
    17: ("storage-full",),
    18: ("storage-full",),
    19: ("storage-full",),
    20: ("storage-full.spending-cap",),
    21: ("storage-full",),
    22: ("in-cold-storage",),
    23: ("upload-too-large", "smaller-uploads"),
    24: ("space-freed-later",),
    25: ("space-not-freed",),
    26: ("address-not-found",),
    27: ("storage-unreachable.refused",),
    28: ("storage-unreachable.connect-timeout",),
    29: ("storage-unreachable.read-timeout",),
    30: ("storage-unreachable.cut-off",),
    31: ("storage-unreachable.cut-off",),
    32: ("captive-portal",),
    33: (
        "certificate-untrusted.self-signed",
        "certificate-untrusted.name-mismatch",
        "certificate-untrusted.expired",
    ),
    34: ("http-not-https",),
    35: ("certificate-untrusted.certificate-file",),
    36: ("proxy-refused.login", "storage-unreachable.proxy"),
    37: ("proxy-refused.login",),
    38: ("firewall",),
    39: ("storage-busy",),
    40: ("storage-fault",),
    41: ("storage-busy.slow-upload",),
    42: ("metered-line",),
    43: ("upload-damaged",),
    44: ("upload-style-changed",),
    45: ("upload-style-changed", "feature-missing"),
    46: ("object-damaged", "data-damaged"),
    47: ("storage-fault.parts-lost",),
    48: ("stored-already", "object-conflict"),
    49: ("tried-again", "storage-fault.conflict-passed"),
    50: ("feature-turned-off", "feature-missing"),
    51: ("not-confirmed",),
    52: ("wrong-password",),
    53: ("key-file-missing",),
    54: ("main-file-missing",),
    55: ("backup-gone",),
    56: ("different-backup",),
    57: ("format-unsupported",),
    58: ("data-damaged", "pack-damaged"),
    59: ("object-missing", "pack-missing", "packs-missing"),
    60: ("index-damaged", "index-rebuilt"),
    61: ("packs-reused", "packs-unindexed"),
    62: ("backup-locked",),
    63: ("own-lock-removed",),
    64: ("lock-lost",),
    65: ("backup-deleted-elsewhere",),
    66: ("cleanup-refused",),
    67: ("unreadable",),
    68: ("vanished",),
    69: ("changed-while-read",),
    70: ("in-use",),
    71: ("path-too-long", "name-shortened"),
    72: ("odd-name",),
    73: ("special",),
    74: ("read-error",),
    75: ("source-unavailable",),
    76: ("disk-full",),
    77: ("disk-full",),
    78: ("already-running",),
    79: ("notes-rebuilt", "notes-damaged"),
    80: ("notes-unwritable",),
    81: ("too-many-open-files",),
    82: ("out-of-memory",),
    83: ("watch-limit",),
    84: ("watch-overflow",),
    85: ("clock-jumped",),
    86: ("woke-up",),
    87: ("went-on",),
    88: ("on-battery", "metered-line", "computer-busy"),
    89: ("target-unwritable.full", "target-unwritable"),
    90: ("memory-fault",),
}


def test_no_failure_is_left_out() -> None:
    assert list(CODES) == list(range(1, 91))


@pytest.mark.parametrize("number", CODES)
def test_every_failure_has_its_explanation(number: int) -> None:
    for code in CODES[number]:
        assert explainer.known(code), code


class Sign(NamedTuple):
    """What a storage answers, and the failure that it is."""

    number: int
    status: int
    code: str
    operation: Operation = Operation.WRITE
    message: str = ""


SIGNS = (
    Sign(1, 403, "AccessDenied", Operation.LIST),
    Sign(1, 403, "AccessDenied", Operation.READ),
    Sign(2, 403, "AccessDenied"),
    Sign(3, 403, "AccessDenied", Operation.DELETE),
    Sign(4, 403, "InvalidAccessKeyId"),
    Sign(5, 403, "SignatureDoesNotMatch"),
    Sign(6, 403, "RequestTimeTooSkewed"),
    Sign(7, 400, "ExpiredToken"),
    Sign(7, 400, "InvalidToken"),
    Sign(8, 403, "AccountProblem"),
    Sign(8, 403, "NotSignedUp"),
    Sign(8, 403, "AllAccessDisabled"),
    Sign(8, 403, "UserSuspended"),
    Sign(8, 403, "AccountNotActivated"),
    Sign(9, 403, "AuthenticationLockout"),
    Sign(12, 400, "AuthorizationHeaderMalformed", message="wrong; expecting 'eu-west-1'"),
    Sign(12, 301, "PermanentRedirect"),
    Sign(13, 404, "NoSuchBucket"),
    Sign(14, 409, "BucketAlreadyExists"),
    Sign(15, 400, "InvalidBucketName"),
    Sign(16, 403, "QuotaExceeded"),
    Sign(17, 507, "XMinioStorageFull"),
    Sign(17, 507, "507"),
    Sign(18, 400, "XMinioAdminBucketQuotaExceeded"),
    Sign(20, 403, "AccessDenied", message="Cannot upload files, storage cap exceeded."),
    Sign(21, 507, "EntityTooLarge", message="bucket quota exceeded"),
    Sign(22, 403, "InvalidObjectState", Operation.READ),
    Sign(23, 400, "EntityTooLarge"),
    Sign(23, 413, ""),
    Sign(32, 511, "511"),
    Sign(37, 407, ""),
    Sign(38, 403, ""),
    Sign(39, 503, "SlowDown"),
    Sign(39, 503, "ServiceUnavailable"),
    Sign(39, 429, "ErrTooManyRequest"),
    Sign(39, 503, "Unavailable"),
    Sign(39, 403, "RequestRateLimitExceeded"),
    Sign(39, 410, "ConnectionClosed"),
    Sign(40, 500, "InternalError"),
    Sign(40, 502, "502"),
    Sign(40, 504, "504"),
    Sign(41, 400, "RequestTimeout"),
    Sign(43, 400, "BadDigest"),
    Sign(43, 400, "InvalidDigest"),
    Sign(47, 404, "NoSuchUpload"),
    Sign(47, 400, "InvalidPart"),
    Sign(49, 409, "OperationAborted"),
    Sign(49, 409, "ConditionalRequestConflict"),
    Sign(50, 501, "NotImplemented"),
)


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: f"{sign.number}-{sign.status}-{sign.code}")
def test_what_a_storage_answers_ends_in_the_explanation_of_its_failure(sign: Sign) -> None:
    answer = ClientError(
        {
            "Error": {"Code": sign.code, "Message": sign.message},
            "ResponseMetadata": {
                "HTTPStatusCode": sign.status,
                "HTTPHeaders": {},
                "RequestId": "",
                "HostId": "",
                "RetryAttempts": 0,
            },
        },
        sign.operation.value,
    )
    error = translate(answer, sign.operation, "data/ab", ManualClock())
    assert explain(error).code in CODES[sign.number]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (67, errno.EACCES),
        (67, errno.EPERM),
        (68, errno.ENOENT),
        (70, errno.EBUSY),
        (70, errno.ETXTBSY),
        (71, errno.ENAMETOOLONG),
        (72, errno.ELOOP),
        (74, errno.EIO),
        (74, errno.ESTALE),
    ],
)
def test_what_the_system_says_of_a_file_ends_in_the_explanation_of_its_failure(
    number: int, code: int
) -> None:
    found = trouble(b"/a", OSError(code, "said"))
    assert explain(FileProblem(path="/a", reason=found.reason)).code in CODES[number]
