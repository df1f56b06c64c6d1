"""The pages of those who help, for `tests.screenshots.account`: a line, a ticket with its report, a
conversation, what is closed, ideas."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from playwright.sync_api import Page

from backupclient.account_server.tickets import Tickets
from backupclient.support.diagnostics.gather import Gathered
from backupclient.support.diagnostics.saving import zipped
from tests.accounts import PASSWORD, Accounts, Computer
from tests.support.diagnostics.sample import bundle

if TYPE_CHECKING:
    from tests.screenshots.account import Camera

_HOMES = ("Elm Street 4", "Familie Großmann-Überreiter", "Anna", "Ben and Carla")
_SUBJECTS = (
    "It says full, and I have bought more storage twice",
    "Where are the photos of last summer?",
    "Nothing happens since the new router came",
    "Moved to a new laptop",
)


def photograph(accounts: Accounts, camera: Camera) -> None:
    tickets, helper = Tickets(accounts.service), accounts.found(name="Support")
    tickets.make_agent(helper.email)
    asked = [_ask(accounts, *one) for one in zip(_HOMES, _SUBJECTS, strict=True)]
    _sign_in(camera.person, helper.email)
    camera.take("agent-line", "/agent")
    for _ in range(2):
        tickets.take_next(helper.person_id)
    (first, _), (second, computer), (_, third), _ = asked
    camera.take("agent-ticket", f"/agent/{first}")
    tickets.answer(second, "Which folder were they in? Restore finds them by any part of a name.")
    words = {"words": "In Pictures. I found them now: they are under Changed, is that bad?"}
    accounts.ask(computer, "POST", f"/v1/tickets/{second}/messages", json=words)
    accounts.clock.advance(3 * 3600)
    camera.take("agent-talk", f"/agent/{second}")
    camera.take("agent-line-late", "/agent")
    tickets.end(first, solved=True)
    tickets.end(second, solved=False)
    camera.take("agent-closed", "/agent/closed")
    camera.take("agent-nothing-found", "/agent/closed?q=nobody")
    camera.take("agent-over", f"/agent/{second}")
    camera.take("agent-report", f"/agent/{second}/report")
    picture = base64.b64encode(camera.person.screenshot()).decode()
    idea = {"words": "A dark icon for the tray.", "picture": picture}
    accounts.ask(third, "POST", "/v1/ideas", json=idea).raise_for_status()
    camera.take("agent-ideas", "/agent/ideas")


def _ask(accounts: Accounts, home: str, subject: str) -> tuple[str, Computer]:
    computer = accounts.sign_in(accounts.found(name=home), "Study PC")
    headers = {"Authorization": f"Bearer {computer.token}", "Idempotency-Key": "k" * 16}
    asked = {"subject": subject, "wish": "explain", "code": "captive-portal"}
    made = accounts.http.post("/v1/tickets", headers=headers, json=asked).json()
    if "router" not in subject:
        report = zipped(Gathered(bundle(), (), ()))
        accounts.ask(computer, "PUT", f"/v1/tickets/{made['ticket_id']}/bundle", content=report)
    return made["ticket_id"], computer


def _sign_in(page: Page, email: str) -> None:
    page.context.clear_cookies()
    page.goto("/agent")
    page.locator("#email").fill(email)
    page.locator("#password").fill(PASSWORD)
    page.locator("main button").click()
