"""Letting people in: by a link that is good for one person and for a while."""

from __future__ import annotations

from datetime import timedelta
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import households, people
from backupclient.account_server.offers import Offer
from backupclient.account_server.problems import Code, Problem
from backupclient.account_server.purchase_tables import Invitation
from backupclient.account_server.service import Service, digest, new_token
from backupclient.account_server.shop import Shop
from backupclient.account_server.tables import Household

LIFETIME = timedelta(days=14)


class Invited(NamedTuple):
    """What a link lets somebody into: a household, by its name, or a plan of their own."""

    household: str | None
    offer: Offer | None


class Invitations:
    """Any thread."""

    def __init__(self, service: Service, shop: Shop) -> None:
        self._service = service
        self._shop = shop

    def make(
        self,
        *,
        household_id: str | None = None,
        offer_id: str | None = None,
        person_id: str | None = None,
    ) -> str:
        """The address of a new invitation, which nobody can be told again: into a household, or to
        a new one that gets the offer as a gift. `Problem` NOT_FOUND if there is no such offer."""
        if household_id is None and (offer_id is None or self._shop.offers.find(offer_id) is None):
            raise Problem(Code.NOT_FOUND)
        code, now = new_token(), self._service.clock.now()
        with self._service.database.writing() as session:
            session.add(
                Invitation(
                    code_digest=digest(code),
                    household_id=household_id,
                    offer_id=offer_id,
                    invited_by=person_id,
                    created=now,
                    expires=now + LIFETIME,
                    used_by=None,
                )
            )
        return f"{self._service.settings.public_url}/join/{code}"

    def look(self, code: str) -> Invited:
        """What it is for; `Problem` NOT_FOUND if it is none, was used or is too old."""
        with self._service.database.reading() as session:
            row = self._find(session, code)
            if row.household_id is not None:
                return Invited(session.get_one(Household, row.household_id).name, None)
            return Invited(None, self._shop.offers.find(row.offer_id or ""))

    def accept(self, code: str, email: str, password: str, name: str = "") -> str:
        """The person is in; their id. `name` is what a new household is called. `Problem` as
        `look` and `people.create`; the invitation then stays good."""
        service = self._service
        with service.database.writing() as session:
            row = self._find(session, code, lock=True)
            household_id = row.household_id
            if household_id is None:
                household_id = self._found(session, row, name)
            person_id = people.create(service, session, household_id, email, password)
            row.used_by = person_id
        self._shop.wake()
        return person_id

    def _found(self, session: Session, row: Invitation, name: str) -> str:
        offer = self._shop.offers.find(row.offer_id or "")
        if offer is None:
            raise Problem(Code.NOT_FOUND)
        return households.found(self._service, session, name.strip() or "Home", offer)

    def _find(self, session: Session, code: str, *, lock: bool = False) -> Invitation:
        found = sa.select(Invitation).filter_by(code_digest=digest(code))
        row = session.scalars(found.with_for_update() if lock else found).one_or_none()
        if row is None or row.used_by is not None or row.expires <= self._service.clock.now():
            raise Problem(Code.NOT_FOUND)
        return row
