"""Which files are safe: what the manifests say, and what the engine's jobs have in work."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from backupclient.agent.planned import planned_sources
from backupclient.clock import Clock
from backupclient.events import Progress
from backupclient.jobs.job import Job
from backupclient.operations.file_list import folder_page, search_page
from backupclient.operations.status import Source, file_page, place_status
from backupclient.wire.answers import FilePage, PathPage
from backupclient.wire.questions import (
    AskStatus,
    Files,
    ListFiles,
    ListFolder,
    Paths,
    SearchFiles,
    Status,
)

_MOST_FILES = 10_000


def answer(
    request: AskStatus | ListFiles | ListFolder | SearchFiles,
    data: Path,
    jobs: Sequence[Job],
    clock: Clock,
) -> Status | Files | Paths:
    if isinstance(request, AskStatus):
        return _status(request, data, jobs, clock)
    for source in planned_sources(data, request.location):
        if isinstance(request, ListFiles):
            return _files(request, source, jobs, clock)
        return _paths(request, source, jobs, clock)
    if isinstance(request, ListFiles):
        return Files(id=request.id, page=FilePage(()))
    return Paths(id=request.id, page=PathPage(()))


def _status(request: AskStatus, data: Path, jobs: Sequence[Job], clock: Clock) -> Status:
    places = tuple(
        place_status(source, request.paths, clock, uploading=_uploading(source, jobs))
        for source in planned_sources(data, request.location)
    )
    return Status(id=request.id, places=places)


def _files(request: ListFiles, source: Source, jobs: Sequence[Job], clock: Clock) -> Files:
    page = file_page(
        source,
        request.path,
        frozenset(request.states),
        clock,
        after=request.after,
        limit=max(1, min(request.limit, _MOST_FILES)),
        uploading=_uploading(source, jobs),
    )
    return Files(id=request.id, page=page)


def _paths(
    request: ListFolder | SearchFiles, source: Source, jobs: Sequence[Job], clock: Clock
) -> Paths:
    uploading = _uploading(source, jobs)
    wanted = frozenset(request.states)
    limit = max(1, min(request.limit, _MOST_FILES))
    after = request.after
    match request:
        case ListFolder(path=path):
            page = folder_page(
                source, path, clock, wanted=wanted, after=after, limit=limit, uploading=uploading
            )
        case SearchFiles(text=text):
            page = search_page(
                source, text, clock, wanted=wanted, after=after, limit=limit, uploading=uploading
            )
    return Paths(id=request.id, page=page)


def _uploading(source: Source, jobs: Sequence[Job]) -> frozenset[bytes]:
    infos = [job.info() for job in jobs]
    return frozenset(
        os.fsencode(path)
        for info in infos
        if info.location == source.location and not info.state.ended
        for path in (info.progress.current if isinstance(info.progress, Progress) else ())
    )
