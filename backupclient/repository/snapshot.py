"""Snapshots: what was backed up when, and the root tree of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import msgspec

from backupclient.errors import DataDamaged
from backupclient.repository.layout import is_name
from backupclient.repository.wire import JsonReader, to_unicode

__all__ = [
    "CHECKPOINT",
    "DEVICE",
    "Snapshot",
    "SnapshotSummary",
    "decode_snapshot",
    "encode_snapshot",
]

CHECKPOINT = "checkpoint"
"""The tag of a snapshot that an unfinished backup leaves: what it had stored by then."""
DEVICE = "device:"
"""Before the name of the device, in a tag."""

_AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]


class SnapshotSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the run that wrote a snapshot counted; bytes where it says bytes or data."""

    backup_start: _AwareTime
    backup_end: _AwareTime
    files_new: int = 0
    files_changed: int = 0
    files_unmodified: int = 0
    dirs_new: int = 0
    dirs_changed: int = 0
    dirs_unmodified: int = 0
    data_blobs: int = 0
    tree_blobs: int = 0
    data_added: int = 0
    data_added_packed: int = 0
    total_files_processed: int = 0
    total_bytes_processed: int = 0


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Its name is that of its file. Times are aware, to the microsecond."""

    time: _AwareTime
    parent: str | None = None
    """The snapshot it was compared with; may be gone. Helps change detection only."""
    tree_hex: str = msgspec.field(name="tree")
    paths: list[str]
    """As chosen. With `hostname` they are what restic finds a parent by: keep both stable."""
    hostname: str = ""
    username: str = ""
    uid: int = 0
    gid: int = 0
    excludes: list[str] = []
    tags: list[str] = []
    original: str | None = None
    """The first name, if this is a snapshot written anew with other tags."""
    program_version: str = ""
    summary: SnapshotSummary | None = None
    stored_time: str = ""
    """Of one that was read: the time as it is written there, which may be to the nanosecond."""

    @property
    def tree(self) -> bytes:
        """The id of the root tree."""
        return bytes.fromhex(self.tree_hex)

    @property
    def is_checkpoint(self) -> bool:
        return CHECKPOINT in self.tags


class _Time(msgspec.Struct):
    time: str


_READER = JsonReader(Snapshot)
_TIME_READER = JsonReader(_Time)


def encode_snapshot(snapshot: Snapshot) -> bytes:
    if not is_name(snapshot.tree_hex):
        raise ValueError("tree is not 64 hex digits")
    clean = msgspec.structs.replace(
        snapshot,
        paths=list(map(to_unicode, snapshot.paths)),
        excludes=list(map(to_unicode, snapshot.excludes)),
        tags=list(map(to_unicode, snapshot.tags)),
        hostname=to_unicode(snapshot.hostname),
        username=to_unicode(snapshot.username),
        stored_time="",
    )
    return msgspec.json.encode(clean)


def decode_snapshot(data: bytes) -> Snapshot:
    """`DataDamaged` if it is none."""
    snapshot = _READER.read(data)
    if not is_name(snapshot.tree_hex):
        raise DataDamaged("snapshot names no tree")
    return msgspec.structs.replace(snapshot, stored_time=_TIME_READER.read(data).time)
