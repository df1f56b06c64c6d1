"""Taking up an earlier snapshot: as the parent of the next, and as knowledge for the manifest.

After the manifest was lost, or on a repository that another program filled, the newest snapshot of
the same computer and paths says which files are stored and how they looked then. A file that still
looks so keeps its blobs and is not read.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from backupclient.errors import SourceUnavailable
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.manifest import Entry, EntryKind, EntryState, RunState
from backupclient.operations.backup.recall import RACY_NS
from backupclient.operations.backup.result import RunFacts
from backupclient.operations.backup.sources import held, link
from backupclient.operations.backup.targets import Target
from backupclient.operations.select import find_snapshot, load_snapshots
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.pipeline.scanner import Trouble, kind_and_mode
from backupclient.repository.blob import BlobType
from backupclient.repository.snapshot import Snapshot
from backupclient.repository.tree import Node, NodeEncoder


class Parent(NamedTuple):
    name: str
    snapshot: Snapshot


def find_parent(session: Session, facts: RunFacts) -> Parent | None:
    """The snapshot the next one follows: the one asked for, the one this computer's last complete
    run of the set ended in, or the newest of the same device, else of the same name and paths. One
    that an unfinished run left is taken only if there is no other, and one that cannot be read not
    at all."""
    if facts.request.parent:
        name = find_snapshot(session, facts.request.parent).name
        return Parent(name, session.load_snapshot(name))
    for run in session.manifest.runs(facts.set_key):
        if run.snapshot_id is not None and run.snapshot_id in session.snapshot_names:
            for name, snapshot in load_snapshots(session, [run.snapshot_id]):
                return Parent(name, snapshot)
    same = [
        Parent(name, snapshot)
        for name, snapshot in load_snapshots(session)
        if facts.is_ours(snapshot)
        and (facts.device_tag in snapshot.tags or sorted(snapshot.paths) == facts.paths)
    ]
    return max(
        same,
        key=lambda parent: (
            facts.device_tag in parent.snapshot.tags,
            sorted(parent.snapshot.paths) == facts.paths,
            not parent.snapshot.is_checkpoint,
            parent.snapshot.time,
        ),
        default=None,
    )


def adopt(session: Session, parent: Parent, root: Target, set_key: str) -> None:
    """Fill the manifest with what the parent's trees say of the chosen paths, as far as they can
    be read. Part of the caller's transaction."""
    manifest = session.manifest
    started = _nanoseconds(parent.snapshot.time)
    run_no = manifest.begin_run(set_key, started, RunState.ADOPTED)
    summary = parent.snapshot.summary
    manifest.end_run(
        run_no,
        RunState.ADOPTED,
        started,
        snapshot_id=parent.name,
        files_total=summary.total_files_processed if summary else 0,
        bytes_total=summary.total_bytes_processed if summary else 0,
    )
    trees = TreeReader(session)
    # What changed about when it was read is racy, as it would be in the manifest that is lost.
    rows = _Rows(run_no, _nanoseconds(summary.backup_start if summary else parent.snapshot.time))
    for target in root.chosen():
        if target is root:
            _fill(session, trees, parent.snapshot.tree, manifest.ensure_folder(root.path), rows)
            continue
        node = _node_at(trees, parent.snapshot.tree, target.names())
        if node is None:
            continue
        above = manifest.ensure_folder(target.path.rpartition(b"/")[0])
        _fill(session, trees, [node], above, rows)


def carry_over(
    session: Session, missing: list[tuple[Target, Trouble]], parent: Parent | None
) -> list[Trouble]:
    """What was chosen and is not there now keeps its last version; returns what to report.
    `SourceUnavailable` if it had one that cannot be found: a backup without it would look like
    deleted files."""
    for target, why in missing:
        target.missing = True
        if parent is not None:
            node = _node_at(TreeReader(session), parent.snapshot.tree, target.names())
            target.carried = None if node is None else NodeEncoder().encode(node)
        if target.carried is None and held(target.path, session.manifest):
            raise SourceUnavailable(why.raw, path=os.fsdecode(target.path), known=True)
    return [why for _, why in missing]


def new_links(root: Target) -> list[Trouble]:
    """The links that were chosen and never were folders: kept as links, which is to be said."""
    return [why for one in root.chosen() if not one.missing and (why := link(one)) is not None]


def _nodes(trees: TreeReader, tree: bytes) -> list[Node]:
    """What is in a tree; nothing if it is damaged: then all of it is read again."""
    try:
        return trees.load(tree)
    except DAMAGE:
        return []


def _node_at(trees: TreeReader, tree: bytes, names: tuple[bytes, ...]) -> Node | None:
    node = None
    for depth, name in enumerate(names):
        node = next((one for one in _nodes(trees, tree) if one.name == name), None)
        if node is None:
            return None
        if depth < len(names) - 1:
            if node.subtree is None:
                return None
            tree = node.subtree
    return node


def _fill(
    session: Session, trees: TreeReader, first: bytes | list[Node], folder_no: int, form: _Rows
) -> None:
    """Rows for everything in a tree, or in a list of nodes, at any depth, but where there is one
    that stands for what is stored: what other runs have done is not done again."""
    manifest = session.manifest
    stack: list[tuple[bytes | list[Node], int, bool]] = [(first, folder_no, False)]
    while stack:
        session.control.check()
        tree, folder_no, fresh = stack.pop()
        nodes = tree if isinstance(tree, list) else _nodes(trees, tree)
        old = {} if fresh else manifest.entries_of(folder_no)
        stored = _stored(session, nodes, old)
        rows = []
        for node in nodes:
            before = old.get(node.name)
            child = None
            if node.subtree is not None:
                if before is not None and before.child is not None:
                    if before.state != EntryState.STORED or before.content != node.subtree:
                        stack.append((node.subtree, before.child, False))
                    continue
                child = manifest.new_folder(folder_no, node.name)
                stack.append((node.subtree, child, True))
            row = form.row(node, child)
            if row is None or (before is not None and _stands(before, row, stored)):
                continue
            if not stored.issuperset(node.content or ()):
                row = row._replace(run_no=0)  # that snapshot holds it no more
            rows.append(row)
        if rows:
            # The folders below the first got rows of their own, just now.
            manifest.put_entries(folder_no, rows, settled=fresh)


def _stored(session: Session, nodes: list[Node], old: Mapping[bytes, Entry]) -> set[bytes]:
    """Which of the blobs that nodes and rows name are stored."""
    ids = [each for node in nodes for each in node.content or ()]
    ids += [each for row in old.values() if row.child is None for each in blob_ids(row.content)]
    return session.manifest.blobs.known(BlobType.DATA, ids)


def _stands(before: Entry, row: Entry, stored: set[bytes]) -> bool:
    """Whether what is known of an entry is worth more than the snapshot's word."""
    if before.kind != row.kind or before.state == EntryState.WAITING:
        return False
    return before.state != EntryState.STORED or stored.issuperset(blob_ids(before.content))


class _Rows(NamedTuple):
    """How the rows of a snapshot's nodes are made."""

    run_no: int
    started: int

    def row(self, node: Node, child: int | None) -> Entry | None:
        described = kind_and_mode(node)
        if described is None:
            return None
        kind, mode = described
        content = node.subtree if kind is EntryKind.FOLDER else b"".join(node.content or ())
        return Entry(
            node.name,
            kind,
            mode,
            node.size,
            node.mtime_ns,
            node.ctime_ns,
            node.inode,
            node.device_id,
            EntryState.STORED,
            self.started - node.ctime_ns < RACY_NS,
            self.run_no,
            child,
            content,
            None,
        )


def _nanoseconds(time: datetime) -> int:
    return int(time.timestamp()) * 1_000_000_000
