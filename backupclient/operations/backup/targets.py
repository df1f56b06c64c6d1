"""The chosen paths as the top of the snapshot's tree, laid out as restic lays it out.

An absolute path hangs below the root with one folder per component. A relative one keeps its own
components, leading ".." left away; "." or "/" alone is the root itself. (restic's archiver,
`pathComponents`.)
"""

from __future__ import annotations

import os

from backupclient.errors import InvalidRequest


class Target:
    """A folder or file at the top of the tree. `whole`: it was chosen itself, everything in it is
    backed up; otherwise only `children` are. `path` is where it really lies, absolute. `carried`
    is the encoded node of its last version, for one that is `missing` now; `device` the file system
    it was on when the run began, for a folder that was there."""

    __slots__ = ("carried", "children", "device", "missing", "name", "parent", "path", "whole")

    def __init__(self, path: bytes, name: bytes = b"", parent: Target | None = None) -> None:
        self.path = path
        self.name = name
        self.parent = parent
        self.whole = False
        self.missing = False
        self.device: int | None = None
        self.carried: bytes | None = None
        self.children: dict[bytes, Target] = {}

    def chosen(self) -> list[Target]:
        """Everything below (or this) that was chosen itself, in the order of the tree."""
        if self.whole:
            return [self]
        return [t for name in sorted(self.children) for t in self.children[name].chosen()]

    def names(self) -> tuple[bytes, ...]:
        """Where it hangs in the tree."""
        return () if self.parent is None else (*self.parent.names(), self.name)


def plan_targets(paths: tuple[bytes, ...], cwd: bytes) -> Target:
    """The root of the tree to be. `InvalidRequest` if nothing was chosen."""
    if not paths:
        raise InvalidRequest(reason="nothing-chosen")
    if len(paths) == 1 and not _components(paths[0]):
        root = Target(absolute(paths[0], cwd))
        root.whole = True
        return root
    expanded = _expanded(paths, cwd)
    roots = {_root_of(path, cwd) for path in expanded}
    if len(roots) > 1:
        # Relative paths that begin in different folders have no common root but "/".
        expanded = [absolute(path, cwd) for path in expanded]
        roots = {b"/"}
    root = Target(roots.pop())
    for path in expanded:
        _add(root, path, cwd)
    return root


def _root_of(path: bytes, cwd: bytes) -> bytes:
    """The folder in which the path's first component lies."""
    root = absolute(path, cwd)
    for _ in _components(path):
        root = os.path.dirname(root)
    return root


def absolute(path: bytes, cwd: bytes) -> bytes:
    """As a snapshot's `paths` name it."""
    # normpath keeps two leading slashes, as POSIX does; here they are one.
    return b"/" + os.path.normpath(os.path.join(cwd, path)).lstrip(b"/")


def _components(path: bytes) -> list[bytes]:
    return [part for part in os.path.normpath(path).split(b"/") if part not in (b"", b".", b"..")]


def _expanded(paths: tuple[bytes, ...], cwd: bytes) -> list[bytes]:
    """With several paths, one that would be the root itself stands for what is in it."""
    result: list[bytes] = []
    for path in paths:
        if _components(path):
            result.append(path)
            continue
        try:
            names = sorted(os.listdir(absolute(path, cwd)))
        except OSError as error:
            raise InvalidRequest(str(error), reason="unlistable", path=os.fsdecode(path)) from error
        result += [os.path.join(path, name) for name in names]
    return result


def _add(root: Target, path: bytes, cwd: bytes) -> None:
    components = _components(path)
    real = absolute(path, cwd)
    here = root
    for depth, name in enumerate(components):
        below = real
        for _ in range(len(components) - depth - 1):
            below = os.path.dirname(below)
        child = here.children.setdefault(name, Target(below, name, here))
        if child.path != below:
            raise InvalidRequest(reason="same-name", path=os.fsdecode(below))
        here = child
    here.whole = True
