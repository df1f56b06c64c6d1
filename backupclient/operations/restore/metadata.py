"""What a restored file has besides its content: owner, rights, times, extended attributes."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import struct
from typing import NamedTuple

import msgspec

from backupclient.decoding import from_msgpack
from backupclient.errors import DataDamaged
from backupclient.repository.file_mode import posix_permissions
from backupclient.repository.tree import Node, NodeType

_SECOND = 1_000_000_000
_FIXED = struct.Struct("<IIIqIqI")
_REMOVED = ("user.", "trusted.", "system.posix_acl_", "security.capability")
"""Attributes that a file must not have unless its node has them. Others (a security label) are
put there by the system, by rules of its own."""
_UNSUPPORTED = (errno.ENOTSUP, errno.ENOSYS)

Attributes = tuple[tuple[bytes, bytes], ...]


class Metadata(NamedTuple):
    """As the system calls take them; times are nanoseconds."""

    mode: int
    uid: int
    gid: int
    mtime: int
    atime: int
    xattrs: Attributes


class Special(msgspec.Struct, frozen=True, array_like=True):
    """A thing that is neither file nor folder. `device` is text: it may have 64 bits."""

    type: NodeType
    target: bytes
    device: str
    metadata: bytes


def pack_metadata(node: Node) -> bytes:
    """`DataDamaged` if it holds what no file can have."""
    try:
        fixed = _FIXED.pack(
            posix_permissions(node.mode),
            node.uid,
            node.gid,
            *divmod(node.mtime_ns, _SECOND),
            *divmod(node.atime_ns, _SECOND),
        )
    except struct.error as error:
        raise DataDamaged(str(error)) from error
    if not node.xattrs:
        return fixed
    return fixed + msgspec.msgpack.encode([(os.fsencode(x.name), x.value) for x in node.xattrs])


def unpack_metadata(packed: bytes) -> Metadata:
    mode, uid, gid, mtime, mtime_ns, atime, atime_ns = _FIXED.unpack_from(packed)
    xattrs: Attributes = ()
    if len(packed) > _FIXED.size:
        xattrs = from_msgpack(memoryview(packed)[_FIXED.size :], Attributes)
    return Metadata(mode, uid, gid, mtime * _SECOND + mtime_ns, atime * _SECOND + atime_ns, xattrs)


def read_metadata(fd: int) -> Metadata:
    """What an open file has."""
    info = os.fstat(fd)
    xattrs: list[tuple[bytes, bytes]] = []
    with contextlib.suppress(OSError):
        xattrs = [(os.fsencode(name), os.getxattr(fd, name)) for name in os.listxattr(fd)]
    return Metadata(
        stat.S_IMODE(info.st_mode),
        info.st_uid,
        info.st_gid,
        info.st_mtime_ns,
        info.st_atime_ns,
        tuple(xattrs),
    )


def pack_special(node: Node) -> bytes:
    return msgspec.msgpack.encode(
        Special(node.type, node.link_target, str(node.device), pack_metadata(node))
    )


def unpack_special(packed: bytes) -> Special:
    return from_msgpack(packed, Special)


class MetadataWriter:
    """Gives metadata to what lies in the target. May be used from any thread.

    Only root can give a file to another user; anybody else keeps what is restored, gives it to
    those groups it belongs to, and this is no problem worth telling."""

    def __init__(self) -> None:
        self._is_root = os.geteuid() == 0
        self._uid = os.geteuid()
        self._gid = os.getegid()
        self._groups = frozenset((self._gid, *os.getgroups()))
        # It can only be read by setting it, for all threads: to something harmless.
        self._umask = os.umask(0o077)
        os.umask(self._umask)

    def gives_nothing(self, folder: int) -> bool:
        """Whether a file made in this folder has nothing from it: no group, no access list."""
        info = os.fstat(folder)
        if info.st_mode & stat.S_ISGID or info.st_gid != self._gid:
            return False
        try:
            os.getxattr(folder, "system.posix_acl_default")
        except OSError as error:
            return error.errno in (errno.ENODATA, *_UNSUPPORTED)
        return False

    def mode_at_birth(self, metadata: Metadata) -> int | None:
        """For a file made in a folder that `gives_nothing`: the mode to make it with so that it
        only lacks its times, or None if that is not enough. It is what makes a million small files
        quick."""
        mode, uid, gid, _, _, xattrs = metadata
        if xattrs or mode & (self._umask | 0o7000):
            return None
        return mode if (uid, gid) == (self._uid, self._gid) else None

    def apply(self, fd: int, metadata: Metadata) -> str:
        """Everything, in the order in which one thing does not undo another: a new owner clears
        setuid, and a file that may not be written takes no attributes. Returns what went wrong,
        "" if nothing did."""
        mode, uid, gid, mtime, atime, xattrs = metadata
        wrong = ""
        try:
            self._give(fd, uid, gid)
        except OSError as error:
            wrong = _text(error)
        try:
            _set_xattrs(fd, xattrs)
        except OSError as error:
            wrong = wrong or _text(error)
        try:
            os.fchmod(fd, mode)
            os.utime(fd, ns=(atime, mtime))
        except (OSError, OverflowError) as error:
            wrong = wrong or _text(error)
        return wrong

    def apply_times(self, fd: int, metadata: Metadata) -> str:
        """For a file that was born with everything else. Returns as `apply` does."""
        try:
            os.utime(fd, ns=(metadata.atime, metadata.mtime))
        except (OSError, OverflowError) as error:
            return _text(error)
        return ""

    def is_right(self, info: os.stat_result, metadata: Metadata) -> bool:
        """Whether owner, rights and time are as they can be made."""
        return (
            stat.S_IMODE(info.st_mode) == metadata.mode
            and info.st_mtime_ns == metadata.mtime
            and (info.st_uid == metadata.uid or not self._is_root)
            and (info.st_gid == metadata.gid or not self._may_give_to(metadata.gid))
        )

    def apply_to_special(self, folder: int, name: bytes, special: Special) -> str:
        """For what cannot, or must not, be opened to read or write. A symlink has no rights of its
        own. Returns as `apply` does."""
        metadata = unpack_metadata(special.metadata)
        wrong = ""
        try:
            uid = metadata.uid if self._is_root else -1
            if self._may_give_to(metadata.gid):
                os.chown(name, uid, metadata.gid, dir_fd=folder, follow_symlinks=False)
            for key, value in metadata.xattrs:
                path = b"/proc/self/fd/%d/%b" % (folder, name)
                os.setxattr(path, key, value, follow_symlinks=False)
            if special.type is not NodeType.SYMLINK:
                _change_mode(folder, name, metadata.mode)
        except OSError as error:
            wrong = _text(error)
        try:
            times = (metadata.atime, metadata.mtime)
            os.utime(name, ns=times, dir_fd=folder, follow_symlinks=False)
        except (OSError, OverflowError) as error:
            wrong = wrong or _text(error)
        return wrong

    def _give(self, fd: int, uid: int, gid: int) -> None:
        if self._is_root:
            os.fchown(fd, uid, gid)
        elif self._may_give_to(gid):
            os.fchown(fd, -1, gid)

    def _may_give_to(self, gid: int) -> bool:
        return self._is_root or gid in self._groups


def _change_mode(folder: int, name: bytes, mode: int) -> None:
    """chmod that follows no link. Linux has it only for what is open, and there is a way to open
    a fifo or a device without touching it."""
    if not hasattr(os, "O_PATH"):
        os.chmod(name, mode, dir_fd=folder, follow_symlinks=False)
        return
    fd = os.open(name, os.O_PATH | os.O_NOFOLLOW, dir_fd=folder)
    try:
        os.chmod(f"/proc/self/fd/{fd}", mode)
    finally:
        os.close(fd)


def _set_xattrs(fd: int, xattrs: Attributes) -> None:
    """Give exactly these attributes, leaving alone those that are right already. A file system
    without attributes is no error unless there are some to be kept."""
    try:
        names = os.listxattr(fd)
    except OSError as error:
        if error.errno in _UNSUPPORTED and not xattrs:
            return
        raise
    if not names and not xattrs:
        return
    wanted = dict(xattrs)
    for name in names:
        key = os.fsencode(name)
        if key in wanted:
            with contextlib.suppress(OSError):
                if os.getxattr(fd, name) == wanted[key]:
                    del wanted[key]
        elif name.startswith(_REMOVED):
            os.removexattr(fd, name)
    for key, value in wanted.items():
        os.setxattr(fd, key, value)


def _text(error: Exception) -> str:
    if isinstance(error, OSError) and error.errno is not None:
        return os.strerror(error.errno)
    return str(error)
