"""Blobs come back as they went in, and nothing wrong leaves."""

from __future__ import annotations

import os
import tracemalloc
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged, MemoryFault
from backupclient.repository.blob import MAX_BLOB_LENGTH, BlobCodec, BlobType, blob_id
from backupclient.repository.crypto import OVERHEAD, MasterKey, Sealer
from backupclient.repository.zstd import Compressor, decompress, decompress_in_pieces

KEY = MasterKey.generate()

plains = st.one_of(
    st.binary(max_size=2000),
    st.tuples(st.binary(min_size=1, max_size=20), st.integers(1, 5000)).map(lambda p: p[0] * p[1]),
)


@given(plains, st.sampled_from(BlobType))
def test_a_blob_comes_back(plain: bytes, type_: BlobType) -> None:
    codec = BlobCodec(KEY)
    blob = codec.encode(type_, plain)
    assert blob.id == blob_id(plain)
    assert blob.length == len(plain)
    assert blob.uncompressed_length in (0, len(plain))
    assert codec.decode_verified(blob.sealed, blob.uncompressed_length, blob.id) == plain
    assert codec.encode(type_, memoryview(plain), blob.id)[:2] == blob[:2]


def test_data_is_compressed_only_where_it_helps() -> None:
    codec = BlobCodec(KEY)
    noise = os.urandom(10_000)
    text = b"all work and no play " * 500
    assert codec.encode(BlobType.DATA, noise).uncompressed_length == 0
    assert len(codec.encode(BlobType.DATA, noise).sealed) == len(noise) + OVERHEAD
    assert codec.encode(BlobType.DATA, text).uncompressed_length == len(text)
    assert len(codec.encode(BlobType.DATA, text).sealed) < 200


def test_trees_are_always_compressed_and_nothing_is_never() -> None:
    codec = BlobCodec(KEY)
    assert codec.encode(BlobType.TREE, b"x").uncompressed_length == 1
    assert codec.encode(BlobType.TREE, b"").uncompressed_length == 0
    assert codec.encode(BlobType.DATA, b"").uncompressed_length == 0


def test_plain_text_that_changed_after_it_was_hashed_is_a_memory_fault() -> None:
    plain = bytearray(os.urandom(5000))
    known = blob_id(plain)
    plain[2500] ^= 1
    with pytest.raises(MemoryFault) as caught:
        BlobCodec(KEY).encode(BlobType.DATA, plain, known)
    assert caught.value.facts["blob"] == known.hex()


def test_a_very_large_tree_is_proven_without_being_held_twice() -> None:
    codec = BlobCodec(KEY)
    plain = bytearray(os.urandom(12 << 20).hex().encode())  # half of it, compressed
    known = blob_id(plain)
    tracemalloc.start()
    try:
        blob = codec.encode(BlobType.TREE, plain)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert blob.id == known
    assert codec.decode_verified(blob.sealed, blob.uncompressed_length, blob.id) == plain
    assert peak < 3 * len(plain)
    plain[-1] ^= 1
    with pytest.raises(MemoryFault):
        codec.encode(BlobType.TREE, plain, known)


@given(st.binary(max_size=3 << 20), st.integers(-1, 1), st.sampled_from([b"", b"x"]))
def test_a_frame_in_pieces_is_what_it_is_at_once(plain: bytes, off: int, more: bytes) -> None:
    frame = Compressor().compress(plain)
    frame = frame[: len(frame) - (off < 0)] + more
    limit = len(plain) - (off > 0)

    def in_pieces() -> bytes:
        return b"".join(decompress_in_pieces(frame, limit))

    def whole(read: Callable[[], bytes]) -> bytes | None:
        try:
            return read()
        except DataDamaged:
            return None

    assert whole(in_pieces) == whole(lambda: decompress(frame, limit))


@pytest.mark.parametrize("recorded", [0, 1, 9_999, 10_001, MAX_BLOB_LENGTH + 1])
def test_a_wrong_recorded_length_is_damage(recorded: int) -> None:
    codec = BlobCodec(KEY)
    blob = codec.encode(BlobType.DATA, b"0123456789" * 1000)
    with pytest.raises(DataDamaged):
        codec.decode_verified(blob.sealed, recorded, blob.id)


def test_another_blobs_contents_are_damage() -> None:
    codec = BlobCodec(KEY)
    one, other = (codec.encode(BlobType.DATA, plain) for plain in (b"one", b"two"))
    with pytest.raises(DataDamaged, match="other data"):
        codec.decode_verified(one.sealed, one.uncompressed_length, other.id)


def test_a_frame_that_holds_far_more_than_recorded_costs_no_memory() -> None:
    sealed = Sealer(KEY).seal(Compressor().compress(bytes(200 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DataDamaged):
            BlobCodec(KEY).decode(sealed, 1000)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 2 << 20


@pytest.mark.parametrize("more", [b"x", Compressor().compress(b"hello")])
def test_bytes_after_the_frame_are_damage(more: bytes) -> None:
    frame = Compressor().compress(b"hello")
    assert BlobCodec(KEY).decode(Sealer(KEY).seal(frame), 5) == b"hello"
    with pytest.raises(DataDamaged):
        BlobCodec(KEY).decode(Sealer(KEY).seal(frame + more), 5)


@given(st.binary(max_size=100))
def test_sealed_noise_is_damage_or_not_what_the_id_says(noise: bytes) -> None:
    sealed = Sealer(KEY).seal(noise)
    with pytest.raises(DataDamaged):
        BlobCodec(KEY).decode_verified(sealed, 50, blob_id(b"something else"))
