"""Holding what the index says against what the storage lists, once a week.

An index can name a pack that somebody deleted or a lifecycle rule swept away; a backup that trusts
it would never send that data again (kopia issue 3492, restic issue 2571).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backupclient.errors import ObjectMissing
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.blob_index import PackRow
from backupclient.operations.session import Session
from backupclient.repository.layout import pack_key

_EVERY = timedelta(days=7)
_FACT = "packs-listed-at"


def take_inventory(session: Session) -> None:
    """If the last time is a week ago: forget the blobs of packs that are not there, so that the
    next backup sends them again. `NoticeCode.PACKS_MISSING` says how many."""
    manifest = session.manifest
    now = session.clock.now()
    if _is_recent(manifest.fact(_FACT), now):
        return
    sizes = {file.name: file.size for file in session.repository.list_packs()}
    with manifest.transaction():
        suspects = [row for row in manifest.blobs.packs() if sizes.get(row.name) != row.size]
        missing = [row for row in suspects if not is_stored(session, row)]
        for row in missing:
            manifest.blobs.drop_pack(row.no)
        if missing:
            manifest.trust_no_earlier_run()
        manifest.remember(_FACT, now.isoformat())
    if missing:
        session.emit(Noticed(code=NoticeCode.PACKS_MISSING, facts={"count": len(missing)}))


def _is_recent(last: str | None, now: datetime) -> bool:
    try:
        # A time to come was noted by a clock that was wrong.
        return last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < _EVERY
    except (ValueError, TypeError):
        return False


def is_stored(session: Session, row: PackRow) -> bool:
    """Whether a pack is in the storage. Asked for itself: some list less than they hold."""
    try:
        return session.repository.storage.stat(pack_key(row.name)).size == row.size
    except ObjectMissing:
        return False
