"""Making files: blobs are fetched by the range, proven, and written to where they belong."""

from __future__ import annotations

import contextlib
import itertools
import operator
import os
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from backupclient.control import Control
from backupclient.errors import BackupError, DataDamaged, ObjectArchived, ObjectMissing
from backupclient.events import FileProblem, Reason
from backupclient.manifest.blob_index import BlobIndex
from backupclient.manifest.scratch_rows import FetchRow, FileRow, HeldRow
from backupclient.operations.restore.metadata import unpack_metadata
from backupclient.operations.restore.second_names import SecondNames
from backupclient.operations.restore.target import Target, file_problem
from backupclient.operations.restore.workers import Workers
from backupclient.operations.restore.write import FileWriter, write_at
from backupclient.operations.trees import DAMAGE, UNREADABLE, reason_of
from backupclient.repository.blob import BlobType, blob_id
from backupclient.repository.crypto import OVERHEAD
from backupclient.repository.pack import PackEntry
from backupclient.repository.repository import Repository

RANGE = 4 << 20
"""Fetched at once, at most, unless one blob is larger."""
_GAP = 64 << 10
"""Bytes between two wanted blobs that cost less to fetch than another request."""
_RANGE_ROWS = 8192

_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
_CREATE_NEW = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_EXCL
_DAMAGED = SecondNames(" (damaged)")
_CHECK_EVERY = 16
_WORTH_SENDING = 16
"""So many small files in a range are given to a worker process rather than written here."""


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
        row_pack, offset, length, *_ = row
        if batch and (
            row_pack != pack_no
            or offset > end + _GAP
            or offset + length - start > RANGE
            or (len(batch) >= _RANGE_ROWS and offset >= end)
        ):
            yield FetchJob(packs[pack_no - 1], start, end - start, batch)
            batch = []
        if not batch:
            start, end, pack_no = offset, offset, row_pack
        batch.append(row)
        end = max(end, offset + length)
    if batch:
        yield FetchJob(packs[pack_no - 1], start, end - start, batch)


class FileMaker:
    """Writes files into the target. `run` is called by several threads at once, the other methods
    by the job's. All return what went wrong with single files, and raise `TargetUnwritable` where
    nothing more can be written. What is complete stays so whatever happens; a large file that is
    not stays under its temporary name, for the next restore to take up."""

    def __init__(
        self,
        repository: Repository,
        blobs: BlobIndex,
        target: Target,
        control: Control,
        *,
        sparse: bool,
    ) -> None:
        self.repository = repository
        self.blobs = blobs
        self.target = target
        self.control = control
        self.writer = FileWriter(target, sparse=sparse)
        self.workers: Workers | None = None
        """Where small files are written, if there are many."""
        self._lock = threading.Lock()
        self._missing: dict[int, int] = {}  # parts that files begun lack; guarded by _lock
        self.failed: set[int] = set()
        """Files that could not be made. Written under a lock, so that each fails once."""
        self._lost: dict[int, list[BackupError]] = {}  # what large files lack; guarded by _lock
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
            if file.origin is None:
                wrong = self.writer.write_whole(file.folder_no, file.name, b"", file.facts)
            else:
                self._take_up(file, held)
                if file.parts:
                    return []
                wrong = self.writer.complete(file.folder_no, file.name, file.size, file.facts)
            self.count(0, files=1)
            return self.metadata_problem(file.folder_no, file.name, wrong)
        except OSError as error:
            problem = file_problem(self.path(file.folder_no, file.name), error)
            return self.fail(file.no, problem)

    def _settle(self, file: FileRow) -> list[FileProblem]:
        folder = self.target.handles().get(file.folder_no)
        metadata = unpack_metadata(file.facts)
        info = os.stat(file.name, dir_fd=folder, follow_symlinks=False)
        if self.writer.metadata.is_right(info, metadata) and not metadata.xattrs:
            return []
        fd = os.open(file.name, _OPEN, dir_fd=folder)
        try:
            wrong = self.writer.metadata.apply(fd, metadata)
        finally:
            os.close(fd)
        return self.metadata_problem(file.folder_no, file.name, wrong)

    def _take_up(self, file: FileRow, held: Sequence[HeldRow]) -> None:
        """Give the temporary file the parts that its origin holds."""
        assert file.origin is not None
        folder = self.target.handles().get(file.folder_no)
        temporary = self.target.temporary(file.name)
        if file.origin != file.name:
            os.rename(file.origin, temporary, src_dir_fd=folder, dst_dir_fd=folder)
            return
        source = os.open(file.origin, _OPEN, dir_fd=folder)
        try:
            fd = os.open(temporary, _CREATE_NEW, 0o600, dir_fd=folder)
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

    def lose(self, file_no: int, why: BackupError) -> None:
        """A part of a large file cannot be had."""
        with self._lock:
            self._lost.setdefault(file_no, []).append(why)

    def lost(self, file_no: int) -> list[BackupError]:
        with self._lock:
            return self._lost.pop(file_no, [])

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
        self._open_file = 0
        self._fd = -1
        self._lost: BackupError | None = None
        self.problems: list[FileProblem] = []

    def run(self) -> None:
        data = self._fetch()
        rows = self._job.rows
        if self._maker.workers is not None and data:
            rows = self._have_made(self._maker.workers, rows, data)
        for number, (_, found) in enumerate(itertools.groupby(rows, key=_OFFSET)):
            if number % _CHECK_EVERY == 0:
                self._maker.control.check()
            same = list(found)
            try:
                plain = self._open(same[0], data)
            except UNREADABLE as error:
                for row in same:
                    self._leave_out(row, error)
                continue
            for row in same:
                self._place(row, plain)

    def _have_made(
        self, workers: Workers, rows: Sequence[FetchRow], data: memoryview
    ) -> Sequence[FetchRow]:
        """Give the small files to a worker; returns what is left to be done here."""
        small = [row for row in rows if plain_length(row) == row.size]
        if len(small) < _WORTH_SENDING:
            return rows
        self._maker.control.check()
        made = workers.make(self._job.offset, small, data)
        for index, code, raw in made.unmade:
            row = small[index]
            error = OSError(code, os.strerror(code)) if code else OSError(raw)
            self._fail(row, file_problem(self._maker.path(row.folder_no, row.name), error))
        for index, wrong in made.odd:
            row = small[index]
            self.problems += self._maker.metadata_problem(row.folder_no, row.name, wrong)
        undone = set(made.undone)
        unmade = {one.number for one in made.unmade}
        sizes = [row.size for i, row in enumerate(small) if i not in undone and i not in unmade]
        self._maker.count(sum(sizes), files=len(sizes))
        again = [small[index] for index in sorted(undone)]
        return sorted([row for row in rows if plain_length(row) != row.size] + again)

    def _fetch(self) -> memoryview:
        job = self._job
        try:
            return memoryview(self._maker.repository.load_range(job.pack, job.offset, job.length))
        except (ObjectMissing, ObjectArchived) as error:
            self._lost = error
        except DAMAGE:
            # Cut short, perhaps: what is left of it is fetched blob by blob.
            pass
        return memoryview(b"")

    def _open(self, row: FetchRow, data: memoryview) -> bytes:
        try:
            return self._open_here(row, data)
        except UNREADABLE:
            for place in self._maker.blobs.copies(BlobType.DATA, row.id):
                if place.pack != self._job.pack:
                    entry = PackEntry(row.id, BlobType.DATA, *place[1:])
                    with contextlib.suppress(*UNREADABLE):
                        return self._maker.repository.load_blob(place.pack, entry)
            raise

    def _open_here(self, row: FetchRow, data: memoryview) -> bytes:
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
                wrong = maker.writer.write_whole(row.folder_no, row.name, plain, row.facts)
                maker.count(row.size, files=1)
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
        self._open_part(row)
        self._maker.writer.write_part(self._fd, plain, row.at)

    def _open_part(self, row: FetchRow) -> None:
        if self._open_file != row.file_no:
            self.close()
            self._fd = self._maker.writer.open_part(row.folder_no, row.name)
            self._open_file = row.file_no

    def _count_down(self, row: FetchRow) -> None:
        maker = self._maker
        if plain_length(row) == row.size or not maker.is_last(row):
            return
        self.close()
        if row.file_no in maker.failed:
            maker.writer.drop(row.folder_no, row.name)
            return
        try:
            if lost := maker.lost(row.file_no):
                self._keep_the_rest(row, lost)
                return
            wrong = maker.writer.complete(row.folder_no, row.name, row.size, row.facts)
        except OSError as error:
            problem = file_problem(maker.path(row.folder_no, row.name), error)
            self.problems += maker.fail(row.file_no, problem)
            return
        maker.count(0, files=1)
        self.problems += maker.metadata_problem(row.folder_no, row.name, wrong)

    def _leave_out(self, row: FetchRow, why: BackupError) -> None:
        """What cannot be had: all of a file, or a part that is zeros then."""
        if plain_length(row) == row.size:
            self._fail(row, self._problem(row, why))
            return
        self._maker.lose(row.file_no, why)
        try:
            if row.file_no not in self._maker.failed:
                self._open_part(row)
                self._maker.writer.write_gap(self._fd, plain_length(row), row.at)
        except OSError as error:
            path = self._maker.path(row.folder_no, row.name)
            self._fail(row, file_problem(path, error))
            return
        self._count_down(row)

    def _keep_the_rest(self, row: FetchRow, lost: list[BackupError]) -> None:
        """All of a large file was tried, and something is lost: never under its own name, and not
        at all where the rest can be had later."""
        maker = self._maker
        beside = b""
        archived = next((why for why in lost if isinstance(why, ObjectArchived)), None)
        if archived is None and len(lost) < row.parts:
            names = map(maker.target.short_name, _DAMAGED.of(row.name))
            beside = maker.writer.complete_beside(
                row.folder_no, row.name, row.size, row.facts, names
            )
        else:
            maker.writer.drop(row.folder_no, row.name)
        kept = f"{len(lost)} of {row.parts} parts; the rest is in {os.fsdecode(beside)!r}: "
        problem = self._problem(row, archived or lost[0], kept if beside else "")
        self.problems += maker.fail(row.file_no, problem)

    def _problem(self, row: FetchRow, why: BackupError, kept: str = "") -> FileProblem:
        path = os.fsdecode(self._maker.path(row.folder_no, row.name))
        return FileProblem(path=path, reason=reason_of(why), raw=f"{kept}{why}")

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
