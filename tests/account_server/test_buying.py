"""From an order to a larger storage, by the endpoints, with the real storage behind them."""

from __future__ import annotations

import email
import email.policy
import uuid
from datetime import datetime

import httpx
import pytest
import sqlalchemy as sa

from backupclient.account_server import overview, places
from backupclient.account_server.checkout import (
    SIGNATURE_HEADER,
    NoticeKind,
    SignedNotice,
    TestProvider,
)
from backupclient.account_server.ledger import order_of
from backupclient.account_server.offers import GB
from backupclient.account_server.purchase_tables import CheckoutRow, LedgerRow
from backupclient.account_server.standing import DATA_KEPT, GRACE
from tests.accounts import Accounts, Computer

YEAR = 366 * 86400


def order(accounts: Accounts, computer: Computer, offer_id: str, key: str = "") -> str:
    headers = {
        "Authorization": f"Bearer {computer.token}",
        "Idempotency-Key": key or uuid.uuid4().hex,
    }
    asked = {"offer_id": offer_id}
    answer = accounts.http.post("/v1/checkouts", json=asked, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["checkout_id"])


def notice(accounts: Accounts, checkout_id: str, kind: NoticeKind) -> SignedNotice:
    provider = accounts.shop.provider
    assert isinstance(provider, TestProvider)
    with accounts.service.database.reading() as session:
        return provider.settle(order_of(session.get_one(CheckoutRow, checkout_id)), kind)


def tell(accounts: Accounts, signed: SignedNotice) -> httpx.Response:
    """As the provider does."""
    headers = {SIGNATURE_HEADER: signed.signature}
    return accounts.http.post("/v1/payments/test/notify", content=signed.body, headers=headers)


def pay(accounts: Accounts, checkout_id: str, kind: NoticeKind = NoticeKind.PAID) -> None:
    assert tell(accounts, notice(accounts, checkout_id, kind)).status_code == 200
    accounts.settle()


def household(accounts: Accounts, computer: Computer) -> dict[str, dict[str, object]]:
    told: dict[str, dict[str, object]] = accounts.ask(computer, "GET", "/v1/household").json()
    return told


def mails_to(accounts: Accounts, computer: Computer) -> list[str]:
    """Subjects, in the order in which they were written; a year's silence is another test's."""
    files = sorted(accounts.mails.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files
    ]
    subjects = [str(one["Subject"]) for one in mails if one["To"] == computer.home.email]
    return [subject for subject in subjects if "no complete backup" not in subject]


# What does not depend on the database is tried over one.
on_sqlite = pytest.mark.parametrize("any_accounts", ["sqlite"], indirect=True)


@pytest.fixture
def accounts(any_accounts: Accounts) -> Accounts:
    """Over either database."""
    return any_accounts


@pytest.fixture
def computer(accounts: Accounts) -> Computer:
    """One of a household of its own, with a bucket."""
    home = accounts.found(limit=1_000_000)
    computer = accounts.sign_in(home)
    accounts.ask(computer, "POST", "/v1/storage/keys").raise_for_status()
    accounts.settle()
    return computer


def test_what_is_paid_for_is_in_force_at_once_and_counts_once(
    accounts: Accounts, computer: Computer
) -> None:
    checkout = order(accounts, computer, "small", "the-same-key")
    assert order(accounts, computer, "small", "the-same-key") == checkout
    refresh = accounts.ask(computer, "POST", "/v1/plan/refresh").json()
    assert (refresh["late"], refresh["pending_purchases"]) == ("payment", 1)

    signed = notice(accounts, checkout, NoticeKind.PAID)
    forged = SignedNotice(signed.body.replace(b"2400", b"0001"), signed.signature)
    assert tell(accounts, forged).json()["code"] == "invalid"
    assert household(accounts, computer)["plan"]["limit"] == 1_000_000
    for _ in range(3):
        assert tell(accounts, signed).status_code == 200
    accounts.settle()

    told = household(accounts, computer)
    assert told["plan"]["limit"] == told["storage"]["limit"] == 100 * GB
    assert told["plan"]["pending"] is None
    assert mails_to(accounts, computer) == ["You have 100\u00a0GB"]
    with accounts.service.database.reading() as session:
        paid = sa.select(sa.func.count()).select_from(LedgerRow).filter_by(checkout_id=checkout)
        assert session.execute(paid).scalar_one() == 1
    refresh = accounts.ask(computer, "POST", "/v1/plan/refresh").json()
    assert refresh == {
        "account": {"limit": 100 * GB},
        "storage": {"limit": 100 * GB, "applied": True},
        "pending_purchases": 0,
        "late": "nobody",
    }


def test_the_ledger_cannot_be_changed(accounts: Accounts, computer: Computer) -> None:
    for statement in (sa.update(LedgerRow).values(amount=1), sa.delete(LedgerRow)):
        with (
            pytest.raises(sa.exc.DBAPIError, match="append-only"),
            accounts.service.database.writing() as session,
        ):
            session.execute(statement)


@on_sqlite
def test_an_old_notice_of_somebody_who_listened_is_worth_nothing(
    accounts: Accounts, computer: Computer
) -> None:
    signed = notice(accounts, order(accounts, computer, "small"), NoticeKind.PAID)
    accounts.clock.advance(600)
    assert tell(accounts, signed).json()["code"] == "invalid"


def test_a_year_of_a_plan_renewed_declined_and_ended(
    accounts: Accounts, computer: Computer
) -> None:
    provider = accounts.shop.provider
    assert isinstance(provider, TestProvider)
    pay(accounts, order(accounts, computer, "family"))
    first = str(household(accounts, computer)["plan"]["renews"])

    accounts.clock.advance(YEAR)
    accounts.settle()
    renewed = household(accounts, computer)["plan"]
    assert (renewed["state"], renewed["limit"]) == ("active", 200 * GB)
    assert int(str(renewed["renews"])[:4]) == int(first[:4]) + 1

    provider.declines = True
    try:
        accounts.clock.advance(YEAR)
        accounts.settle()
        late = household(accounts, computer)
        assert (late["plan"]["state"], late["storage"]["limit"]) == ("past_due", 200 * GB)
        accounts.clock.advance(GRACE.total_seconds())
        accounts.settle()
    finally:
        provider.declines = False
    ended = household(accounts, computer)
    assert (ended["plan"]["state"], ended["storage"]["limit"]) == ("lapsed", 0)
    assert not ended["storage"]["writable"]
    assert mails_to(accounts, computer) == [
        "You have 200\u00a0GB",
        "Your plan is renewed",
        "Your plan could not be renewed",
        "Your plan has ended",
    ]

    pay(accounts, order(accounts, computer, "small"))
    back = household(accounts, computer)
    assert (back["plan"]["state"], back["storage"]["limit"]) == ("active", 100 * GB)


@on_sqlite
def test_cancelling_says_until_when_and_can_be_taken_back(
    accounts: Accounts, computer: Computer
) -> None:
    assert accounts.ask(computer, "POST", "/v1/plan/cancel").json()["code"] == "not-found"
    pay(accounts, order(accounts, computer, "small"))
    ends = household(accounts, computer)["plan"]["renews"]
    for _ in range(2):
        said = accounts.ask(computer, "POST", "/v1/plan/cancel").json()
        assert said["ends"] == ends
    assert household(accounts, computer)["plan"]["state"] == "cancelled"
    assert accounts.ask(computer, "POST", "/v1/plan/resume").json()["ends"] is None
    assert household(accounts, computer)["plan"]["renews"] == ends
    accounts.ask(computer, "POST", "/v1/plan/cancel").raise_for_status()
    accounts.clock.advance(YEAR)
    accounts.settle()
    plan = household(accounts, computer)["plan"]
    assert (plan["state"], plan["ends"]) == ("lapsed", ends)
    kept, ended = (datetime.fromisoformat(str(plan[name])) for name in ("data_kept_until", "ends"))
    assert kept == ended + DATA_KEPT


def test_what_is_late_is_counted_for_whoever_runs_the_service(
    accounts: Accounts, computer: Computer
) -> None:
    accounts.settle()
    places.measure(accounts.service)
    before = overview.look(accounts.service)
    assert before.late == 0
    accounts.pay(computer.home, 2 * GB)
    assert overview.look(accounts.service) == before, "not yet"
    accounts.clock.advance(601)
    places.measure(accounts.service)
    assert overview.look(accounts.service).late == 1
    places.tidy(accounts.service)
    after = overview.look(accounts.service)
    assert (after.late, after.to_do, after.households) == (0, 0, before.households)
    assert 0 < after.seats <= before.seats


@on_sqlite
def test_paid_back_is_as_before(accounts: Accounts, computer: Computer) -> None:
    checkout = order(accounts, computer, "large")
    pay(accounts, checkout)
    assert household(accounts, computer)["storage"]["limit"] == 1000 * GB
    pay(accounts, checkout, NoticeKind.REFUNDED)
    assert household(accounts, computer)["storage"]["limit"] == 1_000_000
    assert mails_to(accounts, computer)[-1] == "Your payment was paid back"
