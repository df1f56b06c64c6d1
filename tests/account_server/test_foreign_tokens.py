"""Nobody reads or changes what is another household's: every endpoint that the OpenAPI document
names is tried with every token that should not open it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any, NamedTuple

import httpx
import sqlalchemy as sa
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount, Route

from backupclient.account_server.tables import Base
from tests.accounts import Accounts, Computer

ANYBODY = {
    ("get", "/healthz"),
    ("get", "/readyz"),
    ("get", "/v1/systems"),
    ("get", "/v1/offers"),
    ("post", "/v1/payments/{provider}/notify"),  # signed by the provider
    ("post", "/oauth/device_authorization"),
    ("post", "/oauth/token"),
    ("post", "/oauth/revoke"),
}
"""What needs no token; each is tried, too, and may tell nothing of a household. Whoever adds an
endpoint that is meant for everybody adds it here."""

BY_ITSELF = {"last_seen", "online_until", "due", "tries", "failure"}
"""Columns: when a computer was seen, and how far the outbox is."""

METHODS = {"get", "put", "post", "delete", "patch"}

BODIES: dict[str, dict[str, object]] = {
    "/v1/device": {"name": "thief", "system": "thief"},
    "/v1/devices/{device_id}/move": {"to_name": "thief"},
    "/v1/handovers": {"id": "t" * 32, "box": base64.b64encode(b"thief").decode()},
    "/v1/handovers/take": {"id": "v" * 32},
    "/v1/checkouts": {"offer_id": "plus"},
    "/v1/payments/{provider}/notify": {"event": "forged"},
    "/v1/tickets": {"subject": "thief"},
    "/v1/tickets/{ticket_id}/messages": {"words": "thief"},
    "/v1/tickets/{ticket_id}/close": {"solved": True},
    "/v1/ideas": {"words": "thief"},
}
FORMS: dict[str, dict[str, str]] = {
    "/oauth/device_authorization": {
        "client_id": "backupclient",
        "device_name": "thief",
        "system": "thief",
        "device_uuid": "0" * 32,
    },
    "/oauth/token": {
        "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
        "client_id": "backupclient",
        "device_code": "guessed",
    },
    "/oauth/revoke": {"token": "guessed"},
}


class Victim(NamedTuple):
    computer: Computer
    ticket_id: str
    names: tuple[str, ...]
    """What no answer to anybody else may hold."""


def endpoints(accounts: Accounts) -> list[tuple[str, str, dict[str, Any]]]:
    document = accounts.http.get("/openapi.json").json()
    return [
        (method, path, operation)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    ]


def victim(accounts: Accounts) -> Victim:
    home = accounts.found(name="Victim's home")
    computer = accounts.sign_in(home, "Victim's laptop")
    accounts.ask(computer, "POST", "/v1/storage/keys").raise_for_status()
    left = {"id": "v" * 32, "box": base64.b64encode(b"victim's box").decode()}
    accounts.ask(computer, "POST", "/v1/handovers", json=left).raise_for_status()
    key = {"Authorization": f"Bearer {computer.token}", "Idempotency-Key": "v" * 32}
    asked = accounts.http.post("/v1/tickets", headers=key, json={"subject": "Victim's subject"})
    ticket_id = asked.raise_for_status().json()["ticket_id"]
    names = (home.household_id, home.email, "Victim's", computer.device_id, left["box"], ticket_id)
    return Victim(computer, ticket_id, names)


def rows_of(accounts: Accounts, household_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Everything the database has of a household but what the service writes by itself."""
    found = {}
    with accounts.service.database.reading() as session:
        for table in Base.metadata.sorted_tables:
            if "household_id" not in table.columns:
                continue
            columns = [c for c in table.columns if c.name not in BY_ITSELF]
            rows = session.execute(sa.select(*columns).where(table.c.household_id == household_id))
            found[table.name] = sorted((tuple(row) for row in rows), key=repr)
    return found


def tokens(accounts: Accounts) -> dict[str, str | None]:
    stranger = accounts.sign_in(accounts.found(name="Elsewhere"), "stranger")
    released = accounts.sign_in(stranger.home, "released")
    accounts.ask(stranger, "POST", f"/v1/devices/{released.device_id}/release")
    signed_out = accounts.sign_in(stranger.home, "signed out")
    accounts.http.post("/oauth/revoke", data={"token": signed_out.token})
    return {
        "a stranger's": stranger.token,
        "a released computer's": released.token,
        "one signed out": signed_out.token,
        "made up": "x" * 43,
        "none": None,
    }


def ask(
    accounts: Accounts, method: str, path: str, of: Victim, token: str | None
) -> tuple[int, str]:
    """As the token's bearer, about the victim. Of a stream only its first event is read."""
    url = path.replace("{device_id}", of.computer.device_id).replace("{provider}", "test")
    url = url.replace("{ticket_id}", of.ticket_id)
    assert "{" not in url, f"say here what {path} is tried with"
    headers = {"Idempotency-Key": "k" * 32}
    if token is not None:
        headers["Authorization"] = f"Bearer {token}"
    request = accounts.http.build_request(
        method, url, headers=headers, json=BODIES.get(path), data=FORMS.get(path)
    )
    answer = accounts.http.send(request, stream=True)
    try:
        if answer.headers.get("Content-Type", "").startswith("text/event-stream"):
            return answer.status_code, next(answer.iter_text())
        return answer.status_code, answer.read().decode()
    finally:
        answer.close()


def test_no_endpoint_opens_to_a_foreign_token(accounts: Accounts) -> None:
    of = victim(accounts)
    strangers = tokens(accounts)
    before = rows_of(accounts, of.computer.home.household_id)
    assert {"devices", "plans", "handovers", "audit", "tickets"} <= {
        name for name, rows in before.items() if rows
    }
    tried = 0
    for method, path, _ in endpoints(accounts):
        for whose, token in strangers.items():
            if (method, path) == ("post", "/v1/handovers/take"):
                accounts.clock.advance(61)  # else it would be the limit that refuses
            status, said = ask(accounts, method, path, of, token)
            where = f"{method} {path} with {whose}: {status} {said[:200]}"
            for name in of.names:
                assert name not in said, where
            if (method, path) not in ANYBODY and whose != "a stranger's":
                assert status in (401, 403), where
            if "{device_id}" in path or "{ticket_id}" in path:
                assert status in (401, 403, 404), where
            assert status < 500, where
            tried += 1
    assert tried >= 15 * len(strangers)
    assert rows_of(accounts, of.computer.home.household_id) == before
    # The victim's own token opens what the others did not.
    assert httpx.codes.is_success(accounts.ask(of.computer, "GET", "/v1/household").status_code)


def routes_of(router: FastAPI | APIRouter) -> Iterator[Route]:
    """All of them, those of routers that it includes, too."""
    for route in router.routes:
        if isinstance(route, Route):
            yield route
        elif not isinstance(route, Mount):  # files for the pages
            included = getattr(route, "original_router", None)
            assert isinstance(included, APIRouter), f"what is {route}?"
            yield from routes_of(included)


def test_the_documentation_page_names_every_route(accounts: Accounts) -> None:
    """So that none can be forgotten above: what is served is in the document, the pages for people
    aside."""
    documented = {(method, path) for method, path, _ in endpoints(accounts)}
    routes = list(routes_of(accounts.app))
    served = {
        (method.lower(), route.path)
        for route in routes
        for method in route.methods or ()
        if route.include_in_schema
    }
    hidden = [route.path for route in routes if not route.include_in_schema]
    assert served == documented
    assert hidden
    assert not [path for path in hidden if path.startswith(("/v1", "/oauth"))]
    for method, path, operation in endpoints(accounts):
        assert operation.get("description"), f"{method} {path} says nothing of itself"
        if (method, path) not in ANYBODY:
            assert operation.get("security") == [{"computer": []}], f"{method} {path}"
            assert {"401", "403"} <= operation["responses"].keys(), f"{method} {path}"
