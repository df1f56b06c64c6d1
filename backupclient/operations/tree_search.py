"""Trees by their names, kept for a while, and the search for names in them."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from backupclient.operations.select import SnapshotItem
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.tree import Node

MOST_FOUND = 500
_NODES_IN_MEMORY = 100_000

Names = tuple[bytes, ...]


class KnownTrees:
    """Trees by name, the last used ones in memory."""

    def __init__(self, reader: TreeReader) -> None:
        self._reader = reader
        self._loaded: OrderedDict[bytes, dict[bytes, Node]] = OrderedDict()
        self._nodes = 0

    def load(self, tree: bytes) -> dict[bytes, Node]:
        found = self._loaded.get(tree)
        if found is not None:
            self._loaded.move_to_end(tree)
            return found
        nodes = {node.name: node for node in self._reader.load(tree)}
        self._loaded[tree] = nodes
        self._nodes += len(nodes)
        while self._nodes > _NODES_IN_MEMORY and len(self._loaded) > 1:
            _, dropped = self._loaded.popitem(last=False)
            self._nodes -= len(dropped)
        return nodes

    def find(self, tree: bytes, names: Names) -> Node | None:
        """What the names lead to; None too for the root itself."""
        node: Node | None = None
        below: bytes | None = tree
        for name in names:
            if below is None:
                return None
            node = self.load(below).get(name)
            if node is None:
                return None
            below = node.subtree
        return node


class NameSearch:
    """One search, a folder at a time. A folder that was looked at in one backup is not looked at
    again in another that shares it."""

    def __init__(self, text: str, items: list[SnapshotItem], trees: KnownTrees) -> None:
        self.text = text
        self.found: list[tuple[bytes, str]] = []
        """Path and computer."""
        self.full = False
        self._needle = text.casefold()
        self._trees = trees
        self._known: set[tuple[bytes, str]] = set()
        self._seen: set[int] = set()
        self._items = items[::-1]
        self._folders: list[tuple[bytes, bytes]] = []
        self._computer = ""

    @property
    def done(self) -> bool:
        return self.full or not (self._items or self._folders)

    def step(self) -> None:
        if not self._folders:
            item = self._items.pop()
            self._computer = item.snapshot.hostname
            self._folders = [(b"", item.snapshot.tree)]
        path, tree = self._folders.pop()
        if not self._is_new(path, tree):
            return
        try:
            nodes = self._trees.load(tree)
        except DAMAGE:
            return
        below = []
        for node in nodes.values():
            here = path + b"/" + node.name
            if self._needle in node.name.decode("utf-8", "replace").casefold():
                self._take(here)
            if node.subtree is not None:
                below.append((here, node.subtree))
        self._folders += reversed(below)

    def _is_new(self, path: bytes, tree: bytes) -> bool:
        # Half a hash is enough to tell a few million apart, and small.
        digest = hashlib.sha256(tree + self._computer.encode() + b"\0" + path).digest()
        key = int.from_bytes(digest[:8], "big")
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    def _take(self, path: bytes) -> None:
        found = (path, self._computer)
        if found in self._known:
            return
        if len(self.found) >= MOST_FOUND:
            self.full = True
            return
        self._known.add(found)
        self.found.append(found)
