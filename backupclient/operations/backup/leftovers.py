"""Packs that a run cut short has left in the spool: sent if they are still wanted, else deleted."""

from __future__ import annotations

from backupclient.operations.session import Session
from backupclient.pipeline.flow import Flow
from backupclient.pipeline.reader import Added
from backupclient.pipeline.sender import plain_size
from backupclient.repository.blob import BlobType


def send_leftovers(session: Session, flow: Flow) -> Added:
    """Hand those to the uploads that have a blob which the index lacks and a row of an unfinished
    run names: nothing of these is read again. The others are deleted, such as one of two that jobs
    left which read the same file before either could be sent. Returns what is sent."""
    spool = flow.spool
    sent = Added(0, 0, 0)
    found = [] if flow.dry_run else spool.leftovers(session.repository.sealer)
    if not found:
        return sent
    ids = {entry.id for pack in found for entry in pack.entries}
    lacking = ids - session.manifest.blobs.known(BlobType.DATA, list(ids))
    wanted = lacking & session.manifest.read_unfinished(lacking) if lacking else lacking
    held = [(pack, {entry.id for entry in pack.entries}) for pack in found]
    for pack, holds in sorted(held, key=lambda one: len(wanted & one[1]), reverse=True):
        if wanted.isdisjoint(holds):
            spool.drop(pack)
        else:
            flow.send_spooled(pack)
            wanted -= holds
            blobs, plain, packed = sent
            size = plain + plain_size(pack.entries)
            sent = Added(blobs + len(pack.entries), size, packed + pack.size)
    return sent
