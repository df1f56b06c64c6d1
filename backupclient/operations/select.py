"""Which snapshots are meant: by the start of an id, by "latest", by restic's filters."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import msgspec

from backupclient.errors import (
    DataDamaged,
    Fact,
    FormatUnsupported,
    InvalidRequest,
    SnapshotMissing,
)
from backupclient.events import Damage, DamageCode, NoticeCode, Noticed
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import NodeType
from backupclient.requests import ALL, SnapshotFilter

LATEST = "latest"
_LOADERS = 4


def takes(wanted: SnapshotFilter, snapshot: Snapshot) -> bool:
    if wanted.hosts and snapshot.hostname not in wanted.hosts:
        return False
    if wanted.paths and not set(wanted.paths) <= set(snapshot.paths):
        return False
    return not wanted.tags or any(_has_tags(snapshot, tags) for tags in wanted.tags)


def _has_tags(snapshot: Snapshot, tags: Sequence[str]) -> bool:
    wanted = set(tags)
    if wanted == {""}:
        return not snapshot.tags
    return wanted <= set(snapshot.tags)


class SnapshotItem(NamedTuple):
    """A snapshot and its name, which is its id in full."""

    name: str
    snapshot: Snapshot


class Selected(NamedTuple):
    """One snapshot, and what of it is meant: `subfolder` leads from its root, mostly empty."""

    name: str
    snapshot: Snapshot
    subfolder: tuple[bytes, ...]


class GroupBy(enum.StrEnum):
    HOST = "host"
    PATHS = "paths"
    TAGS = "tags"


class GroupKey(msgspec.Struct, frozen=True, kw_only=True):
    """What the snapshots of a group share; None for what they were not grouped by."""

    hostname: str | None = None
    paths: tuple[str, ...] | None = None
    tags: tuple[str, ...] | None = None


class SnapshotGroup(NamedTuple):
    key: GroupKey
    snapshots: list[SnapshotItem]
    """Oldest first."""


class SnapshotQuery(msgspec.Struct, frozen=True, kw_only=True):
    """What `restic snapshots` takes. `latest` keeps only that many of each group (of each host and
    set of paths if nothing is grouped), 0 keeps all."""

    ids: tuple[str, ...] = ()
    filter: SnapshotFilter = ALL
    latest: int = 0
    group_by: tuple[GroupBy, ...] = ()


def find_name(session: Session, prefix: str) -> str:
    """The listed snapshot whose id begins so. `SnapshotMissing` if there is none,
    `InvalidRequest("ambiguous-snapshot")` if there are several."""
    found = [name for name in session.snapshot_names if name.startswith(prefix.lower())]
    if prefix and len(found) == 1:
        return found[0]
    if found:
        raise InvalidRequest(reason="ambiguous-snapshot", snapshot=prefix)
    raise SnapshotMissing(snapshot=prefix)


def find_snapshot(session: Session, text: str, wanted: SnapshotFilter = ALL) -> Selected:
    """What "ID", "latest", "ID:folder" or "latest:folder" means. Only "latest" looks at the
    filter; it takes what an unfinished backup left only if there is nothing else, and says so
    (`Noticed`). Errors as `find_name`."""
    name, _, folder = text.partition(":")
    subfolder = split_path(folder)
    if name != LATEST:
        name = find_name(session, name)
        return Selected(name, session.load_snapshot(name), subfolder)
    items = load_snapshots(session)
    newest = max(
        (item for item in items if takes(wanted, item.snapshot)),
        key=lambda item: (not item.snapshot.is_checkpoint, item.snapshot.time),
        default=None,
    )
    if newest is None and session.snapshot_names and not items:
        raise DataDamaged("no snapshot can be read")
    if newest is None:
        raise SnapshotMissing(snapshot=LATEST)
    if newest.snapshot.is_checkpoint:
        since = newest.snapshot.time.isoformat()
        facts: dict[str, Fact] = {"snapshot": newest.name, "since": since}
        session.emit(Noticed(code=NoticeCode.UNFINISHED_TAKEN, facts=facts))
    return Selected(newest.name, newest.snapshot, subfolder)


def split_path(path: str) -> tuple[bytes, ...]:
    """A path inside a snapshot, as its names."""
    raw = path.encode("utf-8", "surrogateescape")
    return tuple(part for part in raw.split(b"/") if part not in (b"", b"."))


def find_tree(trees: TreeReader, selected: Selected) -> bytes:
    """The tree that a selection means. `InvalidRequest("not-in-snapshot")` if it names a folder
    that is not there."""
    tree = selected.snapshot.tree
    for depth, name in enumerate(selected.subfolder):
        node = next((n for n in trees.load(tree) if n.name == name), None)
        if node is None or node.type is not NodeType.DIR or node.subtree is None:
            path = b"/".join(selected.subfolder[: depth + 1]).decode("utf-8", "surrogateescape")
            raise InvalidRequest(reason="not-in-snapshot", path=path, snapshot=selected.name)
        tree = node.subtree
    return tree


def load_snapshots(session: Session, names: Iterable[str] | None = None) -> list[SnapshotItem]:
    """All listed snapshots (or `names`), oldest first. One that cannot be read is told as
    `Damage`, and one that was deleted meanwhile is left out."""
    wanted = sorted(session.snapshot_names if names is None else set(names))
    items = []
    with ThreadPoolExecutor(_LOADERS, thread_name_prefix="snapshot") as pool:
        loading = [(name, pool.submit(session.load_snapshot, name)) for name in wanted]
        for name, future in loading:
            session.control.check()
            try:
                items.append(SnapshotItem(name, future.result()))
            except SnapshotMissing:
                continue
            except (*DAMAGE, FormatUnsupported) as error:
                session.emit(Damage(code=DamageCode.SNAPSHOT, item=name, raw=str(error)))
    items.sort(key=lambda item: (item.snapshot.time, item.name))
    return items


def choose_snapshots(
    session: Session, texts: Sequence[str], wanted: SnapshotFilter
) -> list[SnapshotItem]:
    """Those named, each as `find_snapshot` takes it; without names, all that the filter takes.
    Oldest first, each once."""
    if not texts:
        return [item for item in load_snapshots(session) if takes(wanted, item.snapshot)]
    found = {}
    for text in texts:
        name, snapshot, _ = find_snapshot(session, text, wanted)
        found[name] = SnapshotItem(name, snapshot)
    return sorted(found.values(), key=lambda item: (item.snapshot.time, item.name))


def list_snapshots(session: Session, query: SnapshotQuery) -> list[SnapshotGroup]:
    """The snapshots asked for, in groups; in one if nothing is grouped."""
    items = choose_snapshots(session, query.ids, query.filter)
    if query.latest:
        kept: set[str] = set()
        by = query.group_by or (GroupBy.HOST, GroupBy.PATHS)
        for group in _grouped(items, by):
            kept.update(item.name for item in group.snapshots[-query.latest :])
        items = [item for item in items if item.name in kept]
    if not query.group_by:
        return [SnapshotGroup(GroupKey(), items)]
    return _grouped(items, query.group_by)


def _grouped(items: list[SnapshotItem], by: Sequence[GroupBy]) -> list[SnapshotGroup]:
    groups: dict[GroupKey, list[SnapshotItem]] = {}
    for item in items:
        groups.setdefault(_key(item.snapshot, by), []).append(item)
    order = sorted(groups, key=lambda k: (k.hostname or "", k.paths or (), k.tags or ()))
    return [SnapshotGroup(key, groups[key]) for key in order]


def _key(snapshot: Snapshot, by: Sequence[GroupBy]) -> GroupKey:
    return GroupKey(
        hostname=snapshot.hostname if GroupBy.HOST in by else None,
        paths=tuple(sorted(snapshot.paths)) if GroupBy.PATHS in by else None,
        tags=tuple(sorted(snapshot.tags)) if GroupBy.TAGS in by else None,
    )
