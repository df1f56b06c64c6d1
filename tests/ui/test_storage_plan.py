"""The storage plan in the window: what is said of it, and the walk on a real engine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.events import JobState, Waiting
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.requests import Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.wire.entitlement import (
    Entitlement,
    Late,
    Pending,
    PlanState,
    Source,
    Step,
    StepCode,
    StepState,
    Trouble,
    Walk,
)
from backupclient.wire.failure import Failure
from backupclient.wire.jobs import JobInfo, JobKind, Jobs, Outcome
from backupclient.wire.protocol import Batch
from tests.cheap_key import make_repository
from tests.engines import end_engine
from tests.patience import PATIENCE_MS
from tests.trees import random_bytes
from ui import notices, translations
from ui.app import App
from ui.controller import Controller
from ui.links import AppLink
from ui.pages.home_view import Mood
from ui.pages.page import PageName
from ui.pages.storage_plan import WalkCard
from ui.preferences import Preferences
from ui.situation import Situation
from ui.theme import Theme
from ui.widgets.buttons import Button
from ui.widgets.steps import Step as Tick
from ui.wording import headline, home_view
from ui.wording_plan import plan_line, plan_notes, walk_lines
from ui.wording_problems import problems_view

NOW = datetime(2026, 11, 20, 14, 31, tzinfo=UTC)
GB, MB = 10**9, 10**6
PASSWORD = "open sesame"  # made up, and of no use outside the tests


def plan(**facts: object) -> Entitlement:
    known = {"source": Source.SERVICE, "as_of": NOW, "name": "Family", "limit": 200 * GB}
    return Entitlement(**{**known, **facts})  # type: ignore[arg-type]


# --- words ----------------------------------------------------------------------------------------


def plain(one: Entitlement) -> str:
    return plan_line(one).replace("\xa0", " ")


def test_a_plan_says_its_size_and_its_renewal() -> None:
    renews = NOW + timedelta(days=100)
    assert plain(plan(renews=renews)) == "Family, 200 GB · renews on 28 February 2027"
    ends = plan(state=PlanState.CANCELLED, ends=renews)
    assert plain(ends) == "Family, 200 GB · ends on 28 February 2027"
    assert plan_line(plan(source=Source.OWN_LIMIT)) == "", "the page has its own words for that"


@pytest.mark.parametrize(
    ("one", "says"),
    [
        (plan(used=10 * GB), ()),
        (plan(used=195 * GB), ("Nearly full: 5.0 GB are left.",)),
        (plan(used=230 * GB), ("30.0 GB more are stored than fit now", "Nothing is deleted")),
        (plan(writable=False), ("The storage takes nothing more", "by itself")),
        (plan(state=PlanState.PAST_DUE), ("A payment is late. Everything goes on",)),
        (
            plan(state=PlanState.LAPSED, data_kept_until=NOW + timedelta(days=30)),
            ("has ended. Restoring goes on", "kept until 20 December 2026"),
        ),
        (
            plan(as_of=NOW - timedelta(hours=3), trouble=Trouble(code="account-unreachable")),
            ("The account service does not answer", "as it was today", "restores go on"),
        ),
        (
            plan(as_of=NOW - timedelta(days=31), trouble=Trouble(code="account-unreachable")),
            ("The account service does not answer", "may not hold any more", "as long as"),
        ),
        (plan(pending=Pending(300 * GB, NOW)), ("300 GB are paid for and on their way",)),
    ],
)
def test_what_is_not_as_usual_is_said(one: Entitlement, says: tuple[str, ...]) -> None:
    words = " ".join(note.words for note in plan_notes(one, NOW)).replace("\xa0", " ")
    assert bool(words) == bool(says)
    for part in says:
        assert part in words


def line(step: Step) -> tuple[Tick, str, str, str]:
    (found,) = walk_lines(Walk((step,)), {}, "Study PC", NOW)
    return found


@pytest.mark.parametrize(
    ("step", "name", "detail"),
    [
        (
            Step(
                code=StepCode.PLAN,
                state=StepState.DONE,
                facts={"limit": 200 * GB, "before": 100 * GB},
            ),
            "You may store 200 GB",
            "was 100 GB",
        ),
        (
            Step(
                code=StepCode.PLAN,
                state=StepState.NOT_YET,
                facts={"limit": 100 * GB, "late": Late.PAYMENT},
            ),
            "You may store 100 GB",
            "the payment is not confirmed yet",
        ),
        (
            Step(
                code=StepCode.PLAN,
                state=StepState.NOT_YET,
                facts={"limit": 100 * GB, "late": Late.STORAGE},
            ),
            "You may store 100 GB",
            "the storage gets it within minutes by itself",
        ),
        (
            Step(code=StepCode.STORAGE, state=StepState.NOT_YET),
            "The storage takes no more yet",
            "asked again every few seconds",
        ),
        (
            Step(
                code=StepCode.ACCOUNT,
                state=StepState.NOT_YET,
                trouble=Trouble(code="account-unreachable"),
            ),
            "The account service does not answer",
            "asked again by itself",
        ),
        (
            Step(code=StepCode.OTHER_COMPUTER, state=StepState.NOT_YET, subject="Study PC"),
            "Study PC",
            "will know when it is next on",
        ),
        (
            Step(
                code=StepCode.WAITING_FILES,
                state=StepState.DONE,
                facts={"jobs": 1, "files": 214, "bytes": 12 * GB},
            ),
            "214 waiting files go on",
            "12.0 GB",
        ),
    ],
)
def test_a_step_says_who_is_late_and_what_happens_next(
    any_language: QApplication, step: Step, name: str, detail: str
) -> None:
    translations.install(any_language)
    found = [str(part).replace("\xa0", " ") for part in line(step)]
    assert found[1] == name
    assert detail in found[2]
    assert "support" not in found[2]


# --- what clears by itself ------------------------------------------------------------------------

JOB = JobInfo(
    job="1",
    kind=JobKind.BACKUP,
    location="/drive",
    subject=("/home",),
    state=JobState.WAITING,
    created=NOW,
    waiting=Waiting(code="storage-full", seconds=60),
)


FULL = "Your storage is full"


def test_a_full_storage_that_has_room_again_leaves_the_sentence_and_the_problems_at_once() -> None:
    situation = Situation(BackupPlan(storage=Storage(location="/drive"), folders=("/home",)))
    situation.take_jobs(Jobs(id=1, jobs=(JOB,)), NOW)
    failed = Outcome(state=JobState.FAILED, failure=Failure(code="storage-full"))
    situation.take_batch(Batch(job="1", outcome=failed), NOW)
    assert headline(situation, None, NOW)[0] is Mood.FULL
    assert [group.title for group in problems_view(situation, NOW).groups] == [FULL]
    later = NOW + timedelta(seconds=5)
    situation.take_batch(Batch(job="", plan=plan(writable=True, tried_at=later)), later)
    assert headline(situation, None, later)[0] is not Mood.FULL
    assert situation.trouble is None
    assert problems_view(situation, later).groups == ()


def test_the_notification_of_a_full_storage_goes_when_it_goes_on() -> None:
    situation = Situation(BackupPlan(storage=Storage(location="/drive"), folders=("/home",)))
    situation.take_jobs(Jobs(id=1, jobs=(JOB,)), NOW)
    said = notices.decide(home_view(situation, None, NOW), situation, Preferences(), NOW)
    assert [notice.cause for notice in said.tell] == ["storage-full"]
    situation.set_state(JobState.RUNNING)
    gone = notices.decide(home_view(situation, None, NOW), situation, said.preferences, NOW)
    assert gone.withdraw == {"storage-full"}


# --- on a real engine -----------------------------------------------------------------------------


class Desk:
    """A computer whose limit is too small for what is on it."""

    def __init__(self, folder: Path) -> None:
        self.data, self.source = folder / "data", folder / "Documents"
        self.source.mkdir()
        for number in range(20):
            (self.source / f"letter-{number}.txt").write_bytes(random_bytes(number, 100_000))
        secrets = SecretStore(self.data, use_keyring=False)
        location = str(folder / "drive")
        make_repository(Place(location=location, password=PASSWORD, data_dir=str(self.data)))
        secrets.keep(SecretName.PASSWORD, PASSWORD)
        self.location = location
        self.save(limit=MB)
        self.app = App(self.data, SystemClock(), secrets)

    def save(self, *, limit: int) -> None:
        save_plan(
            self.data,
            BackupPlan(
                storage=Storage(location=self.location, limit=limit),
                folders=(str(self.source),),
                computer="Study PC",
                schedule=Schedule(when=When.BY_HAND),
            ),
        )

    @property
    def controller(self) -> Controller:
        return self.app.controller


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    qtbot.addWidget(desk.app.window)
    yield desk
    desk.app.close()
    end_engine(desk.data)


def test_from_a_full_storage_to_safe_with_one_click(desk: Desk, qtbot: QtBot) -> None:
    app, situation = desk.app, desk.controller.situation
    app.start()
    qtbot.waitUntil(lambda: situation.reachable, timeout=PATIENCE_MS)
    app.home.back_up_now.emit()

    def full() -> bool:
        bought = situation.storage_plan
        return situation.waiting is not None and bought is not None and bought.writable is False

    qtbot.waitUntil(full, timeout=PATIENCE_MS)
    assert headline(situation, situation.status, NOW)[0] is Mood.FULL
    desk.save(limit=100 * MB)  # as by somebody who has bought more
    app.window.go_to(PageName.STORAGE)
    page = app.overview.storage
    button = page.findChild(Button, "more-storage")
    card = page.findChild(WalkCard)
    assert isinstance(button, Button)
    assert isinstance(card, WalkCard)
    assert card.isHidden()
    button.click()
    qtbot.waitUntil(lambda: situation.walk is not None and situation.walk.done, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.view is not None and len(page.view.walk) == 4, timeout=PATIENCE_MS)
    assert page.view is not None
    assert {one.tick for one in page.view.walk} == {Tick.DONE}
    assert not card.isHidden()
    qtbot.waitUntil(lambda: situation.summary is not None, timeout=PATIENCE_MS)
    assert situation.trouble is None
    card.closed.emit()
    qtbot.waitUntil(card.isHidden, timeout=PATIENCE_MS)

    app.window.go_to(PageName.HOME)
    app.open_wish(f"{AppLink.BOUGHT}?now=1")
    assert situation.walk is None, "no link but ours does anything"
    app.open_wish(AppLink.BOUGHT)
    assert app.window.current is PageName.STORAGE
    qtbot.waitUntil(lambda: situation.walk is not None and situation.walk.done, timeout=PATIENCE_MS)
