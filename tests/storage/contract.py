"""The storage contract as tests: `backupclient/storage/base.py` says it in words.

A test module of a storage derives a class from `StorageContract` and gives it two fixtures:
`storage`, empty and created, and `missing`, the same kind of storage at a place that is not there.
"""

from __future__ import annotations

import hashlib
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from backupclient.errors import (
    BucketMissing,
    Cancelled,
    ObjectConflict,
    ObjectDamaged,
    ObjectMissing,
)
from backupclient.storage.base import Storage

MIB = 1024 * 1024


def content(size: int, seed: int = 0) -> bytes:
    return random.Random(seed).randbytes(size)


def name_of(data: bytes, folder: str = "data") -> str:
    """Where the repository keeps an object: its name is its SHA-256."""
    digest = hashlib.sha256(data).hexdigest()
    return f"data/{digest[:2]}/{digest}" if folder == "data" else f"{folder}/{digest}"


class CountingMeter:
    def __init__(self) -> None:
        self.pieces: list[int] = []

    def advance(self, count: int) -> None:
        self.pieces.append(count)


class StoppingMeter:
    """Stops the job once this many bytes have passed."""

    def __init__(self, after: int) -> None:
        self._left = after

    def advance(self, count: int) -> None:
        self._left -= count
        if self._left < 0:
            raise Cancelled


class StorageContract:
    @pytest.mark.parametrize("size", [0, 1, 12_345, 5 * MIB + 1])
    def test_an_object_comes_back_whole(self, storage: Storage, size: int) -> None:
        data = content(size)
        storage.put(name_of(data), data)
        assert storage.get(name_of(data)) == data
        assert storage.stat(name_of(data))[:2] == (name_of(data), size)

    @pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
    def test_every_kind_of_buffer_is_stored(
        self, storage: Storage, kind: type[bytes | bytearray | memoryview]
    ) -> None:
        data = content(70_000)
        storage.put(name_of(data), kind(data))
        assert storage.get(name_of(data)) == data

    def test_a_key_that_is_no_digest_is_stored_too(self, storage: Storage) -> None:
        storage.put("config", b"some bytes")
        assert storage.get("config") == b"some bytes"

    @pytest.mark.parametrize(
        ("offset", "length"), [(0, 1), (0, 1000), (999, 1), (100, 500), (100, None), (0, None)]
    )
    def test_a_range_is_exactly_what_was_asked_for(
        self, storage: Storage, offset: int, length: int | None
    ) -> None:
        data = content(1000)
        storage.put(name_of(data), data)
        end = None if length is None else offset + length
        assert storage.get(name_of(data), offset=offset, length=length) == data[offset:end]

    def test_no_bytes_are_no_bytes(self, storage: Storage) -> None:
        storage.put("keys/abc", b"abc")
        assert storage.get("keys/abc", offset=3, length=0) == b""
        with pytest.raises(ObjectMissing):
            storage.get("keys/none", length=0)

    @pytest.mark.parametrize(("offset", "length"), [(0, 4), (2, 2), (3, 1), (9, 1), (3, None)])
    def test_a_range_beyond_the_end_is_damage(
        self, storage: Storage, offset: int, length: int | None
    ) -> None:
        storage.put("keys/abc", b"abc")
        with pytest.raises(ObjectDamaged) as caught:
            storage.get("keys/abc", offset=offset, length=length)
        assert caught.value.facts["key"] == "keys/abc"

    def test_a_range_of_an_empty_object_is_damage(self, storage: Storage) -> None:
        storage.put("keys/empty", b"")
        with pytest.raises(ObjectDamaged):
            storage.get("keys/empty", length=1)

    def test_what_is_not_there_is_missing(self, storage: Storage) -> None:
        for ask in (storage.get, storage.stat):
            with pytest.raises(ObjectMissing) as caught:
                ask("keys/none")
            assert caught.value.facts["key"] == "keys/none"

    def test_a_place_that_is_not_there_is_not_an_empty_one(self, missing: Storage) -> None:
        for ask in (missing.get, missing.stat, missing.delete):
            with pytest.raises(BucketMissing):
                ask("config")
        for prefix in ("", "keys/"):
            with pytest.raises(BucketMissing):
                list(missing.list(prefix))
        with pytest.raises(BucketMissing):
            missing.put("config", b"x")

    def test_creating_makes_the_place_and_leaves_an_existing_one_alone(
        self, missing: Storage
    ) -> None:
        missing.create()
        missing.put("config", b"x")
        missing.create()
        assert missing.get("config") == b"x"

    # --- names that are taken ---------------------------------------------------------------------

    def test_the_same_object_again_is_success(self, storage: Storage) -> None:
        data = content(1000)
        storage.put(name_of(data), data)
        storage.put(name_of(data), data)
        assert storage.get(name_of(data)) == data

    def test_another_object_of_the_same_name_is_a_conflict(self, storage: Storage) -> None:
        storage.put("config", b"first")
        with pytest.raises(ObjectConflict) as caught:
            storage.put("config", b"second")
        assert caught.value.facts["key"] == "config"
        assert storage.get("config") == b"first"

    def test_overwriting_replaces(self, storage: Storage) -> None:
        storage.put("config", b"first")
        storage.put("config", b"second", overwrite=True)
        assert storage.get("config") == b"second"
        storage.put("keys/new", b"new", overwrite=True)
        assert storage.get("keys/new") == b"new"

    def test_of_many_that_want_one_name_one_wins(self, storage: Storage) -> None:
        def write(number: int) -> bool:
            try:
                storage.put("config", b"x" * (number + 1))
            except ObjectConflict:
                return False
            return True

        with ThreadPoolExecutor(8) as pool:
            won = list(pool.map(write, range(8)))
        assert sum(won) == 1
        assert len(storage.get("config")) == won.index(True) + 1

    # --- lists ------------------------------------------------------------------------------------

    def test_a_list_has_every_object_below_the_prefix_and_no_other(self, storage: Storage) -> None:
        sizes = {"config": 1, "data/ab/abc": 2, "data/ac/acd": 3, "keys/k": 4, "locks/l": 5}
        for key, size in sizes.items():
            storage.put(key, b"x" * size)
        assert {o.key: o.size for o in storage.list("")} == sizes
        assert {o.key for o in storage.list("data/")} == {"data/ab/abc", "data/ac/acd"}
        assert {o.key for o in storage.list("data/ab/")} == {"data/ab/abc"}
        assert list(storage.list("snapshots/")) == []

    def test_odd_names_are_listed_as_they_are(self, storage: Storage) -> None:
        odd = ["keys/a b", "keys/ä+€", "keys/%41", "keys/a&b<c>'d\"", "keys/.hidden"]
        for key in odd:
            storage.put(key, b"x")
        assert sorted(o.key for o in storage.list("keys/")) == sorted(odd)

    def test_objects_may_be_deleted_while_they_are_listed(self, storage: Storage) -> None:
        for number in range(20):
            storage.put(f"locks/{number}", b"x")
        for found in storage.list("locks/"):
            storage.delete(found.key)
        assert list(storage.list("locks/")) == []

    def test_objects_carry_the_time_of_the_storages_clock(self, storage: Storage) -> None:
        before = storage.now()
        storage.put("locks/l", b"x")
        [listed] = storage.list("locks/")
        stated = storage.stat("locks/l")
        # Whole seconds are the finest that S3 tells.
        margin = timedelta(seconds=2)
        for modified in (listed.modified, stated.modified):
            assert modified is not None
            assert before - margin <= modified <= storage.now() + margin
            assert modified.tzinfo is UTC
        assert abs(before - datetime.now(UTC)) < timedelta(minutes=1)

    # --- deletion ---------------------------------------------------------------------------------

    def test_a_deleted_object_is_gone(self, storage: Storage) -> None:
        storage.put("keys/k", b"x")
        storage.delete("keys/k")
        with pytest.raises(ObjectMissing):
            storage.get("keys/k")
        assert list(storage.list("")) == []

    def test_deleting_what_is_not_there_is_success(self, storage: Storage) -> None:
        storage.delete("keys/none")
        storage.delete("data/ab/none")

    # --- transfers --------------------------------------------------------------------------------

    def test_every_byte_is_metered_in_small_pieces(self, storage: Storage) -> None:
        data = content(3 * MIB + 7)
        up, down = CountingMeter(), CountingMeter()
        storage.put(name_of(data), data, meter=up)
        storage.get(name_of(data), meter=down)
        for meter in (up, down):
            assert sum(meter.pieces) == len(data)
            assert max(meter.pieces) <= MIB // 4
            assert min(meter.pieces) > 0

    def test_a_stop_in_an_upload_leaves_nothing(self, storage: Storage) -> None:
        data = content(3 * MIB)
        with pytest.raises(Cancelled):
            storage.put(name_of(data), data, meter=StoppingMeter(MIB))
        with pytest.raises(ObjectMissing):
            storage.stat(name_of(data))
        assert list(storage.list("")) == []
        storage.put(name_of(data), data)
        assert storage.get(name_of(data)) == data

    def test_a_stop_in_a_download_comes_out_as_one(self, storage: Storage) -> None:
        data = content(3 * MIB)
        storage.put(name_of(data), data)
        with pytest.raises(Cancelled):
            storage.get(name_of(data), meter=StoppingMeter(MIB))
        assert storage.get(name_of(data)) == data

    def test_many_threads_may_use_it_at_once(self, storage: Storage) -> None:
        def there_and_back(seed: int) -> bool:
            data = content(100_000, seed)
            storage.put(name_of(data), data)
            return storage.get(name_of(data), offset=50_000) == data[50_000:]

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(there_and_back, range(24)))
        assert len(list(storage.list("data/"))) == 24
