"""The client against the real account service."""

from __future__ import annotations

import queue
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.account import handover
from backupclient.account.client import AccountClient, Known, Pending
from backupclient.account.handover import Handed
from backupclient.account.listener import Listener
from backupclient.account.service_source import ServiceSource
from backupclient.account.sign_in import await_approval
from backupclient.account.wire import DeviceReport
from backupclient.agent.plan_keeper import PlanKeeper
from backupclient.clock import SystemClock
from backupclient.errors import (
    AccountError,
    AccountRefused,
    AccountUnreachable,
    InvalidRequest,
    NotSignedIn,
    SeatTaken,
)
from backupclient.events import JobState, StateChanged, Waiting
from backupclient.jobs.running import Jobs
from backupclient.wire.entitlement import Seat
from tests.accounts import GIB, Accounts, Home
from tests.fakes import ManualClock
from tests.patience import PATIENCE

pytestmark = pytest.mark.needs_seaweed


class SwiftClock(SystemClock):
    """Waits a hundredth of what it is asked for."""

    def wait(self, event: threading.Event, seconds: float) -> bool:
        return super().wait(event, seconds / 100)


def test_the_plan_is_asked_for_when_it_may_have_changed_and_outlives_the_service(
    accounts: Accounts, tmp_path: Path
) -> None:
    """After hours, after sleep, as a run begins, and whenever a storage is full."""
    home, clock = accounts.found(), ManualClock()
    clients = [sign_in(accounts, home, "desk")]
    source = ServiceSource(tmp_path, clock, lambda: clients[0])
    keeper = PlanKeeper(tmp_path, clock, Jobs(clock), source, lambda: None)

    def limit() -> int | None:
        keeper.step()
        return keeper.current().limit

    keeper.ask()
    assert limit() == GIB
    accounts.pay(home, 2 * GIB)
    clock.advance(4 * 3600 - 1)
    assert limit() == GIB
    clock.advance(2)
    assert limit() == 2 * GIB
    accounts.pay(home, 3 * GIB)
    assert limit() == 2 * GIB
    clock.jump(600)  # the wall clock alone went on: the computer slept
    assert limit() == 3 * GIB
    for larger, event in (
        (4 * GIB, StateChanged(state=JobState.RUNNING)),
        (5 * GIB, Waiting(code="storage-full", seconds=60)),
        (6 * GIB, Waiting(code="storage-fault", seconds=1)),
    ):
        accounts.pay(home, larger)
        assert limit() == larger - GIB
        keeper.news("a job", event)
        assert limit() == larger
    clients[0] = AccountClient("http://127.0.0.1:9", "nobody")
    clock.jump(600)
    assert limit() == 6 * GIB
    trouble = keeper.current().trouble
    assert trouble is not None
    assert trouble.code == "account-unreachable"


def sign_in(accounts: Accounts, home: Home, name: str) -> AccountClient:
    client = AccountClient(accounts.url)
    grant = client.begin_sign_in(name=name, system="Debian", device_uuid=str(uuid.uuid4()))
    accounts.approve(home, grant.user_code)
    token = await_approval(client, grant, SwiftClock(), threading.Event())
    return AccountClient(accounts.url, token.access_token)


class Ear:
    """What a listener was told, in order."""

    def __init__(self) -> None:
        self.told: queue.Queue[Known | AccountError | None] = queue.Queue()

    def household(self, known: Known) -> None:
        self.told.put(known)

    def reached(self) -> None:
        self.told.put(None)

    def ticket(self) -> None:
        """These tests have none."""

    def trouble(self, error: AccountError) -> None:
        self.told.put(error)

    def over(self, error: AccountError) -> None:
        self.told.put(error)

    def next(self) -> Known | AccountError | None:
        return self.told.get(timeout=PATIENCE)

    def until(self, wanted: Callable[[Known], bool]) -> Known:
        while True:
            heard = self.next()
            if isinstance(heard, Known) and wanted(heard):
                return heard


@contextmanager
def listening(client: AccountClient) -> Iterator[Ear]:
    ear = Ear()
    listener = Listener(client, SwiftClock(), ear)
    listener.start()
    try:
        yield ear
    finally:
        listener.stop()


def test_a_computer_signs_in_once_somebody_has_approved_it(accounts: Accounts) -> None:
    home = accounts.found()
    client = AccountClient(accounts.url)
    grant = client.begin_sign_in(name="desk", system="Debian", device_uuid=str(uuid.uuid4()))
    assert client.device_token(grant) == Pending(slower=False)
    assert client.device_token(grant) == Pending(slower=True)
    accounts.approve(home, grant.user_code)
    token = await_approval(client, grant, SwiftClock(), threading.Event())
    signed_in = AccountClient(accounts.url, token.access_token)
    known = signed_in.household()
    assert known is not None
    assert known.household.plan.limit == GIB
    [this] = known.household.devices
    assert (this.name, this.this, this.device_id, this.seat) == (
        "desk",
        True,
        token.device_id,
        Seat.HELD,
    )
    assert signed_in.household(known.etag) is None
    with pytest.raises(AccountRefused, match="code-expired"):
        client.device_token(grant)
    signed_in.revoke()
    with pytest.raises(NotSignedIn):
        signed_in.household()


def test_a_household_without_a_free_seat_says_so(accounts: Accounts) -> None:
    home = accounts.found(seats=1)
    client = AccountClient(accounts.url)
    grants = [
        client.begin_sign_in(name=name, system="Debian", device_uuid=str(uuid.uuid4()))
        for name in ("desk", "laptop")
    ]
    for grant in grants:
        accounts.approve(home, grant.user_code)
    await_approval(client, grants[0], SwiftClock(), threading.Event())
    with pytest.raises(SeatTaken, match="no-free-seat"):
        await_approval(client, grants[1], SwiftClock(), threading.Event())


def test_what_a_computer_reports_the_others_see(accounts: Accounts) -> None:
    home = accounts.found()
    desk, laptop = sign_in(accounts, home, "desk"), sign_in(accounts, home, "laptop")
    at = datetime(2026, 11, 1, 12, tzinfo=UTC)
    report = DeviceReport(
        name="desk", system="Debian", last_backup=at, waiting_bytes=5, applied_limit=GIB
    )
    desk.report(report)
    known = laptop.household()
    assert known is not None
    [seen] = [one for one in known.household.devices if one.name == "desk"]
    assert (seen.last_backup, seen.waiting_bytes, seen.applied_limit) == (at, 5, GIB)


def test_who_listens_hears_of_a_purchase_and_of_the_end_of_the_seat(accounts: Accounts) -> None:
    home = accounts.found()
    desk, laptop = sign_in(accounts, home, "desk"), sign_in(accounts, home, "laptop")
    with listening(laptop) as ear:
        known = ear.until(lambda one: one.household.plan.limit == GIB)
        accounts.pay(home, 2 * GIB)
        known = ear.until(lambda one: one.household.plan.limit == 2 * GIB)
        [this] = [one for one in known.household.devices if one.this]
        desk.release(this.device_id)
        while not isinstance(heard := ear.next(), SeatTaken):
            pass
        assert heard.code == "seat-released"
    with pytest.raises(SeatTaken, match="seat-released"):
        laptop.storage_keys()


def test_who_can_have_no_stream_hears_of_it_by_asking(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = accounts.found()
    desk = sign_in(accounts, home, "desk")

    def cut_off() -> None:
        raise AccountUnreachable

    monkeypatch.setattr(desk, "events", cut_off)
    with listening(desk) as ear:
        ear.until(lambda one: one.household.plan.limit == GIB)
        accounts.pay(home, 2 * GIB)
        ear.until(lambda one: one.household.plan.limit == 2 * GIB)


def test_a_code_brings_a_box_once_and_to_this_household_alone(accounts: Accounts) -> None:
    home, neighbours = accounts.found(), accounts.found()
    desk, laptop = sign_in(accounts, home, "desk"), sign_in(accounts, home, "laptop")
    stranger = sign_in(accounts, neighbours, "stranger")
    code = handover.make_code()
    handed = Handed("ab" * 32, "secret")
    desk.hand_over(handover.id_of(code), handover.seal(code, handed))
    with pytest.raises(InvalidRequest, match="join-code"):
        stranger.take_handover(handover.id_of(code))
    assert handover.unseal(code, laptop.take_handover(handover.id_of(code))) == handed
    with pytest.raises(InvalidRequest, match="join-code"):
        laptop.take_handover(handover.id_of(code))


def test_a_service_that_is_away_is_told_from_one_that_refuses() -> None:
    with pytest.raises(AccountUnreachable):
        AccountClient("http://127.0.0.1:9", "token").household()
