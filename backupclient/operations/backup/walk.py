"""Walking the chosen folders and putting the trees together, from the leaves up.

A folder is looked at once: what is as the manifest remembers it is taken over, the rest is read by
the workers. When the last thing in a folder is known its tree is made (`assembly`) and the folder
is handed to the one above.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from backupclient.errors import SourceUnavailable
from backupclient.events import FileAction, FileDone
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.left_out import LeftOut
from backupclient.manifest.manifest import Entry, EntryKind, Manifest
from backupclient.operations.backup.assembly import Assembly
from backupclient.operations.backup.folder import Counts, Feed, Folder
from backupclient.operations.backup.in_use import InUse
from backupclient.operations.backup.kept import LastVersions, Mounts
from backupclient.operations.backup.listing import digest
from backupclient.operations.backup.marks import Marks
from backupclient.operations.backup.node_maker import NodeMaker
from backupclient.operations.backup.recall import Recall, unfinished_folder
from backupclient.operations.backup.rows import Rows
from backupclient.operations.backup.targets import Target
from backupclient.pipeline.drives import Drives
from backupclient.pipeline.reader import FileRead, ReadTask
from backupclient.pipeline.scanner import Found, trouble
from backupclient.pipeline.selection import Selection


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
        last: LastVersions,
        drives: Drives,
        with_atime: bool,
        on_file: Callable[[FileDone], None] | None,
    ) -> None:
        self._manifest = manifest
        self._feed = feed
        self._selection = selection
        self._recall = recall
        self._nodes = NodeMaker(with_atime=with_atime)
        self._drives = drives
        self._mounts = Mounts(manifest)
        self._marks = Marks(manifest, feed, recall, last, self._mounts)
        self.rows = Rows(manifest)
        self._assembly = Assembly(
            manifest,
            feed,
            recall=recall,
            nodes=self._nodes,
            marks=self._marks,
            rows=self.rows,
            counts=counts,
        )
        self._on_file = on_file
        self._root_tree: bytes | None = None
        self._stack: list[Folder] = []
        self.in_use = InUse()
        self.counts = counts

    @property
    def root_tree(self) -> bytes | None:
        """The id of the root tree, once everything is known."""
        return self._root_tree

    # --- going down -------------------------------------------------------------------------------

    def start(self, target: Target) -> None:
        """Begin at the root of the tree."""
        try:
            info = os.lstat(target.path)
        except OSError as error:
            raise SourceUnavailable(
                str(error), path=os.fsdecode(target.path), known=True
            ) from error
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
        left_out: list[LeftOut] = []
        for name in sorted(target.children):
            self._take_chosen(folder, name, target.children[name], left_out)
        self._manifest.begin()
        self._manifest.left_out.put(folder.no, left_out)
        self._read_files(folder)

    def _take_chosen(
        self, folder: Folder, name: bytes, child: Target, left_out: list[LeftOut]
    ) -> None:
        path = child.path
        if child.missing:
            self._marks.not_looked_at(folder, name)
            if child.carried is not None:
                folder.nodes.append((name, child.carried))
            return
        try:
            # A chosen path may be a symlink, and is kept as one; what lies above it is not.
            info = os.lstat(path) if child.whole else os.stat(path)
        except OSError as error:
            self._marks.problem(folder, name, trouble(path, error))
            return
        found = Found.of(name, info)
        rule = self._selection.left_out(found, path) if found and child.whole else None
        if found is not None and rule is None:
            self._take(folder, found, path, info.st_dev, None if child.whole else child)
            return
        self._manifest.begin()
        self._manifest.drop_entries(folder.no, [name])
        if rule is not None:
            left_out.append(rule)

    def _visit(self, folder: Folder) -> None:
        path = folder.path
        own = folder.found.stat.st_dev
        folder.seen = self._recall.now()
        why = self._drives.left(own, path)
        if why is None:
            try:
                looked = self._selection.of_folder(path, own_device=own, device=folder.device)
            except OSError as error:
                why = trouble(path, error)
                self._drives.took(own, path, why)
        if why is not None:
            self._marks.unlistable(folder, why)
            return
        names, troubles, left_out = looked
        above = folder.parent
        if names and above is not None and above.target is None and above.found.stat.st_dev != own:
            self._mounts.entered(path)
        self._manifest.begin()
        self._manifest.left_out.put(folder.no, left_out)
        for why in troubles:
            self._marks.problem(folder, os.path.basename(why.path), why)
        folder.digest = digest(names)
        if not troubles and self._on_file is None and self._recall.same_listing(folder):
            self._take_folders(folder, names)
        else:
            self._take_all(folder, names, {os.path.basename(why.path) for why in troubles})

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

    def _take_all(self, folder: Folder, names: list[Found], troubled: set[bytes]) -> None:
        if folder.before is not None or folder.parent is None:
            folder.old = self._manifest.entries_of(folder.no)
        base = os.path.join(folder.path, b"")
        for found in names:
            self._take(folder, found, base + found.name, folder.device, None)
        if gone := folder.old.keys() - {found.name for found in names} - troubled:
            self._marks.gone(folder, gone)
        names.clear()  # in a large folder they are many, and each is needed until it is read only
        self._count_beyond(folder)
        self._read_files(folder)

    def _count_beyond(self, folder: Folder) -> None:
        """What the folder has more than its entries say: it is known before anything is read."""
        for found, _ in folder.to_read:
            before = folder.old.get(found.name)
            self.counts.files_beyond += before is None
            self.counts.bytes_beyond += found.stat.st_size - (before.size if before else 0)
        for name in folder.gone:
            before = folder.old.get(name)
            if before is not None and before.kind == EntryKind.FILE:
                self.counts.files_beyond -= 1
                self.counts.bytes_beyond -= before.size

    def _read_files(self, folder: Folder) -> None:
        """Hand over what is to be read of the folder, with rows that say so."""
        files, folder.to_read = folder.to_read, []
        self._marks.to_be_read(folder, files)
        files.reverse()
        while files:
            found, path = files.pop()
            folder.pending += 1
            self._feed.read(ReadTask((folder, found), path, found.stat))

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
            folder.to_read.append((found, path))
        else:
            folder.changed = True
            self._take_special(folder, found, path)

    def _keep(self, folder: Folder, found: Found, path: bytes, before: Entry) -> None:
        """The entry is unchanged, and stored."""
        folder.kept.append((found, before))
        if self._recall.is_own(before):
            folder.changed = True  # sent ahead by this run, and counted then
            return
        run_no = self._recall.kept_by(before)
        if run_no != before.run_no:
            folder.changed = True
            folder.rows.append(before._replace(run_no=run_no))
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
        if self.in_use.keeps(result):
            return
        if result.info is not None:
            if result.trouble is not None:
                self._feed.report(result.trouble)
            self._file_stored(folder, found, result, result.info)
        elif result.trouble is not None:
            self._marks.problem(folder, found.name, result.trouble, EntryKind.FILE)
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
        before = folder.old.pop(found.name, None)  # nobody asks for it again
        if before is not None and self._recall.same_version(found, before, row):
            row = row._replace(run_no=self._recall.kept_by(before))
        self.rows.add(folder, row)
        folder.settled = folder.settled and not row.racy
        if before is not None and self._recall.is_own(before):
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
        self.counts.last_read = path
        if self._on_file is not None:
            self._on_file(FileDone(path=os.fsdecode(path), action=action, size=result.size))

    def _take_special(self, folder: Folder, found: Found, path: bytes) -> None:
        try:
            self._nodes.add(folder, found, path)
        except OSError as error:
            self._marks.problem(folder, found.name, trouble(path, error), found.kind)
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
                tree = self._assembly.put_together(done)
                if parent is None:
                    self._root_tree = tree
            if parent is not None:
                parent.pending -= 1
            done = parent
