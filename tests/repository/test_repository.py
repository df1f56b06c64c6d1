"""What is saved is loaded as it was, and damage is told with the object's name."""

from __future__ import annotations

import hashlib
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backupclient.errors import (
    DataDamaged,
    FormatUnsupported,
    ObjectMissing,
    SnapshotMissing,
)
from backupclient.repository.blob import BlobType
from backupclient.repository.cache import Cache
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind, pack_key
from backupclient.repository.pack import FinishedPack, PackBuilder
from backupclient.repository.repository import Repository
from backupclient.repository.snapshot import Snapshot
from backupclient.storage.base import FREE, Data, Meter
from tests.fakes import ManualClock
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage

SNAPSHOT = Snapshot(
    time=datetime(2026, 1, 1, tzinfo=UTC),
    tree_hex="ab" * 32,
    paths=["/home"],
    stored_time="2026-01-01T00:00:00Z",
)


def save(repository: Repository, type_: BlobType, *plains: bytes) -> FinishedPack:
    builder = PackBuilder(type_, 1 << 20)
    for plain in plains:
        builder.append(repository.codec.encode(type_, plain))
    pack = builder.finish(repository.sealer)
    repository.save_pack(pack)
    return pack


class Flaky(MemoryStorage):
    """The next `bad_reads` reads have a flipped byte."""

    bad_reads = 0

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        data = bytearray(super().get(key, offset=offset, length=length, meter=meter))
        if self.bad_reads:
            self.bad_reads -= 1
            data[-10] ^= 1
        return bytes(data)


@pytest.fixture
def flaky(clock: ManualClock) -> Flaky:
    return Flaky(clock)


@pytest.fixture
def on_flaky(flaky: Flaky, clock: ManualClock) -> Repository:
    return Repository.create(flaky, PASSWORD, clock, identity=ANNA, cost=CHEAP)


def test_snapshots_are_saved_loaded_listed_and_deleted(repository: Repository) -> None:
    name = repository.save_snapshot(SNAPSHOT)
    assert repository.load_snapshot(name) == SNAPSHOT
    assert repository.list_snapshots() == [name]
    repository.delete_snapshot(name)
    repository.delete_snapshot(name)
    assert repository.list_snapshots() == []
    with pytest.raises(SnapshotMissing) as caught:
        repository.load_snapshot(name)
    assert caught.value.facts == {"snapshot": name}


def test_every_name_is_the_hash_of_what_is_stored(
    storage: MemoryStorage, repository: Repository
) -> None:
    pack = save(repository, BlobType.DATA, b"one")
    repository.save_index([IndexedPack(pack.name, pack.entries)])
    repository.save_snapshot(SNAPSHOT)
    named = [key for key in storage.objects if key != "config"]
    assert len(named) == 4
    for key in named:
        assert hashlib.sha256(storage.objects[key]).hexdigest() == key.rpartition("/")[2]


def test_an_index_is_loaded_as_it_was_saved(repository: Repository) -> None:
    packs = [
        IndexedPack(pack.name, pack.entries)
        for pack in (
            save(repository, BlobType.DATA, b"one", b"two" * 100),
            save(repository, BlobType.TREE, b"{}"),
        )
    ]
    name = repository.save_index(packs)
    assert repository.list_index() == [name]
    assert repository.load_index(name) == packs
    repository.delete_index(name)
    with pytest.raises(ObjectMissing):
        repository.load_index(name)


def test_packs_tell_what_they_hold(storage: MemoryStorage, repository: Repository) -> None:
    pack = save(repository, BlobType.DATA, b"one", b"", b"three" * 1000)
    (listed,) = repository.list_packs()
    assert (listed.name, listed.size) == (pack.name, len(pack.data))
    assert storage.keys("data/") == (f"data/{pack.name[:2]}/{pack.name}",)
    assert repository.load_pack_header(listed.name, listed.size) == pack.entries
    assert repository.load_pack(pack.name) == bytes(pack.data)
    for plain, entry in zip((b"one", b"", b"three" * 1000), pack.entries, strict=True):
        assert repository.load_blob(pack.name, entry) == plain
    repository.delete_pack(pack.name)
    assert list(repository.list_packs()) == []


def test_a_header_longer_than_the_first_guess_is_read(
    storage: MemoryStorage, repository: Repository
) -> None:
    pack = save(repository, BlobType.DATA, *(bytes([n % 256, n // 256]) for n in range(1000)))
    storage.reads.clear()
    assert repository.load_pack_header(pack.name, len(pack.data)) == pack.entries
    assert len(storage.reads) == 2


def test_what_a_failed_upload_left_gives_way(
    storage: MemoryStorage, repository: Repository
) -> None:
    class LeavesNothing(MemoryStorage):
        """The first upload fails, and leaves an object without a byte."""

        def put(
            self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE
        ) -> None:
            self.objects.setdefault(key, b"")
            super().put(key, data, overwrite=overwrite, meter=meter)

    leaves = LeavesNothing(repository.clock)
    leaves.objects = storage.objects
    repository.storage = leaves
    name = repository.save_snapshot(SNAPSHOT)
    assert repository.load_snapshot(name) == SNAPSHOT
    pack = save(repository, BlobType.DATA, b"1", b"2")
    assert repository.load_pack(pack.name) == bytes(pack.data)


def test_names_that_are_none_are_not_listed(storage: MemoryStorage, repository: Repository) -> None:
    for key in ("snapshots/README", "index/x.tmp", "data/ab/" + "AB" * 32, "data/ab/cd"):
        storage.add(key, b"")
    assert repository.list_snapshots() == []
    assert repository.list_index() == []
    assert list(repository.list_packs()) == []


@pytest.mark.parametrize("kind", [FileKind.SNAPSHOT, FileKind.INDEX])
def test_a_damaged_file_is_named(
    storage: MemoryStorage, repository: Repository, kind: FileKind
) -> None:
    name = repository.save_file(kind, b'{"packs":null}')
    storage.flip(kind.key(name), 30)
    with pytest.raises(DataDamaged) as caught:
        repository.load_file(kind, name)
    assert caught.value.facts["key"] == kind.key(name)


def test_a_file_that_is_intact_but_no_snapshot_is_named(repository: Repository) -> None:
    name = repository.save_file(FileKind.SNAPSHOT, b'{"no":"snapshot"}')
    with pytest.raises(DataDamaged) as caught:
        repository.load_snapshot(name)
    assert caught.value.facts["key"] == f"snapshots/{name}"


def test_a_file_in_an_unknown_framing_is_not_supported(
    storage: MemoryStorage, repository: Repository
) -> None:
    data = repository.sealer.seal(b"\x07{}")
    name = hashlib.sha256(data).hexdigest()
    storage.add(f"index/{name}", data)
    with pytest.raises(FormatUnsupported):
        repository.load_index(name)


def test_one_bad_read_is_forgiven(flaky: Flaky, on_flaky: Repository) -> None:
    pack = save(on_flaky, BlobType.DATA, os.urandom(5000))
    snapshot = on_flaky.save_snapshot(SNAPSHOT)
    for read in (
        lambda: on_flaky.load_snapshot(snapshot),
        lambda: on_flaky.load_blob(pack.name, pack.entries[0]),
        lambda: on_flaky.load_pack_header(pack.name, len(pack.data)),
        lambda: on_flaky.load_pack(pack.name),
    ):
        flaky.bad_reads = 1
        read()
        flaky.bad_reads = 2
        with pytest.raises(DataDamaged):
            read()


def test_a_damaged_blob_is_named_with_its_pack(
    storage: MemoryStorage, repository: Repository
) -> None:
    pack = save(repository, BlobType.DATA, b"first", b"second")
    storage.flip(pack_key(pack.name), pack.entries[1].offset + 20)
    assert repository.load_blob(pack.name, pack.entries[0]) == b"first"
    with pytest.raises(DataDamaged) as caught:
        repository.load_blob(pack.name, pack.entries[1])
    assert caught.value.facts == {
        "key": pack_key(pack.name),
        "blob": pack.entries[1].id.hex(),
    }


def test_a_pack_that_was_cut_is_damage(storage: MemoryStorage, repository: Repository) -> None:
    pack = save(repository, BlobType.DATA, os.urandom(1000))
    storage.objects[pack_key(pack.name)] = bytes(pack.data[:500])
    with pytest.raises(DataDamaged):
        repository.load_blob(pack.name, pack.entries[0])
    with pytest.raises(DataDamaged):
        repository.load_pack_header(pack.name, len(pack.data))
    with pytest.raises(DataDamaged):
        repository.load_pack(pack.name)


def test_a_pack_that_is_gone_is_missing(repository: Repository) -> None:
    pack = save(repository, BlobType.DATA, b"x")
    repository.delete_pack(pack.name)
    with pytest.raises(ObjectMissing):
        repository.load_blob(pack.name, pack.entries[0])


def test_many_threads_may_use_it_at_once(repository: Repository) -> None:
    plains = [os.urandom(20_000 + n) for n in range(8)]
    wrong: list[object] = []

    def work(plain: bytes) -> None:
        try:
            for _ in range(20):
                pack = save(repository, BlobType.DATA, plain)
                if repository.load_blob(pack.name, pack.entries[0]) != plain:
                    wrong.append("other data")
        except BaseException as exc:  # noqa: BLE001 - reported in the test's own thread
            wrong.append(exc)

    threads = [threading.Thread(target=work, args=(plain,)) for plain in plains]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_what_is_cached_is_read_from_the_storage_once(
    storage: MemoryStorage, repository: Repository, tmp_path: Path
) -> None:
    tree = save(repository, BlobType.TREE, b'{"nodes":[]}\n', b"other tree")
    data = save(repository, BlobType.DATA, b"data")
    index = repository.save_index([IndexedPack(tree.name, tree.entries)])
    snapshot = repository.save_snapshot(SNAPSHOT)
    repository.cache = Cache(tmp_path, 1 << 20)
    for _ in range(3):
        repository.load_snapshot(snapshot)
        repository.load_index(index)
        repository.load_blob(tree.name, tree.entries[0])
        repository.load_blob(tree.name, tree.entries[1])
    assert len(storage.reads) - 1 == 4  # and the config, when it was made
    repository.load_blob(data.name, data.entries[0])
    repository.load_blob(data.name, data.entries[0])
    assert storage.reads[-2:] == [pack_key(data.name)] * 2


def test_what_is_saved_is_in_the_cache_already(
    storage: MemoryStorage, repository: Repository, tmp_path: Path
) -> None:
    repository.cache = Cache(tmp_path, 1 << 20)
    tree = save(repository, BlobType.TREE, b"tree")
    snapshot = repository.save_snapshot(SNAPSHOT)
    storage.reads.clear()
    assert repository.load_snapshot(snapshot) == SNAPSHOT
    assert repository.load_blob(tree.name, tree.entries[0]) == b"tree"
    assert storage.reads == []
    repository.delete_snapshot(snapshot)
    with pytest.raises(SnapshotMissing):
        repository.load_snapshot(snapshot)


def test_a_damaged_cache_is_read_around(repository: Repository, tmp_path: Path) -> None:
    repository.cache = Cache(tmp_path, 1 << 20)
    tree = save(repository, BlobType.TREE, b"tree")
    snapshot = repository.save_snapshot(SNAPSHOT)
    for path in [path for path in tmp_path.rglob("*") if path.is_file()]:
        path.write_bytes(bytes(byte ^ 1 for byte in path.read_bytes()))
    assert repository.load_snapshot(snapshot) == SNAPSHOT
    assert repository.load_blob(tree.name, tree.entries[0]) == b"tree"
