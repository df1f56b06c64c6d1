"""Looking into a repository: what a snapshot holds, where a name is found, what it adds up to."""

from __future__ import annotations

import enum
import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from backupclient.errors import BackupError, DataDamaged
from backupclient.events import Damage, DamageCode
from backupclient.manifest.blob_index import BlobLocation
from backupclient.operations.select import (
    SnapshotItem,
    choose_snapshots,
    find_snapshot,
    find_tree,
    split_path,
)
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, TreePath, TreeReader
from backupclient.pipeline.patterns import PatternSet
from backupclient.repository.blob import BlobType
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.tree import Node
from backupclient.requests import ALL, SnapshotFilter


def path_text(path: TreePath) -> str:
    """A path as people and patterns see it: from the root, bytes that are no text escaped as
    `os.fsdecode` does."""
    return "/" + b"/".join(path).decode("utf-8", "surrogateescape")


class Entry(NamedTuple):
    """One thing in a snapshot. `path` begins with "/"."""

    path: str
    node: Node


# --- ls -------------------------------------------------------------------------------------------


class LsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`snapshot` as `find_snapshot` takes it. `folders` are paths in it: without any, everything
    is listed; with some, what is directly in them, or with `recursive` everything below."""

    snapshot: str
    filter: SnapshotFilter = ALL
    folders: tuple[str, ...] = ()
    recursive: bool = False


class Listing(NamedTuple):
    item: SnapshotItem
    entries: Iterator[Entry]
    """Read as it is consumed, while the session is open, by the job's thread. Raises `DAMAGE` at a
    folder that cannot be read."""


def list_entries(session: Session, request: LsRequest) -> Listing:
    """What a snapshot holds. Errors as `find_snapshot` and `find_tree`."""
    selected = find_snapshot(session, request.snapshot, request.filter)
    trees = TreeReader(session)
    tree = find_tree(trees, selected)
    item = SnapshotItem(selected.name, selected.snapshot)
    return Listing(item, _entries(trees, tree, request))


def _entries(trees: TreeReader, tree: bytes, request: LsRequest) -> Iterator[Entry]:
    wanted = [path_text(split_path(folder)) for folder in request.folders]

    def within(path: str) -> bool:
        return not wanted or any(_is_below(path, folder) for folder in wanted)

    def enter(path: TreePath, _node: Node) -> bool:
        text = path_text(path)
        return (
            not wanted
            or any(_is_below(folder, text) for folder in wanted)
            or (request.recursive and within(text))
        )

    for visit in trees.walk(tree, enter=enter):
        text = path_text(visit.path)
        if within(text):
            yield Entry(text, visit.node)


def _is_below(path: str, folder: str) -> bool:
    return folder in ("/", path) or path.startswith(folder + "/")


# --- find -----------------------------------------------------------------------------------------


class FindRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`patterns` in restic's language; what matches a folder matches everything in it. `snapshots`
    as `find_snapshot` takes them, all that the filter takes if there are none. `oldest` and
    `newest` bound the modification time."""

    patterns: tuple[str, ...]
    ignore_case: bool = False
    snapshots: tuple[str, ...] = ()
    filter: SnapshotFilter = ALL
    oldest: datetime | None = None
    newest: datetime | None = None


class Match(NamedTuple):
    item: SnapshotItem
    entry: Entry


def find_entries(session: Session, request: FindRequest) -> Iterator[Match]:
    """Everything that matches, snapshot after snapshot, oldest first. Read as it is consumed, by
    the job's thread. A folder that cannot be read is told as `Damage`, and the search goes on."""
    items = choose_snapshots(session, request.snapshots, request.filter)
    return _Search(session, request).run(items)


class _Folder:
    """One open folder of a search."""

    __slots__ = ("key", "matched", "nodes", "path")

    def __init__(self, path: str, key: int, nodes: Iterator[Node]) -> None:
        self.path = path
        self.key = key
        self.nodes = nodes
        self.matched = False


class _Search:
    def __init__(self, session: Session, request: FindRequest) -> None:
        self._session = session
        self._trees = TreeReader(session)
        self._patterns = PatternSet(request.patterns, ignore_case=request.ignore_case)
        self._oldest = _to_ns(request.oldest)
        self._newest = _to_ns(request.newest)
        # Snapshots share most of their trees: where nothing was found once, nothing is looked for
        # again. Half a hash is enough to tell a few million apart, and small.
        self._barren: set[int] = set()

    def run(self, items: list[SnapshotItem]) -> Iterator[Match]:
        for item in items:
            for entry in self._search(item.snapshot.tree):
                yield Match(item, entry)

    def _search(self, tree: bytes) -> Iterator[Entry]:
        stack: list[_Folder] = []
        self._push(stack, "", tree)
        while stack:
            folder = stack[-1]
            node = next(folder.nodes, None)
            if node is None:
                stack.pop()
                if not folder.matched:
                    self._barren.add(folder.key)
                elif stack:
                    stack[-1].matched = True
                continue
            path = f"{folder.path}/{node.name.decode('utf-8', 'surrogateescape')}"
            if self._is_meant(path, node):
                folder.matched = True
                yield Entry(path, node)
            if node.subtree is not None and self._patterns.may_match_below(path):
                self._push(stack, path, node.subtree)

    def _push(self, stack: list[_Folder], path: str, tree: bytes) -> None:
        digest = hashlib.sha256(tree + path.encode("utf-8", "surrogateescape")).digest()
        key = int.from_bytes(digest[:8], "big")
        if key in self._barren:
            return
        try:
            nodes = self._trees.load(tree)
        except DAMAGE as error:
            self._session.emit(_tree_damage(tree, path or "/", error))
            return
        stack.append(_Folder(path, key, iter(nodes)))

    def _is_meant(self, path: str, node: Node) -> bool:
        if self._oldest is not None and node.mtime_ns < self._oldest:
            return False
        if self._newest is not None and node.mtime_ns > self._newest:
            return False
        return self._patterns.matches(path)


def _to_ns(time: datetime | None) -> int | None:
    return None if time is None else round(time.timestamp() * 1_000_000) * 1000


def _tree_damage(tree: bytes, path: str, error: BackupError) -> Damage:
    return Damage(code=DamageCode.TREE, item=tree.hex(), raw=str(error), affected=(path,))


# --- stats ----------------------------------------------------------------------------------------


class StatsMode(enum.StrEnum):
    """restic's modes: what a restore would write, each content once, each content of each path
    once by its blobs, what is really stored."""

    RESTORE_SIZE = "restore-size"
    FILES_BY_CONTENTS = "files-by-contents"
    BLOBS_PER_FILE = "blobs-per-file"
    RAW_DATA = "raw-data"


class StatsRequest(msgspec.Struct, frozen=True, kw_only=True):
    """`snapshots` as `find_snapshot` takes them, all that the filter takes if there are none."""

    mode: StatsMode = StatsMode.RESTORE_SIZE
    snapshots: tuple[str, ...] = ()
    filter: SnapshotFilter = ALL


class Stats(msgspec.Struct, frozen=True, kw_only=True):
    """Sizes in bytes. `total_file_count` counts as restic does: in restore-size every node,
    folders too. `total_uncompressed_size` is known in raw-data only."""

    total_size: int = 0
    total_uncompressed_size: int = 0
    total_file_count: int = 0
    total_blob_count: int = 0
    snapshots_count: int = 0


def add_up(session: Session, request: StatsRequest) -> Stats:
    """`DAMAGE` if a tree, or in a mode that looks at blobs a blob, is not there."""
    items = choose_snapshots(session, request.snapshots, request.filter)
    count = _Count(session)
    visit: dict[StatsMode, Callable[[bytes], None]] = {
        StatsMode.RESTORE_SIZE: count.restore_size,
        StatsMode.FILES_BY_CONTENTS: count.files_by_contents,
        StatsMode.BLOBS_PER_FILE: count.blobs_per_file,
        StatsMode.RAW_DATA: count.raw_data,
    }
    for item in items:
        visit[request.mode](item.snapshot.tree)
    return Stats(
        total_size=count.size,
        total_uncompressed_size=count.plain_size,
        total_file_count=count.files,
        total_blob_count=count.blobs,
        snapshots_count=len(items),
    )


class _Count:
    """Sums over several snapshots. What was counted is remembered by half its hash: a million
    contents need no more than some tens of megabytes."""

    def __init__(self, session: Session) -> None:
        self._index = session.manifest.blobs
        self._trees = TreeReader(session)
        self._seen: set[int] = set()
        self.size = 0
        self.plain_size = 0
        self.files = 0
        self.blobs = 0

    def restore_size(self, tree: bytes) -> None:
        linked: set[tuple[int, int]] = set()
        for _, node in self._trees.walk(tree):
            self.files += 1
            if node.links > 1:
                file = (node.device_id, node.inode)
                if file in linked:
                    continue
                linked.add(file)
            self.size += node.size

    def files_by_contents(self, tree: bytes) -> None:
        for _, node in self._trees.walk(tree):
            if self._is_new(b"".join(node.content or ())):
                self.files += 1
                self.size += node.size

    def blobs_per_file(self, tree: bytes) -> None:
        for path, node in self._trees.walk(tree):
            content = node.content or ()
            if not content or not self._is_new(b"".join(content)):
                continue
            if self._is_new(b"/".join((b"", *path))):
                self.files += 1
            for blob, place in self._places(BlobType.DATA, content):
                if self._is_new(blob + b"/".join(path)):
                    self.blobs += 1
                    self.size += _plain_length(place)

    def raw_data(self, tree: bytes) -> None:
        def enter(_path: TreePath, node: Node) -> bool:
            assert node.subtree is not None
            return self._add_stored(BlobType.TREE, (node.subtree,))

        if self._add_stored(BlobType.TREE, (tree,)):
            for _, node in self._trees.walk(tree, enter=enter):
                if node.content:
                    self._add_stored(BlobType.DATA, node.content)

    def _add_stored(self, kind: BlobType, ids: tuple[bytes, ...]) -> bool:
        """Whether any of these was not counted before."""
        fresh = tuple(i for i in ids if self._is_new(kind.value.encode() + i))
        for _, place in self._places(kind, fresh):
            self.blobs += 1
            self.size += place.length
            self.plain_size += _plain_length(place)
        return bool(fresh)

    def _places(
        self, kind: BlobType, ids: tuple[bytes, ...]
    ) -> Iterator[tuple[bytes, BlobLocation]]:
        places = self._index.locate_many(kind, ids)
        for blob in dict.fromkeys(ids):
            if blob not in places:
                raise DataDamaged("blob is in no index", blob=blob.hex())
            yield blob, places[blob]

    def _is_new(self, content: bytes) -> bool:
        key = int.from_bytes(hashlib.sha256(content).digest()[:8], "big")
        if key in self._seen:
            return False
        self._seen.add(key)
        return True


def _plain_length(place: BlobLocation) -> int:
    return place.raw_length or place.length - OVERHEAD
