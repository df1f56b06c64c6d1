"""What is spoken: answers, and requests with a body. Sizes are bytes, times RFC 3339 in UTC."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

_LARGEST = 2**53 - 1  # larger numbers do not pass through every JSON unchanged (RFC 7493, 2.2)


def _number(value: object) -> object:
    if isinstance(value, bool | str):  # pydantic would take both
        raise ValueError("not a number")  # noqa: TRY004 - what pydantic wants of a validator
    return value


Bytes = Annotated[int, Field(ge=0, le=_LARGEST), BeforeValidator(_number)]
ShortText = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]


def _utc(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # the first and the last day there is
        raise ValueError("out of range") from error


Time = Annotated[AwareDatetime, AfterValidator(_utc)]


class Answer(BaseModel):
    """Has what it says and nothing else."""

    model_config = ConfigDict(extra="forbid", from_attributes=True)


class Asked(BaseModel):
    """What is not known is refused: nothing may be sent here by mistake."""

    model_config = ConfigDict(extra="forbid", strict=False)


class Price(Answer):
    amount: int = Field(description="in the currency's smallest unit")
    currency: str
    period: str


class Pending(Answer):
    """Paid for, and not yet applied to the storage."""

    limit: Bytes
    since: Time


class PlanAnswer(Answer):
    name: str
    limit: Bytes = Field(description="what was paid for")
    state: Literal["active", "past_due", "cancelled", "lapsed"]
    renews: Time | None
    ends: Time | None
    data_kept_until: Time | None
    seats: int
    price: Price | None
    manage_url: str
    buy_url: str
    pending: Pending | None


class StorageAnswer(Answer):
    limit: Bytes = Field(description="what the storage goes by")
    used: Bytes
    measured_at: Time | None
    writable: bool


class DeviceAnswer(Answer):
    device_id: str
    device_uuid: str
    name: str
    system: str
    seat: Literal["held", "released"]
    this: bool
    last_backup: Time | None
    last_backup_complete: Time | None
    last_seen: Time
    waiting_bytes: Bytes
    applied_limit: Bytes | None
    online: bool
    moving_to: str | None = Field(description="the computer that is to take its place")


class SupportedSystem(Answer):
    system: str
    versions: str
    app: Literal["yes", "no"]
    note: Literal["", "other-linux", "planned"]


class HouseholdAnswer(Answer):
    household_id: str
    name: str
    plan: PlanAnswer
    storage: StorageAnswer
    devices: list[DeviceAnswer]
    supported_systems: list[SupportedSystem]


class KeysAnswer(Answer):
    """A computer's own keys. The secret is shown once."""

    endpoint: str
    region: str
    bucket: str
    access_key: str
    secret_key: str


class AccountLimit(Answer):
    limit: Bytes


class AppliedLimit(Answer):
    limit: Bytes
    applied: bool


class RefreshAnswer(Answer):
    account: AccountLimit
    storage: AppliedLimit
    pending_purchases: int
    late: Literal["nobody", "payment", "storage"]


class DeviceReport(Asked):
    """What a computer tells of itself."""

    name: ShortText
    system: ShortText
    last_backup: Time | None = None
    last_backup_complete: Time | None = Field(
        default=None, description="when it last ended a backup in which everything was safe"
    )
    waiting_bytes: Bytes = 0
    applied_limit: Bytes | None = None
    app_version: Annotated[str, Field(max_length=64, pattern=r"^[0-9A-Za-z.+-]*$")] | None = None


class Move(Asked):
    to_name: ShortText


_HANDOVER_ID = Field(pattern=r"^[A-Za-z0-9_-]{16,128}$")


class HandoverBox(Asked):
    """Left for another computer. `id` is a digest of half of a code, `box` base64 of what only the
    other half opens."""

    id: Annotated[str, _HANDOVER_ID]
    box: Annotated[str, Field(min_length=1, max_length=5464, pattern=r"^[A-Za-z0-9+/]+=*$")]


class HandoverTake(Asked):
    id: Annotated[str, _HANDOVER_ID]


class HandoverAnswer(Answer):
    box: str


class DeviceAuthorization(Answer):
    """RFC 8628, section 3.2."""

    device_code: str
    user_code: str
    verification_uri: str
    verification_uri_complete: str
    expires_in: int
    interval: int


class TokenAnswer(Answer):
    """RFC 6749, section 5.1."""

    access_token: str
    token_type: Literal["Bearer"] = "Bearer"  # noqa: S105 - RFC 6750's word
    device_id: str


class TokenError(Answer):
    """RFC 6749, section 5.2, and RFC 8628, section 3.5."""

    error: Literal[
        "authorization_pending",
        "slow_down",
        "access_denied",
        "expired_token",
        "invalid_grant",
        "invalid_client",
        "unsupported_grant_type",
    ]
    error_description: str


class Health(Answer):
    status: Literal["ok"] = "ok"
