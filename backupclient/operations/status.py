"""What is safe: the states of files and folders, from what this computer knows.

Needs no password, no storage and no lock, and loads next to nothing: it reads the manifest beside
whoever writes to it. The functions may be called from any thread.
"""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from backupclient.clock import Clock, as_time
from backupclient.manifest.counts import ROOT
from backupclient.manifest.kinds import EntryKind, RunState
from backupclient.manifest.listing import listed
from backupclient.manifest.run_table import DONE, RunTable
from backupclient.manifest.states import FILE_NAME, NewManifest, OldManifest, Row, States
from backupclient.operations.sets import chosen_paths, within
from backupclient.settings import Folders, KnownPlaces
from backupclient.wire.answers import (
    Chosen,
    FileAnswer,
    FilePage,
    FileState,
    FolderAnswer,
    Kind,
    PathAnswer,
    PlaceStatus,
    ProblemFacts,
    Rollup,
    RuleMatch,
    StateCounts,
)

PAGE = 1000
"""Files in a page."""
UNSAFE = frozenset({FileState.CHANGED, FileState.WAITING, FileState.PROBLEM})
NOTHING_UPLOADED: frozenset[bytes] = frozenset()

_SOCKET = RuleMatch("socket", "", "")
"""Nothing can be restored of one, so nothing is ever stored."""
_KINDS = {
    EntryKind.FILE: Kind.FILE,
    EntryKind.FOLDER: Kind.FOLDER,
    EntryKind.SYMLINK: Kind.SYMLINK,
    EntryKind.SPECIAL: Kind.SPECIAL,
}


class Source(NamedTuple):
    """Where to ask: a place as this computer spells it, its repository, and the folder that holds
    the repository's manifest. `chosen` is what somebody means to back up there, whether a run has
    seen it or not."""

    location: str
    repository_id: str
    folder: Path
    chosen: tuple[bytes, ...] = ()


def sources(folders: Folders, location: str = "") -> Iterator[Source]:
    """The place at `location`, or every place this computer knows."""
    for place in KnownPlaces(folders.data).all():
        if not location or place.location == location:
            folder = folders.of_repository(place.repository_id)
            yield Source(place.location, place.repository_id, folder)


def place_status(
    source: Source,
    paths: Sequence[bytes],
    clock: Clock,
    *,
    uploading: frozenset[bytes] = NOTHING_UPLOADED,
) -> PlaceStatus:
    """Each of the absolute `paths`, or if there is none everything that is backed up there.
    A file that is named is looked at now. `uploading` are the files a running job has in work."""
    status = PlaceStatus(location=source.location, repository_id=source.repository_id)
    with opened(source.folder) as states:
        if states is None:
            return msgspec.structs.replace(status, answers=not_yet_seen(source, clock))
        with states.reading() as runs:
            asked = Asked(states, runs, clock, uploading, source.chosen)
            seen = states.storage_seen()
            end, last = runs.last_end, runs.newest
            running = last is not None and last.state is RunState.RUNNING
            return msgspec.structs.replace(
                status,
                storage_seen=None if seen is None else as_time(seen),
                last_backup=None if end is None else as_time(end),
                running_since=as_time(last.started) if last is not None and running else None,
                last_failure=runs.last_failure,
                answers=tuple(asked.answer(path) for path in paths or asked.tops()),
            )


def file_page(
    source: Source,
    path: bytes,
    wanted: frozenset[FileState],
    clock: Clock,
    *,
    after: bytes = b"",
    limit: int = PAGE,
    uploading: frozenset[bytes] = NOTHING_UPLOADED,
) -> FilePage:
    """Up to `limit` files in one of these states, at or below an absolute path, those of
    a folder by name, then those of its folders; `after` is the `next` of the page before."""
    with opened(source.folder) as states:
        if states is None:
            return FilePage(())
        with states.reading() as runs:
            return Asked(states, runs, clock, uploading, source.chosen).page(
                path, wanted, after, limit
            )


def file_pages(
    source: Source,
    path: bytes,
    wanted: frozenset[FileState],
    clock: Clock,
    *,
    uploading: frozenset[bytes] = NOTHING_UPLOADED,
) -> Iterator[FilePage]:
    """All of them, a page at a time, each as of its own moment."""
    after = b""
    while True:
        page = file_page(source, path, wanted, clock, after=after, uploading=uploading)
        yield page
        after = page.next
        if not after:
            return


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[States | None]:
    """None if there is nothing known yet."""
    if not (folder / FILE_NAME).exists():
        yield None
        return
    try:
        states = States(folder)
    except NewManifest:
        yield None
        return
    except OldManifest:
        # After an update of the program, once.
        from backupclient.operations.session import bring_up_to_date  # noqa: PLC0415

        bring_up_to_date(folder)
        states = States(folder)
    with contextlib.closing(states):
        yield states


def not_yet_seen(source: Source, clock: Clock) -> tuple[PathAnswer, ...]:
    """What is chosen, where no run has ever been."""
    return tuple(_unknown(path, clock, chosen=True) for path in sorted(source.chosen))


class Asked:
    """One question, inside one read transaction."""

    def __init__(
        self,
        states: States,
        runs: RunTable,
        clock: Clock,
        uploading: frozenset[bytes],
        planned: Sequence[bytes],
    ) -> None:
        self.states = states
        self.runs = runs
        self._clock = clock
        self._uploading = uploading
        self._planned = tuple(path.rstrip(b"/") or b"/" for path in planned)
        self._sets = {key: chosen_paths(key) for key in runs.sets}

    def tops(self) -> list[bytes]:
        """What is backed up: what is planned, what was chosen for the newest run, and for each that
        a listed snapshot stands for. None lies in another."""
        newest = self.runs.newest
        latest = None if newest is None else newest.set_key
        keys = {key for key in self._sets if key == latest or self.runs.newest_listed(key)}
        every = {path for key in keys for path in self._sets[key]} | {*self._planned}
        # What lies in another of them is counted there.
        return sorted(
            path for path in every if not any(within(path, top) for top in every - {path})
        )

    def answer(self, path: bytes) -> PathAnswer:
        path = b"/" + path.strip(b"/")
        row = self.states.row_at(self.runs, path)
        if row is None and path == b"/":
            return self.folder(path, ROOT, None)
        if row is None:
            return self._never_met(path)
        if row.kind is EntryKind.FOLDER and row.child is not None:
            return self.folder(path, row.child, row)
        return self._looked_at(row, self.file(row))

    # --- files ----------------------------------------------------------------------------------

    def page(self, path: bytes, wanted: frozenset[FileState], after: bytes, limit: int) -> FilePage:
        path = b"/" + path.strip(b"/")
        row = self.states.row_at(self.runs, path)
        within = () if not after else tuple(after.removeprefix(path).strip(b"/").split(b"/"))
        folder_no = ROOT if path == b"/" else row.child if row is not None else None
        asked_for = wanted
        if FileState.UPLOADING in wanted:
            asked_for = wanted | {FileState.CHANGED, FileState.WAITING}
        files: list[FileAnswer] = []
        if row is not None and folder_no is None and not after and row.state in asked_for:
            files = [self.file(row)]
        rows: Iterator[Row] = iter(())
        if folder_no is not None:
            rows = listed(self.states, self.runs, folder_no, path, asked_for, within)
        for found in rows:
            answer = self.file(found)
            if answer.state in wanted:
                files.append(answer)
                if len(files) == limit:
                    return FilePage(tuple(files), found.path)
        return FilePage(tuple(files))

    def file(self, row: Row) -> FileAnswer:
        """As the manifest has it."""
        runs = self.runs
        earlier = runs.is_listed(row.earlier_run) or runs.is_held(row.run_no)
        state = row.state
        if state in (FileState.WAITING, FileState.CHANGED) and row.path in self._uploading:
            state = FileState.UPLOADING
        return FileAnswer(
            path=row.path,
            state=state,
            kind=_KINDS[row.kind],
            size=row.size,
            version=as_time(row.mtime) if row.stored else None,
            safe_since=self._safe_since(row) if state is FileState.SAFE else None,
            looked_at=self._last_look(row),
            earlier_version=row.stored and earlier and state is not FileState.SAFE,
            problem=self._problem(row.path) if state is FileState.PROBLEM else None,
            rule=row.rule,
        )

    def _looked_at(self, row: Row, answer: FileAnswer) -> FileAnswer:
        """The same, after a look at the file itself."""
        try:
            info = os.lstat(row.path)
        except FileNotFoundError:
            return msgspec.structs.replace(answer, gone=True, looked_at=self._clock.now())
        except OSError:
            return answer
        same = (
            row.mtime == info.st_mtime_ns
            and row.ctime == info.st_ctime_ns
            and row.inode == info.st_ino
            and row.mode == info.st_mode
            and (row.size == info.st_size or row.kind is not EntryKind.FILE)
        )
        if answer.state is FileState.SAFE and not same:
            answer = msgspec.structs.replace(
                answer, state=FileState.CHANGED, safe_since=None, earlier_version=True
            )
        now, proven = self._clock.now(), self._proven(answer)
        return msgspec.structs.replace(answer, looked_at=now, proven=proven)

    def _proven(self, answer: FileAnswer) -> datetime | None:
        proof, since = self.states.past.last_proof(), answer.safe_since
        return proof.ended if proof and since and since <= proof.started else None

    def _never_met(self, path: bytes) -> PathAnswer:
        chosen = self.chosen(path) is Chosen.WHOLE
        answer = _unknown(path, self._clock, chosen=chosen)
        if path in self._uploading:  # its row is written with the next commit
            return FileAnswer(path=path, state=FileState.UPLOADING, looked_at=self._clock.now())
        if isinstance(answer, FileAnswer) and answer.gone and chosen:
            problem = self._problem(path)
            state = FileState.WAITING if problem is None else FileState.PROBLEM
            return msgspec.structs.replace(answer, state=state, problem=problem)
        return answer

    # --- folders --------------------------------------------------------------------------------

    def folder(self, path: bytes, folder_no: int, row: Row | None) -> FolderAnswer:
        counts = self.states.counts(self.runs, folder_no)
        chosen = self.chosen(path)
        rule = self.states.rule_of(folder_no)
        return FolderAnswer(
            path=path,
            rollup=_rolled_up(counts, chosen, None if row is None else row.state, rule),
            counts=counts,
            chosen=chosen,
            looked_at=self._last_look_at(path),
            problem=self._problem(path),
            rule=rule,
        )

    # --- facts ----------------------------------------------------------------------------------

    def chosen(self, path: bytes) -> Chosen:
        """Whether it is planned, or was chosen by any run there ever was, or something in it."""
        tops = [*self._planned, *(top for paths in self._sets.values() for top in paths)]
        if any(within(path, top) for top in tops):
            return Chosen.WHOLE
        return Chosen.PARTLY if any(within(top, path) for top in tops) else Chosen.NO

    def _safe_since(self, row: Row) -> datetime | None:
        checkpoint = self.runs.checkpoint_of(row.run_no)
        if checkpoint is not None:
            return as_time(checkpoint.saved)
        run = self.runs.run(abs(row.run_no) or row.earlier_run)
        if run is not None and run.state not in DONE:
            run = self.runs.holder(run.no)
        return None if run is None or run.ended is None else as_time(run.ended)

    def _last_look(self, row: Row) -> datetime | None:
        if not row.run_no and row.earlier_run and row.state is FileState.SAFE:
            run = self.runs.run(row.earlier_run)
            return None if run is None else as_time(run.started)
        if self.runs.checkpoint_of(row.run_no) is not None:
            run = self.runs.run(-row.run_no)
            return None if run is None else as_time(run.started)
        return self._last_look_at(row.path)

    def _last_look_at(self, path: bytes) -> datetime | None:
        """When the newest run that looked at everything there began."""
        looks = self.runs.last_looks.items()
        found = [run for key, run in looks if any(within(path, top) for top in self._sets[key])]
        return as_time(max(found).started) if found else None

    def _problem(self, path: bytes) -> ProblemFacts | None:
        problem = self.states.problem_at(path)
        if problem is None:
            return None
        last = self.runs.run(problem.last_run)
        return ProblemFacts(
            reason=problem.reason,
            raw=problem.raw,
            since=as_time(problem.since),
            last_met=None if last is None else as_time(last.started),
        )


def _unknown(path: bytes, clock: Clock, *, chosen: bool) -> PathAnswer:
    """What the manifest has never heard of, after a look."""
    try:
        info = os.lstat(path)
    except OSError:
        return FileAnswer(path=path, state=None, kind=Kind.FOLDER, gone=True, looked_at=clock.now())
    if stat.S_ISDIR(info.st_mode):
        rollup = Rollup.WAITING if chosen else Rollup.NOT_CHOSEN
        which = Chosen.WHOLE if chosen else Chosen.NO
        return FolderAnswer(path=path, rollup=rollup, chosen=which)
    state = FileState.WAITING if chosen else None
    if chosen and stat.S_ISSOCK(info.st_mode):
        state = FileState.LEFT_OUT
    return FileAnswer(
        path=path,
        state=state,
        size=info.st_size,
        looked_at=clock.now(),
        rule=_SOCKET if state is FileState.LEFT_OUT else None,
    )


def _rolled_up(
    counts: StateCounts, chosen: Chosen, own: FileState | None, rule: RuleMatch | None
) -> Rollup:
    if counts.problem.files or own is FileState.PROBLEM:
        return Rollup.PROBLEM
    if counts.unsafe:
        return Rollup.WAITING
    if chosen is Chosen.NO:
        return Rollup.NOT_CHOSEN
    if counts.left_out.files or chosen is Chosen.PARTLY or rule is not None:
        return Rollup.PARTLY_CHOSEN
    return Rollup.SAFE if counts.safe.files or own is FileState.SAFE else Rollup.WAITING
