"""Cuts are the repository's own, the same however a file is read, and never move."""

from __future__ import annotations

import hashlib
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backupclient.repository.chunking import MAX_CHUNK, MIN_CHUNK, Chunker, seed_of

POLYNOMIAL = 0x3DA3358B4DC173
MIB = 1 << 20


def cut_whole(data: bytes, polynomial: int = POLYNOMIAL) -> list[int]:
    return Chunker(polynomial).cut(data, final=True)


def cut_in_windows(data: bytes, windows: list[int]) -> list[int]:
    """As a reader does: what is left of one window begins the next."""
    chunker = Chunker(POLYNOMIAL)
    ends: list[int] = []
    start = stop = 0
    for window in itertools.chain(windows, itertools.repeat(MAX_CHUNK)):
        stop = min(stop + window, len(data))
        final = stop == len(data)
        ends += [start + end for end in chunker.cut(data[start:stop], final=final)]
        start = ends[-1] if ends else 0
        if final:
            return ends
    raise AssertionError


def content(seed: int, size: int, period: int) -> bytes:
    """Random, or repeating itself after `period` bytes: that has no cuts but at the maximum."""
    source = random.Random(seed)
    return (
        source.randbytes(size)
        if not period
        else (source.randbytes(period) * (size // period + 1))[:size]
    )


def test_golden_cuts() -> None:
    data = hashlib.shake_128(b"golden").digest(24 * MIB)
    assert cut_whole(data) == [
        1_330_629, 3_222_954, 4_592_401, 6_324_880, 7_382_152, 9_133_198,
        9_877_028, 12_164_418, 14_237_991, 14_944_585, 17_337_946, 18_665_468,
        19_803_955, 21_286_833, 22_506_961, 23_988_451, 25_165_824,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("size", "ends"),
    [
        (0, []),
        (1, [1]),
        (MIN_CHUNK - 1, [MIN_CHUNK - 1]),
        (MIN_CHUNK, [MIN_CHUNK]),
        (MAX_CHUNK, [MAX_CHUNK]),
        (MAX_CHUNK + 1, [MAX_CHUNK, MAX_CHUNK + 1]),
        (2 * MAX_CHUNK, [MAX_CHUNK, 2 * MAX_CHUNK]),
    ],
)
def test_the_bounds(size: int, ends: list[int]) -> None:
    assert cut_whole(bytes(size)) == ends


def test_nothing_is_decided_at_the_end_of_a_window() -> None:
    chunker = Chunker(POLYNOMIAL)
    assert chunker.cut(b"", final=False) == []
    assert chunker.cut(bytes(MIN_CHUNK), final=False) == []
    assert chunker.cut(bytes(MAX_CHUNK - 1), final=False) == []
    assert chunker.cut(bytes(MAX_CHUNK), final=False) == [MAX_CHUNK]
    assert chunker.cut(bytes(MAX_CHUNK + MIN_CHUNK), final=False) == [MAX_CHUNK]


@settings(max_examples=25, deadline=None)
@given(
    st.integers(0, 3),
    st.integers(0, 20 * MIB),
    st.sampled_from([0, 0, 0, 1, 1000]),
    st.lists(st.integers(1, 12 * MIB), max_size=8),
)
def test_cuts_do_not_depend_on_the_windows(
    seed: int, size: int, period: int, windows: list[int]
) -> None:
    data = content(seed, size, period)
    ends = cut_whole(data)
    assert cut_in_windows(data, windows) == ends
    lengths = [end - start for start, end in itertools.pairwise([0, *ends])]
    assert sum(lengths) == size
    assert all(MIN_CHUNK <= length <= MAX_CHUNK for length in lengths[:-1])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 5), st.integers(1, 24 * MIB), st.sampled_from([0, 0, 1, 1000]))
def test_from_any_cut_on_the_cuts_are_those_of_the_whole(seed: int, size: int, period: int) -> None:
    """So that a file can be gone on with where a run has stopped."""
    data = content(seed, size, period)
    ends = cut_whole(data)
    for number, start in enumerate(ends[:-1], start=1):
        assert [start + end for end in cut_whole(data[start:])] == ends[number:]


def test_a_window_that_ends_just_after_a_cut_decides_it() -> None:
    data = content(7, 12 * MIB, 0)
    chunker = Chunker(POLYNOMIAL)
    first = cut_whole(data)[0]
    assert MIN_CHUNK < first < 4 * MIB
    # The library looks at pairs of bytes.
    assert chunker.cut(data[: first + 2], final=False) == [first]
    assert chunker.cut(data[:first], final=False) == []


def test_an_inserted_byte_moves_only_the_cuts_around_it() -> None:
    data = content(1, 24 * MIB, 0)
    before = {hashlib.sha256(part).digest() for part in parts(data)}
    after = {hashlib.sha256(part).digest() for part in parts(b"x" + data)}
    assert len(before) > 10
    assert len(after - before) <= 2


def parts(data: bytes) -> list[bytes]:
    return [data[a:b] for a, b in itertools.pairwise([0, *cut_whole(data)])]


def test_another_repository_cuts_elsewhere() -> None:
    data = content(1, 24 * MIB, 0)
    ours, theirs = set(cut_whole(data)), set(cut_whole(data, POLYNOMIAL ^ 0b110))
    assert ours & theirs == {len(data)}


def test_the_seed_is_the_promised_one() -> None:
    digest = hashlib.sha256(b"plainkeep-fastcdc-1" + bytes.fromhex("003da3358b4dc173")).digest()
    assert seed_of(POLYNOMIAL) == int.from_bytes(digest[:8], "big") // 2
    assert seed_of(POLYNOMIAL) < 1 << 63
