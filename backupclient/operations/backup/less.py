"""A backup that finds too little memory goes on with less at once."""

from __future__ import annotations

from collections.abc import Callable

from backupclient.errors import OutOfMemory
from backupclient.events import BackupSummary, NoticeCode, Noticed
from backupclient.operations.backup.tuning import Tuning
from backupclient.operations.session import Session


def with_less(
    session: Session, tuning: Tuning, run: Callable[[Tuning], BackupSummary]
) -> BackupSummary:
    """What `run` returns: with half as much at once after each time that memory did not suffice,
    going on from there. `OutOfMemory` if even the least is too much."""
    less: Tuning | None = tuning
    while less is not None:
        try:
            return run(less)
        except (MemoryError, OutOfMemory) as error:
            raw = str(error)  # and no more of it: it holds what fills the memory
        less = less.smaller()
        if less is not None:
            session.manifest.blobs.forget_claims()
            session.emit(Noticed(code=NoticeCode.LESS_AT_ONCE))
    raise OutOfMemory(raw)
