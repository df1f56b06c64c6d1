"""The real account service for tests: uvicorn in a thread on loopback, over a database and a
SeaweedFS of its own, with keys for each computer."""

from __future__ import annotations

import base64
import socket
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import argon2
import httpx
import msgspec
import sqlalchemy as sa
from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from backupclient.account_server import device_flow, households, people
from backupclient.account_server.app import create_app, sweep
from backupclient.account_server.database import Database
from backupclient.account_server.offers import STANDARD, Offer
from backupclient.account_server.problems import Problem
from backupclient.account_server.provisioning import Provisioner, SeaweedProvisioner
from backupclient.account_server.purchase_tables import OutboxRow
from backupclient.account_server.service import Service
from backupclient.account_server.serving import Server
from backupclient.account_server.settings import (
    Settings,
    ShellSettings,
    ShopSettings,
    StorageSettings,
)
from backupclient.account_server.shop import Shop
from backupclient.account_server.tables import Base, Plan
from backupclient.clock import Clock
from backupclient.storage.seaweed import INNER_PORT_OFFSET, EmbeddedServer
from tests.fakes import ManualClock
from tests.patience import PATIENCE

GIB = 1024**3
PASSWORD = "correct horse battery"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
"""A PNG of one point."""


class Home(NamedTuple):
    """A household and the person who approves its computers."""

    household_id: str
    person_id: str
    email: str


class Computer(NamedTuple):
    """One that is signed in."""

    device_id: str
    token: str
    home: Home


class Heard:
    """An application before `app` that keeps everything that is said to it: what is asked for, with
    which headers and bodies. Any thread may read it."""

    def __init__(self, app: ASGIApp, said: list[bytes]) -> None:
        self._app = app
        self._said = said

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            line = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"]
            self._said += [line, *(b": ".join(header) for header in scope["headers"])]

        async def heard() -> Message:
            message = await receive()
            self._said.append(message.get("body", b""))
            return message

        await self._app(scope, heard, send)


class Accounts:
    """A running service, and what tests do to it without its pages."""

    def __init__(
        self,
        app: FastAPI,
        url: str,
        mails: Path,
        clock: ManualClock | None,
        said: list[bytes],
    ) -> None:
        self.app = app
        self._said = said
        self.service: Service = app.state.service
        self.shop: Shop = app.state.shop
        self.mails = mails
        """The folder that mails are put into."""
        self.url = url
        self._clock = clock
        self.http = httpx.Client(base_url=url, timeout=30, trust_env=False)

    def learnt(self, *, heard: bool = True) -> bytes:
        """Everything that was said to it so far (`heard`), and everything in its database."""
        said = [*self._said] if heard else []
        with self.service.database.reading() as session:
            for table in Base.metadata.sorted_tables:
                said += [repr(tuple(row)).encode() for row in session.execute(sa.select(table))]
        return b"\n".join(said)

    @property
    def clock(self) -> ManualClock:
        assert self._clock is not None, "this one runs by the computer's own clock"
        return self._clock

    def found(self, *, limit: int = GIB, seats: int = 3, name: str = "Home") -> Home:
        """A new household with a plan and a person."""
        email = f"{uuid.uuid4().hex[:12]}@example.org"
        with self.service.database.writing() as session:
            plan = Offer(offer_id="plan", name="Plan", limit=limit, seats=seats)
            household_id = households.found(self.service, session, name, plan)
            person_id = people.create(self.service, session, household_id, email, PASSWORD)
        return Home(household_id, person_id, email)

    def sign_in(self, home: Home, name: str = "laptop", device_uuid: str = "") -> Computer:
        """A computer goes through the device flow; the person approves as the page would."""
        begun = self.begin(name, device_uuid)
        self.approve(home, begun["user_code"])
        answer = self.ask_token(begun["device_code"])
        answer.raise_for_status()
        told = answer.json()
        return Computer(told["device_id"], told["access_token"], home)

    def begin(self, name: str = "laptop", device_uuid: str = "") -> dict[str, str]:
        form = {
            "client_id": "backupclient",
            "device_name": name,
            "system": "Debian GNU/Linux 12",
            "device_uuid": device_uuid or str(uuid.uuid4()),
        }
        answer = self.http.post("/oauth/device_authorization", data=form)
        answer.raise_for_status()
        told: dict[str, str] = answer.json()
        return told

    def ask_token(self, device_code: str) -> httpx.Response:
        form = {
            "grant_type": "urn:ietf:params:oauth:grant-type:device_code",
            "device_code": device_code,
            "client_id": "backupclient",
        }
        return self.http.post("/oauth/token", data=form)

    def approve(self, home: Home, user_code: str) -> None:
        device_flow.decide(self.service, home.person_id, home.household_id, user_code, approve=True)

    def decide(self, home: Home, user_code: str, *, approve: bool = True) -> str:
        """What the page would refuse with, if it does."""
        try:
            device_flow.decide(
                self.service, home.person_id, home.household_id, user_code, approve=approve
            )
        except Problem as problem:
            return problem.code.word
        return ""

    def pay(self, home: Home, limit: int) -> None:
        """The plan is larger (or smaller); the storage does not know yet."""
        with self.service.database.writing() as session:
            plan = session.get_one(Plan, home.household_id)
            plan.limit_bytes, plan.limit_since = limit, self.service.clock.now()
            self.service.database.changed(session, home.household_id)

    def settle(self) -> None:
        """What is due by the clock and what follows from it is done."""
        deadline = time.monotonic() + PATIENCE
        while True:
            self.shop.step()
            with self.service.database.reading() as session:
                open_ones = sa.select(OutboxRow).where(OutboxRow.due.is_not(None))
                left = [(one.kind, one.failure) for one in session.scalars(open_ones)]
            if not left:
                return
            assert time.monotonic() < deadline, f"not done: {left}"
            assert all(failure is None for _, failure in left), f"not done: {left}"
            time.sleep(0.02)

    def ask(self, computer: Computer, method: str, path: str, **options: object) -> httpx.Response:
        """As that computer."""
        headers = {"Authorization": f"Bearer {computer.token}"}
        return self.http.request(method, path, headers=headers, **options)  # type: ignore[arg-type]

    def sweep(self) -> None:
        """What the service does by itself once a minute."""
        sweep(self.service)


@contextmanager
def running(
    database_url: str,
    storage: StorageSettings,
    clock: Clock,
    *,
    provisioner: Provisioner | None = None,
    heartbeat_seconds: float = 0.5,
    offers: tuple[Offer, ...] = STANDARD,
    secret: str = "",
) -> Iterator[Accounts]:
    """The service on a free port, until the block ends. It sells `offers` for test payments.
    `secret` is one that others like it have, too."""
    with socket.socket() as listening, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "offers.json").write_bytes(msgspec.json.encode(offers))
        mails = folder / "mails"
        shop = ShopSettings(test_payments=True, offers=folder / "offers.json", mail_folder=mails)
        listening.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = Settings(
            database_url=database_url,
            public_url=url,
            secret=secret or uuid.uuid4().hex * 2,
            storage=storage,
            shop=shop,
            heartbeat_seconds=heartbeat_seconds,
        )
        database = Database(database_url)
        database.migrate()
        database.close()
        app = create_app(
            settings,
            clock=clock,
            provisioner=provisioner or SeaweedProvisioner(storage),
            hasher=argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1),
            sweeping=False,
        )
        said: list[bytes] = []
        app.add_middleware(Heard, said=said)
        server = Server(app, settings)
        thread = threading.Thread(target=server.run, args=([listening],), name="accounts")
        thread.start()
        try:
            while not server.started:
                assert thread.is_alive(), "the account service did not start"
                time.sleep(0.01)
            manual = clock if isinstance(clock, ManualClock) else None
            accounts = Accounts(app, url, mails, manual, said)
            yield accounts
            accounts.http.close()
        finally:
            server.should_exit = True
            thread.join()


def storage_of(server: EmbeddedServer) -> StorageSettings:
    """How the service reaches a SeaweedFS of ours."""
    folder = server.log_file.parent
    _, master, _, filer, _ = map(int, (folder / "ports").read_text().split())
    return StorageSettings(
        endpoint=server.endpoint,
        access_key=server.access_key,
        secret_key=server.secret_key,
        shell=ShellSettings(
            master=f"127.0.0.1:{master}.{master + INNER_PORT_OFFSET}",
            filer=f"127.0.0.1:{filer}.{filer + INNER_PORT_OFFSET}",
            folder=folder,
        ),
    )
