"""How a repository is made and how it is opened, and what is told apart when it cannot be."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import NamedTuple

from backupclient.clock import Clock
from backupclient.errors import (
    BucketMissing,
    ConfigMissing,
    DataDamaged,
    DifferentRepository,
    FormatUnsupported,
    KeyMissing,
    ObjectConflict,
    ObjectMissing,
    RepositoryExists,
    RepositoryMissing,
    WrongPassword,
)
from backupclient.repository.config import Config
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.files import list_files, read_twice, store
from backupclient.repository.identity import Identity
from backupclient.repository.key_file import KdfCost, create_key_file
from backupclient.repository.keys import OpenedKey, opened_keys
from backupclient.repository.layout import CONFIG_KEY, FileKind
from backupclient.storage.base import Storage

__all__ = ["Access", "create", "open_existing"]


class Access(NamedTuple):
    """What it takes to work in a repository."""

    config: Config
    key: OpenedKey


def create(
    storage: Storage, password: str, clock: Clock, identity: Identity, cost: KdfCost
) -> Access:
    """`RepositoryExists` if there is any part of one already. The one exception are the keys that
    an earlier attempt left which this password opens: then nothing but the config is lacking."""
    storage.create()
    key_names = _prove_absence(storage)
    if key_names:
        key = _left_behind(storage, key_names, password)
    else:
        master = MasterKey.generate()
        data = create_key_file(master, password, created=clock.now(), identity=identity, cost=cost)
        key = OpenedKey(store(storage, FileKind.KEY, data), master, data)
    config = Config.generate()
    sealed = config.seal(Sealer(key.master))
    try:
        storage.put(CONFIG_KEY, sealed)
        # All configs have one size, and a storage takes the same size for a repeated upload.
        won = storage.get(CONFIG_KEY) == sealed
    except ObjectConflict:
        won = False
    if not won:
        if not key_names:
            storage.delete(FileKind.KEY.key(key.name))
        raise RepositoryExists(found="config")
    return Access(config, key)


def _prove_absence(storage: Storage) -> list[str]:
    """The names of the keys there are; `RepositoryExists` (fact: found) for anything else."""
    try:
        storage.stat(CONFIG_KEY)
    except ObjectMissing:
        pass
    else:
        raise RepositoryExists(found="config")
    for kind in (FileKind.SNAPSHOT, FileKind.INDEX):
        if any(True for _ in list_files(storage, kind.prefix)):
            raise RepositoryExists(found=kind.value)
    return [file.name for file in list_files(storage, FileKind.KEY.prefix)]


def _left_behind(storage: Storage, names: list[str], password: str) -> OpenedKey:
    try:
        return next(opened_keys(storage, names, password))
    except (WrongPassword, DataDamaged, FormatUnsupported, StopIteration) as exc:
        raise RepositoryExists(found=FileKind.KEY.value) from exc


def open_existing(
    storage: Storage,
    password: str,
    *,
    expected_id: str | None,
    known: bool,
    ahead: Callable[[], OpenedKey | None],
) -> Access:
    """See `Repository.open`."""
    try:
        storage.stat(CONFIG_KEY)
    except BucketMissing as exc:
        if exc.facts.get("reason") == "empty":
            raise RepositoryMissing(exc.raw, known=known, path=storage.location) from exc
        if known:
            raise BucketMissing(exc.raw, **exc.facts, known=True) from exc
        raise
    except ObjectMissing as exc:
        for kind in (FileKind.KEY, FileKind.SNAPSHOT, FileKind.INDEX):
            if any(True for _ in list_files(storage, kind.prefix)):
                raise ConfigMissing(found=kind.value) from exc
        raise RepositoryMissing(known=known, path=storage.location) from exc
    names = _key_names(storage) or _key_names(storage)
    if not names:
        raise KeyMissing
    access = _first_that_fits(storage, names, password, ahead())
    if expected_id is not None and access.config.id != expected_id:
        raise DifferentRepository(id=access.config.id, expected_id=expected_id)
    return access


def _key_names(storage: Storage) -> list[str]:
    """To be asked twice before none is believed: some storages list what is new with a delay."""
    return [file.name for file in list_files(storage, FileKind.KEY.prefix)]


def _first_that_fits(
    storage: Storage, names: list[str], password: str, ahead: OpenedKey | None
) -> Access:
    """Two computers that made the repository at the same moment may have left two keys with the
    same password, of which one belongs to no config."""
    damaged: DataDamaged | None = None
    for key in opened_keys(storage, names, password, ahead):
        open_config = functools.partial(_config, storage, Sealer(key.master))
        try:
            return Access(read_twice(CONFIG_KEY, open_config), key)
        except DataDamaged as exc:
            damaged = exc
    raise damaged or WrongPassword


def _config(storage: Storage, sealer: Sealer) -> Config:
    return Config.open(storage.get(CONFIG_KEY), sealer)
