"""What cannot be had now keeps its last version: a backup without it would look like deleted files.

That is a file or folder that cannot be read, and whatever lay on a drive that was mounted below a
chosen folder and is not any more.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import msgspec

from backupclient.decoding import from_json
from backupclient.manifest.kinds import EntryKind
from backupclient.manifest.manifest import Manifest
from backupclient.operations.backup.adopt import Parent
from backupclient.operations.backup.folder import Folder
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.pipeline.scanner import kind_and_mode
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import Node, NodeEncoder

_FACT = "mounts-below"
_MOUNT_POINT = 4
"""The field of a line in `/proc/self/mountinfo` (proc_pid_mountinfo(5))."""
_ESCAPED = re.compile(rb"\\([0-7]{3})")


class LastVersions:
    """What the snapshot that a run follows has of a path. Belongs to the job's thread."""

    def __init__(self, session: Session, parent: Parent | None) -> None:
        self._trees = TreeReader(session)
        self._blobs = session.manifest.blobs
        self._top = None if parent is None else parent.snapshot.tree
        self._encoder = NodeEncoder()

    def keep(self, folder: Folder, name: bytes, kind: EntryKind | None) -> None:
        """Put the last version of something in a folder into the folder's tree, if it was of this
        `kind` and all of it is stored."""
        node = self._node(folder, name)
        if node is None or (kind is not None and (kind_and_mode(node) or (None,))[0] is not kind):
            return
        kept = self._blobs.all_stored(BlobType.DATA, node.content or ())
        if kept and (node.subtree is None or self._is_stored(node.subtree)):
            folder.nodes.append((name, self._encoder.encode(node)))

    def _is_stored(self, tree: bytes) -> bool:
        return bool(self._blobs.known(BlobType.TREE, (tree,)))

    def _node(self, folder: Folder, name: bytes) -> Node | None:
        names = [name]
        here: Folder = folder
        while here.parent is not None:
            names.append(here.found.name)
            here = here.parent
        tree, node = self._top, None
        for one in reversed(names):
            if tree is None:
                return None
            try:
                nodes = self._trees.load(tree)
            except DAMAGE:
                return None
            node = next((node for node in nodes if node.name == one), None)
            tree = None if node is None else node.subtree
        return node


class Mounts:
    """The mount points below what was chosen, as far as they were seen when something was mounted
    there. Belongs to the job's thread, and to the manifest's transaction."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        known = from_json(manifest.fact(_FACT) or "[]", list[str])
        self._known = {bytes.fromhex(path) for path in known}

    def entered(self, path: bytes) -> None:
        """A folder that has something in it lies on another file system than the one above it,
        which need not be a mount: some keep parts of one apart."""
        if path not in self._known and _is_mounted(path):
            self._known.add(path)
            self._manifest.begin()
            paths = sorted(path.hex() for path in self._known)
            self._manifest.remember(_FACT, msgspec.json.encode(paths).decode())

    def is_away(self, path: bytes) -> bool:
        """Whether a path lies at or below a mount point where nothing is mounted now."""
        above = [one for one in self._known if (path + b"/").startswith(one + b"/")]
        return any(not _is_mounted(one) for one in above)


def _is_mounted(path: bytes) -> bool:
    if sys.platform != "linux":
        return os.path.ismount(path)
    real = os.path.realpath(path)
    lines = Path("/proc/self/mountinfo").read_bytes().splitlines()
    return any(_unescaped(line.split(b" ")[_MOUNT_POINT]) == real for line in lines)


def _unescaped(field: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 8)]), field)
