"""What a check found, for the next backup: it sends again what it still finds on this computer, and
what is whole by then gives the damaged its place."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from backupclient.errors import Cancelled, StorageError
from backupclient.events import Damage, DamageCode
from backupclient.manifest.manifest import Manifest
from backupclient.operations.check.packs import PackFault
from backupclient.operations.index_repair import note_damaged, note_misdescribed, note_wrong
from backupclient.operations.inventory import hasten_inventory
from backupclient.operations.select import SnapshotItem
from backupclient.operations.session import INDEX_LOST, Session
from backupclient.operations.trees import DAMAGE, TreeReader
from backupclient.repository.blob import BlobType

_BLOBS = (DamageCode.TREE, DamageCode.BLOB_MISSING)
_GONE = (DamageCode.PACK_MISSING, DamageCode.PACK_SIZE)


def remember(
    manifest: Manifest,
    told: Collection[Damage],
    faults: Mapping[str, PackFault],
    own: Session,
    items: Sequence[SnapshotItem],
) -> None:
    """Note what is wrong in `manifest`, in one transaction: files that it costs are safe no more.
    `own` is the session with the index that was checked, `items` are the snapshots."""
    if not told:
        return
    index = own.manifest.blobs
    rows = list(index.packs())
    lost = {bytes.fromhex(one.item) for one in told if one.code in _BLOBS}
    with manifest.transaction():
        differing = [one.item for one in told if one.code == DamageCode.INDEX_DIFFERS]
        note_misdescribed(manifest, differing)
        if any(one.code == DamageCode.BLOB_UNINDEXED for one in told):
            manifest.remember(INDEX_LOST, "yes")
        manifest.trust_no_earlier_run()
        note_wrong(manifest, [one.item for one in told if one.code == DamageCode.INDEX])
        trees = [bytes.fromhex(one.item) for one in told if one.code == DamageCode.TREE]
        manifest.blobs.distrusted.add(BlobType.TREE, trees)
        for row in rows:
            fault = faults.get(row.name)
            if fault is not None and fault.code is not DamageCode.INDEX_DIFFERS:
                manifest.blobs.distrusted.add(row.kind, fault.lost or ())
                gone = {entry.id for entry in index.describe(row).entries}
                lost |= gone if fault.lost is None else fault.lost
        manifest.lost.lose(lost, lost)
        for item in _newest(manifest, items):
            for path in _cut_off(own, item, lost):
                folder_no = manifest.find_folder(path)
                if folder_no is not None:
                    manifest.lost.lose_below(folder_no)
        note_damaged(manifest, [f.name for f in faults.values() if f.code == DamageCode.PACK])
        if any(fault.code in _GONE for fault in faults.values()):
            hasten_inventory(manifest)


def _newest(manifest: Manifest, items: Sequence[SnapshotItem]) -> list[SnapshotItem]:
    """Of each set of folders the newest snapshot, which stands for their files."""
    listed = {item.name: item for item in items}
    found: dict[str, SnapshotItem] = {}
    for run in manifest.runs():
        if run.snapshot_id in listed:
            found.setdefault(run.set_key, listed[run.snapshot_id])
    return list(found.values())


def _cut_off(own: Session, item: SnapshotItem, lost: Collection[bytes]) -> Iterator[bytes]:
    """The chosen paths to which the trees of a snapshot lead no more. Rows know one tree of
    a folder; sets have each their own of those above what was chosen."""
    trees = TreeReader(own)
    for path in map(os.fsencode, item.snapshot.paths):
        names = [name for name in path.split(b"/") if name]
        if not _leads(trees, item.snapshot.tree, names, lost):
            yield path


def _leads(
    trees: TreeReader, tree: bytes | None, names: Iterable[bytes], lost: Collection[bytes]
) -> bool:
    for name in names:
        if tree is None or tree in lost:
            break
        try:
            nodes = trees.load(tree)
        except DAMAGE:
            return False
        except (StorageError, Cancelled):
            return True  # nobody waits for it any more
        tree = next((node.subtree for node in nodes if node.name == name), None)
    return tree not in lost
