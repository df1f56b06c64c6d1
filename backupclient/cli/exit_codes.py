"""Exit codes, as restic has them, and which problem ends with which."""

from __future__ import annotations

import enum

from backupclient import errors


class Exit(enum.IntEnum):
    DONE = 0
    FAILED = 1
    INCOMPLETE = 3
    """A backup was made, but some files could not be read; or `status`: not everything is safe."""
    NO_REPOSITORY = 10
    LOCKED = 11
    WRONG_PASSWORD = 12
    INTERRUPTED = 130
    PIPE_CLOSED = 141


def of_error(error: errors.BackupError) -> Exit:
    match error:
        case errors.RepositoryMissing() | errors.BucketMissing():
            return Exit.NO_REPOSITORY
        case errors.RepositoryLocked() | errors.ManifestLocked():
            return Exit.LOCKED
        case errors.WrongPassword():
            return Exit.WRONG_PASSWORD
        case _:
            return Exit.FAILED
