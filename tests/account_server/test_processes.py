"""The service as it is run: a program, and several of it behind a load balancer."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from backupclient.account.client import AccountClient
from backupclient.account_server.__main__ import main
from backupclient.account_server.offers import GB
from backupclient.account_server.settings import PREFIX
from tests.account.test_service import listening
from tests.account_server.test_ending import buy
from tests.accounts import GIB, PASSWORD, running, storage_of
from tests.fakes import ManualClock

if TYPE_CHECKING:
    from backupclient.storage.seaweed import EmbeddedServer
    from tests.postgres import Postgres

ROOT = Path(__file__).resolve().parents[2]


def own_form(browser: httpx.Client) -> dict[str, str]:
    """What proves that a form is the page's own."""
    found = re.search(r'name="token" value="([^"]+)"', browser.get("/").text)
    assert found is not None
    return {"token": found[1]}


@pytest.mark.needs_postgres
@pytest.mark.needs_seaweed
def test_several_over_one_database_are_one(
    postgres: Postgres, account_storage: EmbeddedServer
) -> None:
    """Whichever is asked; and what one changes, who listens at the other hears."""
    told = postgres.new_database(), storage_of(account_storage), ManualClock()
    with running(*told, secret="s" * 32) as one, running(*told, secret="s" * 32) as two:
        home = one.found()
        begun = one.begin()
        two.approve(home, begun["user_code"])
        token = one.ask_token(begun["device_code"]).json()["access_token"]
        keys = AccountClient(two.url, token).storage_keys()
        assert AccountClient(one.url, token).storage_keys().location == keys.location
        with listening(AccountClient(one.url, token)) as ear:
            ear.until(lambda known: known.household.plan.limit == GIB)
            buy(two, home)
            ear.until(lambda known: known.household.plan.limit == 100 * GB)
            ear.until(lambda known: known.household.storage.limit == 100 * GB)

        with closing(httpx.Client(base_url=one.url, trust_env=False)) as guessing:
            form = own_form(guessing) | {"email": home.email, "password": "a guess"}
            tries = {guessing.post("/sign-in", data=form).status_code for _ in range(10)}
        assert tries == {401}
        # The address that guessed has had its tries, and so has the person, from wherever.
        other = one.found()
        for whose, came_from, answered in (
            (other, "127.0.0.1", 429),
            (home, "203.0.113.9", 429),
            (other, "203.0.113.9", 303),
        ):
            said_so = {"X-Forwarded-For": came_from}
            with httpx.Client(base_url=two.url, headers=said_so, trust_env=False) as browser:
                form = own_form(browser) | {"email": whose.email, "password": PASSWORD}
                assert browser.post("/sign-in", data=form).status_code == answered
        with closing(httpx.Client(base_url=two.url, trust_env=False)) as browser:
            form = own_form(browser) | {"email": home.email, "password": PASSWORD}
            assert browser.post("/sign-in", data=form).status_code == 429
            two.clock.advance(301)
            assert browser.post("/sign-in", data=form).status_code == 303


@contextmanager
def served(environment: dict[str, str], address: str) -> Iterator[httpx.Client]:
    command = [sys.executable, "-m", "backupclient.account_server"]
    program = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        with httpx.Client(base_url=address, trust_env=False) as client:
            ends_at = time.monotonic() + 60
            while True:
                try:
                    client.get("/healthz").raise_for_status()
                except httpx.TransportError:
                    assert program.poll() is None
                    assert time.monotonic() < ends_at
                    time.sleep(0.02)
                else:
                    break
            yield client
    finally:
        program.terminate()
        assert program.wait(60) in (0, -signal.SIGTERM), "in order, as uvicorn ends"


def test_it_is_a_program_with_its_settings_in_the_environment_or_in_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    secret = tmp_path / "secret"
    secret.write_text("short\n")
    told = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'account.db'}",
        "PUBLIC_URL": address,
        "PORT": str(port),
        "SECRET_FILE": str(secret),
        "S3_ENDPOINT": "http://127.0.0.1:9",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
        "MAIL_FOLDER": str(tmp_path / "mails"),
    }
    for name, value in told.items():
        monkeypatch.setenv(PREFIX + name, value)
    assert main(["invite", "trial"]) == 2
    assert capsys.readouterr().err == f"{PREFIX}SECRET: setting-too-short\n"
    secret.write_text("s" * 32 + "\n")
    assert main(["invite", "trial"]) == 0
    invitation = capsys.readouterr().out.strip()
    with served(dict(os.environ), address) as client:
        assert "You are invited" in client.get(invitation).text
        assert client.get("/v1/systems").json()[0]["app"] == "yes"
        assert "/openapi.json" in client.get("/docs").text
