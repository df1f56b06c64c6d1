"""The tree of a checkpoint: what the manifest says is stored, laid over the parent's trees."""

from __future__ import annotations

import os
from collections.abc import Iterable

from backupclient.manifest.checkpointed import InCheckpoint
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.manifest import Entry, EntryKind, EntryState
from backupclient.operations.backup.adopt import Parent
from backupclient.operations.backup.ledger import Ledger
from backupclient.operations.backup.targets import Target
from backupclient.operations.session import Session
from backupclient.operations.trees import TreeReader
from backupclient.pipeline.scanner import Found, build_node
from backupclient.pipeline.sender import SentPack
from backupclient.repository.blob import BlobType, blob_id
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import PackBuilder
from backupclient.repository.tree import Node, NodeEncoder, encode_tree

_PACK_SIZE = 16 << 20
_ROOM = 4 << 20


class TreePacks:
    """Takes trees and sends them from the job's thread, beside the uploads. What the uploads were
    given and have not sent yet is stored here too: the checkpoint cannot wait for it."""

    def __init__(self, session: Session, ledger: Ledger) -> None:
        self._session = session
        self._ledger = ledger
        self._builder: PackBuilder | None = None
        self._taken: set[bytes] = set()

    def store(self, plain: bytes) -> bytes:
        """Returns the tree's id."""
        tree_id = blob_id(plain)
        known = self._session.manifest.blobs.known(BlobType.TREE, (tree_id,))
        if known or tree_id in self._taken:
            return tree_id
        blob = self._session.repository.codec.encode(BlobType.TREE, plain, tree_id)
        if self._builder is not None and not self._builder.fits(blob):
            self.send()
        if self._builder is None:
            capacity = max(_PACK_SIZE + _ROOM, PackBuilder.least_capacity(blob))
            self._builder = PackBuilder(BlobType.TREE, capacity)
        self._builder.append(blob)
        self._taken.add(tree_id)
        if self._builder.size >= _PACK_SIZE:
            self.send()
        return tree_id

    def send(self) -> None:
        """Have everything taken so far stored."""
        builder, self._builder = self._builder, None
        if builder is not None:
            pack = builder.finish(self._session.repository.sealer)
            self._session.repository.save_pack(pack)
            self._ledger.note(SentPack(IndexedPack(pack.name, pack.entries), len(pack.data)))


class _Level:
    """A folder whose tree is being made: `nodes` by name, `below` the folders still to come. It
    `waits` if something in it, at any depth, was read and is on its way to the storage: a folder's
    own tree may be stored before the files in it are."""

    def __init__(self, number: int, path: bytes, found: Found | None) -> None:
        self.number = number
        self.path = path
        self.found = found
        self.nodes: dict[bytes, bytes] = {}
        self.waits = False
        self.below: list[tuple[Found, int, bytes | None]] = []


class CheckpointTree:
    """One run's. Remembers what it has built, so that the next time only what is new is looked at.
    Belongs to the job's thread."""

    def __init__(self, session: Session, *, with_atime: bool) -> None:
        self._manifest = session.manifest
        self._reader = TreeReader(session)
        self._control = session.control
        self._with_atime = with_atime
        self._encoder = NodeEncoder()
        self._runs = {run.no for run in self._manifest.runs() if run.snapshot_id is None}
        self.holds = InCheckpoint()
        """What the trees built since the last checkpoint have of unfinished runs."""
        self._built: dict[int, bytes | None] = {}
        self._worth: set[int] = set()
        self._packs: TreePacks

    def forget(self) -> None:
        """What was built may not have come to be stored: all of it is looked at again."""
        self._built.clear()
        self.holds.clear()

    def build(self, root: Target, parent: Parent | None, packs: TreePacks) -> bytes | None:
        """The id of the tree, once `packs` is sent; None if there is nothing to put in it. `DAMAGE`
        if the parent's trees cannot be read."""
        self._packs = packs
        for number in self._manifest.with_ancestors(self._manifest.touched):
            self._built.pop(number, None)
        self._manifest.touched.clear()
        named = self._runs | {-no for no in self._runs}
        self._worth = self._manifest.with_ancestors(self._manifest.folders_of_runs(named))
        tree = None if parent is None else parent.snapshot.tree
        if root.whole:
            return self._tree_of(root.path, tree)
        return self._partly(root, tree)

    def _partly(self, target: Target, tree: bytes | None) -> bytes | None:
        """A folder above what was chosen: only the chosen names."""
        before = self._nodes_of(tree)
        nodes: dict[bytes, bytes] = {}
        for name, child in target.children.items():
            old = before.get(name)
            encoded = child.carried if child.missing else self._chosen(child, old)
            if encoded is None and old is not None:
                encoded = self._encoder.encode(old)
            if encoded is not None:
                nodes[name] = encoded
        return self._store(nodes) if nodes else None

    def _chosen(self, child: Target, old: Node | None) -> bytes | None:
        above = self._manifest.find_folder(os.path.dirname(child.path))
        entry = None if above is None else self._manifest.entry(above, child.name)
        if above is None or entry is None:
            return None
        encoded = self._node_of(child, entry, old)
        if entry.child is not None and encoded is None:
            self.holds.lost.add(entry.child)
        elif entry.child is not None:
            self.holds.lost.discard(entry.child)
        else:
            self.holds.files[above, child.name] = encoded is not None
        return encoded

    def _node_of(self, child: Target, entry: Entry, old: Node | None) -> bytes | None:
        try:
            info = os.lstat(child.path) if child.whole else os.stat(child.path)
        except OSError:
            return None
        found = Found.of(child.name, info)
        if found is None:
            return None
        if found.kind is not EntryKind.FOLDER:
            return self._stored(os.path.dirname(child.path), [entry])[0].get(child.name)
        below = None if old is None else old.subtree
        tree = self._tree_of(child.path, below) if child.whole else self._partly(child, below)
        return None if tree is None else self._encode(found, child.path, subtree=tree)

    def _tree_of(self, path: bytes, tree: bytes | None) -> bytes | None:
        """The tree of a chosen folder."""
        number = self._manifest.find_folder(path)
        if number is None or number not in self._worth:
            return tree
        levels = [self._open(number, path, None, tree)]
        while True:
            level = levels[-1]
            if level.below:
                found, below, old = level.below.pop()
                path = os.path.join(level.path, found.name)
                levels.append(self._open(below, path, found, old))
                continue
            made = self._store(level.nodes) if level.nodes else None
            levels.pop()
            if not level.waits:
                self._built[level.number] = made
            if not levels:
                return made
            levels[-1].waits |= level.waits
            self._add(levels[-1], level, made)

    def _open(self, number: int, path: bytes, found: Found | None, tree: bytes | None) -> _Level:
        self._control.check()
        level = _Level(number, path, found)
        before = self._nodes_of(tree)
        level.nodes = {name: self._encoder.encode(node) for name, node in before.items()}
        entries = self._manifest.entries_of(number).values()
        for entry in entries:
            if entry.kind == EntryKind.FOLDER and entry.child in self._worth:
                self._take_folder(level, entry, before.get(entry.name))
        nodes, level.waits = self._stored(path, entries)
        level.nodes.update(nodes)
        self.holds.lost.discard(number)  # where it was the last time
        self.holds.folders[number] = tuple(
            entry.name for entry in entries if self._is_ours(entry) and entry.name not in nodes
        )
        return level

    def _take_folder(self, level: _Level, entry: Entry, old: Node | None) -> None:
        assert entry.child is not None
        path = os.path.join(level.path, entry.name)
        found = _look(path, entry.name)
        if found is None or found.kind is not EntryKind.FOLDER:
            self.holds.lost.add(entry.child)
            return
        if entry.child in self._built:
            self._add(level, _Level(entry.child, path, found), self._built[entry.child])
        else:
            level.below.append((found, entry.child, None if old is None else old.subtree))

    def _add(self, level: _Level, below: _Level, tree: bytes | None) -> None:
        found = below.found
        assert found is not None
        encoded = None if tree is None else self._encode(found, below.path, subtree=tree)
        if encoded is None:
            self.holds.lost.add(below.number)
        else:
            level.nodes[found.name] = encoded

    def _stored(self, folder: bytes, entries: Iterable[Entry]) -> tuple[dict[bytes, bytes], bool]:
        """The encoded nodes of what unfinished runs have stored and what still looks so, and
        whether something was read that is not stored yet."""
        ours = [entry for entry in entries if self._is_ours(entry)]
        ids = {each for entry in ours for each in blob_ids(entry.content)}
        missing = ids - self._manifest.blobs.known(BlobType.DATA, list(ids))
        nodes: dict[bytes, bytes] = {}
        for entry in ours:
            content = blob_ids(entry.content)
            if not missing.isdisjoint(content):
                continue
            path = os.path.join(folder, entry.name)
            found = _look(path, entry.name)
            if found is None or not _same(found, entry):
                continue
            if entry.kind == EntryKind.FILE:
                encoded = self._encode(found, path, content=content, size=entry.size)
            else:
                encoded = self._encode(found, path)
            if encoded is not None:
                nodes[entry.name] = encoded
        return nodes, bool(missing)

    def _is_ours(self, entry: Entry) -> bool:
        """Whether an unfinished run has read it."""
        return (
            abs(entry.run_no) in self._runs
            and entry.kind != EntryKind.FOLDER
            and entry.state == EntryState.STORED
        )

    def _encode(
        self,
        found: Found,
        path: bytes,
        *,
        content: tuple[bytes, ...] | None = None,
        size: int = 0,
        subtree: bytes | None = None,
    ) -> bytes | None:
        """None if it has just gone."""
        try:
            node = build_node(
                found,
                path,
                content=content,
                size=size,
                subtree=subtree,
                with_atime=self._with_atime,
            )
        except OSError:
            return None
        return self._encoder.encode(node)

    def _nodes_of(self, tree: bytes | None) -> dict[bytes, Node]:
        return {} if tree is None else {node.name: node for node in self._reader.load(tree)}

    def _store(self, nodes: dict[bytes, bytes]) -> bytes:
        return self._packs.store(encode_tree([nodes[name] for name in sorted(nodes)]))


def _look(path: bytes, name: bytes) -> Found | None:
    try:
        return Found.of(name, os.lstat(path))
    except OSError:
        return None


def _same(found: Found, entry: Entry) -> bool:
    info = found.stat
    return (
        found.kind == entry.kind
        and info.st_mtime_ns == entry.mtime
        and info.st_ctime_ns == entry.ctime
        and info.st_ino == entry.inode
        and info.st_mode == entry.mode
        and (found.kind is not EntryKind.FILE or info.st_size == entry.size)
    )
