"""Whether what is to be backed up fits into the storage, as far as anybody can tell beforehand."""

from __future__ import annotations

from backupclient.events import NoticeCode, Noticed
from backupclient.operations.session import Session
from backupclient.storage.room import free_bytes


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
