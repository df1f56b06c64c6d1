"""What a run has sent: packs as they are acknowledged, into the manifest and into index files."""

from __future__ import annotations

from collections.abc import Callable

from backupclient.operations.session import Session
from backupclient.pipeline.sender import SentPack
from backupclient.repository.index import IndexedPack

_COMMIT_EVERY = 2.0
_COMMIT_PACKS_EVERY = 0.2
_INDEX_EVERY = 300.0
_INDEX_BLOBS = 50_000


class Ledger:
    """Belongs to the job's thread. Rows are committed every two seconds, those of a pack almost at
    once; index files are written every five minutes or 50,000 blobs: what an interruption may
    cost."""

    def __init__(
        self, session: Session, *, dry_run: bool = False, index_blobs: int = _INDEX_BLOBS
    ) -> None:
        """`index_blobs`: how many one index file names, but for the rest of a pack."""
        self._session = session
        self._manifest = session.manifest
        self._dry_run = dry_run
        self._index_blobs = index_blobs
        now = session.clock.monotonic()
        self._committed_at = now
        self._indexed_at = now
        self._uncommitted: list[IndexedPack] = []
        self._unindexed_blobs = 0
        self.before_commit: Callable[[], None] = lambda: None
        """Puts what is still to be written into the open transaction."""
        self.after_index: Callable[[], None] = lambda: None
        """Told when every pack noted so far is in an index file."""
        self.in_doubt = False
        """An index file was sent that may have arrived: another would name its packs again."""
        self.packed_bytes = 0
        """Bytes of the packs sent by this run."""

    def recover(self) -> None:
        """Packs that an earlier run sent but did not get into an index file: keep those that are
        really there, for the next index file; forget the others."""
        blobs = self._manifest.blobs
        with self._manifest.transaction():
            for row in blobs.unindexed_packs():
                if blobs.is_indexed(row.name):
                    # The run ended between writing the index file and noting it.
                    blobs.drop_pack(row.no)
                elif self._session.repository.has_pack(row.name, row.size):
                    self._unindexed_blobs += len(blobs.describe(row).entries)
                else:
                    blobs.drop_pack(row.no)

    def note(self, sent: SentPack) -> None:
        """A pack was acknowledged."""
        self.packed_bytes += sent.size
        self._manifest.begin()
        self._manifest.blobs.add_sent_pack(sent.pack)
        self._uncommitted.append(sent.pack)
        self._unindexed_blobs += len(sent.pack.entries)

    def keep_up(self) -> None:
        """Commit, and write an index file, when it is time. Called often."""
        now = self._session.clock.monotonic()
        if self._dry_run:
            return
        if self._unindexed_blobs >= self._index_blobs or self._is_late:
            self.write_index()
        elif now - self._committed_at >= (
            _COMMIT_PACKS_EVERY if self._uncommitted else _COMMIT_EVERY
        ):
            self.commit()

    @property
    def _is_late(self) -> bool:
        return self._session.clock.monotonic() - self._indexed_at >= _INDEX_EVERY

    def commit(self) -> None:
        if self._dry_run:
            return
        self.before_commit()
        self._manifest.commit()
        self._manifest.blobs.settle(self._uncommitted)
        self._uncommitted.clear()
        self._committed_at = self._session.clock.monotonic()

    def write_index(self) -> None:
        """Write index files naming every pack that is in none yet, and commit. What others have
        saved meanwhile is learnt first: they may have named one of these, and what they have stored
        need not be stored again."""
        self._session.prove_lock()
        blobs = self._manifest.blobs
        self._manifest.begin()
        rows = blobs.unindexed_packs()
        if (rows or self._is_late) and not self._session.control.stopped:
            self._session.learn_index()
            rows = blobs.unindexed_packs()
        while rows:
            batch, described, count = [], [], 0
            while rows and count < self._index_blobs:
                row = rows.pop(0)
                pack = blobs.describe(row)
                batch.append(row.no)
                described.append(pack)
                count += len(pack.entries)
            self.in_doubt = True
            name = self._session.repository.save_index(described)
            blobs.mark_indexed(batch, name)
            self.in_doubt = False
        self.commit()
        self.after_index()
        self._unindexed_blobs = 0
        self._indexed_at = self._session.clock.monotonic()
