"""A node's mode: Go's os.FileMode, and its translation from and to POSIX's st_mode."""

from __future__ import annotations

import stat

from backupclient.repository.tree import NodeType

__all__ = ["go_mode", "node_type", "posix_permissions"]

_TYPES = {
    stat.S_IFREG: (NodeType.FILE, 0),
    stat.S_IFDIR: (NodeType.DIR, 1 << 31),
    stat.S_IFLNK: (NodeType.SYMLINK, 1 << 27),
    stat.S_IFBLK: (NodeType.DEVICE, 1 << 26),
    stat.S_IFCHR: (NodeType.CHAR_DEVICE, 1 << 26 | 1 << 21),
    stat.S_IFIFO: (NodeType.FIFO, 1 << 25),
    stat.S_IFSOCK: (NodeType.SOCKET, 1 << 24),
}
_SPECIAL = ((stat.S_ISUID, 1 << 23), (stat.S_ISGID, 1 << 22), (stat.S_ISVTX, 1 << 20))


def node_type(st_mode: int) -> NodeType | None:
    """None for what the format cannot name."""
    found = _TYPES.get(stat.S_IFMT(st_mode))
    return found[0] if found else None


def go_mode(st_mode: int) -> int:
    """The mode of a node, from what stat says."""
    mode = st_mode & 0o777
    found = _TYPES.get(stat.S_IFMT(st_mode))
    if found:
        mode |= found[1]
    for posix, go in _SPECIAL:
        if st_mode & posix:
            mode |= go
    return mode


def posix_permissions(mode: int) -> int:
    """The permission bits with setuid, setgid and sticky, as chmod takes them."""
    permissions = mode & 0o777
    for posix, go in _SPECIAL:
        if mode & go:
            permissions |= posix
    return permissions
