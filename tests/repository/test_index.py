"""Index files say what was put in, in the words of the format."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backupclient.errors import DataDamaged
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack, decode_index, encode_index
from backupclient.repository.pack import PackEntry

U32 = (1 << 32) - 1
entries = st.builds(
    PackEntry,
    st.binary(min_size=32, max_size=32),
    st.sampled_from(BlobType),
    st.integers(0, U32),
    st.integers(32, U32),
    st.integers(0, U32),
)
names = st.binary(min_size=32, max_size=32).map(bytes.hex)
packs = st.builds(IndexedPack, names, st.lists(entries, max_size=5).map(tuple))


@given(st.lists(packs, max_size=4))
def test_an_index_comes_back(indexed: list[IndexedPack]) -> None:
    assert decode_index(encode_index(indexed)) == indexed


def test_it_has_the_fields_of_the_format() -> None:
    pack = IndexedPack(
        "ab" * 32,
        (
            PackEntry(b"\x01" * 32, BlobType.DATA, 0, 50, 0),
            PackEntry(b"\x02" * 32, BlobType.DATA, 50, 60, 100),
        ),
    )
    assert msgspec.json.decode(encode_index([pack])) == {
        "packs": [
            {
                "id": "ab" * 32,
                "blobs": [
                    {"id": "01" * 32, "type": "data", "offset": 0, "length": 50},
                    {
                        "id": "02" * 32,
                        "type": "data",
                        "offset": 50,
                        "length": 60,
                        "uncompressed_length": 100,
                    },
                ],
            }
        ]
    }


def test_what_other_programs_add_is_ignored() -> None:
    text = (
        '{"supersedes":["x"],"packs":[{"id":"' + "ab" * 32 + '","blobs":null,"time":"2020",'
        '"size":5}],"packs_to_delete":[{"id":"zz"}]}'
    )
    assert decode_index(text.encode()) == [IndexedPack("ab" * 32, ())]
    assert decode_index(b'{"packs":null}') == []


GOOD = (
    '{"packs":[{"id":"' + "ab" * 32 + '","blobs":['
    '{"id":"' + "cd" * 32 + '","type":"data","offset":0,"length":50}]}]}'
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cd" * 32, "cd" * 31),
        ("cd" * 32, "cd" * 31 + "c "),
        ("cd" * 32, " " * 64),
        ("cd" * 32, "xy" * 32),
        ('"data"', '"dato"'),
        ('"offset":0', '"offset":-1'),
        ('"offset":0', '"offset":4294967296'),
        ('"offset":0', '"offset":0.5'),
        ('"length":50', '"length":31'),
        ('"length":50', '"length":"50"'),
        (',"length":50', ""),
        ("ab" * 32, "AB" * 32),
        ("ab" * 32, "../../etc/passwd"),
        ('{"packs"', '{"pack"'),
        ("]}", "]"),
    ],
)
def test_nonsense_is_damage(old: str, new: str) -> None:
    assert len(decode_index(GOOD.encode())) == 1
    with pytest.raises(DataDamaged):
        decode_index(GOOD.replace(old, new, 1).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"null", b"\xff", b'{"packs":' + b"[" * 100_000])
def test_what_is_no_index_is_damage(data: bytes) -> None:
    with pytest.raises(DataDamaged):
        decode_index(data)
