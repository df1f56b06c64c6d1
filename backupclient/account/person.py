"""Being helped by a person of the account service: what is asked of it, and the place in line that
this computer keeps. `ticket.json` outlives engine and window; `ticket-report.zip` is there until
the service has it.
"""

from __future__ import annotations

import contextlib
import uuid
from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.account.client import AccountClient
from backupclient.decoding import from_json
from backupclient.settings import make_private, write_atomically
from backupclient.wire.tickets import TakePlace, Ticket, Wait, Wish

FILE_NAME = "ticket.json"
REPORT_NAME = "ticket-report.zip"


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    wish: Wish
    code: str


class _Said(msgspec.Struct, frozen=True):
    words: str


class _Closed(msgspec.Struct, frozen=True):
    solved: bool
    words: str


class _Idea(msgspec.Struct, frozen=True, omit_defaults=True):
    words: str
    picture: bytes | None = None


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """`key` is there before the place is asked for, so that a place of which no answer came is the
    same one when it is asked for again."""

    key: str
    ticket: Ticket | None = None
    as_of: datetime | None = None
    rated: bool = False


class Person:
    """As `AccountClient`, whose errors its calls raise."""

    def __init__(self, client: AccountClient) -> None:
        self._client = client

    def wait(self) -> Wait:
        """Of somebody who would come now."""
        return self._client.ask("GET", "/v1/support/wait", Wait)

    def take_place(self, key: str, request: TakePlace) -> Ticket:
        """With the same `key` the same one. `AccountRefused` (reason: conflict) if this computer
        has one with another key."""
        asked = _Asked(subject=request.subject, wish=request.wish, code=request.code)
        headers = {"Idempotency-Key": key}
        return self._client.ask("POST", "/v1/tickets", Ticket, body=asked, headers=headers)

    def open_one(self) -> Ticket | None:
        """The one of this computer that is not over, if there is one."""
        found = self._client.ask("GET", "/v1/tickets", tuple[Ticket, ...])
        return found[-1] if found else None

    def ticket(self, ticket_id: str) -> Ticket:
        """`AccountRefused` (reason: not-found)."""
        return self._client.ask("GET", f"/v1/tickets/{ticket_id}", Ticket)

    def send_report(self, ticket_id: str, content: bytes) -> None:
        """A .zip. `AccountRefused` (reason: conflict if it is over, too-large, invalid)."""
        self._client.send("PUT", f"/v1/tickets/{ticket_id}/bundle", body=content)

    def say(self, ticket_id: str, words: str) -> Ticket:
        """`AccountRefused` (reason: conflict) once it is over."""
        said = _Said(words)
        return self._client.ask("POST", f"/v1/tickets/{ticket_id}/messages", Ticket, body=said)

    def close(self, ticket_id: str, *, solved: bool, words: str) -> Ticket:
        closed = _Closed(solved, words)
        return self._client.ask("POST", f"/v1/tickets/{ticket_id}/close", Ticket, body=closed)

    def send_idea(self, words: str, picture: bytes) -> None:
        self._client.send("POST", "/v1/ideas", body=_Idea(words, picture or None))


def new_key() -> str:
    return uuid.uuid4().hex


def load(data: Path) -> Kept | None:
    """None if there is none that can be read: the service knows of a place, too."""
    try:
        return from_json((data / FILE_NAME).read_bytes(), Kept)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def save(data: Path, kept: Kept) -> None:
    """Durable when it returns. OSError if it cannot be written."""
    make_private(data)
    write_atomically(data / FILE_NAME, msgspec.json.encode(kept))


def forget(data: Path) -> None:
    for name in (FILE_NAME, REPORT_NAME):
        with contextlib.suppress(OSError):
            (data / name).unlink()
