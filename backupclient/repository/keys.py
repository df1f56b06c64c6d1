"""The passwords of a repository: each is a key file, all of them open the same master key."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol

from backupclient.clock import Clock
from backupclient.errors import (
    DataDamaged,
    FormatUnsupported,
    InvalidRequest,
    MemoryFault,
    ObjectMissing,
    WrongPassword,
)
from backupclient.repository.crypto import MasterKey
from backupclient.repository.files import fetch, list_files, store
from backupclient.repository.identity import Identity
from backupclient.repository.key_file import (
    KdfCost,
    KeyFile,
    create_key_file,
    open_key_file,
    read_key_file,
)
from backupclient.repository.layout import FileKind
from backupclient.storage.base import Storage

__all__ = ["MAX_KEYS", "KeyInfo", "Keys", "OpenedKey", "opened_keys"]

MAX_KEYS = 20
"""Each costs a third of a second to try."""


class KeyInfo(NamedTuple):
    name: str
    created: datetime
    username: str
    hostname: str
    current: bool
    """Whether the repository is open by this one now."""


class OpenedKey(NamedTuple):
    name: str
    master: MasterKey
    file: bytes
    """The key file as it is stored."""


def opened_keys(
    storage: Storage, names: list[str], password: str, ahead: OpenedKey | None = None
) -> Iterator[OpenedKey]:
    """The keys among `names` that `password` opens, at most `MAX_KEYS` tried; first the one that
    was opened `ahead`, if it is among them. When all are seen and none was: `WrongPassword`, or
    the reason if no key file could be read."""
    trouble: DataDamaged | FormatUnsupported | None = None
    refused = opened = False
    if ahead is not None and ahead.name in names:
        opened = True
        yield ahead
        names = [name for name in names if name != ahead.name]
    for name in sorted(names)[:MAX_KEYS]:
        try:
            data = fetch(storage, FileKind.KEY.key(name), name)
            master = open_key_file(read_key_file(data), password)
        except WrongPassword:
            refused = True
        except (DataDamaged, FormatUnsupported) as exc:
            trouble = exc
        except ObjectMissing:  # removed since it was listed
            continue
        else:
            opened = True
            yield OpenedKey(name, master, data)
    if trouble is not None and not refused and not opened:
        raise trouble
    if not opened:
        raise WrongPassword


class MakeKeyFile(Protocol):
    """As `create_key_file`."""

    def __call__(
        self,
        master: MasterKey,
        password: str,
        *,
        created: datetime,
        identity: Identity,
        cost: KdfCost,
    ) -> bytes: ...


class Keys:
    """The key files of an open repository. May be used from any thread, one change at a time. What
    `make_key_file` has made is not trusted before it was opened."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        opened: OpenedKey,
        make_key_file: MakeKeyFile = create_key_file,
    ) -> None:
        self._make_key_file = make_key_file
        self._storage = storage
        self._clock = clock
        self._master = opened.master
        self._current = opened.name

    @property
    def current(self) -> str:
        return self._current

    def list(self) -> list[KeyInfo]:
        """Every key that can be read, oldest first."""
        keys = []
        for file in list_files(self._storage, FileKind.KEY.prefix):
            try:
                key = self._read(file.name)
            except (DataDamaged, FormatUnsupported, ObjectMissing):
                continue
            is_current = file.name == self._current
            keys.append(KeyInfo(file.name, key.created, key.username, key.hostname, is_current))
        return sorted(keys, key=lambda key: (key.created.timestamp(), key.name))

    def opens(self, password: str) -> bool:
        """Whether a key of the repository has this password."""
        names = [file.name for file in list_files(self._storage, FileKind.KEY.prefix)]
        try:
            next(opened_keys(self._storage, names, password))
        except WrongPassword:
            return False
        return True

    def add(self, password: str, identity: Identity, cost: KdfCost | None = None) -> str:
        """Returns the new key's name, once it is stored, read back and opened."""
        data = self._make_key_file(
            self._master,
            password,
            created=self._clock.now(),
            identity=identity,
            cost=cost or KdfCost(),
        )
        name = store(self._storage, FileKind.KEY, data)
        stored = self._read(name)
        try:
            intact = open_key_file(stored, password) == self._master
        except (WrongPassword, DataDamaged) as exc:
            raise MemoryFault("new key does not open") from exc
        if not intact:
            raise MemoryFault("new key opens another repository")
        return name

    def remove(self, name: str) -> None:
        """`InvalidRequest` (current-key) for the key the repository is open by."""
        if name == self._current:
            raise InvalidRequest(reason="current-key")
        self._storage.delete(FileKind.KEY.key(name))

    def change_password(
        self, password: str, identity: Identity, cost: KdfCost | None = None
    ) -> str:
        """Put a key with a new password in the place of the current one; returns its name. The old
        one goes only after the new one was proven to open."""
        old = self._current
        self._current = self.add(password, identity, cost)
        self._storage.delete(FileKind.KEY.key(old))
        return self._current

    def _read(self, name: str) -> KeyFile:
        return read_key_file(fetch(self._storage, FileKind.KEY.key(name), name))
