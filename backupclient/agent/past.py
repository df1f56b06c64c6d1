"""What the manifests say of runs, problems and storage, and whether a run is at work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backupclient.agent.counting_space import CountingSpace
from backupclient.agent.planned import planned_sources
from backupclient.clock import Clock
from backupclient.jobs.job import Job
from backupclient.operations.overview import overview, problem_page, run_page
from backupclient.operations.status import Source, sources
from backupclient.settings import folders
from backupclient.wire.jobs import JobKind
from backupclient.wire.overview import (
    AskOverview,
    AskSpace,
    ListProblems,
    ListRuns,
    Overview,
    PlaceOverview,
    ProblemReport,
    Problems,
    RunReport,
    Runs,
    SpaceShown,
)

_MOST_ROWS = 1000


def answer(
    request: AskOverview | ListRuns | ListProblems, data: Path, jobs: Sequence[Job], clock: Clock
) -> Overview | Runs | Problems:
    match request:
        case AskOverview():
            return _overview(request, data, jobs, clock)
        case ListRuns():
            return _runs(request, data, jobs)
        case ListProblems():
            return _problems(request, data)


def space(request: AskSpace, data: Path, counting: CountingSpace) -> SpaceShown:
    for source in planned_sources(data, request.location):
        report, at_work = counting.asked(source)
        return SpaceShown(id=request.id, space=report, counting=at_work)
    return SpaceShown(id=request.id, space=None)


def _overview(request: AskOverview, data: Path, jobs: Sequence[Job], clock: Clock) -> Overview:
    found: PlaceOverview | None = None
    for source in planned_sources(data, request.location):
        found = overview(source, request.paths, clock, running=_at_work(source, jobs))
        break
    return Overview(id=request.id, overview=found)


def _runs(request: ListRuns, data: Path, jobs: Sequence[Job]) -> Runs:
    runs: tuple[RunReport, ...] = ()
    more = False
    for source in sources(folders(str(data)), request.location):
        limit = max(1, min(request.limit, _MOST_ROWS))
        running = _at_work(source, jobs)
        runs, more = run_page(source, before=request.before, limit=limit, running=running)
        break
    return Runs(id=request.id, runs=runs, more=more)


def _problems(request: ListProblems, data: Path) -> Problems:
    problems: tuple[ProblemReport, ...] = ()
    more = False
    for source in sources(folders(str(data)), request.location):
        problems, more = problem_page(
            source,
            reason=request.reason,
            run=request.run,
            after=request.after,
            limit=max(1, min(request.limit, _MOST_ROWS)),
        )
        break
    return Problems(id=request.id, problems=problems, more=more)


def _at_work(source: Source, jobs: Sequence[Job]) -> bool:
    return any(
        info.kind is JobKind.BACKUP and info.location == source.location and not info.state.ended
        for info in (job.info() for job in jobs if not job.task.trial)
    )
