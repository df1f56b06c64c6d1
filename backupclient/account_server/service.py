"""What every endpoint has at hand."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Annotated, NamedTuple

import argon2
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from backupclient.account_server.database import Database
from backupclient.account_server.limits import Limits
from backupclient.account_server.provisioning import Provisioner
from backupclient.account_server.settings import Settings
from backupclient.account_server.shown import Looks
from backupclient.account_server.streams import Streams
from backupclient.account_server.tables import Audit
from backupclient.clock import Clock


class Passwords:
    """Of people, for their account: kept as argon2 makes them. Any thread."""

    def __init__(self, hasher: argon2.PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody = hasher.hash(secrets.token_hex(16))

    def hash(self, password: str) -> str:
        """To be kept."""
        return self._hasher.hash(password)

    def verified(self, kept: str | None, password: str) -> bool:
        """Whether it is the one that was kept. Takes as long where none was."""
        try:
            self._hasher.verify(kept or self._nobody, password)
        except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
            return False
        return kept is not None


class Service(NamedTuple):
    """The parts of one running service."""

    settings: Settings
    clock: Clock
    database: Database
    provisioner: Provisioner
    streams: Streams
    limits: Limits
    passwords: Passwords
    looks: Looks

    def short_digest(self, purpose: str, code: str) -> str:
        """Under which a short code is kept: not to be found by trying all codes without our
        secret."""
        key = self.settings.secret.encode()
        return hmac.new(key, f"{purpose}\0{code}".encode(), hashlib.sha256).hexdigest()

    def note(
        self, session: Session, household_id: str, actor: str, what: str, about: str | None = None
    ) -> None:
        """Keep in the audit who did what."""
        session.add(
            Audit(
                at=self.clock.now(),
                household_id=household_id,
                actor=actor,
                what=what,
                about=about,
            )
        )


def digest(token: str) -> str:
    """Under which a token is kept. It is long and random, so that a plain digest tells nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    return secrets.token_urlsafe(32)


def new_id() -> str:
    return secrets.token_hex(12)


def _of(request: Request) -> Service:
    service = request.app.state.service
    assert isinstance(service, Service)
    return service


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


Served = Annotated[Service, Depends(_of)]
"""The service, for an endpoint's parameter."""

ClientAddress = Annotated[str, Depends(_address)]
"""Whose request it is, as far as the network tells."""
