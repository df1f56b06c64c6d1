"""What the account service answers and is told, as JSON. Sizes are bytes, times aware.

Fields that a newer service adds are passed over; what may be missing has a default.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from backupclient.wire.entitlement import Late, PlanState, Seat


class Problem(msgspec.Struct, frozen=True):
    """RFC 9457, with a stable `code`."""

    code: str = ""
    title: str = ""
    status: int = 0


class OAuthProblem(msgspec.Struct, frozen=True):
    """RFC 6749 and RFC 8628."""

    error: str = ""
    error_description: str = ""


class Price(msgspec.Struct, frozen=True):
    amount: int
    currency: str
    period: str


class Pending(msgspec.Struct, frozen=True):
    limit: int
    since: datetime


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    limit: int
    state: PlanState = PlanState.ACTIVE
    renews: datetime | None = None
    ends: datetime | None = None
    data_kept_until: datetime | None = None
    seats: int = 0
    price: Price | None = None
    manage_url: str = ""
    buy_url: str = ""
    pending: Pending | None = None


class StorageFacts(msgspec.Struct, frozen=True, kw_only=True):
    limit: int
    used: int | None = None
    measured_at: datetime | None = None
    writable: bool = True


class Device(msgspec.Struct, frozen=True, kw_only=True):
    device_id: str
    device_uuid: str = ""
    name: str = ""
    system: str = ""
    seat: Seat = Seat.HELD
    this: bool = False
    last_backup: datetime | None = None
    last_seen: datetime | None = None
    waiting_bytes: int = 0
    applied_limit: int | None = None
    online: bool = False
    moving_to: str | None = None


class System(msgspec.Struct, frozen=True):
    """`app`: "yes" or "no"."""

    system: str
    versions: str = ""
    app: str = "yes"
    note: str = ""


class Household(msgspec.Struct, frozen=True, kw_only=True):
    household_id: str
    plan: Plan
    storage: StorageFacts
    name: str = ""
    devices: tuple[Device, ...] = ()
    supported_systems: tuple[System, ...] = ()


class AccountLimit(msgspec.Struct, frozen=True):
    limit: int


class StorageLimit(msgspec.Struct, frozen=True):
    limit: int
    applied: bool


class Refreshed(msgspec.Struct, frozen=True, kw_only=True):
    account: AccountLimit
    storage: StorageLimit
    pending_purchases: int = 0
    late: Late = Late.NOBODY


class DeviceGrant(msgspec.Struct, frozen=True, kw_only=True):
    """What a sign-in begins with. Times in seconds."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str = ""
    expires_in: float = 600
    interval: float = 5


class DeviceToken(msgspec.Struct, frozen=True, kw_only=True):
    access_token: str
    device_id: str = ""

    def __repr__(self) -> str:
        return "DeviceToken(…)"


class StorageKeys(msgspec.Struct, frozen=True, kw_only=True):
    """This computer's own, for the household's storage alone."""

    endpoint: str
    bucket: str
    access_key: str
    secret_key: str
    region: str = ""

    @property
    def location(self) -> str:
        return f"s3:{self.endpoint.rstrip('/')}/{self.bucket}"

    def __repr__(self) -> str:
        return f"StorageKeys({self.location!r})"


class DeviceReport(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What this computer says of itself. `last_backup_complete` is when it last ended a backup
    after which everything was safe."""

    name: str
    system: str
    last_backup: datetime | None = None
    last_backup_complete: datetime | None = None
    waiting_bytes: int | None = None
    applied_limit: int | None = None
    app_version: str = ""


class Handover(msgspec.Struct, frozen=True):
    id: str
    box: str


class HandoverId(msgspec.Struct, frozen=True):
    id: str


class HandoverBox(msgspec.Struct, frozen=True):
    box: str


class HouseholdNews(msgspec.Struct, frozen=True):
    """The data of an event `household`."""

    etag: str = ""
