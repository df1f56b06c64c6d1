"""What was learned of one storage by being refused: kept, so that each thing is learned once.

How to speak to it is never unlearned by itself: a storage that is tried in the old way again and
again would refuse again and again. Forgetting the file costs those refusals, nothing more.
"""

from __future__ import annotations

import contextlib
import enum
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.events import NoticeCode, Noticed
from backupclient.settings import make_private, write_atomically

LEAST_OBJECT_BYTES = 4 << 20
"""Packs are never made smaller than this: restic's least pack size."""


class Keeping(enum.Enum):
    """What a storage keeps of what was deleted."""

    NOT_SEEN = ""
    NOTHING = "nothing"
    VERSIONS = "versions"
    """It keeps every version, so that deleting frees nothing."""
    PROTECTED = "protected"
    """It keeps them, and lets nobody delete them before their time."""


class Quirks(msgspec.Struct, frozen=True):
    """How one storage wants to be spoken to. The defaults are what is tried first."""

    conditional: bool = True
    """It takes If-None-Match on uploads."""
    content_md5: bool = True
    """It takes Content-MD5 on uploads."""
    signed_body: bool = True
    """It takes uploads that are signed over the SHA-256 of their body."""
    region: str = ""
    """Where it said it is; empty if it never did."""
    virtual_host: bool = False
    """It said that it wants the bucket as part of the host's name."""
    max_object_bytes: int = 0
    """Uploads above this were refused as too large; 0 if none was."""
    lets_delete: bool = True
    """The key in use may delete, as far as was seen."""
    keeps_deleted: Keeping = Keeping.NOT_SEEN
    """What becomes of objects that were deleted."""
    hides_being_full: bool = False
    """It calls being full a fault of its own, as a bucket over its quota was seen to do."""
    quota: int = 0
    """Bytes that the bucket may hold, by its last answer; 0 where it told none."""


class QuirkBook:
    """The quirks of the storage at one location, in `file` or, without one, in memory. Any
    thread. A file that cannot be read or written costs what is said above."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._quirks = _read(file) if file else Quirks()

    @property
    def quirks(self) -> Quirks:
        return self._quirks

    def learn(self, change: Callable[[Quirks], Quirks]) -> bool:
        """From now on what `change` makes of the quirks holds, here and after a restart. False if
        that is nothing new."""
        with self._lock:
            quirks = change(self._quirks)
            if quirks == self._quirks:
                return False
            self._quirks = quirks
            if self._file is not None:
                with contextlib.suppress(OSError):
                    make_private(self._file.parent)
                    write_atomically(self._file, msgspec.json.encode(quirks))
            return True

    def refused_as_too_large(self, size: int) -> bool:
        """An upload of `size` bytes was refused for its size: the limit is taken to be half of
        what was last thought. False when it is as low already as packs may be."""

        def halved(quirks: Quirks) -> Quirks:
            before = quirks.max_object_bytes or size
            limit = max(LEAST_OBJECT_BYTES, min(before, size) // 2)
            if limit >= before:
                return quirks
            return msgspec.structs.replace(quirks, max_object_bytes=limit)

        return self.learn(halved)


def lessons(before: Quirks, after: Quirks) -> Iterator[Noticed]:
    """What there is to say about having learned `after`."""
    if after.region != before.region:
        yield Noticed(code=NoticeCode.REGION_FOUND, facts={"region": after.region})
    if (after.content_md5, after.signed_body) != (before.content_md5, before.signed_body):
        yield Noticed(code=NoticeCode.PLAINER_UPLOADS)
    if after.conditional != before.conditional:
        yield Noticed(code=NoticeCode.FEATURE_OFF)
    if before.lets_delete and not after.lets_delete:
        yield Noticed(code=NoticeCode.DELETE_REFUSED)
    if after.keeps_deleted is not before.keeps_deleted:
        if after.keeps_deleted is Keeping.VERSIONS:
            yield Noticed(code=NoticeCode.OLD_COPIES_KEPT)
        elif after.keeps_deleted is Keeping.PROTECTED:
            yield Noticed(code=NoticeCode.PROTECTED)
    if after.max_object_bytes != before.max_object_bytes:
        facts = {"pack_bytes": after.max_object_bytes}
        yield Noticed(code=NoticeCode.SMALLER_UPLOADS, facts=dict(facts))


def _read(file: Path) -> Quirks:
    try:
        return from_json(file.read_bytes(), Quirks)
    except (OSError, ValueError):
        return Quirks()
