"""Which blob lies where: the repository's index files as rows, and what this run has sent since.

Rows are keyed by the index file they came from; a file gone from the storage's listing takes its
rows with it, so that nothing another client pruned is counted on. A pack that was sent but is in
no index file yet has no index file's number.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from backupclient.errors import ManifestDamaged
from backupclient.manifest.database import Database
from backupclient.manifest.distrusted import Distrusted
from backupclient.manifest.driver_errors import translated
from backupclient.repository.blob import BlobType
from backupclient.repository.index import IndexedPack
from backupclient.repository.pack import PackEntry, pack_size

_BATCH = 500
_KINDS = (BlobType.DATA, BlobType.TREE)


class BlobLocation(NamedTuple):
    """Where one blob lies: `length` sealed bytes of `pack` from `offset`. `raw_length` is the
    plain size of a compressed blob, 0 for one that is not compressed."""

    pack: str
    offset: int
    length: int
    raw_length: int


class PackRow(NamedTuple):
    no: int
    name: str
    kind: BlobType
    size: int


def _number(kind: BlobType) -> int:
    """The kind as it is stored. Not a dictionary: an enum's hash is slow."""
    return 1 if kind is BlobType.TREE else 0


def _data_prefix(blob_id: bytes) -> int:
    """The first eight bytes, the lowest bit giving way to the kind: a data blob and a tree blob
    of the same bytes are two blobs."""
    return int.from_bytes(blob_id[:8], "big", signed=True) & ~1


def _tree_prefix(blob_id: bytes) -> int:
    return int.from_bytes(blob_id[:8], "big", signed=True) | 1


_PREFIXES = (_data_prefix, _tree_prefix)


def _prefixes(kind: BlobType, ids: Sequence[bytes]) -> list[int]:
    return list(map(_PREFIXES[kind is BlobType.TREE], ids))


class BlobIndex:
    """Reading may be done by any thread (each gets a connection of its own); everything that
    writes belongs to the job's thread and to the transaction of `connection`."""

    def __init__(self, database: Database, connection: sqlite3.Connection) -> None:
        self._database = database
        self._connection = connection
        self._local = threading.local()
        self._readers: list[sqlite3.Connection] = []
        self._lock = threading.Lock()
        self._pending: tuple[set[bytes], set[bytes]] = (set(), set())  # guarded by _lock
        self.distrusted = Distrusted(database.path, connection)
        """What is stored, and counts as if it were not."""

    # --- what the storage holds ---------------------------------------------------------------

    def index_names(self) -> set[str]:
        """The index files whose rows are known."""
        with translated(self._database.path):
            return {name for (name,) in self._connection.execute("SELECT name FROM index_files")}

    def sync(
        self, listed: Iterable[str], load: Callable[[str], Iterable[IndexedPack] | None]
    ) -> bool:
        """Make the rows those of the `listed` index files; `load` fetches the ones not yet known,
        or says None for one to be done without. Returns whether any were dropped, because their
        file is gone."""
        wanted = set(listed)
        with translated(self._database.path):
            rows = self._connection.execute("SELECT no, name FROM index_files").fetchall()
            known = {name: no for no, name in rows}
            gone = known.keys() - wanted
            for name in gone:
                self._drop_index_file(known[name])
        self._insert_index_files(wanted - known.keys(), load)
        return bool(gone)

    def learn(
        self, listed: Iterable[str], load: Callable[[str], Iterable[IndexedPack] | None]
    ) -> None:
        """As `sync`, but what is known stays; packs that were sent and are in no index file by our
        notes, but in one of these, are so from now on."""
        self._insert_index_files(set(listed) - self.index_names(), load)
        for row in self.unindexed_packs():
            if self.is_indexed(row.name):
                self.drop_pack(row.no)

    def _insert_index_files(
        self, names: set[str], load: Callable[[str], Iterable[IndexedPack] | None]
    ) -> None:
        for name in sorted(names):
            packs = load(name)
            if packs is not None:
                with translated(self._database.path):
                    self._insert_index_file(name, packs)

    def _drop_index_file(self, no: int) -> None:
        execute = self._connection.execute
        execute(
            "DELETE FROM blobs WHERE pack_no IN (SELECT no FROM packs WHERE index_no = ?)", (no,)
        )
        execute("DELETE FROM packs WHERE index_no = ?", (no,))
        execute("DELETE FROM index_files WHERE no = ?", (no,))

    def _insert_index_file(self, name: str, packs: Iterable[IndexedPack]) -> None:
        index_no = self._connection.execute(
            "INSERT INTO index_files (name) VALUES (?)", (name,)
        ).lastrowid
        for pack in packs:
            if pack.entries:
                self._insert_pack(pack, index_no)

    def _insert_pack(self, pack: IndexedPack, index_no: int | None) -> int:
        kind = pack.entries[0].type
        pack_no = self._connection.execute(
            "INSERT INTO packs (name, index_no, kind, size) VALUES (?, ?, ?, ?)",
            (pack.name, index_no, _number(kind), pack_size(pack.entries)),
        ).lastrowid
        assert pack_no is not None
        prefix_of = _PREFIXES[kind is BlobType.TREE]
        self._connection.executemany(
            "INSERT INTO blobs (prefix, id, pack_no, offset, length, raw_length)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [
                (prefix_of(i), i, pack_no, offset, length, raw_length)
                for i, _, offset, length, raw_length in pack.entries
            ],
        )
        return pack_no

    # --- this run ------------------------------------------------------------------------------

    def claim(self, kind: BlobType, ids: Sequence[bytes]) -> list[bytes]:
        """Those of `ids` that nobody has stored or is about to store: the caller now must. Any
        thread."""
        slot = self._pending[_number(kind)]
        with self._lock:
            fresh = [i for i in dict.fromkeys(ids) if i not in slot]
            slot.update(fresh)
        if not fresh:
            return fresh
        # Asked only now: a blob that was committed a moment ago has left `pending` after its
        # commit, so this sees it.
        known = self.known(kind, fresh)
        if not known:
            return fresh
        with self._lock:
            slot -= known
        return [i for i in fresh if i not in known]

    def add_sent_pack(self, pack: IndexedPack) -> int:
        """Remember a pack the storage has acknowledged; returns its number."""
        if pack.entries:
            self.distrusted.sent_again(pack.entries[0].type, [entry.id for entry in pack.entries])
        return self.add_found_pack(pack)

    def add_found_pack(self, pack: IndexedPack) -> int:
        """Remember a pack that is stored, though nobody noted it; returns its number."""
        with translated(self._database.path):
            return self._insert_pack(pack, None)

    def settle(self, packs: Iterable[IndexedPack]) -> None:
        """The transaction that holds these packs was committed: claims on them are over."""
        with self._lock:
            for pack in packs:
                if pack.entries:
                    slot = self._pending[_number(pack.entries[0].type)]
                    slot.difference_update([entry.id for entry in pack.entries])

    def forget_claims(self) -> None:
        """Whoever was about to store something is gone: what no row says is stored is not."""
        with self._lock:
            for slot in self._pending:
                slot.clear()

    def unindexed_packs(self) -> list[PackRow]:
        """Packs that were sent and are in no index file yet, oldest first."""
        with translated(self._database.path):
            rows = self._connection.execute(
                "SELECT no, name, kind, size FROM packs WHERE index_no IS NULL ORDER BY no"
            ).fetchall()
        return [PackRow(no, name, self._kind(kind), size) for no, name, kind, size in rows]

    def is_indexed(self, name: str) -> bool:
        """Whether an index file names this pack."""
        with translated(self._database.path):
            row = self._connection.execute(
                "SELECT 1 FROM packs WHERE name = ? AND index_no IS NOT NULL", (name,)
            ).fetchone()
        return row is not None

    def describe(self, pack: PackRow) -> IndexedPack:
        """A pack with its blobs in order, as an index file lists it."""
        with translated(self._database.path):
            rows = self._connection.execute(
                "SELECT id, offset, length, raw_length FROM blobs WHERE pack_no = ?"
                " ORDER BY offset",
                (pack.no,),
            ).fetchall()
        return IndexedPack(
            pack.name, tuple(PackEntry(i, pack.kind, o, n, raw) for i, o, n, raw in rows)
        )

    def mark_indexed(self, pack_nos: Iterable[int], index_name: str) -> None:
        """These packs are now named by that index file."""
        with translated(self._database.path):
            index_no = self._connection.execute(
                "INSERT INTO index_files (name) VALUES (?)", (index_name,)
            ).lastrowid
            self._connection.executemany(
                "UPDATE packs SET index_no = ? WHERE no = ?", [(index_no, no) for no in pack_nos]
            )

    def index_naming(self, pack_nos: Iterable[int]) -> set[str]:
        """The index files that name these packs."""
        with translated(self._database.path):
            rows = [
                self._connection.execute(
                    "SELECT i.name FROM index_files i JOIN packs p ON p.index_no = i.no"
                    " WHERE p.no = ?",
                    (no,),
                ).fetchone()
                for no in pack_nos
            ]
        return {row[0] for row in rows if row is not None}

    def named_elsewhere(self, name: str, index_names: Iterable[str]) -> bool:
        """Whether an index file that is none of these names the pack."""
        with translated(self._database.path):
            rows = self._connection.execute(
                "SELECT i.name FROM packs p JOIN index_files i ON i.no = p.index_no"
                " WHERE p.name = ?",
                (name,),
            ).fetchall()
        return not {row[0] for row in rows} <= set(index_names)

    def named_by(self, index_name: str) -> list[PackRow]:
        """The packs that an index file names."""
        with translated(self._database.path):
            rows = self._connection.execute(
                "SELECT p.no, p.name, p.kind, p.size FROM packs p"
                " JOIN index_files i ON i.no = p.index_no WHERE i.name = ?",
                (index_name,),
            ).fetchall()
        return [PackRow(no, name, self._kind(kind), size) for no, name, kind, size in rows]

    def supersede(self, old: str, new: str, packs: Iterable[str]) -> None:
        """The index file `old` gave way to `new` (empty if there is none), which names those of its
        `packs`, and of those that none named; what else it named is known from others, or gone."""
        kept = set(packs)
        with translated(self._database.path):
            rows = self.named_by(old)
            for row in rows:
                if row.name not in kept:
                    self.drop_pack(row.no)
            if new:
                rows += self.unindexed_packs()
                self.mark_indexed([row.no for row in rows if row.name in kept], new)
            self._connection.execute("DELETE FROM index_files WHERE name = ?", (old,))

    def drop_pack(self, pack_no: int) -> None:
        with translated(self._database.path):
            self._connection.execute("DELETE FROM blobs WHERE pack_no = ?", (pack_no,))
            self._connection.execute("DELETE FROM packs WHERE no = ?", (pack_no,))

    def all_stored(self, kind: BlobType, ids: Iterable[bytes]) -> bool:
        """Whether each of `ids` is stored, or about to be by this run (then somebody has claimed
        it). Any thread."""
        slot = self._pending[_number(kind)]
        with self._lock:
            rest = [i for i in ids if i not in slot]
        # In this order: what has left `pending` meanwhile is committed.
        return not rest or self.known(kind, rest).issuperset(rest)

    # --- questions -----------------------------------------------------------------------------

    def known(self, kind: BlobType, ids: Sequence[bytes]) -> set[bytes]:
        """Those of `ids` that a committed row says are stored, and that are trusted. Any thread."""
        found: set[bytes] = set()
        reader = self._reader()
        with translated(self._database.path):
            for batch in _batches(ids):
                marks = ",".join("?" * len(batch))
                rows = reader.execute(
                    f"SELECT id FROM blobs WHERE prefix IN ({marks})",
                    _prefixes(kind, batch),
                ).fetchall()
                if rows:
                    found.update(row[0] for row in rows)
        return self.distrusted.without(kind, found.intersection(ids))

    def locate(self, kind: BlobType, blob_id: bytes) -> BlobLocation | None:
        """Where a blob lies, or None if no row knows. Any thread."""
        return self.locate_many(kind, (blob_id,)).get(blob_id)

    def locate_many(self, kind: BlobType, ids: Sequence[bytes]) -> dict[bytes, BlobLocation]:
        """Where each of `ids` lies; unknown ones are left out. Of a blob stored twice, the copy
        in the oldest pack known here. Any thread."""
        found: dict[bytes, BlobLocation] = {}
        wanted = frozenset(ids)
        reader = self._reader()
        with translated(self._database.path):
            for batch in _batches(ids):
                marks = ",".join("?" * len(batch))
                rows = reader.execute(
                    "SELECT b.id, p.name, b.offset, b.length, b.raw_length FROM blobs b"
                    f" JOIN packs p ON p.no = b.pack_no WHERE b.prefix IN ({marks})"
                    " ORDER BY p.no DESC",
                    _prefixes(kind, batch),
                ).fetchall()
                for blob_id, *rest in rows:
                    if blob_id in wanted:
                        found[blob_id] = BlobLocation(*rest)
        return found

    def copies(self, kind: BlobType, blob_id: bytes) -> list[BlobLocation]:
        """Every place where a blob lies, the one that `locate` gives first. Any thread."""
        with translated(self._database.path):
            rows = self._reader().execute(
                "SELECT p.name, b.offset, b.length, b.raw_length FROM blobs b"
                " JOIN packs p ON p.no = b.pack_no WHERE b.prefix = ? AND b.id = ? ORDER BY p.no",
                (*_prefixes(kind, (blob_id,)), blob_id),
            )
            return [BlobLocation._make(row) for row in rows]

    def packs(self) -> Iterator[PackRow]:
        """Every pack the rows know, in the order they were learnt."""
        with translated(self._database.path):
            for no, name, kind, size in self._reader().execute(
                "SELECT no, name, kind, size FROM packs ORDER BY no"
            ):
                yield PackRow(no, name, self._kind(kind), size)

    def stored_bytes(self) -> int:
        """What the packs take that are known of."""
        with translated(self._database.path):
            row = self._connection.execute("SELECT COALESCE(SUM(size), 0) FROM packs").fetchone()
        return int(row[0])

    def count(self) -> int:
        """How many blob rows there are."""
        with translated(self._database.path):
            row = self._reader().execute("SELECT COUNT(*) FROM blobs").fetchone()
        return int(row[0])

    def _kind(self, number: object) -> BlobType:
        if number not in (0, 1):
            raise ManifestDamaged(f"kind {number!r}", path=str(self._database.path))
        return _KINDS[number == 1]

    # --- connections ---------------------------------------------------------------------------

    def _reader(self) -> sqlite3.Connection:
        reader: sqlite3.Connection | None = getattr(self._local, "reader", None)
        if reader is None:
            reader = self._database.connect()
            self._local.reader = reader
            with self._lock:
                self._readers.append(reader)
        return reader

    def close(self) -> None:
        with self._lock:
            for reader in self._readers:
                reader.close()
            self._readers.clear()


def _batches(ids: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    for start in range(0, len(ids), _BATCH):
        yield ids[start : start + _BATCH]
