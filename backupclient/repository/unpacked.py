"""Index, snapshot and lock files as they are stored: a first byte, compressed JSON, sealed."""

from __future__ import annotations

from backupclient.errors import DataDamaged, FormatUnsupported, MemoryFault
from backupclient.repository.crypto import Sealer
from backupclient.repository.zstd import Compressor, decompress

__all__ = ["MAX_UNPACKED_LENGTH", "open_unpacked", "seal_unpacked"]

MAX_UNPACKED_LENGTH = 1 << 28
"""No file with more JSON is read: an index of a million blobs has about 200 MB."""

_COMPRESSED = 2
_JSON_STARTS = b"{["


def seal_unpacked(json: bytes, sealer: Sealer) -> bytes:
    """What is stored for `json`; opened again before it is handed out (`MemoryFault`)."""
    sealed = sealer.seal(bytes((_COMPRESSED,)) + Compressor().compress(json))
    try:
        intact = open_unpacked(sealed, sealer) == json
    except (DataDamaged, FormatUnsupported) as exc:
        raise MemoryFault("sealed file cannot be opened") from exc
    if not intact:
        raise MemoryFault("sealed file holds other data")
    return sealed


def open_unpacked(sealed: bytes, sealer: Sealer) -> bytes:
    """The JSON. `DataDamaged` if it cannot be; `FormatUnsupported` if its first byte is none that
    is known."""
    plain = sealer.open(sealed)
    if not plain:
        raise DataDamaged("file is empty")
    if plain[0] in _JSON_STARTS:
        return plain
    if plain[0] != _COMPRESSED:
        raise FormatUnsupported("unknown framing", first_byte=plain[0])
    return decompress(memoryview(plain)[1:], MAX_UNPACKED_LENGTH)
