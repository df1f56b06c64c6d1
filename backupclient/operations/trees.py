"""Reading trees: whole tree packs are fetched once, and every tree is cut from them."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import NamedTuple

from backupclient.errors import (
    BackupError,
    DataDamaged,
    ObjectArchived,
    ObjectDamaged,
    ObjectMissing,
)
from backupclient.events import Reason
from backupclient.manifest.blob_index import BlobLocation
from backupclient.operations.session import Session
from backupclient.repository.blob import BlobType
from backupclient.repository.pack import PackEntry
from backupclient.repository.tree import Node, decode_tree

DAMAGE = (DataDamaged, ObjectDamaged, ObjectMissing)
"""What reading raises when a part of the repository is not, or no longer, what it should be. Any
other error says nothing about the part asked for."""
UNREADABLE = (*DAMAGE, ObjectArchived)
"""What costs a restore the files that need the part, and nothing else."""

_PACKS_IN_MEMORY = 32 << 20

TreePath = tuple[bytes, ...]


def reason_of(error: BackupError) -> Reason:
    """Why a file that needs what could not be read is not restored."""
    return Reason.ARCHIVED if isinstance(error, ObjectArchived) else Reason.DAMAGED


class Visit(NamedTuple):
    """One node, and the names that lead to it from where the walk began."""

    path: TreePath
    node: Node


class TreeReader:
    """Loads trees of a session's repository. May be used from any thread."""

    def __init__(self, session: Session) -> None:
        self._repository = session.repository
        self._blobs = session.manifest.blobs
        self._control = session.control
        self._packs: OrderedDict[str, bytes] = OrderedDict()  # guarded by _lock
        self._packs_size = 0  # guarded by _lock
        self._lock = threading.Lock()

    def load(self, tree_id: bytes) -> list[Node]:
        """The nodes of one tree, as they are stored, from the first copy of it that is whole.
        `UNREADABLE` if there is none, `Cancelled` once the job is stopped."""
        self._control.check()
        first: DataDamaged | ObjectDamaged | ObjectMissing | ObjectArchived | None = None
        for place in self._blobs.copies(BlobType.TREE, tree_id):
            try:
                return decode_tree(self._plain(tree_id, place))
            except UNREADABLE as error:
                first = first or error
        if first is None:
            raise DataDamaged("tree is in no index", blob=tree_id.hex())
        if isinstance(first, DataDamaged):
            raise DataDamaged(first.raw, **({"blob": tree_id.hex()} | first.facts)) from first
        raise first

    def walk(
        self,
        tree_id: bytes,
        *,
        enter: Callable[[TreePath, Node], bool] | None = None,
        broken: Callable[[TreePath, BackupError], None] | None = None,
    ) -> Iterator[Visit]:
        """Every node at and below a tree, depth-first, in the stored order. A folder is yielded
        before what is in it, and left closed if `enter` says no. A tree that cannot be read ends
        the walk with its error, unless `broken` takes it: then the walk goes on without."""
        stack: list[tuple[TreePath, Iterator[Node]]] = [((), self._open(tree_id, (), broken))]
        while stack:
            above, nodes = stack[-1]
            node = next(nodes, None)
            if node is None:
                stack.pop()
                continue
            path = (*above, node.name)
            yield Visit(path, node)
            if node.subtree is not None and (enter is None or enter(path, node)):
                stack.append((path, self._open(node.subtree, path, broken)))

    def _open(
        self, tree_id: bytes, path: TreePath, broken: Callable[[TreePath, BackupError], None] | None
    ) -> Iterator[Node]:
        try:
            return iter(self.load(tree_id))
        except UNREADABLE as error:
            if broken is None:
                raise
            broken(path, error)
            return iter(())

    def _plain(self, tree_id: bytes, place: BlobLocation) -> bytes:
        with self._lock:
            pack = self._packs.get(place.pack)
            if pack is not None:
                self._packs.move_to_end(place.pack)
        if pack is not None:
            return self._cut(pack, tree_id, place)
        cache = self._repository.cache
        if cache is not None:
            sealed = cache.get_range(place.pack, place.offset, place.length)
            if sealed is not None:
                try:
                    return self._decode(sealed, tree_id, place)
                except DataDamaged:
                    cache.drop_pack(place.pack)
        try:
            pack = self._repository.load_pack(place.pack)
        except DataDamaged:
            # Damage elsewhere in the pack need not be in this tree.
            entry = PackEntry(tree_id, BlobType.TREE, place.offset, place.length, place.raw_length)
            return self._repository.load_blob(place.pack, entry)
        if cache is not None:
            cache.put_pack(place.pack, pack)
        self._keep(place.pack, pack)
        return self._cut(pack, tree_id, place)

    def _cut(self, pack: bytes, tree_id: bytes, place: BlobLocation) -> bytes:
        sealed = memoryview(pack)[place.offset : place.offset + place.length]
        return self._decode(sealed, tree_id, place)

    def _decode(self, sealed: bytes | memoryview, tree_id: bytes, place: BlobLocation) -> bytes:
        return self._repository.codec.decode_verified(sealed, place.raw_length, tree_id)

    def _keep(self, name: str, pack: bytes) -> None:
        with self._lock:
            if name not in self._packs:
                self._packs[name] = pack
                self._packs_size += len(pack)
            while self._packs_size > _PACKS_IN_MEMORY and len(self._packs) > 1:
                _, dropped = self._packs.popitem(last=False)
                self._packs_size -= len(dropped)
