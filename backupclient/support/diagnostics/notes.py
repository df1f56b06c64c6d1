"""What the notes of this computer say of each place, for a report: runs, problems, files that are
not safe."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import msgspec

from backupclient.clock import Clock
from backupclient.decoding import converted
from backupclient.errors import BackupError, Fact, InternalError, ManifestDamaged
from backupclient.logs.discreet import Clean, Discretion
from backupclient.operations.overview import overview, run_page
from backupclient.operations.status import Source, file_page, sources
from backupclient.plan import BackupPlan
from backupclient.settings import Folders
from backupclient.support.diagnostics import bundle as parts
from backupclient.support.diagnostics.bundle import Finding, Seen, Trouble, UnsafeFile
from backupclient.support.diagnostics.findings import Reason
from backupclient.support.explainer import UNKNOWN, known
from backupclient.wire.answers import FileAnswer, FileState, FolderAnswer, StateCounts
from backupclient.wire.jobs import JobInfo
from backupclient.wire.overview import PlaceOverview, RunReport

_MOST_FILES = 5000
_MOST_RUNS = 30
_NOT_SAFE = frozenset({FileState.PROBLEM, FileState.CHANGED, FileState.WAITING})


def trouble_of(code: str, facts: Mapping[str, Fact], raw: str, discretion: Discretion) -> Trouble:
    """As much of a problem as may be told; a code that nobody knows is one that says nothing."""
    told = discretion.code(code if known(code) else UNKNOWN)
    return Trouble(code=told, facts=discretion.facts(facts, raw))


class Notes:
    """Of one data folder; `here` is the place that matters, if it is not that of the plan. What
    else was found is in `troubles`, `reasons`, `files` and `more` (there would be more files) once
    `places` was read to its end."""

    def __init__(
        self,
        folders: Folders,
        plan: BackupPlan | None,
        here: str,
        jobs: Sequence[JobInfo],
        discretion: Discretion,
        clock: Clock,
    ) -> None:
        self._folders, self._plan, self._here = folders, plan, here
        self._jobs, self._discretion, self._clock = jobs, discretion, clock
        self.troubles: list[Finding] = []
        self.reasons: list[Reason] = []
        self.files: list[UnsafeFile] = []
        self.more = False

    def places(self) -> Iterator[parts.Place]:
        """That of the plan first."""
        planned = self._plan.storage.location if self._plan else ""
        here = self._here or planned
        try:
            known = sorted(sources(self._folders), key=lambda one: one.location != here)
        except OSError as error:
            self._note(InternalError(str(error)))
            known = []
        if not known and here:
            yield self._place_of(here, planned=here == planned)
        for source in known[:3]:
            try:
                yield self._place(
                    source, planned=source.location == planned, main=source is known[0]
                )
            except Exception as error:  # noqa: BLE001 - notes may be damaged in any way
                self._note(error if isinstance(error, BackupError) else ManifestDamaged())
                found = self._place_of(source.location, planned=source.location == planned)
                yield msgspec.structs.replace(found, known=False)

    def _note(self, error: BackupError) -> None:
        self.troubles.append(
            Finding(
                trouble=trouble_of(error.code, error.facts, error.raw, self._discretion),
                seen=(Seen.NOTES,),
            )
        )

    def _place(self, source: Source, *, planned: bool, main: bool) -> parts.Place:
        plan = self._plan
        if planned and plan is not None:
            chosen = tuple(os.fsencode(os.path.abspath(one)) for one in plan.folders)
            source = source._replace(chosen=chosen)
        running = any(job.location == source.location for job in self._jobs)
        seen = overview(source, (), self._clock, running=running)
        runs, _ = run_page(source, before=0, limit=_MOST_RUNS, running=running)
        if main:
            self._take_problems(seen)
            self._take_files(source)
        return msgspec.structs.replace(
            self._place_of(source.location, planned=planned),
            storage_seen=seen.status.storage_seen,
            last_backup=seen.status.last_backup,
            first_run=seen.first_run,
            counts=_counts(seen),
            stored=seen.storage.stored,
            spared=seen.storage.spared,
            runs=tuple(self._run(run) for run in runs),
        )

    def _place_of(self, location: str, *, planned: bool) -> parts.Place:
        if not location.startswith("s3:"):
            return parts.Place(kind=Clean("folder"), planned=planned)
        rest = location.removeprefix("s3:")
        url = urlsplit(rest if "//" in rest else f"https://{rest}")
        host = url.hostname or ""
        return parts.Place(
            kind=Clean("s3"),
            host=self._discretion.host(host),
            encrypted=url.scheme != "http",
            planned=planned,
        )

    def _run(self, run: RunReport) -> parts.Run:
        failure = run.failure
        trouble = None
        if failure is not None:
            trouble = trouble_of(failure.code, failure.facts, failure.raw, self._discretion)
        return parts.Run(
            started=run.started,
            ended=run.ended,
            end=run.end,
            failure=trouble,
            kept=run.kept,
            went_on_from=run.went_on_from,
            files_total=run.files_total,
            bytes_total=run.bytes_total,
            files_new=run.files_new,
            files_changed=run.files_changed,
            stored=run.stored,
            sent=run.sent,
            problems=run.problems,
            tries=0 if run.failure is None else run.failure.tries,
        )

    def _take_problems(self, seen: PlaceOverview) -> None:
        for one in seen.reasons:
            first = one.first[0] if one.first else None
            raw = first.raw if first else ""
            path = {"path": os.fsdecode(first.path)} if first and one.count == 1 else {}
            self.reasons.append(
                Reason(
                    code=self._discretion.code(one.reason),
                    files=one.count,
                    since=one.since,
                    names=tuple(self._discretion.path(problem.path) for problem in one.first),
                    facts=self._discretion.facts(path, raw),
                )
            )

    def _take_files(self, source: Source) -> None:
        """The problems first: of what merely waits there may be millions."""
        for wanted in (frozenset({FileState.PROBLEM}), _NOT_SAFE - {FileState.PROBLEM}):
            left = _MOST_FILES - len(self.files)
            page = file_page(source, b"/", wanted, self._clock, limit=max(left, 1))
            self.files += [self._file(one) for one in page.files[:left]]
            self.more = self.more or bool(page.next)

    def _file(self, file: FileAnswer) -> UnsafeFile:
        problem = file.problem
        return UnsafeFile(
            path=self._discretion.path(file.path),
            state=self._discretion.code(file.state or ""),
            reason=self._discretion.code(problem.reason) if problem else Clean(""),
            size=file.size,
            since=problem.since if problem else None,
            earlier_version=file.earlier_version,
        )


def _counts(seen: PlaceOverview) -> StateCounts:
    """Of everything that is backed up there."""
    total: dict[str, list[int]] = {name: [0, 0] for name in StateCounts.__struct_fields__}
    for answer in seen.status.answers:
        if isinstance(answer, FolderAnswer):
            for name, sums in total.items():
                amount = getattr(answer.counts, name)
                sums[0] += amount.files
                sums[1] += amount.bytes
        elif answer.state is not None:
            name = answer.state.replace("-", "_").replace("uploading", "waiting")
            total[name][0] += 1
            total[name][1] += answer.size
    amounts = {name: {"files": files, "bytes": size} for name, (files, size) in total.items()}
    return converted(amounts, StateCounts)
