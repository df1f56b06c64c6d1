"""What every request and reply of the engine's socket has."""

from __future__ import annotations

import msgspec


class Request(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    id: int


class Reply(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    id: int | None
    """That of the request; None if it had none that could be read."""
