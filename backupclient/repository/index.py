"""Index files: which blobs lie where in which packs."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, NamedTuple

import msgspec

from backupclient.errors import DataDamaged
from backupclient.repository.blob import BlobType
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.layout import is_name
from backupclient.repository.pack import PackEntry
from backupclient.repository.wire import JsonReader, parse_id

__all__ = ["IndexedPack", "decode_index", "encode_index"]

_U32 = Annotated[int, msgspec.Meta(ge=0, lt=1 << 32)]


class IndexedPack(NamedTuple):
    name: str
    entries: tuple[PackEntry, ...]
    """All the blobs of the pack."""


class _BlobJson(msgspec.Struct, gc=False, omit_defaults=True):
    id: str
    type: BlobType
    offset: _U32
    length: _U32
    uncompressed_length: _U32 = 0


class _PackJson(msgspec.Struct):
    id: str
    blobs: list[_BlobJson] | None


class _IndexJson(msgspec.Struct):
    packs: list[_PackJson] | None


_READER = JsonReader(_IndexJson)


def encode_index(packs: Iterable[IndexedPack]) -> bytes:
    return msgspec.json.encode(
        _IndexJson(
            [
                _PackJson(
                    pack.name,
                    [
                        _BlobJson(
                            entry.id.hex(),
                            entry.type,
                            entry.offset,
                            entry.length,
                            entry.uncompressed_length,
                        )
                        for entry in pack.entries
                    ],
                )
                for pack in packs
            ]
        )
    )


def decode_index(data: bytes) -> list[IndexedPack]:
    """`DataDamaged` if it is no index. Nothing in it is proven by the packs themselves."""
    packs = []
    for pack in _READER.read(data).packs or ():
        if not is_name(pack.id):
            raise DataDamaged("index names no pack")
        packs.append(IndexedPack(pack.id, tuple(map(_to_entry, pack.blobs or ()))))
    return packs


def _to_entry(blob: _BlobJson) -> PackEntry:
    if blob.length < OVERHEAD:
        raise DataDamaged("index entry is impossible")
    return PackEntry(
        parse_id(blob.id), blob.type, blob.offset, blob.length, blob.uncompressed_length
    )
