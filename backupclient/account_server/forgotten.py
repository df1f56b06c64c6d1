"""A new password for somebody who has forgotten that of their account: by a link to their e-mail
address, good once and for an hour. It is written when it is sent and kept nowhere: signed with our
secret, it names the password that it replaces."""

from __future__ import annotations

import hmac
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.letters import Letters
from backupclient.account_server.limits import FORGOTTEN, SIGN_IN
from backupclient.account_server.mails import Mail
from backupclient.account_server.outbox import Item, add
from backupclient.account_server.people import checked_password, open_session
from backupclient.account_server.post import Post
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.purchase_tables import OutboxKind
from backupclient.account_server.service import Service, new_id
from backupclient.account_server.tables import BrowserSession, Person

LIFETIME = timedelta(hours=1)


class Forgotten:
    """Any thread."""

    def __init__(self, service: Service, post: Post) -> None:
        self._service = service
        self._post = post

    def ask(self, address: str, email: str) -> None:
        """Whoever has that e-mail address is sent a link; nobody is told whether somebody has.
        `Problem` TOO_MANY_TRIES."""
        service, email = self._service, email.strip().casefold()
        service.limits.take("forgotten-from", address, SIGN_IN)
        service.limits.take("forgotten-as", email, FORGOTTEN)
        with service.database.writing() as session:
            person = session.scalars(sa.select(Person).filter_by(email=email)).one_or_none()
            if person is None:
                return
            kind, now = OutboxKind.PASSWORD, service.clock.now()
            add(service.database, session, kind, person.household_id, person.id, new_id(), now)

    def deliver(self, item: Item) -> None:
        """An item of the outbox. `NotDone` if it could not be sent."""
        with self._service.database.reading() as session:
            person = session.get_one(Person, item.subject)
            letters = Letters(person.language, self._service.settings.public_url)
            letter = letters.new_password(self._link(person))
            mail = Mail(f"password-{item.number}", person.email, letter.subject, letter.text)
        self._post.hand_over(mail)

    def email(self, link: str) -> str:
        """Whose link it is. `Problem` NOT_FOUND if it is none, was used or is too old."""
        with self._service.database.reading() as session:
            return self._find(session, link).email

    def choose(self, link: str, password: str) -> str:
        """That is the password from now on, and no browser is signed in but this one: the token of
        its session. `Problem` as `email`, and INVALID if it is too short."""
        service = self._service
        hashed = service.passwords.hash(checked_password(password))
        with service.database.writing() as session:
            person = self._find(session, link, lock=True)
            person.password_hash = hashed
            session.execute(sa.delete(BrowserSession).filter_by(person_id=person.id))
            service.note(
                session, person.household_id, f"person:{person.id}", "password-chosen-anew"
            )
        service.limits.forget("sign-in-as", person.email)
        return open_session(service, person.id)

    def _link(self, person: Person) -> str:
        expires = int((self._service.clock.now() + LIFETIME).timestamp())
        signed = f"{person.id}.{expires}.{self._signature(person, expires)}"
        return f"{self._service.settings.public_url}/password/{signed}"

    def _signature(self, person: Person, expires: int) -> str:
        about = f"{person.id} {expires} {person.password_hash}"
        return self._service.short_digest("new-password", about)

    def _find(self, session: Session, link: str, *, lock: bool = False) -> Person:
        person_id, _, rest = link.partition(".")
        expires, _, signature = rest.partition(".")
        found = sa.select(Person).filter_by(id=person_id)
        person = session.scalars(found.with_for_update() if lock else found).one_or_none()
        now = self._service.clock.now().timestamp()
        if person is None or not expires.isascii() or not expires.isdigit():
            raise Problem(Code.NOT_FOUND)
        due = self._signature(person, int(expires))
        if not hmac.compare_digest(signature.encode(), due.encode()) or int(expires) <= now:
            raise Problem(Code.NOT_FOUND)
        return person
