"""Looking at folders: names, kinds, times; the one door for the file system's errors.

Everything here works on the file system's bytes and never follows a symlink below a chosen path.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import grp
import os
import pwd
import stat
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from backupclient.events import Reason
from backupclient.manifest.kinds import EntryKind
from backupclient.repository.file_mode import go_mode, node_type, posix_permissions
from backupclient.repository.tree import Node, NodeType, XAttr


class Found(NamedTuple):
    """One name in a folder, just looked at."""

    name: bytes
    kind: EntryKind
    stat: os.stat_result

    @classmethod
    def of(cls, name: bytes, info: os.stat_result) -> Found | None:
        """None for what cannot be backed up (sockets, doors)."""
        kind = _KINDS.get(info.st_mode & _TYPE_BITS)
        return None if kind is None else cls(name, kind, info)


class Trouble(NamedTuple):
    """One path that could not be looked at."""

    path: bytes
    reason: Reason
    raw: str


_GONE = {errno.ENOENT, errno.ENOTDIR}
_FORBIDDEN = {errno.EACCES, errno.EPERM}
_BUSY = {errno.EBUSY, errno.ETXTBSY, errno.EAGAIN}
_WINDOWS_BUSY = {32, 33}  # ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: their errno is EACCES


def trouble(path: bytes, error: OSError) -> Trouble:
    """The file system's error as a fact about one path."""
    code = error.errno
    if getattr(error, "winerror", None) in _WINDOWS_BUSY:
        reason = Reason.LOCKED
    elif code in _GONE:
        reason = Reason.VANISHED
    elif code in _FORBIDDEN:
        reason = Reason.UNREADABLE
    elif code in _BUSY:
        reason = Reason.LOCKED
    elif code == errno.ENAMETOOLONG:
        reason = Reason.PATH_TOO_LONG
    elif code == errno.ELOOP:
        reason = Reason.ODD_NAME
    else:
        reason = Reason.READ_ERROR
    return Trouble(path, reason, os.strerror(code) if code else str(error))


def list_folder(path: bytes) -> tuple[list[Found], list[Trouble]]:
    """Everything in a folder, sorted by name, and what of it could not be looked at. Raises
    OSError if the folder itself cannot be listed, or is a folder no more. Sockets are left out:
    nothing can be restored of them."""
    found: list[Found] = []
    troubles: list[Trouble] = []
    with _opened(path) as entries:
        for entry in entries:
            try:
                info = entry.stat(follow_symlinks=False)
            except OSError as error:
                if error.errno not in _GONE:
                    place = os.path.join(path, os.fsencode(entry.name))
                    troubles.append(trouble(place, error))
                continue
            kind = _KINDS.get(info.st_mode & _TYPE_BITS)
            if kind is not None:
                found.append(Found(os.fsencode(entry.name), kind, info))
    found.sort()
    return found, troubles


@contextlib.contextmanager
def _opened(path: bytes) -> Iterator[Iterable[os.DirEntry[str] | os.DirEntry[bytes]]]:
    """The folder's names. Where that works, they are looked at relative to the open folder: a fifth
    quicker than by their paths, and a symlink put in the folder's place is not followed."""
    if os.scandir not in os.supports_fd:
        with os.scandir(path) as entries:
            yield entries
        return
    folder = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        with os.scandir(folder) as named:
            yield named
    finally:
        os.close(folder)


_TYPE_BITS = 0o170000
_KINDS = {
    stat.S_IFREG: EntryKind.FILE,
    stat.S_IFDIR: EntryKind.FOLDER,
    stat.S_IFLNK: EntryKind.SYMLINK,
    stat.S_IFIFO: EntryKind.SPECIAL,
    stat.S_IFBLK: EntryKind.SPECIAL,
    stat.S_IFCHR: EntryKind.SPECIAL,
}


@functools.cache
def user_name(uid: int) -> str:
    """The user's name, or "" where the system knows none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


@functools.cache
def group_name(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""


def build_node(
    found: Found,
    path: bytes,
    *,
    device: int | None = None,
    content: tuple[bytes, ...] | None = None,
    size: int = 0,
    subtree: bytes | None = None,
    attributes: bool = True,
    with_atime: bool = False,
) -> Node:
    """The node of one thing in a folder, with the fields restic writes for its type. `device` is
    the stored value of an unchanged node: the number of a mount changes from boot to boot, and
    must not make every tree a new one. `attributes` is false if there are known to be none."""
    name, kind, info = found
    mtime = info.st_mtime_ns
    node_kind, mode, has_links, has_number = _described_by(info.st_mode)
    link = kind is EntryKind.SYMLINK
    return Node(
        name=name,
        type=node_kind,
        mode=mode,
        mtime_ns=mtime,
        atime_ns=info.st_atime_ns if with_atime else mtime,
        ctime_ns=info.st_ctime_ns,
        uid=info.st_uid,
        gid=info.st_gid,
        user=user_name(info.st_uid),
        group=group_name(info.st_gid),
        inode=info.st_ino,
        device_id=info.st_dev if device is None else device,
        size=size,
        links=info.st_nlink if has_links else 0,
        link_target=os.readlink(path) if link else b"",
        xattrs=read_xattrs(path) if attributes and not link else (),
        device=info.st_rdev if has_number else 0,
        content=content,
        subtree=subtree,
    )


@functools.cache
def _described_by(st_mode: int) -> tuple[NodeType, int, bool, bool]:
    """A node's type and mode, whether it counts links, whether it has a device number. There are
    few different modes, and one lookup is quicker than finding out."""
    kind = node_type(st_mode)
    assert kind is not None
    device = kind in (NodeType.DEVICE, NodeType.CHAR_DEVICE)
    links = device or kind in (NodeType.FILE, NodeType.SYMLINK)
    return kind, go_mode(st_mode), links, device


def read_xattrs(path: bytes) -> tuple[XAttr, ...]:
    """The extended attributes in the system's order; none where they cannot be had."""
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError:
        return ()
    attributes = []
    for name in names:
        try:
            value = os.getxattr(path, name, follow_symlinks=False)
        except OSError:
            continue
        attributes.append(XAttr(name, value))
    return tuple(attributes)


_DESCRIBED = {
    NodeType.FILE: (EntryKind.FILE, stat.S_IFREG),
    NodeType.DIR: (EntryKind.FOLDER, stat.S_IFDIR),
    NodeType.SYMLINK: (EntryKind.SYMLINK, stat.S_IFLNK),
    NodeType.FIFO: (EntryKind.SPECIAL, stat.S_IFIFO),
    NodeType.DEVICE: (EntryKind.SPECIAL, stat.S_IFBLK),
    NodeType.CHAR_DEVICE: (EntryKind.SPECIAL, stat.S_IFCHR),
}


def kind_and_mode(node: Node) -> tuple[EntryKind, int] | None:
    """A stored node as the file system would describe it; None for what is never backed up."""
    described = _DESCRIBED.get(node.type)
    if described is None:
        return None
    kind, file_type = described
    return kind, file_type | posix_permissions(node.mode)
