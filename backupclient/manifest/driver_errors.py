"""The door for sqlite's errors."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from backupclient.errors import (
    LocalDiskFull,
    ManifestDamaged,
    ManifestError,
    ManifestLocked,
    ManifestUnwritable,
)

_ERRORS: dict[int, type[ManifestError]] = {
    sqlite3.SQLITE_FULL: LocalDiskFull,
    sqlite3.SQLITE_BUSY: ManifestLocked,
    sqlite3.SQLITE_LOCKED: ManifestLocked,
    sqlite3.SQLITE_PROTOCOL: ManifestLocked,
    sqlite3.SQLITE_CORRUPT: ManifestDamaged,
    sqlite3.SQLITE_NOTADB: ManifestDamaged,
    sqlite3.SQLITE_READONLY: ManifestUnwritable,
    sqlite3.SQLITE_CANTOPEN: ManifestUnwritable,
    sqlite3.SQLITE_PERM: ManifestUnwritable,
    sqlite3.SQLITE_IOERR: ManifestUnwritable,
}


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite's errors become `ManifestError`s with the database's path, which damage found by
    ourselves gets as well."""
    try:
        yield
    except ManifestDamaged as error:
        error.facts.setdefault("path", str(path))
        raise
    except sqlite3.Error as error:
        raise as_manifest_error(error, path) from error


def as_manifest_error(error: BaseException, path: Path) -> ManifestError:
    """What an error of the driver means for the database at `path`."""
    code = getattr(error, "sqlite_errorcode", None)
    kind = _ERRORS.get(code & 0xFF) if isinstance(code, int) else None
    if kind is None:
        # "no such table" and the like: the file is a database, but not ours any more. What the
        # driver finds wrong by itself, without a code, says nothing about the file.
        kind = ManifestError if code is None else ManifestDamaged
    return kind(str(error), path=str(path))
