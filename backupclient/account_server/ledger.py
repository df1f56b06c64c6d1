"""Orders and the ledger of what became of them: appended to, never changed.

A provider's event is recorded once, an order under one key is made once. Each entry writes, in its
own transaction, what follows from it: the household's plan, and in the outbox what must be done
outside the database. So whoever was told that a notice is recorded may forget it.
"""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import sqlalchemy as sa
from sqlalchemy.orm import Session

from backupclient.account_server import outbox
from backupclient.account_server.checkout import Notice, NoticeKind, Order, Provider
from backupclient.account_server.database import Database
from backupclient.account_server.offers import Offer
from backupclient.account_server.purchase_tables import (
    CheckoutKind,
    CheckoutRow,
    LedgerRow,
    OutboxKind,
    PlanChange,
)
from backupclient.account_server.standing import Entry, EntryKind, Standing, standing
from backupclient.account_server.tables import Household, Plan, PlanState
from backupclient.decoding import from_json

_LATE_FOR = timedelta(days=1)
"""So long after it was begun a payment may still be under way."""
OWN = "own"
"""The provider of what nobody paid for."""


class UnknownOrder(Exception):
    """A notice about what was never ordered here."""


class Recorded(NamedTuple):
    """What an entry made of the plan. `new` is False for an event that was known already."""

    household_id: str
    kind: EntryKind
    before: Standing
    after: Standing
    number: int
    new: bool


class Ledger:
    """Methods take the session of a transaction that is written, and belong to its thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- orders -----------------------------------------------------------------------------------

    def place(
        self, session: Session, household_id: str, terms: Offer, key: str, now: datetime
    ) -> CheckoutRow:
        """The order under this key, made unless it is there. A smaller plan than the one that runs
        is a change at its next renewal, and costs nothing now."""
        self.turn(session, household_id)
        known = self._by_key(session, household_id, key)
        if known is not None:
            return known
        current = self.standing(session, household_id, now)
        kind = CheckoutKind.CHANGE if is_smaller(terms, current) else CheckoutKind.PURCHASE
        return self._new_order(session, household_id, kind, terms, key, now)

    def renewal(
        self, session: Session, household_id: str, terms: Offer, key: str, now: datetime
    ) -> CheckoutRow:
        """The order that renews a plan, made unless it is there."""
        known = self._by_key(session, household_id, key)
        kind = CheckoutKind.RENEWAL
        return known or self._new_order(session, household_id, kind, terms, key, now)

    def _by_key(self, session: Session, household_id: str, key: str) -> CheckoutRow | None:
        return session.scalars(
            sa.select(CheckoutRow).filter_by(household_id=household_id, key=key)
        ).one_or_none()

    def _new_order(
        self,
        session: Session,
        household_id: str,
        kind: CheckoutKind,
        terms: Offer,
        key: str,
        now: datetime,
    ) -> CheckoutRow:
        row = CheckoutRow(
            id=f"co_{secrets.token_hex(12)}",
            household_id=household_id,
            kind=kind,
            key=key,
            terms=msgspec.json.encode(terms).decode(),
            url="",
            created=now,
        )
        session.add(row)
        session.flush()
        return row

    # --- what happened ----------------------------------------------------------------------------

    def record(
        self, session: Session, provider: Provider, notice: Notice, body: bytes, now: datetime
    ) -> Recorded:
        """A provider's notice. `UnknownOrder` if it is about none of ours."""
        order = session.get(CheckoutRow, notice.checkout_id)
        if order is None:
            raise UnknownOrder
        self.turn(session, order.household_id)
        row = LedgerRow(
            provider=provider.name,
            event_id=notice.event_id,
            household_id=order.household_id,
            kind=_meaning(order, notice),
            checkout_id=order.id,
            terms=order.terms,
            amount=notice.amount,
            currency=notice.currency,
            at=now,
            recorded=now,
            body=body.decode(errors="replace"),
        )
        return self._append(session, row, now)

    def note(
        self,
        session: Session,
        household_id: str,
        kind: EntryKind,
        event_id: str,
        now: datetime,
        terms: Offer | None = None,
        checkout_id: str | None = None,
    ) -> Recorded:
        """Something that is no payment: a gift, a choice for the next renewal, a cancellation."""
        self.turn(session, household_id)
        row = LedgerRow(
            provider=OWN,
            event_id=event_id,
            household_id=household_id,
            kind=kind,
            checkout_id=checkout_id,
            terms=None if terms is None else msgspec.json.encode(terms).decode(),
            amount=None,
            currency=None,
            at=now,
            recorded=now,
            body="",
        )
        return self._append(session, row, now)

    def _append(self, session: Session, row: LedgerRow, now: datetime) -> Recorded:
        before = self.standing(session, row.household_id, now)
        values = {
            column.key: getattr(row, column.key)
            for column in sa.inspect(LedgerRow).columns
            if column.key != "no"
        }
        new = self._database.insert_unless_there(session, LedgerRow, values)
        number = session.scalars(
            sa.select(LedgerRow.no).filter_by(provider=row.provider, event_id=row.event_id)
        ).one()
        after = self.show(session, row.household_id, now)
        if new and before.limit != after.limit:
            what, key = str(number), f"entry {number}"
            apply, database = OutboxKind.APPLY, self._database
            outbox.add(database, session, apply, row.household_id, what, key, now)
        return Recorded(row.household_id, EntryKind(row.kind), before, after, number, new)

    # --- what follows from it ---------------------------------------------------------------------

    def entries(self, session: Session, household_id: str) -> list[Entry]:
        """In the order in which they were recorded."""
        rows = session.scalars(
            sa.select(LedgerRow).filter_by(household_id=household_id).order_by(LedgerRow.no)
        )
        return [
            Entry(
                kind=EntryKind(row.kind),
                at=row.at,
                terms=None if row.terms is None else from_json(row.terms, Offer),
                order=row.checkout_id,
            )
            for row in rows
        ]

    def length(self, session: Session, household_id: str) -> int:
        """How many entries there are."""
        count = sa.select(sa.func.count()).select_from(LedgerRow)
        return session.execute(count.filter_by(household_id=household_id)).scalar_one()

    def standing(self, session: Session, household_id: str, now: datetime) -> Standing:
        """What the household has now. Also for sessions that only read."""
        return standing(self.entries(session, household_id), now)

    def outcome(self, session: Session, checkout_id: str) -> EntryKind | None:
        """What the last entry about an order says."""
        kind = session.scalars(
            sa.select(LedgerRow.kind)
            .filter_by(checkout_id=checkout_id)
            .order_by(LedgerRow.no.desc())
        ).first()
        return None if kind is None else EntryKind(kind)

    def under_way(self, session: Session, household_id: str, now: datetime) -> int:
        """Purchases that were begun lately, and of which nothing was heard yet."""
        heard = sa.select(LedgerRow.no).where(LedgerRow.checkout_id == CheckoutRow.id).exists()
        count = sa.select(sa.func.count()).select_from(CheckoutRow)
        count = count.filter_by(household_id=household_id, kind=CheckoutKind.PURCHASE)
        lately = CheckoutRow.created >= now - _LATE_FOR
        return session.execute(count.where(lately, ~heard)).scalar_one()

    def show(self, session: Session, household_id: str, now: datetime) -> Standing:
        """Bring the household's plan to what the ledger says now, and tell who listens."""
        entries = self.entries(session, household_id)
        found = standing(entries, now)
        if not entries:
            return found
        plan = session.get(Plan, household_id)
        if plan is None:
            plan = Plan(household_id=household_id, limit_bytes=0, limit_since=now)
            session.add(plan)
        _copy(found, plan, now)
        _next_change(session, household_id, found.changes)
        session.flush()
        self._database.changed(session, household_id)
        return found

    def turn(self, session: Session, household_id: str) -> None:
        """One writes about a household at a time."""
        session.execute(sa.select(Household.id).filter_by(id=household_id).with_for_update()).one()


def terms_of(order: CheckoutRow) -> Offer:
    return from_json(order.terms, Offer)


def order_of(order: CheckoutRow) -> Order:
    """As the provider knows it."""
    return Order(order.id, order.household_id, terms_of(order))


def _meaning(order: CheckoutRow, notice: Notice) -> EntryKind:
    price = terms_of(order).price
    match notice.kind:
        case NoticeKind.DECLINED:
            return EntryKind.DECLINED
        case NoticeKind.REFUNDED:
            return EntryKind.REFUNDED
        case NoticeKind.PAID:
            if price is None or (notice.amount, notice.currency) != (price.amount, price.currency):
                return EntryKind.UNEXPECTED
            renews = order.kind == CheckoutKind.RENEWAL
            return EntryKind.RENEWED if renews else EntryKind.PAID


def is_smaller(terms: Offer, current: Standing) -> bool:
    """Whether it is less than what runs and was paid for."""
    running = current.state in (PlanState.ACTIVE, PlanState.PAST_DUE)
    has = current.terms
    return running and has is not None and has.price is not None and terms.limit < has.limit


def _copy(found: Standing, plan: Plan, now: datetime) -> None:
    terms = found.terms
    if plan.limit_bytes != found.limit:
        plan.limit_bytes, plan.limit_since = found.limit, now
    plan.name = "" if terms is None else terms.name
    plan.seats = found.seats
    plan.state = found.state
    plan.renews, plan.ends = found.renews, found.ends
    plan.data_kept_until = found.data_kept_until
    price = None if terms is None else terms.price
    plan.price_amount = None if price is None else price.amount
    plan.price_currency = None if price is None else price.currency
    plan.price_period = None if price is None else price.period.value


def _next_change(session: Session, household_id: str, at: datetime | None) -> None:
    row = session.get(PlanChange, household_id)
    if at is None:
        if row is not None:
            session.delete(row)
    elif row is None:
        session.add(PlanChange(household_id=household_id, at=at))
    else:
        row.at = at
