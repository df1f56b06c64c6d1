"""The worker processes of a restore, and what they hand back."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from backupclient.control import Control
from backupclient.errors import InternalError
from backupclient.events import Reason
from backupclient.manifest.scratch_rows import FetchRow, HeldRow
from backupclient.operations.restore.metadata import pack_metadata
from backupclient.operations.restore.proof import Proof, proof_jobs
from backupclient.operations.restore.target import FolderTable, Target
from backupclient.operations.restore.worker import Made
from backupclient.operations.restore.workers import Workers
from backupclient.repository.blob import BlobCodec, BlobType, blob_id
from backupclient.repository.crypto import MasterKey
from backupclient.repository.tree import Node, NodeType
from tests.fakes import ManualClock

OFFSET = 5_000_000
FACTS = pack_metadata(Node(name=b"", type=NodeType.FILE, mode=0o640, mtime_ns=5 * 10**9))


class Files:
    """Sealed blobs back to back, and the files they are."""

    def __init__(self, codec: BlobCodec, folder_no: int) -> None:
        self._codec = codec
        self._folder_no = folder_no
        self.data = bytearray()
        self.rows: list[FetchRow] = []

    def add(self, name: bytes, content: bytes) -> None:
        blob = self._codec.encode(BlobType.DATA, content)
        self.rows.append(
            FetchRow(
                pack_no=1,
                offset=OFFSET + len(self.data),
                length=len(blob.sealed),
                raw_length=blob.uncompressed_length,
                id=blob.id,
                at=0,
                file_no=1,
                folder_no=self._folder_no,
                name=name,
                parts=1,
                size=len(content),
                facts=FACTS,
            )
        )
        self.data += blob.sealed

    def make(self, workers: Workers) -> Made:
        return workers.make(OFFSET, self.rows, memoryview(self.data))


@pytest.fixture(scope="module")
def key() -> MasterKey:
    return MasterKey.generate()


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Target]:
    folders = FolderTable()
    folders.add(0, b"folder")
    (tmp_path / "target" / "folder").mkdir(parents=True)
    target = Target(os.fsencode(tmp_path / "target"), folders)
    yield target
    target.close()


@pytest.fixture
def workers(key: MasterKey, target: Target) -> Iterator[Workers]:
    workers = Workers(key, 1)
    workers.begin(target, sparse=False)
    yield workers
    workers.close()


def test_files_are_written_and_what_is_not_is_handed_back(
    workers: Workers, key: MasterKey, target: Target
) -> None:
    batch = Files(BlobCodec(key), 1)
    for name in (b"good", b"in the way", b"damaged", b"also good"):
        batch.add(name, name * 50)
    batch.data[batch.rows[2].offset - OFFSET + 40] ^= 1
    folder = Path(os.fsdecode(target.path)) / "folder"
    (folder / "in the way" / "full").mkdir(parents=True)
    made = batch.make(workers)
    assert made.undone == [2]
    assert [one.number for one in made.unmade] == [1]
    assert made.odd == []
    assert sorted(os.listdir(folder)) == ["also good", "good", "in the way"]
    assert (folder / "good").read_bytes() == b"good" * 50
    assert (folder / "good").stat().st_mode & 0o777 == 0o640
    assert (folder / "good").stat().st_mtime == 5


def test_batches_of_all_sizes_in_turn(workers: Workers, key: MasterKey, target: Target) -> None:
    codec = BlobCodec(key)
    for count, size in ((1, 10), (300, 20_000), (2, 1), (40, 100_000)):
        batch = Files(codec, 0)
        for number in range(count):
            batch.add(b"%d-%d" % (count, number), os.urandom(size))
        assert not batch.make(workers).unmade
    assert len(os.listdir(target.path)) == 1 + 343


def test_a_target_that_was_exchanged_is_not_written_to(
    key: MasterKey, target: Target, tmp_path: Path
) -> None:
    workers = Workers(key, 1)
    (tmp_path / "target").rename(tmp_path / "moved")
    (tmp_path / "target" / "folder").mkdir(parents=True)
    workers.begin(target, sparse=False)
    batch = Files(BlobCodec(key), 1)
    batch.add(b"file", b"content")
    with pytest.raises(InternalError):
        batch.make(workers)
    workers.close()
    assert os.listdir(tmp_path / "target" / "folder") == []


def test_a_worker_that_dies_is_told(workers: Workers, key: MasterKey) -> None:
    for worker in workers._all:
        worker.process.kill()
    batch = Files(BlobCodec(key), 1)
    batch.add(b"file", b"content")
    for _ in range(2):
        with pytest.raises(InternalError) as raised:
            batch.make(workers)
        assert raised.value.facts["reason"] == "worker-died"


# --- reading back ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "raw"),
    [
        (b"first.second", ""),
        (b"first.SECOND", "differs after byte 6"),
        (b"FIRST.second", "differs after byte 0"),
        (b"first.second more", "differs after byte 0"),
        (b"first.", "differs after byte 0"),
        (None, "No such file or directory"),
    ],
)
def test_what_is_read_back_is_compared(
    clock_control: Control, target: Target, content: bytes | None, raw: str
) -> None:
    if content is not None:
        (Path(os.fsdecode(target.path)) / "folder" / "file").write_bytes(content)
    parts = [b"first.", b"second"]
    rows = [
        HeldRow(1, 1, b"file", 12, index * 6, 6 + 32, 0, blob_id(part))
        for index, part in enumerate(parts)
    ]
    proof = Proof(target, clock_control)
    problems = [problem for job in proof_jobs(rows, set()) for problem in proof.run(job)]
    assert [problem.raw for problem in problems] == ([raw] if raw else [])
    assert all(problem.path == "/folder/file" for problem in problems)
    assert all(problem.reason in (Reason.DAMAGED, Reason.NOT_WRITABLE) for problem in problems)
    assert list(proof_jobs(rows, {1})) == []


@pytest.fixture
def clock_control() -> Control:
    return Control(ManualClock())
