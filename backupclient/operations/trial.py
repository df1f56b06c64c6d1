"""Whether a place can be used for a backup, found out in steps that can be shown one by one."""

from __future__ import annotations

from backupclient.clock import Clock
from backupclient.errors import BucketMissing, ObjectMissing, StorageFull, WrongPassword
from backupclient.repository.layout import CONFIG_KEY
from backupclient.repository.repository import Repository
from backupclient.storage.base import Storage
from backupclient.storage.room import room
from backupclient.wire.answers import PlaceFinding, PlaceStep


def try_place(storage: Storage, step: PlaceStep, password: str, clock: Clock) -> PlaceFinding:
    """One step; see `PlaceStep` for what each does. Any error of the storage, and `StorageFull` if
    nothing can be written."""
    match step:
        case PlaceStep.REACH:
            return _reach(storage)
        case PlaceStep.LOOK:
            return _look(storage, password, clock)
        case PlaceStep.WRITE:
            return _write(storage)


def _reach(storage: Storage) -> PlaceFinding:
    try:
        next(iter(storage.list("keys/")), None)
    except BucketMissing:
        return PlaceFinding(exists=False)
    return PlaceFinding()


def _look(storage: Storage, password: str, clock: Clock) -> PlaceFinding:
    try:
        storage.stat(CONFIG_KEY)
    except BucketMissing:
        return PlaceFinding(exists=False)
    except ObjectMissing:
        return PlaceFinding()
    if not password:
        return PlaceFinding(backup=True)
    try:
        repository = Repository.open(storage, password, clock)
    except WrongPassword:
        return PlaceFinding(backup=True, opens=False)
    return PlaceFinding(backup=True, opens=True, repository_id=repository.id)


def _write(storage: Storage) -> PlaceFinding:
    storage.create()
    found = room(storage)
    if not found.takes_data:
        raise StorageFull(path=storage.location)
    return PlaceFinding(free_bytes=found.free_bytes)
