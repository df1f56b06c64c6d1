"""Being helped by a person: the line, its estimate, what is said, and who may read it."""

from __future__ import annotations

import base64
import io
import threading
import uuid
import zipfile
from collections.abc import Iterator

import httpx
import pytest

from backupclient.account_server.problems import Problem
from backupclient.account_server.ticket_wait import Wait, estimate
from backupclient.account_server.tickets import Tickets
from tests.accounts import Accounts, Computer

MINUTE = 60.0


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


@pytest.fixture
def agent(accounts: Accounts) -> str:
    """The person id of an agent who has a look now."""
    home = accounts.found(name="Support")
    tickets = Tickets(accounts.service)
    tickets.make_agent(home.email.upper())
    tickets.agent_here(home.person_id)
    return home.person_id


@pytest.fixture(autouse=True)
def empty_line(accounts: Accounts) -> Iterator[None]:
    yield
    tickets = Tickets(accounts.service)
    for row in tickets.at_hand():
        tickets.end(row.id, solved=False)
    accounts.clock.advance(300)


def asking(accounts: Accounts, name: str) -> Computer:
    return accounts.sign_in(accounts.found(name=f"Home of {name}"), name)


def place(accounts: Accounts, computer: Computer, key: str = "") -> httpx.Response:
    headers = {
        "Authorization": f"Bearer {computer.token}",
        "Idempotency-Key": key or uuid.uuid4().hex,
    }
    asked = {"subject": "My photos", "wish": "steps", "code": "storage-full"}
    return accounts.http.post("/v1/tickets", headers=headers, json=asked)


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

    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as report:
        report.writestr("bundle.json", b"{}" * 60_000)
    content = archive.getvalue()
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
    assert [row.id for row in again.at_hand()] == [ids[0], ids[2]]
    assert [again.take_next(agent) for _ in range(3)] == [ids[0], ids[2], None]


def test_others_learn_nothing_and_an_idea_is_kept(accounts: Accounts, agent: str) -> None:
    mine, other = asking(accounts, "mine"), asking(accounts, "other")
    ticket_id = place(accounts, mine).json()["ticket_id"]
    assert accounts.ask(other, "GET", f"/v1/tickets/{ticket_id}").status_code == 404
    with pytest.raises(Problem):
        Tickets(accounts.service).agent_here(mine.home.person_id)
    picture = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"\0" * 100_000).decode()
    idea = {"words": "A dark icon", "picture": picture}
    assert accounts.ask(mine, "POST", "/v1/ideas", json=idea).status_code == 204
    wrong = {"words": "A dark icon", "picture": "bm8="}
    assert accounts.ask(mine, "POST", "/v1/ideas", json=wrong).status_code == 422
    assert agent


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
