"""Holding what the index says against what the storage lists, once a week and after a run that was
cut short.

An index can name a pack that somebody deleted or a lifecycle rule swept away; a backup that trusts
it would never send that data again (kopia issue 3492, restic issue 2571). And a run that is killed
may leave packs that were stored just before, or just after, so that nobody has noted them.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backupclient.errors import DataDamaged, ObjectDamaged, ObjectMissing
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.blob_index import PackRow
from backupclient.operations.session import Session
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import pack_key
from backupclient.repository.pack import parse_header

_EVERY = timedelta(days=7)
_FACT = "packs-listed-at"
_MOST_STRAYS = 8
"""No more uploads than that are ever in flight; each is read to prove it."""


def take_inventory(session: Session, *, unclean: bool = False) -> None:
    """If the last time is a week ago, or the last run's end was `unclean`: forget the blobs of
    packs that are not there, so that the next backup sends them again
    (`NoticeCode.PACKS_MISSING` says how many), and take up the strays of the last run."""
    manifest = session.manifest
    now = session.clock.now()
    if _is_recent(manifest.fact(_FACT), now) and not unclean:
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
    if unclean:
        _take_up_strays(session, sizes)
    if missing:
        session.emit(Noticed(code=NoticeCode.PACKS_MISSING, facts={"count": len(missing)}))


def _is_recent(last: str | None, now: datetime) -> bool:
    try:
        # A time to come was noted by a clock that was wrong.
        return last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < _EVERY
    except (ValueError, TypeError):
        return False


def _take_up_strays(session: Session, sizes: dict[str, int]) -> None:
    """Packs that no index file and no row names, if they are what their name says: they go into the
    next index file. Of many, which another program must have left, only a few."""
    blobs = session.manifest.blobs
    known = {row.name for row in blobs.packs()}
    for name in [name for name in sizes if name not in known][:_MOST_STRAYS]:
        session.control.check()
        try:
            data = session.repository.load_pack(name)
            entries = parse_header(len(data), data, session.repository.sealer)
        except (DataDamaged, ObjectDamaged, ObjectMissing):
            continue
        with session.manifest.transaction():
            blobs.add_sent_pack(IndexedPack(name, entries))


def is_stored(session: Session, row: PackRow) -> bool:
    """Whether a pack is in the storage. Asked for itself: some list less than they hold."""
    try:
        return session.repository.storage.stat(pack_key(row.name)).size == row.size
    except ObjectMissing:
        return False
