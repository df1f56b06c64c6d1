"""A place made ready: tried, set up, and which passwords open it."""

from __future__ import annotations

from backupclient.agent.tasks import engine_for
from backupclient.clock import Clock
from backupclient.repository.identity import RECOVERY_USER
from backupclient.repository.keys import KeyInfo
from backupclient.wire.passwords import AddKey, KeyFacts, KeyList, ListKeys, RemoveKey
from backupclient.wire.places import PlaceSetUp, PlaceTried, SetUpPlace, TryPlace

AnyPlaceRequest = TryPlace | SetUpPlace | ListKeys | AddKey | RemoveKey


def answer(request: AnyPlaceRequest, clock: Clock) -> PlaceTried | PlaceSetUp | KeyList:
    engine = engine_for(request.place, clock)
    match request:
        case TryPlace(step=step):
            return PlaceTried(id=request.id, step=step, finding=engine.try_out(step))
        case SetUpPlace(recovery_key=recovery_key):
            return PlaceSetUp(id=request.id, repository_id=engine.set_up(recovery_key).id)
        case AddKey(password=password, recovery=recovery):
            engine.add_key(password, recovery=recovery)
        case RemoveKey(key=key):
            engine.remove_key(key)
        case ListKeys():
            pass
    keys = engine.keys()
    return KeyList(id=request.id, keys=tuple(map(_facts, keys)))


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
