"""Everything that is known to go wrong with backups has its explanation, and a test that plays it:
`tests/failures.md` lists them by their number in our catalogue of failures."""

from __future__ import annotations

import ast
import errno
import functools
import re
from pathlib import Path
from typing import NamedTuple

import pytest
from botocore.exceptions import ClientError

from backupclient.events import FileProblem
from backupclient.pipeline.scanner import trouble
from backupclient.storage.s3_errors import Operation, translate
from backupclient.support import explainer
from backupclient.support.explainer import explain
from tests.fakes import ManualClock

TABLE = Path(__file__).parents[1] / "failures.md"
LAST = 90


class Row(NamedTuple):
    """One line of the table."""

    number: int
    codes: tuple[str, ...]
    tests: tuple[str, ...]


def read_table() -> dict[int, Row]:
    rows = {}
    for line in TABLE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].isdecimal():
            codes, tests = (tuple(re.findall(r"`([^`]+)`", cell)) for cell in (cells[2], cells[4]))
            rows[int(cells[0])] = Row(int(cells[0]), codes, tests)
    return rows


ROWS = read_table()
CODES = {row.number: row.codes for row in ROWS.values()}


def test_no_failure_is_left_out() -> None:
    assert list(ROWS) == list(range(1, LAST + 1))
    assert all(row.codes and row.tests for row in ROWS.values())


@pytest.mark.parametrize("number", CODES)
def test_every_failure_has_its_explanation(number: int) -> None:
    for code in CODES[number]:
        assert explainer.known(code), code


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: str(row.number))
def test_every_failure_is_played_by_a_test_that_exists(row: Row) -> None:
    for test in row.tests:
        file, _, name = test.partition("::")
        assert name in names_in(TABLE.parents[1] / file), test


@functools.cache
def names_in(file: Path) -> frozenset[str]:
    """The names of the tests in a module."""
    tree = ast.parse(file.read_bytes())
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


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


class WindowsError(OSError):
    """As OSError is there: EACCES, and what the system says itself beside it."""

    def __init__(self, winerror: int) -> None:
        super().__init__(errno.EACCES, "said")
        self.winerror = winerror


@pytest.mark.parametrize(("winerror", "number"), [(32, 70), (33, 70), (5, 67)])
def test_windows_says_that_a_file_is_in_use_beside_its_errno(winerror: int, number: int) -> None:
    found = trouble(b"/a", WindowsError(winerror))
    assert explain(FileProblem(path="/a", reason=found.reason)).code in CODES[number]
