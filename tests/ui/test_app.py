"""The window over a real engine in a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.endpoint import LOCK_NAME
from backupclient.events import JobState
from backupclient.logs import crashes
from backupclient.logs.log import Program
from backupclient.plan import BackupPlan, Bandwidth, Schedule, Storage, When, save_plan
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.envelope import Reply
from backupclient.wire.jobs import Stop
from tests.cheap_key import make_repository
from tests.engines import end_engine, engine_of
from tests.patience import PATIENCE_MS
from tests.trees import random_bytes
from ui import notices
from ui.app import App
from ui.pages.home_view import Mood
from ui.pages.page import PageName
from ui.situation import Situation
from ui.theme import Theme

PASSWORD = "open sesame"  # made up, and of no use outside the tests
SLOW = 200_000
"""Bytes a second: a megabyte takes long enough to be looked at."""


class Desk:
    """A computer with a plan, and its window."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.data = folder / "data"
        self.source = folder / "Documents"
        self.location = str(folder / "drive")
        self.qtbot = qtbot
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.app: App | None = None
        self.source.mkdir()
        for number in range(20):
            (self.source / f"letter-{number}.txt").write_bytes(random_bytes(number, 50_000))
        make_repository(Place(location=self.location, password=PASSWORD, data_dir=str(self.data)))
        self.secrets.keep(SecretName.PASSWORD, PASSWORD)

    def plan(self, *folders: Path, upload: int = 0) -> None:
        chosen = tuple(str(one) for one in folders or (self.source,))
        save_plan(
            self.data,
            BackupPlan(
                storage=Storage(location=self.location),
                folders=chosen,
                computer="Study PC",
                schedule=Schedule(when=When.BY_HAND),
                bandwidth=Bandwidth(upload=upload),
            ),
        )

    def open(self) -> App:
        self.app = App(self.data, SystemClock(), self.secrets)
        self.qtbot.addWidget(self.app.window)
        self.app.start()
        self.qtbot.waitUntil(lambda: self.situation.reachable, timeout=PATIENCE_MS)
        return self.app

    @property
    def situation(self) -> Situation:
        assert self.app is not None
        return self.app.controller.situation

    def wait_for(self, state: JobState | None) -> None:
        self.qtbot.waitUntil(lambda: self.situation.state is state, timeout=PATIENCE_MS)

    def close(self) -> None:
        if self.app is not None:
            self.app.close()
        end_engine(self.data)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot)
    yield desk
    desk.close()


def test_from_the_button_to_safe(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    assert (desk.data / LOCK_NAME).exists(), "it started the engine it needs"
    app.home.back_up_now.emit()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)
    assert desk.situation.summary is not None
    assert desk.situation.summary.files_new == 20
    assert desk.situation.backup is None
    desk.qtbot.waitUntil(
        lambda: app.home.view is not None and app.home.view.mood is Mood.SAFE, timeout=PATIENCE_MS
    )
    assert app.home.view is not None
    assert [folder.name for folder in app.home.view.folders] == ["Documents"]
    assert app.home.view.folders[0].state == "All safe"


def test_a_backup_is_paused_goes_on_and_is_stopped(desk: Desk) -> None:
    desk.plan(upload=SLOW)
    app = desk.open()
    app.home.back_up_now.emit()
    desk.wait_for(JobState.RUNNING)
    app.home.pause.emit(0.0)
    desk.wait_for(JobState.PAUSED)
    app.home.resume.emit()
    desk.wait_for(JobState.RUNNING)
    app.home.stop.emit()
    question = app.presence.question
    assert question is not None
    assert "kept and stays safe" in question.text.text()
    question.buttons[-1].click()
    desk.wait_for(None)
    assert desk.situation.last is not None
    assert desk.situation.last.outcome.state is JobState.STOPPED


def test_an_engine_that_dies_is_replaced_and_the_backup_goes_on(desk: Desk) -> None:
    desk.plan(upload=SLOW)
    app = desk.open()
    app.home.back_up_now.emit()
    desk.wait_for(JobState.RUNNING)
    first = engine_of(desk.data)
    assert first is not None
    with desk.qtbot.waitSignal(app.controller.link.lost, timeout=PATIENCE_MS):
        first.kill()
    desk.qtbot.waitUntil(
        lambda: desk.situation.reachable and engine_of(desk.data) not in (None, first),
        timeout=PATIENCE_MS,
    )
    app.home.back_up_now.emit()
    desk.wait_for(JobState.RUNNING)


def test_a_folder_that_is_not_there_is_explained(desk: Desk, tmp_path: Path) -> None:
    """And so is that Plainkeep ended unexpectedly before; a report is two clicks from a problem."""
    desk.plan(tmp_path / "nowhere")
    crashes.note(desk.data, Program.ENGINE, SystemClock(), ValueError())
    app = desk.open()
    desk.qtbot.waitUntil(lambda: app.tray._notice == notices.crashed(), timeout=PATIENCE_MS)
    app.home.back_up_now.emit()
    desk.qtbot.waitUntil(lambda: desk.situation.failure is not None, timeout=PATIENCE_MS)
    desk.qtbot.waitUntil(
        lambda: app.home.view is not None and app.home.view.mood is Mood.PROBLEM,
        timeout=PATIENCE_MS,
    )
    assert app.home.view is not None
    assert "not there" in app.home.view.sentence
    app.presence.open_named(PageName.PROBLEMS)
    page = app.overview.problems

    def links() -> list[QPushButton]:
        return [
            one
            for one in page.findChildren(QPushButton)
            if one.text() == "Make a report for support" and one.isVisibleTo(page)
        ]

    desk.qtbot.waitUntil(lambda: bool(links()), timeout=PATIENCE_MS)
    links()[0].click()
    assert app.report.isVisible()
    app.report.reject()


def test_what_the_engine_refuses_is_told_and_nothing_stops(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    replies: list[Reply] = []
    with desk.qtbot.waitSignal(app.controller.failed, timeout=PATIENCE_MS) as told:
        app.controller.link.ask(
            lambda no: Stop(id=no, job="nobody"), replies.append, app.controller.failed.emit
        )
    assert told.args is not None
    assert told.args[0].code == "job-missing"
    app.home.back_up_now.emit()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)
