"""A person who helps: the wait, the place in line and the conversation, in words and in the window
over a real engine and the real account service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot

from backupclient.account_server.ticket_tables import Idea
from backupclient.account_server.tickets import Tickets
from backupclient.clock import SystemClock
from backupclient.errors import AccountUnreachable
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.secret_store import SecretStore
from backupclient.wire.household import AccountState, AccountStatus
from backupclient.wire.tickets import HelpStatus, Ticket, TicketMessage, TicketState, Wait, Wish
from tests.accounts import Accounts
from tests.households import Member
from tests.patience import PATIENCE_MS
from tests.ui.test_home import SAFE
from ui import notices, translations
from ui.app import App
from ui.dialogs.idea import IdeaDialog
from ui.dialogs.question import Question
from ui.dialogs.report import ReportDialog
from ui.pages.help_person import PersonCard
from ui.pages.page import PageName
from ui.preferences import Preferences
from ui.situation import Situation
from ui.theme import Theme
from ui.wording_help import PersonView, Stage, how_long, person_view

NOW = datetime(2026, 11, 3, 21, 10, tzinfo=UTC)
SIGNED_IN = AccountStatus(state=AccountState.SIGNED_IN)
TICKET = Ticket(
    ticket_id="0" * 24, number=17, subject="My photos", state=TicketState.WAITING, created=NOW
)


@pytest.fixture
def english(theme: Theme, any_language: QApplication) -> None:
    QLocale.setDefault(QLocale("en"))
    translations.install(any_language, QLocale("en"))


def wait(least: int | None, most: int | None = None, before: int = 0) -> Wait:
    most = least if most is None else most
    return Wait(people_before=before, agents_here=True, least_seconds=least, most_seconds=most)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Wait(), "Nobody is there now"),
        (wait(None), "Not known yet"),
        (wait(0), "Somebody is there now"),
        (wait(40), "Less than a minute"),
        (wait(60), "About 1 minute"),
        (wait(370), "About 6 minutes"),
        (wait(30, 1500), "1 to 25 minutes"),
        (wait(3600, 9000), "1 to 2 hours"),
        (wait(10_000), "About 3 hours"),
    ],
)
@pytest.mark.usefixtures("english")
def test_the_wait_is_said_as_it_is_known(asked: Wait, said: str) -> None:
    assert how_long(asked) == said


def shown(status: HelpStatus | None = None, asked: Wait | None = None) -> PersonView:
    return person_view(SIGNED_IN, status, asked, NOW)


def with_ticket(state: TicketState, **more: object) -> HelpStatus:
    return HelpStatus(ticket=msgspec.structs.replace(TICKET, state=state, **more))


@pytest.mark.usefixtures("english")
def test_each_state_has_a_stage_of_its_own() -> None:
    there = person_view(None, None, None, NOW, "help@example.org")
    assert (there.stage, "help@example.org" in there.line) == (Stage.NO_SERVICE, True)
    released = AccountStatus(state=AccountState.RELEASED)
    assert person_view(released, None, None, NOW).trouble
    failed = person_view(SIGNED_IN, None, AccountUnreachable(), NOW)
    assert (failed.stage, failed.trouble) == (Stage.ASK, "The account service does not answer.")
    assert shown(asked=wait(360, before=1)).head == "1 person is before you"
    waiting = shown(with_ticket(TicketState.WAITING, wait=wait(360, before=2)))
    assert (waiting.stage, waiting.head) == (Stage.WAITING, "2 people are before you")
    assert shown(with_ticket(TicketState.YOUR_TURN)).large == "It is your turn"
    ended = with_ticket(TicketState.CLOSED)
    rated = msgspec.structs.replace(ended, rated=True)
    assert [shown(one).stage for one in (ended, rated)] == [Stage.ENDED, Stage.RATED]
    quiet = with_ticket(TicketState.CLOSED, closed_by_itself=True)
    assert "goes on here, with the same number" in shown(quiet).line


def test_the_card_keeps_what_is_typed_and_asks_how_it_ended(theme: Theme, qtbot: QtBot) -> None:
    card = PersonCard()
    qtbot.addWidget(card)
    card.show()
    card.show_view(shown(with_ticket(TicketState.OPEN)))
    QTest.keyClicks(card.talk.words, "A bar")
    message = TicketMessage(by_agent=True, at=NOW, words="What do you see?")
    card.show_view(shown(with_ticket(TicketState.OPEN, messages=(message,))))
    assert card.conversation.isVisible()
    with qtbot.waitSignal(card.said, timeout=PATIENCE_MS) as told:
        card.talk.button.click()
    assert told.args == ["A bar"]
    card.talk.end_button.click()
    assert card.rating.isVisible()
    assert not card.talk.isVisible()
    with qtbot.waitSignal(card.closed, timeout=PATIENCE_MS) as told:
        card.rating.no.click()
    assert told.args == [False, ""]
    card.rating.back.click()
    assert card.talk.isVisible()


def test_it_is_told_when_it_is_one_s_turn_and_once_for_each_answer(theme: Theme) -> None:
    situation = Situation(None)
    situation.reachable, situation.account = True, SIGNED_IN
    preferences = Preferences()
    message = TicketMessage(by_agent=True, at=NOW, words="What do you see?")
    mine = msgspec.structs.replace(message, by_agent=False)
    told = []
    for status in (
        with_ticket(TicketState.WAITING),
        with_ticket(TicketState.YOUR_TURN),
        with_ticket(TicketState.YOUR_TURN),
        with_ticket(TicketState.OPEN, messages=(message,)),
        with_ticket(TicketState.OPEN, messages=(message, message)),
        with_ticket(TicketState.OPEN, messages=(message, message, mine)),
        with_ticket(TicketState.SOLVED, messages=(message,)),
    ):
        situation.help = status
        decision = notices.decide(SAFE, situation, preferences, NOW)
        preferences = decision.preferences
        told.append(([one.cause for one in decision.tell], set(decision.withdraw)))
    assert told == [
        ([], set()),
        (["your-turn"], set()),
        ([], set()),
        (["answered 1"], {"your-turn"}),
        (["answered 2"], {"answered 1"}),
        ([], {"answered 2"}),
        ([], set()),
    ]
    situation.help = with_ticket(TicketState.YOUR_TURN)
    situation.account = None
    assert notices.of_person(situation) is None, "signed out since"


class Desk(Member):
    """A computer of a household, and its window."""

    def open(self, qtbot: QtBot) -> App:
        self.qtbot = qtbot
        self.app = App(self.data, SystemClock(), SecretStore(self.data, use_keyring=False))
        self.app.start()
        self.app.window.go_to(PageName.HELP)
        self.dialogs: list[QDialog] = []
        self.app.person_wishes.opened.connect(self.dialogs.append)
        return self.app

    def wait(self, true: Callable[[], bool]) -> None:
        self.qtbot.waitUntil(true, timeout=PATIENCE_MS)

    @property
    def card(self) -> PersonCard:
        return self.app.help.person

    def until(self, true: Callable[[], bool], seconds: float = 60.0) -> float:  # the window works
        self.qtbot.waitUntil(true, timeout=PATIENCE_MS)
        return 0.0

    def until_large(self, words: str) -> None:
        self.wait(lambda: self.card.view is not None and self.card.view.large == words)


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    with Desk(tmp_path / "desk", "desk") as desk:
        desk.qtbot = qtbot
        storage = Storage(location=str(tmp_path / "drive"))
        by_hand = Schedule(when=When.BY_HAND)
        save_plan(
            desk.data,
            BackupPlan(storage=storage, folders=(str(desk.source),), schedule=by_hand),
        )
        yield desk
        desk.app.close()


def take_place(desk: Desk) -> None:
    """With a report that was looked at."""
    ask = desk.card.ask
    ask.wishes[Wish.TOGETHER].click()
    QTest.keyClicks(ask.subject, "My photos")
    ask.see_report.emit()
    report = desk.dialogs.pop()
    assert isinstance(report, ReportDialog)
    desk.wait(report.save_button.isEnabled)
    report.save_button.click()
    desk.wait(ask.report.isChecked)
    ask.button.click()
    desk.wait(lambda: desk.card.view is not None and desk.card.view.stage is Stage.WAITING)
    desk.wait(lambda: desk.card.talk.report.text() == "Your report is there.")


def send_idea(desk: Desk) -> None:
    desk.app.help.idea_wanted.emit()
    idea = desk.dialogs.pop()
    assert isinstance(idea, IdeaDialog)
    assert not idea.button.isEnabled()
    QTest.keyClicks(idea.words, "A dark icon")
    idea.choice.setCurrentIndex(idea.choice.findData(PageName.HOME))
    assert idea.preview.isVisible()
    with desk.qtbot.waitSignal(idea.accepted, timeout=PATIENCE_MS):
        idea.button.click()


@pytest.mark.needs_seaweed
def test_from_the_wait_to_solved(desk: Desk, qtbot: QtBot, accounts: Accounts) -> None:
    agent = accounts.found(name="Support")
    tickets = Tickets(accounts.service)
    tickets.make_agent(agent.email)
    tickets.agent_here(agent.person_id)
    home = accounts.found()
    desk.sign_in(accounts.url, lambda status: accounts.approve(home, status.user_code))
    desk.open(qtbot)
    desk.until_large("Somebody is there now")
    take_place(desk)
    [(row, *_)] = tickets.at_hand()
    assert (row.subject, row.wish) == ("My photos", "together")
    content = tickets.seen_by_agent(row.id)[2]
    assert content is not None
    assert content.startswith(b"PK")
    desk.card.talk.leave_button.click()
    question = desk.dialogs.pop()
    assert isinstance(question, Question)
    question.reject()

    desk.app.close()
    tickets.take_next(agent.person_id)
    desk.open(qtbot)
    desk.until_large("It is your turn")
    assert "your-turn" in desk.app.preferences.told
    QTest.keyClicks(desk.card.talk.words, "They are gone")
    desk.card.talk.button.click()
    desk.wait(lambda: not desk.card.talk.words.toPlainText())
    tickets.answer(row.id, "I see. Look here.")
    desk.wait(lambda: desk.card.view is not None and len(desk.card.view.said) == 2)
    desk.card.talk.end_button.click()
    desk.card.rating.yes.click()
    desk.until_large("Solved")
    assert tickets.seen_by_agent(row.id)[0].state == "solved"

    send_idea(desk)
    with accounts.service.database.reading() as session:
        [kept] = session.query(Idea).all()
        assert (kept.words, (kept.picture or b"")[:4]) == ("A dark icon", b"\x89PNG")
    desk.card.again_button.click()
    desk.until_large("Somebody is there now")
