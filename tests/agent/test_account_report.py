"""When a computer tells the account service how it does."""

from __future__ import annotations

from pathlib import Path

from backupclient.agent.account import AccountAtWork
from backupclient.agent.account_report import Reports
from backupclient.events import JobState, Waiting
from backupclient.wire.jobs import Outcome
from tests.fakes import ManualClock


class Counted(Reports):
    """Says how often something was to be told."""

    times = 0

    def due(self) -> None:
        self.times += 1
        super().due()


def test_that_a_backup_waits_for_room_is_told_once_and_its_end(tmp_path: Path) -> None:
    """The service's page asks people to buy more by what it hears; a full storage is tried again
    and again."""
    reports = Counted(AccountAtWork(tmp_path, ManualClock()))
    full = Waiting(code="storage-full", seconds=5)
    reports.news("one", Waiting(code="storage-unreachable", seconds=5))
    assert reports.times == 0
    for _ in range(3):
        reports.news("one", full)
    assert reports.times == 1
    reports.news("another", full)
    reports.ended("one", Outcome(state=JobState.DONE))
    assert reports.times == 3
    reports.news("one", full)
    assert reports.times == 4
