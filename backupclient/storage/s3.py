"""Objects in an S3 bucket, through boto3.

What boto3 does by itself and is held back here, because it would be wrong for a backup:
- It takes a captive portal's page for success, and follows redirects until the stack ends. Every
  answer passes `refuse_strangers` first, and uploads and listings must carry what S3 puts there.
- It retries. Its retries are off: `storage/retry.py` is the only place that does, so that a stop
  comes through and every wait is seen.
- It reads a body twice, to hash it before it is sent. The bodies here know their SHA-256.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import IO, TYPE_CHECKING, cast

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from backupclient.clock import Clock
from backupclient.errors import (
    AddressInvalid,
    BucketMissing,
    FeatureMissing,
    NotTheStorage,
    ObjectConflict,
    ObjectDamaged,
    ObjectMissing,
    StorageError,
    StorageFault,
    StorageUnreachable,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.s3_client import UploadBody, make_client
from backupclient.storage.s3_errors import FOREIGN, Operation, translate

if TYPE_CHECKING:
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import (
        CreateBucketRequestTypeDef,
        GetObjectOutputTypeDef,
        GetObjectRequestTypeDef,
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestTypeDef,
        PutObjectRequestTypeDef,
    )

_DIGEST = re.compile(r"[0-9a-f]{64}")
_CONTENT_RANGE = re.compile(r"bytes (?P<first>\d+)-(?P<last>\d+)/(\d+|\*)")
_READ_PIECE = 256 * 1024


class S3Storage:
    """One bucket, or what lies under a prefix in it. `Storage` says what is promised.

    Without `overwrite`, a put asks the storage to refuse a key that exists (If-None-Match); where
    it does not know that, it is asked first whether the key exists. A storage that ignores the
    condition in silence replaces the object."""

    def __init__(
        self,
        location: S3Location,
        credentials: Credentials | None,
        clock: Clock,
        options: S3Options | None = None,
    ) -> None:
        """Makes no request. Without `credentials`, boto3's own chain is asked for some."""
        self._location = location
        self._clock = clock
        self._options = options or S3Options()
        self._bucket = location.bucket
        self._root = location.prefix + "/" if location.prefix else ""
        self._conditional = True
        with self._door(Operation.READ):
            try:
                self._client = make_client(location, credentials, self._options)
            except ValueError as exc:
                raise AddressInvalid(str(exc), reason="not-an-address") from exc

    @property
    def location(self) -> str:
        return str(self._location)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        view = memoryview(data).cast("B")
        if not overwrite and not self._conditional and self._holds(key, view.nbytes):
            return
        conditional = self._conditional and not overwrite
        try:
            self._put(key, view, meter, conditional)
        except ObjectConflict:
            if not self._holds(key, view.nbytes):
                raise StorageFault(key=key, reason="conflict-passed") from None
        except FeatureMissing:
            if not conditional:
                raise
            self._put_unconditionally(key, view, meter)

    def _put_unconditionally(self, key: str, view: memoryview, meter: Meter) -> None:
        """A put with a condition was refused for a header: it may be that one."""
        if self._holds(key, view.nbytes):
            return
        self._put(key, view, meter, conditional=False)
        self._conditional = False

    def _holds(self, key: str, size: int) -> bool:
        """True when `key` is there with that size; `ObjectConflict` when with another."""
        try:
            found = self.stat(key)
        except ObjectMissing:
            return False
        if found.size != size:
            raise ObjectConflict(key=key, size=size, found_size=found.size)
        return True

    def _put(self, key: str, view: memoryview, meter: Meter, conditional: bool) -> None:
        body = UploadBody(view, meter, self._digest(key, view))
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": self._root + key,
            "Body": cast(IO[bytes], body),
            "ContentLength": view.nbytes,
            "ContentType": "application/octet-stream",
        }
        if self._options.content_md5:
            md5 = hashlib.md5(view, usedforsecurity=False)
            request["ContentMD5"] = base64.b64encode(md5.digest()).decode()
        if conditional:
            request["IfNoneMatch"] = "*"
        with self._door(Operation.WRITE, key):
            answer = self._client.put_object(**request)
        _demand(answer, key, "ETag")

    def _digest(self, key: str, view: memoryview) -> str:
        name = key.rpartition("/")[2]
        return name if _DIGEST.fullmatch(name) else hashlib.sha256(view).hexdigest()

    def delete(self, key: str) -> None:
        # One by one: DeleteObjects asks for checksums that older storages do not know.
        gone_already = suppress(self._client.exceptions.NoSuchKey)
        with self._door(Operation.DELETE, key), gone_already:
            self._client.delete_object(Bucket=self._bucket, Key=self._root + key)

    def create(self) -> None:
        try:
            self._probe()
        except BucketMissing:
            self._make_bucket()

    def _make_bucket(self) -> None:
        region = self._client.meta.region_name
        request: CreateBucketRequestTypeDef = {"Bucket": self._bucket}
        if self._location.amazon and region != "us-east-1":
            constraint = cast("BucketLocationConstraintType", region)
            request["CreateBucketConfiguration"] = {"LocationConstraint": constraint}
        ours_already = suppress(self._client.exceptions.BucketAlreadyOwnedByYou)
        with self._door(Operation.WRITE), ours_already:
            self._client.create_bucket(**request)

    # --- reading ----------------------------------------------------------------------------------

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        if length == 0:
            return self._nothing(key, offset)
        request: GetObjectRequestTypeDef = {"Bucket": self._bucket, "Key": self._root + key}
        ranged = offset > 0 or length is not None
        if ranged:
            last = "" if length is None else offset + length - 1
            request["Range"] = f"bytes={offset}-{last}"
        with self._door(Operation.READ, key):
            answer = self._client.get_object(**request)
            with closing(answer["Body"]) as body:
                size = _promised(answer, key, (offset, length) if ranged else None)
                return _read(body, key, size, meter)

    def _nothing(self, key: str, offset: int) -> bytes:
        if self.stat(key).size < offset:
            raise ObjectDamaged(key=key, reason="short")
        return b""

    def stat(self, key: str) -> ObjectInfo:
        with self._door(Operation.READ, key):
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=self._root + key)
            except ClientError:
                # An answer to HEAD has no body to say why; the one to GET has.
                self._client.get_object(Bucket=self._bucket, Key=self._root + key)["Body"].close()
                raise
        _demand(answer, key, "ContentLength", "LastModified")
        return ObjectInfo(key, answer["ContentLength"], answer["LastModified"].astimezone(UTC))

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        token = ""
        while True:
            page = self._page(prefix, token)
            for entry in page.get("Contents", []):
                key = entry["Key"].removeprefix(self._root)
                if not key.endswith("/") and key:  # an empty "folder" that some tool has made
                    yield ObjectInfo(key, entry["Size"], entry["LastModified"].astimezone(UTC))
            if not page["IsTruncated"]:
                return
            if page.get("NextContinuationToken", "") in ("", token):
                raise StorageFault(key=prefix, reason="endless-list")
            token = page["NextContinuationToken"]

    def _page(self, prefix: str, token: str, at_most: int = 1000) -> ListObjectsV2OutputTypeDef:
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": self._root + prefix,
            "MaxKeys": at_most,
        }
        if token:
            request["ContinuationToken"] = token
        with self._door(Operation.LIST, prefix or None):
            page = self._client.list_objects_v2(**request)
        _demand(page, prefix, "Name", "IsTruncated")
        return page

    def now(self) -> datetime:
        return self._probe()

    def _probe(self) -> datetime:
        """Ask the cheapest question that proves the bucket, the key and the storage: its time."""
        headers = self._page("", "", at_most=1)["ResponseMetadata"]["HTTPHeaders"]
        try:
            return parsedate_to_datetime(headers.get("date", "")).astimezone(UTC)
        except ValueError as exc:
            raise NotTheStorage(str(exc), reason="unconfirmed") from exc

    def close(self) -> None:
        self._client.close()

    @contextmanager
    def _door(self, operation: Operation, key: str | None = None) -> Iterator[None]:
        try:
            yield
        except StorageError as error:
            error.facts.setdefault("operation", operation.value)
            if key:
                error.facts.setdefault("key", key)
            raise
        except FOREIGN as exc:
            raise translate(exc, operation, key, self._clock) from exc


def _demand(answer: Mapping[str, object], key: str, *fields: str) -> None:
    """An S3 storage fills these fields; an empty 200 of something else does not."""
    if any(answer.get(field) in (None, "") for field in fields):
        raise NotTheStorage(key=key, reason="unconfirmed")


def _promised(
    answer: GetObjectOutputTypeDef, key: str, wanted: tuple[int, int | None] | None
) -> int:
    """The size of the body that this answer announces, once it is what was asked for."""
    _demand(answer, key, "ContentLength", "ETag")
    size = answer["ContentLength"]
    if wanted is None:
        return size
    match = _CONTENT_RANGE.fullmatch(answer.get("ContentRange", ""))
    if match is None:
        raise FeatureMissing(key=key, reason="range")
    offset, length = wanted
    first, end = int(match["first"]), int(match["last"]) + 1
    if first != offset or end - first != size or (length is not None and size > length):
        raise StorageFault(key=key, reason="wrong-range")
    if length is not None and size < length:
        raise ObjectDamaged(key=key, reason="short", size=size)
    return size


def _read(body: StreamingBody, key: str, size: int, meter: Meter) -> bytes:
    pieces: list[bytes] = []
    while piece := body.read(_READ_PIECE):
        meter.advance(len(piece))
        pieces.append(piece)
    data = b"".join(pieces)
    if len(data) != size:
        raise StorageUnreachable(key=key, reason="cut-off", size=size, found_size=len(data))
    return data
