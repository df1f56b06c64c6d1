"""Packs as index files list them, with made-up blobs."""

from __future__ import annotations

import hashlib

from backupclient.manifest.blob_index import BlobIndex
from backupclient.manifest.manifest import Manifest
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import PackEntry

LENGTH = 100


def name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def blob(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def pack(text: str, *blobs: bytes, kind: BlobType = BlobType.DATA) -> IndexedPack:
    """One blob after the other, each of `LENGTH` sealed bytes, the second of 50 plain ones and so
    on."""
    entries = (
        PackEntry(blob_id, kind, LENGTH * number, LENGTH, 50 * number)
        for number, blob_id in enumerate(blobs)
    )
    return IndexedPack(name(text), tuple(entries))


def sync(manifest: Manifest, files: dict[str, list[IndexedPack]]) -> bool:
    """As if the storage listed these index files."""
    with manifest.transaction():
        return manifest.blobs.sync(files, files.__getitem__)


def send(manifest: Manifest, *packs: IndexedPack) -> list[int]:
    """As if these packs were acknowledged, and noted."""
    blobs: BlobIndex = manifest.blobs
    with manifest.transaction():
        numbers = [blobs.add_sent_pack(one) for one in packs]
    blobs.settle(packs)
    return numbers
