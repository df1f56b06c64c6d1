"""`backupclient agent` with a plan, in a process of its own, on everybody's time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.plan import BackupPlan, Schedule, Storage, When, place_of, save_plan
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.answers import FileAnswer, FileState
from backupclient.wire.automatic import Automation, AutomationState, GetAutomation, PlanChanged
from backupclient.wire.questions import AskStatus, Status
from tests.cheap_key import make_repository
from tests.end_to_end.clients import product_command
from tests.engines import await_end
from tests.patience import PATIENCE

PASSWORD = "made up for this test"


class Computer:
    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.home = folder / "home"
        self.home.mkdir()
        (self.home / "letter").write_text("dear")
        self.location = str(folder / "drive")
        self.plan(When.CONTINUOUS)
        SecretStore(self.data, use_keyring=False).keep(SecretName.PASSWORD, PASSWORD)

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """With its engine."""
        argv = [*product_command(), "agent", "--data-dir", str(self.data)]
        with subprocess.Popen(argv, stdout=subprocess.DEVNULL) as engine:
            try:
                with self._connect() as self.link:
                    yield
            finally:
                engine.terminate()
                await_end(psutil.Process(engine.pid))

    def plan(self, when: When) -> None:
        plan = BackupPlan(
            storage=Storage(location=self.location),
            folders=(str(self.home),),
            schedule=Schedule(when=when, on_battery=True),
        )
        if not Path(self.location).exists():
            make_repository(place_of(plan, self.data, password=PASSWORD))
        save_plan(self.data, plan)

    def _connect(self) -> Link:
        ends_at = time.monotonic() + PATIENCE
        while True:
            try:
                return Link(self.data)
            except EngineNotRunning:
                assert time.monotonic() < ends_at
                threading.Event().wait(0.05)

    def wait_until(self, true: Callable[[], bool]) -> None:
        ends_at = time.monotonic() + PATIENCE
        while not true():
            assert time.monotonic() < ends_at
            threading.Event().wait(0.1)

    def is_safe(self, name: str) -> bool:
        path = os.fsencode(self.home / name)
        places = self.link.ask(AskStatus(id=self.link.new_id(), paths=(path,)), Status).places
        return any(
            isinstance(answer, FileAnswer) and answer.state is FileState.SAFE
            for place in places
            for answer in place.answers
        )

    @property
    def state(self) -> AutomationState:
        return self.link.ask(GetAutomation(id=self.link.new_id()), Automation).status.state

    def run(self, *arguments: str) -> str:
        argv = [*product_command(), *arguments, "--data-dir", str(self.data)]
        done = subprocess.run(argv, capture_output=True, text=True, check=True, timeout=PATIENCE)
        return done.stdout + done.stderr


@pytest.fixture
def computer(tmp_path: Path) -> Iterator[Computer]:
    computer = Computer(tmp_path)
    with computer.running():
        yield computer


@pytest.mark.timeout(400)
def test_files_are_backed_up_by_themselves_until_somebody_wants_it_otherwise(
    computer: Computer,
) -> None:
    computer.wait_until(lambda: computer.is_safe("letter"))
    (computer.home / "new").write_text("seconds later")
    computer.wait_until(lambda: computer.is_safe("new"))
    computer.wait_until(lambda: computer.state is AutomationState.SCHEDULED)
    assert "changed files are backed up seconds later" in computer.run("jobs")

    assert "No backup begins by itself for 1 hour" in computer.run("pause", "--for", "1h")
    computer.wait_until(lambda: computer.state is AutomationState.PAUSED)
    assert "No backup begins by itself for" in computer.run("status")
    computer.run("resume")
    computer.wait_until(lambda: computer.state is AutomationState.SCHEDULED)

    computer.plan(When.BY_HAND)
    computer.link.ask(PlanChanged(id=computer.link.new_id()), Automation)
    computer.wait_until(lambda: computer.state is AutomationState.BY_HAND)
