"""What follows from a plan, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backupclient.account.entitlement import Change, change
from backupclient.wire.entitlement import (
    GRACE,
    Computer,
    Entitlement,
    PlanState,
    Seat,
    Source,
    Trouble,
)

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
GB = 10**9


def plan(
    limit: int | None = None,
    used: int | None = None,
    available: int | None = None,
    state: PlanState = PlanState.ACTIVE,
) -> Entitlement:
    return Entitlement(
        source=Source.SERVICE, as_of=NOW, limit=limit, used=used, available=available, state=state
    )


@pytest.mark.parametrize(
    ("limit", "used", "available", "free", "full", "nearly", "over"),
    [
        pytest.param(None, None, None, None, False, False, 0, id="nobody knows anything"),
        pytest.param(100, None, None, None, False, False, 0, id="nobody has counted"),
        pytest.param(None, 50, None, None, False, False, 0, id="nobody says a limit"),
        pytest.param(100, 0, None, 100, False, False, 0, id="empty"),
        pytest.param(100, 90, None, 10, False, False, 0, id="a tenth is left"),
        pytest.param(100, 91, None, 9, False, True, 0, id="less than a tenth is left"),
        pytest.param(100, 100, None, 0, True, False, 0, id="full"),
        pytest.param(100, 130, None, 0, True, False, 30, id="after a downgrade"),
        pytest.param(None, 950, 50, 50, False, True, 0, id="a drive with little left"),
        pytest.param(None, 500, 500, 500, False, False, 0, id="a drive with much left"),
        pytest.param(100, 20, 5, 5, False, True, 0, id="a limit on a drive with less"),
        pytest.param(None, None, 0, 0, True, False, 0, id="a drive that is full"),
        pytest.param(None, None, 5, 5, False, False, 0, id="a drive of which no more is known"),
    ],
)
def test_room(
    limit: int | None,
    used: int | None,
    available: int | None,
    free: int | None,
    full: bool,
    nearly: bool,
    over: int,
) -> None:
    one = plan(limit, used, available)
    assert (one.free, one.full, one.nearly_full, one.over) == (free, full, nearly, over)


@pytest.mark.parametrize(
    ("one", "needed", "missing", "takes_data"),
    [
        (plan(), 10 * GB, 0, True),
        (plan(100 * GB, 90 * GB), 10 * GB, 0, True),
        (plan(100 * GB, 90 * GB), 12 * GB, 2 * GB, True),
        (plan(50 * GB, 90 * GB), 12 * GB, 12 * GB, False),
        (plan(100 * GB, 0, state=PlanState.LAPSED), 1, 1, False),
        (plan(100 * GB, 0, state=PlanState.CANCELLED), 1, 0, True),
        (plan(100 * GB, 0, state=PlanState.PAST_DUE), 1, 0, True),
    ],
)
def test_what_does_not_fit(one: Entitlement, needed: int, missing: int, takes_data: bool) -> None:
    assert (one.missing(needed), one.takes_data) == (missing, takes_data)


@pytest.mark.parametrize(
    ("before", "after", "grew", "shrank"),
    [
        pytest.param(plan(100), plan(200), True, False, id="bought"),
        pytest.param(plan(100), plan(50), False, True, id="downgraded"),
        pytest.param(plan(100), plan(None), True, False, id="limit lifted"),
        pytest.param(plan(None), plan(100), False, True, id="limit set"),
        pytest.param(plan(100), plan(100, state=PlanState.LAPSED), False, False, id="lapsed"),
        pytest.param(
            plan(100), plan(200, state=PlanState.LAPSED), False, False, id="larger, but lapsed"
        ),
        pytest.param(plan(100, state=PlanState.LAPSED), plan(100), True, False, id="renewed"),
        pytest.param(plan(100), plan(100, state=PlanState.CANCELLED), False, False, id="cancelled"),
    ],
)
def test_change(before: Entitlement, after: Entitlement, grew: bool, shrank: bool) -> None:
    found = change(before, after)
    assert isinstance(found, Change)
    assert (found.grew, found.shrank) == (grew, shrank)


def test_what_is_used_is_no_change_of_the_plan() -> None:
    assert change(plan(100, 20), plan(100, 90)) is None


def test_what_was_last_known_counts_for_a_while() -> None:
    asked = plan(100, 50)
    unasked = Entitlement(
        source=Source.SERVICE, as_of=NOW, limit=100, trouble=Trouble(code="account-unreachable")
    )
    late = NOW + GRACE + timedelta(seconds=1)
    assert not asked.in_grace(NOW + GRACE)
    assert unasked.in_grace(NOW + GRACE)
    assert not unasked.in_grace(late)
    assert unasked.age(late) == GRACE + timedelta(seconds=1)
    assert unasked.age(NOW - timedelta(days=1)) == timedelta()


def test_the_others_are_those_with_a_seat() -> None:
    computers = (
        Computer(name="Here", this=True),
        Computer(name="Laptop"),
        Computer(name="Old one", seat=Seat.RELEASED),
    )
    one = Entitlement(source=Source.SERVICE, as_of=NOW, computers=computers)
    assert [other.name for other in one.others] == ["Laptop"]
