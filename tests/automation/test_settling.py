"""Which changes hurry a backup, and which do not."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from backupclient.automation.settling import Pace, Settling
from tests.fakes import ManualClock

PACE = Pace(quiet=5, longest=120, gap=10, longest_gap=1800, share=10)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def settling() -> Settling:
    return Settling(PACE)


def left(settling: Settling, clock: ManualClock) -> float | None:
    due = settling.due()
    return None if due is None else (due - clock.now()).total_seconds()


def test_nothing_is_due_before_something_changes(settling: Settling) -> None:
    assert settling.due() is None


def test_a_change_is_due_when_its_folder_has_been_quiet(
    settling: Settling, clock: ManualClock
) -> None:
    assert settling.changed(b"/a", clock.now()), "whoever waits must look"
    assert left(settling, clock) == 5
    clock.advance(3)
    assert not settling.changed(b"/a", clock.now()), "that makes it later, not sooner"
    assert left(settling, clock) == 5


def test_a_folder_that_is_never_quiet_is_due_after_a_while(
    settling: Settling, clock: ManualClock
) -> None:
    for _ in range(118):
        settling.changed(b"/a", clock.now())
        clock.advance(1)
    assert left(settling, clock) == 2


def test_a_file_that_changes_each_second_makes_ever_fewer_backups(
    settling: Settling, clock: ManualClock
) -> None:
    begins: list[datetime] = []
    for _ in range(6 * 3600):
        settling.changed(b"/var/log", clock.now())
        due = settling.due()
        if due is not None and due <= clock.now():
            begins.append(clock.now())
            settling.begun(clock.now())
            settling.ended(0.5)
        clock.advance(1)
    gaps = [(b - a).total_seconds() for a, b in pairwise(begins)]
    assert len(begins) < 25
    assert min(gaps) >= 20
    assert gaps[-5:] == [1800] * 5


def test_a_restless_folder_does_not_hold_up_others(settling: Settling, clock: ManualClock) -> None:
    for _ in range(8):
        settling.changed(b"/var/log", clock.now())
        settling.begun(clock.now())
        clock.advance(30)
    settling.changed(b"/var/log", clock.now())
    waits_for = left(settling, clock)
    assert waits_for is not None
    assert waits_for > 1000
    assert settling.changed(b"/home/anna", clock.now()), "this one is due sooner"
    assert left(settling, clock) == 5


def test_a_folder_that_has_calmed_down_is_taken_at_its_word(
    settling: Settling, clock: ManualClock
) -> None:
    for _ in range(8):
        settling.changed(b"/a", clock.now())
        settling.begun(clock.now())
    clock.advance(3600)
    settling.changed(b"/a", clock.now())
    clock.advance(5)
    settling.begun(clock.now())
    clock.advance(3600)
    settling.changed(b"/a", clock.now())
    assert left(settling, clock) == 5


def test_backups_that_take_long_come_less_often(settling: Settling, clock: ManualClock) -> None:
    settling.begun(clock.now())
    settling.ended(30)
    settling.changed(b"/a", clock.now())
    assert left(settling, clock) == 300
    settling.ended(100_000)
    assert left(settling, clock) == 1800


def test_a_backup_that_begins_finds_what_has_changed_before(
    settling: Settling, clock: ManualClock
) -> None:
    settling.changed(b"/a", clock.now())
    settling.begun(clock.now())
    assert settling.due() is None
    clock.advance(60)
    settling.changed(b"/b", clock.now())
    assert settling.due() == clock.now() + timedelta(seconds=5)


def test_more_folders_than_can_be_told_apart_count_as_one(
    settling: Settling, clock: ManualClock
) -> None:
    for number in range(12_000):
        settling.changed(b"/%d" % number, clock.now())
    assert left(settling, clock) == 5
    assert len(settling._pending) == 10_001
