"""An open repository together with what this computer knows of it: where every operation begins."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from filelock import FileLock, Timeout

from backupclient.clock import Clock, SleepWatch, as_time, nanoseconds
from backupclient.control import Control
from backupclient.errors import (
    DataDamaged,
    Fact,
    ManifestDamaged,
    ManifestLocked,
    ManifestUnwritable,
    ObjectMissing,
    RepositoryLocked,
)
from backupclient.events import Damage, DamageCode, Emit, NoticeCode, Noticed, Waiting, ignore
from backupclient.manifest.manifest import Manifest, set_aside
from backupclient.operations.lock_mode import LockMode
from backupclient.repository.identity import Identity
from backupclient.repository.index import IndexedPack
from backupclient.repository.layout import FileKind
from backupclient.repository.lock import RepositoryLock
from backupclient.repository.repository import Repository
from backupclient.repository.snapshot import Snapshot

__all__ = ["LockMode", "Session", "open_manifest", "open_session"]

_READING = (LockMode.NONE, LockMode.FREE, LockMode.READING)
_SLEPT_SECONDS = 60.0
_LOCK_NAME = "manifest.lock"
INDEX_LOST = "index-files-lost"
"""The fact that index files were lost since the packs were last looked through."""
_WRITER_WAITS = 60.0
"""Seconds. Who only reads holds the manifest for as long as it takes to bring it up to date."""
_LOOK_AGAIN = 0.1
_TOLD_AFTER = 1.0


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
        self._sleep = SleepWatch(clock, _SLEPT_SECONDS)
        self.lock: RepositoryLock | None = None
        self.upload_limit: Callable[[], float | None] = lambda: None
        """Bytes a second that uploads are held to at the moment, if they are. Any thread."""
        self.own_folders: tuple[Path, ...] = ()
        """What a backup leaves out by itself."""
        self.snapshot_names: frozenset[str] = frozenset()
        """The snapshots that were listed by the last `refresh`."""
        self.damaged_index: frozenset[str] = frozenset()
        """The index files that it could not read."""

    def refresh(self) -> None:
        """List the snapshots, then the index files, and make the manifest's blob rows theirs. In
        this order: whatever a listed snapshot needs is then in a listed index.

        An index file that cannot be read is told (`Damage`) and done without:
        what it alone names is not counted on, and sent again by the next backup."""
        newest = self.manifest.newest_snapshot()
        expected = {one.name for one in self.manifest.checkpoints.all().values()}
        if newest is not None:
            expected.add(newest)
        self.snapshot_names = self.listed(FileKind.SNAPSHOT, expected)
        index_names = self.listed(FileKind.INDEX, self.manifest.blobs.index_names())
        self.damaged_index = frozenset()
        with self.manifest.transaction():
            lost = self.manifest.blobs.sync(index_names, self._load_index)
            if lost:
                self.manifest.trust_no_earlier_run()
                self.manifest.remember(INDEX_LOST, "yes")
            now = nanoseconds(self.clock.now())
            gone = self.manifest.note_listing(self.snapshot_names, now)
        for run in gone:
            taken = as_time(run.started).isoformat()
            facts: dict[str, Fact] = {"snapshot": (run.snapshot_id or "")[:8], "taken": taken}
            self.emit(Noticed(code=NoticeCode.SNAPSHOT_GONE, facts=facts))

    def learn_index(self) -> None:
        """Take in the index files that others have saved since the last look. What is gone stays
        counted on: while our lock is held, nobody deletes what it named. Part of the open
        transaction, or of one of its own."""
        names = {file.name for file in self.repository.list_files(FileKind.INDEX)}
        names -= self.damaged_index
        self.manifest.begin()
        self.manifest.blobs.learn(names, self._load_index)

    def others_at_work(self) -> bool:
        """Whether somebody else may be storing something: a request. Whoever takes no lock is taken
        to be alone."""
        return self.lock is not None and self.lock.others()

    def listed(self, kind: FileKind, expected: set[str]) -> frozenset[str]:
        """The names of all files of a kind. Those `expected` that the listing lacks are asked for:
        some storages list what is new with a delay."""
        names = {file.name for file in self.repository.list_files(kind)}
        unlisted = expected - names
        names.update(name for name in unlisted if self.repository.has_file(kind, name))
        return frozenset(names)

    def _load_index(self, name: str) -> list[IndexedPack] | None:
        try:
            return self.repository.load_index(name)
        except ObjectMissing:  # deleted since it was listed
            return None
        except DataDamaged as error:
            self.emit(Damage(code=DamageCode.INDEX, item=name, raw=str(error)))
            self.damaged_index |= {name}
            return None

    def load_snapshot(self, name: str) -> Snapshot:
        return self.repository.load_snapshot(name)

    def check_lock(self) -> None:
        """To be called before anything is written that others will count on. Raises `LockLost` if
        the lock can no longer be counted on, `RepositoryLocked` if somebody took one when we did.
        Cheap."""
        if self.lock is not None:
            self.lock.check()

    def prove_lock(self) -> None:
        """As `check_lock`, for a request: before an index file or a snapshot is saved. Tells if the
        computer slept since."""
        if slept := self._sleep.slept():
            self.emit(Noticed(code=NoticeCode.WOKE_UP, facts={"seconds": slept}))
        if self.lock is not None:
            self.lock.prove()


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
    refresh: bool = True,
) -> Iterator[Session]:
    """A session with its lock held and its manifest (in `folder`) in step with the storage, unless
    that is not needed (`refresh`).

    A damaged manifest is set aside and an empty one begun, which `NoticeCode.NOTES_REBUILT`
    says: everything an operation needs comes back from the repository. `ManifestLocked` if another
    operation writes to the manifest for a minute; who only reads works at once, with one of its own
    for the time, and lets others write as soon as its own is up to date."""
    with contextlib.ExitStack() as stack:
        turn = stack.enter_context(_own(folder, mode, clock, control, emit))
        manifest = stack.enter_context(contextlib.closing(open_manifest(turn.folder, emit)))
        session = Session(repository, manifest, clock=clock, control=control, emit=emit)
        if mode.locks:
            held = hold_lock(repository, clock, control, emit=emit, mode=mode, wait=lock_wait)
            session.lock = stack.enter_context(held)
        if refresh:
            session.refresh()
        if mode in (LockMode.FREE, LockMode.READING):
            # Reading may take hours, and a backup need not wait for it.
            manifest.only_read()
            turn.let_others()
        yield session


def bring_up_to_date(folder: Path) -> None:
    """Migrate the manifest in `folder`, which an earlier program wrote. `ManifestLocked` if that
    program is still at work."""
    with manifest_lock(folder) as ours:
        if not ours:
            raise ManifestLocked(path=str(folder))
        Manifest.open(folder).close()


@contextlib.contextmanager
def manifest_lock(folder: Path) -> Iterator[bool]:
    """Whether nobody else writes to the manifest in `folder` while the block lasts."""
    lock = _lock_of(folder)
    ours = _taken(lock)
    try:
        yield ours
    finally:
        if ours:
            lock.release()


class _Turn(NamedTuple):
    """A folder whose manifest nobody else writes to, until others are let."""

    folder: Path
    lock: FileLock

    def let_others(self) -> None:
        self.lock.release()


@contextlib.contextmanager
def _own(
    folder: Path, mode: LockMode, clock: Clock, control: Control, emit: Emit
) -> Iterator[_Turn]:
    """Who only reads gets a folder of its own where another operation has this one; who writes
    waits."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = _lock_of(folder)
    began, told = clock.monotonic(), False
    with contextlib.ExitStack() as stack:
        while not _taken(lock):
            if mode in _READING:
                own = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="plainkeep-")))
                yield _Turn(own, lock)
                return
            waited = clock.monotonic() - began
            if waited >= _WRITER_WAITS:
                raise ManifestLocked(path=str(folder))
            if waited >= _TOLD_AFTER and not told:
                told = True
                emit(Waiting(code=ManifestLocked.code, seconds=0, waited_seconds=waited))
            control.sleep(_LOOK_AGAIN)
        stack.callback(lock.release)
        yield _Turn(folder, lock)


def _lock_of(folder: Path) -> FileLock:
    return FileLock(folder / _LOCK_NAME, blocking=False)


def _taken(lock: FileLock) -> bool:
    """False if another operation has it."""
    try:
        lock.acquire()
    except Timeout:
        return False
    except OSError as error:
        raise ManifestUnwritable(str(error), path=str(Path(lock.lock_file).parent)) from error
    return True


@contextlib.contextmanager
def hold_lock(
    repository: Repository,
    clock: Clock,
    control: Control,
    *,
    mode: LockMode,
    emit: Emit = ignore,
    wait: float = 0.0,
) -> Iterator[RepositoryLock]:
    """The repository is locked while the block lasts; `RepositoryLocked` if others keep us from it
    for longer than we `wait` (seconds)."""
    identity = Identity.of_this_process()
    lock = RepositoryLock(repository, clock, control, identity, exclusive=mode.alone)

    def on_wait(facts: dict[str, Fact], waited: float) -> None:
        emit(Waiting(code=RepositoryLocked.code, seconds=0, waited_seconds=waited, facts=facts))

    lock.acquire(
        wait=wait,
        on_wait=on_wait,
        optional=mode.optional,
        at_once=mode is LockMode.SHARED,
    )
    try:
        yield lock
    finally:
        lock.release()


def open_manifest(folder: Path, emit: Emit) -> Manifest:
    """The manifest in `folder`, or a new one in place of a damaged one."""
    try:
        return Manifest.open(folder)
    except ManifestDamaged as error:
        _put_aside(folder, error, emit)
        return Manifest.open(folder)


def put_aside(error: ManifestDamaged, emit: Emit) -> None:
    """Set the manifest aside that turned out damaged in use: the next session begins an empty
    one."""
    path = error.facts.get("path")
    if isinstance(path, str):
        _put_aside(Path(path).parent, error, emit)


def _put_aside(folder: Path, error: ManifestDamaged, emit: Emit) -> None:
    facts: dict[str, Fact] = {"kept_as": str(set_aside(folder)), "raw": error.raw}
    emit(Noticed(code=NoticeCode.NOTES_REBUILT, facts=facts))
