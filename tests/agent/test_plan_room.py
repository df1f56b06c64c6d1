"""How much an account's plan still lets be stored, while it is being used."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from backupclient.account.client import Known
from backupclient.account.membership import Membership, Standing, save_membership
from backupclient.account.wire import Household, Plan, StorageFacts
from backupclient.agent.account import AccountAtWork
from backupclient.agent.plan_room import PlanRoom
from backupclient.errors import AccountUnreachable, StorageFault, StorageFull
from backupclient.storage.capped import Allowance
from tests.fakes import ManualClock

MB = 1_000_000
HERE = "s3:https://storage.example/home"
KEY = "data/aa/aaaa"


class Service:
    """What it says of the plan reaches this computer."""

    def __init__(self, data: Path, clock: ManualClock) -> None:
        self.clock = clock
        membership = Membership(device_uuid="u", standing=Standing.SIGNED_IN, location=HERE)
        save_membership(data, membership)
        self.account = AccountAtWork(data, clock)
        self.account.load()
        self.room = PlanRoom(self.account, clock)
        self.measured: datetime | None = None

    def says(self, *, limit: int, used: int, measured: bool = True) -> None:
        self.measured = self.clock.now() if measured else self.measured
        storage = StorageFacts(limit=limit, used=used, measured_at=self.measured)
        household = Household(
            household_id="h", name="Home", plan=Plan(name="Plan", limit=limit), storage=storage
        )
        self.account.household(Known(household, str(self.clock.now())))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def service(tmp_path: Path, clock: ManualClock) -> Service:
    return Service(tmp_path, clock)


@pytest.fixture
def plan(service: Service) -> Allowance:
    return service.room.at(HERE)


def send(plan: Allowance, size: int) -> None:
    with plan.spend(KEY, size):
        pass


def test_what_was_sent_since_the_last_answer_counts(service: Service, plan: Allowance) -> None:
    service.says(limit=100 * MB, used=60 * MB)
    send(plan, 15 * MB)
    with pytest.raises(StorageFault), plan.spend(KEY, 15 * MB):
        raise StorageFault
    send(plan, 15 * MB)
    assert plan.left() == 10 * MB
    with pytest.raises(StorageFull) as caught, plan.spend(KEY, 15 * MB):
        raise AssertionError
    facts = caught.value.facts
    assert (facts["limit_bytes"], facts["used_bytes"]) == (100 * MB, 90 * MB)
    assert facts["needed_bytes"] == 15 * MB
    assert "reason" not in facts


def test_what_a_newer_answer_knows_of_is_not_counted_twice(
    service: Service, plan: Allowance, clock: ManualClock
) -> None:
    service.says(limit=100 * MB, used=10 * MB)
    send(plan, 30 * MB)
    clock.advance(20)
    send(plan, 20 * MB)
    clock.advance(3)
    service.says(limit=100 * MB, used=10 * MB, measured=False)
    assert plan.left() == 40 * MB, "nobody has looked again"
    service.says(limit=100 * MB, used=40 * MB)
    assert plan.left() == 40 * MB, "what was stored three seconds ago was not counted there yet"
    clock.advance(60)
    service.says(limit=100 * MB, used=60 * MB)
    assert plan.left() == 40 * MB


def test_several_at_once_keep_to_it(service: Service, plan: Allowance) -> None:
    service.says(limit=100 * MB, used=70 * MB)
    with plan.spend(KEY, 20 * MB):
        assert plan.left() == 10 * MB
        with pytest.raises(StorageFull), plan.spend(KEY, 20 * MB):
            raise AssertionError
    assert plan.left() == 10 * MB


def test_a_larger_plan_holds_at_once_and_a_smaller_one_too(
    service: Service, plan: Allowance
) -> None:
    service.says(limit=100 * MB, used=100 * MB)
    assert plan.left() == 0
    service.says(limit=200 * MB, used=100 * MB)
    send(plan, 50 * MB)
    service.says(limit=50 * MB, used=100 * MB, measured=False)
    assert plan.left() == 0


def test_nobody_is_held_up_by_what_may_not_hold_any_more(
    service: Service, plan: Allowance, tmp_path: Path, clock: ManualClock
) -> None:
    assert plan.left() is None
    send(plan, 50 * MB)
    service.says(limit=10 * MB, used=10 * MB)
    assert plan.left() == 0
    elsewhere = service.room.at("/media/drive")
    send(elsewhere, 50 * MB)
    assert elsewhere.left() is None
    service.account.trouble(AccountUnreachable())
    assert plan.left() is None
    send(plan, 50 * MB)
    clock.advance(60)
    later = Service(tmp_path, clock)  # the answer on the disk is from before
    assert later.room.at(HERE).left() is None


def test_a_plan_is_nearly_used_where_less_than_a_pack_or_a_fiftieth_is_left(
    service: Service, plan: Allowance
) -> None:
    assert not plan.is_nearly_used()
    for limit, used, nearly in (
        (10_000 * MB, 9790 * MB, False),
        (10_000 * MB, 9810 * MB, True),
        (100 * MB, 60 * MB, False),
        (100 * MB, 70 * MB, True),
        (100 * MB, 300 * MB, True),
    ):
        service.says(limit=limit, used=used)
        assert plan.is_nearly_used() is nearly, (limit, used)
