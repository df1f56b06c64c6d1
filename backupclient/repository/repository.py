"""A repository that is open: everything stored in it, by name, proven when it is read."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from backupclient.clock import Clock
from backupclient.errors import DataDamaged, ObjectMissing, SnapshotMissing
from backupclient.repository import opening
from backupclient.repository.blob import BlobCodec, BlobType
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.files import (
    StoredFile,
    fetch,
    list_files,
    put_named,
    read_twice,
    store,
)
from backupclient.repository.identity import Identity
from backupclient.repository.index import IndexedPack, decode_index, encode_index
from backupclient.repository.key_file import KdfCost
from backupclient.repository.keys import Keys, OpenedKey
from backupclient.repository.layout import PACKS_PREFIX, FileKind, pack_key
from backupclient.repository.own_locks import OwnLocks
from backupclient.repository.pack import (
    LENGTH_FIELD,
    FinishedPack,
    PackEntry,
    header_length,
    parse_header,
)
from backupclient.repository.snapshot import Snapshot, decode_snapshot, encode_snapshot
from backupclient.repository.unpacked import open_unpacked, seal_unpacked
from backupclient.storage.base import FREE, Meter, Storage

if TYPE_CHECKING:
    from backupclient.repository.cache import Cache

__all__ = ["Repository"]

_CACHED = (FileKind.SNAPSHOT, FileKind.INDEX)
_HEADER_GUESS = 8 << 10
"""Read at once from the end of a pack: the header of two hundred blobs."""


class _PerThread(threading.local):
    """The codecs, which keep state between calls, made once in each thread."""

    def __init__(self, master: MasterKey) -> None:
        self.codec = BlobCodec(master)
        self.sealer = Sealer(master)


class Repository:
    """All methods may be called from any thread, and block on the storage. They raise its errors,
    and `DataDamaged` (facts: key, blob) for what is not what its name promises, after it was read
    a second time. Locks are the caller's duty (`lock`)."""

    def __init__(self, storage: Storage, clock: Clock, access: opening.Access) -> None:
        self.storage = storage
        self.clock = clock
        self.config = access.config
        self.opened_key = access.key
        self.master_key = access.key.master
        self.keys = Keys(storage, clock, access.key)
        self.cache: Cache | None = None
        self.own_locks = OwnLocks()
        """Set before other threads use the repository, if at all."""
        self._mine = _PerThread(access.key.master)

    @classmethod
    def create(
        cls,
        storage: Storage,
        password: str,
        clock: Clock,
        *,
        identity: Identity,
        cost: KdfCost | None = None,
    ) -> Repository:
        """Make the place and a new repository in it. `RepositoryExists` if there is any part of
        one. If it was cut short, doing it again with the same password completes it."""
        access = opening.create(storage, password, clock, identity, cost or KdfCost())
        return cls(storage, clock, access)

    @classmethod
    def open(
        cls,
        storage: Storage,
        password: str,
        clock: Clock,
        *,
        expected_id: str | None = None,
        known: bool = False,
        ahead: Callable[[], OpenedKey | None] = lambda: None,
    ) -> Repository:
        """`expected_id` is the id that was here last time, `known` whether this computer ever
        backed up to this place. `ahead` gives a key opened meanwhile (`key_ahead`), which counts
        if the storage lists it.

        `RepositoryMissing` if there is nothing, `ConfigMissing` or `KeyMissing` if that part is
        lacking, `WrongPassword`, `DifferentRepository`, `FormatUnsupported`."""
        access = opening.open_existing(
            storage, password, expected_id=expected_id, known=known, ahead=ahead
        )
        return cls(storage, clock, access)

    @property
    def id(self) -> str:
        return self.config.id

    @property
    def codec(self) -> BlobCodec:
        """This thread's own; not to be handed to another."""
        return self._mine.codec

    @property
    def sealer(self) -> Sealer:
        """This thread's own; not to be handed to another."""
        return self._mine.sealer

    # --- files stored one by one ------------------------------------------------------------------

    def list_files(self, kind: FileKind) -> list[StoredFile]:
        """Objects that have no repository file's name are left out."""
        return list(list_files(self.storage, kind.prefix))

    def load_file(self, kind: FileKind, name: str) -> bytes:
        """The JSON of an index, snapshot or lock. `ObjectMissing` if it is not there."""
        data = self._fetch(kind, name)
        with _damage_of(kind.key(name)):
            return open_unpacked(data, self.sealer)

    def save_file(
        self, kind: FileKind, json: bytes, *, before: Callable[[str], None] | None = None
    ) -> str:
        """Returns the name, once the file is stored; `before` is told it first."""
        data = seal_unpacked(json, self.sealer)
        name = store(self.storage, kind, data, before)
        if self.cache is not None and kind in _CACHED:
            self.cache.put(kind, name, data)
        return name

    def has_file(self, kind: FileKind, name: str) -> bool:
        """Asked for itself, whatever a listing says."""
        try:
            self.storage.stat(kind.key(name))
        except ObjectMissing:
            return False
        return True

    def delete_file(self, kind: FileKind, name: str) -> None:
        self.storage.delete(kind.key(name))
        if self.cache is not None:
            self.cache.drop(kind, name)

    def list_snapshots(self) -> list[str]:
        return [file.name for file in self.list_files(FileKind.SNAPSHOT)]

    def load_snapshot(self, name: str) -> Snapshot:
        """`SnapshotMissing` if it is not there."""
        try:
            json = self.load_file(FileKind.SNAPSHOT, name)
        except ObjectMissing as exc:
            raise SnapshotMissing(snapshot=name) from exc
        with _damage_of(FileKind.SNAPSHOT.key(name)):
            return decode_snapshot(json)

    def save_snapshot(self, snapshot: Snapshot) -> str:
        return self.save_file(FileKind.SNAPSHOT, encode_snapshot(snapshot))

    def delete_snapshot(self, name: str) -> None:
        self.delete_file(FileKind.SNAPSHOT, name)

    def list_index(self) -> list[str]:
        return [file.name for file in self.list_files(FileKind.INDEX)]

    def load_index(self, name: str) -> list[IndexedPack]:
        json = self.load_file(FileKind.INDEX, name)
        with _damage_of(FileKind.INDEX.key(name)):
            return decode_index(json)

    def save_index(self, packs: Iterable[IndexedPack]) -> str:
        """The packs must be stored already."""
        return self.save_file(FileKind.INDEX, encode_index(packs))

    def delete_index(self, name: str) -> None:
        self.delete_file(FileKind.INDEX, name)

    # --- packs and blobs --------------------------------------------------------------------------

    def list_packs(self) -> Iterator[StoredFile]:
        """As the listing goes on: there may be a hundred thousand."""
        return list_files(self.storage, PACKS_PREFIX)

    def has_pack(self, name: str, size: int) -> bool:
        """Whether it is there with that size. Asked for itself, whatever a listing says."""
        try:
            return self.storage.stat(pack_key(name)).size == size
        except ObjectMissing:
            return False

    def save_pack(self, pack: FinishedPack, meter: Meter = FREE) -> None:
        put_named(self.storage, pack_key(pack.name), pack.data, meter)
        if self.cache is not None and pack.type is BlobType.TREE:
            self.cache.put_pack(pack.name, pack.data)

    def delete_pack(self, name: str) -> None:
        self.storage.delete(pack_key(name))
        if self.cache is not None:
            self.cache.drop_pack(name)

    def load_pack_header(self, name: str, size: int) -> tuple[PackEntry, ...]:
        """The blobs in a pack of `size` bytes, as the pack itself says."""
        key = pack_key(name)

        def read() -> tuple[PackEntry, ...]:
            tail = self._tail(key, size, _HEADER_GUESS)
            missing = header_length(size, tail) + LENGTH_FIELD - len(tail)
            if missing > 0:
                tail = self._tail(key, size, len(tail) + missing)
            return parse_header(size, tail, self.sealer)

        return read_twice(key, read)

    def _tail(self, key: str, size: int, length: int) -> bytes:
        length = min(length, size)
        return self.storage.get(key, offset=size - length, length=length)

    def load_pack(self, name: str, meter: Meter = FREE) -> bytes:
        """The whole pack, proven by its name."""
        return fetch(self.storage, pack_key(name), name, meter)

    def load_range(self, pack: str, offset: int, length: int, meter: Meter = FREE) -> bytes:
        """Stored bytes as they come, not proven: to be opened with `codec.decode_verified`."""
        return self.storage.get(pack_key(pack), offset=offset, length=length, meter=meter)

    def load_blob(self, pack: str, entry: PackEntry, meter: Meter = FREE) -> bytes:
        """The plain text of one blob, proven by its id. Trees are taken from the cache if they are
        there, and put there."""
        cache = self.cache if entry.type is BlobType.TREE else None
        if cache is not None and (plain := self._cached_blob(cache, pack, entry)) is not None:
            return plain

        def read() -> bytes:
            sealed = self.load_range(pack, entry.offset, entry.length, meter)
            plain = self.codec.decode_verified(sealed, entry.uncompressed_length, entry.id)
            if cache is not None:
                cache.put_range(pack, entry.offset, sealed)
            return plain

        try:
            return read_twice(pack_key(pack), read)
        except DataDamaged as exc:
            raise DataDamaged(exc.raw, **(exc.facts | {"blob": entry.id.hex()})) from exc

    def _cached_blob(self, cache: Cache, pack: str, entry: PackEntry) -> bytes | None:
        sealed = cache.get_range(pack, entry.offset, entry.length)
        if sealed is None:
            return None
        try:
            return self.codec.decode_verified(sealed, entry.uncompressed_length, entry.id)
        except DataDamaged:
            cache.drop_pack(pack)
            return None

    def _fetch(self, kind: FileKind, name: str) -> bytes:
        cache = self.cache if kind in _CACHED else None
        if cache is not None and (data := cache.get(kind, name)) is not None:
            return data
        data = fetch(self.storage, kind.key(name), name)
        if cache is not None:
            cache.put(kind, name, data)
        return data


@contextlib.contextmanager
def _damage_of(key: str) -> Iterator[None]:
    """Damage found inside is that of the object `key`."""
    try:
        yield
    except DataDamaged as exc:
        raise DataDamaged(exc.raw, **(exc.facts | {"key": key})) from exc
