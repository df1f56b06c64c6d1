"""A place made ready: tried, set up, and which passwords open it."""

from __future__ import annotations

import socket
from pathlib import Path

from backupclient.agent.tasks import engine_for
from backupclient.clock import Clock
from backupclient.engine import Engine
from backupclient.operations.forget import ForgetRequest, KeepPolicy
from backupclient.plan import load_plan
from backupclient.repository.identity import RECOVERY_USER
from backupclient.repository.keys import KeyInfo
from backupclient.requests import SnapshotFilter
from backupclient.wire.passwords import AddKey, KeyFacts, KeyList, ListKeys, RemoveKey
from backupclient.wire.places import (
    PlaceSetUp,
    PlaceTried,
    SetUpPlace,
    ThinnedOut,
    ThinOut,
    TryPlace,
)

AnyPlaceRequest = TryPlace | SetUpPlace | ThinOut | ListKeys | AddKey | RemoveKey


def answer(
    request: AnyPlaceRequest, data: Path, clock: Clock
) -> PlaceTried | PlaceSetUp | ThinnedOut | KeyList:
    engine = engine_for(request.place, clock)
    match request:
        case TryPlace(step=step):
            return PlaceTried(id=request.id, step=step, finding=engine.try_out(step))
        case SetUpPlace(recovery_key=recovery_key):
            return PlaceSetUp(id=request.id, repository_id=engine.set_up(recovery_key).id)
        case ThinOut():
            return _thin_out(request, data, engine)
        case AddKey(password=password, recovery=recovery):
            engine.add_key(password, recovery=recovery)
        case RemoveKey(key=key):
            engine.remove_key(key)
        case ListKeys():
            pass
    keys = engine.keys()
    return KeyList(id=request.id, keys=tuple(map(_facts, keys)))


def _thin_out(request: ThinOut, data: Path, engine: Engine) -> ThinnedOut:
    """What other computers have made is left alone."""
    plan = load_plan(data)
    hostname = "" if plan is None else plan.hostname
    device = "" if plan is None else plan.device
    ours = SnapshotFilter(
        hosts=() if device else (hostname or socket.gethostname(),),
        tags=((f"device:{device}",),) if device else (),
    )
    keep = KeepPolicy(last=1, daily=request.daily, weekly=request.weekly, monthly=request.monthly)
    done = engine.thin_out(ForgetRequest(keep=keep, filter=ours, dry_run=request.dry_run))
    return ThinnedOut(
        id=request.id,
        gone=done.gone,
        kept=done.kept,
        freed=done.pruned.freed,
        refused=done.pruned.refused,
    )


def _facts(key: KeyInfo) -> KeyFacts:
    recovery = key.username == RECOVERY_USER
    return KeyFacts(
        name=key.name,
        created=key.created,
        computer=key.hostname,
        user="" if recovery else key.username,
        recovery=recovery,
        current=key.current,
    )
