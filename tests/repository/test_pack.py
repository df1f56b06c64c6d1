"""Packs are exactly as long as their headers say, and headers are believed only if they are."""

from __future__ import annotations

import hashlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.blob import BlobCodec, BlobType
from backupclient.repository.crypto import OVERHEAD, MasterKey, Sealer
from backupclient.repository.pack import (
    FinishedPack,
    PackBuilder,
    PackEntry,
    header_length,
    pack_size,
    parse_header,
)

KEY = MasterKey.generate()
SEALER = Sealer(KEY)
CODEC = BlobCodec(KEY)


def build(type_: BlobType, plains: list[bytes]) -> FinishedPack:
    builder = PackBuilder(type_, 200_000)
    for plain in plains:
        builder.append(CODEC.encode(type_, plain))
    size = builder.size
    pack = builder.finish(SEALER)
    assert size == len(pack.data)
    return pack


def with_header(header: bytes, blobs: int = 0) -> bytes:
    sealed = SEALER.seal(header)
    return bytes(blobs) + sealed + struct.pack("<I", len(sealed))


@given(
    st.sampled_from(BlobType),
    st.lists(st.binary(max_size=200).flatmap(lambda b: st.sampled_from([b, b * 20])), max_size=12),
)
def test_a_pack_lists_what_it_holds(type_: BlobType, plains: list[bytes]) -> None:
    plains = plains or [b""]
    pack = build(type_, plains)
    assert pack.name == hashlib.sha256(pack.data).hexdigest()
    assert pack_size(pack.entries) == len(pack.data)
    assert parse_header(len(pack.data), bytes(pack.data), SEALER) == pack.entries
    tail = bytes(pack.data[-header_length(len(pack.data), bytes(pack.data[-4:])) - 4 :])
    assert parse_header(len(pack.data), tail, SEALER) == pack.entries
    for plain, entry in zip(plains, pack.entries, strict=True):
        sealed = pack.data[entry.offset : entry.offset + entry.length]
        assert CODEC.decode_verified(sealed, entry.uncompressed_length, entry.id) == plain
        assert entry.plain_length == len(plain)


def test_a_pack_holds_one_type() -> None:
    with pytest.raises(ValueError, match="one type"):
        PackBuilder(BlobType.DATA, 1000).append(CODEC.encode(BlobType.TREE, b"{}"))


def test_a_blob_that_fits_can_be_finished_in_the_capacity() -> None:
    blob = CODEC.encode(BlobType.DATA, bytes(range(200)))
    builder = PackBuilder(BlobType.DATA, PackBuilder.least_capacity(blob))
    assert builder.fits(blob)
    builder.append(blob)
    assert not builder.fits(CODEC.encode(BlobType.DATA, b""))
    assert len(builder.finish(SEALER).entries) == 1


def test_entries_are_as_long_as_the_format_says() -> None:
    plain = PackEntry(bytes(32), BlobType.DATA, 0, 100, 0)
    compressed = PackEntry(bytes(32), BlobType.DATA, 100, 100, 500)
    assert pack_size([plain]) == 100 + 37 + 32 + 4
    assert pack_size([plain, compressed]) == 200 + 37 + 41 + 32 + 4


@pytest.mark.parametrize("size", [0, 3, 4, 40, 72])
def test_what_is_too_short_for_a_header_is_damage(size: int) -> None:
    with pytest.raises(DataDamaged):
        header_length(size, bytes(size))


@pytest.mark.parametrize("length", [0, 31, 68, 1000, (16 << 20) + 1, 0xFFFF_FFFF])
def test_an_impossible_header_length_is_damage(length: int) -> None:
    with pytest.raises(DataDamaged):
        header_length(500, struct.pack("<I", length))


@pytest.mark.parametrize(
    ("header", "blobs"),
    [
        (struct.pack("<BI32s", 4, 50, bytes(32)), 50),  # unknown type
        (struct.pack("<BI32s", 0, 50, bytes(32)), 49),  # a byte too few
        (struct.pack("<BI32s", 0, 50, bytes(32)), 51),  # a gap
        (struct.pack("<BI32s", 0, OVERHEAD - 1, bytes(32)), OVERHEAD - 1),  # cannot be sealed
        (struct.pack("<BII32s", 2, 50, 0, bytes(32)), 50),  # compressed to nothing
        (struct.pack("<BI32s", 0, 50, bytes(32)) + b"\0" * 20, 50),  # half an entry
    ],
)
def test_a_header_that_does_not_add_up_is_damage(header: bytes, blobs: int) -> None:
    data = with_header(header, blobs)
    with pytest.raises(DataDamaged):
        parse_header(len(data), data, SEALER)


@given(st.data())
def test_a_flipped_byte_in_a_header_is_damage(data: st.DataObject) -> None:
    pack = build(BlobType.DATA, [b"one", b"two" * 100])
    header = header_length(len(pack.data), bytes(pack.data[-4:])) + 4
    damaged = bytearray(pack.data)
    damaged[-1 - data.draw(st.integers(0, header - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(DataDamaged):
        parse_header(len(damaged), bytes(damaged), SEALER)


@given(st.binary(max_size=500))
def test_a_sealed_header_of_noise_is_damage_or_adds_up(noise: bytes) -> None:
    data = with_header(noise, blobs=100)
    try:
        entries = parse_header(len(data), data, SEALER)
    except DataDamaged:
        return
    assert pack_size(entries) == len(data)
