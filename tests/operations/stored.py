"""What a snapshot holds, as another computer finds it in the repository."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from backupclient.operations.trees import TreeReader
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import Node, NodeType
from tests.operations.computer import Computer


def nodes_of(computer: Computer, snapshot: str, below: Path | None = None) -> dict[bytes, Node]:
    """The nodes by their path; those in the folder `below` only, by their path from there. A
    relative `below` is where a folder that was chosen so hangs in the tree."""
    other = computer.folder.with_name("another-computer")
    with Computer(computer.storage, other, computer.clock).session() as session:
        tree = session.load_snapshot(snapshot).tree
        reader = TreeReader(session)
        found = {b"/".join(path): node for path, node in reader.walk(tree)}
        ids = {i for node in found.values() for i in node.content or ()}
        assert session.manifest.blobs.known(BlobType.DATA, list(ids)) == ids
    if below is None:
        return found
    base = b"/".join(os.fsencode(part) for part in below.parts if part != "/") + b"/"
    if base == b"/":
        return found
    return {path[len(base) :]: node for path, node in found.items() if path.startswith(base)}


def names_of(computer: Computer, snapshot: str, below: Path) -> set[str]:
    return {os.fsdecode(path) for path in nodes_of(computer, snapshot, below)}


def differences(
    computer: Computer, snapshot: str, source: Path, at: Path | None = None
) -> set[str]:
    """Paths in `source` that the snapshot does not hold (in the folder `at`) as they are now, and
    those that it holds and that are not there. Files must be small enough to be one blob."""
    nodes = nodes_of(computer, snapshot, source if at is None else at)
    stored = {os.fsdecode(path): node for path, node in nodes.items()}
    there = {str(path.relative_to(source)): path for path in source.rglob("*")}
    wrong = {name for name in stored.keys() & there.keys() if not _same(stored[name], there[name])}
    return wrong | (stored.keys() ^ there.keys())


def _same(node: Node, path: Path) -> bool:
    info = path.lstat()
    if node.mtime_ns != info.st_mtime_ns:
        return False
    if stat.S_ISREG(info.st_mode):
        data = path.read_bytes()
        ids = (hashlib.sha256(data).digest(),) if data else ()
        return (node.type, node.content, node.size) == (NodeType.FILE, ids, len(data))
    if stat.S_ISLNK(info.st_mode):
        return node.link_target == os.fsencode(path.readlink())
    return (node.type is NodeType.DIR) == stat.S_ISDIR(info.st_mode)
