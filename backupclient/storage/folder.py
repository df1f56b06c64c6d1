"""Objects as files below a folder, in the layout of restic's `local` backend.

An object is written under a temporary name beside its place, synced to the disk and then given its
name, so that a reader sees the whole of it or none, and a drive that is pulled out keeps what was
acknowledged. Files are read-only, as restic makes them. Temporary names hold "-tmp-", as restic's
do; they are no objects, and a listing removes those that a crash left behind more than a day ago.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO

from backupclient.clock import Clock
from backupclient.errors import (
    AccessDenied,
    AddressInvalid,
    BucketMissing,
    ObjectConflict,
    ObjectDamaged,
    ObjectMissing,
    StorageError,
    StorageFault,
    StorageFull,
    StorageUnreachable,
    UploadTooLarge,
)
from backupclient.storage.base import FREE, Data, Meter, ObjectInfo

if sys.platform == "darwin":
    import fcntl

_TOP = ("data", "index", "keys", "locks", "snapshots")
_CONFIG = "config"
_TEMPORARY = "-tmp-"
_LEFTOVER_AGE = timedelta(days=1)
_PIECE = 256 * 1024

_ERRORS: dict[int, type[StorageError]] = {
    errno.ENOSPC: StorageFull,
    errno.EDQUOT: StorageFull,
    errno.EFBIG: UploadTooLarge,
    errno.EACCES: AccessDenied,
    errno.EPERM: AccessDenied,
    errno.EROFS: AccessDenied,
    errno.ENAMETOOLONG: AddressInvalid,
    errno.ELOOP: AddressInvalid,
    errno.ENODEV: StorageUnreachable,
    errno.ENXIO: StorageUnreachable,
    errno.ENOTCONN: StorageUnreachable,
    errno.ESTALE: StorageUnreachable,
    errno.ETIMEDOUT: StorageUnreachable,
    errno.EHOSTDOWN: StorageUnreachable,
    errno.EHOSTUNREACH: StorageUnreachable,
}
_MISSING = {errno.ENOENT, errno.ENOTDIR, errno.EISDIR}
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK}
_NO_SYNC = {errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOTTY}


class FolderStorage:
    """A folder on a disk, an external drive or a mounted share. `Storage` says what is promised.

    A folder whose content has gone while it is used (a drive pulled out, its mount point still
    there) is `BucketMissing`: nothing is written to an empty mount point by mistake."""

    def __init__(self, root: Path, clock: Clock) -> None:
        """Touches nothing."""
        self._root = root
        self._clock = clock

    @property
    def location(self) -> str:
        return str(self._root)

    # --- writing ----------------------------------------------------------------------------------

    def put(self, key: str, data: Data, *, overwrite: bool = False, meter: Meter = FREE) -> None:
        view = memoryview(data).cast("B")
        target = self._path(key)
        with self._door("write", key):
            if not overwrite and self._holds(key, view.nbytes):
                return
            with self._temporary(target) as file:
                _write(file, view, meter)
                file.close()  # before it is named: Windows moves no open file
                try:
                    _name(Path(file.name), target, overwrite)
                except FileExistsError:
                    if not self._holds(key, view.nbytes):
                        raise StorageFault(key=key, reason="conflict-passed") from None
            with suppress(OSError):  # exFAT and some shares have no such bits
                target.chmod(0o440 if self._group_reads() else 0o400)
            _sync_folder(target.parent)

    def _holds(self, key: str, size: int) -> bool:
        """True when `key` is there with that size; `ObjectConflict` when with another."""
        try:
            found = self._path(key).stat().st_size
        except FileNotFoundError:
            return False
        if found != size:
            raise ObjectConflict(key=key, size=size, found_size=found)
        return True

    @contextmanager
    def _temporary(self, target: Path) -> Iterator[IO[bytes]]:
        """A new file beside `target`, gone afterwards under its temporary name."""
        prefix = target.name + _TEMPORARY
        try:
            file = NamedTemporaryFile(dir=target.parent, prefix=prefix, delete=False)  # noqa: SIM115
        except FileNotFoundError:
            self._make_parent(target)
            file = NamedTemporaryFile(dir=target.parent, prefix=prefix, delete=False)  # noqa: SIM115
        try:
            with file:
                yield file
        finally:
            Path(file.name).unlink(missing_ok=True)

    def _make_parent(self, target: Path) -> None:
        """Folders are made when first used, but only below what is a repository already."""
        self._demand_repository()
        for folder in reversed(target.relative_to(self._root).parents[:-1]):
            if not (self._root / folder).is_dir():
                self._make_folder(self._root / folder)

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(0o770 if self._group_reads() else 0o700, exist_ok=True)
        _sync_folder(folder.parent)

    def _group_reads(self) -> bool:
        """As restic decides it: a repository is shared with the group when its config is."""
        try:
            return bool((self._root / _CONFIG).stat().st_mode & 0o040)
        except FileNotFoundError:
            return False

    def delete(self, key: str) -> None:
        path = self._path(key)
        with self._door("delete", key):
            try:
                if sys.platform == "win32":
                    path.chmod(0o600)  # a read-only file is not deleted there
                path.unlink()
            except FileNotFoundError:
                self._demand_repository()

    def create(self) -> None:
        with self._door("write"):
            self._root.mkdir(0o700, parents=True, exist_ok=True)
            for name in _TOP:
                self._make_folder(self._root / name)

    # --- reading ----------------------------------------------------------------------------------

    def get(
        self, key: str, *, offset: int = 0, length: int | None = None, meter: Meter = FREE
    ) -> bytes:
        with self._door("read", key), self._path(key).open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            wanted = size - offset if length is None else length
            if offset + wanted > size or (offset and wanted <= 0 and length is None):
                raise ObjectDamaged(key=key, reason="short", size=size)
            file.seek(offset)
            pieces: list[bytes] = []
            while wanted > 0:
                piece = file.read(min(_PIECE, wanted))
                if not piece:
                    raise StorageFault(key=key, reason="cut-off")
                meter.advance(len(piece))
                pieces.append(piece)
                wanted -= len(piece)
            return b"".join(pieces)

    def stat(self, key: str) -> ObjectInfo:
        with self._door("read", key):
            path = self._path(key)
            if path.is_dir():
                raise ObjectMissing(key=key)
            return _info(key, path.stat())

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        with self._door("list", prefix or None):
            self._demand_repository()
            if prefix:
                yield from self._below(prefix)
                return
            with suppress(ObjectMissing):
                yield self.stat(_CONFIG)
            for name in _TOP:
                yield from self._below(name + "/")

    def _below(self, prefix: str) -> Iterator[ObjectInfo]:
        try:
            with os.scandir(self._root / prefix) as scan:
                entries = list(scan)  # the caller may delete while it goes through them
        except FileNotFoundError:
            return
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from self._below(f"{prefix}{entry.name}/")
                continue
            try:
                info = _info(prefix + entry.name, entry.stat())
            except FileNotFoundError:
                continue
            if _TEMPORARY not in entry.name:
                yield info
            elif info.modified and self._clock.now() - info.modified > _LEFTOVER_AGE:
                with suppress(OSError):
                    Path(entry.path).unlink()

    def now(self) -> datetime:
        """The time that the folder's file system gives to a new file: on a share, its server's."""
        with self._door("write"):
            self._demand_repository()
            try:
                with NamedTemporaryFile(dir=self._root, prefix="clock" + _TEMPORARY) as file:
                    return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)
            except OSError as exc:
                if exc.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                    raise
                return self._clock.now()

    def close(self) -> None:
        pass

    def _path(self, key: str) -> Path:
        return self._root / key

    # --- errors -----------------------------------------------------------------------------------

    def _demand_repository(self) -> None:
        if not (self._root / "keys").is_dir() and not (self._root / _CONFIG).is_file():
            empty = self._root.is_dir() and not any(self._root.iterdir())
            raise BucketMissing(path=str(self._root), reason="empty" if empty else None)

    @contextmanager
    def _door(self, operation: str, key: str | None = None) -> Iterator[None]:
        """The one place where the errors of the operating system are translated."""
        try:
            yield
        except OSError as exc:
            if exc.errno in _MISSING:
                self._demand_repository()
                raise ObjectMissing(str(exc), key=key, operation=operation) from exc
            name = errno.errorcode.get(exc.errno or 0)
            kind = _ERRORS.get(exc.errno or 0, StorageFault)
            raise kind(str(exc), key=key, operation=operation, storage_code=name) from exc


def _info(key: str, status: os.stat_result) -> ObjectInfo:
    return ObjectInfo(key, status.st_size, datetime.fromtimestamp(status.st_mtime, UTC))


def _write(file: IO[bytes], view: memoryview, meter: Meter) -> None:
    for start in range(0, view.nbytes, _PIECE):
        piece = view[start : start + _PIECE]
        meter.advance(piece.nbytes)
        file.write(piece)
    file.flush()
    _sync(file.fileno())


def _name(temporary: Path, target: Path, overwrite: bool) -> None:
    """Give the file its name, in one step. `FileExistsError` when the name is taken, unless it is
    to be overwritten; only a file system without links leaves a moment in which it may be."""
    if overwrite:
        if sys.platform == "win32" and target.exists():
            target.chmod(0o600)  # a read-only file is not replaced there
        temporary.replace(target)
    elif sys.platform == "win32":
        temporary.rename(target)  # replaces nothing there
    else:
        try:
            target.hardlink_to(temporary)
        except OSError as exc:
            if exc.errno not in _NO_LINKS:
                raise
            if target.exists():
                raise FileExistsError(errno.EEXIST, "taken", str(target)) from exc
            temporary.rename(target)


def _sync(descriptor: int) -> None:
    """Return when the drive has it. Some shares cannot tell; they are believed, as by restic."""
    try:
        if sys.platform == "darwin":
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)  # fsync stops at the drive's cache there
        else:
            os.fsync(descriptor)
    except OSError as exc:
        if exc.errno not in _NO_SYNC:
            raise


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be synced there; its file system's journal keeps the order
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        _sync(descriptor)
    finally:
        os.close(descriptor)
