"""What a place looks like over time: days, runs, problems and storage, from real backups."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from backupclient.clock import nanoseconds
from backupclient.engine import Engine
from backupclient.errors import (
    BackupError,
    InvalidRequest,
    SourceUnavailable,
    StorageFull,
    WrongPassword,
)
from backupclient.events import Event, Noticed, Phase, Progress
from backupclient.manifest.kinds import RunState
from backupclient.manifest.manifest import FILE_NAME, Manifest
from backupclient.manifest.problems import EndedBy
from backupclient.operations.overview import DAYS, overview, problem_page, run_page
from backupclient.operations.status import Source, place_status, sources
from backupclient.requests import BackupRequest, CheckRequest, Place
from backupclient.settings import KnownPlaces, folders
from backupclient.wire.answers import FileAnswer, FolderAnswer
from backupclient.wire.overview import RunEnd
from tests.cheap_key import make_repository
from tests.fakes import ManualClock
from tests.trees import random_bytes


class Household:
    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock()
        self.tree = folder / "Documents"
        self.tree.mkdir()
        for number in range(10):
            (self.tree / f"letter-{number}").write_bytes(random_bytes(number, 20_000))
        self._data = folder / "data"
        self.place = Place(
            location=str(folder / "drive"), password="made up", data_dir=str(self._data)
        )
        self._location = self.place.location
        make_repository(self.place)
        Engine(self.place, clock=self.clock).keys()

    def back_up(self, storage_limit: int = 0) -> list[Event]:
        request = BackupRequest(paths=(os.fsencode(self.tree),))
        place = msgspec.structs.replace(self.place, storage_limit=storage_limit)
        events: list[Event] = []
        Engine(place, clock=self.clock).backup(request, events.append)
        return events

    @property
    def source(self) -> Source:
        [source] = sources(folders(str(self._data)), self._location)
        return source

    def note(self, change: Callable[[Manifest], None]) -> None:
        manifest = Manifest.open(self.source.folder)
        with manifest.transaction():
            change(manifest)
        manifest.close()


@pytest.fixture
def home(tmp_path: Path) -> Household:
    return Household(tmp_path)


def test_a_place_that_was_never_backed_up_to(home: Household) -> None:
    seen = overview(home.source, (), home.clock, running=False)
    assert seen.recent == ()
    assert not any(day.runs for day in seen.days)
    assert seen.reasons == ()


def test_what_was_read_back_is_proven_until_it_is_another_version(home: Household) -> None:
    home.back_up()
    home.clock.advance(3600)
    engine = Engine(home.place, clock=home.clock)
    engine.check(CheckRequest())
    first, second = (os.fsencode(home.tree / f"letter-{number}") for number in (1, 2))
    assert proofs(home, first) == [None], "what was not read is not proven"
    engine.check(CheckRequest(read_data=True))
    [read, looked] = overview(home.source, (), home.clock, running=False).checks
    assert (read.read_data, looked.read_data, read.errors) == (True, False, 0)
    home.clock.advance(3600)
    Path(os.fsdecode(second)).write_bytes(b"another version")
    home.back_up()
    assert proofs(home, first, second) == [read.ended, None]


def proofs(home: Household, *paths: bytes) -> list[datetime | None]:
    answers = place_status(home.source, paths, home.clock).answers
    return [one.proven for one in answers if isinstance(one, FileAnswer)]


def test_days_runs_and_storage_are_those_of_the_backups(home: Household) -> None:
    home.back_up()
    home.clock.advance(86400)
    (home.tree / "copy").write_bytes(random_bytes(3, 20_000))  # a content that is stored already
    home.back_up()
    seen = overview(home.source, (), home.clock, running=False)
    assert len(seen.days) == DAYS
    assert [day.runs for day in seen.days[-2:]] == [1, 1]
    assert seen.days[-2].stored > 200_000 > seen.days[-1].stored
    assert seen.storage.spared >= 15_000, "the copy was not stored again"
    assert seen.storage.stored > 200_000
    assert seen.storage.free
    last = seen.recent[0]
    assert (last.end, last.files_new) == (RunEnd.COMPLETE, 1)
    assert last == seen.last_complete
    [folder] = seen.status.answers
    assert isinstance(folder, FolderAnswer)
    assert folder.counts.safe.files == 11


def test_a_run_that_failed_says_with_what_until_the_next_that_does_not(home: Household) -> None:
    home.back_up()
    (home.tree / "more").write_bytes(random_bytes(5, 20_000))
    with pytest.raises(StorageFull):
        home.back_up(storage_limit=1)
    [failed, first], more = run_page(home.source, before=0, limit=5, running=False)
    assert not more
    assert (failed.end, first.failure) == (RunEnd.FAILED, None)
    assert failed.failure is not None
    assert failed.failure.code == "storage-full"
    assert failed.failure.facts["limit_bytes"] == 1
    assert overview(home.source, (), home.clock, running=False).recent[0] == failed
    home.back_up()
    [done, *_], _ = run_page(home.source, before=0, limit=5, running=False)
    assert (done.end, done.failure) == (RunEnd.COMPLETE, None)


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("wrong-password", {"password": "mistyped"}),
        ("storage-gone", {}),
        ("source-unavailable", {}),
        ("storage-unreachable", {}),
    ],
)
def test_a_run_that_cannot_begin_is_in_the_history_and_said_until_the_next(
    home: Household, code: str, place: dict[str, str]
) -> None:
    home.back_up()
    away = {"storage-gone": Path(home.place.location), "source-unavailable": home.tree}.get(code)
    known = home.place
    if code == "storage-unreachable":
        nowhere = "s3:http://127.0.0.1:1/bucket"
        place = {"location": nowhere, "access_key": "k", "secret_key": "s"}
        KnownPlaces(Path(known.data_dir)).remember(nowhere, home.source.repository_id)
    home.place = msgspec.structs.replace(known, **place)
    if away is not None:
        away.rename(away.with_name("in a drawer"))
    failed_at = []
    for _ in range(2):
        home.clock.advance(3600)
        failed_at.append(home.clock.now())
        with pytest.raises(BackupError):
            home.back_up()
    home.place = known
    [failed, done], _ = run_page(home.source, before=0, limit=5, running=False)
    assert (failed.end, done.end) == (RunEnd.FAILED, RunEnd.COMPLETE)
    assert failed.failure is not None
    assert (failed.failure.code, failed.failure.tries) == (code, 2)
    assert failed.started == failed_at[0]
    assert failed.ended is not None
    assert failed.ended >= failed_at[1]
    status = place_status(home.source, (), home.clock)
    assert status.last_failure is not None
    assert (status.last_failure.code, status.last_failure.begun) == (code, False)
    [folder] = status.answers
    assert isinstance(folder, FolderAnswer)
    assert folder.counts.safe.files == 10

    if away is not None:
        away.with_name("in a drawer").rename(away)
    home.clock.advance(3600)
    events = home.back_up()
    # Nothing was cut short that could be gone on with, or would have to be looked for.
    assert not any(isinstance(e, Noticed) or is_looking(e) for e in events)
    assert place_status(home.source, (), home.clock).last_failure is None


def is_looking(event: Event) -> bool:
    return isinstance(event, Progress) and event.phase is Phase.LOOKING


def test_what_could_not_begin_for_another_reason_is_told_apart_and_takes_nothing_over(
    home: Household,
) -> None:
    """A first backup that fails must not keep the next from finding what another computer left."""
    right = home.place
    home.back_up()
    home.note(lambda manifest: None)
    (home.source.folder / FILE_NAME).unlink()
    home.note(lambda manifest: None)  # an empty one
    home.place = msgspec.structs.replace(right, password="mistyped")
    with pytest.raises(WrongPassword):
        home.back_up()
    home.place = right
    home.tree.rename(home.tree.with_name("elsewhere"))
    with pytest.raises(SourceUnavailable):
        home.back_up()
    found, _ = run_page(home.source, before=0, limit=5, running=False)
    assert [run.failure.code for run in found if run.failure] == [
        "source-unavailable",
        "wrong-password",
    ]
    home.tree.with_name("elsewhere").rename(home.tree)
    home.clock.advance(3600)
    home.back_up()
    [done, *_], _ = run_page(home.source, before=0, limit=5, running=False)
    assert (done.end, done.files_unchanged) == (RunEnd.COMPLETE, 10)


def test_a_trial_and_what_makes_no_sense_are_no_runs(home: Household) -> None:
    home.back_up()
    wrong = msgspec.structs.replace(home.place, password="mistyped")
    for place, error, asked in (
        (wrong, WrongPassword, BackupRequest(paths=(b"/x",), dry_run=True)),
        (home.place, InvalidRequest, BackupRequest(paths=())),
    ):
        with pytest.raises(error):
            Engine(place, clock=home.clock).backup(asked)
    found, _ = run_page(home.source, before=0, limit=5, running=False)
    assert [run.end for run in found] == [RunEnd.COMPLETE]


def test_a_month_of_backups_every_few_minutes_is_told_at_once(home: Household) -> None:
    """Each run beside each problem would be sixty million looks."""
    home.back_up()
    runs, problems = 3000, 20_000

    def remember(manifest: Manifest) -> None:
        at = nanoseconds(home.clock.now())
        for number in range(runs):
            run_no = manifest.begin_run('["here"]', at + number)
            manifest.end_run(run_no, RunState.COMPLETE, at + number, snapshot_id=None)
        for number in range(problems):
            path = b"/%d" % number
            manifest.problems.met(1 + number % runs, path, "unreadable", "busy", at)

    home.note(remember)
    home.clock.advance(60)
    before = time.process_time()
    seen = overview(home.source, (), home.clock, running=False)
    assert time.process_time() - before < 2
    assert seen.days[-1].runs == runs + 1
    assert [(one.reason, one.count) for one in seen.reasons] == [("unreadable", problems)]


def test_a_run_met_what_lasted_while_it_was_at_work(home: Household) -> None:
    home.back_up()

    def met(manifest: Manifest) -> None:
        key, at = '["here"]', nanoseconds(home.clock.now())
        for _ in range(4):
            manifest.begin_run(key, at)
        for run_no, path in ((2, b"/a"), (3, b"/a"), (3, b"/b"), (5, b"/c")):
            manifest.problems.met(run_no, path, "unreadable", "busy", at)

    home.note(met)
    found, _ = run_page(home.source, before=0, limit=10, running=False)
    assert {run.no: run.problems for run in found} == {5: 1, 4: 0, 3: 2, 2: 1, 1: 0}
    found, _ = run_page(home.source, before=4, limit=1, running=False)
    assert [(run.no, run.problems) for run in found] == [(3, 2)]


def test_runs_come_newest_first_a_page_at_a_time(home: Household) -> None:
    for _ in range(3):
        home.back_up()
    first, more = run_page(home.source, before=0, limit=2, running=False)
    assert more
    rest, more = run_page(home.source, before=first[-1].no, limit=2, running=False)
    assert not more
    numbers = [run.no for run in (*first, *rest)]
    assert numbers == sorted(numbers, reverse=True)
    assert [run.files_unchanged for run in (*first, *rest)] == [10, 10, 0]


@pytest.mark.parametrize(("running", "end"), [(True, RunEnd.RUNNING), (False, RunEnd.CUT_SHORT)])
def test_a_run_that_never_said_how_it_ended(home: Household, running: bool, end: RunEnd) -> None:
    home.back_up()
    begun = nanoseconds(home.clock.now())

    def begin(notes: Manifest) -> None:
        notes.begin_run('["here"]', begun)

    home.note(begin)
    seen = overview(home.source, (), home.clock, running=running)
    assert seen.recent[0].end is end
    assert seen.days[-1].failed == (not running)


def test_problems_are_grouped_by_reason_and_leave_when_they_are_over(home: Household) -> None:
    home.back_up()
    now = nanoseconds(home.clock.now())
    top = os.fsencode(home.tree)

    def meet(notes: Manifest) -> None:
        for number in range(7):
            notes.problems.met(1, b"%s/letter-%d" % (top, number), "unreadable", "EACCES", now)
        notes.problems.met(1, top + b"/new", "in-use", "busy", now)

    home.note(meet)
    seen = overview(home.source, (), home.clock, running=False)
    groups = {group.reason: group for group in seen.reasons}
    assert {reason: group.count for reason, group in groups.items()} == {
        "unreadable": 7,
        "in-use": 1,
    }
    assert len(groups["unreadable"].first) == 5
    first = groups["unreadable"].first[0]
    assert first.size == 20_000
    assert first.earlier_version is not None
    assert groups["in-use"].first[0].earlier_version is None
    page, more = problem_page(home.source, reason="unreadable", run=0, after=0, limit=4)
    rest, over = problem_page(home.source, reason="unreadable", run=0, after=page[-1].no, limit=4)
    assert (len(page), more, len(rest), over) == (4, True, 3, False)
    later = nanoseconds(home.clock.now() + timedelta(hours=1))
    home.note(lambda notes: notes.problems.end(8, EndedBy.BACKED_UP, 1, later))
    seen = overview(home.source, (), home.clock, running=False)
    assert [group.reason for group in seen.reasons] == ["unreadable"]
    assert seen.over_count == 1
    assert seen.over[0].ended_by == "backed-up"
    home.clock.advance(8 * 86400)
    assert overview(home.source, (), home.clock, running=False).over_count == 0
