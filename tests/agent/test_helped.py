"""An engine whose user is helped by a person: the place in line outlives engine and service."""

from __future__ import annotations

import queue
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from backupclient.account.membership import load_membership, save_membership
from backupclient.account.person import REPORT_NAME
from backupclient.account_server.ticket_archive import Archive
from backupclient.account_server.tickets import Tickets
from backupclient.errors import (
    AccountRefused,
    AccountUnreachable,
    EngineGone,
    InvalidRequest,
    NotSignedIn,
)
from backupclient.link import Link
from backupclient.storage.seaweed import EmbeddedServer
from backupclient.wire.jobs import Jobs, Subscribe
from backupclient.wire.tickets import (
    AskWait,
    CloseTicket,
    HelpStatus,
    IdeaSent,
    Say,
    SendIdea,
    SendReport,
    ShowTicket,
    TakePlace,
    TicketShown,
    TicketState,
    WaitShown,
    Wish,
)
from tests.accounts import PICTURE, Accounts, running, storage_of
from tests.end_to_end.mishaps import fill, small_disk
from tests.fakes import ManualClock
from tests.households import Member
from tests.patience import PATIENCE

pytestmark = pytest.mark.needs_seaweed


class Asker(Member):
    """A computer whose user asks."""

    def shown(self, *, look: bool = False) -> HelpStatus:
        request = ShowTicket(id=self.link.new_id(), look=look)
        return self.link.ask(request, TicketShown).status

    def take_place(self, subject: str, report: Path | None = None) -> HelpStatus:
        request = TakePlace(
            id=self.link.new_id(),
            subject=subject,
            wish=Wish.STEPS,
            code="storage-full",
            report="" if report is None else str(report),
        )
        return self.link.ask(request, TicketShown).status

    def say(self, words: str) -> HelpStatus:
        return self.link.ask(Say(id=self.link.new_id(), words=words), TicketShown).status

    def close(self, *, solved: bool) -> HelpStatus:
        request = CloseTicket(id=self.link.new_id(), solved=solved)
        return self.link.ask(request, TicketShown).status

    @contextmanager
    def news(self) -> Iterator[Callable[[Callable[[HelpStatus], bool]], HelpStatus]]:
        """Wait for news of being helped that are as is wanted."""
        told: queue.Queue[HelpStatus] = queue.Queue()
        with Link(self.data, PATIENCE) as link:
            link.ask(Subscribe(id=link.new_id()), Jobs)

            def listen() -> None:
                try:
                    for batch in link.news():
                        if batch.help is not None:
                            told.put(batch.help)
                except EngineGone:
                    pass

            thread = threading.Thread(target=listen)
            thread.start()

            def until(wanted: Callable[[HelpStatus], bool]) -> HelpStatus:
                while not wanted(status := told.get(timeout=PATIENCE)):
                    pass
                return status

            yield until
        thread.join(PATIENCE)


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    with Asker(tmp_path / "desk", "desk") as asker:
        yield asker


def sign_in(asker: Asker, accounts: Accounts) -> None:
    home = accounts.found()
    asker.sign_in(accounts.url, lambda status: accounts.approve(home, status.user_code))


def come(accounts: Accounts) -> str:
    """An agent looks at the page; the person's id."""
    agent = accounts.found(name="Support")
    tickets = Tickets(accounts.service)
    tickets.make_agent(agent.email)
    tickets.agent_here(agent.person_id)
    return agent.person_id


def report(folder: Path) -> Path:
    file = folder / "made.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("bundle.json", "{}")
    return file


def state_of(status: HelpStatus) -> TicketState | None:
    return None if status.ticket is None else status.ticket.state


def test_a_place_outlives_restarts_of_the_engine_and_of_the_service(
    asker: Asker, account_storage: EmbeddedServer, tmp_path: Path
) -> None:
    database, storage = f"sqlite:///{tmp_path / 'account.db'}", storage_of(account_storage)
    with running(database, storage, ManualClock()) as accounts:
        with pytest.raises(NotSignedIn):
            asker.take_place("My photos")
        sign_in(asker, accounts)
        with pytest.raises(InvalidRequest, match="no-ticket"):
            asker.say("Hello?")
        wait = asker.link.ask(AskWait(id=asker.link.new_id()), WaitShown).wait
        assert (wait.people_before, wait.agents_here, wait.most_seconds) == (0, False, None)
        taken = asker.take_place("My photos", report(tmp_path))
        assert asker.take_place("Something else").ticket == taken.ticket
        assert taken.ticket is not None
        assert (taken.ticket.subject, taken.ticket.wish) == ("My photos", Wish.STEPS)
        assert (taken.ticket.has_report, taken.report_waits) == (True, False)
        assert not (asker.data / REPORT_NAME).exists()
        number = taken.ticket.number
    asker.link.ask(SendReport(id=asker.link.new_id(), report=str(report(tmp_path))), TicketShown)
    asker.until(lambda: asker.shown(look=True).failure is not None)
    with pytest.raises(AccountUnreachable):
        asker.say("Is anybody there?")
    with asker.stopped():
        pass
    kept = asker.shown()
    assert kept.ticket is not None, "known at once, though nobody can be asked"
    assert (kept.ticket.number, kept.ticket.state) == (number, TicketState.WAITING)
    assert kept.report_waits, "it goes when the service is back"
    with running(database, storage, ManualClock()) as accounts:
        with asker.stopped():
            membership = load_membership(asker.data)
            save_membership(asker.data, msgspec.structs.replace(membership, address=accounts.url))
        asker.until(lambda: not asker.shown().report_waits)
        assert Tickets(accounts.service).take_next(come(accounts)) == kept.ticket.ticket_id
        asker.until(lambda: state_of(asker.shown()) is TicketState.YOUR_TURN)


def test_what_is_said_is_news_and_somebody_says_how_it_ended(
    asker: Asker, accounts: Accounts
) -> None:
    sign_in(asker, accounts)
    agent, tickets = come(accounts), Tickets(accounts.service)
    ticket = asker.take_place("My photos").ticket
    assert ticket is not None
    assert ticket.wait is not None
    assert (ticket.wait.people_before, ticket.wait.most_seconds) == (0, 0)
    with asker.news() as until:
        tickets.take_next(agent)
        until(lambda status: state_of(status) is TicketState.YOUR_TURN)
        tickets.answer(ticket.ticket_id, "What do you see?")
        told = until(lambda status: state_of(status) is TicketState.OPEN)
        assert told.ticket is not None
        assert [(one.by_agent, one.words) for one in told.ticket.messages] == [
            (True, "What do you see?")
        ]
        said = asker.say("A bar").ticket
        assert said is not None
        assert said.messages[-1].words == "A bar"
        (asker.data / "ticket.json").unlink()
        with asker.stopped():
            pass
    assert asker.shown().ticket is None
    found = asker.take_place("Again").ticket
    assert found is not None, "the service still knows of the place"
    assert found.ticket_id == ticket.ticket_id
    tickets.end(ticket.ticket_id, solved=False)
    asker.until(lambda: state_of(asker.shown()) is TicketState.CLOSED)
    assert not asker.shown().rated
    assert asker.close(solved=False).rated
    Archive(accounts.service).reopen(ticket.ticket_id, agent)
    asker.until(lambda: state_of(asker.shown()) is TicketState.YOUR_TURN)
    assert not asker.shown().rated
    closed = asker.close(solved=True)
    assert (state_of(closed), closed.rated) == (TicketState.SOLVED, True)
    idea = SendIdea(id=asker.link.new_id(), words="A dark icon", picture=PICTURE)
    asker.link.ask(idea, IdeaSent)
    after = asker.take_place("Another question")
    assert after.ticket is not None
    assert (after.ticket.number > ticket.number, after.rated) == (True, False)
    sign_in(asker, accounts)
    # The service says so, or the engine does, which may have been told already.
    with pytest.raises((AccountRefused, InvalidRequest)):
        asker.say("In another household nobody knows of it")
    assert asker.shown().ticket is None


@pytest.mark.needs_root
def test_who_has_no_room_left_is_helped_too(accounts: Accounts, tmp_path: Path) -> None:
    """Nothing of the place and the report can be kept: they go along all the same."""
    made = report(tmp_path)
    with small_disk(tmp_path / "desk", "4m") as disk, Asker(disk, "desk") as asker:
        sign_in(asker, accounts)
        fill(disk)
        status = asker.take_place("My disk is full", made)
        assert state_of(status) is TicketState.WAITING
        assert status.ticket is not None
        assert status.ticket.has_report
        assert not (asker.data / REPORT_NAME).exists()
