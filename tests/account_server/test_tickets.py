"""Being helped by a person: the line, its estimate, what is said, and who may read it."""

from __future__ import annotations

import base64
import contextlib
import email
import email.policy
import functools
import io
import struct
import threading
import uuid
import zipfile
import zlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from backupclient.account_server.ideas import Ideas
from backupclient.account_server.problems import Problem
from backupclient.account_server.ticket_archive import Archive, How
from backupclient.account_server.ticket_wait import Wait, estimate
from backupclient.account_server.tickets import Tickets
from tests.accounts import Accounts, Computer

MINUTE, DAY = 60.0, 86400.0


def png(width: int, height: int) -> bytes:
    """Says that it is so large; what it shows is not all there."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        whole = kind + content
        return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
    return b"\x89PNG\r\n\x1a\n" + head + pixels + chunk(b"IEND", b"")


PICTURE = base64.b64encode(png(8, 8)).decode()


@pytest.mark.parametrize(
    ("before", "agents", "at_work", "took", "wait"),
    [
        (0, 0, 0, [300.0] * 9, None),  # nobody is there
        (0, 1, 0, [], Wait(0, 0)),  # somebody has nothing to do
        (0, 1, 1, [], None),  # nobody knows
        (0, 1, 1, [300.0] * 5, Wait(300, 300)),
        (2, 1, 1, [100.0, 200.0, 300.0, 400.0, 9000.0], Wait(900, 900)),  # the middle, no outlier
        (2, 3, 3, [300.0] * 5, Wait(300, 300)),
        (2, 3, 1, [300.0] * 5, Wait(100, 100)),
        (1, 1, 1, [100.0, 400.0], Wait(200, 800)),  # few: as wide as what is known
    ],
)
def test_the_estimate(
    before: int, agents: int, at_work: int, took: list[float], wait: Wait | None
) -> None:
    assert estimate(before, agents, at_work, took) == wait


# Where the two databases do not differ.
on_sqlite = pytest.mark.parametrize("any_accounts", ["sqlite"], indirect=True)


@pytest.fixture(name="accounts")
def over_either_database(any_accounts: Accounts) -> Iterator[Accounts]:
    """With nobody in the line afterwards."""
    yield any_accounts
    tickets = Tickets(any_accounts.service)
    for one in tickets.at_hand():
        tickets.end(one.ticket.id, solved=False)
    any_accounts.clock.advance(300)


@pytest.fixture
def agent(accounts: Accounts) -> str:
    """The person id of an agent who has a look now."""
    home = accounts.found(name="Support")
    tickets = Tickets(accounts.service)
    tickets.make_agent(home.email.upper())
    tickets.agent_here(home.person_id)
    return home.person_id


def asking(accounts: Accounts, name: str) -> Computer:
    return accounts.sign_in(accounts.found(name=f"Home of {name}"), name)


def place(accounts: Accounts, computer: Computer, key: str = "") -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {computer.token}",
        "Idempotency-Key": key or uuid.uuid4().hex,
    }
    asked = {"subject": "My photos", "wish": "steps", "code": "storage-full"}
    return accounts.http.post("/v1/tickets", headers=headers, json=asked)


def archive(members: dict[str, bytes]) -> bytes:
    """A report by its form."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as report:
        for name, member in {"bundle.json": b"{}", **members}.items():
            report.writestr(name, member)
    return content.getvalue()


def test_from_the_line_to_solved(accounts: Accounts, agent: str) -> None:
    tickets = Tickets(accounts.service)
    first, second = asking(accounts, "first"), asking(accounts, "second")
    told = accounts.ask(first, "GET", "/v1/support/wait").json()
    assert told == {
        "people_before": 0,
        "agents_here": True,
        "least_seconds": 0,
        "most_seconds": 0,
    }
    mine = place(accounts, first, "k" * 16).json()
    assert place(accounts, first, "k" * 16).json()["ticket_id"] == mine["ticket_id"]
    assert place(accounts, first).status_code == 409
    theirs = place(accounts, second).json()
    assert (mine["wait"]["people_before"], theirs["wait"]["people_before"]) == (0, 1)
    path = f"/v1/tickets/{mine['ticket_id']}"

    content = archive({"bundle.json": b"{}" * 60_000})
    for sent, status in ((b"no report", 422), (content, 204)):
        assert accounts.ask(first, "PUT", f"{path}/bundle", content=sent).status_code == status

    with pytest.raises(Problem):  # nobody has taken it
        tickets.answer(mine["ticket_id"], "Hello")
    accounts.clock.advance(5 * MINUTE)
    tickets.agent_here(agent)
    assert tickets.take_next(agent) == mine["ticket_id"]
    now = accounts.ask(first, "GET", path).json()
    assert (now["state"], now["wait"], now["has_report"]) == ("your-turn", None, True)
    after = accounts.ask(second, "GET", f"/v1/tickets/{theirs['ticket_id']}").json()
    assert after["wait"]["people_before"] == 0
    tickets.answer(mine["ticket_id"], "What do you see?")
    said = accounts.ask(first, "POST", f"{path}/messages", json={"words": "A bar"}).json()
    assert [(one["by_agent"], one["words"]) for one in said["messages"]] == [
        (True, "What do you see?"),
        (False, "A bar"),
    ]
    assert said["state"] == "open"
    assert tickets.seen_by_agent(mine["ticket_id"])[2] == content

    accounts.clock.advance(10 * MINUTE)
    tickets.agent_here(agent)
    closed = accounts.ask(first, "POST", f"{path}/close", json={"solved": True}).json()
    assert closed["state"] == "solved"
    late = accounts.ask(first, "POST", f"{path}/messages", json={"words": "More"})
    assert (late.status_code, late.json()["code"]) == (409, "conflict")
    # What is known of one is a range of one.
    tickets.take_next(agent)
    line = tickets.line()
    assert (line.before, line.wait) == (0, Wait(600, 600))


def test_places_outlive_a_restart_and_nobody_is_passed_by(accounts: Accounts, agent: str) -> None:
    """What a restarted service knows is what is in the database."""
    computers = [asking(accounts, f"waiting {number}") for number in range(3)]
    ids = [place(accounts, one).json()["ticket_id"] for one in computers]
    close = f"/v1/tickets/{ids[1]}/close"
    accounts.ask(computers[1], "POST", close, json={"solved": False}).raise_for_status()
    again = Tickets(accounts.service._replace())
    assert [one.ticket.id for one in again.at_hand()] == [ids[0], ids[2]]
    assert [again.take_next(agent) for _ in range(3)] == [ids[0], ids[2], None]


def at_once(*each: Callable[[], object]) -> None:
    """All of them, each in a thread of its own; what one raises fails the test."""
    begin = threading.Barrier(len(each))

    def begun(one: Callable[[], object]) -> None:
        begin.wait()
        one()

    with ThreadPoolExecutor(len(each)) as pool:
        list(pool.map(begun, each))


def test_all_at_once_have_different_places_and_two_agents_take_different_people(
    accounts: Accounts, agent: str
) -> None:
    tickets, other = Tickets(accounts.service), accounts.found(name="Support")
    tickets.make_agent(other.email)
    computers = [asking(accounts, f"all at once {number}") for number in range(5)]
    at_once(*(functools.partial(place, accounts, one) for one in computers))
    line = [one.ticket for one in tickets.at_hand()]
    assert [tickets.shown(one.household_id, one.id)[3].before for one in line] == list(range(5))

    took: dict[str, list[str]] = {agent: [], other.person_id: []}

    def work(who: str) -> None:
        while (ticket_id := tickets.take_next(who)) is not None:
            took[who].append(ticket_id)

    at_once(*(functools.partial(work, who) for who in took))
    order = [one.id for one in line]
    assert sorted([*took[agent], *took[other.person_id]]) == sorted(order)
    for each in took.values():
        assert [order.index(one) for one in each] == sorted(order.index(one) for one in each)


def test_what_one_says_does_not_open_again_what_another_ends(
    accounts: Accounts, agent: str
) -> None:
    tickets = Tickets(accounts.service)

    def say(ticket_id: str) -> None:
        with contextlib.suppress(Problem):  # the other was first
            tickets.answer(ticket_id, "Hello")

    for number in range(3):
        place(accounts, asking(accounts, f"ends {number}")).raise_for_status()
        ticket_id = tickets.take_next(agent)
        assert ticket_id is not None
        end = functools.partial(tickets.end, ticket_id, solved=True)
        at_once(functools.partial(say, ticket_id), end)
        assert tickets.seen_by_agent(ticket_id)[0].state == "solved"


def test_where_nobody_speaks_the_person_is_asked_it_is_closed_and_a_word_opens_it(
    accounts: Accounts, agent: str
) -> None:
    tickets = Tickets(accounts.service)
    quiet, answers, owed = (asking(accounts, name) for name in ("quiet", "answers", "owed"))
    paths = {}
    for computer in (quiet, answers, owed):
        ticket_id = place(accounts, computer).json()["ticket_id"]
        paths[computer] = f"/v1/tickets/{ticket_id}"
        assert tickets.take_next(agent) == ticket_id
        tickets.answer(ticket_id, "What do you see?")
    accounts.ask(quiet, "PUT", f"{paths[quiet]}/bundle", content=archive({})).raise_for_status()
    accounts.ask(owed, "POST", f"{paths[owed]}/messages", json={"words": "A bar"})

    def shown(computer: Computer) -> dict[str, Any]:
        told: dict[str, Any] = accounts.ask(computer, "GET", paths[computer]).json()
        return told

    def days_pass(days: float) -> None:
        accounts.clock.advance(days * DAY)
        accounts.settle()
        tickets.agent_here(agent)

    days_pass(6.9)
    assert [len(shown(one)["messages"]) for one in paths] == [1, 1, 2]
    days_pass(0.2)
    assert [len(shown(one)["messages"]) for one in paths] == [2, 2, 2]
    assert "Is it solved?" in shown(quiet)["messages"][-1]["words"]
    line = {one.ticket.household_id: one for one in tickets.at_hand()}
    assert line[owed.home.household_id].wrote is not None
    assert line[quiet.home.household_id].ticket.asked is not None
    accounts.ask(answers, "POST", f"{paths[answers]}/messages", json={"words": "It went away"})
    days_pass(6.9)
    assert [shown(one)["state"] for one in paths] == ["open", "open", "open"]
    before = tickets.line().wait
    days_pass(0.2)
    assert [shown(one)["state"] for one in paths] == ["closed", "open", "open"]
    assert [shown(one)["closed_by_itself"] for one in paths] == [True, False, False]
    assert tickets.line().wait == before, "nobody was helped for so long"
    number = shown(quiet)["number"]
    assert subjects(accounts, quiet) == [
        f"Is it solved? (Number {number})",
        f"Number {number} is closed",
    ]
    assert subjects(accounts, owed) == []

    again = accounts.ask(quiet, "POST", f"{paths[quiet]}/close", json={"solved": False}).json()
    assert (again["state"], again["number"], again["has_report"]) == ("open", number, True)
    assert again["messages"][-1]["words"] == "It is not solved."
    tickets.answer(again["ticket_id"], "Then let us look again.")
    for _ in range(2):
        days_pass(7.1)
    assert shown(quiet)["state"] == "closed"
    said = accounts.ask(quiet, "POST", f"{paths[quiet]}/messages", json={"words": "Sorry"}).json()
    assert (said["state"], said["messages"][-1]["words"]) == ("open", "Sorry")


def subjects(accounts: Accounts, computer: Computer) -> list[str]:
    """Of the mails to its household about tickets."""
    files = [file.read_bytes() for file in accounts.mails.glob("quiet-*.eml")]
    mails = [email.message_from_bytes(file, policy=email.policy.default) for file in files]
    return sorted(str(mail["Subject"]) for mail in mails if mail["To"] == computer.home.email)


def test_a_closed_ticket_is_found_and_goes_on_where_its_computer_hears_of_it(
    accounts: Accounts, agent: str
) -> None:
    tickets, closed = Tickets(accounts.service), Archive(accounts.service)
    computer = asking(accounts, "100%")
    made = place(accounts, computer).json()
    path = f"/v1/tickets/{made['ticket_id']}"
    mine, solved = made["ticket_id"], {"solved": True}

    def found(search: str, how: How = How.ALL) -> list[str]:
        return [one.ticket.id for one in closed.look(search, how)]

    assert found(str(made["number"])) == [mine], "a search finds open ones, too"
    assert mine not in found("")
    with pytest.raises(Problem):
        closed.reopen(mine, agent)
    tickets.take_next(agent)
    tickets.end(mine, solved=False)
    unsolved = {"solved": False, "words": "It still is full"}
    accounts.ask(computer, "POST", f"{path}/close", json=unsolved).raise_for_status()
    address = computer.home.email
    for search in (f"#{made['number']}", address.upper(), address[:13], "of 100%"):
        assert found(search) == found(search, How.CLOSED) == [mine]
        assert found(search, How.SOLVED) == []
    assert found("")[0] == mine
    assert found("100_") == found("nobody@example.org") == []
    [row] = closed.look(address)
    assert (row.household, row.people, row.ticket.ended_by) == (
        "Home of 100%",
        (address,),
        "agent",
    )
    assert row.agent.endswith("@example.org")

    other = place(accounts, computer).json()["ticket_id"]
    with pytest.raises(Problem):  # it has another
        closed.reopen(mine, agent)
    accounts.ask(computer, "POST", f"/v1/tickets/{other}/close", json=solved).raise_for_status()
    with pytest.raises(Problem):  # it was solved
        closed.reopen(other, agent)
    closed.reopen(mine, agent)
    told = accounts.ask(computer, "GET", path).json()
    assert (told["state"], told["number"]) == ("your-turn", made["number"])
    assert told["messages"][-1]["words"] == "It still is full"
    tickets.end(mine, solved=False)
    release = f"/v1/devices/{computer.device_id}/release"
    accounts.ask(computer, "POST", release).raise_for_status()
    with pytest.raises(Problem):  # nobody would hear of it
        closed.reopen(mine, agent)


@on_sqlite
def test_a_report_and_a_picture_have_their_days_and_words_stay(
    accounts: Accounts, agent: str
) -> None:
    tickets, ideas = Tickets(accounts.service), Ideas(accounts.service)
    over, going_on = asking(accounts, "over"), asking(accounts, "going on")
    paths = []
    for computer in (over, going_on):
        paths.append(f"/v1/tickets/{place(accounts, computer).json()['ticket_id']}")
        sent = accounts.ask(computer, "PUT", f"{paths[-1]}/bundle", content=archive({}))
        assert sent.status_code == 204
        accounts.ask(computer, "POST", "/v1/ideas", json={"words": "Blue", "picture": PICTURE})
    accounts.ask(over, "POST", f"{paths[0]}/close", json={"solved": True}).raise_for_status()

    def there() -> list[bool]:
        told = zip((over, going_on), paths, strict=True)
        return [accounts.ask(who, "GET", path).json()["has_report"] for who, path in told]

    days = accounts.service.settings.report_days
    accounts.clock.advance((days - 1) * DAY)
    accounts.sweep()
    assert there() == [True, True]
    assert [one.has_picture for one in ideas.newest()[:2]] == [True, True]
    accounts.clock.advance(DAY)
    accounts.sweep()
    assert there() == [False, True]
    assert [(one.words, one.has_picture) for one in ideas.newest()[:2]] == [("Blue", False)] * 2
    assert tickets.seen_by_agent(paths[0].rpartition("/")[2])[0].subject == "My photos"


@on_sqlite
def test_others_learn_nothing_and_a_picture_is_one(accounts: Accounts, agent: str) -> None:
    mine, other = asking(accounts, "mine"), asking(accounts, "other")
    ticket_id = place(accounts, mine).json()["ticket_id"]
    assert accounts.ask(other, "GET", f"/v1/tickets/{ticket_id}").status_code == 404
    with pytest.raises(Problem):
        Tickets(accounts.service).agent_here(mine.home.person_id)
    for picture, status in (
        (PICTURE, 204),
        (base64.b64encode(png(8, 8)[:-1]).decode(), 422),
        (base64.b64encode(png(8, 8) + b"<script>").decode(), 422),
        (base64.b64encode(png(60_000, 60_000)).decode(), 422),
        ("bm8=", 422),
    ):
        idea = {"words": "A dark icon", "picture": picture}
        assert accounts.ask(mine, "POST", "/v1/ideas", json=idea).status_code == status
    assert [one.words for one in Ideas(accounts.service).newest()].count("A dark icon") == 1


def test_who_waits_hears_that_the_line_moved(accounts: Accounts, agent: str) -> None:
    first, second = asking(accounts, "moves"), asking(accounts, "hears")
    place(accounts, first)
    place(accounts, second)
    heard = []
    headers = {"Authorization": f"Bearer {second.token}"}
    with accounts.http.stream("GET", "/v1/events", headers=headers) as stream:
        lines = stream.iter_lines()
        taking = threading.Timer(0.2, Tickets(accounts.service).take_next, [agent])
        for line in lines:
            if line.startswith("event: ticket"):
                heard.append(line)
                if len(heard) == 1:
                    taking.start()
                else:
                    break
    taking.join()
    assert len(heard) == 2
