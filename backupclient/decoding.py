"""Bytes to typed structs, from any thread.

msgspec finds out about a struct when it first decodes one, and lets other threads see what it has
found before it is whole: one that decodes the same struct meanwhile follows a null pointer, which
ends the process (msgspec 0.22). So what decodes is made here, one at a time, and kept; nothing else
asks msgspec for it.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")

_one_at_a_time = threading.RLock()


@overload
def json_decoder(kind: type[T]) -> msgspec.json.Decoder[T]: ...
@overload
def json_decoder(kind: Any) -> msgspec.json.Decoder[Any]: ...
def json_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    """Its `decode` may be called from any thread, and raises `msgspec.MsgspecError`."""
    with _one_at_a_time:
        return _json_decoder(kind)


@overload
def msgpack_decoder(kind: type[T]) -> msgspec.msgpack.Decoder[T]: ...
@overload
def msgpack_decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]: ...
def msgpack_decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    """As `json_decoder`."""
    with _one_at_a_time:
        return _msgpack_decoder(kind)


def from_json(content: bytes | str, kind: type[T]) -> T:
    """As msgspec.json.decode: raises `msgspec.MsgspecError`, and `UnicodeDecodeError` for what is
    not UTF-8."""
    return json_decoder(kind).decode(content)


def from_msgpack(content: bytes | memoryview, kind: type[T]) -> T:
    """As msgspec.msgpack.decode: raises `msgspec.MsgspecError`."""
    return msgpack_decoder(kind).decode(content)


def converted(plain: object, kind: type[T]) -> T:
    """As msgspec.convert: raises `msgspec.ValidationError`."""
    with _one_at_a_time:
        return msgspec.convert(plain, kind)


@cache
def _json_decoder(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


@cache
def _msgpack_decoder(kind: Any) -> msgspec.msgpack.Decoder[Any]:
    return msgspec.msgpack.Decoder(kind)
