"""The one line about what begins by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backupclient.cli.automation_text import line
from backupclient.wire.automatic import AutomationState, AutomationStatus, Hindrance, Watching

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)
S = AutomationState
BATTERY = Hindrance(code="on-battery")


def local(moment: datetime) -> str:
    return f"{moment.astimezone():%H:%M}"


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (AutomationStatus(), ""),
        (AutomationStatus(state=S.RUNNING), ""),
        (AutomationStatus(state=S.BY_HAND), "Backups begin by hand only."),
        (
            AutomationStatus(state=S.SCHEDULED, next_run=NOW + timedelta(minutes=5)),
            f"The next backup begins at {local(NOW + timedelta(minutes=5))}.",
        ),
        (
            AutomationStatus(state=S.SCHEDULED, next_run=NOW + timedelta(days=1)),
            f"The next backup begins tomorrow at {local(NOW)}.",
        ),
        (
            AutomationStatus(state=S.SCHEDULED, next_run=NOW, watching=Watching.ON),
            "The next backup begins now at the latest; changed files are backed up seconds later.",
        ),
        (
            AutomationStatus(state=S.WAITING, next_run=NOW, hindrance=BATTERY),
            "The next backup is due. Waiting: running on battery.",
        ),
        (
            AutomationStatus(
                state=S.SCHEDULED, next_run=NOW, hindrance=Hindrance(code="wrong-password")
            ),
            "The last backup failed: the password is wrong; next try now.",
        ),
        (
            AutomationStatus(state=S.PAUSED, paused_until=NOW + timedelta(minutes=50)),
            "No backup begins by itself for 50 minutes.",
        ),
        (
            AutomationStatus(state=S.PAUSED),
            "No backup begins by itself until 'backupclient resume'.",
        ),
    ],
)
def test_one_line(status: AutomationStatus, text: str) -> None:
    assert line(status, NOW) == text
