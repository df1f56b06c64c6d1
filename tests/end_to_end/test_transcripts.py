"""What a person reads when something goes wrong: provoked for real with the command line, and held
against `transcripts/`, one file for each failure.

The files are there to be read, and judged as somebody would who is tired and only wants to know
whether the photos are safe. After a change of words, write them anew and read them again:

    UPDATE_TRANSCRIPTS=1 .venv/bin/python -m pytest tests/end_to_end/test_transcripts.py
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from backupclient.account.sign_in import system_name
from backupclient.account_server import seats
from backupclient.account_server.tickets import Tickets
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.wire.household import AccountState
from tests.accounts import Accounts
from tests.accounts import Home as AccountHome
from tests.end_to_end.clients import Client
from tests.end_to_end.conftest import NewClient
from tests.end_to_end.mishaps import small_disk
from tests.end_to_end.places import BucketPlace, FolderPlace, Place
from tests.end_to_end.proxy import Proxy, Refusal
from tests.households import Member
from tests.patience import PATIENCE
from tests.seaweed import S3Place
from tests.storage.servers import Answer, Request, certificate, closed_port, page, refusal, running
from tests.trees import random_bytes

TRANSCRIPTS = Path(__file__).parent / "transcripts"
PHOTOS = {"beach.jpg": 120_000, "cake.jpg": 90_000, "letter.txt": 900}


class Home:
    """A person's computer, at /home/anna in what is shown, with some photos; and the terminal."""

    def __init__(self, folder: Path, computer: NewClient, exits: ExitStack) -> None:
        self.folder = folder
        self.photos = folder / "Photos"
        self.drive = FolderPlace(folder / "drive")
        self.exits = exits
        self._computer = computer
        self.shown: list[str] = []
        self.photos.mkdir()
        for number, (name, size) in enumerate(PHOTOS.items()):
            (self.photos / name).write_bytes(random_bytes(number, size))

    def client(self, place: Place) -> Client:
        return self._computer(place)

    def backed_up(self) -> Client:
        """Everything is on the drive already."""
        client = self.client(self.drive)
        client.init()
        client.run("backup", self.photos)
        return client

    def type(self, client: Client, *arguments: str | Path, code: int) -> None:
        """Run a command in front of the reader, who does not wait forever to hear of it."""
        done = client.run(*arguments, code=code, timeout=PATIENCE)
        shown = shlex.join(["backupclient", *map(str, arguments)])
        self.shown += [f"$ {shown}", *done.out.decode().splitlines(), *done.err.splitlines()]

    def transcript(self) -> str:
        text = "\n".join(self.shown) + "\n"
        for pattern, instead in (
            (re.escape(str(self.folder)), "/home/anna"),
            (r"127\.0\.0\.1:\d+", "storage.example.org"),
            (r"\b[0-9a-f]{64}\b", "8f1c…"),
            (r"\b[0-9a-f]{8}\b", "8f1c22ab"),
            (r"\b\d+ seconds?\b|less than a second", "2 seconds"),
            (
                r"\d+ (January|\w+ber|\w+uary|March|April|May|June|July|August) \d{4}, \d\d:\d\d",
                "now",
            ),
            (r"\b\d+(\.\d)? kB\b", "210 kB"),
            (r"\b\d+ folders\b", "6 folders"),  # one for each above the photos
        ):
            text = re.sub(pattern, instead, text)
        return text


@pytest.fixture
def home(tmp_path: Path, computer: NewClient) -> Iterator[Home]:
    with ExitStack() as exits:
        yield Home(tmp_path, computer, exits)


def s3_at(endpoint: str) -> BucketPlace:
    return BucketPlace(S3Place(endpoint, "anna", "her secret", "anna-backup", "laptop"))


def answering(home: Home, answer: Callable[[Request], Answer]) -> Client:
    """A computer whose storage is a small server that answers like this."""
    server = home.exits.enter_context(running(answer))
    return home.client(s3_at(server.endpoint))


# --- the failures -------------------------------------------------------------------------------


def wrong_password(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    client.password = "Password1"
    home.type(client, "snapshots", code=12)


def wrong_secret(home: Home, seaweed: S3Place) -> None:
    client = home.client(BucketPlace(seaweed._replace(secret_key="not this one")))
    home.type(client, "backup", home.photos, code=1)


def unknown_access_key(home: Home, seaweed: S3Place) -> None:
    client = home.client(BucketPlace(seaweed._replace(access_key="NOBODY")))
    home.type(client, "backup", home.photos, code=1)


def read_only_key(home: Home, _: S3Place) -> None:
    def answer(request: Request) -> Answer:
        if request.method == "PUT":
            return refusal(403, "AccessDenied", "Access Denied.")
        return refusal(404, "NoSuchKey") if "list-type" not in request.path else EMPTY

    home.type(answering(home, answer), "init", code=1)


def storage_missing(home: Home, seaweed: S3Place) -> None:
    client = home.client(BucketPlace(seaweed._replace(bucket="anna-bakcup", prefix="laptop")))
    home.type(client, "backup", home.photos, code=10)


def captive_portal(home: Home, _: S3Place) -> None:
    home.type(answering(home, lambda _: page(200)), "backup", home.photos, code=1)


def http_not_https(home: Home, _: S3Place) -> None:
    server = home.exits.enter_context(running(lambda _: EMPTY))
    place = s3_at(server.endpoint.replace("http://", "https://"))
    home.type(home.client(place), "backup", home.photos, code=1)


def certificate_untrusted(home: Home, _: S3Place) -> None:
    folder = home.folder / "certificates"
    folder.mkdir()
    tls = certificate(folder).context
    server = home.exits.enter_context(running(lambda _: EMPTY, tls))
    home.type(home.client(s3_at(server.endpoint)), "backup", home.photos, code=1)


def clock_wrong(home: Home, _: S3Place) -> None:
    def answer(_: Request) -> Answer:
        there = format_datetime(datetime.now(UTC) + timedelta(hours=2, seconds=5), usegmt=True)
        return refusal(403, "RequestTimeTooSkewed", "The difference is too large.", Date=there)

    home.type(answering(home, answer), "backup", home.photos, code=1)


def storage_full(home: Home, seaweed: S3Place) -> None:
    def judge(method: str, key: str) -> Refusal | None:
        full = method == "PUT" and "/data/" in key
        return Refusal(507, "XMinioStorageFull") if full else None

    place = BucketPlace(seaweed)
    home.client(place).init()
    proxy = home.exits.enter_context(Proxy(seaweed.endpoint, judge=judge))
    home.type(home.client(place.through(proxy.endpoint)), "backup", home.photos, code=1)


def drive_unplugged(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    shutil.rmtree(home.drive.root)
    home.type(client, "backup", home.photos, code=10)


def drive_empty(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    shutil.rmtree(home.drive.root)
    home.drive.root.mkdir()
    home.type(client, "backup", home.photos, code=10)


def photos_unplugged(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    shutil.rmtree(home.photos)
    home.photos.mkdir()
    home.type(client, "backup", home.photos, code=1)


def main_file_missing(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    home.drive.delete("config")
    home.type(client, "snapshots", code=1)


def damaged(home: Home, _: S3Place) -> None:
    client = home.client(home.drive)
    client.init()
    client.run("backup", home.photos / "cake.jpg")
    packs = [name for name in home.drive.objects() if name.startswith("data/")]
    name = max(packs, key=lambda name: len(home.drive.read(name)))
    body = bytearray(home.drive.read(name))
    body[1000] ^= 1
    home.drive.write(name, bytes(body))
    home.type(client, "check", "--read-data", code=1)


def disk_full(home: Home, _: S3Place) -> None:
    client = home.backed_up()
    disk = home.exits.enter_context(small_disk(home.folder / "small-disk", "64k"))
    client.data_dir = disk
    home.type(client, "backup", home.photos, code=1)


def not_readable(home: Home, _: S3Place) -> None:
    client = home.client(home.drive)
    client.init()
    home.type(client, "backup", home.photos, "/proc/1/mem", code=3)


def storage_unreachable(home: Home, _: S3Place) -> None:
    home.type(home.client(s3_at(closed_port())), "backup", home.photos, code=1)


def explain(home: Home, _: S3Place) -> None:
    client = home.client(home.drive)
    home.type(client, "explain", "captive-portal", code=0)
    home.type(client, "explain", "SlowDown: Please reduce your request rate.", code=0)
    home.type(client, "explain", "storag-full", code=1)


def account(home: Home, _: S3Place) -> None:
    """A limit of one's own: reached, seen, raised."""
    client = home.client(home.drive)
    client.init()
    save_plan(
        client.data_dir,
        BackupPlan(
            storage=Storage(location=client.place.location, limit=150 * 1024),
            folders=(str(home.photos),),
        ),
    )
    home.type(client, "account", code=0)
    home.type(client, "backup", "--storage-limit", "150K", home.photos, code=1)
    home.type(client, "account", code=0)
    home.type(client, "account", "refresh", code=0)
    home.type(client, "account", "limit", "1M", code=0)
    home.type(client, "account", "limit", "much", code=1)
    client.run("backup", home.photos)
    home.type(client, "account", "limit", "200K", code=0)


EMPTY = Answer(
    200,
    b"<ListBucketResult><Name>anna-backup</Name><IsTruncated>false</IsTruncated>"
    b"</ListBucketResult>",
    {"Content-Type": "application/xml"},
)


@pytest.mark.parametrize(
    "failure",
    [
        account,
        wrong_password,
        wrong_secret,
        unknown_access_key,
        read_only_key,
        storage_missing,
        captive_portal,
        http_not_https,
        certificate_untrusted,
        clock_wrong,
        storage_full,
        drive_unplugged,
        drive_empty,
        photos_unplugged,
        main_file_missing,
        damaged,
        not_readable,
        storage_unreachable,
        explain,
        pytest.param(disk_full, marks=pytest.mark.needs_root),
    ],
    ids=lambda failure: failure.__name__.replace("_", "-"),
)
def test_what_is_shown_is_what_was_read_and_found_good(
    failure: Callable[[Home, S3Place], None], home: Home, s3_place: S3Place
) -> None:
    failure(home, s3_place)
    compare(failure.__name__.replace("_", "-"), home.transcript())


def compare(name: str, text: str) -> None:
    file = TRANSCRIPTS / f"{name}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


# --- the household ------------------------------------------------------------------------------

HOUSEHOLD_WORDS = (
    (r"127\.0\.0\.1:\d+", "account.example.org"),
    (r"\b[A-Z]{4}-[A-Z]{4}\b", "WDJB-MJHT"),
    (r"\b[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]{5}\b", "7K2QF-9XMPA-R4TWC"),
    (re.escape(system_name()), "Debian GNU/Linux 12"),
    (r"\b(\d+ minutes? )?\d+ (seconds?|minutes?) ago\b|just now", "just now"),
    (r"-{20,}", "-" * 40),
    (r"(?<=\S)  +", "  "),
    (r"plainkeep-[0-9a-f]{24}", "plainkeep-home"),
    (r"\b\d+ (bytes|kB) used", "210 kB used"),  # the storage counts a little late
)


def test_signing_in_joining_and_taking_over_read_well(home: Home, accounts: Accounts) -> None:
    ours = accounts.found(limit=100_000_000_000, seats=2)
    with ExitStack() as stack:
        study = stack.enter_context(Member(home.folder / "study", "Study PC"))
        study.sign_in(accounts.url, lambda told: accounts.approve(ours, told.user_code))
        study.join("made up for this test")
        laptop = stack.enter_context(Member(home.folder / "laptop", "Anna's laptop"))
        client = home.client(home.drive)
        client.data_dir = laptop.data
        household(home, client, study, Approver(accounts, ours))
        before, home.shown = home.shown, []
        helped(home, client, accounts)
        compare("ticket", home.transcript())
        home.shown = before
        device_id = laptop.account().device_id
        seats.release(accounts.service, ours.household_id, device_id, "person:anna")
        laptop.until(lambda: laptop.account(look=True).state is AccountState.RELEASED)
        home.type(client, "account", code=0)
        home.type(client, "account", "computers", code=0)
        home.type(client, "account", "sign-out", code=0)
    text = home.transcript()
    for pattern, instead in HOUSEHOLD_WORDS:
        text = re.sub(pattern, instead, text)
    compare("account-household", text)


def helped(home: Home, client: Client, accounts: Accounts) -> None:
    tickets, agent = Tickets(accounts.service), accounts.found(name="Support")
    tickets.make_agent(agent.email)
    report = home.folder / "report.zip"
    client.run("diagnose", "create", "--no-checks", report)
    home.type(client, "ticket", code=0)
    home.type(client, "ticket", "ask", code=1)
    home.type(client, "ticket", "ask", "My photos are gone", "--report", home.photos, code=1)
    tickets.agent_here(agent.person_id)
    home.type(client, "ticket", "ask", "My photos are gone", "--report", report, code=0)
    home.shown.append("# somebody comes")
    ticket_id = tickets.take_next(agent.person_id)
    assert ticket_id is not None
    home.type(client, "ticket", code=0)
    home.type(client, "ticket", "say", "Those of last summer", code=0)
    home.shown.append("# and answers")
    tickets.answer(ticket_id, "They are safe. Try this:\n1. backupclient find '*.jpg'")
    home.type(client, "ticket", code=0)
    home.type(client, "ticket", "solved", "Thank you", code=0)
    home.type(client, "ticket", "say", "One more thing", code=1)


class Approver(NamedTuple):
    """Whoever sits at the browser."""

    accounts: Accounts
    home: AccountHome

    def sign_in(self, home: Home, client: Client, *, approve: bool) -> None:
        """The command waits until somebody has said whether the computer may come in."""
        words = ["account", "sign-in", self.accounts.url, "--name", "Anna's laptop"]
        home.shown.append(f"$ {shlex.join(['backupclient', *words])}")
        process = client.watch(*words)
        lines = [process.stdout.readline().decode() for _ in range(2)] if process.stdout else []
        code = lines[1].split()[1]
        assert self.accounts.decide(self.home, code, approve=approve) == ""
        out, err = process.communicate(timeout=PATIENCE)
        assert process.returncode == (0 if approve else 1), (out, err)
        home.shown += [
            "".join(lines).rstrip(),
            *out.decode().splitlines(),
            *err.decode().splitlines(),
        ]


def household(home: Home, client: Client, study: Member, browser: Approver) -> None:
    home.type(client, "account", "computers", code=1)
    home.type(client, "account", "sign-in", "http://account.example.org", code=1)
    browser.sign_in(home, client, approve=False)
    browser.sign_in(home, client, approve=True)
    home.type(client, "account", "join", "--code", "AAAAA-BBBBB-CCCCC", home.photos, code=1)
    home.type(client, "account", "join", "--code", study.code(), home.photos, code=0)
    study.until(lambda: all(one.last_backup for one in study.storage_plan().computers))
    home.type(client, "account", code=0)
    home.type(client, "account", "refresh", code=0)
    home.type(client, "account", "join-code", code=0)
    home.type(client, "account", "take-over", "Study PC", code=1)
    home.type(client, "account", "release", "Studio PC", "--yes", code=1)
    home.type(client, "account", "release", "Study PC", "--yes", code=0)
    home.type(client, "account", "take-over", "Study PC", code=0)
    home.type(client, "account", "computers", code=0)
