"""Whether what is to be backed up fits into the storage, as far as anybody can tell beforehand."""

from __future__ import annotations

from backupclient.events import NoticeCode, Noticed
from backupclient.operations.session import Session
from backupclient.storage.room import free_bytes

_TIGHT = 10
"""Room for less than one such part of everything is little: then it is worth a look at all files
to say beforehand what will not fit."""


def is_tight(session: Session, total: int) -> bool:
    """Whether there is little room for more, `total` bytes being backed up already. Asks the
    storage nothing that takes time."""
    used = session.manifest.blobs.stored_bytes()
    free = free_bytes(session.repository.storage, used=used)
    return free is not None and free < total // _TIGHT


def warn_if_too_much(session: Session, needed: int) -> None:
    """Say so if `needed` bytes of files are more than there is room for. A warning, no error: what
    can be compressed or is stored already needs less, and what is most wanted is sent first."""
    free = free_bytes(session.repository.storage)
    if free is not None and needed > free:
        facts: dict[str, str | int | float | bool] = {
            "needed_bytes": needed,
            "free_bytes": free,
            "missing_bytes": needed - free,
        }
        session.emit(Noticed(code=NoticeCode.WILL_NOT_FIT, facts=facts))
