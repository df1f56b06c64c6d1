"""What can be bought: plans with their size, seats and price.

An offer may change or go; what somebody has bought stays as it was sold, because the ledger holds
the terms themselves.
"""

from __future__ import annotations

import enum
from pathlib import Path

import msgspec

from backupclient.account_server.settings import PREFIX
from backupclient.decoding import from_json
from backupclient.errors import InvalidRequest

GB = 1_000_000_000


class Period(enum.StrEnum):
    """How long a payment lasts."""

    MONTH = "month"
    YEAR = "year"


class Price(msgspec.Struct, frozen=True, kw_only=True):
    """`amount` in the smallest unit of `currency` (ISO 4217), so 499 EUR is 4.99 €."""

    amount: int
    currency: str
    period: Period


class Offer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`limit` in bytes for the whole household, `seats` computers. `price` None is a gift: it costs
    nothing and does not end. One that is not `on_sale` is for invitations."""

    offer_id: str
    name: str
    limit: int
    seats: int
    price: Price | None = None
    on_sale: bool = True


def _yearly(offer_id: str, name: str, gigabytes: int, seats: int, amount: int) -> Offer:
    price = Price(amount=amount, currency="EUR", period=Period.YEAR)
    return Offer(offer_id=offer_id, name=name, limit=gigabytes * GB, seats=seats, price=price)


STANDARD = (
    _yearly("small", "Small", 100, 3, 2400),
    _yearly("family", "Family", 200, 5, 3600),
    _yearly("large", "Large", 1000, 5, 9600),
    _yearly("archive", "Archive", 4000, 10, 28800),
    Offer(offer_id="trial", name="Trial", limit=5 * GB, seats=3, on_sale=False),
)


class Offers:
    """All offers there are, the smallest first; for invitations alone unless they are `selling`."""

    def __init__(self, offers: tuple[Offer, ...] = STANDARD, *, selling: bool = True) -> None:
        self._selling = selling
        self.all = tuple(sorted(offers, key=lambda offer: offer.limit))

    def on_sale(self) -> tuple[Offer, ...]:
        if not self._selling:
            return ()
        return tuple(offer for offer in self.all if offer.on_sale and offer.price is not None)

    def find(self, offer_id: str) -> Offer | None:
        return next((offer for offer in self.all if offer.offer_id == offer_id), None)


def load_offers(file: Path | None, *, selling: bool) -> Offers:
    """From a JSON list of offers; the standard ones without a file. What cannot be read is
    `InvalidRequest` (facts: reason, setting)."""
    if file is None:
        return Offers(selling=selling)
    try:
        offers = from_json(file.read_bytes(), tuple[Offer, ...])
    except (OSError, msgspec.MsgspecError) as error:
        setting = f"{PREFIX}OFFERS_PATH"
        raise InvalidRequest(str(error), reason="setting-not-offers", setting=setting) from error
    return Offers(offers, selling=selling)
