"""What is demanded of S3's answers before they are believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.response import StreamingBody

from backupclient.errors import (
    FeatureMissing,
    NotTheStorage,
    ObjectDamaged,
    StorageFault,
    StorageUnreachable,
)
from backupclient.storage.base import Meter

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_CONTENT_RANGE = re.compile(r"bytes (?P<first>\d+)-(?P<last>\d+)/(\d+|\*)")
_READ_PIECE = 256 * 1024


def demand(answer: Mapping[str, object], key: str, *fields: str) -> None:
    """An S3 storage fills these fields; an empty 200 of something else does not."""
    if any(answer.get(field) in (None, "") for field in fields):
        raise NotTheStorage(key=key, reason="unconfirmed")


def promised_size(
    answer: GetObjectOutputTypeDef, key: str, wanted: tuple[int, int | None] | None
) -> int:
    """The size of the body that this answer announces, once it is what was asked for."""
    demand(answer, key, "ContentLength", "ETag")
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


def read_body(body: StreamingBody, key: str, size: int, meter: Meter) -> bytes:
    pieces: list[bytes] = []
    while piece := body.read(_READ_PIECE):
        meter.advance(len(piece))
        pieces.append(piece)
    data = b"".join(pieces)
    if len(data) != size:
        raise StorageUnreachable(key=key, reason="cut-off", size=size, found_size=len(data))
    return data
