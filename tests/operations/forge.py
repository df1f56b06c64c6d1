"""Snapshots laid by hand, such as no program of good will writes them."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from backupclient.repository.blob import BlobType, blob_id
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import FinishedPack, PackBuilder
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node, NodeEncoder, NodeType, encode_tree
from tests.operations.computer import Computer

_CAPACITY = 1 << 16
SOME = Snapshot(time=datetime(2026, 1, 1, tzinfo=UTC), tree_hex="0" * 64, paths=["/"])


class Forge:
    """Collects blobs, and stores them with a snapshot of one tree."""

    def __init__(self, computer: Computer) -> None:
        self.repository = computer.open()
        self._builders = {kind: PackBuilder(kind, _CAPACITY) for kind in BlobType}
        self._known: set[tuple[BlobType, bytes]] = set()

    def blob(self, kind: BlobType, plain: bytes) -> bytes:
        """Its id."""
        identity = blob_id(plain)
        if (kind, identity) not in self._known:
            self._known.add((kind, identity))
            self._builders[kind].append(self.repository.codec.encode(kind, plain))
        return identity

    def file(self, name: bytes, content: bytes, *, size: int | None = None) -> Node:
        return Node(
            name=name,
            type=NodeType.FILE,
            mode=0o644,
            size=len(content) if size is None else size,
            content=(self.blob(BlobType.DATA, content),) if content else (),
        )

    def folder(self, name: bytes, tree: bytes) -> Node:
        return Node(name=name, type=NodeType.DIR, mode=0o755 | 1 << 31, subtree=tree)

    def link(self, name: bytes, to: bytes) -> Node:
        return Node(name=name, type=NodeType.SYMLINK, mode=0o777 | 1 << 27, link_target=to)

    def tree(self, *nodes: Node) -> bytes:
        """The id of the tree, with the nodes in the order given."""
        encoder = NodeEncoder(UTC)
        return self.blob(BlobType.TREE, encode_tree(map(encoder.encode, nodes)))

    def snapshot(self, tree: bytes, like: Snapshot = SOME) -> str:
        """Store everything collected so far, and a snapshot of that tree; returns its name."""
        packs = [self._store(builder) for builder in self._builders.values() if builder.entries]
        if packs:
            self.repository.save_index([IndexedPack(pack.name, pack.entries) for pack in packs])
        self._builders = {kind: PackBuilder(kind, _CAPACITY) for kind in BlobType}
        return self.repository.save_snapshot(msgspec.structs.replace(like, tree_hex=tree.hex()))

    def _store(self, builder: PackBuilder) -> FinishedPack:
        pack = builder.finish(self.repository.sealer)
        self.repository.save_pack(pack)
        return pack
