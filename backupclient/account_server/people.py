"""People: their passwords for the account (never for a backup), and their browsers."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.limits import SIGN_IN
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.service import Service, digest, new_id, new_token
from backupclient.account_server.tables import BrowserSession, Person
from backupclient.account_server.texts import ENGLISH

SESSION_LIFETIME = timedelta(days=14)
LEAST_PASSWORD = 10


class SignedInPerson(NamedTuple):
    """Somebody in a browser. Every form must bring `csrf` along. `language` is that of mails."""

    person_id: str
    household_id: str
    email: str
    language: str
    csrf: str


def create(service: Service, session: Session, household_id: str, email: str, password: str) -> str:
    """A new person; their id. `Problem` CONFLICT if the address is in use, INVALID if the password
    is too short or the address cannot be one."""
    email = email.strip().casefold()
    local, _, domain = email.rpartition("@")
    if not local or "." not in domain or len(email) > 254 or not email.isprintable():
        raise Problem(Code.INVALID)
    checked_password(password)
    if session.scalar(sa.select(Person.id).where(Person.email == email)) is not None:
        raise Problem(Code.CONFLICT)
    person = Person(
        id=new_id(),
        household_id=household_id,
        email=email,
        password_hash=service.passwords.hash(password),
        language=ENGLISH,
        created=service.clock.now(),
    )
    session.add(person)
    session.flush()
    service.note(session, household_id, f"person:{person.id}", "person-joined")
    return person.id


def checked_password(password: str) -> str:
    """It; `Problem` INVALID if it is too short for one."""
    if not LEAST_PASSWORD <= len(password) <= 1000:
        raise Problem(Code.INVALID)
    return password


def sign_in(service: Service, address: str, email: str, password: str) -> str:
    """The token of a new browser session, to be put in its cookie. `Problem` NOT_SIGNED_IN if
    either is wrong, which takes as long as if both were right; TOO_MANY_TRIES."""
    email = email.strip().casefold()
    service.limits.take("sign-in-from", address, SIGN_IN)
    service.limits.take("sign-in-as", email, SIGN_IN)
    with service.database.reading() as session:
        row = session.execute(
            sa.select(Person.id, Person.password_hash).where(Person.email == email)
        ).one_or_none()
    known = service.passwords.verified(row.password_hash if row else None, password)
    if row is None or not known:
        raise Problem(Code.NOT_SIGNED_IN)
    service.limits.forget("sign-in-as", email)
    service.limits.forget("sign-in-from", address)
    return open_session(service, row.id)


def open_session(service: Service, person_id: str) -> str:
    """The token of a new browser session of somebody who is known."""
    token, now = new_token(), service.clock.now()
    with service.database.writing() as session:
        session.execute(sa.delete(BrowserSession).where(BrowserSession.expires <= now))
        session.add(
            BrowserSession(
                token_digest=digest(token),
                person_id=person_id,
                csrf=new_token(),
                created=now,
                expires=now + SESSION_LIFETIME,
            )
        )
    return token


def speak(service: Service, person_id: str, language: str) -> None:
    """Somebody is written to in that language from now on."""
    with service.database.writing() as session:
        session.execute(
            sa.update(Person)
            .where(Person.id == person_id, Person.language != language)
            .values(language=language)
        )


def signed_in(service: Service, token: str) -> SignedInPerson | None:
    """Whose session that is, while it lasts."""
    with service.database.reading() as session:
        row = session.execute(
            sa.select(
                Person.id,
                Person.household_id,
                Person.email,
                Person.language,
                BrowserSession.csrf,
            )
            .join(BrowserSession, BrowserSession.person_id == Person.id)
            .where(
                BrowserSession.token_digest == digest(token),
                BrowserSession.expires > service.clock.now(),
            )
        ).one_or_none()
    return None if row is None else SignedInPerson(*row)


def sign_out(service: Service, token: str) -> None:
    """The browser session ends."""
    with service.database.writing() as session:
        session.execute(
            sa.delete(BrowserSession).where(BrowserSession.token_digest == digest(token))
        )
