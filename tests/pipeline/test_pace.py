"""Packs are as large as the line allows, and no more is in flight than five seconds of it carry."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.pipeline.pace import Pace, Plan, plan
from tests.fakes import ManualClock

MIB = 1 << 20
USUAL = Plan(18 * MIB, 4)
RATES = st.one_of(st.none(), st.floats(1, 1e9))


@given(RATES, RATES, st.integers(1, 8), st.integers(1, 64 * MIB))
def test_the_bounds(rate: float | None, limit: float | None, uploads: int, size: int) -> None:
    usual = Plan(size, uploads)
    target, at_once = plan(rate, limit, usual=usual)
    assert at_once == (uploads if limit is None else 1)
    assert min(4 * MIB, size) <= target <= max(32 * MIB, size)
    assert target * at_once <= max(size * uploads, 4 * MIB)
    if size < 16 * MIB:
        assert target <= size


@given(st.floats(1, 1e9), RATES, st.integers(1, 8))
def test_what_is_in_flight_is_five_seconds_of_the_line(
    rate: float, limit: float | None, uploads: int
) -> None:
    target, at_once = plan(rate, limit, usual=Plan(18 * MIB, uploads))
    carried = min(rate, limit or rate) * 5
    assert target == 4 * MIB or target * at_once <= carried
    assert target >= 18 * MIB or (target + 1) * at_once >= carried


@given(st.floats(1, 1e9), st.floats(1, 1e9))
def test_a_faster_line_never_gets_smaller_packs(one: float, other: float) -> None:
    slow, fast = sorted([one, other])
    assert plan(slow, None, usual=USUAL).target <= plan(fast, None, usual=USUAL).target


@pytest.mark.parametrize(
    ("rate", "limit", "expected"),
    [
        (None, None, Plan(18 * MIB, 4)),
        (100e6, None, Plan(18 * MIB, 4)),
        (8 * MIB, None, Plan(10 * MIB, 4)),
        (1e6, None, Plan(4 * MIB, 4)),
        (None, 2 * MIB, Plan(10 * MIB, 1)),
        (100e6, 1000, Plan(4 * MIB, 1)),
        (None, 1e9, Plan(32 * MIB, 1)),
    ],
)
def test_examples(rate: float | None, limit: float | None, expected: Plan) -> None:
    assert plan(rate, limit, usual=USUAL) == expected


def send(pace: Pace, clock: ManualClock, *, seconds: float, rate: float) -> None:
    """One upload."""
    pace.begin()
    for _ in range(int(seconds * 10)):
        pace.advance(int(rate / 10))
        clock.advance(0.1)
    pace.end()


def test_the_line_is_measured_only_while_something_is_sent() -> None:
    clock = ManualClock()
    pace = Pace(clock, USUAL, lambda: None)
    for _ in range(5):
        send(pace, clock, seconds=2, rate=8 * MIB)
        clock.advance(1000)
    assert pace.now.target == pytest.approx(10 * MIB, rel=0.1)


def test_the_speed_is_that_of_the_last_minute() -> None:
    clock = ManualClock()
    pace = Pace(clock, USUAL, lambda: None)
    send(pace, clock, seconds=300, rate=1e6)
    assert pace.now.target == 4 * MIB
    send(pace, clock, seconds=100, rate=100e6)
    assert pace.now == USUAL


def test_a_line_that_was_down_is_not_taken_for_a_slow_one() -> None:
    clock = ManualClock()
    pace = Pace(clock, USUAL, lambda: None)
    send(pace, clock, seconds=20, rate=100e6)
    pace.begin()
    clock.advance(900)
    pace.end()
    assert pace.now == USUAL


def test_nothing_is_concluded_from_the_first_moment() -> None:
    clock = ManualClock()
    pace = Pace(clock, USUAL, lambda: None)
    send(pace, clock, seconds=1, rate=1000)
    assert pace.now == USUAL


def test_a_limit_counts_at_once() -> None:
    limits: list[float | None] = [None]
    pace = Pace(ManualClock(), USUAL, lambda: limits[0])
    assert pace.now == USUAL
    limits[0] = 2 * MIB
    assert pace.now == Plan(10 * MIB, 1)
