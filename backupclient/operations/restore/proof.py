"""Reading back what was restored, and comparing it with what the repository says it should be."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Sequence

from backupclient.control import Control
from backupclient.events import FileProblem, Reason
from backupclient.manifest.scratch_rows import HeldRow
from backupclient.operations.restore.files import plain_length
from backupclient.operations.restore.target import Target, file_problem

_BATCH_BYTES = 8 << 20
_BATCH_ROWS = 4096
_OPEN = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK


def proof_jobs(rows: Iterable[HeldRow], failed: set[int]) -> Iterator[Sequence[HeldRow]]:
    """The parts of all files but the failed ones, in batches."""
    batch: list[HeldRow] = []
    size = 0
    for row in rows:
        if row.file_no in failed:
            continue
        batch.append(row)
        size += plain_length(row)
        if size >= _BATCH_BYTES or len(batch) >= _BATCH_ROWS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


class Proof:
    """Reads files back. `run` is called by several threads at once. Call it only after the files
    were synced: then they come from the disk where the system lets go of its copy."""

    def __init__(self, target: Target, control: Control) -> None:
        self._target = target
        self._control = control
        self.bytes_done = 0
        """For progress alone: an addition may be lost."""
        self.wrong: set[int] = set()

    def run(self, rows: Sequence[HeldRow]) -> list[FileProblem]:
        """Compare some parts; returns what is wrong, once for each file of the batch."""
        problems: dict[int, FileProblem] = {}
        open_no, fd = 0, -1
        try:
            for row in rows:
                self._control.check()
                if row.file_no in problems or row.file_no in self.wrong:
                    continue
                try:
                    if row.file_no != open_no:
                        if fd >= 0:
                            os.close(fd)
                        fd, open_no = -1, 0
                        fd, open_no = self._open(row), row.file_no
                    right = self._is_right(fd, row)
                except OSError as error:
                    problems[row.file_no] = file_problem(self._path(row), error)
                    continue
                if not right:
                    path = os.fsdecode(self._path(row))
                    problems[row.file_no] = FileProblem(
                        path=path, reason=Reason.DAMAGED, raw=f"differs after byte {row.at}"
                    )
        finally:
            if fd >= 0:
                os.close(fd)
        self.wrong.update(problems)
        return list(problems.values())

    def _is_right(self, fd: int, row: HeldRow) -> bool:
        length = plain_length(row)
        self.bytes_done += length
        if row.at == 0 and os.fstat(fd).st_size != row.size:
            return False
        return hashlib.sha256(os.pread(fd, length, row.at)).digest() == row.id

    def _open(self, row: HeldRow) -> int:
        folder = self._target.handles().get(row.folder_no)
        fd = _open_quietly(row.name, folder)
        with contextlib.suppress(OSError):
            os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
        return fd

    def _path(self, row: HeldRow) -> bytes:
        return self._target.path_of(row.folder_no, row.name)


def _open_quietly(name: bytes, folder: int) -> int:
    """Without changing the time of the last access, where we may."""
    try:
        return os.open(name, _OPEN | getattr(os, "O_NOATIME", 0), dir_fd=folder)
    except PermissionError as error:
        if error.errno != errno.EPERM:
            raise
        return os.open(name, _OPEN, dir_fd=folder)
