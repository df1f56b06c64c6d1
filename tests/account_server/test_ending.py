"""What was stored in a plan that has ended is deleted in the end: told of three times, and never of
who has a plan, is paying for one, or was not told."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import boto3
import pytest
import sqlalchemy as sa
from botocore.config import Config
from botocore.exceptions import ClientError

from backupclient.account_server import outbox
from backupclient.account_server.checkout import NoticeKind, TestProvider
from backupclient.account_server.ledger import order_of
from backupclient.account_server.offers import GB
from backupclient.account_server.purchase_tables import CheckoutRow, LedgerRow, OutboxKind
from backupclient.account_server.standing import DATA_KEPT
from backupclient.account_server.tables import StoragePlace
from tests.accounts import Accounts, Computer, Home

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

DAY = 86400


class Place:
    """A computer's storage."""

    def __init__(self, accounts: Accounts, computer: Computer) -> None:
        told = accounts.ask(computer, "POST", "/v1/storage/keys").json()
        self.bucket = told["bucket"]
        self._s3: S3Client = boto3.client(
            "s3",
            endpoint_url=told["endpoint"],
            region_name=told["region"],
            aws_access_key_id=told["access_key"],
            aws_secret_access_key=told["secret_key"],
            config=Config(proxies={}, retries={"total_max_attempts": 1}),
        )

    def put(self, key: str) -> None:
        self._s3.put_object(Bucket=self.bucket, Key=key, Body=b"x" * 100)

    def keys(self) -> list[str]:
        return [one["Key"] for one in self._s3.list_objects_v2(Bucket=self.bucket)["Contents"]]


def buy(accounts: Accounts, home: Home, *, pay: bool = True) -> None:
    placed = accounts.shop.order(home.household_id, "small", f"{accounts.clock.now()}")
    if pay:
        provider = accounts.shop.provider
        assert isinstance(provider, TestProvider)
        with accounts.service.database.reading() as session:
            order = order_of(session.get_one(CheckoutRow, placed.checkout_id))
        accounts.shop.notified(provider.settle(order, NoticeKind.PAID))
    accounts.settle()


def pass_days(accounts: Accounts, days: float) -> None:
    accounts.clock.advance(days * DAY)
    accounts.settle()


def subjects(accounts: Accounts, home: Home) -> list[str]:
    read = (
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        for file in sorted(accounts.mails.iterdir())
    )
    found = [str(mail["Subject"]) for mail in read if mail["To"] == home.email]
    return [one for one in found if "deleted" in one]


def kinds(accounts: Accounts, home: Home) -> list[str]:
    with accounts.service.database.reading() as session:
        rows = sa.select(LedgerRow.kind).filter_by(household_id=home.household_id)
        return list(session.scalars(rows.order_by(LedgerRow.no)))


class Lapsed(NamedTuple):
    """One whose plan has just ended, with something stored; and until when that is kept."""

    home: Home
    computer: Computer
    place: Place
    kept: datetime


def lapsed(accounts: Accounts, many: int = 1) -> list[Lapsed]:
    made, ends = [], accounts.clock.now()
    for _ in range(many):
        home = accounts.found()
        computer = accounts.sign_in(home)
        buy(accounts, home)
        place = Place(accounts, computer)
        place.put("data/one")
        ends = accounts.shop.cancel(home.household_id).ends or ends
        made.append(Lapsed(home, computer, place, ends + DATA_KEPT))
    accounts.clock.advance((ends - accounts.clock.now()).total_seconds())
    accounts.settle()
    return made


@pytest.fixture
def neighbour(accounts: Accounts) -> Iterator[Place]:
    """Whoever has a plan keeps everything."""
    place = Place(accounts, accounts.sign_in(accounts.found()))
    place.put("data/two")
    yield place
    assert place.keys() == ["data/two"]


def test_after_three_warnings_it_is_deleted_and_one_may_begin_anew(
    accounts: Accounts, neighbour: Place
) -> None:
    ((home, computer, place, kept),) = lapsed(accounts)
    left = (kept - accounts.clock.now()) / timedelta(days=1)
    for before, warnings in ((30.5, 0), (29.5, 1), (7.5, 2), (0.5, 3)):
        pass_days(accounts, left - before)
        left = before
        assert len(subjects(accounts, home)) == warnings
        assert place.keys() == ["data/one"]
    assert len(set(subjects(accounts, home))) == 1, "all say the same day"
    buy(accounts, home, pay=False)
    pass_days(accounts, 0.6)
    assert place.keys() == ["data/one"], "somebody is paying"
    pass_days(accounts, 1)
    accounts.settle()
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        place.keys()
    assert place.bucket not in accounts.service.provisioner.used()
    assert subjects(accounts, home)[-1:] == ["Your backups were deleted"]
    assert kinds(accounts, home)[-4:] == ["warned", "warned", "warned", "deleted"]
    refused = accounts.ask(computer, "GET", "/v1/household")
    assert (refused.status_code, refused.json()["code"]) == (403, "data-deleted")
    pass_days(accounts, 100)
    assert len(subjects(accounts, home)) == 4

    buy(accounts, home)
    anew = Place(accounts, accounts.sign_in(home))
    assert anew.bucket == f"{place.bucket}-1"
    anew.put("data/three")


def test_nothing_is_deleted_of_whom_nobody_could_tell_or_who_has_a_plan_again(
    accounts: Accounts, neighbour: Place
) -> None:
    (home, _, place, kept), (saved, _, theirs, _) = lapsed(accounts, 2)
    # The service was away for long: seven days from its first word on.
    accounts.clock.advance((kept - accounts.clock.now()).total_seconds() + 40 * DAY)
    accounts.settle()
    assert [len(subjects(accounts, one)) for one in (home, saved)] == [1, 1]
    pass_days(accounts, 6.9)
    assert place.keys() == theirs.keys() == ["data/one"]
    buy(accounts, saved)
    database, now = accounts.service.database, accounts.clock.now()
    with database.writing() as session:
        mail = OutboxKind.MAIL
        later = now + timedelta(days=9)
        outbox.add(database, session, mail, home.household_id, "{}", "not-taken", later)
    accounts.clock.advance(DAY)
    accounts.shop.step()
    assert place.keys() == theirs.keys() == ["data/one"], "a mail could not be sent yet"
    with database.writing() as session:
        session.execute(sa.text("UPDATE outbox SET due = NULL WHERE key = 'mail not-taken'"))
    assert accounts.shop.ending.look(accounts.clock.now(), deleting=False) == [home.household_id]
    pass_days(accounts, 0.1)
    with database.reading() as session:
        assert session.get(StoragePlace, home.household_id) is None
        assert session.get_one(StoragePlace, saved.household_id).limit_bytes == 100 * GB
    assert theirs.keys() == ["data/one"]
