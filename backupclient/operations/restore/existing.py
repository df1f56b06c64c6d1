"""What the target holds already: kept, found right, or right in part. Changes nothing."""

from __future__ import annotations

import enum
import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from backupclient.control import Control
from backupclient.manifest.blob_index import BlobLocation
from backupclient.operations.restore.target import Target
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import Overwrite

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


class Part(NamedTuple):
    """One blob of a file, and where it is stored."""

    id: bytes
    place: BlobLocation
    length: int
    """Of the plain text."""


class Verdict(enum.Enum):
    MAKE = enum.auto()
    """Nothing is there, or what is there is replaced."""
    KEEP = enum.auto()
    """It is not to be touched."""
    SETTLED = enum.auto()
    """Its content is right; only its metadata is looked after."""
    OTHER = enum.auto()
    """Something else is there and stays: a name beside it is to be found."""


class Found(NamedTuple):
    """What is there of a file. `held` says of each part whether `origin`, a name in the same
    folder, holds it; empty if no part is held. `replaced` bytes come free when it is replaced."""

    verdict: Verdict
    held: Sequence[bool] = ()
    origin: bytes | None = None
    replaced: int = 0


_NOTHING = Found(Verdict.MAKE)
_KEPT = Found(Verdict.KEEP)


class Existing:
    """Looks at one folder of the target after the other. Belongs to the job's thread."""

    def __init__(self, target: Target, overwrite: Overwrite, control: Control) -> None:
        self._target = target
        self._overwrite = overwrite
        self._control = control
        self._no = -1
        self._names: set[bytes] = set()
        self._leftovers: dict[bytes, list[bytes]] = {}
        self._taken_up: set[bytes] = set()

    def names(self, folder_no: int) -> set[bytes]:
        """What the folder holds; nothing if it is not there, or no folder is in its place."""
        if folder_no != self._no:
            self._no = folder_no
            self._names = self._list(folder_no)
            self._leftovers = self._target.leftovers(self._names)
            self._taken_up = set()
        return self._names

    def _list(self, folder_no: int) -> set[bytes]:
        if not self._target.exists:
            return set()
        try:
            found = os.listdir(self._target.handles().get(folder_no))
        except OSError:
            # If it is there and cannot be listed, writing into it tells why.
            return set()
        return set(map(os.fsencode, found))

    def planned(self, folder_no: int, names: set[bytes]) -> None:
        """Say which names the folder will have: none of them is a temporary file of an earlier
        run, however it looks. Comes before `examine`."""
        self.names(folder_no)
        for found in self._leftovers.values():
            found[:] = [name for name in found if name not in names]

    def useless_leftovers(self, folder_no: int) -> list[bytes]:
        """Temporary files of earlier runs that are no origin, once all files of the folder were
        examined."""
        self.names(folder_no)
        every = [name for found in self._leftovers.values() for name in found]
        return [name for name in every if name not in self._taken_up]

    def look(self, folder_no: int, name: bytes, node: Node) -> Verdict:
        """For what has no content."""
        info = self._stat(folder_no, name)
        if info is None:
            return Verdict.MAKE
        if self._overwrite is Overwrite.KEEP_BOTH:
            same = node.type is NodeType.SYMLINK and self._link(folder_no, name) == node.link_target
            return Verdict.KEEP if same else Verdict.OTHER
        return Verdict.KEEP if self._keeps(node, info) else Verdict.MAKE

    def is_no_folder(self, above: int, name: bytes) -> bool:
        """Whether something that is no folder has this name."""
        if not self._target.exists:
            return False
        try:
            info = os.stat(name, dir_fd=self._target.handles().get(above), follow_symlinks=False)
        except OSError:
            return False
        return not stat.S_ISDIR(info.st_mode)

    def _link(self, folder_no: int, name: bytes) -> bytes | None:
        try:
            target = os.readlink(name, dir_fd=self._target.handles().get(folder_no))
        except OSError:
            return None
        return os.fsencode(target)

    def examine(self, folder_no: int, name: bytes, node: Node, parts: Iterable[Part]) -> Found:
        """For a file. Reads what is there, unless the mode or the modification time settle it."""
        names = self.names(folder_no)
        if not names:
            return _NOTHING
        info = self._stat(folder_no, name)
        if info is not None and self._keeps(node, info):
            return _KEPT
        held, size = self._held(folder_no, name, node, info, parts)
        if size == node.size and all(held):
            return Found(Verdict.SETTLED)
        if info is not None and self._overwrite is Overwrite.KEEP_BOTH:
            return Found(Verdict.OTHER)
        origin = name
        for leftover in self._target.leftovers_of(name, self._leftovers):
            partly, _ = self._compare(folder_no, leftover, parts, is_ours=True)
            if sum(partly) > sum(held):
                held, origin = partly, leftover
        if not any(held):
            return Found(Verdict.MAKE, replaced=_room(info))
        if origin != name:
            self._taken_up.add(origin)
        return Found(Verdict.MAKE, held, origin, _room(info))

    def _held(
        self,
        folder_no: int,
        name: bytes,
        node: Node,
        info: os.stat_result | None,
        parts: Iterable[Part],
    ) -> tuple[list[bool], int]:
        if info is None or not stat.S_ISREG(info.st_mode):
            return [], -1
        if self._overwrite is Overwrite.IF_CHANGED and _looks_right(node, info):
            return [], node.size
        return self._compare(folder_no, name, parts, is_ours=False)

    def _stat(self, folder_no: int, name: bytes) -> os.stat_result | None:
        if name not in self.names(folder_no):
            return None
        try:
            folder = self._target.handles().get(folder_no)
            return os.stat(name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return None

    def _keeps(self, node: Node, info: os.stat_result) -> bool:
        if self._overwrite is Overwrite.NEVER:
            return True
        return self._overwrite is Overwrite.IF_NEWER and node.mtime_ns <= info.st_mtime_ns

    def _compare(
        self, folder_no: int, name: bytes, parts: Iterable[Part], *, is_ours: bool
    ) -> tuple[list[bool], int]:
        """Of each part, whether the file holds it in its place; and the file's size."""
        try:
            fd = os.open(name, _OPEN, dir_fd=self._target.handles().get(folder_no))
        except OSError:
            return [], -1
        try:
            info = os.fstat(fd)
            if not stat.S_ISREG(info.st_mode) or (is_ours and not _is_private(info)):
                return [], -1
            return self._read(fd, info.st_size, parts), info.st_size
        except OSError:
            return [], -1
        finally:
            os.close(fd)

    def _read(self, fd: int, size: int, parts: Iterable[Part]) -> list[bool]:
        held = []
        at = 0
        for blob, _, length in parts:
            self._control.check()
            right = at + length <= size and (
                hashlib.sha256(os.pread(fd, length, at)).digest() == blob
            )
            held.append(right)
            at += length
        return held


def _is_private(info: os.stat_result) -> bool:
    """A file that only we can have made: it is written to, and given a name and rights."""
    return info.st_nlink == 1 and info.st_uid == os.geteuid()


def _looks_right(node: Node, info: os.stat_result) -> bool:
    return info.st_size == node.size and info.st_mtime_ns == node.mtime_ns


def _room(info: os.stat_result | None) -> int:
    """What replacing it frees."""
    if info is None or not stat.S_ISREG(info.st_mode) or info.st_nlink > 1:
        return 0
    return info.st_size
