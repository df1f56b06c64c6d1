"""Paying, behind an interface: a provider shows a page to pay on and tells the outcome by a signed
notice. `TestProvider` takes no money, and otherwise does what a real one does.

A provider may tell the same outcome many times, late and in any order; each notice names its event,
and one event counts once (`ledger`).
"""

from __future__ import annotations

import enum
import hashlib
import hmac
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

import msgspec

from backupclient.account_server.offers import Offer
from backupclient.clock import Clock
from backupclient.decoding import from_json

SIGNATURE_AGE = timedelta(minutes=5)
"""An older signature is not taken: what was overheard once is of no use later."""


class Order(NamedTuple):
    """What is to be paid. `checkout_id` is the provider's key, too: one order is paid once."""

    checkout_id: str
    household_id: str
    terms: Offer


class NoticeKind(enum.StrEnum):
    PAID = "paid"
    DECLINED = "declined"
    REFUNDED = "refunded"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """`event_id` is the provider's own name of what happened, `amount` in the smallest unit."""

    event_id: str
    kind: NoticeKind
    checkout_id: str
    amount: int
    currency: str
    at: datetime


class SignedNotice(NamedTuple):
    """As it travels: the body, and what its signature's header says."""

    body: bytes
    signature: str


class NoticeRefused(Exception):
    """Not from the provider, too old, or no notice at all."""


class Provider(Protocol):
    """Calls may take seconds and come from any thread. `ProviderUnreachable` where it does not
    answer: they are asked again, and must not charge twice for it."""

    @property
    def name(self) -> str: ...

    def open(self, order: Order) -> str:
        """The address of the page where the person pays. Asked again, the same."""

    def charge(self, order: Order) -> SignedNotice | None:
        """Collect a renewal. The outcome, where the provider knows it at once; else it comes as a
        notice."""

    def read(self, notice: SignedNotice) -> Notice:
        """What a notice says. `NoticeRefused` unless it is the provider's."""


class ProviderUnreachable(Exception):
    """Did not answer, or not as it should have."""


SIGNATURE_HEADER = "Plainkeep-Signature"


class NoProvider:
    """Where nothing can be paid for."""

    name = "none"

    def open(self, order: Order) -> str:
        raise ProviderUnreachable(order.checkout_id)

    def charge(self, order: Order) -> SignedNotice | None:
        raise ProviderUnreachable(order.checkout_id)

    def read(self, notice: SignedNotice) -> Notice:
        raise NoticeRefused(notice.signature)


class TestProvider:
    """Its page is our own `/checkout/ID`, where one says whether the payment goes well."""

    __test__ = False
    name = "test"

    def __init__(self, secret: str, base_url: str, clock: Clock, *, declines: bool = False) -> None:
        """With `declines`, every renewal is refused as by an empty account."""
        self._secret = secret.encode()
        self._base_url = base_url.rstrip("/")
        self._clock = clock
        self.declines = declines

    def open(self, order: Order) -> str:
        return f"{self._base_url}/checkout/{order.checkout_id}"

    def charge(self, order: Order) -> SignedNotice | None:
        return self.settle(order, NoticeKind.DECLINED if self.declines else NoticeKind.PAID)

    def settle(self, order: Order, kind: NoticeKind) -> SignedNotice:
        """The outcome of an order. Asked twice, it is the same event."""
        price = order.terms.price
        assert price is not None
        event = hashlib.sha256(f"{order.checkout_id} {kind}".encode()).hexdigest()[:32]
        notice = Notice(
            event_id=f"evt_{event}",
            kind=kind,
            checkout_id=order.checkout_id,
            amount=price.amount,
            currency=price.currency,
            at=self._clock.now(),
        )
        return self.sign(msgspec.json.encode(notice))

    def sign(self, body: bytes) -> SignedNotice:
        at = int(self._clock.now().timestamp())
        return SignedNotice(body, f"t={at},v1={self._sum(at, body)}")

    def read(self, notice: SignedNotice) -> Notice:
        try:
            parts = dict(part.split("=", 1) for part in notice.signature.split(","))
            at, given = int(parts["t"]), parts["v1"]
        except (KeyError, ValueError) as error:
            raise NoticeRefused from error
        if not hmac.compare_digest(self._sum(at, notice.body).encode(), given.encode()):
            raise NoticeRefused
        if abs(self._clock.now().timestamp() - at) > SIGNATURE_AGE.total_seconds():
            raise NoticeRefused
        try:
            return from_json(notice.body, Notice)
        except msgspec.MsgspecError as error:
            raise NoticeRefused from error

    def _sum(self, at: int, body: bytes) -> str:
        return hmac.new(self._secret, f"{at}.".encode() + body, hashlib.sha256).hexdigest()
