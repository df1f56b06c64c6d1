"""The door for errors of the disk beside the database: small files in the data folder."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from backupclient.errors import LocalDiskFull, ManifestUnwritable


@contextlib.contextmanager
def written(path: Path) -> Iterator[None]:
    """What cannot be written at `path` is `LocalDiskFull`, or `ManifestUnwritable`."""
    try:
        yield
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        raise (LocalDiskFull if full else ManifestUnwritable)(str(error), path=str(path)) from error
