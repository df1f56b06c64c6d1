"""What the engine does by itself: real backups, in steps that the tests take."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from backupclient.agent.by_itself import ByItself
from backupclient.agent.tasks import task_of
from backupclient.automation.journal import load_journal
from backupclient.automation.schedule import RunEnd
from backupclient.clock import Clock, SystemClock
from backupclient.errors import Cancelled
from backupclient.events import JobState, NoticeCode, Noticed, Progress
from backupclient.jobs.job import Job
from backupclient.jobs.running import Jobs
from backupclient.plan import (
    FILE_NAME,
    BackupPlan,
    Bandwidth,
    BandwidthHours,
    Schedule,
    Storage,
    When,
    place_of,
    request_of,
    save_plan,
)
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.automatic import AutomationState, AutomationStatus, Watching
from backupclient.wire.jobs import Limits, StartBackup
from tests.cheap_key import make_repository
from tests.fakes import FakeSurroundings, ManualClock
from tests.monitors import monitoring
from tests.patience import PATIENCE
from tests.trees import random_bytes

PASSWORD = "made up for this test"
HOUR = timedelta(hours=1)
SLOW = 5_000
"""Bytes a second."""
HOURLY = Schedule(when=When.HOURLY)
BY_HAND = Schedule(when=When.BY_HAND)


class Desk:
    """A computer with a plan; its engine takes a step when it is told to."""

    def __init__(self, folder: Path, clock: Clock) -> None:
        self.clock = clock
        self.data = folder / "data"
        self.source = folder / "source"
        self.location = str(folder / "drive")
        self.around = FakeSurroundings()
        self.source.mkdir()
        for number in range(5):
            (self.source / str(number)).write_bytes(random_bytes(60_000, number))
        secrets = SecretStore(self.data, use_keyring=False)
        secrets.keep(SecretName.PASSWORD, PASSWORD)
        self.start_engine()

    def start_engine(self) -> None:
        self.jobs = Jobs(self.clock)
        self.by_itself = ByItself(self.data, self.clock, self.jobs, self.around)

    def stop_engine(self) -> None:
        self.by_itself.stop()
        self.jobs.stop()
        assert self.jobs.wait_until_idle(30)

    def make_place(self, made: Path) -> None:
        """As a copy: making one takes long."""
        shutil.copytree(made, self.location)
        self.plan()

    def plan(self, schedule: Schedule = HOURLY, **changes: Any) -> BackupPlan:
        plan = BackupPlan(
            storage=Storage(location=self.location),
            folders=(str(self.source),),
            schedule=schedule,
        )
        plan = msgspec.structs.replace(plan, **changes)
        save_plan(self.data, plan)
        return plan

    def step(self) -> AutomationStatus:
        self.by_itself.step()
        return self.by_itself.status

    def at_work(self) -> list[Job]:
        return [job for job in self.jobs.all() if not job.state.ended]

    def finish(self) -> AutomationStatus:
        assert self.jobs.wait_until_idle(30)
        return self.step()

    def back_up(self) -> AutomationStatus:
        """It begins one in this step, which ends well."""
        assert self.step().state is AutomationState.RUNNING
        status = self.finish()
        assert self.jobs.all()[-1].state is JobState.DONE
        return status

    def begin_slowly(self) -> Job:
        """One that has long to send."""
        assert self.step().state is AutomationState.RUNNING
        (job,) = self.at_work()
        self.wait_until(lambda: isinstance(job.info().progress, Progress) and job.has_worked)
        return job

    def wait_until(self, true: Callable[[], bool]) -> None:
        never, clock = threading.Event(), SystemClock()
        ends_at = clock.monotonic() + PATIENCE
        while not true():
            assert clock.monotonic() < ends_at
            never.wait(0.01)

    @property
    def ended(self) -> int:
        return len([job for job in self.jobs.all() if job.state.ended])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty place."""
    folder = tmp_path_factory.mktemp("made")
    place = Place(location=str(folder / "drive"), password=PASSWORD, data_dir=str(folder / "data"))
    make_repository(place)
    return folder / "drive"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def desk(tmp_path: Path, clock: ManualClock, made: Path) -> Iterator[Desk]:
    """Its time is the test's."""
    desk = Desk(tmp_path, clock)
    desk.make_place(made)
    yield desk
    desk.stop_engine()


@pytest.fixture
def real_desk(tmp_path: Path, made: Path) -> Iterator[Desk]:
    """Its time is everybody's, so that a slow backup is slow."""
    desk = Desk(tmp_path, SystemClock())
    desk.make_place(made)
    yield desk
    desk.stop_engine()


# --- by the schedule ------------------------------------------------------------------------------


def test_without_a_plan_nothing_happens(desk: Desk) -> None:
    (desk.data / FILE_NAME).unlink()
    assert desk.step() == AutomationStatus()
    assert desk.jobs.all() == []


def test_every_hour(desk: Desk, clock: ManualClock) -> None:
    desk.plan()
    status = desk.back_up()
    assert status.state is AutomationState.SCHEDULED
    first = status.next_run
    assert first is not None
    assert first - clock.now() <= HOUR
    assert desk.step().state is AutomationState.SCHEDULED
    clock.advance(3601)
    desk.back_up()
    assert desk.ended == 2


def test_what_was_slept_through_is_made_up_once(desk: Desk, clock: ManualClock) -> None:
    desk.plan(Schedule(when=When.DAILY, at="18:00"))
    desk.back_up()
    clock.advance(3 * 24 * 3600)
    desk.back_up()
    assert desk.step().state is AutomationState.SCHEDULED
    assert desk.ended == 2


def test_by_hand_nothing_begins(desk: Desk, clock: ManualClock) -> None:
    desk.plan(BY_HAND)
    clock.advance(24 * 3600)
    assert desk.step() == AutomationStatus(state=AutomationState.BY_HAND)


def test_a_backup_that_somebody_began_counts(desk: Desk, clock: ManualClock) -> None:
    plan = desk.plan()
    place = place_of(plan, desk.data, password=PASSWORD)
    start = StartBackup(id=0, place=place, request=request_of(plan))
    desk.jobs.start(desk.jobs.add(task_of(start, desk.data, clock), patient=True))
    assert desk.step().state in (AutomationState.RUNNING, AutomationState.SCHEDULED)
    assert desk.finish().state is AutomationState.SCHEDULED
    assert desk.ended == 1


# --- cut short, stopped, failed -------------------------------------------------------------------


@pytest.mark.parametrize("schedule", [HOURLY, BY_HAND], ids=lambda schedule: schedule.when)
def test_what_the_end_of_the_engine_cut_short_goes_on_at_the_next_start(
    real_desk: Desk, schedule: Schedule
) -> None:
    desk = real_desk
    plan = desk.plan(bandwidth=Bandwidth(upload=SLOW))
    desk.begin_slowly()
    desk.stop_engine()
    desk.plan(schedule)
    last = load_journal(desk.data).last
    assert last is not None
    assert last.end is RunEnd.NONE
    desk.start_engine()
    desk.back_up()
    assert plan.folders == (str(desk.source),)


def test_what_had_ended_when_the_engine_did_is_not_begun_again(desk: Desk) -> None:
    """Although nobody looked between the two."""
    desk.plan()
    assert desk.step().state is AutomationState.RUNNING
    assert desk.jobs.wait_until_idle(30)
    desk.stop_engine()
    desk.start_engine()
    assert desk.step().state is AutomationState.SCHEDULED
    assert desk.jobs.all() == []


def test_what_somebody_stopped_is_not_begun_again(real_desk: Desk) -> None:
    desk = real_desk
    desk.plan(bandwidth=Bandwidth(upload=SLOW))
    desk.begin_slowly().stop()
    status = desk.finish()
    assert status.state is AutomationState.SCHEDULED
    assert status.hindrance is None
    desk.stop_engine()
    desk.start_engine()
    assert desk.step().state is AutomationState.SCHEDULED


def test_what_failed_is_told_and_tried_again_when_the_plan_is_another(
    desk: Desk, clock: ManualClock
) -> None:
    desk.plan(folders=("/nowhere/at all",))
    desk.step()
    status = desk.finish()
    assert status.state is AutomationState.SCHEDULED
    assert status.hindrance is not None
    assert status.hindrance.code == "source-not-found"
    assert status.next_run is not None
    assert HOUR - timedelta(minutes=1) < status.next_run - clock.now() <= HOUR
    desk.plan()
    assert desk.back_up().hindrance is None


@pytest.mark.parametrize("away", ["source", "drive"])
def test_a_drive_that_was_away_is_looked_for_again_within_minutes(
    desk: Desk, clock: ManualClock, away: str
) -> None:
    desk.plan(Schedule(when=When.DAILY))
    desk.back_up()
    folder = Path(desk.location) if away == "drive" else desk.source
    folder.rename(folder.with_name("in a drawer"))
    clock.advance(86400)
    desk.step()
    status = desk.finish()
    assert status.hindrance is not None
    assert status.hindrance.code == {"source": "source-unavailable", "drive": "storage-gone"}[away]
    assert status.next_run is not None
    assert status.next_run - clock.now() <= timedelta(minutes=1)
    folder.with_name("in a drawer").rename(folder)
    clock.advance(61)
    assert desk.back_up().hindrance is None


def test_a_secret_that_was_put_right_is_tried_at_once(desk: Desk) -> None:
    secrets = SecretStore(desk.data, use_keyring=False)
    secrets.keep(SecretName.PASSWORD, "another")
    desk.plan()
    desk.step()
    status = desk.finish()
    assert status.hindrance is not None
    assert status.hindrance.code == "wrong-password"
    secrets.keep(SecretName.PASSWORD, PASSWORD)
    assert desk.step().state is AutomationState.SCHEDULED
    desk.by_itself.plan_changed()
    desk.back_up()


def test_a_plan_that_cannot_be_read_is_told_and_stops_nothing_for_good(desk: Desk) -> None:
    desk.plan()
    desk.back_up()
    (desk.data / FILE_NAME).write_text("{")
    for _ in range(2):
        status = desk.step()
        assert status.state is AutomationState.WAITING
        assert status.hindrance is not None
        assert status.hindrance.facts["reason"] == "plan"
    desk.plan()
    assert desk.step().state is AutomationState.SCHEDULED


def test_another_place_is_backed_up_to_at_once(desk: Desk, tmp_path: Path, made: Path) -> None:
    desk.plan()
    desk.back_up()
    desk.location = str(tmp_path / "another drive")
    desk.make_place(made)
    desk.back_up()


# --- paused ---------------------------------------------------------------------------------------


def test_paused_for_an_hour_also_over_a_restart(desk: Desk, clock: ManualClock) -> None:
    desk.plan()
    desk.by_itself.pause(3600)
    status = desk.step()
    assert status.state is AutomationState.PAUSED
    assert status.paused_until == clock.now() + HOUR
    desk.stop_engine()
    desk.start_engine()
    clock.advance(3599)
    assert desk.step().state is AutomationState.PAUSED
    assert desk.jobs.all() == []
    clock.advance(1)
    assert desk.back_up().paused_until is None


def test_paused_until_resumed(desk: Desk, clock: ManualClock) -> None:
    desk.plan()
    desk.by_itself.pause(None)
    clock.advance(24 * 3600)
    status = desk.step()
    assert (status.state, status.paused_until) == (AutomationState.PAUSED, None)
    desk.by_itself.resume()
    desk.back_up()


# --- what is waited for ---------------------------------------------------------------------------


def test_it_waits_for_the_charger_and_says_so(desk: Desk, clock: ManualClock) -> None:
    desk.plan()
    desk.around.battery = True
    status = desk.step()
    assert status.state is AutomationState.WAITING
    assert status.hindrance is not None
    assert status.hindrance.code == "on-battery"
    assert status.next_run is not None
    assert status.next_run <= clock.now(), "it is due"
    assert desk.by_itself.step() == 30, "nobody tells when the charger is in"
    desk.around.battery = False
    assert desk.back_up().hindrance is None


def test_a_battery_can_be_allowed(desk: Desk) -> None:
    desk.plan(Schedule(when=When.HOURLY, on_battery=True))
    desk.around.battery = True
    desk.back_up()


def test_in_mid_run_it_waits_for_the_charger_and_goes_on(real_desk: Desk) -> None:
    desk = real_desk
    desk.plan(bandwidth=Bandwidth(upload=SLOW))
    job = desk.begin_slowly()
    desk.around.battery = True
    assert desk.step().state is AutomationState.RUNNING
    info = job.info()
    assert info.state is JobState.WAITING
    assert info.waiting is not None
    assert info.waiting.code == "on-battery"
    desk.around.battery = False
    desk.step()
    info = job.info()
    assert (info.state, info.waiting) == (JobState.RUNNING, None)


def test_who_wants_it_to_go_on_without_the_charger_is_obeyed(real_desk: Desk) -> None:
    desk = real_desk
    desk.plan(bandwidth=Bandwidth(upload=SLOW))
    job = desk.begin_slowly()
    desk.around.battery = True
    desk.step()
    job.resume()
    for _ in range(3):
        desk.step()
        assert job.state is JobState.RUNNING


def test_what_somebody_paused_is_not_let_go_on_with_the_charger(real_desk: Desk) -> None:
    desk = real_desk
    desk.plan(bandwidth=Bandwidth(upload=SLOW))
    job = desk.begin_slowly()
    desk.around.battery = True
    desk.step()
    job.pause()
    desk.step()
    desk.around.battery = False
    desk.step()
    assert job.state is JobState.PAUSED


def test_after_sleep_it_waits_for_the_network_and_hurries_what_waits(
    desk: Desk, clock: ManualClock
) -> None:
    desk.plan(storage=Storage(location="s3:https://storage.example.org/bucket"))
    desk.by_itself.pause(None)
    desk.step()
    waiting = desk.jobs.add(_endless(), patient=True)
    tried_again = waiting.control._woken
    clock.jump(8 * 3600)
    desk.around.network = False
    desk.by_itself.resume()
    for _ in range(3):
        status = desk.step()
        assert status.hindrance is not None
        assert status.hindrance.code == "no-network"
        clock.advance(30)
    assert not tried_again.is_set()
    desk.around.network = True
    desk.by_itself._stopping.set()  # what it would begin now has no storage
    desk.step()
    assert tried_again.is_set()
    waiting.stop()
    with pytest.raises(Cancelled):
        desk.jobs.run(waiting)


def test_right_after_sleep_the_network_is_given_a_moment(desk: Desk, clock: ManualClock) -> None:
    desk.plan(storage=Storage(location="s3:https://storage.example.org/bucket"))
    desk.by_itself.pause(None)
    desk.step()
    desk.by_itself.resume()
    clock.jump(8 * 3600)
    assert desk.step().state is AutomationState.WAITING
    assert desk.by_itself.step() <= 15
    assert desk.jobs.all() == []


def _endless() -> Any:
    from backupclient.jobs.job import Task, Turn
    from backupclient.wire.jobs import JobKind

    def run(control: Any, _throttle: Any, _emit: Any) -> Any:
        raise AssertionError

    return Task(JobKind.CHECK, "/r", (), "/r", Turn.ALONE, False, Limits(), run, lambda _, __: True)


# --- limits, staying awake ------------------------------------------------------------------------


def test_the_hour_sets_how_fast_it_may_be(real_desk: Desk) -> None:
    desk = real_desk
    now = desk.clock.now().astimezone()
    plan = desk.plan(bandwidth=Bandwidth(upload=SLOW, hours=_hours(now, upload=9_000)))
    job = desk.begin_slowly()
    assert job.info().limits == Limits(upload=9_000)
    desk.plan(bandwidth=msgspec.structs.replace(plan.bandwidth, upload=7_000, hours=()))
    desk.step()
    assert job.info().limits == Limits(upload=7_000)


def _hours(now: datetime, *, upload: int) -> tuple[BandwidthHours, ...]:
    """That hold for an hour before and after this moment."""
    start, end = (f"{now + span:%H:%M}" for span in (-HOUR, HOUR))
    return (BandwidthHours(start=start, end=end, upload=upload),)


def test_the_computer_stays_awake_while_it_runs(real_desk: Desk) -> None:
    desk = real_desk
    desk.plan(bandwidth=Bandwidth(upload=SLOW))
    job = desk.begin_slowly()
    desk.step()
    assert desk.around.held_awake == 1
    job.pause()
    desk.step()
    assert desk.around.held_awake == 0
    job.resume()
    desk.step()
    assert desk.around.held_awake == 1
    job.stop()
    desk.finish()
    assert desk.around.held_awake == 0


@pytest.mark.parametrize("wanted", [True, False])
def test_on_battery_or_where_it_is_not_wanted_it_may_sleep(
    real_desk: Desk, *, wanted: bool
) -> None:
    desk = real_desk
    schedule = Schedule(when=When.HOURLY, keep_awake=wanted, on_battery=True)
    desk.plan(schedule, bandwidth=Bandwidth(upload=SLOW))
    desk.around.battery = wanted
    desk.begin_slowly()
    desk.step()
    assert desk.around.held_awake == 0


# --- watching -------------------------------------------------------------------------------------


def watching(desk: Desk) -> AutomationStatus:
    """Once it does."""
    desk.step()
    desk.wait_until(lambda: desk.by_itself._watch._thread is None)
    return desk.step()


def test_a_changed_file_is_backed_up_seconds_later(desk: Desk, clock: ManualClock) -> None:
    desk.plan(Schedule(when=When.CONTINUOUS))
    assert watching(desk).watching is Watching.ON
    desk.finish()
    clock.advance(600)
    assert desk.step().state is AutomationState.SCHEDULED
    (desk.source / "new").write_text("new")
    desk.wait_until(lambda: desk.by_itself._watch.due() is not None)
    status = desk.step()
    assert status.next_run is not None
    assert (status.next_run - clock.now()).total_seconds() <= 5
    assert desk.step().state is AutomationState.SCHEDULED, "it may change some more"
    clock.advance(5)
    desk.back_up()
    assert desk.step().state is AutomationState.SCHEDULED


def test_our_own_notes_and_what_is_left_out_are_no_change(tmp_path: Path, made: Path) -> None:
    """All that this computer keeps lies in the folder that is backed up."""
    home = tmp_path / "home"
    home.mkdir()
    desk = Desk(home, SystemClock())
    desk.make_place(made)
    desk.plan(
        Schedule(when=When.CONTINUOUS),
        folders=(str(home),),
        rules=("*.tmp", "cache", f"{desk.data}"),
    )
    watching(desk)
    desk.finish()
    status = desk.finish()
    assert status.state is AutomationState.SCHEDULED
    assert desk.by_itself._watch.due() is None, "the backup itself changed much"
    (home / "file.tmp").write_text("new")
    (home / "cache").mkdir()
    (home / "cache" / "page").write_text("new")
    (home / "file").write_text("new")
    desk.wait_until(lambda: desk.by_itself._watch.due() is not None)
    pending = set(desk.by_itself._watch._settling._pending)
    assert pending == {os.fsencode(home)}
    desk.stop_engine()


def test_where_a_folder_cannot_be_watched_it_is_looked_through(
    desk: Desk, clock: ManualClock, tmp_path: Path
) -> None:
    drive = tmp_path / "unplugged"
    desk.plan(Schedule(when=When.CONTINUOUS), folders=(str(desk.source), str(drive)))
    assert watching(desk).watching is Watching.SCANS
    desk.finish()
    status = desk.step()
    assert status.next_run is not None
    assert status.next_run - clock.now() <= HOUR / 2
    drive.mkdir()
    clock.advance(1800)
    desk.step()
    # Each look tries it again, and no other comes: the clock stands still.
    desk.wait_until(lambda: watching(desk).watching is Watching.ON)


def test_what_the_watcher_met_is_in_the_history(desk: Desk) -> None:
    desk.plan()
    desk.by_itself._watch._on_lost()
    desk.back_up()
    told = [event for event in desk.jobs.all()[-1]._told if isinstance(event, Noticed)]
    assert NoticeCode.WATCH_OVERFLOW in [event.code for event in told]


# --- who hears of it ------------------------------------------------------------------------------


class Hearing:
    def __init__(self) -> None:
        self.said: list[AutomationStatus] = []

    def automation(self, status: AutomationStatus) -> None:
        self.said.append(status)


def test_each_change_is_told_once(desk: Desk) -> None:
    hearing = Hearing()
    desk.by_itself.watch(hearing)
    desk.plan()
    desk.back_up()
    desk.step()
    desk.by_itself.leave(hearing)
    desk.by_itself.pause(None)
    desk.step()
    states = [status.state for status in hearing.said]
    assert states == [AutomationState.OFF, AutomationState.RUNNING, AutomationState.SCHEDULED]


def test_a_monitor_hears_how_each_backup_ended(desk: Desk) -> None:
    with monitoring() as monitor:
        url = f"{monitor.url}/{{result}}"
        desk.plan(computer="Study PC", report_url=url)
        desk.back_up()
        path, told = monitor.wait()
        assert (path, told.computer, told.problems) == ("/complete", "Study PC", 0)
        assert told.added_bytes > 0
        shutil.rmtree(desk.location)
        desk.clock.wait(threading.Event(), 3600)
        desk.step()
        desk.finish()
        path, told = monitor.wait()
        assert (path, told.code != "") == ("/failed", True)
