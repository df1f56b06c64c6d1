"""What becomes of the data of plans that have ended: people are told three times when it is
deleted, and then it is.

Nothing is deleted of who has a plan again, of who is just paying for one, or of who was
not warned for the second time at least a week before, whatever the clock says.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import outbox, places
from backupclient.account_server.ledger import Ledger
from backupclient.account_server.letters import Letters
from backupclient.account_server.post import Post
from backupclient.account_server.purchase_tables import LedgerRow, OutboxKind, OutboxRow
from backupclient.account_server.service import Service
from backupclient.account_server.standing import EntryKind, Standing
from backupclient.account_server.tables import Plan, PlanState, StoragePlace

WARNED_BEFORE = (30, 8, 1)
"""Days."""
SURE = 8
LEAST = timedelta(days=7)
"""After the warning of `SURE` days: if that came late, because the service was away, the deletion
is later, too."""


class Ending:
    """Any thread, and any number of processes at once."""

    def __init__(self, service: Service, ledger: Ledger, post: Post) -> None:
        self._service = service
        self._database = service.database
        self._ledger = ledger
        self._post = post

    def look(self, now: datetime, *, deleting: bool = True) -> list[str]:
        """Warn whom it is time to warn; whose data is deleted from now on. Not `deleting`: whose
        could be."""
        first = now + timedelta(days=max(WARNED_BEFORE))
        ended = (
            sa.select(Plan.household_id)
            .join(StoragePlace, StoragePlace.household_id == Plan.household_id)
            .where(Plan.state == PlanState.LAPSED, Plan.data_kept_until <= first)
        )
        with self._database.reading() as session:
            found = session.scalars(ended).all()
        due = []
        for household_id in found:
            with self._database.writing() as session:
                if self._look_at(session, household_id, now, deleting=deleting):
                    due.append(household_id)
        return due

    def _look_at(
        self, session: Session, household_id: str, now: datetime, *, deleting: bool
    ) -> bool:
        self._ledger.turn(session, household_id)
        found = self._ledger.standing(session, household_id, now)
        if found.state is not PlanState.LAPSED or found.data_kept_until is None:
            return False
        warned = self._warned(session, household_id, found)
        deleted_on = max(found.data_kept_until, (warned or now) + LEAST)
        due = [days for days in WARNED_BEFORE if now >= deleted_on - timedelta(days=days)]
        if due:
            self._warn(session, household_id, found, min(due), deleted_on, now)
        if now < deleted_on or not self._may(session, household_id, now):
            return False
        if deleting:
            self._delete(session, household_id, found, now)
        return True

    def _warned(self, session: Session, household_id: str, found: Standing) -> datetime | None:
        event_id = _event("warned", household_id, found, SURE)
        row = sa.select(LedgerRow).filter_by(household_id=household_id, event_id=event_id)
        told = session.scalars(row).one_or_none()
        return None if told is None else told.at

    def _warn(
        self,
        session: Session,
        household_id: str,
        found: Standing,
        days: int,
        deleted_on: datetime,
        now: datetime,
    ) -> None:
        event = _event("warned", household_id, found, days)
        recorded = self._ledger.note(session, household_id, EntryKind.WARNED, event, now)
        if recorded.new:
            key = f"entry-{recorded.number}"
            self._post.send(session, household_id, lambda to: to.data_ends(deleted_on), key, now)

    def _may(self, session: Session, household_id: str, now: datetime) -> bool:
        """Whether all mails have been handed over, and nobody is paying."""
        mails = sa.select(OutboxRow.no).filter_by(household_id=household_id, kind=OutboxKind.MAIL)
        waiting = session.scalars(mails.where(OutboxRow.due.is_not(None)).limit(1)).first()
        return waiting is None and not self._ledger.under_way(session, household_id, now)

    def _delete(self, session: Session, household_id: str, found: Standing, now: datetime) -> None:
        """One transaction decides it; a plan bought from now on gets a storage of its own."""
        event = _event("deleted", household_id, found, 0)
        recorded = self._ledger.note(session, household_id, EntryKind.DELETED, event, now)
        bucket = places.give_up(self._service, session, household_id)
        if bucket is not None:
            kind = OutboxKind.DELETE
            outbox.add(self._database, session, kind, household_id, bucket, bucket, now)
        key = f"entry-{recorded.number}"
        self._post.send(session, household_id, Letters.data_deleted, key, now)


def _event(what: str, household_id: str, found: Standing, days: int) -> str:
    """Once for each end of a plan."""
    assert found.ends is not None
    return f"{what} {household_id} {found.ends:%Y%m%dT%H%M%S} {days}"
