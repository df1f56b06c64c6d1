"""Compares a restored tree with the original, byte by byte, as somebody would who trusts nobody.

Asks the file system alone, never the engine. Looks at types, contents, permissions, times to the
nanosecond, where links point to, and, with the rights of root, at owners. What the original was
changed in since the backup began is counted apart: the copy is right to differ there.
"""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Callable, Collection, Iterator
from typing import NamedTuple

_PIECE = 1 << 20
_CLOCK_SLACK_NS = 2_000_000_000
"""File systems stamp with a coarser clock than the one that is read."""


class Aspect(enum.StrEnum):
    MISSING = "is missing in the copy"
    TYPE = "is something else in the copy"
    CONTENT = "has other contents in the copy"
    PERMISSIONS = "has other permissions in the copy"
    OWNER = "has another owner in the copy"
    TIME = "has another time in the copy"
    TARGET = "points elsewhere in the copy"
    UNREADABLE = "cannot be read to be compared"


class Difference(NamedTuple):
    path: bytes
    aspect: Aspect


class Comparison(NamedTuple):
    """What was compared and found. `skipped` were said not to be in the backup, `changed` differ
    because the original was changed since the backup began."""

    files: int
    folders: int
    links: int
    others: int
    bytes: int
    changed: int
    skipped: int
    differences: tuple[Difference, ...]


class Comparer:
    """One comparison. `begun_ns` is the wall clock when the backup began, in nanoseconds."""

    def __init__(
        self,
        *,
        begun_ns: int,
        not_in_backup: Collection[bytes],
        left_out: bytes,
        on_file: Callable[[int], None],
    ) -> None:
        self._begun_ns = begun_ns - _CLOCK_SLACK_NS
        self._not_in_backup = not_in_backup
        self._left_out = left_out
        self._on_file = on_file
        self._counts = dict.fromkeys((stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK), 0)
        self._others = self._bytes = self._changed = self._skipped = 0
        self._differences: list[Difference] = []

    def compare(self, original: bytes, copy: bytes) -> Comparison:
        """Both paths are folders. `on_file` is called with the size of each file as it is done,
        and may raise to stop."""
        for path, restored in self._pairs(original, copy):
            self._compare_one(path, restored)
        return Comparison(
            files=self._counts[stat.S_IFREG],
            folders=self._counts[stat.S_IFDIR],
            links=self._counts[stat.S_IFLNK],
            others=self._others,
            bytes=self._bytes,
            changed=self._changed,
            skipped=self._skipped,
            differences=tuple(self._differences),
        )

    def _pairs(self, original: bytes, copy: bytes) -> Iterator[tuple[bytes, bytes]]:
        pending = [(original, copy)]
        while pending:
            folder, restored = pending.pop()
            yield folder, restored
            try:
                with os.scandir(folder) as entries:
                    found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
            except OSError:
                continue  # it was told when the folder itself was compared
            for name, is_folder in found:
                pair = os.path.join(folder, name), os.path.join(restored, name)
                if pair[0] == self._left_out:
                    continue
                if pair[0] in self._not_in_backup:
                    self._skipped += 1
                elif is_folder:
                    pending.append(pair)
                else:
                    yield pair

    def _compare_one(self, path: bytes, restored: bytes) -> None:
        try:
            before = os.lstat(path)
        except OSError:
            self._changed += 1  # gone since it was listed
            return
        kind = stat.S_IFMT(before.st_mode)
        if kind == stat.S_IFSOCK:
            self._skipped += 1  # sockets are no data: no program restores them
            return
        aspect = self._difference(path, restored, before)
        if kind in self._counts:
            self._counts[kind] += 1
        else:
            self._others += 1
        if kind == stat.S_IFREG:
            self._bytes += before.st_size
            self._on_file(before.st_size)
        if aspect is None:
            return
        if self._was_changed(path, before):
            self._changed += 1
        else:
            self._differences.append(Difference(path, aspect))

    def _was_changed(self, path: bytes, before: os.stat_result) -> bool:
        try:
            now = os.lstat(path)
        except OSError:
            return True
        return max(before.st_ctime_ns, now.st_ctime_ns) >= self._begun_ns

    def _difference(self, path: bytes, restored: bytes, before: os.stat_result) -> Aspect | None:
        """The first thing in which the two differ, the worst first."""
        try:
            after = os.lstat(restored)
        except OSError:
            return Aspect.MISSING
        kind = stat.S_IFMT(before.st_mode)
        if kind != stat.S_IFMT(after.st_mode):
            return Aspect.TYPE
        try:
            if kind == stat.S_IFREG and not same_bytes(path, restored):
                return Aspect.CONTENT
            if kind == stat.S_IFLNK and os.readlink(path) != os.readlink(restored):
                return Aspect.TARGET
        except OSError:
            return Aspect.UNREADABLE
        return metadata_difference(before, after)


def metadata_difference(before: os.stat_result, after: os.stat_result) -> Aspect | None:
    if os.geteuid() == 0 and (before.st_uid, before.st_gid) != (after.st_uid, after.st_gid):
        return Aspect.OWNER
    is_link = stat.S_ISLNK(before.st_mode)
    if not is_link and stat.S_IMODE(before.st_mode) != stat.S_IMODE(after.st_mode):
        return Aspect.PERMISSIONS
    if before.st_mtime_ns != after.st_mtime_ns:
        return Aspect.TIME
    return None


def same_bytes(one: bytes, other: bytes) -> bool:
    with open(one, "rb") as first, open(other, "rb") as second:
        while True:
            pieces = first.read(_PIECE), second.read(_PIECE)
            if pieces[0] != pieces[1]:
                return False
            if not pieces[0]:
                return True
