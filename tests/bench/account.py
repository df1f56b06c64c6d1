"""python -m tests.bench.account [--clients N] [--only NAME]

How long a purchase takes to reach every computer that listens, and what the service needs
meanwhile. The service runs as its operator runs it, in processes of its own, before a real
SeaweedFS; a client holds an event stream open and asks for its household after each event, as the
engine does. What is measured ends when a client has read its household's new limit, and again when
it has read that the storage goes by it.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec
import psutil
from fastapi import FastAPI

from backupclient.account_server import households, places, seats
from backupclient.account_server.app import create_app
from backupclient.account_server.checkout import SIGNATURE_HEADER, NoticeKind, TestProvider
from backupclient.account_server.ledger import order_of
from backupclient.account_server.offers import GB, Offer, Period, Price
from backupclient.account_server.provisioning import SeaweedProvisioner
from backupclient.account_server.purchase_tables import CheckoutRow
from backupclient.account_server.service import Service, digest, new_token
from backupclient.account_server.settings import PREFIX, from_environment
from backupclient.account_server.shop import Shop
from backupclient.account_server.tables import AccessToken
from backupclient.clock import SystemClock
from backupclient.storage.seaweed import EmbeddedServer
from tests.accounts import storage_of
from tests.postgres import running_postgres

SMALL, LARGE = 100 * GB, 1000 * GB
WANTED_SECONDS = 5.0
GIVE_UP_SECONDS = 60.0


class Setting(NamedTuple):
    """What is run: a database, how many processes, how the clients are spread."""

    name: str
    postgres: bool
    processes: int
    households: int
    buying: int
    """So many of them buy, at once."""


SETTINGS = (
    Setting("SQLite, 1 process, one of 100 households buys", False, 1, 100, 1),
    Setting("SQLite, 1 process, 100 of 100 households buy at once", False, 1, 100, 100),
    Setting("SQLite, 1 process, all of one household", False, 1, 1, 1),
    Setting("PostgreSQL, 2 processes, one of 100 households buys", True, 2, 100, 1),
    Setting("PostgreSQL, 2 processes, 100 of 100 households buy at once", True, 2, 100, 100),
    Setting("PostgreSQL, 2 processes, all of one household", True, 2, 1, 1),
)


class Household(msgspec.Struct, frozen=True):
    """As the service answers; what is of interest here."""

    plan: dict[str, object]
    storage: dict[str, object]


class Listener:
    """One computer."""

    def __init__(self, url: str, token: str) -> None:
        parts = urlsplit(url)
        self._host, self._port = parts.hostname, parts.port
        self._token = token
        self.ready = asyncio.Event()
        self.reached: float | None = None
        self.applied: float | None = None
        self.reported: float | None = None
        self.asked = 0

    async def run(self) -> None:
        """Until both are known, and it has said that it goes by the new limit."""
        reader, writer = await self._request("/v1/events")
        try:
            while self.applied is None:
                line = await reader.readline()
                assert line, "the stream has ended"
                if line.startswith(b"data:"):
                    await self._look()
                    self.ready.set()
            await self._report()
        finally:
            writer.close()

    async def _look(self) -> None:
        reader, writer = await self._request("/v1/household")
        answer = await reader.read()
        writer.close()
        self.asked += 1
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        told = msgspec.json.decode(body, type=Household)
        now = time.monotonic()
        if told.plan["limit"] == LARGE and self.reached is None:
            self.reached = now
        if told.storage["limit"] == LARGE and self.applied is None:
            self.applied = now

    async def _report(self) -> None:
        told = {"name": "laptop", "system": "Debian GNU/Linux 12", "applied_limit": LARGE}
        report = msgspec.json.encode(told)
        reader, writer = await self._request("/v1/device", "PUT", report)
        answer = await reader.read()
        writer.close()
        assert answer.startswith(b"HTTP/1.1 204"), answer
        self.reported = time.monotonic()

    async def _request(
        self, path: str, method: str = "GET", body: bytes = b""
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(self._host, self._port, limit=2**24)
        close = "" if path == "/v1/events" else "Connection: close\r\n"
        about = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        writer.write(
            f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\n{close}"
            f"{about if body else ''}Authorization: Bearer {self._token}\r\n\r\n".encode()
            + body
        )
        await writer.drain()
        return reader, writer


class Outcome(NamedTuple):
    reached: list[float]
    applied: list[float]
    reported: list[float]
    connecting_seconds: float
    idle_percent: float
    busy_cpu_seconds: float
    idle_bytes: int
    peak_bytes: int
    questions: int


class Processes:
    """The service's, by what they take."""

    def __init__(self, started: list[subprocess.Popen[bytes]]) -> None:
        self._all = [psutil.Process(one.pid) for one in started]

    def cpu_seconds(self) -> float:
        return sum(sum(one.cpu_times()[:2]) for one in self._all)

    def bytes(self) -> int:
        return sum(one.memory_full_info().pss for one in self._all)


async def measure(
    setting: Setting,
    urls: list[str],
    tokens: list[str],
    buy: list[tuple[bytes, str]],
    processes: Processes,
) -> Outcome:
    clients = [Listener(urls[no % len(urls)], token) for no, token in enumerate(tokens)]
    begun = time.monotonic()
    tasks = [asyncio.create_task(client.run()) for client in clients]
    async with asyncio.timeout(GIVE_UP_SECONDS):
        await asyncio.gather(*(client.ready.wait() for client in clients))
    connecting = time.monotonic() - begun
    await asyncio.sleep(3)  # who listens is written down
    cpu = processes.cpu_seconds()
    await asyncio.sleep(10)
    idle = (processes.cpu_seconds() - cpu) * 10
    idle_bytes = processes.bytes()
    asked, cpu, bought = sum(c.asked for c in clients), processes.cpu_seconds(), time.monotonic()
    notices = asyncio.create_task(asyncio.to_thread(notify, urls[0], buy[: setting.buying]))
    peak = idle_bytes
    per_household = len(tokens) // setting.households
    concerned = tasks[: per_household * setting.buying]
    async with asyncio.timeout(GIVE_UP_SECONDS):
        while not all(task.done() for task in concerned):
            peak = max(peak, processes.bytes())
            await asyncio.sleep(0.25)
        await asyncio.gather(notices, *concerned)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return Outcome(
        reached=[client.reached - bought for client in clients if client.reached],
        applied=[client.applied - bought for client in clients if client.applied],
        reported=[client.reported - bought for client in clients if client.reported],
        connecting_seconds=connecting,
        idle_percent=idle,
        busy_cpu_seconds=processes.cpu_seconds() - cpu,
        idle_bytes=idle_bytes,
        peak_bytes=peak,
        questions=sum(c.asked for c in clients) - asked,
    )


def notify(url: str, notices: list[tuple[bytes, str]]) -> None:
    """The payment provider tells of what was paid, one notice after the other."""
    for body, signature in notices:
        request = urllib.request.Request(
            f"{url}/v1/payments/test/notify", body, {SIGNATURE_HEADER: signature}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert answer.status == 200


def founded(app: FastAPI, count: int, clients: int) -> tuple[list[str], list[tuple[bytes, str]]]:
    """The tokens of `clients` computers in `count` households with storage, and the notices of
    what each household has just paid for."""
    service: Service = app.state.service
    shop: Shop = app.state.shop
    provider = shop.provider
    assert isinstance(provider, TestProvider)
    tokens: list[str] = []
    notices = []
    for number in range(count):
        offer = Offer(offer_id="old", name="Small", limit=SMALL, seats=clients)
        with service.database.writing() as session:
            household_id = households.found(service, session, f"Home {number}", offer)
        with service.database.writing() as session:
            for _ in range(clients // count):
                new = seats.NewComputer(secrets.token_hex(16), "laptop", "Debian GNU/Linux 12")
                device = seats.take(service, session, household_id, new)
                tokens.append(new_token())
                session.add(
                    AccessToken(
                        token_digest=digest(tokens[-1]),
                        device_id=device.id,
                        created=service.clock.now(),
                    )
                )
        places.make(service, household_id)
        order = shop.order(household_id, "large", secrets.token_hex(8))
        with service.database.reading() as session:
            row = session.get_one(CheckoutRow, order.checkout_id)
            notice = provider.settle(order_of(row), NoticeKind.PAID)
        notices.append((notice.body, notice.signature))
    return tokens, notices


@contextlib.contextmanager
def serving(environment: dict[str, str], urls: list[str]) -> Iterator[Processes]:
    """The service, one process for each address, as its operator starts it."""
    started = []
    try:
        for url in urls:
            its_own = {**environment, f"{PREFIX}PORT": str(urlsplit(url).port)}
            command = [sys.executable, "-m", "backupclient.account_server"]
            started.append(subprocess.Popen(command, env={**os.environ, **its_own}))
        for url in urls:
            wait_until_ready(url)
        yield Processes(started)
    finally:
        for process in started:
            process.terminate()
        for process in started:
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                raise


def wait_until_ready(url: str) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=5):
            return
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.1)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def run(setting: Setting, clients: int) -> Outcome:
    with ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plainkeep-bench-")))
        server = stack.enter_context(EmbeddedServer(work / "storage", iam=True))
        database = f"sqlite:///{work / 'account.db'}"
        if setting.postgres:
            database = stack.enter_context(running_postgres()).new_database()
        urls = [f"http://127.0.0.1:{free_port()}" for _ in range(setting.processes)]
        environment = environment_of(server, database, urls[0], work, clients)
        settings = from_environment(environment)
        with serving(environment, urls) as processes:
            app = create_app(
                settings,
                clock=SystemClock(),
                provisioner=SeaweedProvisioner(settings.storage),
            )
            tokens, notices = founded(app, setting.households, clients)
            return asyncio.run(measure(setting, urls, tokens, notices, processes))


def environment_of(
    server: EmbeddedServer, database: str, url: str, work: Path, clients: int
) -> dict[str, str]:
    storage = storage_of(server)
    assert storage.shell is not None
    price = Price(amount=9600, currency="EUR", period=Period.YEAR)
    offer = Offer(offer_id="large", name="Large", limit=LARGE, seats=clients, price=price)
    (work / "offers.json").write_bytes(msgspec.json.encode([offer]))
    told = {
        "DATABASE_URL": database,
        "PUBLIC_URL": url,
        "SECRET": secrets.token_hex(32),
        "S3_ENDPOINT": storage.endpoint,
        "S3_ACCESS_KEY": storage.access_key,
        "S3_SECRET_KEY": storage.secret_key,
        "WEED_MASTER": storage.shell.master,
        "WEED_FILER": storage.shell.filer,
        "WEED_CONFIG_DIR": str(storage.shell.folder),
        "TEST_PAYMENTS": "1",
        "OFFERS_PATH": str(work / "offers.json"),
        "MAIL_FOLDER": str(work / "mails"),
    }
    return {PREFIX + name: value for name, value in told.items()}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.account")
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--only", default="", help="part of a setting's name")
    asked = parser.parse_args()
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, load {load}")
    late = False
    for setting in SETTINGS:
        if asked.only in setting.name:
            found = run(setting, asked.clients)
            late |= show(setting, asked.clients, found)
    sys.exit("a purchase came too late" if late else 0)


def show(setting: Setting, clients: int, found: Outcome) -> bool:
    """Whether a purchase took longer than is wanted."""
    judged = setting.buying == 1
    wanted = f"; {WANTED_SECONDS:.0f} s are wanted at most" if judged else ""
    print(f"{setting.name}: {clients} clients{wanted}")
    for what, seconds in (
        ("reaches a client", found.reached),
        ("is applied to the storage and known", found.applied),
        ("is gone by and reported", found.reported),
    ):
        median, last = statistics.median(seconds), max(seconds)
        print(f"  a purchase {what} after {median:.2f} s (median), {last:.2f} s (the last)")
    print(
        f"  {found.questions} questions answered meanwhile, {found.busy_cpu_seconds:.1f} s of CPU\n"
        f"  all have connected after {found.connecting_seconds:.1f} s; listening takes"
        f" {found.idle_percent:.1f} % of a processor and {found.idle_bytes / 2**20:.0f} MiB,"
        f" {found.peak_bytes / 2**20:.0f} MiB at most",
        flush=True,
    )
    return judged and max(found.reached) > WANTED_SECONDS


if __name__ == "__main__":
    main()
