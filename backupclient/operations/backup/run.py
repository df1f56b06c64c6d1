"""A backup, from the chosen folders to the saved snapshot.

Write order is packs, index, snapshot, so that whatever is listed can be read whole: a run that is
cut short at any moment leaves packs that the next run finds again, and no snapshot that lacks
anything. (restic design document, "Read and Write Ordering".)
"""

from __future__ import annotations

import contextlib
import gc
import os
from collections.abc import Callable, Iterator
from datetime import datetime

import msgspec

from backupclient import __version__
from backupclient.errors import BackupError, Cancelled, ManifestError, SourceUnavailable
from backupclient.events import (
    BackupSummary,
    FileProblem,
    Phase,
)
from backupclient.manifest.manifest import RunState
from backupclient.operations.backup.adopt import Parent, adopt, carry, find_parent
from backupclient.operations.backup.folder import Counts
from backupclient.operations.backup.ledger import Ledger
from backupclient.operations.backup.order import Order, Urgency, survey
from backupclient.operations.backup.preload import Preload
from backupclient.operations.backup.progress import BackupProgress
from backupclient.operations.backup.recall import Recall
from backupclient.operations.backup.sources import expected_totals, held, missing_sources
from backupclient.operations.backup.targets import Target, absolute, plan_targets
from backupclient.operations.backup.walk import Walk
from backupclient.operations.inventory import take_inventory
from backupclient.operations.session import Session
from backupclient.pipeline.flow import Flow
from backupclient.pipeline.reader import BatchRead, FileRead, ReadTask
from backupclient.pipeline.scanner import Trouble
from backupclient.pipeline.selection import Selection
from backupclient.pipeline.sender import SentPack
from backupclient.repository.blob import blob_id
from backupclient.repository.identity import Identity
from backupclient.repository.snapshot import Snapshot, SnapshotSummary
from backupclient.requests import BackupRequest


class Tuning(msgspec.Struct, frozen=True):
    """What may differ between machines and lines. Sizes are bytes."""

    threads: int = 2
    processes: int = 2
    uploads: int = 4
    pack_size: int = 18 << 20


def run_backup(session: Session, request: BackupRequest, tuning: Tuning) -> BackupSummary:
    """Back up what was asked for. Problems with single files are events; the summary counts them.

    `SourceUnavailable` if a chosen folder that was backed up before is gone or empty and nothing
    else is left to do; `Cancelled` when stopped: everything finished stays, and the next run goes
    on from there."""
    backup = _Backup(session, request)
    with _rare_collections():
        if not request.dry_run:
            return backup.run(tuning)
        try:
            session.manifest.begin()
            return backup.run(tuning)
        finally:
            session.manifest.rollback()


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """A walk makes many objects and hardly a cycle; looking for cycles as often as Python does
    costs it a fifth of its time."""
    before = gc.get_threshold()
    gc.set_threshold(100_000, 50, 50)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class _Backup:
    """One run, and what the walk needs of it. Everything here is the job's thread's."""

    def __init__(self, session: Session, request: BackupRequest) -> None:
        self._session = session
        self._request = request
        self._manifest = session.manifest
        self._cwd = request.seen_from or os.getcwdb()
        self._identity = Identity.of_this_process(request.hostname or None)
        self._paths = sorted({os.fsdecode(absolute(path, self._cwd)) for path in request.paths})
        self._set_key = set_key(self._identity.hostname, self._paths)
        self._progress = BackupProgress(session.clock, session.emit)
        self._ledger = Ledger(session, dry_run=request.dry_run)
        self._problems = 0
        self._data_blobs = self._tree_blobs = 0
        self._plain_added = self._packed_added = 0
        self._started = session.clock.now()
        self._run_no = 0
        self._counts = Counts()
        self._selection = Selection(request)
        self._order = Order(session.clock)
        self._flow: Flow | None = None
        self._answer_to: Callable[[FileRead], None]

    def run(self, tuning: Tuning) -> BackupSummary:
        root = plan_targets(self._request.paths, self._cwd)
        if not self._request.dry_run:
            self._ledger.recover()
            take_inventory(self._session)
        parent = self._take_up_parent(root)
        missing = missing_sources(root, self._manifest)
        passes = self._look_around(root)
        self._manifest.begin()
        self._run_no = self._manifest.begin_run(self._set_key, nanoseconds(self._started))
        self._ledger.commit()
        try:
            self._carry_over(missing, parent)
            return self._save(parent, self._send_everything(root, passes, tuning))
        except Cancelled:
            self._cut_short(RunState.STOPPED)
            raise
        except BackupError as error:
            if not isinstance(error, ManifestError):
                self._cut_short(RunState.FAILED)
            raise

    def _send_everything(self, root: Target, passes: list[Urgency], tuning: Tuning) -> bytes:
        """Everything into packs and trees; returns the root tree when the last pack is stored."""
        self._flow = flow = self._new_flow(tuning)
        with flow:
            self._progress.enter(Phase.UPLOADING)
            recall = self._new_recall()
            for kind in passes:
                self._send_ahead(root, kind, recall)
            tree = self._walk_all(root, recall)
            self._progress.enter(Phase.FINISHING)
            flow.flush()
            while not flow.all_sent:
                self._take_news(wait=True)
        return tree

    def _cut_short(self, state: RunState) -> None:
        """Keep what was finished: the next run goes on from there."""
        if self._request.dry_run:
            return
        if self._flow is not None:
            for sent in self._flow.sent_last():
                self._ledger.note(sent)
        self._manifest.begin()
        self._manifest.end_run(self._run_no, state, nanoseconds(self._session.clock.now()))
        self._ledger.commit()

    # --- beginning --------------------------------------------------------------------------------

    def _take_up_parent(self, root: Target) -> Parent | None:
        """The snapshot this one follows; its trees fill the manifest where that knows nothing."""
        hostname = self._identity.hostname
        parent = find_parent(self._session, hostname, self._paths, self._set_key, self._request)
        if parent is not None and not self._manifest.runs(self._set_key):
            self._manifest.begin()
            adopt(self._session, parent, root, self._set_key)
            self._ledger.commit()
        return parent

    def _carry_over(self, missing: list[tuple[Target, Trouble]], parent: Parent | None) -> None:
        """What was chosen and is not there now keeps its last version. `SourceUnavailable` if it
        had one that cannot be found: a backup without it would look like deleted files."""
        for target, why in missing:
            target.missing = True
            target.carried = None if parent is None else carry(self._session, parent, target)
            if target.carried is None and held(target.path, self._manifest):
                raise SourceUnavailable(why.raw, path=os.fsdecode(target.path), known=True)
            self.report(why)

    def _look_around(self, root: Target) -> list[Urgency]:
        """How much there is to do. Before a first backup everything is counted, and the kinds of
        files to send ahead are returned; later the last run's totals will do."""
        totals = expected_totals(self._manifest, self._set_key)
        if totals is None:
            self._progress.enter(Phase.LOOKING)
            seen = survey(root, self._selection, self._order, self._session.control)
            totals = seen.total_files, seen.total_bytes
            passes = seen.passes()
        else:
            passes = []
        self._progress.files_total, self._progress.bytes_total = totals
        return passes

    def _new_flow(self, tuning: Tuning) -> Flow:
        flow = Flow(
            self._session.repository,
            self._manifest.blobs,
            self._session.control,
            threads=tuning.threads,
            processes=tuning.processes,
            uploads=tuning.uploads,
            pack_size=tuning.pack_size,
            on_bytes=self._progress.add_uploaded,
            dry_run=self._request.dry_run,
            idle=self.tick,
        )
        self._progress.in_work = flow.large_files.in_work
        return flow

    def _new_recall(self) -> Recall:
        return Recall(
            self._manifest,
            self._request,
            self._session.clock,
            run_no=self._run_no,
            holding=self._manifest.holding_runs(set(self._session.snapshot_names)),
            unfinished=frozenset(
                run.no for run in self._manifest.runs() if run.snapshot_id is None
            ),
        )

    # --- the passes -------------------------------------------------------------------------------

    def _send_ahead(self, root: Target, kind: Urgency, recall: Recall) -> None:
        preload = Preload(
            self._manifest,
            self,
            selection=self._selection,
            recall=recall,
            order=self._order,
            kind=kind,
            counts=self._counts,
        )
        self._answer_to = preload.file_read
        preload.run(root)
        self._running.hand_over()
        while preload.pending:
            self._take_news(wait=True)

    def _walk_all(self, root: Target, recall: Recall) -> bytes:
        walk = Walk(
            self._manifest,
            self,
            selection=self._selection,
            recall=recall,
            counts=self._counts,
            with_atime=self._request.with_atime,
            on_file=self._session.emit if self._request.details else None,
        )
        self._answer_to = walk.file_read
        walk.start(root)
        while walk.step():
            self._take_news(wait=False)
        self._running.hand_over()
        while walk.root_tree is None or not self._running.all_stored:
            self._take_news(wait=True)
        return walk.root_tree

    # --- what the walk needs (operations.folder.Feed) ---------------------------------------------

    def read(self, task: ReadTask) -> None:
        while self._running.full:
            self._take_news(wait=True)
        self._running.read(task)

    def store_tree(self, plain: bytes) -> bytes:
        tree_id = blob_id(plain)
        packed = self._running.store_tree(plain, tree_id)
        if packed:
            self._tree_blobs += 1
            self._plain_added += len(plain)
            self._packed_added += packed
        return tree_id

    def report(self, why: Trouble) -> None:
        self._problems += 1
        self._progress.problems = self._problems
        self._session.emit(FileProblem(path=os.fsdecode(why.path), reason=why.reason, raw=why.raw))
        if not self._request.dry_run and self._run_no:
            self._manifest.begin()
            now = nanoseconds(self._session.clock.now())
            self._manifest.add_problem(self._run_no, why.path, why.reason, why.raw, now)

    def tick(self) -> None:
        self._session.control.check()
        self._show(self._counts)
        self._ledger.keep_up()

    @property
    def _running(self) -> Flow:
        assert self._flow is not None
        return self._flow

    # --- news -------------------------------------------------------------------------------------

    def _take_news(self, *, wait: bool) -> None:
        flow = self._running
        item = flow.news(wait=wait)
        while item is not None:
            if isinstance(item, SentPack):
                self._ledger.note(item)
            else:
                self._take_batch(item)
            item = flow.news(wait=False)
        self.tick()

    def _take_batch(self, batch: BatchRead) -> None:
        self._data_blobs += batch.added.blobs
        self._plain_added += batch.added.plain
        self._packed_added += batch.added.packed
        for result in batch.files:
            self._answer_to(result)

    def _show(self, counts: Counts) -> None:
        progress = self._progress
        progress.files_safe = counts.files_unmodified + counts.files_resumed
        progress.bytes_safe = counts.bytes_safe
        progress.files_sent = counts.files_new + counts.files_changed - counts.files_resumed
        progress.bytes_sent = counts.bytes_sent
        progress.tick()

    # --- ending -----------------------------------------------------------------------------------

    def _save(self, parent: Parent | None, tree: bytes) -> BackupSummary:
        ended = self._session.clock.now()
        summary = self._summary(parent, ended)
        if self._request.dry_run:
            return summary
        self._ledger.write_index()
        self._session.check_lock()
        name = self._session.repository.save_snapshot(self._snapshot(parent, tree, summary, ended))
        summary = msgspec.structs.replace(summary, snapshot_id=name)
        with self._manifest.transaction():
            self._manifest.end_run(
                self._run_no,
                RunState.COMPLETE,
                nanoseconds(ended),
                snapshot_id=name,
                files_total=summary.total_files_processed,
                bytes_total=summary.total_bytes_processed,
                summary=msgspec.json.encode(summary).decode(),
            )
        return summary

    def _summary(self, parent: Parent | None, ended: datetime) -> BackupSummary:
        counts = self._counts
        return BackupSummary(
            snapshot_id="",
            parent_id="" if parent is None or self._request.force else parent.name,
            files_new=counts.files_new,
            files_changed=counts.files_changed,
            files_unmodified=counts.files_unmodified,
            dirs_new=counts.dirs_new,
            dirs_changed=counts.dirs_changed,
            dirs_unmodified=counts.dirs_unmodified,
            data_blobs=self._data_blobs,
            tree_blobs=self._tree_blobs,
            data_added=self._plain_added,
            data_added_packed=self._packed_added,
            total_files_processed=counts.files,
            total_bytes_processed=counts.bytes_safe + counts.bytes_sent,
            total_duration=(ended - self._started).total_seconds(),
            bytes_read=counts.bytes_read,
            problems=self._problems,
            dry_run=self._request.dry_run,
        )

    def _snapshot(
        self, parent: Parent | None, tree: bytes, summary: BackupSummary, ended: datetime
    ) -> Snapshot:
        names = SnapshotSummary.__struct_fields__
        counted = {name: getattr(summary, name) for name in names if hasattr(summary, name)}
        return Snapshot(
            time=(self._request.time or self._started).astimezone(),
            parent=None if parent is None or self._request.force else parent.name,
            tree_hex=tree.hex(),
            paths=self._paths,
            hostname=self._identity.hostname,
            username=self._identity.username,
            uid=self._identity.uid,
            gid=self._identity.gid,
            excludes=[rule.pattern for rule in self._request.rules],
            tags=list(self._request.tags),
            program_version=f"backupclient {__version__}",
            summary=SnapshotSummary(backup_start=self._started, backup_end=ended, **counted),
        )


def set_key(hostname: str, paths: list[str]) -> str:
    """What makes runs follow each other: the same computer, the same chosen paths."""
    return msgspec.json.encode([hostname, *map(ascii, paths)]).decode()


def nanoseconds(time: datetime) -> int:
    return int(time.timestamp() * 1_000_000) * 1000
