"""The tables of what was bought: orders, the ledger, the outbox, invitations.

Rows of the ledger are never changed and never go; the database itself refuses (`LEDGER_GUARDS`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from backupclient.account_server.tables import Base


class CheckoutKind(StrEnum):
    PURCHASE = "purchase"
    """Paid now, and counts from now."""
    CHANGE = "change"
    """Less than there is: nothing to pay now, counts from the next renewal."""
    RENEWAL = "renewal"
    """Asked for by the service when a plan's day has come."""


class OutboxKind(StrEnum):
    APPLY = "apply"
    """The storage gets the plan's limit. Its subject says why: the number of a ledger's entry."""
    CHARGE = "charge"
    """A renewal is collected. Subject: the checkout."""
    DELETE = "delete"
    """What was stored in a plan that has ended. Subject: the bucket."""
    MAIL = "mail"
    """Subject: the mail itself."""
    PASSWORD = "password"  # noqa: S105 - what is sent, not one
    """A link to a new password, made when it is sent. Subject: the person."""


def _number() -> Mapped[int]:
    return mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True)


def _household() -> Mapped[str]:
    return mapped_column(sa.Text, sa.ForeignKey("households.id"), index=True)


class CheckoutRow(Base):
    """What somebody wants to buy, with its terms as they were then (JSON of an `Offer`)."""

    __tablename__ = "checkouts"
    __table_args__ = (sa.UniqueConstraint("household_id", "key"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = _household()
    kind: Mapped[str]
    key: Mapped[str]
    """The Idempotency-Key it was asked for with."""
    terms: Mapped[str]
    url: Mapped[str]
    created: Mapped[datetime]


class LedgerRow(Base):
    """What happened, once for each event of a provider. `terms` as in `standing.Entry`;
    `body` is the notice as it came."""

    __tablename__ = "ledger"
    __table_args__ = (sa.UniqueConstraint("provider", "event_id"),)
    no: Mapped[int] = _number()
    provider: Mapped[str]
    """`own` for what did not come from a provider."""
    event_id: Mapped[str]
    household_id: Mapped[str] = _household()
    kind: Mapped[str]
    checkout_id: Mapped[str | None] = mapped_column(sa.ForeignKey("checkouts.id"), index=True)
    terms: Mapped[str | None]
    amount: Mapped[int | None]
    currency: Mapped[str | None]
    at: Mapped[datetime]
    recorded: Mapped[datetime]
    body: Mapped[str]


class PlanChange(Base):
    """When a household's plan may be another without anything happening."""

    __tablename__ = "plan_changes"
    household_id: Mapped[str] = mapped_column(sa.ForeignKey("households.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)


class OutboxRow(Base):
    """What has yet to be done outside the database. Written in the transaction that decides it, and
    tried until it is done."""

    __tablename__ = "outbox"
    no: Mapped[int] = _number()
    key: Mapped[str] = mapped_column(unique=True)
    """The same thing is never asked for twice."""
    kind: Mapped[str]
    household_id: Mapped[str] = _household()
    subject: Mapped[str]
    created: Mapped[datetime]
    due: Mapped[datetime | None] = mapped_column(index=True)
    """None once it is done."""
    tries: Mapped[int]
    failure: Mapped[str | None]


class Invitation(Base):
    """Lets one person in: into `household_id`, or into a household of their own with an offer."""

    __tablename__ = "invitations"
    code_digest: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str | None] = mapped_column(sa.ForeignKey("households.id"))
    offer_id: Mapped[str | None]
    invited_by: Mapped[str | None] = mapped_column(sa.ForeignKey("people.id"))
    created: Mapped[datetime]
    expires: Mapped[datetime]
    used_by: Mapped[str | None] = mapped_column(sa.ForeignKey("people.id"))


class SilenceNote(Base):
    """That people were told of a computer without a complete backup since `since`."""

    __tablename__ = "silence_notes"
    device_id: Mapped[str] = mapped_column(sa.ForeignKey("devices.id"), primary_key=True)
    since: Mapped[datetime] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column(primary_key=True)


_REFUSE = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the ledger is append-only'; END $$
"""
_GUARD = """
CREATE TRIGGER ledger_guard BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only()
"""

LEDGER_GUARDS: dict[str, tuple[str, ...]] = {
    "sqlite": tuple(
        f"CREATE TRIGGER ledger_no_{verb.lower()} BEFORE {verb} ON ledger "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        for verb in ("UPDATE", "DELETE")
    ),
    "postgresql": (_REFUSE, _GUARD),
}
