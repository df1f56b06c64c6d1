"""What a backup waits for."""

from __future__ import annotations

import os
import time
from pathlib import Path

import psutil
import pytest

from backupclient.automation.surroundings import obstacle, uses_network
from backupclient.automation.this_computer import ThisComputer, caffeinated
from backupclient.events import Condition
from backupclient.plan import BackupPlan, Schedule, Storage
from tests.fakes import FakeSurroundings

REMOTE, LOCAL = "s3:https://storage.example.org/bucket", "/media/drive"
CAUTIOUS = Schedule()
BOLD = Schedule(on_battery=True, on_metered=True)


@pytest.mark.parametrize(
    ("location", "schedule", "battery", "metered", "online", "expected"),
    [
        (REMOTE, CAUTIOUS, False, False, True, None),
        (REMOTE, CAUTIOUS, True, False, True, Condition.BATTERY),
        (REMOTE, CAUTIOUS, False, True, True, Condition.METERED),
        (REMOTE, CAUTIOUS, True, True, True, Condition.METERED),
        (REMOTE, CAUTIOUS, True, True, False, Condition.OFFLINE),
        (REMOTE, BOLD, True, True, True, None),
        (REMOTE, BOLD, True, True, False, Condition.OFFLINE),
        (LOCAL, CAUTIOUS, False, True, False, None),
        (LOCAL, CAUTIOUS, True, True, False, Condition.BATTERY),
    ],
)
def test_what_is_waited_for(
    location: str,
    schedule: Schedule,
    battery: bool,
    metered: bool,
    online: bool,
    expected: Condition | None,
) -> None:
    around = FakeSurroundings()
    around.battery, around.costs, around.network = battery, metered, online
    plan = BackupPlan(storage=Storage(location=location), folders=("/home",), schedule=schedule)
    assert obstacle(plan, around) is expected


@pytest.mark.parametrize(
    ("location", "remote"),
    [
        ("/media/drive", False),
        ("s3:https://s3.example.org/bucket/prefix", True),
        ("s3:s3.example.org/bucket", True),
        ("s3:http://localhost:8333/bucket", False),
        ("s3:http://127.0.0.1:8333/bucket", False),
        ("s3:http://[::1]:8333/bucket", False),
        ("s3:http://192.168.1.20:9000/bucket", True),
    ],
)
def test_what_is_reached_over_a_line(location: str, remote: bool) -> None:
    assert uses_network(location) is remote


def test_this_computer_answers() -> None:
    computer = ThisComputer()
    answers = (computer.on_battery(), computer.metered(), computer.online())
    assert {type(answer) for answer in answers} == {bool}
    with computer.awake():
        pass


def test_a_mac_is_kept_awake_by_its_own_program_for_as_long_as_the_block_lasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which is not here: a program that writes down how it was called, and stays."""
    called = tmp_path / "called"
    program = tmp_path / "caffeinate"
    program.write_text(
        f'#!/bin/sh\necho "$$ $*" > {called}.new\nmv {called}.new {called}\nexec sleep 60\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with caffeinated():
        while not called.exists():
            time.sleep(0.01)
        pid, *options = called.read_text().split()
        assert options == ["-i", "-w", str(os.getpid())]
        assert psutil.pid_exists(int(pid))
    assert not psutil.pid_exists(int(pid))
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with caffeinated():
        pass
