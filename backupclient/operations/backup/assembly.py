"""Putting a folder's tree together when everything in it is known.

A folder in which nothing changed keeps the tree it has, without being put together again, if that
is the tree of what the manifest has in it (`EntryState.STORED`), and a listed snapshot stands for
each of these: of what could not be had in an earlier run, its trees hold the last version.
"""

from __future__ import annotations

import os

from backupclient.manifest.manifest import EntryKind, EntryState, Manifest
from backupclient.operations.backup.folder import Counts, Feed, Folder
from backupclient.operations.backup.marks import Marks
from backupclient.operations.backup.node_maker import NodeMaker
from backupclient.operations.backup.recall import Recall
from backupclient.operations.backup.rows import Rows
from backupclient.pipeline.scanner import trouble
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import encode_tree


class Assembly:
    """Belongs to the job's thread."""

    def __init__(
        self,
        manifest: Manifest,
        feed: Feed,
        *,
        recall: Recall,
        nodes: NodeMaker,
        marks: Marks,
        rows: Rows,
        counts: Counts,
    ) -> None:
        self._manifest = manifest
        self._feed = feed
        self._recall = recall
        self._nodes = nodes
        self._marks = marks
        self._rows = rows
        self._counts = counts

    def put_together(self, folder: Folder) -> bytes:
        """Make the folder's tree, and its row in the folder above; returns the tree's id."""
        self._rows.write(folder)
        tree = self._tree_of(folder)
        if folder.gone:
            self._manifest.begin()
            self._manifest.drop_entries(folder.no, folder.gone)
        if folder.parent is not None:
            before = None if folder.before is None else folder.before.content
            self._counts.dirs_new += before is None
            self._counts.dirs_changed += before not in (None, tree)
            self._counts.dirs_unmodified += before == tree
            self._folder_done(folder.parent, folder, tree)
        return tree

    def _tree_of(self, folder: Folder) -> bytes:
        before = folder.before.content if folder.before is not None else None
        if before is not None and self._may_keep_tree(folder, before):
            return before
        if folder.skipped:
            self._recall_skipped(folder)
        folder.old.clear()
        folder.kept.reverse()
        while folder.kept:
            found, entry = folder.kept.pop()
            try:
                self._nodes.add_kept(folder, found, entry)
            except OSError as error:  # a symlink that vanished since it was listed
                path = os.path.join(folder.path, found.name)
                self._marks.problem(folder, found.name, trouble(path, error))
        folder.nodes.sort()
        plain = encode_tree([encoded for _, encoded in folder.nodes])
        folder.nodes.clear()
        return self._feed.store_tree(plain)

    def _recall_skipped(self, folder: Folder) -> None:
        """The tree must be put together after all: fetch what was skipped. `ManifestDamaged` if
        that is not what the folder's row says of it."""
        old = self._manifest.entries_of(folder.no)
        rows = [
            (found, old.get(found.name))
            for found in folder.skipped
            if found.kind is not EntryKind.FOLDER
        ]
        kept = [(found, row) for found, row in rows if row is not None and row.kind == found.kind]
        contents = b"".join(row.content or b"" for _, row in kept)
        if len(kept) < len(rows) or not self._recall.all_stored(contents):
            raise self._manifest.damaged(f"entries of folder {folder.no}")
        folder.kept += kept

    def _may_keep_tree(self, folder: Folder, tree: bytes) -> bool:
        if folder.changed or folder.before is None or folder.before.state != EntryState.STORED:
            return False
        return bool(self._manifest.blobs.known(BlobType.TREE, (tree,)))

    def _folder_done(self, parent: Folder, folder: Folder, tree: bytes) -> None:
        found, before = folder.found, folder.before
        info = found.stat
        whole = folder.target is None
        state = EntryState.STORED if whole else EntryState.WAITING
        if folder.away:
            state = EntryState.PROBLEM
        listing = folder.digest if folder.settled else None
        same = (
            before is not None
            and before.content == tree
            and before.state == state
            and before.fingerprint == listing
            and not (whole and folder.changed)
            and self._recall.vouched_for(before)
            and before.mtime == info.st_mtime_ns
            and before.ctime == info.st_ctime_ns
            and before.inode == info.st_ino
            and before.mode == info.st_mode
        )
        if same:
            assert before is not None
            parent.kept.append((found, before))
            return
        parent.changed = True
        device = None if before is None or before.inode != info.st_ino else before.device
        row = self._recall.stored(
            found, tree, listing, size=0, seen=folder.seen, child=folder.no, device=device
        )._replace(state=state)
        parent.rows.append(row)
        parent.kept.append((found, row))
