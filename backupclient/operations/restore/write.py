"""Writing one file into the target: a temporary name until all of it is there, with its metadata;
then it takes its name in one step. Nobody ever sees half a file under its own name.

Imports little: worker processes load it.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable

from backupclient.operations.restore.metadata import MetadataWriter, unpack_metadata
from backupclient.operations.restore.target import Target

_CREATE = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
_FOLDERS_KNOWN = 10_000


class FileWriter:
    """May be used from any thread. Everything raises OSError where a file cannot be made, and
    returns what is wrong with its metadata ("" if nothing is)."""

    def __init__(self, target: Target, *, sparse: bool) -> None:
        self.metadata = MetadataWriter()
        self._target = target
        self._sparse = sparse
        self._bare: dict[int, bool] = {}

    def write_whole(self, folder_no: int, name: bytes, content: bytes, facts: bytes) -> str:
        """Make a file in one go."""
        folder = self._target.handles().get(folder_no)
        temporary = self._target.temporary(name)
        metadata = unpack_metadata(facts)
        mode = None
        if self._is_bare(folder_no, folder):
            mode = self.metadata.mode_at_birth(metadata)
        fd = os.open(temporary, _CREATE | os.O_EXCL, 0o600 if mode is None else mode, dir_fd=folder)
        try:
            try:
                if self._sparse and is_zero(content):
                    os.ftruncate(fd, len(content))
                else:
                    write_at(fd, content, 0)
                if mode is None:
                    wrong = self.metadata.apply(fd, metadata)
                else:
                    wrong = self.metadata.apply_times(fd, metadata)
            finally:
                os.close(fd)
            take_name(folder, temporary, name)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(temporary, dir_fd=folder)
            raise
        return wrong

    def open_part(self, folder_no: int, name: bytes) -> int:
        """The temporary file, to write some parts of it."""
        folder = self._target.handles().get(folder_no)
        return os.open(self._target.temporary(name), _CREATE, 0o600, dir_fd=folder)

    def write_gap(self, fd: int, length: int, at: int) -> None:
        """Zeros, where something else may stand."""
        write_at(fd, bytes(length), at)

    def write_part(self, fd: int, content: bytes, at: int) -> None:
        if not (self._sparse and is_zero(content)):
            write_at(fd, content, at)
            _to_the_disk(fd, len(content), at)

    def complete(self, folder_no: int, name: bytes, size: int, facts: bytes) -> str:
        """All parts are written: the temporary file becomes the file."""
        folder, temporary, wrong = self._finish(folder_no, name, size, facts)
        take_name(folder, temporary, name)
        return wrong

    def complete_beside(
        self, folder_no: int, name: bytes, size: int, facts: bytes, names: Iterable[bytes]
    ) -> bytes:
        """The temporary file gets the first of `names` that is free; returns it."""
        folder, temporary, _ = self._finish(folder_no, name, size, facts)
        for other in names:
            try:
                os.lstat(other, dir_fd=folder)
            except FileNotFoundError:
                os.rename(temporary, other, src_dir_fd=folder, dst_dir_fd=folder)
                return other
        raise FileExistsError(name)

    def _finish(
        self, folder_no: int, name: bytes, size: int, facts: bytes
    ) -> tuple[int, bytes, str]:
        """The folder, the temporary file's name, and what is wrong with its metadata."""
        folder = self._target.handles().get(folder_no)
        temporary = self._target.temporary(name)
        fd = os.open(temporary, os.O_WRONLY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            os.ftruncate(fd, size)
            wrong = self.metadata.apply(fd, unpack_metadata(facts))
        finally:
            os.close(fd)
        return folder, temporary, wrong

    def drop(self, folder_no: int, name: bytes) -> None:
        """Take away the temporary file, if there is one."""
        with contextlib.suppress(OSError):
            folder = self._target.handles().get(folder_no)
            os.unlink(self._target.temporary(name), dir_fd=folder)

    def _is_bare(self, folder_no: int, folder: int) -> bool:
        bare = self._bare.get(folder_no)
        if bare is None:
            if len(self._bare) >= _FOLDERS_KNOWN:
                self._bare.clear()
            bare = self._bare[folder_no] = self.metadata.gives_nothing(folder)
        return bare


def write_at(fd: int, data: bytes, at: int) -> None:
    """All of `data`: a call may write less than it was given."""
    written = os.pwrite(fd, data, at)
    while written < len(data):
        written += os.pwrite(fd, memoryview(data)[written:], at + written)


def _to_the_disk(fd: int, length: int, at: int) -> None:
    """Have the system begin to write this, so that the sync at the end finds little left."""
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(fd, at, length, os.POSIX_FADV_DONTNEED)


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
