"""Sending mails, behind an interface: by SMTP, or into a folder where the service has no server."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from backupclient.account_server.settings import MailServer
from backupclient.clock import Clock
from backupclient.settings import make_private, write_atomically

TIMEOUT_SECONDS = 20.0


class Mail(NamedTuple):
    """Plain text. `mail_id` stays the same when it is sent again, so that a mail program that gets
    two shows one; letters, digits and dashes."""

    mail_id: str
    to: str
    subject: str
    text: str


class MailNotSent(Exception):
    """By what the server said, or because it said nothing. Sent again later."""


class Mailer(Protocol):
    """Any thread. `MailNotSent` unless the mail is somebody else's care when it returns."""

    def send(self, mail: Mail) -> None: ...


class SmtpMailer:
    def __init__(self, server: MailServer, clock: Clock) -> None:
        self._server = server
        self._clock = clock

    def send(self, mail: Mail) -> None:
        message = _message(mail, self._server.sender, self._clock)
        try:
            with self._connect() as connection:
                if self._server.starttls and not self._server.tls:
                    connection.starttls(context=ssl.create_default_context())
                if self._server.user:
                    connection.login(self._server.user, self._server.password)
                connection.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise MailNotSent(str(error)) from error

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        if server.tls:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(
                server.host, server.port, timeout=TIMEOUT_SECONDS, context=context
            )
        return smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)


class FolderMailer:
    """One `.eml` file for each mail, named by its id; one sent again replaces the first."""

    def __init__(self, folder: Path, clock: Clock, sender: str = "plainkeep@localhost") -> None:
        self._folder = folder
        self._clock = clock
        self._sender = sender

    def send(self, mail: Mail) -> None:
        message = _message(mail, self._sender, self._clock)
        try:
            make_private(self._folder)
            write_atomically(self._folder / f"{mail.mail_id}.eml", bytes(message))
        except OSError as error:
            raise MailNotSent(str(error)) from error


def _message(mail: Mail, sender: str, clock: Clock) -> EmailMessage:
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.to
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{mail.mail_id}@{sender.rpartition('@')[2]}>"
    # Nobody's absence is to answer a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    return message
