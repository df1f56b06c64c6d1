"""What a first backup sends first: the newest documents and photos, large media last.

A first backup may take days on a slow line. What somebody worked on last month is worth most and
weighs least, so it goes before the rest: in passes over the folders, each reading its kind of file
only. The last pass, the walk itself, reads what is left and puts the trees together.
"""

from __future__ import annotations

import enum
import os

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.manifest.kinds import EntryKind
from backupclient.operations.backup.known_safe import KnownSafe
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.scanner import Found
from backupclient.pipeline.selection import Selection

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


class Survey:
    """How much there is of each kind: files and bytes."""

    def __init__(self) -> None:
        self.files = dict.fromkeys(Urgency, 0)
        self.bytes = dict.fromkeys(Urgency, 0)

    @property
    def total_files(self) -> int:
        return sum(self.files.values())

    @property
    def total_bytes(self) -> int:
        return sum(self.bytes.values())

    def passes(self) -> list[Urgency]:
        """The kinds that are worth a pass of their own before the walk: all but the last."""
        return [kind for kind in Urgency if self.files[kind]][:-1]


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


def survey(
    root: Target,
    selection: Selection,
    order: Order,
    control: Control,
    safe: KnownSafe | None = None,
) -> Survey:
    """Count what there is to back up, without reading any of it, and in `safe` what of it is stored
    already. What cannot be looked at is left to the walk to report."""
    result = Survey()
    for target in root.chosen():
        try:
            info = os.lstat(target.path)
        except OSError:
            continue
        found = Found.of(target.name, info)
        if found is not None:
            number = safe.begin(target, found) if safe is not None else None
            _count(result, found, target.path, selection, order, control, safe, number)
    return result


def _count(
    result: Survey,
    chosen: Found,
    path: bytes,
    selection: Selection,
    order: Order,
    control: Control,
    safe: KnownSafe | None,
    number: int | None,
) -> None:
    device = chosen.stat.st_dev
    stack = [(path, device, number)] if chosen.kind is EntryKind.FOLDER else []
    if chosen.kind is EntryKind.FILE:
        _add(result, chosen, order)
    while stack:
        control.check()
        folder, own, number = stack.pop()
        try:
            names, _ = selection.of_folder(folder, own_device=own, device=device)
        except OSError:
            continue
        base = folder if folder.endswith(b"/") else folder + b"/"
        below: dict[bytes, int] = {}
        if safe is not None and number is not None:
            below = safe.look(number, names, folder)
        for found in names:
            if found.kind is EntryKind.FILE:
                _add(result, found, order)
            elif found.kind is EntryKind.FOLDER:
                stack.append((base + found.name, found.stat.st_dev, below.get(found.name)))


def _add(result: Survey, found: Found, order: Order) -> None:
    kind = order.urgency(found)
    result.files[kind] += 1
    result.bytes[kind] += found.stat.st_size
