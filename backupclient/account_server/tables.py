"""The tables. Times are UTC, sizes are bytes; tokens and codes are kept as digests alone."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcTime(sa.TypeDecorator[datetime]):
    """An aware time in UTC, also where the database keeps none."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        assert value.tzinfo is not None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 - SQLAlchemy's signature
    ) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class PlanState(StrEnum):
    ACTIVE = "active"
    PAST_DUE = "past_due"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Seat(StrEnum):
    HELD = "held"
    RELEASED = "released"
    ENDED = "ended"
    """Its household's data was deleted, long after the plan had ended."""


class GrantState(StrEnum):
    """Where the sign-in of a computer stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    DENIED = "denied"
    USED = "used"


def _words(states: type[StrEnum]) -> sa.Enum:
    """Kept as their words."""
    return sa.Enum(
        states,
        native_enum=False,
        length=16,
        values_callable=lambda all_: [one.value for one in all_],
    )


class Base(DeclarativeBase):
    """What all tables share: how Python's types are stored, and how constraints are named."""

    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcTime,
        int: sa.BigInteger,
        PlanState: _words(PlanState),
        Seat: _words(Seat),
        GrantState: _words(GrantState),
        str: sa.Text,
    }
    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _household(*, primary_key: bool = False, index: bool | None = None) -> Mapped[str]:
    link = sa.ForeignKey("households.id")
    return mapped_column(link, primary_key=primary_key, index=index)


class Household(Base):
    """Whoever shares one plan and one storage."""

    __tablename__ = "households"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    created: Mapped[datetime]


class Person(Base):
    """Somebody who may sign in to the pages. `email` is kept casefolded; `language` is that of the
    pages as they last were, and mails are in it."""

    __tablename__ = "people"
    id: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = _household(index=True)
    email: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    language: Mapped[str]
    created: Mapped[datetime]


class BrowserSession(Base):
    """A browser somebody is signed in with. `csrf` is what its forms must bring along."""

    __tablename__ = "browser_sessions"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(sa.ForeignKey("people.id"), index=True)
    csrf: Mapped[str]
    created: Mapped[datetime]
    expires: Mapped[datetime]


class Plan(Base):
    """What a household has paid for. The storage's own limit is `StoragePlace.limit_bytes`, and
    is the same once it was applied."""

    __tablename__ = "plans"
    household_id: Mapped[str] = _household(primary_key=True)
    name: Mapped[str]
    limit_bytes: Mapped[int]
    limit_since: Mapped[datetime]
    seats: Mapped[int]
    state: Mapped[PlanState]
    renews: Mapped[datetime | None]
    ends: Mapped[datetime | None]
    data_kept_until: Mapped[datetime | None]
    price_amount: Mapped[int | None]
    """In the currency's smallest unit."""
    price_currency: Mapped[str | None]
    price_period: Mapped[str | None]


class StoragePlace(Base):
    """The household's bucket. `limit_bytes` is null until one was applied."""

    __tablename__ = "storage_places"
    household_id: Mapped[str] = _household(primary_key=True)
    bucket: Mapped[str] = mapped_column(unique=True)
    limit_bytes: Mapped[int | None]
    used_bytes: Mapped[int]
    measured: Mapped[datetime | None]


class Device(Base):
    """A computer, for as long as the household: releasing it only takes its seat and its keys."""

    __tablename__ = "devices"
    __table_args__ = (sa.UniqueConstraint("household_id", "device_uuid"),)
    id: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = _household(index=True)
    device_uuid: Mapped[str]
    name: Mapped[str]
    system: Mapped[str]
    seat: Mapped[Seat]
    has_keys: Mapped[bool]
    """It may have keys to the storage: from before they are made until they are surely gone."""
    moving_to: Mapped[str | None]
    """Whose name the computer has that is to take its place."""
    last_backup: Mapped[datetime | None]
    last_backup_complete: Mapped[datetime | None]
    waiting_bytes: Mapped[int]
    applied_limit: Mapped[int | None]
    app_version: Mapped[str | None]
    created: Mapped[datetime]
    last_seen: Mapped[datetime]
    online_until: Mapped[datetime]
    """It listens; renewed while it does."""


class DeviceGrant(Base):
    """A sign-in under way (RFC 8628)."""

    __tablename__ = "device_grants"
    device_code_digest: Mapped[str] = mapped_column(primary_key=True)
    user_code_digest: Mapped[str] = mapped_column(unique=True)
    device_uuid: Mapped[str]
    device_name: Mapped[str]
    system: Mapped[str]
    state: Mapped[GrantState]
    household_id: Mapped[str | None] = mapped_column(sa.ForeignKey("households.id"))
    interval: Mapped[int]
    last_poll: Mapped[datetime | None]
    expires: Mapped[datetime] = mapped_column(index=True)


class AccessToken(Base):
    """What a computer authenticates with. One whose seat was released keeps it, so that it can be
    told so, until it signs in again."""

    __tablename__ = "access_tokens"
    token_digest: Mapped[str] = mapped_column(primary_key=True)
    device_id: Mapped[str] = mapped_column(sa.ForeignKey("devices.id"), index=True)
    created: Mapped[datetime]


class Handover(Base):
    """A box that one computer leaves for another; nobody here can open it."""

    __tablename__ = "handovers"
    id_digest: Mapped[str] = mapped_column(primary_key=True)
    household_id: Mapped[str] = _household(index=True)
    box: Mapped[str]
    expires: Mapped[datetime] = mapped_column(index=True)


class Tries(Base):
    """How often something that is limited was tried in the window that began at `since`."""

    __tablename__ = "tries"
    what_digest: Mapped[str] = mapped_column(primary_key=True)
    since: Mapped[datetime] = mapped_column(index=True)
    count: Mapped[int]


class Audit(Base):
    """Who did what to a household, in codes: for questions afterwards."""

    __tablename__ = "audit"
    no: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    at: Mapped[datetime]
    household_id: Mapped[str] = _household(index=True)
    actor: Mapped[str]
    """`device:ID`, `person:ID` or `service`."""
    what: Mapped[str]
    about: Mapped[str | None]
