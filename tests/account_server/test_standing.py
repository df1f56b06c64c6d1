"""What a plan is, by the entries of its ledger and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backupclient.account_server.offers import GB, Offer, Period, Price
from backupclient.account_server.standing import (
    DATA_KEPT,
    GRACE,
    Entry,
    EntryKind,
    add_period,
    standing,
)
from backupclient.account_server.tables import PlanState

BEGUN = datetime(2026, 1, 31, 12, tzinfo=UTC)
YEAR_LATER = datetime(2027, 1, 31, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def offer(gigabytes: int, amount: int, period: Period = Period.YEAR) -> Offer:
    price = Price(amount=amount, currency="EUR", period=period)
    name = f"P{gigabytes}"
    return Offer(offer_id=name, name=name, limit=gigabytes * GB, seats=3, price=price)


SMALL, FAMILY = offer(100, 2400), offer(200, 4800)
GIFT = Offer(offer_id="gift", name="Gift", limit=5 * GB, seats=3)


def entry(kind: EntryKind, days: float = 0, terms: Offer | None = None, order: str = "") -> Entry:
    return Entry(kind, BEGUN + days * DAY, terms, order or None)


PAID = entry(EntryKind.PAID, 0, SMALL, "a")
MORE = entry(EntryKind.PAID, 10, FAMILY, "b")
RENEWED = entry(EntryKind.RENEWED, 365, SMALL, "r")


@pytest.mark.parametrize(
    ("entries", "days", "state", "gigabytes"),
    [
        pytest.param([], 0, PlanState.LAPSED, 0, id="nothing was ever bought"),
        pytest.param([entry(EntryKind.GRANTED, 0, GIFT)], 9999, PlanState.ACTIVE, 5, id="a gift"),
        pytest.param([PAID], 364, PlanState.ACTIVE, 100, id="paid"),
        pytest.param([PAID, PAID], 366, PlanState.PAST_DUE, 100, id="said twice, paid once"),
        pytest.param([PAID, MORE], 11, PlanState.ACTIVE, 200, id="more is bought"),
        pytest.param([PAID], 365, PlanState.PAST_DUE, 100, id="due, and everything goes on"),
        pytest.param([PAID], 379, PlanState.LAPSED, 0, id="not paid for too long"),
        pytest.param([PAID, RENEWED], 729, PlanState.ACTIVE, 100, id="renewed"),
        pytest.param([PAID, RENEWED], 731, PlanState.PAST_DUE, 100, id="due again"),
        pytest.param([PAID, entry(EntryKind.DECLINED, 1, SMALL, "b")], 2, PlanState.ACTIVE, 100),
        pytest.param([PAID, entry(EntryKind.UNEXPECTED, 1, FAMILY, "b")], 2, PlanState.ACTIVE, 100),
        pytest.param([PAID, entry(EntryKind.CANCELLED, 9)], 99, PlanState.CANCELLED, 100),
        pytest.param([PAID, entry(EntryKind.CANCELLED, 9)], 365, PlanState.LAPSED, 0),
        pytest.param(
            [PAID, entry(EntryKind.CANCELLED, 9), entry(EntryKind.RESUMED, 10)],
            99,
            PlanState.ACTIVE,
            100,
        ),
        pytest.param(
            [PAID, entry(EntryKind.CANCELLED, 9), entry(EntryKind.PAID, 400, FAMILY, "b")],
            401,
            PlanState.ACTIVE,
            200,
            id="back after it had ended",
        ),
        pytest.param(
            [PAID, MORE, entry(EntryKind.REFUNDED, 20, FAMILY, "b")],
            21,
            PlanState.ACTIVE,
            100,
            id="paid back: what was before",
        ),
        pytest.param(
            [entry(EntryKind.REFUNDED, 20, SMALL, "a"), PAID],
            21,
            PlanState.LAPSED,
            0,
            id="told in the wrong order",
        ),
    ],
)
def test_a_plan_is_what_the_ledger_says(
    entries: list[Entry], days: float, state: PlanState, gigabytes: int
) -> None:
    found = standing(entries, BEGUN + days * DAY)
    assert (found.state, found.limit) == (state, gigabytes * GB)


def test_its_dates() -> None:
    assert standing([PAID], BEGUN).renews == YEAR_LATER
    cancelled = standing([PAID, entry(EntryKind.CANCELLED, 1)], BEGUN + 2 * DAY)
    assert (cancelled.renews, cancelled.ends) == (None, YEAR_LATER)
    assert cancelled.data_kept_until == YEAR_LATER + DATA_KEPT
    late = standing([PAID], YEAR_LATER + DAY)
    assert (late.renews, late.ends) == (YEAR_LATER, YEAR_LATER + GRACE)
    # Paid days late, it is renewed from its day on.
    paid = standing([PAID, entry(EntryKind.RENEWED, 370, SMALL, "r")], YEAR_LATER + 9 * DAY)
    assert paid.renews == datetime(2028, 1, 31, 12, tzinfo=UTC)


def test_what_is_paid_back_leaves_the_data_for_as_long_as_any_end() -> None:
    back = BEGUN + 300 * DAY
    found = standing([PAID, entry(EntryKind.REFUNDED, 300, SMALL, "a")], back)
    assert (found.state, found.ends) == (PlanState.LAPSED, back)
    assert found.data_kept_until == back + DATA_KEPT


def test_what_was_paid_beyond_today_is_not_lost_by_buying_more() -> None:
    half = BEGUN + 182.5 * DAY
    found = standing([PAID, Entry(EntryKind.PAID, half, FAMILY, "b")], half)
    # Half a year of the small one is worth a quarter of a year of one at twice the price.
    assert found.renews is not None
    assert abs(found.renews - (add_period(half, Period.YEAR) + 91.25 * DAY)) < DAY


def test_a_smaller_plan_counts_from_the_renewal_on() -> None:
    bought = entry(EntryKind.PAID, 0, FAMILY, "a")
    chosen = [bought, entry(EntryKind.CHOSEN, 5, SMALL)]
    before = standing(chosen, BEGUN + 6 * DAY)
    assert (before.limit, before.then) == (200 * GB, SMALL)
    after = standing([*chosen, RENEWED], BEGUN + 366 * DAY)
    assert (after.limit, after.then) == (100 * GB, SMALL)


def test_months_end_where_the_month_does() -> None:
    assert add_period(BEGUN, Period.MONTH) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert add_period(datetime(2024, 2, 29, tzinfo=UTC), Period.YEAR).day == 28
