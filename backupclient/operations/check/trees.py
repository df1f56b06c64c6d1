"""Looking through every tree of every snapshot: that it loads, that what it says can be, and that
all it needs is in the index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from backupclient.events import Damage, DamageCode
from backupclient.manifest.blob_index import BlobIndex
from backupclient.operations.browse import path_text
from backupclient.operations.select import SnapshotItem
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, TreePath, TreeReader
from backupclient.repository.blob import BlobType
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.names import is_valid_name
from backupclient.repository.tree import Node, NodeType

_SLICE = 4000
_MOST_PATHS = 1000
"""Named of one damage, at most."""


class LoadedTree(NamedTuple):
    id: bytes
    path: TreePath
    nodes: list[Node]


class Affected:
    """Paths that need something: the first thousand, and how many more."""

    __slots__ = ("more", "paths")

    def __init__(self) -> None:
        self.paths: list[str] = []
        self.more = 0

    def add(self, path: str) -> None:
        if len(self.paths) < _MOST_PATHS:
            self.paths.append(path)
        else:
            self.more += 1

    def damage(self, code: DamageCode, item: str, raw: str) -> Damage:
        if self.more:
            raw = f"{raw}; {self.more} more files".lstrip("; ")
        return Damage(code=code, item=item, raw=raw, affected=tuple(self.paths))


class TreeCheck:
    """Belongs to the job's thread."""

    def __init__(
        self,
        session: Session,
        items: Sequence[SnapshotItem],
        tell: Callable[[Damage], None],
        tick: Callable[[int], None],
    ) -> None:
        self._items = items
        self._trees = TreeReader(session)
        self._index: BlobIndex = session.manifest.blobs
        self._tell = tell
        self._tick = tick
        self.missing: dict[bytes, Affected] = {}
        """Blobs and trees that are in no index, and what needs them."""
        self.trees = 0
        self.used_packs: set[str] = set()
        """Packs that hold something a snapshot needs."""

    def run(self) -> None:
        """Look through all trees, each once."""
        for tree in self._all(first_time=True):
            self.trees += 1
            self._tick(self.trees)
            self._check_nodes(tree)
            self._check_content(tree)

    def affected_by(self, packs: dict[str, frozenset[bytes] | None]) -> dict[str, Affected]:
        """The files that need something of damaged packs, of which these blobs are lost (None
        stands for all)."""
        found = {name: Affected() for name in packs}
        for tree in self._all(first_time=False):
            for path, content in _files(tree):
                hit: set[str] = set()
                for blob, pack in self._packs_of(content):
                    lost = packs.get(pack, frozenset())
                    if lost is None or blob in lost:
                        hit.add(pack)
                for pack in hit:
                    found[pack].add(path_text(path))
        return found

    def _all(self, *, first_time: bool) -> Iterator[LoadedTree]:
        seen: set[bytes] = set()
        for item in self._items:
            stack: list[tuple[bytes, TreePath]] = [(item.snapshot.tree, ())]
            while stack:
                tree, path = stack.pop()
                if tree in seen:
                    continue
                seen.add(tree)
                nodes = self._load(tree, path, first_time=first_time)
                yield LoadedTree(tree, path, nodes)
                below = [(n.subtree, (*path, n.name)) for n in nodes if n.subtree is not None]
                stack.extend(reversed(below))

    def _load(self, tree: bytes, path: TreePath, *, first_time: bool) -> list[Node]:
        """The tree's nodes; none if it cannot be had, which is told the first time."""
        place = self._index.locate(BlobType.TREE, tree)
        at = path_text(path)
        if place is None:
            if first_time:
                self.missing.setdefault(tree, Affected()).add(at)
            return []
        self.used_packs.add(place.pack)
        try:
            return self._trees.load(tree)
        except DAMAGE as error:
            if first_time:
                raw = str(error)
                self._tell(Damage(code=DamageCode.TREE, item=tree.hex(), raw=raw, affected=(at,)))
            return []

    def _check_nodes(self, tree: LoadedTree) -> None:
        last = b""
        names: set[bytes] = set()
        for node in tree.nodes:
            wrong = _wrong_with(node)
            if not wrong and node.name <= last:
                wrong = "name twice" if node.name in names else "names out of order"
            if wrong:
                self._tell_node(tree, node, wrong)
            last = max(last, node.name)
            names.add(node.name)

    def _check_content(self, tree: LoadedTree) -> None:
        files = [node for node in tree.nodes if node.content]
        batch: list[Node] = []
        count = 0
        for node in files:
            batch.append(node)
            count += len(node.content or ())
            if count >= _SLICE:
                self._check_files(tree, batch)
                batch, count = [], 0
        self._check_files(tree, batch)

    def _check_files(self, tree: LoadedTree, nodes: Sequence[Node]) -> None:
        lengths: dict[bytes, int] = {}
        ids = list(dict.fromkeys(blob for node in nodes for blob in node.content or ()))
        for start in range(0, len(ids), _SLICE):
            places = self._index.locate_many(BlobType.DATA, ids[start : start + _SLICE])
            for blob, place in places.items():
                lengths[blob] = place.raw_length or place.length - OVERHEAD
                self.used_packs.add(place.pack)
        for node in nodes:
            content = node.content or ()
            missing = {blob for blob in content if blob not in lengths}
            for blob in missing:
                path = path_text((*tree.path, node.name))
                self.missing.setdefault(blob, Affected()).add(path)
            if missing:
                continue
            total = sum([lengths[blob] for blob in content])
            if total != node.size:
                self._tell_node(tree, node, f"{node.size} bytes are promised, {total} are stored")

    def _packs_of(self, content: tuple[bytes, ...]) -> Iterator[tuple[bytes, str]]:
        for start in range(0, len(content), _SLICE):
            ids = content[start : start + _SLICE]
            for blob, place in self._index.locate_many(BlobType.DATA, ids).items():
                yield blob, place.pack

    def _tell_node(self, tree: LoadedTree, node: Node, wrong: str) -> None:
        path = path_text((*tree.path, node.name))
        self._tell(Damage(code=DamageCode.NODE, item=tree.id.hex(), raw=wrong, affected=(path,)))


def _wrong_with(node: Node) -> str:
    """What no node may be, "" if it is right. Its size is looked at with its blobs."""
    if not is_valid_name(node.name):
        return "impossible name"
    if node.type is NodeType.FILE:
        if node.content is None:
            return "file without content"
        if not node.content and node.size:
            return f"{node.size} bytes are promised, 0 are stored"
    if node.type is NodeType.DIR and node.subtree is None:
        return "folder without a tree"
    if node.type is not NodeType.DIR and node.subtree is not None:
        return "a tree in what is no folder"
    return ""


def _files(tree: LoadedTree) -> Iterator[tuple[TreePath, tuple[bytes, ...]]]:
    for node in tree.nodes:
        if node.content:
            yield (*tree.path, node.name), node.content
