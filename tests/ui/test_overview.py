"""Problems, History, Storage and Home's cards: their sentences, and the pages on a real engine."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.errors import CredentialsRejected, Fact
from backupclient.events import JobState, Phase, Progress, Waiting
from backupclient.manifest.manifest import Manifest
from backupclient.operations.status import sources
from backupclient.plan import BackupPlan, Schedule, Storage, When, load_plan, save_plan
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import folders
from backupclient.support.explainer import explain_code
from backupclient.wire.answers import Amount, FolderAnswer, PlaceStatus, Rollup, StateCounts
from backupclient.wire.entitlement import Computer, Entitlement, Seat, Source
from backupclient.wire.failure import Failure, failure_of
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome
from backupclient.wire.overview import (
    DayReport,
    PlaceOverview,
    ProblemReport,
    ReasonReport,
    RunEnd,
    RunFailure,
    RunReport,
    SpaceReport,
    StorageReport,
    TopSpace,
)
from tests.cheap_key import make_repository
from tests.engines import end_engine
from tests.patience import PATIENCE_MS
from tests.trees import random_bytes
from tests.warm_engines import start_engine
from ui import translations
from ui.app import App
from ui.icons import Icon
from ui.pages.home_view import Mood, WayOut
from ui.pages.page import PageName
from ui.pages.storage import StoragePage
from ui.problem_list import as_csv
from ui.situation import Ended, Situation
from ui.theme import Theme
from ui.wording import headline, home_view
from ui.wording_cards import days_line, run_title
from ui.wording_history import history, past_problem
from ui.wording_problems import Step, problems_view
from ui.wording_room import forecast
from ui.wording_storage import storage_view

NOW = datetime(2026, 3, 12, 15, 0, tzinfo=UTC)
GB = 1_000_000_000


@pytest.fixture(autouse=True)
def _a_window(theme: Theme) -> None:
    """Sentences are looked up in the translations of the application."""


def place(seen: datetime = NOW, **counts: Amount) -> PlaceStatus:
    folder = FolderAnswer(
        path=b"/home/docs",
        rollup=Rollup.SAFE,
        counts=StateCounts(**(counts or {"safe": Amount(9, GB)})),
    )
    return PlaceStatus(
        location="/drive",
        repository_id="r",
        last_backup=seen,
        storage_seen=seen,
        answers=(folder,),
    )


def thirty_days(a_day: int) -> tuple[DayReport, ...]:
    first = date(2026, 2, 11)
    return tuple(
        DayReport(day=first + timedelta(days=n), runs=1, stored=a_day, run=n + 1) for n in range(30)
    )


def seen(**facts: object) -> PlaceOverview:
    base = {
        "status": place(),
        "storage": StorageReport(stored=100 * GB, spared=5 * GB),
        "days": thirty_days(GB),
        "first_run": NOW - timedelta(days=200),
    }
    return PlaceOverview(**(base | facts))  # type: ignore[arg-type]


def situation(overview: PlaceOverview, limit: int = 0, when: When = When.HOURLY) -> Situation:
    plan = BackupPlan(
        storage=Storage(location="/drive", limit=limit),
        folders=("/home/docs",),
        schedule=Schedule(when=when),
    )
    found = Situation(plan)
    found.overview = overview
    return found


def problem(no: int, reason: str, **facts: object) -> ProblemReport:
    base = {"path": b"/home/docs/%d" % no, "raw": "busy", "since": NOW, "size": 7}
    return ProblemReport(no=no, reason=reason, **(base | facts))  # type: ignore[arg-type]


def waiting_job(waiting: Waiting) -> JobInfo:
    return JobInfo(
        job="1",
        kind=JobKind.BACKUP,
        location="/drive",
        subject=(),
        state=JobState.WAITING,
        created=NOW,
        waiting=waiting,
    )


# --- home -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "hours", "mood"),
    [
        (When.HOURLY, 1, Mood.SAFE),
        (When.HOURLY, 4, Mood.WAITING),
        (When.DAILY, 25, Mood.WAITING),
        (When.DAILY, 20, Mood.SAFE),
        (When.CONTINUOUS, 20, Mood.SAFE),
    ],
)
def test_what_was_seen_too_long_ago_is_said_with_its_time(
    when: When, hours: int, mood: Mood
) -> None:
    status = place(NOW - timedelta(hours=hours))
    told = headline(situation(seen(status=status), when=when), status, NOW)
    assert told[0] is mood
    assert ("was safe" in told[1]) == (mood is Mood.WAITING)


def test_the_forecast_is_honest() -> None:
    assert forecast(seen(), 200 * GB).startswith("Full in about 3 month")
    assert forecast(seen(), 100 * GB + GB // 2).startswith("Full in about 1 day")
    assert forecast(seen(days=thirty_days(1000)), 200 * GB) == "Enough for years"
    assert forecast(seen(), 0) == "", "nobody knows how much there is"
    young = seen(first_run=NOW - timedelta(days=6))
    assert forecast(young, 200 * GB) == "", "the first backup is no growth"
    refused = Entitlement(source=Source.OWN_LIMIT, as_of=NOW, writable=False)
    assert forecast(seen(), 101 * GB, refused) == "Full", "a little is left, but nothing fits"


def test_the_cards_show_the_overview() -> None:
    days = (*thirty_days(GB)[:-2], DayReport(day=date(2026, 3, 11)), thirty_days(GB)[-1])
    view = home_view(situation(seen(days=days), 200 * GB), place(), NOW)
    assert view.storage is not None
    assert view.storage.share == pytest.approx(0.5)
    assert view.runs[-2:] == (0, 30)
    assert view.days_line.startswith("1 day")
    assert days_line(seen(first_run=None)) == "Your backups will be shown here"


def test_the_storage_card_says_what_the_backup_at_work_makes_of_it() -> None:
    found = situation(seen(), 200 * GB)
    left = Progress(phase=Phase.UPLOADING, bytes_total=60 * GB, bytes_safe=20 * GB, bytes_sent=GB)
    found.progress = left
    card = home_view(found, place(), NOW).storage
    assert card is not None
    assert card.lines[:2] == (
        "About 139.0\u00a0GB after this backup",
        "It fits, with 61.0\u00a0GB to spare",
    )
    first = situation(seen(storage=StorageReport()))
    first.progress = left
    early = home_view(first, place(), NOW).storage
    assert early is not None
    assert early.lines[0] == "About 40.0\u00a0GB after this backup", "what was sent is counted late"
    assert not early.bar, "of how much it is a share nobody knows"
    found.progress = msgspec.structs.replace(left, bytes_total=600 * GB)
    card = home_view(found, place(), NOW).storage
    assert card is not None
    assert card.lines[1] == "It may not fit"


def test_the_household_s_computers_are_told_of() -> None:
    found = situation(seen(storage=StorageReport()))
    computers = (
        Computer(name="Home PC", this=True, last_backup=NOW),
        Computer(name="Laptop", last_backup=NOW),
        Computer(name="Study PC", last_backup=NOW, waiting_bytes=GB, seat=Seat.RELEASED),
        Computer(name="New PC"),
    )
    found.storage_plan = Entitlement(
        source=Source.SERVICE, as_of=NOW, limit=200 * GB, used=GB, computers=computers
    )
    view = home_view(found, place(), NOW)
    assert [line.text for line in view.lately] == [
        "Laptop: everything is safe",
        "Study PC: 1.0\u00a0GB are waiting",
    ]
    assert view.storage is not None
    assert view.storage.amount == "1.0\u00a0GB", "what the storage counted, where that is more"
    assert view.storage.lines[-1].startswith("3 computer"), "who has no seat does not share it"


def test_a_full_storage_says_how_much_waits_and_three_ways_out() -> None:
    status = place(safe=Amount(9, GB), waiting=Amount(214, 12 * GB))
    told = situation(seen(status=status))
    waiting = Waiting(code="storage-full", seconds=360)
    told.take_jobs(Jobs(id=1, jobs=(waiting_job(waiting),)), NOW)
    view = home_view(told, status, NOW)
    assert view.sentence.replace("\u00a0", " ") == "Storage is full: 12.0 GB are waiting"
    assert view.full is not None
    assert [way.way for way in view.full.ways] == [WayOut.MORE, WayOut.ROOM, WayOut.LESS]
    assert view.full.ways[0].also is None
    told.storage_plan = Entitlement(source=Source.SERVICE, as_of=NOW, buy_url="https://here")
    full = home_view(told, status, NOW).full
    assert full is not None
    assert full.ways[0].also == (WayOut.BUY, "Get more storage…")


# --- problems -------------------------------------------------------------------------------------


def test_problems_come_worst_first_and_say_what_is_safe() -> None:
    reasons = (
        ReasonReport(
            reason="in-use",
            count=1,
            since=NOW,
            first=(problem(1, "in-use", earlier_version=NOW),),
        ),
        ReasonReport(reason="unreadable", count=38, since=NOW, first=(problem(2, "unreadable"),)),
    )
    view = problems_view(situation(seen(reasons=reasons)), NOW)
    assert [group.key for group in view.groups] == ["unreadable", "in-use"]
    unreadable, in_use = view.groups
    assert not unreadable.safe
    assert unreadable.more
    assert (unreadable.step, unreadable.folder) == (Step.FOLDER, "/home/docs")
    assert in_use.safe
    assert in_use.step is Step.TRY
    assert in_use.title == "“1” is in use by another program"
    assert in_use.data_state.startswith("Safe as of ")
    assert unreadable.title == "Plainkeep may not read 38 file(s)"
    assert not unreadable.data_state, "nobody has looked at all of them"
    assert in_use.files[0].state.startswith("safe as of")
    assert unreadable.files[0].state == "never backed up"
    assert "39 file" in view.title


@pytest.mark.parametrize(
    ("code", "step"),
    [
        ("wrong-password", Step.PLACE),
        ("source-not-found", Step.SETTINGS),
        ("storage-unreachable", Step.TRY),
    ],
)
def test_what_ended_the_last_backup_is_a_problem_with_a_next_step(code: str, step: Step) -> None:
    told = situation(seen())
    facts: dict[str, Fact] = {"status": 403, "request_id": "17F3A"}
    failure = Failure(code=code, facts=facts, raw="Forbidden")
    told.last = Ended(Outcome(state=JobState.FAILED, failure=failure), NOW)
    [group] = problems_view(told, NOW).groups
    assert group.step is step
    assert group.your_data
    assert group.next_step
    assert group.raw == "HTTP 403 · request 17F3A · Forbidden"


@pytest.mark.parametrize("reason", ["unknown-key", "wrong-secret", "expired"])
def test_keys_that_are_refused_are_changed_from_their_problem(reason: str) -> None:
    told = situation(seen())
    failure = failure_of(CredentialsRejected(reason=reason))
    told.last = Ended(Outcome(state=JobState.FAILED, failure=failure), NOW)
    assert problems_view(told, NOW).groups[0].step is Step.PLACE


@pytest.mark.parametrize(("code", "groups"), [("storage-full", 1), ("on-battery", 0)])
def test_what_a_backup_waits_for_is_a_problem_if_it_needs_somebody(code: str, groups: int) -> None:
    told = situation(seen())
    told.take_jobs(Jobs(id=1, jobs=(waiting_job(Waiting(code=code, seconds=360)),)), NOW)
    assert len(problems_view(told, NOW).groups) == groups


def test_no_problems_is_calm_and_says_what_was_over() -> None:
    over = problem(1, "in-use", ended=NOW, ended_by="backed-up")
    view = problems_view(situation(seen(over=(over,), over_count=1)), NOW)
    assert view.title == "No problems"
    assert view.over.startswith("Over this week: 1 problem")


def test_the_list_is_a_table_that_no_spreadsheet_takes_for_formulas() -> None:
    strange = problem(1, "unreadable", path=b"=1+1\xff", raw="-x")
    rows = list(csv.reader(io.StringIO(as_csv([strange]).decode("utf-8-sig"))))
    assert rows[1][0] == "'=1+1\ufffd"
    assert rows[1][1] == "unreadable"
    assert rows[1][-1] == "'-x"


def test_the_columns_of_the_list_are_named_in_the_language(any_language: QApplication) -> None:
    translations.install(any_language, QLocale("de"))
    [head] = csv.reader(io.StringIO(as_csv([]).decode("utf-8-sig")))
    assert head[0] == "Pfad"
    assert head[3] == "seit"


def test_a_chosen_folder_that_is_gone_is_a_folder(any_language: QApplication) -> None:
    translations.install(any_language, QLocale("en"))
    gone = problem(1, "source-unavailable", path=b"/media/drive")
    reasons = (ReasonReport(reason="source-unavailable", count=1, since=NOW, first=(gone,)),)
    view = problems_view(situation(seen(reasons=reasons)), NOW)
    assert view.title == "1 problem, 1 folder needs you"
    [group] = view.groups
    assert group.title == "The folder “drive” is missing, empty or cannot be read"
    assert (group.data_state, group.safe) == ("Never backed up", False)
    assert group.files[0].icon is Icon.NAV_FILES
    assert not group.files[0].size


# --- history and storage --------------------------------------------------------------------------


def run(
    no: int,
    ago: timedelta,
    end: RunEnd = RunEnd.COMPLETE,
    *,
    files_new: int = 0,
    read: int = 0,
    problems: int = 0,
) -> RunReport:
    return RunReport(
        no=no,
        started=NOW - ago,
        ended=NOW - ago,
        end=end,
        kept=True,
        files_new=files_new,
        read=read,
        problems=problems,
    )


def test_runs_stand_under_their_days() -> None:
    runs = (
        run(3, timedelta(minutes=5), files_new=2, read=GB),
        run(2, timedelta(minutes=9), RunEnd.CUT_SHORT),
        run(1, timedelta(days=1), problems=2),
    )
    today, yesterday = history(runs, (), NOW)
    assert (today.name, yesterday.name) == ("Today", "Yesterday")
    assert [line.no for line in today.runs] == [3, 2]
    assert "kept" in today.runs[1].text
    assert yesterday.runs[0].has_problems


def test_a_run_that_failed_says_why() -> None:
    failed = run(1, timedelta(0), RunEnd.FAILED)
    why = RunFailure(code="storage-full", facts={"needed_bytes": 5})
    (day,) = history((msgspec.structs.replace(failed, failure=why),), (), NOW)
    assert dict(day.runs[0].facts)["Reason"] == explain_code("storage-full").title
    (day,) = history((failed,), (), NOW)
    assert "Reason" not in dict(day.runs[0].facts)


@pytest.mark.parametrize("end", list(RunEnd))
def test_every_end_of_a_run_has_words(end: RunEnd) -> None:
    assert run_title(run(1, timedelta(0), end))


def test_a_problem_that_is_over_says_how_and_when() -> None:
    told = past_problem(problem(1, "in-use", ended=NOW, ended_by="deleted"), NOW)
    assert told.over
    assert told.ended.startswith("was deleted, today")
    assert past_problem(problem(1, "in-use"), NOW).ended == "not over yet"


def test_growth_ends_at_what_is_stored() -> None:
    view = storage_view(situation(seen(), 200 * GB), NOW)
    assert view is not None
    assert view.growth is not None
    assert view.growth.stored[-1] == 100 * GB
    assert view.growth.stored[0] == 71 * GB
    assert view.growth.ahead is not None
    assert view.growth.ahead > 100 * GB
    assert view.limit == 200 * GB


def test_what_takes_the_space_is_told_once_it_is_counted() -> None:
    found = situation(seen(), 200 * GB)
    before = storage_view(found, NOW)
    assert before is not None
    assert [one.name for one in before.parts] == [""]
    tops = [TopSpace(b"/home/%d" % size, size * GB) for size in (1, 40, 2, 30, 3)]
    found.space = SpaceReport(tops=tuple(tops), other=20 * GB)
    after = storage_view(found, NOW)
    assert after is not None
    named = [(one.name, one.size) for one in after.parts if one.name]
    assert named == [
        ("40", "40.0\u00a0GB"),
        ("30", "30.0\u00a0GB"),
        ("3", "3.0\u00a0GB"),
        ("everything else", "3.0\u00a0GB"),
        ("Old versions, deleted files", "20.0\u00a0GB"),
    ]
    assert sum(one.share for one in after.parts) == pytest.approx(0.5), "with what surrounds it"
    found.storage_plan = Entitlement(
        source=Source.SERVICE, as_of=NOW, computers=(Computer(name="a"), Computer(name="b"))
    )
    shared = storage_view(found, NOW)
    assert shared is not None
    assert "Old versions, other computers" in [one.name for one in shared.parts]


def test_more_is_to_be_had_on_the_page_that_the_plan_names(qtbot: QtBot) -> None:
    found = situation(seen())
    page = StoragePage()
    qtbot.addWidget(page)
    buttons = {
        name: page.findChild(QPushButton, name) for name in ("get-more-storage", "manage-plan")
    }
    pages: list[str] = []
    page.page_wanted.connect(pages.append)
    for buy, manage in (("https://keep.example.net/#offers", "file:///home"), ("", "http://here")):
        found.storage_plan = Entitlement(
            source=Source.SERVICE, as_of=NOW, buy_url=buy, manage_url=manage
        )
        page.show_view(storage_view(found, NOW))
        for button in buttons.values():
            assert button is not None
            if not button.isHidden():
                button.click()
    assert pages == ["https://keep.example.net/#offers", "http://here"], "a file is no page"


def test_a_place_that_nothing_is_stored_at_says_so(qtbot: QtBot) -> None:
    found = situation(seen())
    found.overview = None
    assert storage_view(found, NOW) is None, "the engine has not told yet"
    found.answered = True
    view = storage_view(found, NOW)
    assert view is not None
    page = StoragePage()
    qtbot.addWidget(page)
    page.show_view(view)
    assert "Nothing is stored yet" in words(page)


@pytest.mark.parametrize(
    ("limit", "text"), [(0, ""), (7 * GB, "7"), (GB // 2, "0.5"), (123_456_789, "0.123")]
)
def test_a_limit_is_shown_and_is_another_only_if_somebody_types_it(
    qtbot: QtBot, limit: int, text: str
) -> None:
    page = StoragePage()
    qtbot.addWidget(page)
    view = storage_view(situation(seen(), limit), NOW)
    assert view is not None
    page.show_view(view)
    field = page.findChild(QLineEdit)
    assert isinstance(field, QLineEdit)
    assert field.text() == text
    chosen: list[object] = []
    page.limit_chosen.connect(chosen.append)
    field.editingFinished.emit()
    field.setText("1.5")
    field.editingFinished.emit()
    field.setText("")
    field.editingFinished.emit()
    assert chosen == ([1_500_000_000, 0] if limit else [1_500_000_000])


# --- on a real engine -----------------------------------------------------------------------------

PASSWORD = "open sesame"  # made up, and of no use outside the tests


class Desk:
    """A computer with a plan, its engine and its window."""

    def __init__(self, folder: Path, qtbot: QtBot) -> None:
        self.data, self.source = folder / "data", folder / "Documents"
        self.qtbot = qtbot
        self.source.mkdir()
        for number in range(8):
            (self.source / f"letter-{number}.txt").write_bytes(random_bytes(number, 30_000))
        secrets = SecretStore(self.data, use_keyring=False)
        location = str(folder / "drive")
        make_repository(Place(location=location, password=PASSWORD, data_dir=str(self.data)))
        secrets.keep(SecretName.PASSWORD, PASSWORD)
        plan = BackupPlan(
            storage=Storage(location=location),
            folders=(str(self.source),),
            schedule=Schedule(when=When.BY_HAND),
        )
        save_plan(self.data, plan)
        start_engine(self.data)
        self.app = App(self.data, SystemClock(), secrets)
        qtbot.addWidget(self.app.window)
        self.app.start()

    def close(self) -> None:
        self.app.close()
        end_engine(self.data)

    def meet(self, name: bytes) -> None:
        """A run could not read this file, and noted it."""
        [source] = sources(folders(str(self.data)))
        manifest = Manifest.open(source.folder)
        path = os.fsencode(self.source) + b"/" + name
        with manifest.transaction():
            manifest.problems.met(1, path, "in-use", "Text file busy", 1)
        manifest.close()

    def back_up(self) -> None:
        situation = self.app.controller.situation
        self.app.home.back_up_now.emit()
        self.qtbot.waitUntil(lambda: situation.summary is not None, timeout=PATIENCE_MS)
        self.qtbot.waitUntil(
            lambda: situation.overview is not None and situation.overview.last_complete is not None,
            timeout=PATIENCE_MS,
        )


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot)
    yield desk
    desk.close()


def words(widget: QWidget) -> str:
    found = (getattr(child, "text", None) for child in widget.findChildren(QWidget))
    return "\n".join(str(text()) for text in found if callable(text))


def test_home_leads_to_the_run_of_a_day_and_storage_keeps_a_limit(desk: Desk, qtbot: QtBot) -> None:
    desk.back_up()
    home, pages, window = desk.app.home, desk.app.overview, desk.app.window

    def told() -> bool:
        return home.view is not None and any("Backed up" in one.text for one in home.view.lately)

    qtbot.waitUntil(told, timeout=PATIENCE_MS)
    assert home.view is not None
    assert home.view.storage is not None
    home.open_run.emit(home.view.runs[-1])
    assert window.current is PageName.HISTORY
    qtbot.waitUntil(lambda: any(row.opened for row in pages.history.rows), timeout=PATIENCE_MS)
    assert "8 new, 0 changed" in words(pages.history)
    window.go_to(PageName.STORAGE)
    qtbot.waitUntil(lambda: "Documents" in words(pages.storage), timeout=PATIENCE_MS)  # is counted
    pages.storage.limit_chosen.emit(7 * GB)

    def limit() -> int:
        plan = load_plan(desk.data)
        return 0 if plan is None else plan.storage.limit

    qtbot.waitUntil(lambda: limit() == 7 * GB, timeout=PATIENCE_MS)


def test_problems_are_shown_saved_as_a_list_and_leave_when_they_are_over(
    desk: Desk, qtbot: QtBot, tmp_path: Path
) -> None:
    desk.back_up()
    controller, problems = desk.app.controller, desk.app.overview.problems
    situation = controller.situation
    assert situation.plan is not None
    desk.meet(b"letter-1.txt")
    controller.take_plan(situation.plan)  # which looks again
    qtbot.waitUntil(
        lambda: problems.view is not None and len(problems.view.groups) == 1, timeout=PATIENCE_MS
    )
    assert "letter-1.txt" in words(problems)
    assert "Your data" in words(problems)
    file = tmp_path / "problems.csv"
    problems.save_list.emit(file)
    qtbot.waitUntil(
        lambda: file.exists() and "letter-1.txt" in file.read_text(), timeout=PATIENCE_MS
    )
    situation.last = None
    problems.try_now.emit()
    qtbot.waitUntil(
        lambda: problems.view is not None and problems.view.title == "No problems",
        timeout=PATIENCE_MS,
    )
    assert problems.view is not None
    assert problems.view.over.startswith("Over this week: 1 problem")
