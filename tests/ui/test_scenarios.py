"""What goes wrong in a life with the window, and how it ends well: the real window on a real engine
and a real SeaweedFS, with a line between them that can be cut."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from backupclient.agent.server import Agent
from backupclient.automation.surroundings import Tells
from backupclient.clock import Clock, SystemClock
from backupclient.endpoint import LOCK_NAME
from backupclient.errors import EngineGone, EngineNotRunning
from backupclient.events import JobState, Phase
from backupclient.link import Link
from backupclient.plan import BackupPlan, Bandwidth, Schedule, Storage, When, load_plan, save_plan
from backupclient.repository.repository import Repository
from backupclient.secret_store import SecretName, SecretStore
from backupclient.storage.location import Credentials, S3Location
from backupclient.storage.s3 import S3Storage
from backupclient.wire.answers import FileState
from tests.end_to_end.proxy import Proxy, Refusal
from tests.engines import end_engine
from tests.fakes import FakeSurroundings
from tests.patience import PATIENCE, PATIENCE_MS
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.seaweed import S3Place
from tests.trees import random_bytes
from tests.warm_engines import start_engine
from ui.app import App
from ui.dialogs.change_place import PlaceDialog
from ui.pages.home_view import Mood, WayOut
from ui.pages.page import PageName
from ui.theme import Theme
from ui.widgets.switch import Switch
from ui.wording_problems import Step

SLOW = 100_000
"""Bytes a second: what is there takes several."""
FULL = Refusal(403, "QuotaExceeded")


class LineCut(OSError):
    """The proxy hangs up in the middle of a request, as a line that is cut."""


class Desk:
    """A computer with a plan for a storage behind a line. `refuse` answers in the storage's
    place."""

    def __init__(self, folder: Path, s3: S3Place, proxy: Proxy, qtbot: QtBot) -> None:
        self.data, self.source = folder / "data", folder / "Documents"
        self.qtbot, self._s3, self._proxy = qtbot, s3, proxy
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.clock: Clock = SystemClock()
        self.app: App | None = None
        self.source.mkdir()
        for number in range(8):
            (self.source / f"letter-{number}.txt").write_bytes(random_bytes(number, 60_000))
        place = S3Location(s3.endpoint, s3.bucket, s3.prefix)
        storage = S3Storage(place, Credentials(s3.access_key, s3.secret_key), self.clock)
        Repository.create(storage, PASSWORD, self.clock, identity=ANNA, cost=CHEAP)
        storage.close()
        self.secrets.keep(SecretName.PASSWORD, PASSWORD)
        self.secrets.keep(SecretName.SECRET_KEY, s3.secret_key)

    def plan(self, when: When = When.BY_HAND, upload: int = 0, *, far: bool = False) -> BackupPlan:
        endpoint = self._proxy.endpoint
        if far:  # spelled so, it is this computer, too, but counts as one in the network
            endpoint = endpoint.replace("127.0.0.1", "127.1")
        location = f"s3:{endpoint}/{self._s3.bucket}/{self._s3.prefix}"
        plan = BackupPlan(
            storage=Storage(location=location, access_key=self._s3.access_key),
            folders=(str(self.source),),
            schedule=Schedule(when=when, on_battery=True, on_metered=True),
            bandwidth=Bandwidth(upload=upload),
        )
        save_plan(self.data, plan)
        return plan

    def answer(self, judge: Callable[[str, str], Refusal | None] | None) -> None:
        self._proxy.judge = judge

    def open(self) -> App:
        if self.engine() is None:
            start_engine(self.data)
        self.app = App(self.data, self.clock, self.secrets)
        self.qtbot.addWidget(self.app.window)
        self.app.start()
        situation = self.app.controller.situation
        self.wait_until(lambda: situation.reachable)
        return self.app

    def wait_until(self, condition: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(condition, timeout=PATIENCE_MS)

    def wait_for(self, mood: Mood, words: str = "") -> None:
        """Until the home page says so."""
        app = self.app
        assert app is not None

        def said() -> bool:
            view = app.home.view
            return view is not None and view.mood is mood and words in view.sentence

        self.wait_until(said)

    def back_up(self) -> None:
        assert self.app is not None
        self.app.home.back_up_now.emit()

    def engine(self) -> int | None:
        try:
            with Link(self.data) as link:
                return link.engine.pid
        except (EngineNotRunning, EngineGone):
            return None

    def end_engine(self, how: signal.Signals = signal.SIGTERM) -> None:
        pid = self.engine()
        if pid is not None and pid != os.getpid():
            os.kill(pid, how)

    def close(self) -> None:
        self.answer(None)
        if self.app is not None:
            self.app.close()
            self.app = None
        end_engine(self.data)


@pytest.fixture
def desk(tmp_path: Path, s3_place: S3Place, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    with Proxy(s3_place.endpoint) as proxy:
        desk = Desk(tmp_path, s3_place, proxy, qtbot)
        yield desk
        desk.close()


def no_uploads(method: str, key: str) -> Refusal | None:
    return FULL if method == "PUT" and "/locks/" not in key else None


class CutAfterOnePack:
    """A line over which one pack goes, and then nothing more."""

    def __init__(self) -> None:
        self._packs = 0

    def __call__(self, method: str, key: str) -> Refusal | None:
        if self._packs:
            raise LineCut
        self._packs += method == "PUT" and "/data/" in key
        return None


def test_an_engine_killed_in_mid_backup_goes_on_by_itself(desk: Desk) -> None:
    desk.plan(When.HOURLY, 10 * SLOW)
    # More than one pack, so that there is something left when the first is stored.
    (desk.source / "film.mov").write_bytes(random_bytes(99, 14_000_000))
    desk.qtbot.wait(2100)  # or the files' times are too near to be trusted, and they are read again
    app = desk.open()
    situation = app.controller.situation
    desk.wait_until(lambda: situation.progress is not None and situation.progress.bytes_sent > 0)
    first = desk.engine()
    with desk.qtbot.waitSignal(app.controller.link.lost, timeout=PATIENCE_MS):
        desk.end_engine(signal.SIGKILL)
    desk.wait_until(lambda: desk.engine() not in (None, first))
    desk.wait_until(lambda: app.home.view is not None and app.home.view.note is not None)
    assert app.home.view is not None
    assert app.home.view.note is not None
    assert app.home.view.note[0].startswith("Went on where it stopped")
    app.controller.change_plan(desk.plan(When.HOURLY))
    desk.wait_for(Mood.SAFE)


def test_a_full_storage_and_its_end(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    desk.answer(no_uploads)
    desk.back_up()
    desk.wait_for(Mood.FULL, "Storage is full")
    view = app.home.view
    assert view is not None
    assert view.full is not None
    assert WayOut.MORE in [way.way for way in view.full.ways]
    desk.answer(None)
    app.home.way_out.emit(WayOut.MORE)
    desk.wait_for(Mood.SAFE)


def test_a_wrong_secret_and_its_cure(desk: Desk) -> None:
    desk.plan()
    right = desk.secrets.get(SecretName.SECRET_KEY)
    assert right is not None
    desk.secrets.keep(SecretName.SECRET_KEY, "x" * 40)
    app = desk.open()
    desk.back_up()
    desk.wait_for(Mood.PROBLEM)
    problems = app.overview.problems
    desk.wait_until(lambda: problems.view is not None and len(problems.view.groups) == 1)
    assert problems.view is not None
    assert problems.view.groups[0].step is Step.PLACE
    app.window.go_to(PageName.SETTINGS)
    with desk.qtbot.waitSignal(app.settings_wishes.opened, timeout=PATIENCE_MS) as opened:
        problems.change_place.emit()
    assert opened.args is not None
    dialog = opened.args[0]
    assert isinstance(dialog, PlaceDialog)
    dialog.keep.click()
    desk.wait_until(lambda: dialog.told.property("tone") == "problem")
    dialog.secret_key.edit.setText(right)
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.keep.click()
    desk.wait_for(Mood.SAFE)
    assert desk.secrets.get(SecretName.SECRET_KEY) == right
    desk.wait_until(lambda: problems.view is not None and not problems.view.groups)


def test_an_unreadable_file_from_problem_to_safe(desk: Desk) -> None:
    desk.plan()
    letter = desk.source / "letter-3.txt"
    letter.chmod(0)
    with ExitStack() as stack:
        stack.enter_context(an_engine_that_may_not_read_everything(desk.data))
        app = desk.open()
        desk.back_up()
        desk.wait_for(Mood.PROBLEM, "1 file")
        app.window.go_to(PageName.PROBLEMS)
        view = app.overview.problems.view
        assert view is not None
        [group] = view.groups
        assert group.key == "unreadable"
        assert group.files[0].name == "letter-3.txt"
        assert group.step is Step.FOLDER
        app.overview.problems.show_files.emit(group.key)
        assert app.window.current is PageName.FILES
        desk.wait_until(lambda: "1" in app.files.chips[FileState.PROBLEM].text())
        letter.chmod(0o600)
        desk.back_up()
        desk.wait_for(Mood.SAFE)
        desk.wait_until(
            lambda: (
                app.overview.problems.view is not None
                and app.overview.problems.view.over.startswith("Over this week: 1 problem")
            )
        )
        desk.close()


def an_engine_that_may_not_read_everything(data: Path) -> subprocess.Popen[bytes]:
    """As every user's: root's would read any file."""
    command = [sys.executable, "-m", "backupclient", "agent", "--data-dir", str(data)]
    if os.geteuid() == 0:
        forbidden = "--bounding-set=-dac_override,-dac_read_search"
        command = ["setpriv", forbidden, "--inh-caps=-all", *command]
    engine = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + PATIENCE
    while not (data / LOCK_NAME).exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return engine


def test_a_lost_manifest_costs_nothing_but_time(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    desk.back_up()
    desk.wait_for(Mood.SAFE)
    app.close()
    desk.end_engine()
    desk.wait_until(lambda: desk.engine() is None)
    for manifest in desk.data.glob("*/manifest.db"):
        shutil.rmtree(manifest.parent)
    app = desk.open()
    desk.wait_for(Mood.READY)
    desk.back_up()
    desk.wait_for(Mood.SAFE)
    summary = app.controller.situation.summary
    assert summary is not None
    assert (summary.files_new, summary.files_unmodified) == (0, 8), "nothing was read again"


def test_a_line_that_is_cut_and_comes_back(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    desk.answer(CutAfterOnePack())
    desk.back_up()
    desk.wait_for(Mood.WAITING, "next try in")
    desk.answer(None)
    app.home.resume.emit()
    desk.wait_for(Mood.SAFE)


def test_a_storage_that_moved_while_a_backup_waits_for_it(desk: Desk, s3_place: S3Place) -> None:
    desk.plan()
    app = desk.open()
    desk.answer(CutAfterOnePack())
    desk.back_up()
    desk.wait_for(Mood.WAITING, "next try in")
    app.window.go_to(PageName.SETTINGS)
    with desk.qtbot.waitSignal(app.settings_wishes.opened, timeout=PATIENCE_MS) as opened:
        app.settings.change_place.emit()
    assert opened.args is not None
    dialog = opened.args[0]
    assert isinstance(dialog, PlaceDialog)
    dialog.address.edit.setText(f"{s3_place.endpoint}/{s3_place.bucket}/{s3_place.prefix}")
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.keep.click()
    desk.wait_for(Mood.SAFE)
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.storage.location.startswith(f"s3:{s3_place.endpoint}/")


class SleepyClock(SystemClock):
    """The system's, of a computer that can be made to have slept."""

    def __init__(self) -> None:
        self._slept = timedelta()

    def now(self) -> datetime:
        return super().now() + self._slept

    def sleep(self, span: timedelta) -> None:
        self._slept += span


def test_after_a_sleep_the_network_is_waited_for(desk: Desk) -> None:
    clock, around = SleepyClock(), FakeSurroundings()
    around.told = Tells(battery=True, metered=False, awake=True)
    desk.clock = clock
    plan = desk.plan(When.HOURLY, far=True)
    with Agent(desk.data, clock, lasting=True, around=around):
        app = desk.open()
        desk.wait_for(Mood.SAFE)
        app.window.go_to(PageName.SETTINGS)
        [metered] = [
            one
            for one in app.settings.findChildren(Switch)
            if one.accessibleName() == "Wait on metered connections"
        ]
        desk.wait_until(lambda: not metered.isEnabled())
        around.network = False
        (desk.source / "new.txt").write_text("written before the lid was closed")
        clock.sleep(timedelta(hours=2))
        app.controller.change_plan(plan)  # or a minute passes
        desk.wait_until(
            lambda: (
                app.controller.situation.automation is not None
                and app.controller.situation.automation.hindrance is not None
            )
        )
        desk.wait_for(Mood.WAITING)
        around.network = True
        clock.sleep(timedelta(seconds=20))
        app.controller.change_plan(plan)
        situation = app.controller.situation
        first = situation.summary  # which stands until the next run has ended
        desk.wait_until(lambda: situation.summary not in (None, first))
        desk.wait_for(Mood.SAFE)
        assert situation.summary is not None
        assert situation.summary.files_new == 1
        desk.close()


@pytest.mark.parametrize("stop", [False, True])
def test_quitting_in_mid_backup(desk: Desk, stop: bool) -> None:
    desk.plan(upload=SLOW // 10)  # not over before it is looked at again
    app = desk.open()
    situation = app.controller.situation
    desk.back_up()
    desk.wait_until(
        lambda: situation.progress is not None and situation.progress.phase is Phase.UPLOADING
    )
    app.presence.ask_to_quit()
    question = app.presence.question
    assert question is not None
    words = "Stop it and quit" if stop else "Quit, let it go on"
    [button] = [one for one in question.findChildren(QPushButton) if one.text() == words]
    button.click()
    app.close()
    app = desk.open()
    situation = app.controller.situation
    if stop:
        desk.wait_until(lambda: situation.last is not None)
        assert situation.last is not None
        assert situation.last.outcome.state is JobState.STOPPED
    else:
        desk.wait_until(lambda: situation.backup is not None)  # the engine went on without it
    app.controller.change_plan(desk.plan())
    desk.back_up()
    desk.wait_for(Mood.SAFE)
