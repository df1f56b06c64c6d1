"""A check from the window: begun, watched, and what it found on every page that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from PySide6.QtWidgets import QLabel

from backupclient.events import (
    CheckProgress,
    Damage,
    DamageCode,
    JobState,
    StateChanged,
    Waiting,
)
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome
from backupclient.wire.overview import CheckReport, RunEnd, RunFailure, RunReport
from backupclient.wire.protocol import Batch
from tests.patience import PATIENCE_MS
from tests.ui.test_app import Desk
from tests.ui.test_app import desk as desk  # noqa: PLC0414 - a fixture
from tests.ui.test_overview import seen, situation
from ui import notices
from ui.pages.home_view import Mood, Offer
from ui.pages.page import PageName
from ui.preferences import Preferences
from ui.situation import DAMAGE_FOUND, Situation
from ui.theme import Theme
from ui.wording import home_view
from ui.wording_check import check_facts, check_line, check_title
from ui.wording_history import history
from ui.wording_problems import Step, problems_view

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
READ = CheckReport(
    started=NOW - timedelta(minutes=9),
    ended=NOW - timedelta(minutes=4),
    read_data=True,
    packs=7,
    packs_read=7,
    snapshots=3,
)
DAMAGED = msgspec.structs.replace(READ, errors=2, affected=("/home/docs/letter",), affected_count=3)
JOB = JobInfo(
    job="c",
    kind=JobKind.CHECK,
    location="/drive",
    subject=(),
    state=JobState.RUNNING,
    created=NOW,
)


@pytest.fixture(autouse=True)
def _a_window(theme: Theme) -> None:
    """Sentences are looked up in the translations of the application."""


def at_work(*jobs: JobInfo) -> Situation:
    told = situation(seen())
    told.take_jobs(Jobs(id=1, jobs=jobs or (JOB,)), NOW)
    return told


def told_of(told: Situation, *events: CheckProgress | Damage | StateChanged | Waiting) -> None:
    told.take_batch(Batch(job="c", events=events), NOW)


def test_a_check_at_work_is_the_sentence_and_counts_what_it_can() -> None:
    told = at_work()
    view = home_view(told, told.status, NOW)
    assert (view.mood, view.sentence) == (Mood.WORKING, "Checking the backup")
    assert view.offer is Offer.HOLD
    assert view.facts.endswith("backups wait until the check is over")
    assert view.checking is not None
    assert view.checking.share is None, "nobody knows yet how much there is"
    assert len(view.checking.phases) == 2
    told_of(told, CheckProgress(step="trees", done=3, reads_data=True))
    view = home_view(told, told.status, NOW)
    assert view.checking is not None
    assert [how for _, how in view.checking.phases] == ["done", "now", "next"]
    damage = Damage(code=DamageCode.PACK, item="p")
    told_of(told, damage, CheckProgress(step="data", done=1, total=4, reads_data=True))
    view = home_view(told, told.status, NOW)
    assert view.sentence.replace("\u00a0", " ") == "Checking the backup: 25 % read back"
    assert view.checking is not None
    assert view.checking.share == 0.25
    assert view.checking.found.startswith("1 damaged part")
    told_of(told, Waiting(code="storage-unreachable", seconds=30))
    assert home_view(told, told.status, NOW).mood is Mood.WAITING
    told_of(told, CheckProgress(step="data", done=2, total=4, reads_data=True))
    assert home_view(told, told.status, NOW).mood is Mood.WORKING
    told_of(told, StateChanged(state=JobState.PAUSED))
    view = home_view(told, told.status, NOW)
    assert (view.mood, view.offer) == (Mood.PAUSED, Offer.GO_ON)
    told.take_batch(Batch(job="c", outcome=Outcome(state=JobState.DONE)), NOW)
    assert told.check is None


def test_of_a_check_and_a_backup_the_one_that_runs_is_shown() -> None:
    backup = msgspec.structs.replace(JOB, job="b", kind=JobKind.BACKUP, state=JobState.QUEUED)
    told = at_work(JOB, backup)
    assert told.at_work is told.check
    told = at_work(
        msgspec.structs.replace(JOB, state=JobState.QUEUED),
        msgspec.structs.replace(backup, state=JobState.RUNNING),
    )
    assert told.at_work is told.backup
    view = home_view(told, told.status, NOW)
    assert (view.sentence, view.checking) == ("Looking for changes", None)


def test_what_was_found_stands_on_storage_and_in_history() -> None:
    stopped = msgspec.structs.replace(READ, end=RunEnd.STOPPED)
    failed = msgspec.structs.replace(
        READ, end=RunEnd.FAILED, failure=RunFailure(code="storage-unreachable")
    )
    quick = msgspec.structs.replace(READ, read_data=False, packs_read=0)
    assert check_line(situation(seen()), NOW).text.startswith("Not checked yet")
    whole = check_line(situation(seen(checks=(READ,))), NOW)
    assert whole.text == "Checked 4 minute(s) ago: everything was read back and is whole."
    assert "100" in whole.read_all, "how much that is"
    line = check_line(situation(seen(checks=(quick, READ))), NOW).text
    assert line == "Checked 4 minute(s) ago: everything is there. Last read back 4 minute(s) ago."
    line = check_line(situation(seen(checks=(failed, stopped))), NOW).text
    assert "did not come to its end: " in line
    titles = [check_title(one) for one in (READ, quick, DAMAGED, stopped, failed)]
    assert len(set(titles)) == 5
    assert dict(check_facts(DAMAGED, NOW))["Affected"] == "/home/docs/letter, 2 more"
    [day] = history((), (READ, stopped), NOW)
    assert [line.text for line in day.runs] == [titles[0], titles[3]]
    assert home_view(situation(seen(checks=(READ,))), None, NOW).lately[0].text == titles[0]


def test_damage_is_a_problem_until_another_check_finds_none() -> None:
    told = situation(seen(checks=(DAMAGED,)))
    view = home_view(told, told.status, NOW)
    assert view.mood is Mood.PROBLEM
    assert view.sentence == "The check found damage: 2 in all"
    told.reachable = True
    [notice] = notices.decide(view, told, Preferences(), NOW).tell
    assert (notice.cause, notice.page) == (DAMAGE_FOUND, PageName.PROBLEMS)
    [group] = problems_view(told, NOW).groups
    assert (group.step, group.files[0].name) == (Step.TRY, "letter")
    backup = RunReport(no=9, started=NOW, ended=NOW)
    [group] = problems_view(situation(seen(checks=(DAMAGED,), last_complete=backup)), NOW).groups
    assert group.step is Step.CHECK
    mended = situation(seen(checks=(READ, DAMAGED)))
    assert problems_view(mended, NOW).groups == ()


def test_only_what_is_read_back_can_be_whole_again() -> None:
    quick = msgspec.structs.replace(READ, read_data=False, packs_read=0)
    missing = msgspec.structs.replace(quick, errors=1)
    stopped = msgspec.structs.replace(DAMAGED, end=RunEnd.STOPPED)
    assert situation(seen(checks=(quick, DAMAGED))).damage == DAMAGED
    assert situation(seen(checks=(stopped, READ))).damage == stopped
    assert situation(seen(checks=(quick, missing))).damage is None
    assert situation(seen(checks=(quick, missing, DAMAGED))).damage == DAMAGED
    assert situation(seen(checks=(quick, READ, DAMAGED))).damage is None


def test_from_the_button_to_everything_was_read_back(desk: Desk) -> None:
    desk.plan()
    app = desk.open()
    app.window.go_to(PageName.STORAGE)
    app.home.back_up_now.emit()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)
    app.storage.check_wanted.emit(True)
    desk.qtbot.waitUntil(lambda: desk.situation.last_check is not None, timeout=PATIENCE_MS)
    words = app.storage.findChild(QLabel, "storage-checked")
    assert words is not None
    desk.qtbot.waitUntil(lambda: "read back and is whole" in words.text(), timeout=PATIENCE_MS)
    app.window.go_to(PageName.HISTORY)
    desk.qtbot.waitUntil(lambda: len(app.overview.history.rows) == 2, timeout=PATIENCE_MS)
    assert app.overview.history.rows[0].line.text.startswith("Checked: everything was read back")
