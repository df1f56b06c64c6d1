"""Packs on this computer's disk: bounded, proven, and never in anybody's way."""

from __future__ import annotations

from pathlib import Path

import pytest

from backupclient.errors import MemoryFault
from backupclient.pipeline.spool import Spool, SpooledPack
from backupclient.repository.blob import BlobType
from backupclient.repository.pack import FinishedPack, PackBuilder
from backupclient.repository.repository import Repository
from tests.trees import random_bytes


def pack(repository: Repository, seed: int, size: int = 5000) -> FinishedPack:
    blob = repository.codec.encode(BlobType.DATA, random_bytes(seed, size))
    builder = PackBuilder(BlobType.DATA, size + 4096)
    builder.append(blob)
    return builder.finish(repository.sealer)


def put(spool: Spool, finished: FinishedPack) -> SpooledPack:
    spooled = spool.put(finished)
    assert spooled is not None
    return spooled


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "spool"


def test_a_pack_comes_back_as_it_was_and_is_nobody_elses(
    repository: Repository, folder: Path
) -> None:
    spool = Spool(folder, leave_free=0)
    finished = pack(repository, 1)
    spooled = put(spool, finished)
    assert spool.load(spooled) == finished.data
    assert spooled.entries == finished.entries
    assert (folder / finished.name).stat().st_mode & 0o777 == 0o600
    spool.drop(spooled)
    assert list(folder.iterdir()) == []


def test_there_is_a_bound_that_counts_what_an_earlier_run_left(
    repository: Repository, folder: Path
) -> None:
    size = len(pack(repository, 1).data)
    first = put(Spool(folder, most_bytes=2 * size, leave_free=0), pack(repository, 1))
    spool = Spool(folder, most_bytes=2 * size, leave_free=0)
    assert spool.has_room(size)
    put(spool, pack(repository, 2))
    assert not spool.has_room(1)
    spool.drop(first)
    assert spool.has_room(size)


def test_a_full_disk_means_no_spool(repository: Repository, folder: Path) -> None:
    spool = Spool(folder, leave_free=1 << 62)
    assert spool.put(pack(repository, 1)) is None
    assert not spool.has_room(1)
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made_means_no_spool(repository: Repository, folder: Path) -> None:
    folder.write_bytes(b"a file in its place")
    spool = Spool(folder, leave_free=0)
    assert spool.put(pack(repository, 1)) is None


def test_leftovers_are_those_that_are_whole(repository: Repository, folder: Path) -> None:
    spool = Spool(folder, leave_free=0)
    packs = [put(spool, pack(repository, seed)) for seed in range(4)]
    data = bytearray((folder / packs[0].name).read_bytes())
    data[100] ^= 1
    (folder / packs[0].name).write_bytes(data)
    (folder / packs[1].name).write_bytes(b"")
    (folder / "what is this").write_bytes(b"?" * 5000)
    again = Spool(folder, leave_free=0)
    assert sorted(again.leftovers(repository.sealer)) == sorted(packs[2:])
    assert {path.name for path in folder.iterdir()} == {one.name for one in packs[2:]}


@pytest.mark.parametrize("harm", ["changed", "gone"])
def test_a_pack_that_is_not_what_it_was_is_not_sent(
    repository: Repository, folder: Path, harm: str
) -> None:
    spool = Spool(folder, leave_free=0)
    spooled = put(spool, pack(repository, 1))
    path = folder / spooled.name
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + b"x")
    with pytest.raises(MemoryFault):
        spool.load(spooled)
