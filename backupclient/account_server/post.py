"""Letters to the people of a household: written into the outbox, sent from there by the mailer."""

from __future__ import annotations

from datetime import datetime

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server.database import Database
from backupclient.account_server.letters import Letters, Write
from backupclient.account_server.mails import Mail, Mailer, MailNotSent
from backupclient.account_server.outbox import Item, NotDone, add
from backupclient.account_server.purchase_tables import OutboxKind
from backupclient.account_server.tables import Person
from backupclient.decoding import from_json


class Post:
    """Any thread. `url` is where the letters lead to."""

    def __init__(self, database: Database, mailer: Mailer, url: str) -> None:
        self._database = database
        self._mailer = mailer
        self._url = url

    def send(
        self, session: Session, household_id: str, write: Write, about: str, now: datetime
    ) -> None:
        """To everybody of the household in their own language, once for each thing that it is
        `about`, when `session` is committed."""
        people = session.scalars(sa.select(Person).filter_by(household_id=household_id))
        for person in people:
            letter = write(Letters(person.language, self._url))
            mail = Mail(f"{about}-{person.id}", person.email, letter.subject, letter.text)
            subject = msgspec.json.encode(mail).decode()
            kind, key = OutboxKind.MAIL, mail.mail_id
            add(self._database, session, kind, household_id, subject, key, now)

    def deliver(self, item: Item) -> None:
        """An item of the outbox. `NotDone` if it could not be sent."""
        self.hand_over(from_json(item.subject, Mail))

    def hand_over(self, mail: Mail) -> None:
        """It is sent now. `NotDone` if it could not be."""
        try:
            self._mailer.send(mail)
        except MailNotSent as error:
            raise NotDone(str(error)) from error
