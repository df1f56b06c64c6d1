"""The service as it is run: a program, and several of it behind a load balancer."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from backupclient.account.client import AccountClient
from backupclient.account.wire import StorageKeys
from backupclient.account_server.__main__ import main
from backupclient.account_server.offers import GB
from backupclient.account_server.settings import PREFIX
from backupclient.clock import SystemClock
from backupclient.storage.location import Credentials, S3Location, parse_location
from backupclient.storage.s3 import S3Storage
from backupclient.storage.seaweed import is_free
from tests.account.test_service import listening
from tests.account_server.test_ending import buy
from tests.accounts import GIB, PASSWORD, running, storage_of
from tests.fakes import ManualClock
from tests.patience import PATIENCE

if TYPE_CHECKING:
    from backupclient.storage.seaweed import EmbeddedServer
    from tests.postgres import Postgres

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ROOT = Path(__file__).resolve().parents[2]


def own_form(browser: httpx.Client, page: str = "/") -> dict[str, str]:
    """What proves that a form is the page's own."""
    found = re.search(r'name="token" value="([^"]+)"', browser.get(page).text)
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
def tried(folder: Path, port: int) -> Iterator[tuple[httpx.Client, str]]:
    """The program with nothing told but where to listen, until Ctrl-C; its invitation."""
    command = [sys.executable, "-m", "backupclient.account_server", "try", str(folder)]
    environment = {**os.environ, f"{PREFIX}PORT": str(port)}
    with (
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE) as program,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=60) as client,
    ):
        assert program.stdout is not None
        try:
            invitation = program.stdout.readline().decode().strip()
            ends_at = time.monotonic() + PATIENCE
            while not answers(client):
                assert program.poll() is None
                assert time.monotonic() < ends_at
                time.sleep(0.02)
            yield client, invitation
        finally:
            program.send_signal(signal.SIGINT)
            assert program.wait(PATIENCE) == 0, "in order"


def storage_at(keys: StorageKeys) -> S3Storage:
    location = parse_location(keys.location)
    assert isinstance(location, S3Location)
    return S3Storage(location, Credentials(keys.access_key, keys.secret_key), SystemClock())


def answers(client: httpx.Client) -> bool:
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def test_it_is_tried_with_one_command_and_ends_in_order(tmp_path: Path) -> None:
    """From the invitation to a computer with keys to a storage that is its household's. Who listens
    when it is stopped is sent away at once."""
    # Not one of those that the system gives to whoever asks for any.
    port = next(one for one in random.sample(range(10_000, 12_000), 100) if is_free(one))
    with httpx.Client(timeout=60, trust_env=False) as ear, contextlib.ExitStack() as stack:
        with tried(tmp_path / "service", port) as (client, invitation):
            form = own_form(client, invitation)
            form |= {"email": "ana@example.org", "password": PASSWORD, "name": "Home"}
            assert client.post(invitation, data=form).headers["Location"] == "/plan"
            device = {"client_id": "backupclient", "device_name": "desk", "system": "Debian 12"}
            device["device_uuid"] = str(uuid.uuid4())
            begun = client.post("/oauth/device_authorization", data=device).json()
            form = own_form(client, "/device") | {"user_code": begun["user_code"]}
            client.post("/device", data={**form, "answer": "approve"}).raise_for_status()
            asked = {"grant_type": GRANT, "client_id": "backupclient"}
            asked["device_code"] = begun["device_code"]
            token = client.post("/oauth/token", data=asked).json()["access_token"]
            keys = AccountClient(str(client.base_url), token).storage_keys()
            storage = storage_at(keys)
            storage.put("config", b"something")
            events = f"{client.base_url}/v1/events"
            mine = {"Authorization": f"Bearer {token}"}
            stream = stack.enter_context(ear.stream("GET", events, headers=mine)).iter_lines()
            assert next(stream) == "event: household"
        assert "data: " in " ".join(stream), "ended, not cut off"


def test_its_settings_come_from_the_environment_and_what_is_wrong_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret, offers = tmp_path / "secret", tmp_path / "offers.json"
    secret.write_text("short\n")
    told = {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'nowhere' / 'account.db'}",
        "PUBLIC_URL": "https://account.example.org",
        "SECRET_FILE": str(secret),
        "S3_ENDPOINT": "http://127.0.0.1:9",
        "S3_ACCESS_KEY": "key",
        "S3_SECRET_KEY": "secret",
        "OFFERS_PATH": str(offers),
    }
    for name, value in told.items():
        monkeypatch.setenv(PREFIX + name, value)

    def refused() -> str:
        assert main(["invite", "trial"]) == 2
        return capsys.readouterr().err.removeprefix(PREFIX)

    assert refused() == "SECRET needs 32 characters or more\n"
    secret.write_text("s" * 32 + "\n")
    assert refused() == "DATABASE_URL cannot be used: unable to open database file\n"
    (tmp_path / "nowhere").mkdir()
    offers.write_text('[{"offer_id": "trial", "name": "Trial", "limit": 5}]')
    said = refused()
    assert said.startswith("OFFERS_PATH names no list of offers: ")
    assert "`seats`" in said
    offers.write_text('[{"offer_id": "trial", "name": "Trial", "limit": 5, "seats": 1}]')
    assert main(["invite", "trial"]) == 0
    assert capsys.readouterr().out.startswith("https://account.example.org/join/")
    assert main(["status"]) == 0
    assert "households: 0\n" in capsys.readouterr().out
