"""What one PUT to S3 consists of: its body, what proves it, and how else it may be tried where a
storage refuses the usual way."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, cast

import msgspec

from backupclient.errors import StorageError, UploadDamaged
from backupclient.storage.base import Meter
from backupclient.storage.quirks import Quirks

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UNSIGNED = "UNSIGNED-PAYLOAD"

DIGEST_REFUSED = "XAmzContentSHA256Mismatch"
REFUSALS_OF_DIGEST = 3
"""After so many in a row it is not the line that damages bodies, but the storage that reckons the
digest otherwise."""


def put_request(
    bucket: str, path: str, view: memoryview, meter: Meter, style: Quirks
) -> PutObjectRequestTypeDef:
    """The PUT of `view` at `path`, whose last part may be its digest. `UploadDamaged` if it is to
    be sent without a signature over it and is not what its name says any more."""
    body = UploadBody(view, meter, _digest(path, view) if style.signed_body else _UNSIGNED)
    request: PutObjectRequestTypeDef = {
        "Bucket": bucket,
        "Key": path,
        "Body": cast(IO[bytes], body),
        "ContentLength": view.nbytes,
        "ContentType": "application/octet-stream",
    }
    if not style.signed_body:
        demand_intact(path, view)  # nothing that is sent would tell
    if style.content_md5:
        md5 = hashlib.md5(view, usedforsecurity=False)
        request["ContentMD5"] = base64.b64encode(md5.digest()).decode()
    if style.conditional:
        request["IfNoneMatch"] = "*"
    return request


def _digest(path: str, view: memoryview) -> str:
    name = path.rpartition("/")[2]
    return name if _DIGEST.fullmatch(name) else hashlib.sha256(view).hexdigest()


def demand_intact(path: str, view: memoryview) -> None:
    if _digest(path, view) != hashlib.sha256(view).hexdigest():
        raise UploadDamaged(reason="memory")


def other_styles(style: Quirks, refused: StorageError) -> Iterator[Quirks]:
    """How else to try what was `refused` for a header, the likeliest first; never without the
    signed digest and the MD5 both."""
    found = []
    if style.conditional:
        found.append(msgspec.structs.replace(style, conditional=False))
    if style.content_md5 and style.signed_body:
        found.append(msgspec.structs.replace(style, content_md5=False))
    if "md5" in refused.raw.lower():
        found.reverse()
    yield from found
    if len(found) > 1:
        yield msgspec.structs.replace(style, conditional=False, content_md5=False)


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
