"""JSON from the repository, typed: whatever is wrong with it ends in `DataDamaged` alone."""

from __future__ import annotations

import re
from typing import Generic, TypeVar

import msgspec

from backupclient.decoding import json_decoder
from backupclient.errors import DataDamaged

__all__ = ["JsonReader", "parse_id", "to_unicode"]

T = TypeVar("T")
_SURROGATE = re.compile("[\ud800-\udfff]")


class JsonReader(Generic[T]):
    """Reads one type of document. Unknown fields are ignored. May be used from any thread."""

    def __init__(self, document: type[T]) -> None:
        self._decoder = json_decoder(document)
        self._name = document.__name__.strip("_")

    def read(self, data: bytes | memoryview) -> T:
        try:
            return self._decoder.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as exc:
            raise DataDamaged(f"not a {self._name}: {exc}") from exc


def parse_id(text: str) -> bytes:
    """The 32 bytes that 64 hex digits stand for."""
    try:
        value = bytes.fromhex(text)
    except ValueError as exc:
        raise DataDamaged("not an id") from exc
    if len(value) != 32 or len(text) != 64:
        raise DataDamaged("not an id")
    return value


def to_unicode(text: str) -> str:
    """`text` with what is not Unicode (bytes of a foreign path) replaced by U+FFFD, as Go does."""
    return _SURROGATE.sub("\ufffd", text)
