"""Objects in an S3 bucket, through boto3.

What boto3 does by itself and is held back here, because it would be wrong for a backup:
- It takes a captive portal's page for success, and follows redirects until the stack ends. Every
  answer passes `refuse_strangers` first, and uploads and listings must carry what S3 puts there.
- It retries. Its retries are off: `storage/retry.py` is the only place that does, so that a stop
  comes through and every wait is seen.
- It reads a body twice, to hash it before it is sent. The bodies here know their SHA-256.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar, cast

import msgspec
from botocore.exceptions import ClientError

from backupclient.clock import Clock, SleepWatch
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
    UploadDamaged,
    UploadTooLarge,
    WrongRegion,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo
from backupclient.storage.location import Credentials, S3Location, S3Options
from backupclient.storage.quirks import QuirkBook, Quirks
from backupclient.storage.s3_answers import demand, promised_size, read_body
from backupclient.storage.s3_client import make_client
from backupclient.storage.s3_clients import Address, Clients
from backupclient.storage.s3_errors import FOREIGN, Operation, translate
from backupclient.storage.s3_keeping import what_is_kept
from backupclient.storage.s3_time import told_apart
from backupclient.storage.s3_upload import (
    DIGEST_REFUSED,
    REFUSALS_OF_DIGEST,
    demand_intact,
    other_styles,
    put_request,
)

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType
    from mypy_boto3_s3.type_defs import (
        CreateBucketRequestTypeDef,
        GetObjectRequestTypeDef,
        ListObjectsV2OutputTypeDef,
        ListObjectsV2RequestTypeDef,
    )

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_SLEPT_SECONDS = 5.0


def _where_it_is(
    ask: Callable[Concatenate[S3Storage, Arguments], Result],
) -> Callable[Concatenate[S3Storage, Arguments], Result]:
    """Ask again, where and how the storage says that the bucket is to be asked."""

    @functools.wraps(ask)
    def asked(storage: S3Storage, /, *args: Arguments.args, **kwargs: Arguments.kwargs) -> Result:
        while True:
            used = storage.clients.current
            try:
                return ask(storage, *args, **kwargs)
            except (WrongRegion, AddressInvalid) as refused:
                if not storage.clients.move(used, refused):
                    raise

    return asked


class S3Storage:
    """One bucket, or what lies under a prefix in it. `Storage` says what is promised.

    Without `overwrite`, a put asks the storage to refuse a key that exists (If-None-Match); where
    it does not know that, it is asked first whether the key exists. A storage that ignores the
    condition in silence replaces the object.

    What the storage refuses of the usual way, and its region, is learned by `book`; an upload that
    is too large too, though it fails all the same."""

    def __init__(
        self,
        location: S3Location,
        credentials: Credentials | None,
        clock: Clock,
        options: S3Options | None = None,
        book: QuirkBook | None = None,
    ) -> None:
        """Makes no request. Without `credentials`, boto3's own chain is asked for some."""
        self._location = location
        self._credentials = credentials
        self._clock = clock
        self._options = options or S3Options()
        self._book = book or QuirkBook()
        self._bucket = location.bucket
        self._root = location.prefix + "/" if location.prefix else ""
        self._digests_refused = 0
        self._sleep = SleepWatch(clock, _SLEPT_SECONDS)
        quirks, given = self._book.quirks, self._options
        virtual = location.amazon if given.virtual_host is None else given.virtual_host
        first = Address(
            region=quirks.region or given.region or location.region or "us-east-1",
            virtual_host=virtual or quirks.virtual_host,
        )
        self.clients = Clients(self._client_for, first, self._book)

    def _client_for(self, address: Address) -> S3Client:
        try:
            return make_client(self._location, self._credentials, self._options, address)
        except ValueError as exc:
            raise AddressInvalid(str(exc), reason="not-an-address") from exc
        except FOREIGN as exc:
            raise translate(exc, Operation.READ, None, self._clock) from exc

    @property
    def _client(self) -> S3Client:
        return self.clients.current

    @property
    def location(self) -> str:
        return str(self._location)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        view = memoryview(data).cast("B")
        quirks = self._book.quirks
        if not overwrite and not quirks.conditional and self._holds(key, view.nbytes):
            return
        style = msgspec.structs.replace(quirks, conditional=quirks.conditional and not overwrite)
        try:
            self._put_somehow(key, view, meter, style)
        except ObjectConflict:
            if not self._holds(key, view.nbytes):
                raise StorageFault(key=key, reason="conflict-passed") from None
        except UploadTooLarge:
            self._book.refused_as_too_large(view.nbytes)
            raise

    def _put_somehow(self, key: str, view: memoryview, meter: Meter, style: Quirks) -> None:
        """In `style` if the storage takes it so; else in the first of the others that it takes,
        which is then remembered."""
        try:
            self._put(key, view, meter, style)
        except FeatureMissing as refused:
            error: StorageError = refused
            others = list(other_styles(style, refused))
            if style.conditional and self._holds(key, view.nbytes):
                return
        except UploadDamaged as refused:
            error = refused
            others = self._without_digest(key, view, style, refused)
        else:
            self._digests_refused = 0
            return
        for other in others:
            try:
                self._put(key, view, meter, other)
            except (FeatureMissing, UploadDamaged):
                continue
            self._learn(style, other)
            return
        raise error

    def _without_digest(
        self, key: str, view: memoryview, style: Quirks, refused: UploadDamaged
    ) -> list[Quirks]:
        """The way that is left when the storage goes on saying that bodies are not what their
        digest says, though they are."""
        if refused.facts.get("storage_code") != DIGEST_REFUSED or not style.content_md5:
            return []
        demand_intact(key, view)
        self._digests_refused += 1
        if self._digests_refused < REFUSALS_OF_DIGEST:
            return []
        return [msgspec.structs.replace(style, signed_body=False)]

    def _learn(self, before: Quirks, after: Quirks) -> None:
        """That `after` was taken where `before` was not."""

        def changed(known: Quirks) -> Quirks:
            return msgspec.structs.replace(
                known,
                conditional=known.conditional and after.conditional >= before.conditional,
                content_md5=known.content_md5 and after.content_md5,
                signed_body=known.signed_body and after.signed_body,
            )

        self._book.learn(changed)

    def _holds(self, key: str, size: int) -> bool:
        """True when `key` is there with that size; `ObjectConflict` when with another."""
        try:
            found = self.stat(key)
        except ObjectMissing:
            return False
        if found.size != size:
            raise ObjectConflict(key=key, size=size, found_size=found.size)
        return True

    @_where_it_is
    def _put(self, key: str, view: memoryview, meter: Meter, style: Quirks) -> None:
        with self._door(Operation.WRITE, key):
            request = put_request(self._bucket, self._root + key, view, meter, style)
            answer = self._client.put_object(**request)
        demand(answer, key, "ETag")

    @_where_it_is
    def delete(self, key: str) -> None:
        # One by one: DeleteObjects asks for checksums that older storages do not know.
        gone_already = suppress(self._client.exceptions.NoSuchKey)
        with self._door(Operation.DELETE, key), gone_already:
            answer = self._client.delete_object(Bucket=self._bucket, Key=self._root + key)
            if answer.get("DeleteMarker") and not self._book.quirks.keeps_deleted.value:
                keeping = what_is_kept(self._client, self._bucket)
                self._book.learn(
                    lambda known: msgspec.structs.replace(known, keeps_deleted=keeping)
                )

    def create(self) -> None:
        try:
            self._probe()
        except BucketMissing:
            self._make_bucket()

    @_where_it_is
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

    @_where_it_is
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
                size = promised_size(answer, key, (offset, length) if ranged else None)
                return read_body(body, key, size, meter)

    def _nothing(self, key: str, offset: int) -> bytes:
        if self.stat(key).size < offset:
            raise ObjectDamaged(key=key, reason="short")
        return b""

    @_where_it_is
    def stat(self, key: str) -> ObjectInfo:
        with self._door(Operation.READ, key):
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=self._root + key)
            except ClientError:
                # An answer to HEAD has no body to say why; the one to GET has.
                self._client.get_object(Bucket=self._bucket, Key=self._root + key)["Body"].close()
                raise
        demand(answer, key, "ContentLength", "LastModified")
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

    @_where_it_is
    def _page(self, prefix: str, token: str, at_most: int = 1000) -> ListObjectsV2OutputTypeDef:
        request: ListObjectsV2RequestTypeDef = {
            "Bucket": self._bucket,
            "Prefix": self._root + prefix,
            "MaxKeys": at_most,
        }
        if token:
            request["ContinuationToken"] = token
        with self._door(Operation.LIST, prefix or None):
            page: ListObjectsV2OutputTypeDef = self._client.list_objects_v2(**request)
        demand(page, prefix, "Name", "IsTruncated")
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
        self.clients.close()

    @contextmanager
    def _door(self, operation: Operation, key: str | None = None) -> Iterator[None]:
        try:
            if self._sleep.slept():
                self.clients.close()  # it would take until a time-out to learn that they are dead
            yield
            self.clients.answered()
        except StorageError as error:
            error.facts.setdefault("host", self._location.host)
            error.facts.setdefault("operation", operation.value)
            if key:
                error.facts.setdefault("key", key)
            raise
        except FOREIGN as exc:
            translated = translate(exc, operation, key, self._clock)
            wait = self._options.connect_timeout
            translated = told_apart(translated, self._location.endpoint, wait, self._clock)
            translated.facts["host"] = self._location.host
            if isinstance(translated, BucketMissing):
                translated.facts["path"] = self.location
            raise translated from exc
