"""A monitor of the user's is called after each backup, over a real connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backupclient.agent.run_reports import (
    PAUSES,
    Result,
    RunReport,
    RunReports,
    address,
    report_of,
)
from backupclient.clock import SystemClock
from backupclient.events import BackupSummary, JobState
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import Outcome
from tests.fakes import MIDDAY, ManualClock
from tests.monitors import Monitor, monitoring

LATER = MIDDAY + timedelta(minutes=3)
DONE = Outcome(state=JobState.DONE, summary=BackupSummary(snapshot_id="s", data_added_packed=7))
PARTLY = Outcome(state=JobState.DONE, summary=BackupSummary(snapshot_id="s", problems=2))
FAILED = Outcome(state=JobState.FAILED, failure=Failure(code="storage-full"))
STOPPED = Outcome(state=JobState.STOPPED)


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with monitoring() as server:
        yield server


def report(outcome: Outcome) -> RunReport:
    found = report_of(outcome, "Study PC", MIDDAY, LATER)
    assert found is not None
    return found


def test_each_end_is_told_and_a_busy_monitor_is_told_again(monitor: Monitor) -> None:
    clock = ManualClock()
    reports = RunReports(clock)
    url = f"{monitor.url}/ping/{{exit_code}}?result={{result}}"
    reports.tell(url, report(DONE))
    path, told = monitor.wait()
    assert path == "/ping/0?result=complete"
    assert told == RunReport(
        computer="Study PC",
        result=Result.COMPLETE,
        begun=MIDDAY,
        ended=LATER,
        added_bytes=7,
    )
    monitor.busy = 2
    reports.tell(url, report(FAILED))
    path, told = monitor.wait()
    assert (path, told.code) == ("/ping/1?result=failed", "storage-full")
    assert clock.waits == list(PAUSES[:2])
    reports.tell(url, report(PARTLY))
    assert monitor.wait()[0] == "/ping/3?result=incomplete"
    reports.close()


def test_nobody_there_holds_nothing_up(monitor: Monitor) -> None:
    reports = RunReports(SystemClock())
    for _ in range(100):
        reports.tell("http://127.0.0.1:9/", report(DONE))
    reports.close()


def test_a_stopped_backup_says_nothing() -> None:
    assert report_of(STOPPED, "Study PC", MIDDAY, LATER) is None


@pytest.mark.parametrize(
    ("url", "result", "called"),
    [
        ("https://m.example/x", Result.COMPLETE, "https://m.example/x"),
        # A plain address must not take a failure for a sign of life.
        ("https://m.example/x", Result.INCOMPLETE, None),
        ("https://m.example/x", Result.FAILED, None),
        ("https://m.example/{result}", Result.FAILED, "https://m.example/failed"),
        ("file:///etc/passwd", Result.COMPLETE, None),
        ("not an address", Result.COMPLETE, None),
    ],
)
def test_what_is_called(url: str, result: Result, called: str | None) -> None:
    assert address(url, result) == called
