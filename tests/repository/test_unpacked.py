"""Files stored one by one: every legal framing is read, everything else is refused."""

from __future__ import annotations

import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backupclient.errors import DataDamaged, FormatUnsupported, MemoryFault
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.unpacked import open_unpacked, seal_unpacked
from backupclient.repository.zstd import Compressor

reuse = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@reuse
@given(st.binary(max_size=500).map(lambda b: b"{" + b + b"}"))
def test_what_was_sealed_opens(sealer: Sealer, json: bytes) -> None:
    assert open_unpacked(seal_unpacked(json, sealer), sealer) == json


@pytest.mark.parametrize("json", [b"{}", b"[]"])
def test_json_that_was_not_compressed_is_read(sealer: Sealer, json: bytes) -> None:
    assert open_unpacked(sealer.seal(json), sealer) == json


@pytest.mark.parametrize("first", [b"\x00", b"\x01", b"\x03", b" ", b"x"])
def test_an_unknown_first_byte_is_not_supported(sealer: Sealer, first: bytes) -> None:
    with pytest.raises(FormatUnsupported) as caught:
        open_unpacked(sealer.seal(first + b"{}"), sealer)
    assert caught.value.facts["first_byte"] == first[0]


@pytest.mark.parametrize("plain", [b"", b"\x02", b"\x02not zstd", b"\x02" + bytes(100)])
def test_nothing_and_nonsense_are_damage(sealer: Sealer, plain: bytes) -> None:
    with pytest.raises(DataDamaged):
        open_unpacked(sealer.seal(plain), sealer)


def test_a_cut_frame_is_damage(sealer: Sealer) -> None:
    frame = Compressor().compress(b'{"packs":[]}' * 100)
    for length in range(len(frame)):
        with pytest.raises(DataDamaged):
            open_unpacked(sealer.seal(b"\x02" + frame[:length]), sealer)


class BadMemory(Sealer):
    """A bit flips in what is to be sealed."""

    flipped = -1

    def seal(self, plain: bytes | bytearray | memoryview) -> bytes:
        data = bytearray(plain)
        data[self.flipped] ^= 1
        return super().seal(data)


@pytest.mark.parametrize("flipped", [-1, -2, 0, 1, 5])
def test_a_bit_that_flips_before_sealing_is_a_memory_fault(master: MasterKey, flipped: int) -> None:
    sealer = BadMemory(master)
    sealer.flipped = flipped
    with pytest.raises(MemoryFault):
        seal_unpacked(b'{"short":1}', sealer)


def test_a_bomb_is_damage_and_is_not_unpacked_whole(
    sealer: Sealer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("backupclient.repository.unpacked.MAX_UNPACKED_LENGTH", 1 << 20)
    sealed = sealer.seal(b"\x02" + Compressor().compress(bytes(100 << 20)))
    tracemalloc.start()
    try:
        with pytest.raises(DataDamaged):
            open_unpacked(sealed, sealer)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20
