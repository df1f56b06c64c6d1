"""Restoring a snapshot: plan first, then fetch each range once, then prove it if asked."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backupclient.errors import InvalidRequest, TargetUnwritable
from backupclient.events import FileProblem, RestoreProgress, RestoreSummary
from backupclient.manifest.scratch import RestorePlan
from backupclient.manifest.scratch_rows import Portion
from backupclient.operations.parallel import run_parallel
from backupclient.operations.rare_collections import rare_collections
from backupclient.operations.restore.choice import Choice
from backupclient.operations.restore.files import RANGE, FetchJob, FileMaker, fetch_jobs
from backupclient.operations.restore.nodes import NodeMaker
from backupclient.operations.restore.plan import Planner
from backupclient.operations.restore.proof import Proof, proof_jobs
from backupclient.operations.restore.second_names import SecondNames
from backupclient.operations.restore.target import FolderTable, Target
from backupclient.operations.restore.workers import Workers, worker_count
from backupclient.operations.select import find_snapshot, find_tree, split_path
from backupclient.operations.session import Session
from backupclient.operations.trees import TreeReader
from backupclient.repository.snapshot import Snapshot
from backupclient.requests import RestoreRequest

THREADS = 4
_IN_FLIGHT = THREADS * RANGE
_FEW = 1000
"""So many small files are written here before worker processes are worth their start."""
_PROOF_ROWS = 1 << 16
_FLUSH_EVERY = 1.0
_INTERVAL = 0.1
_HIDDEN_FOR = 3.0


class Portions(NamedTuple):
    """Files and parts that a portion has at least, and those planned ahead of what is fetched at
    most: the larger the portions, the fewer and longer the ranges."""

    rows_at_least: int = 1 << 13
    rows_ahead: int = 1 << 16


def run_restore(
    session: Session, request: RestoreRequest, portions: Portions | None = None
) -> RestoreSummary:
    """Restore, and return what came of it. Sends `RestoreProgress` and, for each path that is not
    as it was, `FileProblem`; the rest is restored all the same.

    Running it again goes on where it was stopped: what is right is not fetched again.
    `SnapshotMissing`, `InvalidRequest`; `TargetUnwritable` if nothing can be written there, or not
    that much (fact needed_bytes); storage errors; `Cancelled`."""
    if not request.target:
        raise InvalidRequest(reason="no-target")
    subfolder, paths = chosen(request)
    choice = Choice(request.include, request.iinclude, request.exclude, request.iexclude, paths)
    trees = TreeReader(session)
    selected = find_snapshot(session, request.snapshot, request.filter)
    selected = selected._replace(subfolder=(*selected.subfolder, *subfolder))
    mark = request.second_name or f" ({selected.snapshot.time:%Y-%m-%d})"
    tree = find_tree(trees, selected)
    with contextlib.ExitStack() as stack:
        target = Target(os.path.abspath(request.target), FolderTable())
        stack.callback(target.close)
        plan = RestorePlan()
        stack.callback(plan.close)
        planner = Planner(session, target, plan, choice, request.overwrite, SecondNames(mark))
        planner.begin(tree)
        restore = _Restore(session, request, target, plan, planner, stack, portions or Portions())
        stack.enter_context(rare_collections())
        if not request.dry_run and restore.may_begin(selected.snapshot):
            restore.expect(selected.snapshot, everything=choice.everything)
        else:
            restore.plan()
        if not request.dry_run:
            restore.run()
        return restore.summary()


def chosen(request: RestoreRequest) -> tuple[tuple[bytes, ...], list[bytes]]:
    """The folder whose contents go to the target, and the paths in it that are wanted."""
    if not request.paths:
        return split_path(request.subfolder), []
    common = common_folder(request.paths)
    return common, [b"/" + b"/".join(_names(path)[len(common) :]) for path in request.paths]


def common_folder(paths: Sequence[bytes]) -> tuple[bytes, ...]:
    """The folder that holds all of these, as its names."""
    above = [_names(path)[:-1] for path in paths]
    return tuple(names[0] for names in itertools.takewhile(_are_one, zip(*above, strict=False)))


def _are_one(names: tuple[bytes, ...]) -> bool:
    return len(set(names)) == 1


def _names(path: bytes) -> list[bytes]:
    return [name for name in path.split(b"/") if name]


class _Restore:
    """One restore, in the job's thread."""

    def __init__(
        self,
        session: Session,
        request: RestoreRequest,
        target: Target,
        plan: RestorePlan,
        planner: Planner,
        stack: contextlib.ExitStack,
        sizes: Portions,
    ) -> None:
        self._session = session
        self._request = request
        self._target = target
        self._plan = plan
        self._planner = planner
        self._stack = stack
        self._sizes = sizes
        planner.tell = self._tell
        planner.tick = self._tick_planning
        self._counts = planner.counts
        self._maker = FileMaker(
            session.repository,
            session.manifest.blobs,
            target,
            session.control,
            sparse=request.sparse,
        )
        self._nodes = NodeMaker(target, session.control, request.overwrite)
        self._proof = Proof(target, session.control)
        self._workers: Workers | None = None
        self._expected = (0, 0)
        self._proving = False
        self._problems = 0
        self._verified = 0
        self._started = session.clock.monotonic()
        self._fetching_since = self._started
        self._next_progress = self._started
        self._next_flush = self._started + _FLUSH_EVERY

    # --- the plan -------------------------------------------------------------------------------

    def may_begin(self, snapshot: Snapshot) -> bool:
        """Whether the first files may be fetched while the rest is planned: if it is known that
        there is room for all, and nothing is asked of the plan afterwards."""
        if self._request.verify or snapshot.summary is None:
            return False
        return snapshot.summary.total_bytes_processed <= self._target.free_bytes()

    def expect(self, snapshot: Snapshot, *, everything: bool) -> None:
        """Totals to be shown while they are not yet planned."""
        whole = everything and not self._request.subfolder and ":" not in self._request.snapshot
        if whole and snapshot.summary is not None:
            totals = snapshot.summary
            self._expected = (totals.total_files_processed, totals.total_bytes_processed)

    def plan(self) -> None:
        """All of it. `TargetUnwritable` if there is not enough room: before anything is written. A
        file that replaces another is there twice for a while."""
        self._planner.run()
        self._tick_planning()
        counts = self._counts
        needed = max(0, counts.new_bytes) + counts.largest_replacement
        if not self._request.sparse and needed > self._target.free_bytes():
            raise TargetUnwritable(
                path=os.fsdecode(self._target.path), reason="full", needed_bytes=needed
            )

    def _tick_planning(self) -> None:
        self._tick()
        few = self._counts.small_files <= _FEW
        if self._workers is not None or few or self._request.dry_run:
            return
        # They take a moment to start: while the rest is planned.
        self._workers = Workers(self._session.repository.master_key, worker_count())
        self._stack.callback(self._workers.close)

    def _plan_on(self) -> bool:
        """Plan one more folder, unless enough is planned for now."""
        enough = self._plan.rows >= self._sizes.rows_ahead
        if self._plan.spilled or enough or self._planner.done:
            return False
        self._tick_planning()
        return self._planner.step()

    def _portions(self) -> Iterator[Portion]:
        """What was planned while the files before were fetched, and at the end all that is left.
        Within a portion no byte is fetched twice."""
        while not self._planner.done:
            while self._plan.rows < self._sizes.rows_at_least and self._plan_on():
                pass
            if self._plan.spilled:
                break
            yield self._plan.take()
        self._planner.run()
        yield self._plan

    # --- the run --------------------------------------------------------------------------------

    def run(self) -> None:
        self._target.create()
        self._fetching_since = self._session.clock.monotonic()
        results = run_parallel(
            self._jobs(),
            self._maker.run,
            threads=THREADS,
            weight=lambda job: job.length,
            budget=_IN_FLIGHT,
            tick=self._tick_fetching,
            idle=self._plan_on,
        )
        for problems in results:
            self._tell_all(problems)
        self._tell_all(self._nodes.make_links(self._plan.links(), self._maker.failed))
        self._tell_all(self._nodes.make_specials(self._plan.specials()))
        if self._request.verify:
            self._target.sync()
            self._prove()
        self._tell_all(self._nodes.finish_folders(self._plan.folders_upwards()))
        self._target.sync()

    def _jobs(self) -> Iterator[FetchJob]:
        for portion in self._portions():
            self._tell_all(self._nodes.make_folders())
            self._nodes.remove(self._planner.leftovers)
            self._planner.leftovers.clear()
            for file in portion.files_without_fetch():
                self._session.control.check()
                held = portion.parts_here(file) if file.origin is not None else ()
                self._tell_all(self._maker.without_fetch(file, held))
            if self._workers is not None and self._maker.workers is None:
                self._workers.begin(self._target, sparse=self._request.sparse)
                self._maker.workers = self._workers
            yield from fetch_jobs(portion.parts_to_fetch(), self._planner.packs)

    def _tick_fetching(self) -> None:
        self._tick()
        now = self._session.clock.monotonic()
        if now >= self._next_flush:
            self._next_flush = now + _FLUSH_EVERY
            self._target.flush()

    def _prove(self) -> None:
        self._proving = True
        self._fetching_since = self._session.clock.monotonic()
        failed = self._maker.failed
        jobs = proof_jobs(self._plan.parts_by_file(), failed)
        results = run_parallel(
            jobs,
            self._proof.run,
            threads=THREADS,
            weight=len,
            budget=_PROOF_ROWS,
            tick=self._tick,
        )
        for problems in results:
            self._tell_all(problems)
        self._verified = self._plan.files_made - len(failed | self._proof.wrong)

    # --- telling --------------------------------------------------------------------------------

    def _tell(self, problem: FileProblem) -> None:
        self._problems += 1
        self._session.emit(problem)

    def _tell_all(self, problems: Iterable[FileProblem]) -> None:
        for problem in problems:
            self._tell(problem)
        self._tick()

    def _tick(self) -> None:
        """Send the counts if the last were sent a tenth of a second ago."""
        now = self._session.clock.monotonic()
        if now < self._next_progress:
            return
        self._next_progress = now + _INTERVAL
        counts = self._counts
        if self._proving:
            done, new = self._proof.bytes_done, self._proof.bytes_done
        else:
            new = self._maker.bytes_done
            done = counts.bytes_here + new
        files, size = max(counts.files, self._expected[0]), max(counts.bytes, self._expected[1])
        left = size - done
        spent = now - self._fetching_since
        worth = spent >= _HIDDEN_FOR and new > 0 and left >= 0
        self._session.emit(
            RestoreProgress(
                seconds=now - self._started,
                files_total=files,
                bytes_total=size,
                files_done=self._files_made() + counts.kept + counts.unchanged,
                bytes_done=done,
                verifying=self._proving,
                seconds_left=left * spent / new if worth else None,
            )
        )

    def _files_made(self) -> int:
        return self._maker.files_done + self._nodes.made

    def summary(self) -> RestoreSummary:
        counts = self._counts
        if self._request.dry_run:
            restored = counts.files - counts.kept - counts.unchanged
            size = counts.bytes - counts.bytes_here
        else:
            restored, size = self._files_made(), self._maker.bytes_done
        return RestoreSummary(
            target=os.fsdecode(self._target.path),
            files_restored=restored,
            bytes_restored=size,
            files_total=counts.files,
            kept=counts.kept,
            unchanged=counts.unchanged,
            renamed=counts.renamed,
            verified=self._verified,
            problems=self._problems,
            total_duration=self._session.clock.monotonic() - self._started,
        )
