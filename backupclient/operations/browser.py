"""Looking into backups: what there is, what a folder held, which versions a file had, where a name
is found. Answers come from the trees, each of which is read once for all backups that share it."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from backupclient.clock import as_time
from backupclient.errors import InvalidRequest
from backupclient.events import RestoreSummary
from backupclient.operations.restore.run import run_restore
from backupclient.operations.select import SnapshotItem, find_name, load_snapshots
from backupclient.operations.session import Session
from backupclient.operations.tree_search import KnownTrees, Names, NameSearch
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node, NodeType
from backupclient.requests import RestoreRequest
from backupclient.wire.answers import (
    Amount,
    FolderSize,
    FoundItem,
    Kind,
    SearchResult,
    SnapshotFacts,
    StoredFolder,
    StoredItem,
    Version,
    VersionHistory,
)

_FRESH_SECONDS = 20.0
_KINDS = {
    NodeType.FILE: Kind.FILE,
    NodeType.DIR: Kind.FOLDER,
    NodeType.SYMLINK: Kind.SYMLINK,
}


class _Standing(NamedTuple):
    """A path in one backup."""

    item: SnapshotItem
    node: Node | None
    covered: bool
    """The backup was complete, and of a folder that holds the path."""


class Browser:
    """Belongs to its session's thread. `StorageError`s; what is damaged counts as not there."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._trees = KnownTrees(TreeReader(session))
        self._items: dict[str, SnapshotItem] = {}
        self._listed_at = session.clock.monotonic()
        self._search: NameSearch | None = None
        self._known: list[FoundItem] = []
        self._looked_up = 0
        """How many of what the search found were looked up for `_known`."""
        self._lookup: tuple[Iterator[_Standing], list[_Standing]] | None = None
        """The next of them: in which backups it is still to be looked for, and what was seen."""
        self._measure: tuple[tuple[str, bytes], Iterator[Amount], FolderSize] | None = None
        self._load()

    def snapshots(self) -> tuple[SnapshotFacts, ...]:
        """All there are now, newest first."""
        self._refresh()
        return tuple(_facts(item) for item in self._newest_first())

    def folder(self, snapshot: str, path: bytes, begin: int, limit: int) -> StoredFolder:
        """What is directly in a folder. `InvalidRequest` (not-in-snapshot), `SnapshotMissing`."""
        item = self._item(snapshot)
        node = self._trees.find(item.snapshot.tree, _names(path))
        tree = item.snapshot.tree if not _names(path) else node and node.subtree
        if not tree:
            raise InvalidRequest(
                reason="not-in-snapshot", path=path.decode("utf-8", "replace"), snapshot=snapshot
            )
        nodes = sorted(self._trees.load(tree).values(), key=_folders_first)
        items = tuple(
            StoredItem(name=n.name, kind=_kind(n), size=n.size, modified=_modified(n))
            for n in nodes[begin : begin + limit]
        )
        return StoredFolder(items, begin + limit if len(nodes) > begin + limit else 0)

    def versions(self, path: bytes, computer: str = "") -> VersionHistory:
        """Those of a path, on one computer or on any."""
        self._refresh_if_old()
        return _history(list(self._standings(path, computer)))

    def search(self, text: str, begin: int, seconds: float) -> SearchResult:
        """Looks for names that contain `text`, for some seconds; asked again it goes on. What was
        found from number `begin` on comes back."""
        if self._search is None or self._search.text != text or not begin:
            self._refresh_if_old()
            self._search = NameSearch(text, self._newest_first(), self._trees)
            self._known = []
            self._looked_up = 0
            self._lookup = None
        search = self._search
        clock = self._session.clock
        until = clock.monotonic() + seconds
        while not (done := self._search_on(search)) and clock.monotonic() < until:
            pass
        return SearchResult(
            found=tuple(self._known[begin:]),
            begin=begin,
            done=done,
            more=search.full,
            files=_newest_files(self._newest_first()),
        )

    def _search_on(self, search: NameSearch) -> bool:
        """One step, in which few trees are read; whether there is none left."""
        if self._looked_up < len(search.found):
            self._look_up(*search.found[self._looked_up])
        elif not search.done:
            search.step()
        return search.done and self._looked_up >= len(search.found)

    def _look_up(self, path: bytes, computer: str) -> None:
        """In one more backup; among many, from a storage far away, all would take long."""
        left, seen = self._lookup or (self._standings(path, computer), [])
        standing = next(left, None)
        if standing is not None:
            seen.append(standing)
            self._lookup = left, seen
            return
        self._lookup = None
        self._looked_up += 1
        item = _found(path, computer, _history(seen))
        if item is not None:
            self._known.append(item)

    def measure(self, snapshot: str, path: bytes, seconds: float) -> FolderSize:
        """How much is at and below a path: so far, as `search`."""
        key = (snapshot, path)
        if self._measure is None or self._measure[0] != key or self._measure[2].done:
            item = self._item(snapshot)
            node = self._trees.find(item.snapshot.tree, _names(path))
            self._measure = (key, self._count(item.snapshot, node), FolderSize())
        _, counting, size = self._measure
        until = self._session.clock.monotonic() + seconds
        for amount in counting:
            size = FolderSize(kept=amount)
            if self._session.clock.monotonic() >= until:
                break
        else:
            size = FolderSize(kept=size.kept, done=True)
        self._measure = (key, counting, size)
        return size

    def restore(self, request: RestoreRequest) -> RestoreSummary:
        """A small restore, such as one file to be looked at."""
        return run_restore(self._session, request)

    # --- snapshots --------------------------------------------------------------------------------

    def grow_old(self) -> None:
        """There may be other backups than those that were listed last."""
        self._listed_at = -math.inf

    def _refresh_if_old(self) -> None:
        if self._session.clock.monotonic() - self._listed_at > _FRESH_SECONDS:
            self._refresh()

    def _refresh(self) -> None:
        self._session.refresh()
        self._listed_at = self._session.clock.monotonic()
        self._load()

    def _load(self) -> None:
        names = self._session.snapshot_names
        new = load_snapshots(self._session, names - self._items.keys())
        kept = {name: item for name, item in self._items.items() if name in names}
        self._items = kept | {item.name: item for item in new}

    def _newest_first(self) -> list[SnapshotItem]:
        return sorted(
            self._items.values(),
            key=lambda item: (item.snapshot.time, not item.snapshot.is_checkpoint, item.name),
            reverse=True,
        )

    def _item(self, snapshot: str) -> SnapshotItem:
        if snapshot not in self._items:
            self._refresh()
        return self._items[find_name(self._session, snapshot)]

    # --- versions ---------------------------------------------------------------------------------

    def _standings(self, path: bytes, computer: str) -> Iterator[_Standing]:
        names = _names(path)
        for item in self._newest_first():
            snapshot = item.snapshot
            if computer and snapshot.hostname != computer:
                continue
            covered = not snapshot.is_checkpoint and _covers(snapshot, names)
            try:
                yield _Standing(item, self._trees.find(snapshot.tree, names), covered)
            except DAMAGE:
                continue

    def _count(self, snapshot: Snapshot, node: Node | None) -> Iterator[Amount]:
        """The sum so far, after each folder."""
        if node is not None and node.type is not NodeType.DIR:
            yield Amount(1, node.size)
            return
        trees = [snapshot.tree if node is None else node.subtree]
        files = size = 0
        while trees:
            tree = trees.pop()
            try:
                nodes = {} if tree is None else self._trees.load(tree)
            except DAMAGE:
                nodes = {}
            for one in nodes.values():
                if one.type is NodeType.DIR:
                    trees.append(one.subtree)
                else:
                    files += 1
                    size += one.size
            yield Amount(files, size)


def _names(path: bytes) -> Names:
    return tuple(name for name in path.split(b"/") if name)


def _facts(item: SnapshotItem) -> SnapshotFacts:
    snapshot, summary = item.snapshot, item.snapshot.summary
    total = None
    if summary is not None:
        total = Amount(summary.total_files_processed, summary.total_bytes_processed)
    return SnapshotFacts(
        id=item.name,
        time=snapshot.time,
        computer=snapshot.hostname,
        paths=tuple(snapshot.paths),
        complete=not snapshot.is_checkpoint,
        total=total,
    )


def _folders_first(node: Node) -> tuple[bool, str, bytes]:
    text = node.name.decode("utf-8", "replace").casefold()
    return node.type is not NodeType.DIR, text, node.name


def _kind(node: Node) -> Kind:
    return _KINDS.get(node.type, Kind.SPECIAL)


def _modified(node: Node) -> datetime | None:
    try:
        return as_time(node.mtime_ns)
    except (ValueError, OverflowError, OSError):  # a year that no calendar has
        return None


def _content(node: Node) -> tuple[NodeType, object, bytes | None, bytes]:
    return node.type, node.content, node.subtree, node.link_target


def _version(item: SnapshotItem, node: Node) -> Version:
    return Version(
        snapshot=item.name,
        first=item.snapshot.time,
        last=item.snapshot.time,
        kind=_kind(node),
        size=node.size,
        modified=_modified(node),
    )


def _earlier(version: Version, item: SnapshotItem) -> Version:
    return Version(
        snapshot=version.snapshot,
        first=item.snapshot.time,
        last=version.last,
        kind=version.kind,
        size=version.size,
        modified=version.modified,
    )


def _covers(snapshot: Snapshot, names: Names) -> bool:
    chosen = [_names(path.encode("utf-8", "surrogateescape")) for path in snapshot.paths]
    return any(names[: len(one)] == one for one in chosen)


def _history(standings: list[_Standing]) -> VersionHistory:
    versions: list[Version] = []
    before: Node | None = None
    for item, node, covered in standings:
        if node is None:
            if covered:
                before = None
        elif before is not None and _content(node) == _content(before):
            versions[-1] = _earlier(versions[-1], item)
        else:
            versions.append(_version(item, node))
            before = node
    return VersionHistory(tuple(versions), _deleted(standings), len(standings))


def _found(path: bytes, computer: str, history: VersionHistory) -> FoundItem | None:
    if not history.versions:
        return None
    return FoundItem(
        path=path,
        computer=computer,
        newest=history.versions[0],
        versions=len(history.versions),
        first=history.versions[-1].first,
        deleted=history.deleted,
    )


def _deleted(standings: list[_Standing]) -> datetime | None:
    """When the first backup was made after the last that has it."""
    gone = None
    for item, node, covered in standings:
        if node is not None:
            return gone
        if covered:
            gone = item.snapshot.time
    return None


def _newest_files(items: list[SnapshotItem]) -> int:
    """How many files the newest complete backups of each computer and choice hold together."""
    newest: dict[tuple[str, tuple[str, ...]], int] = {}
    for item in items:
        snapshot, summary = item.snapshot, item.snapshot.summary
        if summary is not None and not snapshot.is_checkpoint:
            key = (snapshot.hostname, tuple(snapshot.paths))
            newest.setdefault(key, summary.total_files_processed)
    return sum(newest.values())
