"""Blobs: the pieces of files and the trees, compressed, sealed, and proven before they leave."""

from __future__ import annotations

import enum
import hashlib
from typing import NamedTuple

from backupclient.errors import DataDamaged, MemoryFault
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.zstd import Compressor, decompress, decompress_in_pieces

__all__ = ["MAX_BLOB_LENGTH", "BlobCodec", "BlobType", "SealedBlob", "blob_id"]

MAX_BLOB_LENGTH = 1 << 30
"""No blob with a longer plain text is read: no program writes one, damage may claim one."""

_AT_ONCE = 16 << 20


class BlobType(enum.Enum):
    DATA = "data"
    TREE = "tree"


class SealedBlob(NamedTuple):
    """A blob as a pack takes it."""

    id: bytes
    type: BlobType
    sealed: bytes | memoryview
    length: int
    """Of the plain text."""
    uncompressed_length: int
    """The same if it is compressed, else 0."""


def blob_id(plain: bytes | bytearray | memoryview) -> bytes:
    return hashlib.sha256(plain).digest()


class BlobCodec:
    """Turns plain text into sealed blobs and back. One per thread."""

    def __init__(self, key: MasterKey) -> None:
        self._sealer = Sealer(key)
        self._compressor = Compressor()

    def encode(
        self,
        type: BlobType,  # noqa: A002 - the field's own name
        plain: bytes | bytearray | memoryview,
        id: bytes | None = None,  # noqa: A002
    ) -> SealedBlob:
        """Hash (unless `id` is known), compress where it helps, seal, then open and hash again:
        `MemoryFault` if that does not give `id`, so that nothing wrong is ever sent."""
        if id is None:
            id = hashlib.sha256(plain).digest()  # noqa: A001
        length = len(plain)
        compressed = self._compressor.compress(plain) if length else b""
        worth_it = bool(length) and (type is BlobType.TREE or len(compressed) < length)
        uncompressed_length = length if worth_it else 0
        sealed = self._sealer.seal(compressed if worth_it else plain)
        try:
            intact = self._id_of(sealed, uncompressed_length) == id
        except DataDamaged as exc:
            raise MemoryFault("sealed blob cannot be opened", blob=id.hex()) from exc
        if not intact:
            raise MemoryFault("sealed blob holds other data", blob=id.hex())
        return SealedBlob(id, type, sealed, length, uncompressed_length)

    def _id_of(self, sealed: bytes | memoryview, uncompressed_length: int) -> bytes:
        """What `decode` gives, hashed. A very large tree is never held a second time."""
        if uncompressed_length <= _AT_ONCE:
            return hashlib.sha256(self.decode(sealed, uncompressed_length)).digest()
        if uncompressed_length > MAX_BLOB_LENGTH:
            raise DataDamaged("blob is too long", length=uncompressed_length)
        digest = hashlib.sha256()
        for piece in decompress_in_pieces(self._sealer.open(sealed), uncompressed_length):
            digest.update(piece)
        return digest.digest()

    def decode(self, sealed: bytes | memoryview, uncompressed_length: int) -> bytes:
        """The plain text, not yet proven to be that of any id. `DataDamaged` if it cannot be."""
        opened = self._sealer.open(sealed)
        if not uncompressed_length:
            return opened
        if uncompressed_length > MAX_BLOB_LENGTH:
            raise DataDamaged("blob is too long", length=uncompressed_length)
        plain = decompress(opened, uncompressed_length)
        if len(plain) != uncompressed_length:
            raise DataDamaged("blob is shorter than recorded")
        return plain

    def decode_verified(
        self,
        sealed: bytes | memoryview,
        uncompressed_length: int,
        id: bytes,  # noqa: A002
    ) -> bytes:
        """As `decode`, and `DataDamaged` unless the plain text is that of `id`."""
        plain = self.decode(sealed, uncompressed_length)
        if hashlib.sha256(plain).digest() != id:
            raise DataDamaged("blob holds other data", blob=id.hex())
        return plain
