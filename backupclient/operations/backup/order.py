"""What a first backup sends first: the newest documents and photos, large media last.

A first backup may take days on a slow line. What somebody worked on last month is worth most and
weighs least, so it goes before the rest: in passes over the folders, each reading its kind of file
only. The last pass, the walk itself, reads what is left and puts the trees together.
"""

from __future__ import annotations

import enum
import os

from backupclient.clock import Clock
from backupclient.pipeline.scanner import Found

_RECENT_NS = 30 * 86400 * 1_000_000_000
_LARGE = 64 << 20
_LARGE_MEDIA = 16 << 20
_MEDIA = frozenset(
    b".mov .mp4 .m4v .mkv .avi .mpg .mpeg .wmv .webm .mts .m2ts .vob .iso .img .vmdk .vdi .qcow2"
    b" .vhd .vhdx .wav .flac .zip .7z .rar .gz .xz .zst .tar .tgz".split()
)


class Urgency(enum.IntEnum):
    """The order of sending."""

    RECENT = 0
    OTHER = 1
    LARGE = 2


class Order:
    """Tells the kinds apart, as of the moment it was made."""

    def __init__(self, clock: Clock) -> None:
        self._recent_since = int(clock.now().timestamp()) * 1_000_000_000 - _RECENT_NS

    def urgency(self, found: Found) -> Urgency:
        info = found.stat
        if info.st_size >= _LARGE_MEDIA and (
            info.st_size >= _LARGE or os.path.splitext(found.name)[1].lower() in _MEDIA
        ):
            return Urgency.LARGE
        return Urgency.RECENT if info.st_mtime_ns >= self._recent_since else Urgency.OTHER
