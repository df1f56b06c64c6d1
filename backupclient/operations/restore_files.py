"""Making files: blobs are fetched by the range, proven, and written to where they belong.

A file has a temporary name until all of it is there, with its metadata; then it takes its name in
one step. Nobody ever sees half a file under its own name.
"""

from __future__ import annotations

import contextlib
import itertools
import operator
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backupclient.control import Control
from backupclient.errors import BackupError, DataDamaged, ObjectMissing
from backupclient.events import FileProblem, Reason
from backupclient.manifest.scratch import FetchRow, FileRow, HeldRow
from backupclient.operations.restore_metadata import MetadataWriter, unpack_metadata
from backupclient.operations.restore_target import Target, file_problem
from backupclient.operations.trees import DAMAGE
from backupclient.repository.blob import BlobType, blob_id
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.pack import PackEntry
from backupclient.repository.repository import Repository

RANGE = 8 << 20
"""Fetched at once, at most, unless one blob is larger."""
_GAP = 64 << 10
"""Bytes between two wanted blobs that cost less to fetch than another request."""
_RANGE_ROWS = 8192

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
_PIECE = 1 << 20


class FetchJob(NamedTuple):
    """A range of a pack, and what is wanted of it, from front to back."""

    pack: str
    offset: int
    length: int
    rows: Sequence[FetchRow]


def fetch_jobs(rows: Iterable[FetchRow], packs: Sequence[str]) -> Iterator[FetchJob]:
    """Cut the rows of a plan into ranges. Every byte that is wanted is fetched once."""
    batch: list[FetchRow] = []
    start = end = pack_no = 0
    for row in rows:
        row_end = row.offset + row.length
        if batch and (
            row.pack_no != pack_no
            or row.offset > end + _GAP
            or max(end, row_end) - start > RANGE
            or (len(batch) >= _RANGE_ROWS and row.offset >= end)
        ):
            yield FetchJob(packs[pack_no - 1], start, end - start, batch)
            batch = []
        if not batch:
            start, end, pack_no = row.offset, row_end, row.pack_no
        batch.append(row)
        end = max(end, row_end)
    if batch:
        yield FetchJob(packs[pack_no - 1], start, end - start, batch)


class FileMaker:
    """Writes files into the target. `run` is called by several threads at once, the other methods
    by the job's. All return what went wrong with single files, and raise `TargetUnwritable` where
    nothing more can be written. What is complete stays so whatever happens; a large file that is
    not stays under its temporary name, for the next restore to take up."""

    def __init__(
        self, repository: Repository, target: Target, control: Control, *, sparse: bool
    ) -> None:
        self.repository = repository
        self.target = target
        self.control = control
        self.sparse = sparse
        self.metadata = MetadataWriter()
        self._lock = threading.Lock()
        self._missing: dict[int, int] = {}  # parts that files begun lack; guarded by _lock
        self.failed: set[int] = set()
        """Files that could not be made. Written under a lock, so that each fails once."""
        self.bytes_done = 0
        self.files_done = 0

    def run(self, job: FetchJob) -> list[FileProblem]:
        """Fetch a range and write what is wanted of it."""
        run = _Run(self, job)
        try:
            run.run()
        finally:
            run.close()
        return run.problems

    def without_fetch(self, file: FileRow, held: Sequence[HeldRow]) -> list[FileProblem]:
        """A file that is there already, in part (`held`) or as a whole, or that is empty."""
        try:
            if file.settled:
                return self._settle(file)
            folder = self.target.handles().get(file.folder_no)
            if file.origin is None:
                wrong = self.write_whole(folder, file.name, b"", file.facts)
            else:
                self._take_up(folder, file, held)
                if file.parts:
                    return []
                wrong = self.complete(folder, file.name, file.size, file.facts)
            self.count(0, files=1)
            return self.metadata_problem(file.folder_no, file.name, wrong)
        except OSError as error:
            problem = file_problem(self.path(file.folder_no, file.name), error)
            return self.fail(file.no, problem)

    def _settle(self, file: FileRow) -> list[FileProblem]:
        folder = self.target.handles().get(file.folder_no)
        metadata = unpack_metadata(file.facts)
        info = os.stat(file.name, dir_fd=folder, follow_symlinks=False)
        if self.metadata.is_right(info, metadata) and not metadata.xattrs:
            return []
        fd = os.open(file.name, _OPEN, dir_fd=folder)
        try:
            wrong = self.metadata.apply(fd, metadata)
        finally:
            os.close(fd)
        return self.metadata_problem(file.folder_no, file.name, wrong)

    def _take_up(self, folder: int, file: FileRow, held: Sequence[HeldRow]) -> None:
        """Give the temporary file the parts that its origin holds."""
        assert file.origin is not None
        temporary = self.target.temporary(file.name)
        if file.origin != file.name:
            os.rename(file.origin, temporary, src_dir_fd=folder, dst_dir_fd=folder)
            return
        source = os.open(file.origin, _OPEN, dir_fd=folder)
        try:
            fd = os.open(temporary, _CREATE | os.O_EXCL, 0o600, dir_fd=folder)
            try:
                for part in held:
                    self.control.check()
                    data = os.pread(source, plain_length(part), part.at)
                    if blob_id(data) != part.id:
                        raise OSError("it changed meanwhile")
                    write_at(fd, data, part.at)
            finally:
                os.close(fd)
        finally:
            os.close(source)

    # --- for the runs ---------------------------------------------------------------------------

    def write_whole(self, folder: int, name: bytes, content: bytes, facts: bytes) -> str:
        """Make a file in one go. Returns what is wrong with its metadata."""
        temporary = self.target.temporary(name)
        fd = os.open(temporary, _CREATE | os.O_EXCL, 0o600, dir_fd=folder)
        try:
            try:
                if self.sparse and is_zero(content):
                    os.ftruncate(fd, len(content))
                else:
                    write_at(fd, content, 0)
                wrong = self.metadata.apply(fd, unpack_metadata(facts))
            finally:
                os.close(fd)
            take_name(folder, temporary, name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        return wrong

    def complete(self, folder: int, name: bytes, size: int, facts: bytes) -> str:
        """All parts are written: the temporary file becomes the file."""
        temporary = self.target.temporary(name)
        fd = os.open(temporary, os.O_WRONLY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            os.ftruncate(fd, size)
            wrong = self.metadata.apply(fd, unpack_metadata(facts))
        finally:
            os.close(fd)
        take_name(folder, temporary, name)
        return wrong

    def count(self, size: int, *, files: int = 0) -> None:
        with self._lock:
            self.bytes_done += size
            self.files_done += files

    def is_last(self, row: FetchRow) -> bool:
        """One more part of a file is dealt with; whether it was the last."""
        with self._lock:
            left = self._missing.pop(row.file_no, row.parts) - 1
            if left:
                self._missing[row.file_no] = left
        return not left

    def fail(self, file_no: int, problem: FileProblem) -> list[FileProblem]:
        """The problem, unless the file has failed before."""
        with self._lock:
            if file_no in self.failed:
                return []
            self.failed.add(file_no)
        return [problem]

    def path(self, folder_no: int, name: bytes) -> bytes:
        return self.target.path_of(folder_no, name)

    def metadata_problem(self, folder_no: int, name: bytes, wrong: str) -> list[FileProblem]:
        if not wrong:
            return []
        path = os.fsdecode(self.path(folder_no, name))
        return [FileProblem(path=path, reason=Reason.METADATA, raw=wrong)]


class _Run:
    """One fetch job at work, in one thread."""

    def __init__(self, maker: FileMaker, job: FetchJob) -> None:
        self._maker = maker
        self._job = job
        self._codec = maker.repository.codec
        self._handles = maker.target.handles()
        self._open_file = 0
        self._fd = -1
        self._lost: BackupError | None = None
        self.problems: list[FileProblem] = []

    def run(self) -> None:
        data = self._fetch()
        for _, rows in itertools.groupby(self._job.rows, key=_OFFSET):
            self._maker.control.check()
            same = list(rows)
            try:
                plain = self._open(same[0], data)
            except DAMAGE as error:
                for row in same:
                    self._fail(row, self._damage(row, error))
                continue
            for row in same:
                self._place(row, plain)

    def _fetch(self) -> memoryview:
        job = self._job
        try:
            return memoryview(self._maker.repository.load_range(job.pack, job.offset, job.length))
        except ObjectMissing as error:
            self._lost = error
        except DAMAGE:
            # Cut short, perhaps: what is left of it is fetched blob by blob.
            pass
        return memoryview(b"")

    def _open(self, row: FetchRow, data: memoryview) -> bytes:
        if self._lost is not None:
            raise self._lost
        start = row.offset - self._job.offset
        sealed = data[start : start + row.length]
        if len(sealed) == row.length:
            try:
                return self._codec.decode_verified(sealed, row.raw_length, row.id)
            except DataDamaged:
                pass  # on the way here, perhaps: once more, alone
        entry = PackEntry(row.id, BlobType.DATA, row.offset, row.length, row.raw_length)
        return self._maker.repository.load_blob(self._job.pack, entry)

    def _place(self, row: FetchRow, plain: bytes) -> None:
        maker = self._maker
        try:
            if row.size == len(plain):
                folder = self._handles.get(row.folder_no)
                wrong = maker.write_whole(folder, row.name, plain, row.facts)
                maker.count(row.size, files=1)
                if wrong:
                    self.problems += maker.metadata_problem(row.folder_no, row.name, wrong)
                return
            if row.file_no not in maker.failed:
                self._write_part(row, plain)
                maker.count(len(plain))
        except OSError as error:
            self._fail(row, file_problem(maker.path(row.folder_no, row.name), error))
            return
        self._count_down(row)

    def _write_part(self, row: FetchRow, plain: bytes) -> None:
        if self._open_file != row.file_no:
            self.close()
            temporary = self._maker.target.temporary(row.name)
            folder = self._handles.get(row.folder_no)
            self._fd = os.open(temporary, _CREATE, 0o600, dir_fd=folder)
            self._open_file = row.file_no
        if not (self._maker.sparse and is_zero(plain)):
            write_at(self._fd, plain, row.at)

    def _count_down(self, row: FetchRow) -> None:
        maker = self._maker
        if plain_length(row) == row.size or not maker.is_last(row):
            return
        self.close()
        folder = self._handles.get(row.folder_no)
        if row.file_no in maker.failed:
            with contextlib.suppress(OSError):
                os.unlink(maker.target.temporary(row.name), dir_fd=folder)
            return
        try:
            wrong = maker.complete(folder, row.name, row.size, row.facts)
        except OSError as error:
            problem = file_problem(maker.path(row.folder_no, row.name), error)
            self.problems += maker.fail(row.file_no, problem)
            return
        maker.count(0, files=1)
        self.problems += maker.metadata_problem(row.folder_no, row.name, wrong)

    def _damage(self, row: FetchRow, error: BackupError) -> FileProblem:
        path = os.fsdecode(self._maker.path(row.folder_no, row.name))
        return FileProblem(path=path, reason=Reason.DAMAGED, raw=str(error))

    def _fail(self, row: FetchRow, problem: FileProblem) -> None:
        self.problems += self._maker.fail(row.file_no, problem)
        self._count_down(row)

    def close(self) -> None:
        if self._fd >= 0:
            os.close(self._fd)
        self._fd = -1
        self._open_file = 0


_OFFSET = operator.attrgetter("offset")


def plain_length(row: FetchRow | HeldRow) -> int:
    return row.raw_length or row.length - OVERHEAD


def write_at(fd: int, data: bytes, at: int) -> None:
    """All of `data`: a call may write less than it was given."""
    written = os.pwrite(fd, data, at)
    while written < len(data):
        written += os.pwrite(fd, memoryview(data)[written:], at + written)


def is_zero(data: bytes) -> bool:
    return not data.strip(b"\0")


def take_name(folder: int, temporary: bytes, name: bytes) -> None:
    """The file gets its own name, in place of what had it. An empty folder gives way; one that is
    not is never removed for a file."""
    try:
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except IsADirectoryError:
        os.rmdir(name, dir_fd=folder)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
