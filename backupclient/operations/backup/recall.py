"""What the manifest remembers of an entry, and whether that still holds."""

from __future__ import annotations

from backupclient.clock import Clock
from backupclient.manifest.contents import blob_ids
from backupclient.manifest.held import unfinished_since
from backupclient.manifest.manifest import Entry, EntryKind, EntryState, Manifest
from backupclient.operations.backup.folder import Folder
from backupclient.pipeline.scanner import Found
from backupclient.repository.blob import BlobType
from backupclient.requests import BackupRequest

RACY_NS = 2_000_000_000
"""A change within the clock's grain of a reading may not show in the times (git's "racily
clean"); the coarsest file systems count in two seconds."""


class Recall:
    """Belongs to the job's thread. `holding` are the runs whose entries a listed snapshot holds
    (`Manifest.holding_runs`); what this run stores its own snapshot will hold. `unfinished` are the
    runs that ended without one, `going_on` those of the run's own set since the last that did."""

    def __init__(
        self,
        manifest: Manifest,
        request: BackupRequest,
        clock: Clock,
        *,
        run_no: int,
        holding: frozenset[int],
        unfinished: frozenset[int] = frozenset(),
        going_on: frozenset[int] = frozenset(),
    ) -> None:
        self._blobs = manifest.blobs
        self._clock = clock
        self._force = request.force
        self._ignore_ctime = request.ignore_ctime
        self._ignore_inode = request.ignore_inode
        self.run_no = run_no
        self._in_checkpoint = {-no for no in going_on if -no in holding}
        self._holding = holding | {run_no, -run_no}
        self._unfinished = unfinished

    @classmethod
    def of_run(
        cls,
        manifest: Manifest,
        request: BackupRequest,
        clock: Clock,
        run_no: int,
        listed: frozenset[str],
    ) -> Recall:
        """For a run that has begun while these snapshots were listed."""
        runs = manifest.runs()
        own = next(run.set_key for run in runs if run.no == run_no)
        return cls(
            manifest,
            request,
            clock,
            run_no=run_no,
            holding=manifest.holding_runs(set(listed)),
            unfinished=frozenset(run.no for run in runs if run.snapshot_id is None),
            going_on=unfinished_since(manifest.set_runs(), own),
        )

    def vouched_for(self, before: Entry) -> bool:
        """Whether a listed snapshot, or this run, stands for what is stored of the entry."""
        return before.run_no in self._holding

    def is_own(self, before: Entry) -> bool:
        """Whether this run stored it, or came to look at it before."""
        return abs(before.run_no) == self.run_no

    def kept_by(self, before: Entry) -> int:
        """The run that the row of an unchanged entry is to name. What a checkpoint of this set
        holds stays held by it."""
        if before.run_no in self._in_checkpoint:
            return -self.run_no
        return before.run_no if self.vouched_for(before) else self.run_no

    def unfinished(self, before: Entry) -> bool:
        """Whether the entry was stored by a run that ended without a snapshot, and no version of
        it before that."""
        return abs(before.run_no) in self._unfinished or not (before.run_no or before.earlier_run)

    def now(self) -> int:
        """The wall clock in nanoseconds."""
        return int(self._clock.now().timestamp() * 1_000_000) * 1000

    def same_listing(self, folder: Folder) -> bool:
        """Whether everything in the folder but its folders is as its rows have it, and stored. Of
        a folder that is not `STORED`, some rows may be missing."""
        before = folder.before
        return (
            before is not None
            and before.state == EntryState.STORED
            and before.fingerprint == folder.digest
            and self.vouched_for(before)
            and not (self._force or self._ignore_ctime or self._ignore_inode)
        )

    def unchanged(self, found: Found, before: Entry) -> bool:
        """Whether the entry is as it was when it was stored, and what was stored is still there.
        Whoever vouches for the entry, each blob is asked for: a row may be damaged."""
        return self.looks_same(found, before) and self.all_stored(before.content)

    def looks_same(self, found: Found, before: Entry) -> bool:
        """As `unchanged`, whatever became of what was stored."""
        return (
            self.alike(found, before)
            and not before.racy
            and before.state == EntryState.STORED
            and (not self._force or self.is_own(before))
        )

    def alike(self, found: Found, before: Entry) -> bool:
        """Whether all that can be seen of it is as its row has it."""
        info = found.stat
        return (
            before.mtime == info.st_mtime_ns
            and (before.ctime == info.st_ctime_ns or self._ignore_ctime)
            and (before.size == info.st_size or found.kind is not EntryKind.FILE)
            and (before.inode == info.st_ino or self._ignore_inode)
            and before.mode == info.st_mode
        )

    def same_version(self, found: Found, before: Entry, row: Entry) -> bool:
        """Whether what was read turned out to be what a listed snapshot holds already, so that
        it never was anything but safe."""
        return (
            before.state == EntryState.STORED
            and row.state == EntryState.STORED
            and before.content == row.content
            and self.vouched_for(before)
            and self.alike(found, before)
        )

    def all_stored(self, content: bytes | None) -> bool:
        """Whether all these blobs of files are stored, or on their way."""
        return self._blobs.all_stored(BlobType.DATA, blob_ids(content))

    def stored(
        self,
        found: Found,
        content: bytes | None,
        fingerprint: bytes | None = None,
        *,
        size: int,
        seen: int,
        racy: bool = False,
        child: int | None = None,
        device: int | None = None,
    ) -> Entry:
        """The row of an entry that this run stored; `seen` is when it was looked at, before it
        was read (`now`). It is `racy` if it kept changing while it was read, which is a problem."""
        info = found.stat
        # Reading may come long after looking, so any later change of the inode is near. The time
        # of modification may lie in the future because somebody said so.
        near = min(abs(seen - info.st_mtime_ns), seen - info.st_ctime_ns)
        return Entry(
            found.name,
            found.kind,
            info.st_mode,
            size,
            info.st_mtime_ns,
            info.st_ctime_ns,
            info.st_ino,
            info.st_dev if device is None else device,
            EntryState.PROBLEM if racy else EntryState.STORED,
            racy or near < RACY_NS,
            self.run_no,
            child,
            content,
            fingerprint,
        )


def unfinished_folder(found: Found, child: int) -> Entry:
    """The row of a folder that is being looked at for the first time: so that what is below it can
    be found again if the run is cut short."""
    info = found.stat
    kind, state = EntryKind.FOLDER, EntryState.WAITING
    return Entry(
        found.name,
        kind,
        info.st_mode,
        0,
        0,
        0,
        info.st_ino,
        info.st_dev,
        state,
        1,
        0,
        child,
        None,
        None,
    )
