"""Lock files: who works in the repository now, and whether it must be alone."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from backupclient.repository.identity import Identity
from backupclient.repository.wire import JsonReader, to_unicode

__all__ = ["OURS", "LockFile", "decode_lock", "encode_lock"]

OURS = "plainkeep"


class LockFile(msgspec.Struct, frozen=True, omit_defaults=True):
    time: Annotated[datetime, msgspec.Meta(tz=True)]
    """When it was written, by the clock of who wrote it."""
    exclusive: bool
    hostname: str
    username: str
    pid: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)]
    uid: int = 0
    gid: int = 0
    program: str = ""
    """`OURS`, whose holders stop by themselves when they could not keep their lock; other programs
    write nothing here, and read over it."""

    @classmethod
    def of(cls, identity: Identity, time: datetime, *, exclusive: bool) -> LockFile:
        return cls(
            time=time,
            exclusive=exclusive,
            hostname=to_unicode(identity.hostname),
            username=to_unicode(identity.username),
            pid=identity.pid,
            uid=identity.uid,
            gid=identity.gid,
            program=OURS,
        )


_READER = JsonReader(LockFile)


def encode_lock(lock: LockFile) -> bytes:
    return msgspec.json.encode(lock)


def decode_lock(data: bytes) -> LockFile:
    return _READER.read(data)
