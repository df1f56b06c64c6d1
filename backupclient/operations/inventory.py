"""Holding what the index says against what the storage lists, once a week, after a run that was
cut short, and when index files are damaged or gone.

An index can name a pack that somebody deleted or a lifecycle rule swept away; a backup that trusts
it would never send that data again (kopia issue 3492, restic issue 2571). And packs may be stored
that no index file names: a run was killed before it had noted them, or the file that named them is
what is lost. Each pack carries a list of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from backupclient.errors import DataDamaged, ObjectDamaged, ObjectMissing
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.manifest import Manifest
from backupclient.operations.index_repair import (
    forget_misdescribed,
    note_wrong,
    strays,
    take_up,
    take_up_listed,
)
from backupclient.operations.session import INDEX_LOST, Session
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import PackEntry, parse_header
from backupclient.storage.room import clear_probe

_EVERY = timedelta(days=7)
_FACT = "packs-listed-at"
_MOST_STRAYS = 8
"""No more uploads than that are ever in flight; each is read to prove it."""


def take_inventory(session: Session, *, unclean: bool = False) -> None:
    """If the last time is a week ago, the last run's end was `unclean`, or index files were lost:
    forget the blobs of packs that are not there, so that the next backup sends them again
    (`NoticeCode.PACKS_MISSING` says how many), and take up the packs that no index file names
    (`NoticeCode.PACKS_REUSED`). Index files that are damaged, or name what is missing, are noted
    for `index_repair`."""
    manifest = session.manifest
    now = session.clock.now()
    with manifest.transaction():
        if forget_misdescribed(manifest):
            manifest.remember(INDEX_LOST, "yes")
    lost = bool(session.damaged_index or manifest.fact(INDEX_LOST))
    if _is_recent(manifest.fact(_FACT), now) and not (unclean or lost):
        return
    clear_probe(session.repository.storage)
    sizes = {file.name: file.size for file in session.repository.list_packs()}
    missing = _forget_missing(session, sizes)
    taken = 0
    if lost:
        taken = take_up_listed(session, sizes)
    elif unclean:
        taken = _take_up_proven(session, sizes)
    with manifest.transaction():
        note_wrong(manifest, session.damaged_index)
        manifest.remember(INDEX_LOST, "")
        manifest.remember(_FACT, now.isoformat())
    if missing:
        session.emit(Noticed(code=NoticeCode.PACKS_MISSING, facts={"count": missing}))
    if taken:
        session.emit(Noticed(code=NoticeCode.PACKS_REUSED, facts={"count": taken}))


def hasten_inventory(manifest: Manifest) -> None:
    """Packs were found missing: the next backup is to look. Part of the open transaction."""
    manifest.remember(_FACT, "")


def _is_recent(last: str | None, now: datetime) -> bool:
    try:
        # A time to come was noted by a clock that was wrong.
        return last is not None and timedelta(0) <= now - datetime.fromisoformat(last) < _EVERY
    except (ValueError, TypeError):
        return False


def _forget_missing(session: Session, sizes: dict[str, int]) -> int:
    """The packs that are not there, in one transaction; returns how many."""
    manifest, has_pack = session.manifest, session.repository.has_pack
    with manifest.transaction():
        suspects = [row for row in manifest.blobs.packs() if sizes.get(row.name) != row.size]
        missing = [row for row in suspects if not has_pack(row.name, row.size)]
        if missing:
            numbers = [row.no for row in missing]
            note_wrong(manifest, manifest.blobs.index_naming(numbers))
            gone = {entry.id for row in missing for entry in manifest.blobs.describe(row).entries}
            for number in numbers:
                manifest.blobs.drop_pack(number)
            manifest.lost.lose(gone, gone)
            manifest.trust_no_earlier_run()
    return len({row.name for row in missing})


# --- packs that no index file names ---------------------------------------------------------------


def _take_up_proven(session: Session, sizes: dict[str, int]) -> int:
    """Those of the last run, if they are what their name says and hold what is stored nowhere else:
    they go into the next index file. Of many, which another program must have left, only a few.
    While another computer is at work only what this one is known to have read: the rest may be what
    that one has just stored, and is about to name itself."""
    packs = []
    for name in strays(session, sizes)[:_MOST_STRAYS]:
        session.control.check()
        try:
            data = session.repository.load_pack(name)
            entries = parse_header(len(data), data, session.repository.sealer)
        except (DataDamaged, ObjectDamaged, ObjectMissing):
            continue
        packs.append(IndexedPack(name, entries))
    if packs and session.others_at_work():
        ids = {entry.id for pack in packs for entry in pack.entries}
        ours = session.manifest.read_unfinished(ids)
        packs = [pack for pack in packs if any(entry.id in ours for entry in pack.entries)]
    packs = [pack for pack in packs if not _is_stored_elsewhere(session.manifest, pack.entries)]
    take_up(session, packs)
    return len(packs)


def _is_stored_elsewhere(manifest: Manifest, entries: Sequence[PackEntry]) -> bool:
    """Whether all of it was sent again since, in other packs."""
    return all(
        manifest.blobs.known(kind, ids).issuperset(ids)
        for kind in BlobType
        if (ids := [entry.id for entry in entries if entry.type is kind])
    )
