"""The part of the protocol about the account at a service: signing this computer in and out, the
other computers of the household, and one-time codes. See `protocol`.
"""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec

from backupclient.wire.entitlement import Trouble
from backupclient.wire.envelope import Reply, Request


class AccountState(enum.StrEnum):
    SIGNED_OUT = "signed-out"
    SIGNING_IN = "signing-in"
    """Somebody has to type the code into a page of the service."""
    SIGNED_IN = "signed-in"
    RELEASED = "released"
    """This computer's seat was given up: it stores nothing more, and what it stored stays."""


class AccountStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`user_code` and what follows are there while somebody is to approve this computer.
    `location` is where the household's storage is, once this computer has keys to it. `failure` is
    why the last sign-in came to nothing, or why the service cannot be asked now."""

    state: AccountState = AccountState.SIGNED_OUT
    address: str = ""
    name: str = ""
    device_id: str = ""
    location: str = ""
    user_code: str = ""
    verification_uri: str = ""
    verification_uri_complete: str = ""
    code_expires: datetime | None = None
    failure: Trouble | None = None


class GetAccount(Request, frozen=True, kw_only=True, tag="get-account"):
    """`look`: the service is asked first; if it does not answer, that is the `failure`."""

    look: bool = False


class SignIn(Request, frozen=True, kw_only=True, tag="sign-in"):
    """At the service at `address`, or where it was the last time; `name` is what this computer is
    to be called. Answered with the code; what becomes of it is news."""

    address: str = ""
    name: str = ""
    ca_file: str = ""


class SignOut(Request, frozen=True, kw_only=True, tag="sign-out"):
    """Or give up signing in. The seat is free then, and this computer's keys open nothing; its
    backups stay."""


class ReleaseComputer(Request, frozen=True, kw_only=True, tag="release-computer"):
    """Give up the seat of another one. Its keys open nothing from then on; its backups stay."""

    device_id: str


class MakeStorageKeys(Request, frozen=True, kw_only=True, tag="make-storage-keys"):
    """To the household's storage, for this computer alone. Those it had are worth nothing then."""


class JoinBackup(Request, frozen=True, kw_only=True, tag="join-backup"):
    """Back up to the household's storage from now on: keys to it are made, the backup there is
    opened by `password` (which may be a recovery key, or one that a code brought) or begun with it,
    and a plan is kept. A computer that joins others gets a password of its own. With no `folders`
    those of the plan stay."""

    password: str
    folders: tuple[str, ...] = ()


class TakeOver(Request, frozen=True, kw_only=True, tag="take-over"):
    """Go on with the history of a computer whose seat was given up. After `JoinBackup`."""

    device_id: str


class MakeJoinCode(Request, frozen=True, kw_only=True, tag="join-code"):
    """For another computer of the household, once, within ten minutes."""


class TakeJoinCode(Request, frozen=True, kw_only=True, tag="take-join-code"):
    code: str


AnyAccountRequest = (
    GetAccount
    | SignIn
    | SignOut
    | ReleaseComputer
    | MakeStorageKeys
    | JoinBackup
    | TakeOver
    | MakeJoinCode
    | TakeJoinCode
)


class Account(Reply, frozen=True, kw_only=True, tag="account"):
    status: AccountStatus


class StorageKeysMade(Reply, frozen=True, kw_only=True, tag="storage-keys"):
    """`device` and `hostname` belong into the plan of whoever backs up there."""

    location: str
    access_key: str
    secret_key: str
    region: str = ""
    device: str = ""
    hostname: str = ""

    def __repr__(self) -> str:
        return f"StorageKeysMade({self.location!r})"


class BackupJoined(Reply, frozen=True, kw_only=True, tag="backup-joined"):
    """`begun`: there was none before."""

    repository_id: str
    location: str
    begun: bool


class JoinCode(Reply, frozen=True, kw_only=True, tag="join-code"):
    code: str
    expires: datetime

    def __repr__(self) -> str:
        return "JoinCode(…)"


class JoinCodeTaken(Reply, frozen=True, kw_only=True, tag="join-code-taken"):
    password: str
    repository_id: str

    def __repr__(self) -> str:
        return f"JoinCodeTaken({self.repository_id!r})"


AnyAccountReply = Account | StorageKeysMade | BackupJoined | JoinCode | JoinCodeTaken
