"""A backup, from the chosen folders to the saved snapshot.

Write order is packs, index, snapshot, so that whatever is listed can be read whole: a run that is
cut short at any moment leaves packs that the next run finds again, and no snapshot that lacks
anything. (restic design document, "Read and Write Ordering".)
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime

import msgspec

from backupclient.clock import as_time, nanoseconds
from backupclient.errors import (
    BackupError,
    Cancelled,
    ManifestError,
    OutOfMemory,
    SourceUnavailable,
    StorageError,
)
from backupclient.events import BackupSummary, FileProblem, Phase
from backupclient.manifest.manifest import Run
from backupclient.operations.backup.adopt import Parent, adopt, carry_over, find_parent, new_links
from backupclient.operations.backup.checkpoint import Checkpoints
from backupclient.operations.backup.ended import end_complete, end_cut_short, end_problems
from backupclient.operations.backup.fitting import may_not_fit, note_drives, warn_if_too_much
from backupclient.operations.backup.folder import Counts
from backupclient.operations.backup.going_on import GoingOn
from backupclient.operations.backup.kept import LastVersions
from backupclient.operations.backup.known_safe import KnownSafe
from backupclient.operations.backup.ledger import Ledger
from backupclient.operations.backup.leftovers import send_leftovers
from backupclient.operations.backup.less import with_less
from backupclient.operations.backup.order import Order, Urgency
from backupclient.operations.backup.preload import Preload
from backupclient.operations.backup.progress import BackupProgress
from backupclient.operations.backup.recall import Recall
from backupclient.operations.backup.result import RunFacts, Stored, make_snapshot, make_summary
from backupclient.operations.backup.set_back import tell_if_set_back
from backupclient.operations.backup.sources import (
    demand_sources,
    ended_unclean,
    expected_totals,
    missing_sources,
    unfinished_run,
)
from backupclient.operations.backup.survey import Surveyor
from backupclient.operations.backup.targets import Target, plan_targets
from backupclient.operations.backup.tuning import Tuning
from backupclient.operations.backup.walk import Walk
from backupclient.operations.inventory import take_inventory
from backupclient.operations.rare_collections import rare_collections
from backupclient.operations.session import Session
from backupclient.pipeline.drives import Drives
from backupclient.pipeline.flow import Flow
from backupclient.pipeline.open_files import OpenFiles
from backupclient.pipeline.pace import Pace, Plan
from backupclient.pipeline.reader import BatchRead, FileRead, PartRead, PartsDone, ReadTask
from backupclient.pipeline.scanner import Trouble
from backupclient.pipeline.selection import Selection
from backupclient.pipeline.sender import SentPack
from backupclient.pipeline.spool import Spool
from backupclient.pipeline.worker import SMALL
from backupclient.repository.blob import blob_id
from backupclient.requests import BackupRequest

__all__ = ["Tuning", "run_backup"]

_LEAVES_CHECKPOINT = (Cancelled, StorageError, SourceUnavailable)
"""Ends that say nothing against what was stored before."""


def run_backup(session: Session, request: BackupRequest, tuning: Tuning) -> BackupSummary:
    """Back up what was asked for. Problems with single files are events; the summary counts them.

    `SourceUnavailable` if a chosen folder that was backed up before is gone or empty and nothing
    else is left to do; `Cancelled` when stopped: everything finished stays, and the next run goes
    on from there. As `with_less` where memory does not suffice."""
    with rare_collections():
        return with_less(session, tuning, lambda less: _run_once(session, request, less))


def _run_once(session: Session, request: BackupRequest, tuning: Tuning) -> BackupSummary:
    backup = _Backup(session, request)
    if not request.dry_run:
        return backup.run(tuning)
    try:
        session.manifest.begin()
        return backup.run(tuning)
    finally:
        session.manifest.rollback()


class _Backup:
    """One run, and what the walk needs of it. Everything here is the job's thread's."""

    def __init__(self, session: Session, request: BackupRequest) -> None:
        self._session = session
        self._request = request
        self._manifest = session.manifest
        self._cwd = request.seen_from or os.getcwdb()
        self._facts = RunFacts.of(request, session.clock.now())
        self._set_key = self._facts.set_key
        self._progress = BackupProgress(session.clock, session.emit)
        self._ledger = Ledger(session, dry_run=request.dry_run)
        self._problems = 0
        self._stored = Stored()
        self._run_no = 0
        self._counts = Counts()
        self._drives = Drives()
        self._open_files = OpenFiles(session.control)
        self._selection = Selection(request, session.own_folders, self._open_files)
        self._parent: Parent | None = None
        self._order = Order(session.clock)
        self._flow: Flow | None = None
        self._going_on: GoingOn | None = None
        self._went_on_from: Run | None = None
        self._checkpoints: Checkpoints | None = None
        self._answer_to: Callable[[FileRead], None]

    def run(self, tuning: Tuning) -> BackupSummary:
        root = plan_targets(self._request.paths, self._cwd)
        tell_if_set_back(self._session)
        if not self._request.dry_run:
            self._ledger.recover()
            take_inventory(self._session, unclean=ended_unclean(self._manifest))
        adopted = not self._manifest.runs(self._set_key)
        parent = self._parent = find_parent(self._session, self._facts)
        if parent is not None and adopted:
            self._manifest.begin()
            adopt(self._session, parent, root, self._set_key)
            self._ledger.commit()
        missing = self._open_files.insist(lambda: missing_sources(root, self._manifest))
        earlier = unfinished_run(self._manifest, self._set_key)
        self._manifest.begin()
        self._run_no = self._manifest.begin_run(self._set_key, nanoseconds(self._facts.started))
        self._ledger.commit()
        try:
            if not self._request.dry_run:
                self._going_on = GoingOn(
                    self._manifest, self._request, set_key=self._set_key, run_no=self._run_no
                )
                self._ledger.after_index = self._going_on.settle
            passes = self._look_around(root, earlier)
            for why in carry_over(self._session, missing, parent) + new_links(root):
                self.report(why)
            if not self._request.dry_run:
                self._checkpoints = Checkpoints(
                    self._session,
                    self._facts,
                    self._ledger,
                    root,
                    parent,
                    look_for_leftovers=bool(earlier) or adopted,
                )
            return self._save(root, self._send_everything(root, passes, tuning))
        except (BackupError, Cancelled, MemoryError) as error:
            self._cut_short(OutOfMemory() if isinstance(error, MemoryError) else error)
            raise

    def _send_everything(self, root: Target, passes: list[Urgency], tuning: Tuning) -> bytes:
        """Everything into packs and trees; returns the root tree when the last pack is stored."""
        self._flow = flow = self._new_flow(tuning)
        with flow:
            self._progress.enter(Phase.UPLOADING)
            resent = send_leftovers(self._session, flow)
            self._stored.add(resent)
            self._counts.bytes_resent = resent.plain
            self._await_uploads()
            recall = self._new_recall()
            for kind in passes:
                self._send_ahead(root, kind, recall)
            tree = self._walk_all(root, recall)
            self._open_files.insist(lambda: demand_sources(root))
            flow.flush()
            self._await_uploads()
            self._progress.enter(Phase.FINISHING)
        return tree

    def _await_uploads(self) -> None:
        while not self._running.all_sent:
            self._take_news(wait=True)
        self._ledger.commit()

    def _cut_short(self, error: BackupError | Cancelled) -> None:
        """Keep what was finished, which the next run goes on from, and leave a checkpoint of it, if
        the storage still takes one."""
        if self._request.dry_run or isinstance(error, ManifestError):
            return
        if self._flow is not None:
            for item in self._flow.last_news():
                self._note(item)
        end_cut_short(self._manifest, self._run_no, error, nanoseconds(self._session.clock.now()))
        self._ledger.commit()
        if self._checkpoints is not None and isinstance(error, _LEAVES_CHECKPOINT):
            self._checkpoints.write_last()

    # --- beginning --------------------------------------------------------------------------------

    def _look_around(self, root: Target, earlier: Run | None) -> list[Urgency]:
        """How much there is to do. Before a first backup, after a run that was cut short and with
        little room everything is counted, and what is safe already; else the last run's totals
        will do. For a first backup returns the kinds of files to send ahead."""
        totals = known = expected_totals(self._manifest, self._set_key)
        first = totals is None
        passes: list[Urgency] = []
        tight = totals is not None and may_not_fit(self._session, root, totals[1])
        if totals is None or earlier is not None or tight:
            self._progress.enter(Phase.LOOKING)
            safe = None
            if self._going_on is not None:
                safe = KnownSafe(self._manifest, self._new_recall(), self._going_on)
            seen = Surveyor(self._manifest, self._selection, self._order, self.tick, safe).run(root)
            totals = seen.total_files, seen.total_bytes
            passes = seen.passes() if first else []
            if safe is not None and safe.bytes:
                self._went_on_from = earlier
                safe.tell(earlier, self._progress, self._session.emit)
            warn_if_too_much(self._session, totals[1] - (safe.bytes if safe else 0))
        self._progress.expect(totals, counted=totals is not known)
        return passes

    def _new_flow(self, tuning: Tuning) -> Flow:
        usual = Plan(tuning.pack_size, tuning.uploads)
        flow = Flow(
            self._session.repository,
            self._manifest.blobs,
            self._session.control,
            threads=tuning.threads,
            processes=tuning.processes,
            pace=Pace(self._session.clock, usual, self._session.upload_limit),
            on_bytes=self._progress.add_uploaded,
            spool=Spool(self._manifest.path.with_name("spool")),
            drives=self._drives,
            open_files=self._open_files,
            dry_run=self._request.dry_run,
            idle=self.tick,
        )
        self._progress.in_work = flow.large_files.in_work
        self._progress.unsent = lambda: flow.unsent
        return flow

    def _new_recall(self) -> Recall:
        known = self._session.clock, self._run_no, self._session.snapshot_names
        return Recall.of_run(self._manifest, self._request, *known)

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
        self._ledger.before_commit = preload.flush
        preload.run(root)
        self._running.hand_over()
        while preload.pending:
            self._take_news(wait=True)
        preload.flush()

    def _walk_all(self, root: Target, recall: Recall) -> bytes:
        walk = Walk(
            self._manifest,
            self,
            selection=self._selection,
            recall=recall,
            counts=self._counts,
            last=LastVersions(self._session, self._parent),
            drives=self._drives,
            with_atime=self._request.with_atime,
            on_file=self._session.emit if self._request.details else None,
        )
        self._answer_to = walk.file_read
        self._ledger.before_commit = walk.rows.write_all
        walk.start(root)
        while walk.step():
            self._take_news(wait=False)
        self._running.hand_over()
        while not self._running.all_read:
            self._take_news(wait=True)
        walk.in_use.ask_again(self, self._session.control, lambda: self._take_news(wait=False))
        self._running.hand_over()
        while walk.root_tree is None or not self._running.all_stored:
            self._take_news(wait=True)
        return walk.root_tree

    # --- what the walk needs (operations.folder.Feed) ---------------------------------------------

    def read(self, task: ReadTask) -> None:
        while self._running.full:
            self._take_news(wait=True)
        if self._going_on is not None and task.info.st_size >= SMALL:
            task = self._going_on.task(task, nanoseconds(self._session.clock.now()))
        self._running.read(task)

    def store_tree(self, plain: bytes) -> bytes:
        tree_id = blob_id(plain)
        packed = self._running.store_tree(plain, tree_id)
        if packed:
            self._stored.add_tree(len(plain), packed)
        return tree_id

    def report(self, why: Trouble) -> None:
        self._problems += 1
        self._progress.problems = self._problems
        self._session.emit(FileProblem(path=os.fsdecode(why.path), reason=why.reason, raw=why.raw))
        if not self._request.dry_run and self._run_no:
            self._manifest.begin()
            now = nanoseconds(self._session.clock.now())
            self._manifest.problems.met(self._run_no, why.path, why.reason, why.raw, now)

    def tick(self) -> None:
        if self._session.control.paused:
            self._ledger.commit()
        self._session.control.check()
        self._open_files.tell(self._session.emit)
        self._progress.show(self._counts)
        self._ledger.keep_up()
        if self._checkpoints is not None and self._checkpoints.due:
            self._checkpoints.write()

    @property
    def _running(self) -> Flow:
        assert self._flow is not None
        return self._flow

    def _take_news(self, *, wait: bool) -> None:
        flow = self._running
        item = flow.news(wait=wait)
        while item is not None:
            if isinstance(item, BatchRead):
                self._take_batch(item)
            else:
                self._note(item)
            item = flow.news(wait=False)
        self.tick()

    def _note(self, item: SentPack | PartRead | PartsDone) -> None:
        if isinstance(item, SentPack):
            self._ledger.note(item)
        elif self._going_on is not None:
            if isinstance(item, PartRead):
                self._going_on.note(item)
            else:
                self._going_on.done(item)

    def _take_batch(self, batch: BatchRead) -> None:
        self._stored.add(batch.added)
        for result in batch.files:
            self._answer_to(result)

    # --- ending -----------------------------------------------------------------------------------

    def _save(self, root: Target, tree: bytes) -> BackupSummary:
        ended = self._session.clock.now()
        summary = self._summary(ended)
        if self._request.dry_run:
            return summary
        self._ledger.write_index()
        self._session.prove_lock()
        snapshot = make_snapshot(
            self._facts, tree, parent=summary.parent_id, summary=summary, ended=ended
        )
        name = self._session.repository.save_snapshot(snapshot)
        summary = msgspec.structs.replace(summary, snapshot_id=name)
        with self._manifest.transaction():
            end_problems(self._manifest, self._run_no, nanoseconds(ended), self._facts.paths)
            end_complete(self._manifest, self._run_no, summary, nanoseconds(ended))
            note_drives(self._session, root)
            if self._checkpoints is not None:
                self._checkpoints.hand_over(self._run_no)
            if self._going_on is not None:
                self._going_on.end()
        if self._checkpoints is not None:
            self._checkpoints.remove_all()
        return summary

    def _summary(self, ended: datetime) -> BackupSummary:
        name = "" if self._parent is None or self._request.force else self._parent.name
        earlier = self._went_on_from
        return make_summary(
            self._facts,
            self._counts,
            self._stored,
            parent=name,
            ended=ended,
            sent=self._ledger.packed_bytes,
            problems=self._problems,
            went_on_from=None if earlier is None else as_time(earlier.started),
        )
