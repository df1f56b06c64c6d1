"""Engines of one household: they sign in, share a backup, and lose their seat."""

from __future__ import annotations

import base64
import contextlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

from backupclient import recovery_key
from backupclient.account_server.tables import Plan
from backupclient.account_server.tables import PlanState as ServedState
from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.errors import BackupError, Fact, InvalidRequest, WrongPassword
from backupclient.events import BackupSummary
from backupclient.opener import Opener
from backupclient.operations.lock_mode import LockMode
from backupclient.operations.select import SnapshotQuery
from backupclient.plan import request_of
from backupclient.requests import RestoreRequest
from backupclient.secret_store import SecretName, SecretStore
from backupclient.storage.location import Credentials, S3Location, parse_location
from backupclient.storage.s3 import S3Storage
from backupclient.wire.entitlement import PlanState
from backupclient.wire.household import (
    Account,
    AccountState,
    AccountStatus,
    ReleaseComputer,
    SignIn,
    SignOut,
    TakeOver,
)
from backupclient.wire.jobs import Jobs, Pause, Resume, StartBackup, Started
from tests.accounts import GIB, Accounts, Home
from tests.households import Member
from tests.trees import random_bytes

pytestmark = [pytest.mark.needs_seaweed, pytest.mark.usefixtures("cheap_keys")]
PASSWORD = "made up for this test"
MB = 1_000_000


class Household(NamedTuple):
    accounts: Accounts
    home: Home
    desk: Member
    laptop: Member

    def sign_in(self, member: Member) -> AccountStatus:
        return member.sign_in(
            self.accounts.url,
            lambda status: self.accounts.approve(self.home, status.user_code),
        )


@pytest.fixture
def household(accounts: Accounts, tmp_path: Path) -> Iterator[Household]:
    with ExitStack() as stack:
        desk = stack.enter_context(Member(tmp_path / "desk", "desk"))
        laptop = stack.enter_context(Member(tmp_path / "laptop", "laptop"))
        yield Household(accounts, accounts.found(seats=2), desk, laptop)


def secrets_of(member: Member) -> Iterator[bytes]:
    """What opens its backup, and what is in it by name, in every way it may be written."""
    yield member.place.password.encode()
    with Opener(member.place).session(LockMode.NONE, refresh=False) as session:
        key = session.repository.master_key.encrypt
    yield from (key, key.hex().encode(), base64.b64encode(key), base64.urlsafe_b64encode(key))
    yield os.fsencode(member.source)
    yield from (os.fsencode(path.name) for path in member.source.iterdir())


def assert_knows_nothing(accounts: Accounts, *told: bytes) -> None:
    """Nobody has said any of that to the service, nor has it kept any."""
    learnt = accounts.learnt()
    assert b"desk" in learnt, "computers' names are said"
    assert b"PUT /v1/device" in learnt
    found = [secret for secret in told if secret in learnt]
    assert not found


def ended(member: Member) -> BackupSummary:
    """Its first backup by itself."""
    member.until(lambda: any(job.outcome for job in member.backups()))
    outcome = member.backups()[0].outcome
    assert outcome is not None
    assert isinstance(outcome.summary, BackupSummary), outcome
    return outcome.summary


def test_a_second_computer_joins_by_a_code_and_stores_nothing_twice(household: Household) -> None:
    desk, laptop = household.desk, household.laptop
    shared = random_bytes(1, 300_000)
    for member in (desk, laptop):
        (member.source / "tax of both.ods").write_bytes(shared)
    household.sign_in(desk)
    assert desk.join(PASSWORD).begun
    first = ended(desk)
    household.sign_in(laptop)
    code = desk.code()
    assert not laptop.join(laptop.take(code)).begun
    assert ended(laptop).data_blobs == 0
    with pytest.raises(InvalidRequest, match="join-code"):
        laptop.take(code)

    assert SecretStore(laptop.data).get(SecretName.PASSWORD) != PASSWORD
    assert len(Engine(desk.place).keys()) == 2
    [group] = Engine(laptop.place).snapshots(SnapshotQuery())
    snapshots = {item.snapshot.hostname: item for item in group.snapshots}
    assert snapshots.keys() == {"desk", "laptop"}
    assert snapshots["desk"].name == first.snapshot_id
    assert {tuple(one.snapshot.tags) for one in snapshots.values()} == {
        (f"device:{member.plan.device}",) for member in (desk, laptop)
    }

    def seen(name: str) -> bool:
        computers = desk.storage_plan().computers
        return any(one.name == name and one.last_backup for one in computers)

    desk.until(lambda: seen("desk") and seen("laptop"))
    told = {*secrets_of(desk), *secrets_of(laptop), PASSWORD.encode(), code.encode()}
    assert_knows_nothing(household.accounts, *told)


def test_a_backup_stops_at_the_plans_limit_and_goes_on_as_soon_as_that_grows(
    accounts: Accounts, tmp_path: Path
) -> None:
    """Though the storage itself would have taken all of it. When the plan has ended nothing more is
    taken, and restoring goes on."""
    home = accounts.found(limit=22 * MB)
    with Member(tmp_path / "desk", "desk") as desk:
        for number in range(20):
            (desk.source / str(number)).write_bytes(random_bytes(number, 2 * MB))
        Household(accounts, home, desk, desk).sign_in(desk)
        desk.join(PASSWORD)
        desk.until(lambda: full(desk) is not None)
        facts = full(desk)
        assert facts is not None
        assert facts["limit_bytes"] == 22 * MB
        assert 15 * MB < stored(desk) < 22 * MB, "one pack fits, and no second one"
        assert Engine(desk.place).room().takes_data
        accounts.pay(home, 200 * MB)
        accounts.sweep()
        desk.until(lambda: full(desk) is None)
        done = ended(desk)
        assert done.data_blobs > 0
        assert 40 * MB < stored(desk) < 41 * MB

        lapse(accounts, home)
        desk.until(lambda: desk.storage_plan().state is PlanState.LAPSED)
        (desk.source / "later").write_bytes(random_bytes(99, MB))
        start = StartBackup(
            id=desk.link.new_id(), place=desk.place, request=request_of(desk.plan), patient=True
        )
        desk.link.ask(start, Started)
        desk.until(lambda: full(desk) is not None)
        back = os.fsencode(tmp_path / "back")
        Engine(desk.place).restore(
            RestoreRequest(snapshot=done.snapshot_id, target=back, subfolder=str(desk.source))
        )
        assert (tmp_path / "back" / "7").read_bytes() == random_bytes(7, 2 * MB)


def lapse(accounts: Accounts, home: Home) -> None:
    """The plan has ended, and the storage goes by that."""
    with accounts.service.database.writing() as session:
        plan = session.get_one(Plan, home.household_id)
        plan.state, plan.limit_bytes = ServedState.LAPSED, 0
        accounts.service.database.changed(session, home.household_id)
    accounts.sweep()


def full(member: Member) -> dict[str, Fact] | None:
    """What is known of the full storage that its only job waits for."""
    waiting = [job.waiting for job in member.backups() if job.waiting is not None]
    return waiting[0].facts if waiting and waiting[0].code == "storage-full" else None


def stored(member: Member) -> int:
    """Bytes of packs in the storage."""
    place = member.place
    location = parse_location(place.location)
    assert isinstance(location, S3Location)
    storage = S3Storage(location, Credentials(place.access_key, place.secret_key), SystemClock())
    with contextlib.closing(storage):
        return sum(info.size for info in storage.list("data/"))


def test_a_released_computer_is_told_and_another_goes_on_with_its_history(
    household: Household, tmp_path: Path
) -> None:
    """The other one joins with the recovery key, as somebody types it from paper."""
    desk, laptop = household.desk, household.laptop
    (laptop.source / "the photos of us").write_bytes(random_bytes(2, 300_000))
    household.sign_in(laptop)
    laptop.join(PASSWORD)
    old = ended(laptop)
    paper = recovery_key.generate()
    Engine(laptop.place).add_key(paper, recovery=True)
    household.sign_in(desk)
    gone = laptop.account().device_id
    desk.link.ask(ReleaseComputer(id=desk.link.new_id(), device_id=gone), Account)
    laptop.until(lambda: laptop.account().state is AccountState.RELEASED)
    failure = laptop.account().failure
    assert failure is not None
    assert failure.code == "seat-released"
    with pytest.raises(BackupError) as refused:  # keys that were deleted
        Engine(laptop.place).keys()
    assert refused.value.code == "unknown-access-key"
    start = StartBackup(
        id=laptop.link.new_id(), place=laptop.place, request=request_of(laptop.plan), patient=False
    )
    job = laptop.link.ask(start, Started).job.job
    laptop.until(lambda: any(one.job == job and one.outcome for one in laptop.backups()))
    [outcome] = [one.outcome for one in laptop.backups() if one.job == job]
    assert outcome is not None
    assert outcome.failure is not None
    assert outcome.failure.code == "seat-released"

    with Member(tmp_path / "new", "new") as new:
        (new.source / "the photos of us").write_bytes(random_bytes(2, 300_000))
        household.sign_in(new)
        new.link.ask(Pause(id=new.link.new_id()), Jobs)
        with pytest.raises(WrongPassword):
            new.join(recovery_key.generate())
        assert not new.join(paper.lower().replace("-", " ")).begun
        password = SecretStore(new.data).get(SecretName.PASSWORD)
        assert password not in (None, paper, PASSWORD)
        take = TakeOver(id=new.link.new_id(), device_id=gone)
        new.until(lambda: any(one.device_id == gone for one in new.storage_plan().computers))
        new.link.ask(take, Account)
        assert (new.plan.device, new.plan.hostname) == (laptop.plan.device, "laptop")
        new.link.ask(Resume(id=new.link.new_id()), Jobs)
        done = ended(new)
        assert (done.parent_id, done.data_blobs) == (old.snapshot_id, 0)
        assert_knows_nothing(household.accounts, *secrets_of(new), paper.encode())


def test_who_signs_out_gives_the_seat_back(household: Household) -> None:
    """And who starts anew hears at once what was bought meanwhile."""
    desk = household.desk
    household.sign_in(desk)
    begun = desk.link.ask(SignIn(id=desk.link.new_id()), Account).status
    assert begun.state is AccountState.SIGNING_IN
    assert begun.user_code in begun.verification_uri_complete
    gave_up = desk.link.ask(SignOut(id=desk.link.new_id()), Account).status
    assert gave_up.state is AccountState.SIGNED_IN
    assert desk.account(look=True).failure is None
    with desk.stopped():
        household.accounts.pay(household.home, 5 * GIB)
    desk.until(lambda: desk.storage_plan().limit == 5 * GIB)
    out = desk.link.ask(SignOut(id=desk.link.new_id()), Account).status
    assert (out.state, out.failure) == (AccountState.SIGNED_OUT, None)
    assert SecretStore(desk.data).get(SecretName.ACCOUNT_TOKEN) is None
