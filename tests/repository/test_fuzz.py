"""Whatever the storage gives back, before or after the seal, ends in a clean error or is read
right, and takes no more memory than it may."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from backupclient.errors import BackupError
from backupclient.repository.blob import BlobType
from backupclient.repository.config import Config
from backupclient.repository.crypto import MasterKey, Sealer
from backupclient.repository.index import IndexedPack, decode_index, encode_index
from backupclient.repository.key_file import create_key_file, read_key_file
from backupclient.repository.lock_file import LockFile, decode_lock, encode_lock
from backupclient.repository.pack import PackEntry, header_length, parse_header
from backupclient.repository.snapshot import Snapshot, decode_snapshot, encode_snapshot
from backupclient.repository.tree import (
    Node,
    NodeEncoder,
    NodeType,
    XAttr,
    decode_tree,
    encode_tree,
)
from backupclient.repository.unpacked import open_unpacked, seal_unpacked
from backupclient.repository.zstd import Compressor, decompress
from tests.fakes import MIDDAY
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.test_pack import KEY, build

SEALER = Sealer(KEY)
TIME = datetime(2026, 3, 1, tzinfo=UTC)
ENTRY = PackEntry(b"\x01" * 32, BlobType.DATA, 0, 100, 500)
NODE = Node(
    name=b'odd "name"\xff',
    type=NodeType.FILE,
    mtime_ns=10**18 + 1,
    user="anna",
    xattrs=(XAttr("user.a", b"\x00\x01"),),
    content=(b"\x01" * 32, b"\x02" * 32),
)
PACK = bytes(build(BlobType.TREE, [b"one", b"two" * 50]).data)
HEADER = b"\x00" + (100).to_bytes(4, "little") + b"\x01" * 32


class Target(NamedTuple):
    sample: bytes
    read: Callable[[bytes], object]


def read_sealed_header(header: bytes) -> object:
    sealed = SEALER.seal(header)
    data = bytes(100) + sealed + len(sealed).to_bytes(4, "little")
    return parse_header(len(data), data, SEALER)


TARGETS = {
    "tree": Target(encode_tree([NodeEncoder(UTC).encode(NODE)] * 2), decode_tree),
    "index": Target(encode_index([IndexedPack("ab" * 32, (ENTRY, ENTRY))]), decode_index),
    "snapshot": Target(
        encode_snapshot(Snapshot(time=TIME, tree_hex="ab" * 32, paths=["/a"], tags=["t"])),
        decode_snapshot,
    ),
    "lock": Target(encode_lock(LockFile.of(ANNA, TIME, exclusive=True)), decode_lock),
    "key": Target(
        create_key_file(MasterKey.generate(), PASSWORD, created=MIDDAY, identity=ANNA, cost=CHEAP),
        read_key_file,
    ),
    "master key": Target(MasterKey.generate().to_json(), MasterKey.from_json),
    "config": Target(
        SEALER.open(Config.generate().seal(SEALER)),
        lambda data: Config.open(SEALER.seal(data), SEALER),
    ),
    "sealed config": Target(Config.generate().seal(SEALER), lambda data: Config.open(data, SEALER)),
    "header": Target(HEADER, read_sealed_header),
    "pack": Target(PACK, lambda data: parse_header(len(data), data, SEALER)),
    "unpacked": Target(
        SEALER.open(seal_unpacked(b'{"packs":[]}' * 20, SEALER)),
        lambda data: open_unpacked(SEALER.seal(data), SEALER),
    ),
    "sealed unpacked": Target(
        seal_unpacked(b'{"packs":[]}' * 20, SEALER), lambda data: open_unpacked(data, SEALER)
    ),
    "frame": Target(
        Compressor().compress(b"some text, some text" * 30), lambda data: decompress(data, 600)
    ),
}


def damaged(sample: bytes, choice: random.Random) -> bytes:
    """Bytes flipped, cut out, doubled or thrown in."""
    data = bytearray(sample)
    for _ in range(choice.choice((1, 1, 1, 2, 5))):
        position = choice.randrange(len(data) + 1)
        match choice.randrange(6):
            case 0 | 1:
                data[position : position + 1] = bytes((choice.randrange(256),))
            case 2:
                del data[position : position + choice.randint(1, 10)]
            case 3:
                data[position:position] = data[position : position + choice.randint(1, 40)]
            case 4:
                data[position:position] = choice.choice(
                    (b"[", b"{", b'"', b"null", b"-1", b"1e999", b"\\u0000", b"\xff\xfe")
                ) * choice.choice((1, 1, 2000))
            case _:
                data[position : position + 8] = choice.randbytes(8)
    return bytes(data)


@pytest.mark.parametrize("name", TARGETS)
def test_damage_ends_in_a_clean_error(name: str) -> None:
    sample, read = TARGETS[name]
    read(sample)
    choice = random.Random(name)
    refused = 0
    tracemalloc.start()
    try:
        for _ in range(1500):
            try:
                read(damaged(sample, choice))
            except BackupError:
                refused += 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused > 100
    assert peak < 8 << 20


@pytest.mark.parametrize("name", ["sealed config", "pack", "sealed unpacked"])
def test_no_flipped_byte_behind_a_seal_is_taken(name: str) -> None:
    sample, read = TARGETS[name]
    start = 0
    if name == "pack":  # its blobs have seals of their own
        start = len(sample) - header_length(len(sample), sample[-4:]) - 4
    for position in range(start, len(sample)):
        data = bytearray(sample)
        data[position] ^= 0x21
        with pytest.raises(BackupError):
            read(bytes(data))
