"""Walking the chosen folders and putting the trees together, from the leaves up.

A folder is looked at once: what is as the manifest remembers it is taken over, the rest is read by
the workers. When the last thing in a folder is known its tree is made and the folder is handed to
the one above. A folder in which nothing changed keeps the tree it has, without being put together
again, if that is the tree of what the manifest has in it (`EntryState.STORED`), and a listed
snapshot stands for each of these: what could not be had in an earlier run is not in its trees.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from backupclient.events import FileAction, FileDone, Reason
from backupclient.manifest.manifest import Entry, EntryKind, EntryState, Manifest
from backupclient.operations.backup.folder import Counts, Feed, Folder
from backupclient.operations.backup.listing import digest
from backupclient.operations.backup.node_maker import NodeMaker
from backupclient.operations.backup.recall import Recall, blob_ids, unfinished_folder
from backupclient.operations.backup.rows import Rows
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.reader import FileRead, ReadTask
from backupclient.pipeline.scanner import Found, Trouble, trouble
from backupclient.pipeline.selection import Selection
from backupclient.repository.blob import BlobType
from backupclient.repository.tree import encode_tree


class Walk:
    """One walk over one set of targets. Belongs to the job's thread."""

    def __init__(
        self,
        manifest: Manifest,
        feed: Feed,
        *,
        selection: Selection,
        recall: Recall,
        counts: Counts,
        with_atime: bool,
        on_file: Callable[[FileDone], None] | None,
    ) -> None:
        self._manifest = manifest
        self._feed = feed
        self._selection = selection
        self._recall = recall
        self._nodes = NodeMaker(with_atime=with_atime)
        self._on_file = on_file
        self._root_tree: bytes | None = None
        self._stack: list[Folder] = []
        self.rows = Rows(manifest)
        self.counts = counts

    @property
    def root_tree(self) -> bytes | None:
        """The id of the root tree, once everything is known."""
        return self._root_tree

    # --- going down -------------------------------------------------------------------------------

    def start(self, target: Target) -> None:
        """Begin at the root of the tree."""
        info = os.lstat(target.path)
        found = Found(b"", EntryKind.FOLDER, info)
        self._manifest.begin()
        no = self._manifest.ensure_folder(target.path)
        root = Folder(None, found, target.path, None, no, info.st_dev)
        root.target = None if target.whole else target
        self._stack.append(root)

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
        self._finish(folder)
        return True

    def _visit_partly(self, folder: Folder, target: Target) -> None:
        """A folder above what was chosen: only the chosen names, and nothing is forgotten."""
        folder.changed = True
        folder.old = self._manifest.entries_of(folder.no)
        for name in sorted(target.children):
            child = target.children[name]
            if not child.missing and self._take_chosen(folder, name, child):
                continue
            # Whatever is known below it was not looked at: no snapshot of this set may vouch for
            # it from now on.
            self._manifest.begin()
            self._manifest.distrust(folder.no, [name])
            if child.carried is not None:
                folder.nodes.append((name, child.carried))

    def _take_chosen(self, folder: Folder, name: bytes, child: Target) -> bool:
        """False if it cannot be looked at, or a rule leaves it out."""
        path = child.path
        try:
            # A chosen path may be a symlink, and is kept as one; what lies above it is not.
            info = os.lstat(path) if child.whole else os.stat(path)
        except OSError as error:
            self._feed.report(trouble(path, error))
            return False
        found = Found.of(name, info)
        if found is None or (child.whole and self._selection.left_out(found, path)):
            return False
        self._take(folder, found, path, info.st_dev, None if child.whole else child)
        return True

    def _visit(self, folder: Folder) -> None:
        path = folder.path
        own = folder.found.stat.st_dev
        folder.seen = self._recall.now()
        try:
            names, troubles = self._selection.of_folder(path, own_device=own, device=folder.device)
        except OSError as error:
            self._fail(folder, trouble(path, error))
            return
        for why in troubles:
            self._feed.report(why)
            folder.changed = True
            folder.settled = False
        folder.digest = digest(names)
        if not troubles and self._on_file is None and self._recall.same_listing(folder):
            self._take_folders(folder, names)
        else:
            self._take_all(folder, names)

    def _take_folders(self, folder: Folder, names: list[Found]) -> None:
        """Nothing but folders can have changed in here: the files' rows are not even fetched."""
        folder.old = self._manifest.entries_of(folder.no, only_folders=True)
        folder.skipped = names
        base = os.path.join(folder.path, b"")
        for found in names:
            if found.kind is EntryKind.FOLDER:
                self._take(folder, found, base + found.name, folder.device, None)
            elif found.kind is EntryKind.FILE:
                self.counts.files_unmodified += 1
                self.counts.bytes_safe += found.stat.st_size

    def _take_all(self, folder: Folder, names: list[Found]) -> None:
        if folder.before is not None or folder.parent is None:
            folder.old = self._manifest.entries_of(folder.no)
        base = os.path.join(folder.path, b"")
        for found in names:
            self._take(folder, found, base + found.name, folder.device, None)
        folder.gone += folder.old.keys() - {found.name for found in names}
        if folder.gone:
            folder.changed = True

    def _fail(self, folder: Folder, why: Trouble) -> None:
        """The folder could not be listed."""
        folder.failed = True
        if folder.parent is not None:
            self._leave_out(folder.parent, folder.found.name, why)
            return
        self._feed.report(why)
        self._manifest.begin()
        self._manifest.distrust(folder.no, list(folder.old))

    def _leave_out(self, folder: Folder, name: bytes, why: Trouble) -> None:
        """One thing in the folder could not be had: what is known of it may still be true, but
        this run's snapshot does not hold it. That something was deleted meanwhile is no problem,
        unless it was chosen itself."""
        folder.changed = True
        folder.settled = False
        if why.reason is Reason.VANISHED and folder.target is None:
            folder.gone.append(name)
            return
        self._feed.report(why)
        self._manifest.begin()
        self._manifest.distrust(folder.no, [name])

    def _take(
        self, folder: Folder, found: Found, path: bytes, device: int, below: Target | None
    ) -> None:
        before = folder.old.get(found.name)
        if before is not None and before.kind != found.kind:
            self._manifest.begin()
            self._manifest.drop_entries(folder.no, [found.name])
            folder.changed = True
            before = None
        if found.kind is EntryKind.FOLDER:
            self._descend(folder, found, path, before, device, below)
        elif before is not None and self._recall.unchanged(found, before):
            self._keep(folder, found, path, before)
        elif found.kind is EntryKind.FILE:
            folder.changed = True
            folder.pending += 1
            self._feed.read(ReadTask((folder, found), path, found.stat))
        else:
            folder.changed = True
            self._take_special(folder, found, path)

    def _keep(self, folder: Folder, found: Found, path: bytes, before: Entry) -> None:
        """The entry is unchanged, and stored."""
        folder.kept.append((found, before))
        if before.run_no == self._recall.run_no:
            folder.changed = True  # sent ahead by this run, and counted then
            return
        if not self._recall.vouched_for(before):
            folder.changed = True
            folder.rows.append(before._replace(run_no=self._recall.run_no))
        if found.kind is EntryKind.FILE and self._recall.unfinished(before):
            self.counts.files_new += 1
            self.counts.files_resumed += 1
            self.counts.bytes_safe += before.size
        elif found.kind is EntryKind.FILE:
            self._count_unmodified(path, before.size)

    def _descend(
        self,
        folder: Folder,
        found: Found,
        path: bytes,
        before: Entry | None,
        device: int,
        below: Target | None,
    ) -> None:
        no = before.child if before is not None else None
        if no is None:
            self._manifest.begin()
            no = self._manifest.new_folder(folder.no, found.name)
            self._manifest.put_entries(folder.no, [unfinished_folder(found, no)])
        child = Folder(folder, found, path, before, no, device)
        child.target = below
        folder.pending += 1
        self._stack.append(child)

    def _count_unmodified(self, path: bytes, size: int) -> None:
        self.counts.files_unmodified += 1
        self.counts.bytes_safe += size
        if self._on_file is not None:
            done = FileDone(path=os.fsdecode(path), action=FileAction.UNCHANGED, size=size)
            self._on_file(done)

    # --- coming up --------------------------------------------------------------------------------

    def file_read(self, result: FileRead) -> None:
        """A worker's answer."""
        folder: Folder
        folder, found = result.token
        self.counts.bytes_read += result.read
        if result.info is not None:
            if result.trouble is not None:
                self._feed.report(result.trouble)
            self._file_stored(folder, found, result, result.info)
        elif result.trouble is not None:
            self._leave_out(folder, found.name, result.trouble)
        folder.pending -= 1
        self._finish(folder)

    def _file_stored(
        self, folder: Folder, found: Found, result: FileRead, info: os.stat_result
    ) -> None:
        found = Found(found.name, EntryKind.FILE, info)
        path = os.path.join(folder.path, found.name)
        ids = blob_ids(result.content)
        self._nodes.add(
            folder, found, path, content=ids, size=result.size, attributes=result.attributes
        )
        row = self._recall.stored(
            found,
            result.content,
            result.fingerprint,
            size=result.size,
            seen=folder.seen,
            racy=result.trouble is not None,
        )
        self.rows.add(folder, row)
        folder.settled = folder.settled and not row.racy
        before = folder.old.get(found.name)
        if before is not None and before.run_no == self._recall.run_no:
            return  # sent ahead by this run, and counted then
        if before is not None and self._recall.unfinished(before):
            before = None
        if before is not None and before.content == row.content and before.mtime == row.mtime:
            self._count_unmodified(path, result.size)
            return
        self.counts.bytes_safe += result.safe
        action = FileAction.NEW if before is None else FileAction.CHANGED
        if action is FileAction.NEW:
            self.counts.files_new += 1
        else:
            self.counts.files_changed += 1
        self.counts.bytes_sent += result.size - result.safe
        if self._on_file is not None:
            self._on_file(FileDone(path=os.fsdecode(path), action=action, size=result.size))

    def _take_special(self, folder: Folder, found: Found, path: bytes) -> None:
        try:
            self._nodes.add(folder, found, path)
        except OSError as error:
            self._leave_out(folder, found.name, trouble(path, error))
            return
        row = self._recall.stored(found, None, size=found.stat.st_size, seen=folder.seen)
        folder.settled = folder.settled and not row.racy
        folder.rows.append(row)

    def _finish(self, folder: Folder) -> None:
        """Everything in the folder is known: make its tree and tell the folder above, which may
        now be complete itself; and so on up."""
        done: Folder | None = folder
        while done is not None and done.complete and not done.pending:
            parent = done.parent
            if not done.failed or parent is None:
                self._put_together(done, parent)
            if parent is not None:
                parent.pending -= 1
            done = parent

    def _put_together(self, folder: Folder, parent: Folder | None) -> None:
        self.rows.write(folder)
        tree = self._tree_of(folder)
        if folder.gone:
            self._manifest.begin()
            self._manifest.drop_entries(folder.no, folder.gone)
        if parent is None:
            self._root_tree = tree
        else:
            before = None if folder.before is None else folder.before.content
            self.counts.dirs_new += before is None
            self.counts.dirs_changed += before not in (None, tree)
            self.counts.dirs_unmodified += before == tree
            self._folder_done(parent, folder, tree)

    def _tree_of(self, folder: Folder) -> bytes:
        before = folder.before.content if folder.before is not None else None
        if before is not None and self._may_keep_tree(folder, before):
            return before
        if folder.skipped:
            self._recall_skipped(folder)
        for found, entry in folder.kept:
            try:
                self._nodes.add_kept(folder, found, entry)
            except OSError as error:  # a symlink that vanished since it was listed
                path = os.path.join(folder.path, found.name)
                self._leave_out(folder, found.name, trouble(path, error))
        folder.kept.clear()
        folder.nodes.sort()
        return self._feed.store_tree(encode_tree([encoded for _, encoded in folder.nodes]))

    def _recall_skipped(self, folder: Folder) -> None:
        """The tree must be put together after all: fetch what was skipped."""
        old = self._manifest.entries_of(folder.no)
        folder.kept += [
            (found, old[found.name])
            for found in folder.skipped
            if found.kind is not EntryKind.FOLDER
        ]

    def _may_keep_tree(self, folder: Folder, tree: bytes) -> bool:
        if folder.changed or folder.before is None or folder.before.state != EntryState.STORED:
            return False
        return bool(self._manifest.blobs.known(BlobType.TREE, (tree,)))

    def _folder_done(self, parent: Folder, folder: Folder, tree: bytes) -> None:
        found, before = folder.found, folder.before
        info = found.stat
        whole = folder.target is None
        state = EntryState.STORED if whole else EntryState.WAITING
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
