"""Walking the chosen folders and putting the trees together, from the leaves up.

A folder is looked at once: what is as the manifest remembers it is taken over, the rest is read by
the workers. When the last thing in a folder is known its tree is made and the folder is handed to
the one above. A folder in which nothing changed keeps the tree it has, without being put together
again.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from backupclient.clock import Clock
from backupclient.events import FileAction, FileDone, Reason
from backupclient.manifest.manifest import Entry, EntryKind, EntryState, Manifest
from backupclient.operations.folder import Counts, Feed, Folder
from backupclient.operations.targets import Target
from backupclient.pipeline.excludes import Excludes
from backupclient.pipeline.reader import FileRead, ReadTask
from backupclient.pipeline.scanner import Found, build_node, list_folder, trouble
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import NodeEncoder, encode_tree
from backupclient.requests import BackupRequest

_RACY_NS = 2_000_000_000
_ID = 32


class Walk:
    """One walk over one set of targets. Belongs to the job's thread."""

    def __init__(
        self,
        request: BackupRequest,
        manifest: Manifest,
        feed: Feed,
        clock: Clock,
        *,
        excludes: Excludes,
        run_no: int,
        holding: frozenset[int],
        on_file: Callable[[FileDone], None] | None,
    ) -> None:
        self._request = request
        self._manifest = manifest
        self._feed = feed
        self._clock = clock
        self._excludes = excludes
        self._run_no = run_no
        # What this run stores is held by the snapshot it ends in.
        self._holding = holding | {run_no}
        self._on_file = on_file
        self._encoder = NodeEncoder()
        self._root_tree: bytes | None = None
        self._stack: list[Folder] = []
        self._root: Folder | None = None
        self._device: int | None = None
        self.counts = Counts()

    @property
    def root_tree(self) -> bytes | None:
        """The id of the root tree, once everything is known."""
        return self._root_tree

    # --- going down --------------------------------------------------------------------------------

    def start(self, target: Target) -> None:
        """Begin at the root of the tree."""
        info = os.lstat(target.path)
        found = Found(b"", EntryKind.FOLDER, info)
        self._manifest.begin()
        no = self._manifest.ensure_folder(target.path)
        self._root = Folder(None, found, target.path, None, no)
        self._root.target = None if target.whole else target
        self._stack.append(self._root)

    def step(self) -> bool:
        """Look at one more folder; false when there is none left to look at."""
        if not self._stack:
            return False
        folder = self._stack.pop()
        if folder.target is not None:
            self._visit_partly(folder, folder.target)
        else:
            self._visit(folder)
        folder.complete = True
        self._feed.tick()
        if not folder.pending:
            self._finish(folder)
        return True

    def _visit_partly(self, folder: Folder, target: Target) -> None:
        """A folder above what was chosen: only the chosen names, and nothing is forgotten."""
        folder.changed = True
        folder.old = self._manifest.entries_of(folder.no)
        for name in sorted(target.children):
            child = target.children[name]
            path = child.path
            if child.carried is not None:
                folder.nodes.append((name, child.carried))
                continue
            try:
                # A chosen path may be a symlink to what is meant; what lies above it is.
                info = os.lstat(path) if child.whole else os.stat(path)
            except OSError as error:
                self._feed.report(trouble(path, error))
                continue
            self._take(folder, name, path, info, None if child.whole else child)

    def _visit(self, folder: Folder) -> None:
        path = folder.path
        if folder.before is not None or folder.parent is None:
            folder.old = self._manifest.entries_of(folder.no)
        old = folder.old
        try:
            names, troubles = list_folder(path)
        except OSError as error:
            self._feed.report(trouble(path, error))
            self._distrust(folder)
            folder.failed = True
            return
        for why in troubles:
            self._feed.report(why)
            folder.changed = True
        if self._excludes.by_marker:
            marker = self._excludes.marked(path, (found.name for found in names))
            if marker is not None:
                names = [found for found in names if found.name == marker]
        base = path if path.endswith(b"/") else path + b"/"
        for found in names:
            self._take(folder, found.name, base + found.name, found.stat, None)
        folder.gone += old.keys() - {found.name for found in names}
        if folder.gone:
            folder.changed = True

    def _distrust(self, folder: Folder) -> None:
        """The folder could not be listed: what is known of it may still be true, but this run's
        snapshot does not hold it."""
        folder.changed = True
        if folder.before is not None and folder.parent is not None:
            self._manifest.begin()
            self._manifest.distrust(folder.parent.no, [folder.found.name])

    def _take(
        self, folder: Folder, name: bytes, path: bytes, info: os.stat_result, below: Target | None
    ) -> None:
        found = Found.of(name, info)
        if found is None:
            return
        if below is None and self._left_out(found, path, folder):
            if name in folder.old:
                folder.gone.append(name)
            return
        before = folder.old.get(name)
        if found.kind is EntryKind.FOLDER:
            self._descend(folder, found, path, before, below)
        elif before is not None and self._unchanged(found, before):
            folder.kept.append((found, before))
            if found.kind is EntryKind.FILE:
                self._count_unmodified(path, before.size)
        elif found.kind is EntryKind.FILE:
            folder.changed = True
            folder.pending += 1
            self._feed.read(ReadTask((folder, found), path, info))
        else:
            folder.changed = True
            self._take_special(folder, found, path)

    def _left_out(self, found: Found, path: bytes, folder: Folder) -> bool:
        excludes = self._excludes
        if excludes.by_path and excludes.rule_for(path, found.kind is EntryKind.FOLDER):
            return True
        if found.kind is EntryKind.FILE:
            return excludes.too_large(found.stat.st_size)
        # A mount point's own, empty, folder belongs to the file system it is mounted on.
        return (
            self._request.one_file_system
            and found.kind is EntryKind.FOLDER
            and folder.target is None
            and found.stat.st_dev != folder.found.stat.st_dev
        )

    def _descend(
        self,
        folder: Folder,
        found: Found,
        path: bytes,
        before: Entry | None,
        below: Target | None,
    ) -> None:
        if before is not None and before.child is None:
            before = None
        no = before.child if before is not None else None
        if no is None:
            self._manifest.begin()
            no = self._manifest.new_folder(folder.no, found.name)
        child = Folder(folder, found, path, before, no)
        child.target = below
        folder.pending += 1
        self._stack.append(child)

    def _unchanged(self, found: Found, before: Entry) -> bool:
        info = found.stat
        return (
            not self._request.force
            and before.mtime == info.st_mtime_ns
            and (before.ctime == info.st_ctime_ns or self._request.ignore_ctime)
            and (before.size == info.st_size or found.kind is not EntryKind.FILE)
            and (before.inode == info.st_ino or self._request.ignore_inode)
            and before.kind == found.kind
            and before.mode == info.st_mode
            and not before.racy
            and before.state == EntryState.STORED
            and (before.run_no in self._holding or self._all_stored(before))
        )

    def _all_stored(self, before: Entry) -> bool:
        """An entry no listed snapshot vouches for is worth what the index says of its blobs."""
        content = before.content or b""
        ids = [content[i : i + _ID] for i in range(0, len(content), _ID)]
        return len(self._manifest.blobs.known(BlobType.DATA, ids)) == len(set(ids))

    def _count_unmodified(self, path: bytes, size: int) -> None:
        self.counts.files_unmodified += 1
        self.counts.bytes_safe += size
        if self._on_file is not None:
            done = FileDone(path=os.fsdecode(path), action=FileAction.UNCHANGED, size=size)
            self._on_file(done)

    # --- coming up ---------------------------------------------------------------------------------

    def file_read(self, result: FileRead) -> None:
        """A worker's answer."""
        folder: Folder
        folder, found = result.token
        self.counts.bytes_read += result.read
        if result.trouble is not None and result.trouble.reason is not Reason.VANISHED:
            self._feed.report(result.trouble)
        if result.info is None:
            self._file_failed(folder, found, result)
        else:
            self._file_stored(folder, found, result, result.info)
        self._one_less(folder)

    def _file_failed(self, folder: Folder, found: Found, result: FileRead) -> None:
        if found.name not in folder.old:
            return
        if result.trouble is not None and result.trouble.reason is Reason.VANISHED:
            folder.gone.append(found.name)
        else:
            self._manifest.begin()
            self._manifest.distrust(folder.no, [found.name])

    def _file_stored(
        self, folder: Folder, found: Found, result: FileRead, info: os.stat_result
    ) -> None:
        found = Found(found.name, EntryKind.FILE, info)
        path = os.path.join(folder.path, found.name)
        content = result.content
        ids = tuple(content[i : i + _ID] for i in range(0, len(content), _ID))
        self._add_node(folder, found, path, content=ids, size=result.size)
        marked = result.trouble is not None
        row = self._row(found, content, result.fingerprint, size=result.size, racy=marked)
        folder.rows.append(row)
        action = FileAction.CHANGED if found.name in folder.old else FileAction.NEW
        if action is FileAction.NEW:
            self.counts.files_new += 1
        else:
            self.counts.files_changed += 1
        self.counts.bytes_sent += result.size
        if self._on_file is not None:
            self._on_file(FileDone(path=os.fsdecode(path), action=action, size=result.size))

    def _take_special(self, folder: Folder, found: Found, path: bytes) -> None:
        try:
            self._add_node(folder, found, path)
        except OSError as error:
            self._feed.report(trouble(path, error))
            return
        folder.rows.append(self._row(found, None, None, size=found.stat.st_size))

    def _add_node(
        self,
        folder: Folder,
        found: Found,
        path: bytes,
        *,
        device: int | None = None,
        content: tuple[bytes, ...] | None = None,
        size: int = 0,
        subtree: bytes | None = None,
    ) -> None:
        node = build_node(
            found,
            path,
            device=device,
            content=content,
            size=size,
            subtree=subtree,
            with_atime=self._request.with_atime,
        )
        folder.nodes.append((found.name, self._encoder.encode(node)))

    def _row(
        self,
        found: Found,
        content: bytes | None,
        fingerprint: bytes | None,
        *,
        size: int,
        racy: bool = False,
        child: int | None = None,
        device: int | None = None,
    ) -> Entry:
        info = found.stat
        newest = max(info.st_mtime_ns, info.st_ctime_ns)
        now = int(self._clock.now().timestamp()) * 1_000_000_000
        return Entry(
            found.name,
            found.kind,
            info.st_mode,
            size,
            info.st_mtime_ns,
            info.st_ctime_ns,
            info.st_ino,
            info.st_dev if device is None else device,
            EntryState.STORED,
            racy or now - newest < _RACY_NS,
            self._run_no,
            child,
            content,
            fingerprint,
        )

    def _finish(self, folder: Folder) -> None:
        """Everything in the folder is known: make its tree and tell the folder above."""
        if folder.failed and folder.parent is not None:
            folder.parent.changed = True
            self._one_less(folder.parent)
            return
        tree = self._tree_of(folder)
        if folder.rows or folder.gone:
            self._manifest.begin()
            if folder.gone:
                self._manifest.drop_entries(folder.no, folder.gone)
            self._manifest.put_entries(folder.no, folder.rows)
        parent = folder.parent
        if parent is None:
            self._root_tree = tree
            return
        self._folder_done(parent, folder, tree)
        self._one_less(parent)

    def _one_less(self, folder: Folder) -> None:
        folder.pending -= 1
        if not folder.pending and folder.complete:
            self._finish(folder)

    def _tree_of(self, folder: Folder) -> bytes:
        before = folder.before
        if not folder.changed and before is not None and before.content:
            if self._manifest.blobs.known(BlobType.TREE, (before.content,)):
                self.counts.dirs_unmodified += 1
                return before.content
        elif before is None:
            self.counts.dirs_new += 1
        else:
            self.counts.dirs_changed += 1
        for found, entry in folder.kept:
            self._add_kept(folder, found, entry)
        folder.kept.clear()
        folder.nodes.sort()
        return self._feed.store_tree(encode_tree([encoded for _, encoded in folder.nodes]))

    def _add_kept(self, folder: Folder, found: Found, entry: Entry) -> None:
        content = entry.content or b""
        path = os.path.join(folder.path, found.name)
        ids = None
        if found.kind is EntryKind.FILE:
            ids = tuple(content[i : i + _ID] for i in range(0, len(content), _ID))
        subtree = content if found.kind is EntryKind.FOLDER else None
        size = entry.size if found.kind is EntryKind.FILE else 0
        try:
            self._add_node(
                folder, found, path, device=entry.device, content=ids, size=size, subtree=subtree
            )
        except OSError as error:  # a symlink that vanished since it was listed
            self._feed.report(trouble(path, error))

    def _folder_done(self, parent: Folder, folder: Folder, tree: bytes) -> None:
        found, before = folder.found, folder.before
        info = found.stat
        same = (
            before is not None
            and before.content == tree
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
        row = self._row(found, tree, None, size=0, child=folder.no, device=device)
        parent.rows.append(row)
        parent.kept.append((found, row))
