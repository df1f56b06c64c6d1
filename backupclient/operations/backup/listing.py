"""A folder's listing in one number, so that a folder where nothing happened costs one comparison.

The digest stands in the folder's own row. If it is the same at the next look, every file in the
folder is as its row has it, and none of the rows need be fetched.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import xxhash

from backupclient.manifest.kinds import EntryKind
from backupclient.pipeline.scanner import Found

_encode = msgspec.msgpack.Encoder().encode


def digest(names: Sequence[Found]) -> bytes:
    """Over everything by which a change of a file shows, and over the names of folders, which are
    looked into anyway. `names` are sorted, rules applied."""
    listed = [
        name
        if kind is EntryKind.FOLDER
        else (
            name,
            info.st_mode,
            info.st_size,
            info.st_mtime_ns,
            info.st_ctime_ns,
            info.st_ino,
        )
        for name, kind, info in names
    ]
    return xxhash.xxh3_128_digest(_encode(listed))
