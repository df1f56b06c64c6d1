"""Reading files, also those that are in motion: every blob is proven, no file stops the rest."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import xxhash

from backupclient.control import Control
from backupclient.errors import Cancelled
from backupclient.events import Reason
from backupclient.manifest.manifest import Manifest
from backupclient.manifest.unfinished import Chunk
from backupclient.pipeline.reader import (
    FileRead,
    FileReader,
    InWork,
    PartRead,
    PartsDone,
    ReadTask,
)
from backupclient.pipeline.worker import SMALL
from backupclient.repository.blob import SealedBlob
from backupclient.repository.chunking import MAX_CHUNK, MIN_CHUNK
from backupclient.repository.repository import Repository
from tests.manifest.packs import pack, sync
from tests.trees import MIB, random_bytes

NOBODY = 65534


def task(path: Path) -> ReadTask:
    return ReadTask("token", os.fsencode(path), path.lstat())


class Reading:
    """A reader, what it stored, and what somebody does to a file while it is read: `meddle` is
    called after each chunk with the bytes done."""

    def __init__(self, repository: Repository, manifest: Manifest, control: Control) -> None:
        self._codec = repository.codec
        self.stored: dict[bytes, bytes] = {}
        self.shown: list[InWork | None] = []
        self.told: list[PartRead | PartsDone] = []
        self.meddle: Callable[[int], None] = lambda _: None
        self.reader = FileReader(
            repository, manifest.blobs, control, self._add, self._show, self.told.append
        )

    def _add(self, blob: SealedBlob) -> None:
        assert blob.id not in self.stored
        plain = self._codec.decode_verified(blob.sealed, blob.uncompressed_length, blob.id)
        assert len(plain) == blob.length
        self.stored[blob.id] = plain

    def _show(self, work: InWork | None) -> None:
        self.shown.append(work)
        if work is not None:
            self.meddle(work.done)

    def small(self, *tasks: ReadTask) -> list[FileRead]:
        return self.reader.read_small(tasks).files

    def large(self, one: ReadTask) -> FileRead:
        [result] = self.reader.read_large(one).files
        return result

    @property
    def parts(self) -> list[Chunk]:
        """The chunks that were told of."""
        told = [part for part in self.told if isinstance(part, PartRead)]
        assert [part.position for part in told] == list(range(len(told)))
        return [part.chunk for part in told]

    def chunks(self, result: FileRead) -> list[bytes]:
        ids = [result.content[i : i + 32] for i in range(0, len(result.content), 32)]
        return [self.stored[blob_id] for blob_id in ids]

    def content(self, result: FileRead) -> bytes:
        return b"".join(self.chunks(result))


@pytest.fixture
def reading(repository: Repository, manifest: Manifest, control: Control) -> Reading:
    return Reading(repository, manifest, control)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file"


def fingerprint(chunks: list[bytes]) -> bytes:
    """xxh3-128 over each chunk's length (8 bytes, little-endian) and xxh3-128."""
    marks = (len(c).to_bytes(8, "little") + xxhash.xxh3_128_digest(c) for c in chunks)
    return xxhash.xxh3_128_digest(b"".join(marks))


# --- files that hold still ------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, 4095, 4096, SMALL - 1])
def test_a_small_file_is_one_blob_whoever_reads_it(reading: Reading, file: Path, size: int) -> None:
    data = random_bytes(size, size)
    file.write_bytes(data)
    [small] = reading.small(task(file))
    large = reading.large(task(file))
    assert small == large
    assert small.content == (hashlib.sha256(data).digest() if data else b"")
    assert reading.content(small) == data
    assert (small.size, small.read, small.trouble) == (size, size, None)
    assert small.fingerprint == fingerprint([data] if data else [])


@pytest.mark.parametrize(
    "size", [MIN_CHUNK, MIN_CHUNK + 1, MAX_CHUNK, 2 * MAX_CHUNK, 2 * MAX_CHUNK + 1, 21 * MIB]
)
def test_a_large_file_is_its_chunks(reading: Reading, file: Path, size: int) -> None:
    data = random_bytes(size, size)
    file.write_bytes(data)
    result = reading.large(task(file))
    chunks = reading.chunks(result)
    assert b"".join(chunks) == data
    assert all(MIN_CHUNK <= len(chunk) <= MAX_CHUNK for chunk in chunks[:-1])
    assert (result.size, result.read, result.trouble) == (size, size, None)
    assert result.fingerprint == fingerprint(chunks)
    assert reading.shown[-1] is None
    done = [work.done for work in reading.shown if work is not None]
    assert done == sorted(done)
    assert done[-1] == size


def test_a_file_of_holes_is_read_as_the_zeros_it_stands_for(reading: Reading, file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(33 * MIB)
        opened.seek(20 * MIB)
        opened.write(b"island")
    result = reading.large(task(file))
    assert reading.content(result) == file.read_bytes()
    assert len(reading.stored) < len(result.content) // 32


def test_an_insertion_at_the_front_of_a_file_leaves_its_other_chunks_as_they_were(
    reading: Reading, file: Path
) -> None:
    data = random_bytes(7, 16 * MIB)
    file.write_bytes(data)
    before = reading.large(task(file))
    file.write_bytes(b"inserted" + data)
    after = reading.large(task(file))
    assert reading.content(after) == b"inserted" + data
    assert len(reading.stored) <= len(before.content) // 32 + 3


def test_what_is_stored_already_is_not_stored_again(reading: Reading, tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a", "b", "c")]
    for one in files:
        one.write_bytes(b"the same")
    answer = reading.reader.read_small([task(one) for one in files])
    assert [one.content for one in answer.files] == [hashlib.sha256(b"the same").digest()] * 3
    assert (answer.added.blobs, answer.added.plain) == (1, 8)
    assert reading.reader.read_small([task(files[0])]).added.blobs == 0


# --- files that an earlier run has begun ----------------------------------------------------------


def begun_file(reading: Reading, file: Path, size: int) -> tuple[bytes, list[Chunk]]:
    """A large file that somebody has read and stored nothing of; its bytes and its chunks."""
    file.write_bytes(data := random_bytes(size, size))
    reading.large(task(file))
    parts = reading.parts
    reading.stored.clear()
    reading.told.clear()
    assert len(parts) > 8
    return data, parts


def store(manifest: Manifest, chunks: list[Chunk]) -> None:
    sync(manifest, {"index": [pack("p", *(chunk.id for chunk in chunks))]})


def test_each_chunk_is_told_of_before_it_is_stored(reading: Reading, file: Path) -> None:
    file.write_bytes(random_bytes(1, 12 * MIB))
    stored_when_told: list[int] = []
    reading.reader._tell = lambda _: stored_when_told.append(len(reading.stored))
    result = reading.large(task(file))
    count = len(result.content) // 32
    assert stored_when_told == [*range(count), count]  # and that the file is done


def test_a_file_of_one_chunk_is_not_told_of(reading: Reading, file: Path) -> None:
    file.write_bytes(bytes(MIN_CHUNK))
    reading.large(task(file))
    assert reading.told == []


def test_only_what_is_not_stored_is_read(
    repository: Repository, control: Control, manifest: Manifest, file: Path, tmp_path: Path
) -> None:
    data, parts = begun_file(Reading(repository, manifest, control), file, 20 * MIB)
    cut = parts[:-3]  # the rest was not read yet
    store(manifest, [chunk for n, chunk in enumerate(cut) if n not in (2, 5)])
    (tmp_path / "other").mkdir()
    other = Manifest.open(tmp_path / "other")  # nobody has claimed anything here
    try:
        store(other, [chunk for n, chunk in enumerate(cut) if n not in (2, 5)])
        again = Reading(repository, other, control)
        result = again.large(task(file)._replace(begun=cut))
    finally:
        other.close()
    assert result.content == b"".join(chunk.id for chunk in parts)
    lacking = [parts[2], parts[5], *parts[-3:]]
    assert set(again.stored) == {chunk.id for chunk in lacking}
    assert result.read == sum(chunk.length for chunk in lacking)
    assert result.safe == len(data) - result.read
    assert (result.size, result.trouble) == (len(data), None)
    assert result.fingerprint == fingerprint_of(parts)
    told = [(p.position, p.chunk) for p in again.told if isinstance(p, PartRead)]
    assert told == list(enumerate(parts))[-3:]
    assert again.told[-1] == PartsDone(os.fsencode(file), good=True)


def fingerprint_of(parts: list[Chunk]) -> bytes:
    marks = (chunk.length.to_bytes(8, "little") + chunk.mark for chunk in parts)
    return xxhash.xxh3_128_digest(b"".join(marks))


def test_a_file_that_looks_the_same_and_is_not_is_read_from_its_start(
    reading: Reading, file: Path
) -> None:
    data, parts = begun_file(reading, file, 16 * MIB)
    listed = task(file)
    changed = data[:100] + b"!" + data[101:]
    file.write_bytes(changed)
    os.utime(file, ns=(listed.info.st_atime_ns, listed.info.st_mtime_ns))
    now = ReadTask("token", os.fsencode(file), file.lstat(), parts)
    result = reading.large(now)
    first = result.content[:32]
    assert first != parts[0].id
    assert hashlib.sha256(reading.stored[first]).digest() == first
    assert result.safe == 0
    assert (result.size, result.trouble) == (len(data), None)
    # It was looked at in vain, then read whole, and what was told of it before was taken back.
    assert result.read == len(data) + parts[0].length
    assert reading.told[0] == PartsDone(os.fsencode(file), good=False)
    assert reading.parts[0].id == first


def test_a_file_that_changed_since_it_was_listed_is_not_gone_on_with(
    reading: Reading, file: Path
) -> None:
    data, parts = begun_file(reading, file, 16 * MIB)
    listed = task(file)._replace(begun=parts)
    file.write_bytes(data + b"more")
    result = reading.large(listed)
    assert (result.size, result.read, result.safe) == (len(data) + 4, len(data) + 4, 0)


def test_a_file_that_changes_while_it_is_gone_on_with_is_read_whole(
    repository: Repository, manifest: Manifest, control: Control, file: Path
) -> None:
    first = Reading(repository, manifest, control)
    data, parts = begun_file(first, file, 16 * MIB)
    store(manifest, parts[:4])
    again = Reading(repository, manifest, control)
    once = [b"more"]

    def grow(_: int) -> None:
        if once:
            with file.open("ab") as opened:
                opened.write(once.pop())

    again.meddle = grow
    result = again.large(task(file)._replace(begun=parts[:4]))
    assert (result.size, result.safe, result.trouble) == (len(data) + 4, 0, None)
    assert again.told[-1] == PartsDone(os.fsencode(file), good=True)
    assert PartsDone(os.fsencode(file), good=False) in again.told


def test_a_stop_takes_back_nothing_of_what_was_told(
    reading: Reading, file: Path, control: Control
) -> None:
    file.write_bytes(random_bytes(3, 12 * MIB))
    reading.meddle = lambda done: control.stop() if done > 4 * MIB else None
    with pytest.raises(Cancelled):
        reading.large(task(file))
    assert len(reading.parts) >= 2
    assert not any(isinstance(one, PartsDone) for one in reading.told)


# --- files in motion ------------------------------------------------------------------------------


def test_a_small_file_that_has_grown_large_since_it_was_listed(
    reading: Reading, file: Path
) -> None:
    file.write_bytes(b"small")
    listed = task(file)
    file.write_bytes(data := random_bytes(1, 3 * MIB))
    [result] = reading.small(listed)
    assert reading.content(result) == data
    assert result.trouble is None
    assert result.info is not None
    assert result.info.st_size == 3 * MIB


def test_a_file_that_grows_while_it_is_read_is_read_again(reading: Reading, file: Path) -> None:
    file.write_bytes(random_bytes(1, 3 * MIB))
    listed = task(file)
    more = [b"more"]

    def grow(done: int) -> None:
        if more:
            with file.open("ab") as opened:
                opened.write(more.pop())

    reading.meddle = grow
    result = reading.large(listed)
    assert reading.content(result) == file.read_bytes()
    assert (result.size, result.trouble) == (3 * MIB + 4, None)
    assert result.read == 6 * MIB + 4


def test_a_log_that_never_stops_growing_is_kept_as_it_was_and_marked(
    reading: Reading, file: Path
) -> None:
    file.write_bytes(random_bytes(1, 3 * MIB))
    listed = task(file)

    def grow(done: int) -> None:
        with file.open("ab") as opened:
            opened.write(random_bytes(done, MIB))

    reading.meddle = grow
    result = reading.large(listed)
    assert result.trouble is not None
    assert result.trouble.reason is Reason.CHANGED_WHILE_READ
    content = reading.content(result)
    assert result.size == len(content) > 3 * MIB
    assert file.read_bytes().startswith(content)
    assert result.read > 3 * result.size / 2


def test_a_file_that_shrinks_while_it_is_read_has_the_size_of_what_was_read(
    reading: Reading, file: Path
) -> None:
    file.write_bytes(random_bytes(1, 40 * MIB))
    listed = task(file)
    sizes = [30 * MIB, 25 * MIB, 20 * MIB]

    def shrink(done: int) -> None:
        if sizes and done < MAX_CHUNK:
            os.truncate(file, sizes.pop(0))

    reading.meddle = shrink
    result = reading.large(listed)
    content = reading.content(result)
    assert len(content) == result.size
    if result.trouble is None:
        assert content == file.read_bytes()
    else:
        assert result.trouble.reason is Reason.CHANGED_WHILE_READ


def test_a_file_rewritten_in_place_is_never_kept_unmarked_as_a_mixture(
    reading: Reading, file: Path
) -> None:
    old, new = random_bytes(1, 24 * MIB), random_bytes(2, 24 * MIB)
    file.write_bytes(old)
    listed = task(file)
    times = [0]

    def rewrite(done: int) -> None:
        if times and done > 17 * MIB:
            times.pop()
            with file.open("r+b") as opened:
                opened.write(new)

    reading.meddle = rewrite
    result = reading.large(listed)
    assert result.trouble is None
    assert reading.content(result) == new


# --- files that are gone, or something else now ---------------------------------------------------


def removed(path: Path) -> None:
    path.unlink()


def folder_removed(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()


def fifo(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def symlink(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def file_above(path: Path) -> None:
    path.unlink()
    path.parent.rmdir()
    path.parent.write_bytes(b"")


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("replace", [removed, folder_removed, fifo, symlink, folder, file_above])
def test_what_is_no_file_any_more_is_gone_and_nothing_of_it_is_read(
    reading: Reading, tmp_path: Path, replace: Callable[[Path], None], large: bool
) -> None:
    path = tmp_path / "folder" / "file"
    path.parent.mkdir()
    path.write_bytes(b"once")
    listed = task(path)
    replace(path)
    [result] = [reading.large(listed)] if large else reading.small(listed)
    assert result.info is None
    assert result.trouble is not None
    assert (result.trouble.reason, result.trouble.path) == (Reason.VANISHED, os.fsencode(path))
    assert (result.token, result.content, result.read, reading.stored) == ("token", b"", 0, {})


def test_one_file_in_trouble_does_not_keep_the_others_of_its_batch(
    reading: Reading, tmp_path: Path
) -> None:
    tasks = []
    for name in ("a", "b", "c"):
        (tmp_path / name).write_bytes(name.encode())
        tasks.append(task(tmp_path / name))
    (tmp_path / "b").unlink()
    results = reading.small(*tasks)
    assert [result.info is None for result in results] == [False, True, False]
    assert set(reading.stored.values()) == {b"a", b"c"}


@pytest.fixture
def closed_file() -> Iterator[Path]:
    """Only root may read it."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        path = Path(name, "closed")
        path.write_bytes(b"secret")
        path.chmod(0)
        yield path


@pytest.mark.needs_root
@pytest.mark.parametrize("large", [False, True])
def test_a_file_that_may_not_be_read_is_told_as_such(
    reading: Reading, closed_file: Path, large: bool
) -> None:
    listed = task(closed_file)
    os.seteuid(NOBODY)
    try:
        [result] = [reading.large(listed)] if large else reading.small(listed)
    finally:
        os.seteuid(0)
    assert result.info is None
    assert result.trouble is not None
    assert result.trouble.reason is Reason.UNREADABLE


def test_a_stop_acts_in_the_middle_of_a_file(
    reading: Reading, file: Path, control: Control
) -> None:
    file.write_bytes(random_bytes(1, 40 * MIB))
    reading.meddle = lambda done: control.stop()
    with pytest.raises(Cancelled):
        reading.large(task(file))
    assert len([work for work in reading.shown if work is not None]) == 1
