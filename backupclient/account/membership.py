"""What this computer keeps of its account: `account.json` says at which service it is signed in and
as what, `household.json` what that last answered. The token is in the `secret_store`.
"""

from __future__ import annotations

import contextlib
import enum
import uuid
from datetime import datetime
from pathlib import Path

import msgspec

from backupclient.account.client import AccountClient, Known
from backupclient.account.wire import Household
from backupclient.decoding import from_json
from backupclient.errors import (
    AccountError,
    AccountUnreachable,
    BackupError,
    NotSignedIn,
    SeatTaken,
)
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import make_private, write_atomically

FILE_NAME = "account.json"
ANSWER_NAME = "household.json"


class Standing(enum.StrEnum):
    SIGNED_OUT = "signed-out"
    SIGNED_IN = "signed-in"
    RELEASED = "released"
    """Its seat was given up, here or on another computer."""


class Membership(msgspec.Struct, frozen=True, kw_only=True):
    """`device_uuid` is made once and never changes; `address` stays when one signs out."""

    device_uuid: str
    address: str = ""
    device_id: str = ""
    name: str = ""
    ca_file: str = ""
    standing: Standing = Standing.SIGNED_OUT
    data_deleted: bool = False
    """It has no seat because all that was stored in the plan is deleted."""
    location: str = ""
    """Of the household's storage, once this computer has keys to it."""
    last_complete: datetime | None = None
    """When it last ended a backup after which everything was safe."""


class LastAnswer(msgspec.Struct, frozen=True):
    """What the service answered, and when it last said that this still is so."""

    household: Household
    etag: str
    as_of: datetime


def load_membership(data: Path) -> Membership:
    """That of a computer that never signed in, if there is none. OSError if it cannot be kept."""
    try:
        return from_json((data / FILE_NAME).read_bytes(), Membership)
    except FileNotFoundError:
        pass
    except (msgspec.MsgspecError, UnicodeDecodeError):
        with contextlib.suppress(OSError):
            (data / FILE_NAME).replace(data / f"{FILE_NAME}.damaged")
    return Membership(device_uuid=str(uuid.uuid4()))


def has_account(data: Path) -> bool:
    """Whether it ever signed in, without reading more."""
    return (data / FILE_NAME).exists()


def save_membership(data: Path, membership: Membership) -> None:
    """Durable when it returns. OSError if it cannot be written."""
    make_private(data)
    write_atomically(data / FILE_NAME, msgspec.json.encode(membership))


def load_answer(data: Path) -> LastAnswer | None:
    """None if there is none that can be read."""
    try:
        return from_json((data / ANSWER_NAME).read_bytes(), LastAnswer)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def save_answer(data: Path, known: Known, now: datetime) -> LastAnswer:
    answer = LastAnswer(known.household, known.etag, now)
    make_private(data)
    write_atomically(data / ANSWER_NAME, msgspec.json.encode(answer))
    return answer


def forget_answer(data: Path) -> None:
    (data / ANSWER_NAME).unlink(missing_ok=True)


def end_membership(data: Path, error: AccountError) -> Membership:
    """The service has said that this computer is in no more; as it is kept from now on."""
    released = isinstance(error, SeatTaken)
    membership = msgspec.structs.replace(
        load_membership(data),
        standing=Standing.RELEASED if released else Standing.SIGNED_OUT,
        data_deleted=released and error.facts.get("reason") == "deleted",
    )
    save_membership(data, membership)
    return membership


def client_of(data: Path, membership: Membership | None = None) -> AccountClient:
    """For the computer that is signed in. `NotSignedIn`, `SeatTaken`; `KeyringLocked` and OSError
    where the token cannot be read."""
    membership = membership or load_membership(data)
    if membership.standing is Standing.RELEASED:
        raise SeatTaken(reason="deleted" if membership.data_deleted else "released")
    if membership.standing is not Standing.SIGNED_IN:
        raise NotSignedIn
    token = SecretStore(data).get(SecretName.ACCOUNT_TOKEN)
    if not token:
        raise NotSignedIn
    return AccountClient(membership.address, token, ca_file=membership.ca_file)


def why_rejected(data: Path, location: str) -> AccountError | None:
    """Why the household's storage at `location` refuses this computer's keys, as the service says;
    None if the keys are not of an account, or it knows nothing of it."""
    if not has_account(data):
        return None
    membership = load_membership(data)
    if membership.location != location:
        return None
    try:
        client_of(data, membership).household()
    except AccountUnreachable:
        return None
    except AccountError as error:
        return error
    except (BackupError, OSError):
        return None
    return None
