"""An open repository together with what this computer knows of it: where every operation begins."""

from __future__ import annotations

import contextlib
import enum
from collections.abc import Iterator
from pathlib import Path

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import ManifestDamaged
from backupclient.events import Emit, Noticed, Waiting
from backupclient.manifest.manifest import Manifest, set_aside
from backupclient.repository.identity import Identity
from backupclient.repository.lock import RepositoryLock
from backupclient.repository.repository import Repository
from backupclient.repository.snapshot import Snapshot


class LockMode(enum.Enum):
    """What an operation needs of the others: nothing, that nobody deletes (`READING` goes on
    without a lock where none can be written), to be alone."""

    NONE = "none"
    READING = "reading"
    SHARED = "shared"
    EXCLUSIVE = "exclusive"


class Session:
    """Belongs to the job's thread; `repository` and the questions of `manifest.blobs` may be used
    from any."""

    def __init__(
        self,
        repository: Repository,
        manifest: Manifest,
        *,
        clock: Clock,
        control: Control,
        emit: Emit,
    ) -> None:
        self.repository = repository
        self.manifest = manifest
        self.clock = clock
        self.control = control
        self.emit = emit
        self.lock: RepositoryLock | None = None
        self.snapshot_names: frozenset[str] = frozenset()
        """The snapshots that were listed by the last `refresh`."""

    def refresh(self) -> None:
        """List the snapshots, then the index files, and make the manifest's blob rows theirs. In
        this order: whatever a listed snapshot needs is then in a listed index."""
        self.snapshot_names = frozenset(self.repository.list_snapshots())
        index_names = self.repository.list_index()
        with self.manifest.transaction():
            self.manifest.blobs.sync(index_names, self.repository.load_index)

    def load_snapshot(self, name: str) -> Snapshot:
        return self.repository.load_snapshot(name)

    def check_lock(self) -> None:
        """Raise `LockLost` if the lock can no longer be counted on. Cheap."""
        if self.lock is not None:
            self.lock.check()


@contextlib.contextmanager
def open_session(
    repository: Repository,
    folder: Path,
    *,
    clock: Clock,
    control: Control,
    emit: Emit,
    mode: LockMode,
    lock_wait: float = 0.0,
) -> Iterator[Session]:
    """A session with its lock held and its manifest (in `folder`) in step with the storage.

    A damaged manifest is set aside and an empty one begun, which `Noticed("manifest-rebuilt")`
    says: everything an operation needs comes back from the repository."""
    manifest = open_manifest(folder, emit)
    session = Session(repository, manifest, clock=clock, control=control, emit=emit)
    with contextlib.closing(manifest):
        if mode is LockMode.NONE:
            session.refresh()
            yield session
            return
        lock = RepositoryLock(
            repository,
            clock,
            control,
            Identity.of_this_process(),
            exclusive=mode is LockMode.EXCLUSIVE,
        )
        lock.acquire(
            wait=lock_wait,
            optional=mode is LockMode.READING,
            on_wait=lambda facts, waited: emit(
                Waiting(code="repository-locked", seconds=0, waited_seconds=waited, facts=facts)
            ),
        )
        session.lock = lock
        try:
            session.refresh()
            yield session
        finally:
            lock.release()


def open_manifest(folder: Path, emit: Emit) -> Manifest:
    """The manifest in `folder`, or a new one in place of a damaged one."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return Manifest.open(folder)
    except ManifestDamaged as error:
        aside = set_aside(folder)
        emit(Noticed(code="manifest-rebuilt", facts={"kept_as": str(aside), "raw": error.raw}))
        return Manifest.open(folder)
