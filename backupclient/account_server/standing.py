"""What a household's plan is at a moment, by what its ledger says and the clock. Pure.

Nothing else decides about a plan: rows of plans are copies of what is found here, made anew after
each entry and whenever a date in it has passed.
"""

from __future__ import annotations

import calendar
import enum
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from backupclient.account_server.offers import Offer, Period
from backupclient.account_server.tables import PlanState

GRACE = timedelta(days=14)
"""For so long after a renewal that could not be paid everything goes on."""
DATA_KEPT = timedelta(days=60)
"""For so long after its end a plan's data stays and can be restored."""
CHARGE_AFTER = (timedelta(0), timedelta(days=3), timedelta(days=7), timedelta(days=12))
"""When a renewal is asked for, counted from its day."""


class EntryKind(enum.StrEnum):
    """What a line of the ledger says happened."""

    GRANTED = "granted"
    PAID = "paid"
    RENEWED = "renewed"
    CHOSEN = "chosen"
    """What it is to be renewed as."""
    CANCELLED = "cancelled"
    RESUMED = "resumed"
    REFUNDED = "refunded"
    DECLINED = "declined"
    WARNED = "warned"
    """People were told when the data of a plan that has ended is deleted."""
    DELETED = "deleted"
    """It was."""
    UNEXPECTED = "unexpected"
    """Paid, but not what was ordered. Changes nothing; somebody has to look at it."""


class Entry(NamedTuple):
    """`terms` as they were sold; `order` is the checkout it is about. An order counts once however
    often it is said to be paid, and not at all once it is refunded, whatever was told first."""

    kind: EntryKind
    at: datetime
    terms: Offer | None = None
    order: str | None = None


class Standing(NamedTuple):
    """`terms` None: there never was a plan, or all was refunded. `renews` is when the next payment
    is due, `ends` when the plan takes no more data, or did; a lapsed one lets restoring go on, for
    as long as its data is kept.
    `then` is what it is renewed as. `changes` is when this may be something else without anything
    happening."""

    terms: Offer | None
    state: PlanState
    renews: datetime | None = None
    ends: datetime | None = None
    data_kept_until: datetime | None = None
    then: Offer | None = None
    changes: datetime | None = None
    deleted: datetime | None = None
    """Since when nothing is stored any more; there is no `data_kept_until` then."""

    @property
    def limit(self) -> int:
        """Bytes that may be stored now."""
        return 0 if self.terms is None or self.state is PlanState.LAPSED else self.terms.limit

    @property
    def seats(self) -> int:
        return 0 if self.terms is None else self.terms.seats


class _Paid(NamedTuple):
    """Where the fold has come to. `until` None has no end; `refunded` is the last refund."""

    terms: Offer | None = None
    until: datetime | None = None
    then: Offer | None = None
    cancelled: bool = False
    refunded: datetime | None = None
    deleted: datetime | None = None


def standing(entries: Sequence[Entry], now: datetime) -> Standing:
    """By all entries of one household, in their order."""
    refunded = {entry.order for entry in entries if entry.kind is EntryKind.REFUNDED}
    counted: set[str] = set()
    paid = _Paid()
    for entry in entries:
        if entry.order is not None and entry.kind in (EntryKind.PAID, EntryKind.RENEWED):
            if entry.order in refunded or entry.order in counted:
                continue
            counted.add(entry.order)
        paid = _after(paid, entry)
    return _at(paid, now)


def add_period(start: datetime, period: Period) -> datetime:
    """The same day a month or a year later, or the last one of a month that is shorter."""
    months = start.month - 1 + (1 if period is Period.MONTH else 12)
    year, month = start.year + months // 12, months % 12 + 1
    return start.replace(
        year=year, month=month, day=min(start.day, calendar.monthrange(year, month)[1])
    )


def _after(paid: _Paid, entry: Entry) -> _Paid:
    terms = entry.terms
    match entry.kind:
        case EntryKind.GRANTED | EntryKind.PAID if terms is not None:
            until = None
            if terms.price is not None:
                until = add_period(entry.at, terms.price.period) + _credit(paid, terms, entry.at)
            return _Paid(terms, until, refunded=paid.refunded)
        case EntryKind.RENEWED if terms is not None and terms.price is not None:
            start = paid.until
            if start is None or entry.at > start + GRACE:
                start = entry.at
            return _Paid(terms, add_period(start, terms.price.period), refunded=paid.refunded)
        case EntryKind.CHOSEN:
            return paid._replace(then=terms)
        case EntryKind.CANCELLED:
            return paid._replace(cancelled=True)
        case EntryKind.RESUMED:
            return paid._replace(cancelled=False)
        case EntryKind.REFUNDED:
            return paid._replace(refunded=entry.at)
        case EntryKind.DELETED:
            return paid._replace(deleted=entry.at)
        case _:
            return paid


def _credit(paid: _Paid, terms: Offer, at: datetime) -> timedelta:
    """How much longer new terms last, because the old ones were paid beyond `at`."""
    old, new = paid.terms and paid.terms.price, terms.price
    if paid.until is None or paid.until <= at or not old or not new or new.amount <= 0:
        return timedelta(0)
    if old.currency != new.currency:
        return timedelta(0)
    length = {one: (add_period(at, one) - at).total_seconds() for one in Period}
    worth = (old.amount / length[old.period]) / (new.amount / length[new.period])
    return timedelta(seconds=round((paid.until - at).total_seconds() * worth))


def _at(paid: _Paid, now: datetime) -> Standing:
    terms, until = paid.terms, paid.until
    if terms is None:
        return _lapsed(paid, paid.refunded)
    then = paid.then or terms
    if until is None:
        return Standing(terms, PlanState.ACTIVE)  # a gift: there is nothing to cancel
    if now < until and paid.cancelled:
        kept = until + DATA_KEPT
        return Standing(terms, PlanState.CANCELLED, None, until, kept, None, changes=until)
    if now < until:
        return Standing(terms, PlanState.ACTIVE, until, then=then, changes=until)
    if paid.refunded is not None and paid.refunded >= until:
        return _lapsed(paid, paid.refunded)
    if paid.cancelled:
        return _lapsed(paid, until)
    if now < until + GRACE:
        return _past_due(paid, until, then, now)
    return _lapsed(paid, until + GRACE)


def _past_due(paid: _Paid, until: datetime, then: Offer, now: datetime) -> Standing:
    ends = until + GRACE
    changes = min(at for after in (*CHARGE_AFTER, GRACE) if (at := until + after) > now)
    kept = ends + DATA_KEPT
    return Standing(paid.terms, PlanState.PAST_DUE, until, ends, kept, then, changes=changes)


def _lapsed(paid: _Paid, ends: datetime | None) -> Standing:
    kept = None if ends is None or paid.deleted is not None else ends + DATA_KEPT
    return Standing(paid.terms, PlanState.LAPSED, None, ends, kept, deleted=paid.deleted)
