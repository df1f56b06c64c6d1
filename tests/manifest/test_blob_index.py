"""Which blob lies where, and who has to store it."""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backupclient.errors import DataDamaged
from backupclient.manifest.blob_index import BlobLocation
from backupclient.manifest.manifest import Manifest
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack
from tests.manifest.packs import LENGTH, blob, name, pack, send, sync

DATA, TREE = BlobType.DATA, BlobType.TREE
A, B, C = blob("a"), blob("b"), blob("c")


def test_blobs_are_found_where_the_index_files_say(manifest: Manifest) -> None:
    assert not sync(manifest, {"one": [pack("p", A, B)], "two": [pack("t", C, kind=TREE)]})
    blobs = manifest.blobs
    assert blobs.locate(DATA, A) == BlobLocation(name("p"), 0, LENGTH, 0)
    assert blobs.locate(DATA, B) == BlobLocation(name("p"), LENGTH, LENGTH, 50)
    assert blobs.locate(TREE, C) == BlobLocation(name("t"), 0, LENGTH, 0)
    assert blobs.locate(DATA, C) is None
    assert blobs.known(DATA, [A, B, C, blob("d")]) == {A, B}
    assert blobs.count() == 3


def test_only_index_files_not_seen_before_are_loaded(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("p", A)]})
    loaded: list[str] = []

    def load(index: str) -> list[IndexedPack]:
        loaded.append(index)
        return [pack("q", B)]

    with manifest.transaction():
        manifest.blobs.sync(["one", "two"], load)
    assert loaded == ["two"]


def test_a_vanished_index_file_takes_its_blobs_with_it(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("p", A, B)], "two": [pack("q", C)]})
    assert sync(manifest, {"two": [pack("q", C)]})
    assert manifest.blobs.known(DATA, [A, B, C]) == {C}
    assert [row.name for row in manifest.blobs.packs()] == [name("q")]
    assert not sync(manifest, {"two": [pack("q", C)]})


def test_a_blob_in_two_packs_outlives_one_of_them(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("p", B, A)], "two": [pack("q", A)]})
    assert manifest.blobs.locate(DATA, A) == BlobLocation(name("p"), LENGTH, LENGTH, 50)
    sync(manifest, {"two": [pack("q", A)]})
    assert manifest.blobs.locate(DATA, A) == BlobLocation(name("q"), 0, LENGTH, 0)


def test_an_index_file_that_cannot_be_read_changes_nothing(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("p", A)]})

    def load(index: str) -> list[IndexedPack]:
        raise DataDamaged(key=index)

    with pytest.raises(DataDamaged), manifest.transaction():
        manifest.blobs.sync(["two"], load)
    assert manifest.blobs.known(DATA, [A]) == {A}
    assert not sync(manifest, {"one": [pack("p", A)]})


def test_empty_packs_in_an_index_file_are_no_rows(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("empty"), pack("p", A)]})
    assert [row.name for row in manifest.blobs.packs()] == [name("p")]


def test_ids_that_share_their_first_eight_bytes_are_told_apart(manifest: Manifest) -> None:
    twin = A[:8] + bytes(24)
    sync(manifest, {"one": [pack("p", A)]})
    blobs = manifest.blobs
    assert blobs.known(DATA, [twin]) == set()
    assert blobs.locate(DATA, twin) is None
    assert blobs.locate_many(DATA, [twin, B]) == {}
    assert blobs.claim(DATA, [twin, A]) == [twin]
    sync(manifest, {"one": [pack("p", A)], "two": [pack("q", B, twin)]})
    assert blobs.known(DATA, [twin, A]) == {twin, A}
    assert blobs.locate_many(DATA, [twin]) == {twin: BlobLocation(name("q"), LENGTH, LENGTH, 50)}


@pytest.mark.parametrize("last", [0x00, 0x01, 0xFE, 0xFF])
def test_a_data_blob_and_a_tree_blob_of_the_same_bytes_are_two_blobs(
    manifest: Manifest, last: int
) -> None:
    both = bytes([0xFF] * 7) + bytes([last]) + bytes(24)
    sync(manifest, {"one": [pack("p", both)]})
    assert manifest.blobs.known(TREE, [both]) == set()
    assert manifest.blobs.claim(TREE, [both]) == [both]
    sync(manifest, {"one": [pack("p", both)], "two": [pack("t", A, both, kind=TREE)]})
    data, tree = (manifest.blobs.locate(kind, both) for kind in (DATA, TREE))
    assert data is not None
    assert tree is not None
    assert (data.pack, tree.pack) == (name("p"), name("t"))


def test_many_ids_are_asked_for_at_once(manifest: Manifest) -> None:
    ids = [blob(str(number)) for number in range(1201)]
    sync(manifest, {"one": [pack("p", *ids[::2])]})
    assert manifest.blobs.known(DATA, ids) == set(ids[::2])
    assert manifest.blobs.locate_many(DATA, ids).keys() == set(ids[::2])
    assert manifest.blobs.claim(DATA, ids) == ids[1::2]


# --- this run ------------------------------------------------------------


def test_a_claim_is_given_once_and_ends_with_what_was_stored(manifest: Manifest) -> None:
    blobs = manifest.blobs
    assert blobs.claim(DATA, [A, B, A]) == [A, B]
    assert blobs.claim(DATA, [A, C]) == [C]
    send(manifest, pack("p", A, B))
    assert blobs.claim(DATA, [A, B, C]) == []
    sync(manifest, {})
    assert blobs.claim(DATA, [A]) == []


def test_what_is_not_committed_yet_is_still_claimed(manifest: Manifest) -> None:
    manifest.blobs.claim(DATA, [A])
    manifest.begin()
    manifest.blobs.add_sent_pack(pack("p", A))
    assert manifest.blobs.known(DATA, [A]) == set()
    assert manifest.blobs.claim(DATA, [A]) == []
    manifest.commit()
    manifest.blobs.settle([pack("p", A)])
    assert manifest.blobs.known(DATA, [A]) == {A}
    assert manifest.blobs.claim(DATA, [A]) == []


@contextlib.contextmanager
def switching_often() -> Iterator[None]:
    """Between threads: what is not guarded is torn apart."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def test_every_blob_is_claimed_by_exactly_one_of_many_threads(manifest: Manifest) -> None:
    """Also while what was claimed is sent, committed, and the claim on it given up."""
    ids = [blob(str(number)) for number in range(3000)]
    claimed: queue.SimpleQueue[list[bytes]] = queue.SimpleQueue()
    start = threading.Barrier(4)

    def work(turn: int) -> None:
        start.wait()
        for begin in range(0, len(ids), 2):
            for back in (0, 1, 8):
                batch = ids[max(0, begin - back) : begin + 2]
                claimed.put(manifest.blobs.claim(DATA, batch[turn % 2 :] + batch[: turn % 2]))

    total: Counter[bytes] = Counter()
    with switching_often(), ThreadPoolExecutor(4) as pool:
        working = [pool.submit(work, turn) for turn in range(4)]
        while not all(one.done() for one in working) or not claimed.empty():
            with contextlib.suppress(queue.Empty):
                mine = claimed.get(timeout=0.01)
                total.update(mine)
                if mine:
                    send(manifest, pack(mine[0].hex(), *mine))
        for one in working:
            one.result()
    assert total == Counter(ids)
    assert manifest.blobs.known(DATA, ids) == set(ids)


def test_packs_not_in_an_index_file_yet_are_described_for_one(manifest: Manifest) -> None:
    sync(manifest, {"one": [pack("p", A)]})
    numbers = send(manifest, pack("q", B, C), pack("t", A, kind=TREE))
    rows = manifest.blobs.unindexed_packs()
    assert [row.no for row in rows] == numbers
    assert [row.kind for row in rows] == [DATA, TREE]
    assert [manifest.blobs.describe(row) for row in rows] == [
        pack("q", B, C),
        pack("t", A, kind=TREE),
    ]
    with manifest.transaction():
        manifest.blobs.mark_indexed(numbers, "two")
    assert manifest.blobs.unindexed_packs() == []
    assert manifest.blobs.is_indexed(name("q"))
    assert not sync(manifest, {"one": [pack("p", A)], "two": []})
    assert sync(manifest, {"one": [pack("p", A)]})
    assert manifest.blobs.known(DATA, [A, B, C]) == {A}


def test_packs_in_no_index_file_stay_when_index_files_go(manifest: Manifest) -> None:
    send(manifest, pack("q", B))
    assert not sync(manifest, {})
    assert manifest.blobs.known(DATA, [B]) == {B}
    assert not manifest.blobs.is_indexed(name("q"))


def test_a_dropped_pack_takes_its_blobs_with_it(manifest: Manifest) -> None:
    first, second = send(manifest, pack("p", A, B), pack("q", A))
    with manifest.transaction():
        manifest.blobs.drop_pack(first)
    assert manifest.blobs.known(DATA, [A, B]) == {A}
    assert [row.no for row in manifest.blobs.packs()] == [second]


def test_what_was_sent_is_remembered_by_the_next_program(manifest: Manifest, folder: Path) -> None:
    send(manifest, pack("p", A))
    manifest.close()
    again = Manifest.open(folder)
    try:
        assert again.blobs.known(DATA, [A]) == {A}
        assert [row.name for row in again.blobs.unindexed_packs()] == [name("p")]
    finally:
        again.close()
