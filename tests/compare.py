"""Compares two file trees the way a person who lost one of them would: everything that a backup
has to bring back. Names are bytes throughout; nothing is followed, nothing is changed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection, Iterator
from enum import StrEnum
from typing import NamedTuple

_PIECE = 1 << 20


class Aspect(StrEnum):
    PRESENCE = "presence"
    TYPE = "type"
    CONTENT = "content"
    MODE = "mode"
    OWNER = "owner"
    MTIME = "mtime"
    TARGET = "symlink target"
    DEVICE = "device number"
    HARDLINKS = "hardlinks"
    XATTRS = "extended attributes"


class Difference(NamedTuple):
    """`path` is relative to both roots; b"" is the roots themselves."""

    path: bytes
    aspect: Aspect
    left: str
    right: str


Tree = dict[bytes, os.stat_result]


def compare_trees(
    left: str | bytes | os.PathLike[str],
    right: str | bytes | os.PathLike[str],
    ignore: Collection[Aspect] = (),
) -> list[Difference]:
    """Everything in which the two trees differ, in the order of the names.

    Compares names, types, bytes, modes, owners, modification times to the nanosecond, symlink
    targets, device numbers, extended attributes, and which names are one file (hardlinks). A
    name that only one side has is one difference, and so is each name below it.
    """
    roots = os.fsencode(left), os.fsencode(right)
    trees = read_tree(roots[0]), read_tree(roots[1])
    found = list(_by_name(roots, trees))
    found.extend(_hardlinks(*trees))
    return sorted(d for d in found if d.aspect not in ignore)


def read_tree(root: bytes) -> Tree:
    """The status of every name at and below `root`, by its relative path."""
    tree = {b"": os.lstat(root)}
    pending = [b""]
    while pending:
        folder = pending.pop()
        for name in os.listdir(os.path.join(root, folder)):
            path = os.path.join(folder, name)
            tree[path] = os.lstat(os.path.join(root, path))
            if stat.S_ISDIR(tree[path].st_mode):
                pending.append(path)
    return tree


def _by_name(roots: tuple[bytes, bytes], trees: tuple[Tree, Tree]) -> Iterator[Difference]:
    for path in trees[0].keys() | trees[1].keys():
        left, right = trees[0].get(path), trees[1].get(path)
        if left is None or right is None:
            yield Difference(path, Aspect.PRESENCE, str(left is not None), str(right is not None))
            continue
        if stat.S_IFMT(left.st_mode) != stat.S_IFMT(right.st_mode):
            yield Difference(
                path, Aspect.TYPE, stat.filemode(left.st_mode), stat.filemode(right.st_mode)
            )
            continue
        full = os.path.join(roots[0], path), os.path.join(roots[1], path)
        yield from _metadata(path, left, right)
        yield from _substance(path, full, left, right)


def _metadata(path: bytes, left: os.stat_result, right: os.stat_result) -> Iterator[Difference]:
    pairs = (
        (Aspect.MODE, oct(stat.S_IMODE(left.st_mode)), oct(stat.S_IMODE(right.st_mode))),
        (Aspect.OWNER, f"{left.st_uid}:{left.st_gid}", f"{right.st_uid}:{right.st_gid}"),
        (Aspect.MTIME, str(left.st_mtime_ns), str(right.st_mtime_ns)),
    )
    for aspect, one, other in pairs:
        if one != other:
            yield Difference(path, aspect, one, other)


def _substance(
    path: bytes, full: tuple[bytes, bytes], left: os.stat_result, right: os.stat_result
) -> Iterator[Difference]:
    if stat.S_ISREG(left.st_mode):
        if left.st_size != right.st_size:
            sizes = f"{left.st_size} bytes", f"{right.st_size} bytes"
            yield Difference(path, Aspect.CONTENT, *sizes)
        elif (at := _first_unequal_byte(*full)) is not None:
            yield Difference(path, Aspect.CONTENT, f"differs at byte {at}", f"of {left.st_size}")
    elif stat.S_ISLNK(left.st_mode):
        targets = os.readlink(full[0]), os.readlink(full[1])
        if targets[0] != targets[1]:
            yield Difference(path, Aspect.TARGET, repr(targets[0]), repr(targets[1]))
    elif left.st_rdev != right.st_rdev:
        yield Difference(path, Aspect.DEVICE, str(left.st_rdev), str(right.st_rdev))
    attributes = _xattrs(full[0]), _xattrs(full[1])
    if attributes[0] != attributes[1]:
        yield Difference(path, Aspect.XATTRS, repr(attributes[0]), repr(attributes[1]))


def _first_unequal_byte(left: bytes, right: bytes) -> int | None:
    offset = 0
    with open(left, "rb") as one, open(right, "rb") as other:
        while True:
            a, b = one.read(_PIECE), other.read(_PIECE)
            if a != b:
                unequal = (n for n, pair in enumerate(zip(a, b, strict=False)) if len({*pair}) > 1)
                return offset + next(unequal, min(len(a), len(b)))
            if not a:
                return None
            offset += len(a)


def _xattrs(path: bytes) -> tuple[tuple[str, bytes], ...]:
    try:
        names = os.listxattr(path, follow_symlinks=False)
    except OSError as problem:
        if problem.errno == errno.ENOTSUP:
            return ()
        raise
    return tuple((n, os.getxattr(path, n, follow_symlinks=False)) for n in sorted(names))


def _hardlinks(left: Tree, right: Tree) -> Iterator[Difference]:
    shared = left.keys() & right.keys()
    groups = _link_groups(left, shared), _link_groups(right, shared)
    for path in sorted(groups[0].keys() | groups[1].keys()):
        one, other = groups[0].get(path, (path,)), groups[1].get(path, (path,))
        if one != other:
            yield Difference(path, Aspect.HARDLINKS, repr(one), repr(other))


def _link_groups(tree: Tree, paths: Collection[bytes]) -> dict[bytes, tuple[bytes, ...]]:
    """For every name that shares its file with another of `paths`: all the names of that file."""
    files: dict[tuple[int, int], list[bytes]] = {}
    for path in sorted(paths):
        status = tree[path]
        if status.st_nlink > 1 and not stat.S_ISDIR(status.st_mode):
            files.setdefault((status.st_dev, status.st_ino), []).append(path)
    return {path: tuple(names) for names in files.values() for path in names if len(names) > 1}
