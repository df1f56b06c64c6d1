"""Checking a repository: that everything is there which the snapshots need, and, if asked, that it
can be read. Changes nothing in the storage, and believes nothing of what this computer remembers;
what is wrong is noted here for the next backup."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from random import Random, SystemRandom

from backupclient.errors import Cancelled, FormatUnsupported, StorageError
from backupclient.events import (
    CheckProgress,
    CheckSummary,
    Damage,
    DamageCode,
    Event,
    NoticeCode,
    Noticed,
)
from backupclient.manifest.blob_index import BlobIndex, PackRow
from backupclient.manifest.manifest import Manifest
from backupclient.operations.check.history import noting
from backupclient.operations.check.packs import (
    IndexedSize,
    PackFault,
    choose_packs,
    entries_digest,
    read_pack,
)
from backupclient.operations.check.remember import remember
from backupclient.operations.check.trees import TreeCheck
from backupclient.operations.parallel import run_parallel
from backupclient.operations.select import SnapshotItem, load_snapshots
from backupclient.operations.session import Session
from backupclient.operations.trees import DAMAGE
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.pack import pack_size
from backupclient.requests import CheckRequest

_THREADS = 4
_IN_FLIGHT = 64 << 20
_INTERVAL = 0.1


def run_check(
    session: Session, request: CheckRequest, random: Random | None = None
) -> CheckSummary:
    """Check, and return what was looked at and how much is wrong. Sends `CheckProgress`, `Damage`
    for everything that is wrong, and `Noticed` for what is odd and does no harm:
    `PACKS_UNINDEXED`, `PACKS_INDEXED_TWICE`. Damage of any kind is told, never raised, and noted in
    the session's manifest, so that the next backup puts right what it can; so is that there was a
    check, and how it ended. One that is cut short tells and notes what it found until then.

    The session need not be refreshed; its manifest only names index files to ask for, if a listing
    lacks them. Storage errors that say nothing of the repository are raised;
    `InvalidRequest("subset")`; `Cancelled`."""
    random = random or SystemRandom()
    if request.read_data_subset:
        choose_packs((), request.read_data_subset, random)  # before anything is read
    with (
        noting(session, request) as note,
        _independent(session, with_cache=request.with_cache) as own,
    ):
        summary = _Check(session, own, request, random, note.told).run()
        note.ended(summary)
        return summary


@contextlib.contextmanager
def _independent(session: Session, *, with_cache: bool) -> Iterator[Session]:
    """A session with an index of its own, read anew from the storage."""
    repository = session.repository
    cache = repository.cache
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="plainkeep-check-"))
        manifest = stack.enter_context(contextlib.closing(Manifest.open(Path(folder))))
        if not with_cache:
            repository.cache = None
            stack.callback(setattr, repository, "cache", cache)
        yield Session(
            repository,
            manifest,
            clock=session.clock,
            control=session.control,
            emit=session.emit,
        )


class _Check:
    """One check, in the job's thread. `own` is the session it reads with."""

    def __init__(
        self,
        session: Session,
        own: Session,
        request: CheckRequest,
        random: Random,
        told: dict[Damage, None],
    ) -> None:
        """`told` takes what is found."""
        own.emit = self._tell
        self._session = session
        self._own = own
        self._emit = session.emit
        self._repository = own.repository
        self._request = request
        self._random = random
        self._packs: dict[str, IndexedSize] = {}
        self._twice = 0
        self._stray: dict[str, int] = {}
        """Packs that no index file names, with their sizes."""
        self._faults: dict[str, PackFault] = {}
        self._told = told
        self._items: Sequence[SnapshotItem] = ()
        self._blobs = 0
        self._packs_read = 0
        self._started = own.clock.monotonic()
        self._next_progress = self._started

    @property
    def _index(self) -> BlobIndex:
        return self._own.manifest.blobs

    def run(self) -> CheckSummary:
        try:
            return self._run()
        except (StorageError, Cancelled):
            # Who needs what was found is not looked for any more; it is neither hidden nor lost.
            for name, fault in self._faults.items():
                self._tell(Damage(code=fault.code, item=name, raw=fault.raw))
            self._remember()
            raise

    def _run(self) -> CheckSummary:
        self._progress("snapshots", 0, 0)
        # Snapshots are listed before the index: whatever a listed one needs is then in a listed
        # index file.
        self._own.snapshot_names = frozenset(self._repository.list_snapshots())
        items = self._items = load_snapshots(self._own)
        self._load_index()
        self._check_packs()
        trees = self._look_through(items)
        unlisted = self._take_up_unlisted(trees.missing)
        for blob in sorted(unlisted):
            self._tell(trees.missing[blob].damage(DamageCode.BLOB_UNINDEXED, blob.hex(), ""))
        if unlisted:
            trees = self._look_through(items)
        for blob, affected in trees.missing.items():
            self._tell(affected.damage(DamageCode.BLOB_MISSING, blob.hex(), ""))
        if self._request.read_data or self._request.read_data_subset:
            self._read_packs()
        self._tell_faults(trees)
        self._remember()
        return CheckSummary(
            packs=len(self._packs),
            packs_read=self._packs_read,
            snapshots=len(items),
            trees=trees.trees,
            blobs=self._blobs,
            unused_packs=len(self._packs.keys() - trees.used_packs),
            errors=len(self._told),
            total_duration=self._own.clock.monotonic() - self._started,
        )

    def _remember(self) -> None:
        remember(self._session.manifest, self._told, self._faults, self._own, self._items)

    # --- index ----------------------------------------------------------------------------------

    def _load_index(self) -> None:
        expected = self._session.manifest.blobs.index_names()
        names = self._own.listed(FileKind.INDEX, expected)
        done = 0

        def load(name: str) -> Sequence[IndexedPack]:
            nonlocal done
            self._own.control.check()
            self._progress("index", done, len(names))
            done += 1
            try:
                packs = self._repository.load_index(name)
            except (*DAMAGE, FormatUnsupported) as error:
                self._tell(Damage(code=DamageCode.INDEX, item=name, raw=str(error)))
                return ()
            return [pack for pack in packs if self._is_new(pack, name)]

        with self._own.manifest.transaction():
            self._index.sync(names, load)
        if self._twice:
            self._emit(Noticed(code=NoticeCode.PACKS_INDEXED_TWICE, facts={"count": self._twice}))

    def _is_new(self, pack: IndexedPack, index_name: str) -> bool:
        """Whether no other index file has named the pack."""
        digest = entries_digest(pack.entries)
        known = self._packs.get(pack.name)
        if known is None:
            size = pack_size(pack.entries)
            self._packs[pack.name] = IndexedSize(pack.name, size, digest)
            self._blobs += len(pack.entries)
            return True
        if known.digest == digest:
            self._twice += 1
        else:
            raw = f"index file {index_name} lists other blobs for it than another"
            self._tell(Damage(code=DamageCode.INDEX_DIFFERS, item=pack.name, raw=raw))
        return False

    # --- packs ----------------------------------------------------------------------------------

    def _check_packs(self) -> None:
        self._progress("packs", 0, len(self._packs))
        found: dict[str, int] = {}
        for number, file in enumerate(self._repository.list_packs()):
            self._own.control.check()
            self._progress("packs", number, len(self._packs))
            found[file.name] = file.size
        for row in self._index.packs():
            fault = self._compare(row, found.get(row.name))
            if fault is not None:
                self._faults[row.name] = fault
        self._stray = {name: size for name, size in found.items() if name not in self._packs}
        if self._stray:
            count, size = len(self._stray), sum(self._stray.values())
            self._emit(
                Noticed(code=NoticeCode.PACKS_UNINDEXED, facts={"count": count, "bytes": size})
            )

    def _compare(self, row: PackRow, size: int | None) -> PackFault | None:
        """What the listing says of a pack in the index."""
        if size is None:
            # Asked for itself: some storages list less than they hold.
            return (
                None
                if self._repository.has_pack(row.name, row.size)
                else PackFault(row.name, DamageCode.PACK_MISSING, "", None)
            )
        if size == row.size:
            return None
        entries = self._index.describe(row).entries
        lost = frozenset(e.id for e in entries if e.offset + e.length > size)
        return PackFault(
            row.name, DamageCode.PACK_SIZE, f"{size} bytes instead of {row.size}", lost
        )

    def _read_packs(self) -> None:
        rows = {row.name: row for row in self._index.packs()}
        packs = [self._packs[name] for name in sorted(rows)]
        if not self._request.read_data:
            packs = choose_packs(packs, self._request.read_data_subset, self._random)

        def read(pack: IndexedSize) -> PackFault | None:
            self._own.control.check()
            indexed = self._index.describe(rows[pack.name]).entries
            return read_pack(self._repository, pack, indexed)

        results = run_parallel(
            packs,
            read,
            threads=_THREADS,
            weight=lambda pack: pack.size,
            budget=_IN_FLIGHT,
            tick=lambda: self._progress("data", self._packs_read, len(packs)),
        )
        for fault in results:
            self._packs_read += 1
            if fault is not None:
                self._faults[fault.name] = fault

    # --- telling --------------------------------------------------------------------------------

    def _look_through(self, items: Sequence[SnapshotItem]) -> TreeCheck:
        trees = TreeCheck(
            self._own, items, self._tell, lambda done: self._progress("trees", done, 0)
        )
        self._progress("trees", 0, 0)
        trees.run()
        return trees

    def _take_up_unlisted(self, missing: Collection[bytes]) -> set[bytes]:
        """What is in no index may still be stored: the file that named its pack may be what is
        gone. Those of `missing` that are; then their packs are looked at like the others."""
        stored: set[bytes] = set()
        if not missing:
            return stored
        found = run_parallel(
            self._stray.items(),
            self._header,
            threads=_THREADS,
            weight=lambda _: 1,
            budget=1 << 10,
            tick=self._own.control.check,
        )
        with self._own.manifest.transaction():
            for pack in filter(None, found):
                stored.update(entry.id for entry in pack.entries if entry.id in missing)
                self._index.add_found_pack(pack)
                size, digest = pack_size(pack.entries), entries_digest(pack.entries)
                self._packs[pack.name] = IndexedSize(pack.name, size, digest)
        return stored

    def _header(self, pack: tuple[str, int]) -> IndexedPack | None:
        try:
            return IndexedPack(pack[0], self._repository.load_pack_header(*pack))
        except DAMAGE:
            return None

    def _tell_faults(self, trees: TreeCheck) -> None:
        """Damaged packs, with the files that need them."""
        if not self._faults:
            return
        affected = trees.affected_by({name: f.lost for name, f in self._faults.items()})
        for name, fault in self._faults.items():
            self._tell(affected[name].damage(fault.code, name, fault.raw))

    def _tell(self, event: Event) -> None:
        if isinstance(event, Damage):
            if event in self._told:
                return
            self._told[event] = None
        self._emit(event)

    def _progress(self, step: str, done: int, total: int) -> None:
        """Ten times a second at most, and at the beginning of every step."""
        now = self._own.clock.monotonic()
        if done == 0 or now >= self._next_progress:
            self._next_progress = now + _INTERVAL
            reads = bool(self._request.read_data or self._request.read_data_subset)
            self._emit(CheckProgress(step=step, done=done, total=total, reads_data=reads))
