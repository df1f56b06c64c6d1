"""What a row says that a file consists of."""

from __future__ import annotations

_ID = 32


def blob_ids(content: bytes | None) -> tuple[bytes, ...]:
    """The ids of a file's blobs, in order."""
    content = content or b""
    return tuple(content[i : i + _ID] for i in range(0, len(content), _ID))
