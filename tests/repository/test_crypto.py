"""Sealing opens with its key alone, and only when nothing changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.crypto import OVERHEAD, MasterKey, Sealer

KEY = MasterKey.generate()


@given(st.binary(max_size=5000))
def test_what_was_sealed_opens(plain: bytes) -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(plain)
    assert len(sealed) == len(plain) + OVERHEAD
    assert sealer.open(sealed) == plain
    assert Sealer(KEY).open(memoryview(sealed)) == plain


def test_the_same_plain_text_is_never_sealed_the_same_way() -> None:
    sealer = Sealer(KEY)
    assert len({sealer.seal(b"the same") for _ in range(50)}) == 50


def test_every_changed_byte_is_noticed() -> None:
    sealer = Sealer(KEY)
    sealed = bytearray(sealer.seal(b"thirty-three bytes of plain text!"))
    for position in range(len(sealed)):
        for bit in range(8):
            sealed[position] ^= 1 << bit
            with pytest.raises(DataDamaged):
                sealer.open(sealed)
            sealed[position] ^= 1 << bit
    assert sealer.open(sealed) == b"thirty-three bytes of plain text!"


@given(st.binary(max_size=200))
def test_what_was_never_sealed_does_not_open(noise: bytes) -> None:
    with pytest.raises(DataDamaged):
        Sealer(KEY).open(noise)


def test_a_nonce_of_zeros_is_refused() -> None:
    sealed = Sealer(KEY).seal(b"x")
    with pytest.raises(DataDamaged, match="not sealed data"):
        Sealer(KEY).open(bytes(16) + sealed[16:])


def test_another_key_does_not_open() -> None:
    with pytest.raises(DataDamaged, match="tag mismatch"):
        Sealer(MasterKey.generate()).open(Sealer(KEY).seal(b"secret"))


def test_a_key_survives_json_and_is_never_printed() -> None:
    assert MasterKey.from_json(KEY.to_json()) == KEY
    assert KEY.encrypt.hex() not in f"{KEY} {KEY!r}"
    assert repr(KEY) == "MasterKey(…)"


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{}",
        b"[" * 100_000,
        b'{"mac":{"k":"AAAA","r":"AAAA"},"encrypt":"AAAA"}',
        b'{"mac":{"k":"!","r":""},"encrypt":""}',
        KEY.to_json()[:-1],
        b"\xff" * 100,
    ],
)
def test_what_is_no_key_is_refused(damage: bytes) -> None:
    with pytest.raises(DataDamaged):
        MasterKey.from_json(damage)


@pytest.mark.parametrize("part", [slice(0, 32), slice(32, 48), slice(48, 64)])
def test_a_key_with_a_part_of_zeros_is_refused(part: slice) -> None:
    secret = bytearray(range(1, 65))
    secret[part] = bytes(part.stop - part.start)
    with pytest.raises(DataDamaged):
        MasterKey.from_bytes(bytes(secret))
