"""What front ends ask of the account: each is done in the thread of the client that asks."""

from __future__ import annotations

import secrets
import socket
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from backupclient.account import handover
from backupclient.account.membership import Standing, load_membership, save_membership
from backupclient.agent.account import AccountAtWork
from backupclient.agent.tasks import engine_for
from backupclient.errors import AccountRefused, InvalidRequest, NotSignedIn
from backupclient.plan import BackupPlan, Storage, load_plan, place_of, save_plan
from backupclient.recovery_key import as_key
from backupclient.requests import Place, SnapshotFilter
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import KnownPlaces
from backupclient.wire.answers import PlaceStep
from backupclient.wire.household import (
    Account,
    AnyAccountReply,
    AnyAccountRequest,
    BackupJoined,
    GetAccount,
    JoinBackup,
    JoinCode,
    JoinCodeTaken,
    MakeJoinCode,
    MakeStorageKeys,
    ReleaseComputer,
    SignIn,
    SignOut,
    StorageKeysMade,
    TakeJoinCode,
    TakeOver,
)

if TYPE_CHECKING:
    from backupclient.account.wire import StorageKeys

_CODE_LIVES = timedelta(minutes=10)
_RANDOM_BYTES = 20
"""Bytes of chance in a password that a computer makes for itself."""


def answer(request: AnyAccountRequest, account: AccountAtWork) -> AnyAccountReply:
    match request:
        case GetAccount(look=look):
            if look:
                account.look()
        case SignIn():
            account.sign_in(request)
        case SignOut():
            account.sign_out()
        case ReleaseComputer(device_id=device_id):
            account.client().release(device_id)
        case TakeOver(device_id=device_id):
            _take_over(device_id, account)
        case MakeStorageKeys():
            return _keys_made(request.id, _make_keys(account), account)
        case JoinBackup():
            return _join(request, account)
        case MakeJoinCode():
            return _make_code(request.id, account)
        case TakeJoinCode(code=code):
            return _take_code(request.id, code, account)
    return Account(id=request.id, status=account.status)


def _make_keys(account: AccountAtWork) -> StorageKeys:
    keys = account.client().storage_keys()
    membership = msgspec.structs.replace(load_membership(account.data), location=keys.location)
    save_membership(account.data, membership)
    account.news.show(membership)
    return keys


def _keys_made(id_: int, keys: StorageKeys, account: AccountAtWork) -> StorageKeysMade:
    membership = load_membership(account.data)
    return StorageKeysMade(
        id=id_,
        device=membership.device_uuid,
        hostname=membership.name,
        location=keys.location,
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        region=keys.region,
    )


# --- joining --------------------------------------------------------------------------------------


def _join(request: JoinBackup, account: AccountAtWork) -> BackupJoined:
    """By a password or the recovery key of the backup that is there, or a password for a new one.
    The secrets are kept before the plan, so that whoever finds a plan finds what it needs."""
    data, membership = account.data, load_membership(account.data)
    keys = _make_keys(account)
    password = request.password
    place = Place(
        location=keys.location,
        password=password,
        data_dir=str(data),
        access_key=keys.access_key,
        secret_key=keys.secret_key,
        region=keys.region,
        ca_file=membership.ca_file,
    )
    engine = engine_for(place, account.clock)
    before = load_plan(data)
    begun = not engine.try_out(PlaceStep.LOOK).backup
    if not begun and (key := as_key(password)) is not None:
        password = key  # however it was typed
        engine = engine_for(msgspec.structs.replace(place, password=key), account.clock)
    info = engine.set_up()
    if not begun and (before is None or before.storage.location != keys.location):
        # One computer's password can then be taken away without the others noticing.
        password = secrets.token_urlsafe(_RANDOM_BYTES)
        engine.add_key(password, random=True)
    store = SecretStore(data)
    store.keep(SecretName.PASSWORD, password)
    store.keep(SecretName.SECRET_KEY, keys.secret_key)
    _keep_plan(data, request, keys, before)
    return BackupJoined(id=request.id, repository_id=info.id, location=keys.location, begun=begun)


def _keep_plan(
    data: Path,
    request: JoinBackup,
    keys: StorageKeys,
    before: BackupPlan | None,
) -> None:
    membership = load_membership(data)
    storage = Storage(
        location=keys.location,
        access_key=keys.access_key,
        region=keys.region,
        ca_file=membership.ca_file,
    )
    if before is None:
        before = BackupPlan(storage=storage, folders=(), computer=membership.name)
    # Where it backed up there before, its history has the computer's own name.
    stays = bool(before.folders) and before.storage.location == keys.location
    plan = msgspec.structs.replace(
        before,
        storage=storage,
        folders=request.folders or before.folders,
        device=before.device or membership.device_uuid,
        hostname=before.hostname or (socket.gethostname() if stays else membership.name),
    )
    save_plan(data, plan)


def _take_over(device_id: str, account: AccountAtWork) -> None:
    """This computer is the other one from now on, where backups are concerned: its newest is the
    parent of the next, and what it stored is not stored again."""
    plan = _plan_of(account)
    source = account.source
    household = None if source is None else source.household
    devices = () if household is None else household.devices
    old = next((one for one in devices if one.device_id == device_id), None)
    if old is None or not old.device_uuid:
        raise AccountRefused(reason="not-found")
    if old.this or old.seat.value != Standing.RELEASED.value:
        raise InvalidRequest(reason="seat-in-use")
    hostname = _hostname_of(old.device_uuid, _place(plan, account), account)
    plan = msgspec.structs.replace(plan, device=old.device_uuid, hostname=hostname or plan.hostname)
    save_plan(account.data, plan)


def _hostname_of(device: str, place: Place, account: AccountAtWork) -> str:
    """What its newest backup says; empty if it has none."""
    from backupclient.operations.select import SnapshotQuery  # noqa: PLC0415 - slow to load
    from backupclient.repository.snapshot import DEVICE  # noqa: PLC0415 - the same

    query = SnapshotQuery(filter=SnapshotFilter(tags=((f"{DEVICE}{device}",),)))
    groups = engine_for(place, account.clock).snapshots(query)
    found = [item.snapshot for group in groups for item in group.snapshots]
    return max(found, key=lambda one: one.time).hostname if found else ""


# --- one-time codes -------------------------------------------------------------------------------


def _make_code(id_: int, account: AccountAtWork) -> JoinCode:
    plan = _plan_of(account)
    repository_id = KnownPlaces(account.data).id_at(plan.storage.location) or ""
    password = SecretStore(account.data).get(SecretName.PASSWORD)
    if not password:
        raise InvalidRequest(reason="no-password")
    code = handover.make_code()
    box = handover.seal(code, handover.Handed(repository_id, password))
    account.client().hand_over(handover.id_of(code), box)
    return JoinCode(id=id_, code=code, expires=account.clock.now() + _CODE_LIVES)


def _take_code(id_: int, text: str, account: AccountAtWork) -> JoinCodeTaken:
    code = handover.as_code(text)
    if code is None:
        raise InvalidRequest(reason="join-code")
    box = account.client().take_handover(handover.id_of(code))
    handed = handover.unseal(code, box)
    return JoinCodeTaken(id=id_, password=handed.password, repository_id=handed.repository_id)


def _plan_of(account: AccountAtWork) -> BackupPlan:
    plan = load_plan(account.data)
    location = load_membership(account.data).location
    if plan is None or plan.storage.location != location:
        raise NotSignedIn if not location else InvalidRequest(reason="not-joined")
    return plan


def _place(plan: BackupPlan, account: AccountAtWork) -> Place:
    store = SecretStore(account.data)
    return place_of(
        plan,
        account.data,
        password=store.get(SecretName.PASSWORD) or "",
        secret_key=store.get(SecretName.SECRET_KEY) or "",
    )
