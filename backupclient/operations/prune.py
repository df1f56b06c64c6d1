"""Cleaning up: what no snapshot needs any more is deleted, so that its space is free again.

In an order in which nothing is ever missing (restic's design document, "Read and Write Ordering"):
what is needed of packs that are mostly waste is stored anew; an index file for it; index files that
name only what stays, each before the one it replaces goes; the packs last. Cut short anywhere,
there is more than needed, and never less.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from backupclient.errors import FormatUnsupported, SnapshotMissing
from backupclient.events import NoticeCode, Noticed
from backupclient.manifest.blob_index import PackRow
from backupclient.operations.parallel import run_parallel
from backupclient.operations.session import Session
from backupclient.operations.trees import UNREADABLE, TreeReader
from backupclient.repository.blob import BlobType, SealedBlob
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.pack import PackBuilder, PackEntry

_PACK_SIZE = 16 << 20
_SLICE = 4000
_THREADS = 8
_UNREADABLE = (*UNREADABLE, SnapshotMissing, FormatUnsupported)


class PruneRequest(msgspec.Struct, frozen=True, kw_only=True):
    """In a trial the snapshots `without` count as forgotten. `most_waste`: a share of what stays;
    less than that is not worth reading and sending what lies beside it again."""

    dry_run: bool = False
    most_waste: float = 0.05
    without: frozenset[str] = frozenset()


class PruneSummary(NamedTuple):
    """`refused`: something that is needed is missing, so nothing was deleted. `freed` are bytes,
    what was written anew being taken off; in a trial what would be."""

    refused: bool
    packs_deleted: int = 0
    packs_rewritten: int = 0
    freed: int = 0
    stored: int = 0
    """Bytes, afterwards."""


class ThinnedOut(NamedTuple):
    """Snapshots that went and that stay, and what that gave."""

    gone: int
    kept: int
    pruned: PruneSummary


class _Share(NamedTuple):
    """What is needed of a pack."""

    needed: int
    waste: int


class _Choice(NamedTuple):
    """Names of packs."""

    gone: frozenset[str]
    rewritten: frozenset[str]
    freed: int
    stays: int


class _SomethingMissing(Exception):
    """Facts are told; nothing may be deleted."""


def run_prune(session: Session, request: PruneRequest) -> PruneSummary:
    """Delete what no snapshot needs. The session must be alone (a trial need not) and in step with
    the storage. Where anything that a snapshot needs is not there or cannot be read, nothing is
    deleted, which `NoticeCode.CLEANUP_REFUSED` says; `Cancelled`, `AccessDenied` and any other
    error of the storage leave more than needed."""
    try:
        return _Prune(session).run(request)
    except _SomethingMissing as missing:
        session.emit(Noticed(code=NoticeCode.CLEANUP_REFUSED, facts={"raw": str(missing)}))
        return PruneSummary(refused=True)


class _Prune:
    """One clean-up, in the job's thread."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._blobs = session.manifest.blobs
        self._repository = session.repository
        self._needed: set[int] = set()

    def run(self, request: PruneRequest) -> PruneSummary:
        snapshots = self._snapshots()
        self._look_through(snapshots - request.without if request.dry_run else snapshots)
        choice = self._choose(request.most_waste)
        summary = PruneSummary(
            refused=False,
            packs_deleted=len(choice.gone),
            packs_rewritten=len(choice.rewritten),
            freed=choice.freed,
            stored=choice.stays,
        )
        if request.dry_run or not (choice.gone or choice.rewritten):
            return summary
        self._write_anew(choice)
        self._save_unindexed()
        if self._listed() != snapshots:
            raise _SomethingMissing("other snapshots are there than a moment ago")
        leave = choice.gone | choice.rewritten
        self._replace_index_files(leave)
        for name in sorted(leave):
            self._session.check_lock()
            self._repository.delete_pack(name)
        return summary

    # --- what is needed -------------------------------------------------------------------------

    def _snapshots(self) -> frozenset[str]:
        """All there are. Storages have been seen to list less than they hold: it is asked twice,
        and for all that were ever known besides."""
        if self._session.damaged_index:
            raise _SomethingMissing("an index file cannot be read")
        names = self._listed()
        unlisted = self._session.manifest.snapshot_names() - names
        there = run_parallel(
            sorted(unlisted),
            lambda name: self._repository.has_file(FileKind.SNAPSHOT, name),
            threads=_THREADS,
            weight=lambda _: 1,
            budget=1 << 10,
            tick=self._session.control.check,
        )
        if names != self._session.snapshot_names or any(there):
            raise _SomethingMissing("a list of the snapshots lacks some")
        return names

    def _listed(self) -> frozenset[str]:
        return frozenset(self._repository.list_snapshots())

    def _look_through(self, names: Iterable[str]) -> None:
        """Note every blob that a snapshot needs, and demand that it is stored."""
        trees = TreeReader(self._session)
        for name in sorted(names):
            try:
                below = [self._session.load_snapshot(name).tree]
            except _UNREADABLE as error:
                raise _SomethingMissing(f"snapshot {name[:8]}: {error}") from error
            while below:
                tree = below.pop()
                if _mark(BlobType.TREE, tree) in self._needed:
                    continue
                self._need(BlobType.TREE, [tree])
                try:
                    nodes = trees.load(tree)
                except _UNREADABLE as error:
                    raise _SomethingMissing(f"tree {tree.hex()[:8]}: {error}") from error
                for node in nodes:
                    self._need(BlobType.DATA, node.content or ())
                    if node.subtree is not None:
                        below.append(node.subtree)

    def _need(self, kind: BlobType, ids: Sequence[bytes]) -> None:
        fresh = [one for one in ids if _mark(kind, one) not in self._needed]
        for start in range(0, len(fresh), _SLICE):
            part = fresh[start : start + _SLICE]
            missing = set(part) - self._blobs.known(kind, part)
            if missing:
                raise _SomethingMissing(f"blob {min(missing).hex()[:8]} is not stored")
        self._needed.update(_mark(kind, one) for one in fresh)

    def _is_needed(self, entry: PackEntry) -> bool:
        return _mark(entry.type, entry.id) in self._needed

    # --- what goes ------------------------------------------------------------------------------

    def _choose(self, most_waste: float) -> _Choice:
        sizes = {file.name: file.size for file in self._repository.list_packs()}
        unindexed = {row.name for row in self._blobs.unindexed_packs()}
        shares: dict[str, _Share] = {}
        for row in self._blobs.packs():
            self._session.control.check()
            if row.name in unindexed:
                continue  # of a backup that was cut short, which goes on with them
            share = self._share(row)
            if share.needed and not self._is_there(row, sizes):
                raise _SomethingMissing(f"pack {row.name[:8]} is gone")
            shares[row.name] = share
        gone = frozenset(name for name, share in shares.items() if not share.needed)
        freed = sum(sizes.get(name, 0) for name in gone)
        stays = sum(share.needed + share.waste for share in shares.values() if share.needed)
        rewritten = set()
        waste = sum(share.waste for share in shares.values() if share.needed)
        for name, share in sorted(shares.items(), key=lambda one: _worth(one[1]), reverse=True):
            if waste <= stays * most_waste or not share.waste:
                break
            if share.needed:
                rewritten.add(name)
                waste -= share.waste
                stays -= share.waste
                freed += share.waste
        return _Choice(gone, frozenset(rewritten), freed, stays)

    def _share(self, row: PackRow) -> _Share:
        needed = waste = 0
        for entry in self._blobs.describe(row).entries:
            if self._is_needed(entry):
                needed += entry.length
            else:
                waste += entry.length
        return _Share(needed, waste)

    def _is_there(self, row: PackRow, sizes: dict[str, int]) -> bool:
        return sizes.get(row.name) == row.size or self._repository.has_pack(row.name, row.size)

    # --- what is written ------------------------------------------------------------------------

    def _write_anew(self, choice: _Choice) -> None:
        """What is needed of the packs that are rewritten, once each."""
        leave = choice.gone | choice.rewritten
        for kind in BlobType:
            builder: PackBuilder | None = None
            for blob in self._needed_blobs(kind, choice.rewritten, leave):
                self._session.check_lock()
                if builder is not None and not builder.fits(blob):
                    self._save(builder)
                    builder = None
                if builder is None:
                    builder = PackBuilder(kind, max(_PACK_SIZE, PackBuilder.least_capacity(blob)))
                builder.append(blob)
            if builder is not None:
                self._save(builder)

    def _needed_blobs(
        self, kind: BlobType, rewritten: frozenset[str], leave: frozenset[str]
    ) -> Iterator[SealedBlob]:
        done: set[bytes] = set()
        rows = [row for row in self._blobs.packs() if row.kind is kind and row.name in rewritten]
        for row in rows:
            for entry in self._blobs.describe(row).entries:
                if entry.id in done or not self._is_needed(entry):
                    continue
                done.add(entry.id)
                copies = self._blobs.copies(kind, entry.id)
                if all(place.pack in leave for place in copies):
                    try:
                        plain = self._repository.load_blob(row.name, entry)
                    except _UNREADABLE as error:
                        raise _SomethingMissing(f"pack {row.name[:8]}: {error}") from error
                    yield self._repository.codec.encode(kind, plain, entry.id)

    def _save(self, builder: PackBuilder) -> None:
        pack = builder.finish(self._repository.sealer)
        self._repository.save_pack(pack)
        with self._session.manifest.transaction():
            self._blobs.add_found_pack(IndexedPack(pack.name, pack.entries))

    # --- what is deleted ------------------------------------------------------------------------

    def _save_unindexed(self) -> None:
        rows = self._blobs.unindexed_packs()
        rows = [row for row in rows if self._repository.has_pack(row.name, row.size)]
        if rows:
            self._session.prove_lock()
            name = self._repository.save_index(map(self._blobs.describe, rows))
            with self._session.manifest.transaction():
                self._blobs.mark_indexed([row.no for row in rows], name)

    def _replace_index_files(self, leave: frozenset[str]) -> None:
        """The new before the old, one by one."""
        numbers = [row.no for row in self._blobs.packs() if row.name in leave]
        with self._session.manifest.transaction():
            self._session.manifest.trust_no_earlier_run()
        for old in sorted(self._blobs.index_naming(numbers)):
            rows = [row for row in self._blobs.named_by(old) if row.name not in leave]
            self._session.prove_lock()
            kept = [self._blobs.describe(row) for row in rows]
            new = self._repository.save_index(kept) if kept else ""
            self._repository.delete_index(old)
            with self._session.manifest.transaction():
                self._blobs.supersede(old, new, [pack.name for pack in kept])


def _mark(kind: BlobType, blob: bytes) -> int:
    """Of two blobs with the same mark, of which one is needed, both stay."""
    return int.from_bytes(blob[:8], "big") & ~1 | (kind is BlobType.TREE)


def _worth(share: _Share) -> float:
    return share.waste / (share.needed + share.waste or 1)
