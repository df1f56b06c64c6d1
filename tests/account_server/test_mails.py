"""Mails: over a real SMTP connection, into a folder, and about computers that fell silent."""

from __future__ import annotations

import email
import email.message
import email.policy
import os
import re
import signal
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from backupclient.account_server.letters import Letter, Letters
from backupclient.account_server.mails import FolderMailer, Mail, MailNotSent, SmtpMailer
from backupclient.account_server.offers import GB, Offer, Period, Price
from backupclient.account_server.settings import MailServer
from backupclient.account_server.standing import Entry, EntryKind, standing
from backupclient.account_server.tables import Device
from backupclient.clock import SystemClock
from tests.accounts import Accounts, Computer
from tests.fakes import ManualClock
from tests.households import Member

MAIL = Mail("about-this-1", "ana@example.org", "Größe: 200\u00a0GB", "Line one\n\n.dot\n")
DAY = 86400


class Receiver(socketserver.ThreadingTCPServer):
    """Takes mails as an SMTP server does (RFC 5321), or refuses their recipient."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, *, refuses: bool = False) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.refuses = refuses
        self.mails: list[bytes] = []
        self.recipients: list[str] = []


class _Talk(socketserver.StreamRequestHandler):
    server: Receiver

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "QUIT":
                self._say("221 bye")
                return
            if verb == "RCPT":
                self.server.recipients.append(line.partition(":")[2])
                self._say("450 not now" if self.server.refuses else "250 fine")
            elif verb == "DATA":
                self._say("354 go on")
                self.server.mails.append(self._body())
                self._say("250 taken")
            else:
                self._say("250 fine")

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def receiving(*, refuses: bool = False) -> Iterator[Receiver]:
    with Receiver(refuses=refuses) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def mailer(server: Receiver) -> SmtpMailer:
    port = server.server_address[1]
    to = MailServer(host="127.0.0.1", port=port, sender="keep@example.org", starttls=False)
    return SmtpMailer(to, ManualClock())


def read(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def test_a_mail_arrives_as_it_was_written() -> None:
    with receiving() as server:
        mailer(server).send(MAIL)
        assert server.recipients == ["<ana@example.org>"]
        message = read(server.mails[0])
    assert (message["To"], message["Subject"]) == (MAIL.to, MAIL.subject)
    assert message.get_content().splitlines() == MAIL.text.splitlines()
    assert message["Message-ID"] == "<about-this-1@example.org>"


def test_what_the_server_does_not_take_is_not_sent() -> None:
    with receiving(refuses=True) as server, pytest.raises(MailNotSent):
        mailer(server).send(MAIL)
    with pytest.raises(MailNotSent):  # nobody listens any more
        mailer(server).send(MAIL)


def test_a_folder_has_each_mail_once(tmp_path: Path) -> None:
    into = FolderMailer(tmp_path / "mails", ManualClock())
    into.send(MAIL)
    into.send(MAIL)
    (file,) = (tmp_path / "mails").iterdir()
    assert read(file.read_bytes()).get_content() == MAIL.text


def every_letter(to: Letters) -> list[Letter]:
    day = datetime(2027, 3, 14, tzinfo=UTC)
    price = Price(amount=3600, currency="EUR", period=Period.YEAR)
    terms = Offer(offer_id="plus", name="Plus", limit=200 * GB, seats=5, price=price)
    paid = [Entry(EntryKind.PAID, day, terms, "order")]
    has = standing(paid, day)
    ended = standing([*paid, Entry(EntryKind.REFUNDED, day, terms, "order")], day)
    assert ended.limit == 0
    return [
        *(to.bought(terms, has), to.renewed(terms, has), to.not_paid(day, day)),
        *(to.cancelled(day, day), to.lapsed(day), to.data_ends(day), to.data_deleted()),
        *(to.refunded(3600, "EUR", has), to.refunded(3600, "EUR", ended)),
        to.new_password("https://keep.example/plan"),
        *(to.silent("{PC} <1>", 6, day), to.silent("PC", 6, None)),
    ]


def test_every_letter_is_in_the_language_of_who_gets_it() -> None:
    english, german = (every_letter(Letters(of, "https://keep.example")) for of in ("en", "de"))
    for mine, theirs in zip(english, german, strict=True):
        assert mine.subject != theirs.subject
        lines, others = (set(one.text.splitlines()) for one in (mine, theirs))
        assert lines & others == {"", "Plainkeep"}
        assert ("https://keep.example/plan" in mine.text) is (
            "https://keep.example/plan" in theirs.text
        )
    assert english[-2].subject == "{PC} <1>: no complete backup for 6\u00a0days"
    assert "14.\u00a0März 2027" in german[2].text


def report(accounts: Accounts, computer: Computer, *, complete: bool) -> None:
    """A computer tells of a backup that has just ended."""
    now = accounts.clock.now().isoformat()
    body = {"name": "Study PC", "system": "Debian GNU/Linux 12", "last_backup": now}
    if complete:
        body["last_backup_complete"] = now
    accounts.ask(computer, "PUT", "/v1/device", json=body).raise_for_status()


def told(accounts: Accounts, computer: Computer) -> list[str]:
    """What the household was told of silent computers."""
    mails = [read(file.read_bytes()) for file in accounts.mails.glob("silent-*.eml")]
    mine = [mail for mail in mails if mail["To"] == computer.home.email]
    return sorted(re.sub(r"\s", " ", str(mail["Subject"])) for mail in mine)


def days_pass(accounts: Accounts, days: float) -> None:
    accounts.clock.advance(days * DAY)
    accounts.settle()


@pytest.mark.needs_seaweed
def test_a_computer_that_is_gone_for_good_is_told_of(accounts: Accounts, tmp_path: Path) -> None:
    """A real one, which is killed after its first backup and never heard of again."""
    late = SystemClock().now() - accounts.clock.now()
    assert late > timedelta(), "the first test that this service sees"
    accounts.clock.advance(late.total_seconds())  # as on the computer
    home = accounts.found()
    with Member(tmp_path / "desk", "Study PC", own_process=True) as desk:
        (desk.source / "letter").write_text("Dear Anna")
        account = desk.sign_in(accounts.url, lambda one: accounts.approve(home, one.user_code))
        desk.join("made up for this test")

        def reported() -> bool:
            with accounts.service.database.reading() as session:
                row = session.get_one(Device, account.device_id)
                return row.last_backup_complete is not None

        desk.until(reported)
        os.kill(desk.link.engine.pid, signal.SIGKILL)
        computer = Computer(account.device_id, "", home)
        days_pass(accounts, 4.9)
        assert told(accounts, computer) == []
        days_pass(accounts, 0.2)
        assert told(accounts, computer) == ["Study PC: no complete backup for 5 days"]


def test_a_computer_that_fell_silent_is_told_of_once_and_again_much_later(
    accounts: Accounts,
) -> None:
    computer = accounts.sign_in(accounts.found())
    report(accounts, computer, complete=True)
    days_pass(accounts, 4.9)
    assert told(accounts, computer) == []
    # Backups that are not complete are no reason to be quiet.
    report(accounts, computer, complete=False)
    days_pass(accounts, 0.2)
    five = "Study PC: no complete backup for 5 days"
    assert told(accounts, computer) == [five]
    days_pass(accounts, 10)
    assert told(accounts, computer) == [five]
    days_pass(accounts, 5)
    assert told(accounts, computer) == ["Study PC: no complete backup for 20 days", five]
    days_pass(accounts, 300)
    assert len(told(accounts, computer)) == 2

    report(accounts, computer, complete=True)
    days_pass(accounts, 6)
    assert len(told(accounts, computer)) == 3  # another silence


def test_nobody_hears_of_computers_that_gave_their_seat_back(accounts: Accounts) -> None:
    computer = accounts.sign_in(accounts.found())
    path = f"/v1/devices/{computer.device_id}/release"
    accounts.ask(computer, "POST", path).raise_for_status()
    days_pass(accounts, 30)
    assert told(accounts, computer) == []
