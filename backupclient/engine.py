"""The façade: every question and command a front end may ask of one place, and nothing else.

An `Engine` belongs to one thread at a time, the job's; `control` may be used from any. Everything
it raises is a `BackupError` or `Cancelled`. What takes long to load is loaded when it is needed.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

from backupclient.clock import Clock
from backupclient.control import Control
from backupclient.errors import (
    Cancelled,
    ManifestDamaged,
    ObjectMissing,
    RepositoryError,
    RepositoryExists,
    RepositoryLocked,
    RepositoryMissing,
    StorageError,
    UploadTooLarge,
)
from backupclient.events import BackupSummary, CheckSummary, Emit, RestoreSummary, ignore
from backupclient.opener import Opener, load
from backupclient.operations import passwords
from backupclient.operations.lock_mode import LockMode
from backupclient.repository.found_locks import unlock
from backupclient.repository.identity import Identity
from backupclient.repository.keys import KeyInfo
from backupclient.repository.layout import CONFIG_KEY
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, CheckRequest, Place, RestoreRequest
from backupclient.storage.room import Room, room
from backupclient.storage.stack import learn_quota
from backupclient.storage.throttle import Throttle
from backupclient.wire.answers import PlaceFinding, PlaceStep, RepositoryInfo

if TYPE_CHECKING:
    from backupclient.operations.browse import (
        FindRequest,
        Listing,
        LsRequest,
        Match,
        Stats,
        StatsRequest,
    )
    from backupclient.operations.browser import Browser
    from backupclient.operations.forget import ForgetGroup, ForgetRequest
    from backupclient.operations.prune import PruneRequest, PruneSummary, ThinnedOut
    from backupclient.operations.select import SnapshotGroup, SnapshotQuery
    from backupclient.operations.session import Session
    from backupclient.storage.capped import Allowance

_CACHE_BYTES = 1 << 30
_WASTE_WHERE_ROOM_IS_WANTED = 0.01

Result = TypeVar("Result")


class Engine:
    """One place, opened anew for each command."""

    def __init__(
        self,
        place: Place,
        clock: Clock | None = None,
        control: Control | None = None,
        throttle: Throttle | None = None,
        plan: Allowance | None = None,
    ) -> None:
        """`control` and `throttle` are those of the job it works for, if it has one; `plan` is what
        lets it store."""
        self._opener = Opener(place, clock, control, throttle, plan)
        self._place = place
        self._clock = self._opener.clock
        self._book = self._opener.book
        self.control = self._opener.control
        self.throttle = self._opener.throttle

    # --- commands --------------------------------------------------------------------------------

    def init(self, emit: Emit = ignore, *, as_new: bool = False) -> RepositoryInfo:
        """Make a repository. `RepositoryExists` if there is one, or any part of one;
        `RepositoryMissing` if this computer has known one there that is not there now, unless the
        place is to be taken `as_new`."""
        with self._opener.storage(emit) as storage:
            if not as_new and self._opener.known_id is not None:
                try:
                    storage.stat(CONFIG_KEY)
                except ObjectMissing as error:
                    raise RepositoryMissing(known=True, path=self._place.location) from error
            identity = Identity.of_this_process()
            password = self._place.password
            repository = Repository.create(storage, password, self._clock, identity=identity)
            self._opener.take_note(repository)
            return RepositoryInfo(repository.id, storage.location)

    def set_up(self, recovery_key: str = "") -> RepositoryInfo:
        """As `init`, but a repository that is there is taken over if the password opens it, else
        that is `WrongPassword`. `recovery_key`, if not empty, opens it too from then on."""
        try:
            info = self.init()
        except RepositoryExists:
            with self._opener.repository() as repository:
                info = RepositoryInfo(repository.id, self._place.location)
        if recovery_key:
            with self._opener.locked(LockMode.SHARED) as repository:
                if not repository.keys.opens(recovery_key):
                    passwords.add_key(repository, recovery_key, recovery=True)
        return info

    def try_out(self, step: PlaceStep) -> PlaceFinding:
        """See `operations.trial.try_place`. Somebody waits for it: what may pass by itself is tried
        twice, not for minutes."""
        from backupclient.operations.trial import try_place  # noqa: PLC0415

        with self._opener.storage(patient=False) as storage:
            return try_place(storage, step, self._place.password, self._clock)

    def backup(self, request: BackupRequest, emit: Emit = ignore) -> BackupSummary:
        """See `operations.backup.run_backup`. Where the storage takes no packs as large as these it
        is begun again with smaller ones; what is stored stays stored."""
        while True:
            limit = self._book.quirks.max_object_bytes
            try:
                return self._backup(request, emit)
            except UploadTooLarge:
                if self._book.quirks.max_object_bytes == limit:
                    raise

    def _backup(self, request: BackupRequest, emit: Emit) -> BackupSummary:
        from backupclient.operations.backup.not_begun import noting_failure  # noqa: PLC0415
        from backupclient.operations.index_repair import is_to_be_mended, mend  # noqa: PLC0415

        mending = False

        def run(session: Session) -> BackupSummary:
            from backupclient.operations.backup.run import Tuning, run_backup  # noqa: PLC0415

            nonlocal mending
            tuning = Tuning(uploads=min(4, self._place.connections), pack_size=self._pack_size)
            session.upload_limit = lambda: self.throttle.up.limit
            session.own_folders = self._opener.folders.own(self._place.location)
            summary = run_backup(session, request, tuning)
            mending = is_to_be_mended(session.manifest)
            return summary

        mode = LockMode.NONE if request.dry_run else LockMode.SHARED
        known = self._opener.known_id
        notes = None if known is None else self._opener.folders.of_repository(known)
        with noting_failure(notes, request, self._clock):
            summary = self._run(mode, emit, run)
        if mending and not request.dry_run:
            # The backup is complete whatever comes of it, and the next one tries again.
            with (
                contextlib.suppress(StorageError, RepositoryError, Cancelled),
                self._opener.session(LockMode.EXCLUSIVE, emit, lock_wait=0) as session,
            ):
                mend(session)
        learn_quota(self._place, self._book)
        return summary

    @property
    def _pack_size(self) -> int:
        return min(self._place.pack_size, self._book.quirks.max_object_bytes or sys.maxsize)

    def restore(self, request: RestoreRequest, emit: Emit = ignore) -> RestoreSummary:
        """See `operations.restore.run_restore`, or for a .zip `operations.archive.run_archive`."""
        from backupclient.operations.archive.run import run_archive  # noqa: PLC0415
        from backupclient.operations.restore.run import run_restore  # noqa: PLC0415

        run = run_archive if request.as_zip else run_restore
        return self._run(LockMode.READING, emit, lambda session: run(session, request))

    def check(self, request: CheckRequest, emit: Emit = ignore) -> CheckSummary:
        """See `operations.verify.run_check`. Alone, as restic's is: what somebody adds or deletes
        meanwhile would look like damage."""
        from backupclient.operations.check.run import run_check  # noqa: PLC0415

        return self._run(
            LockMode.CHECKING, emit, lambda session: run_check(session, request), refresh=False
        )

    def forget(self, request: ForgetRequest, emit: Emit = ignore) -> list[ForgetGroup]:
        """See `operations.forget.run_forget`."""
        from backupclient.operations.forget import run_forget  # noqa: PLC0415

        mode = LockMode.READING if request.dry_run else LockMode.FORGETTING
        return self._run(mode, emit, lambda session: run_forget(session, request))

    def prune(self, request: PruneRequest, emit: Emit = ignore) -> PruneSummary:
        """See `operations.prune.run_prune`."""
        from backupclient.operations.prune import run_prune  # noqa: PLC0415

        mode = LockMode.READING if request.dry_run else LockMode.EXCLUSIVE
        return self._run(mode, emit, lambda session: run_prune(session, request))

    def thin_out(self, request: ForgetRequest, emit: Emit = ignore) -> ThinnedOut:
        """Forget, and give the space of what is needed no more back."""
        from backupclient.operations.prune import PruneRequest, ThinnedOut  # noqa: PLC0415

        groups = self.forget(request, emit)
        gone = frozenset(item.name for group in groups for item in group.remove)
        without = gone if request.dry_run else frozenset()
        wanted = PruneRequest(
            dry_run=request.dry_run, most_waste=_WASTE_WHERE_ROOM_IS_WANTED, without=without
        )
        pruned = self.prune(wanted, emit)
        return ThinnedOut(len(gone), sum(len(group.keep) for group in groups), pruned)

    def unlock(self, *, remove_all: bool = False) -> int:
        """Remove locks that are stale, or all; returns how many."""
        with self._opener.repository() as repository:
            identity = Identity.of_this_process()
            return len(unlock(repository, self._clock, identity, remove_all=remove_all))

    def room(self, *, patient: bool = True) -> Room:
        """Whether the storage takes data, asked of it now. Any `StorageError` but `StorageFull`."""
        learn_quota(self._place, self._book)
        with self._opener.storage(patient=patient) as storage:
            return room(storage)

    # --- questions -------------------------------------------------------------------------------

    def snapshots(self, query: SnapshotQuery, emit: Emit = ignore) -> list[SnapshotGroup]:
        from backupclient.operations.select import list_snapshots  # noqa: PLC0415

        return self._run(LockMode.READING, emit, lambda session: list_snapshots(session, query))

    @contextlib.contextmanager
    def ls(self, request: LsRequest, emit: Emit = ignore) -> Iterator[Listing]:
        """The listing is read while the block lasts."""
        from backupclient.operations.browse import list_entries  # noqa: PLC0415

        with self._damage_set_aside(emit), self._opener.session(LockMode.READING, emit) as session:
            yield list_entries(session, request)

    @contextlib.contextmanager
    def find(self, request: FindRequest, emit: Emit = ignore) -> Iterator[Iterator[Match]]:
        """The matches are read while the block lasts."""
        from backupclient.operations.browse import find_entries  # noqa: PLC0415

        with self._damage_set_aside(emit), self._opener.session(LockMode.READING, emit) as session:
            yield find_entries(session, request)

    @contextlib.contextmanager
    def browse(self) -> Iterator[Browser]:
        """To look into backups for as long as the block lasts. Without a lock and with notes of its
        own, so that it is in nobody's way. Somebody waits: what may pass by itself is tried twice,
        not for minutes. `DAMAGE` where something was deleted meanwhile: open it again."""
        threading.Thread(target=load, args=("browser",), daemon=True).start()
        opened = self._opener.session(LockMode.NONE, patient=False, notes="looking")
        with self._damage_set_aside(ignore), opened as session:
            from backupclient.operations.browser import Browser  # noqa: PLC0415

            yield Browser(session)

    def stats(self, request: StatsRequest, emit: Emit = ignore) -> Stats:
        from backupclient.operations.browse import add_up  # noqa: PLC0415

        return self._run(LockMode.READING, emit, lambda session: add_up(session, request))

    # --- keys ------------------------------------------------------------------------------------

    def keys(self) -> list[KeyInfo]:
        with self._opener.repository() as repository:
            return repository.keys.list()

    def add_key(self, password: str, *, recovery: bool = False, random: bool = False) -> str:
        """Let another password open the repository; see `operations.passwords`."""
        with self._opener.locked(LockMode.SHARED) as repository:
            return passwords.add_key(repository, password, recovery=recovery, random=random)

    def remove_key(self, prefix: str) -> str:
        """The same. Alone: two could remove each other's."""
        with self._opener.locked(LockMode.EXCLUSIVE) as repository:
            return passwords.remove_key(repository, prefix)

    def change_password(self, password: str) -> str:
        """Put a new password in the place of the one in use; returns the new key's name."""
        with self._opener.locked(LockMode.EXCLUSIVE) as repository:
            return repository.keys.change_password(password, Identity.of_this_process())

    def _run(
        self,
        mode: LockMode,
        emit: Emit,
        operation: Callable[[Session], Result],
        *,
        refresh: bool = True,
    ) -> Result:
        """One operation on the opened place. If the manifest turns out damaged on the way it is
        set aside, and the operation begun again with an empty one. It is begun again, too, if
        somebody locked the repository in the same moment and we may wait for him."""
        try:
            with (
                self._damage_set_aside(emit),
                self._opener.session(mode, emit, refresh=refresh) as session,
            ):
                return operation(session)
        except RepositoryLocked as error:
            if not error.facts.get("late") or not self._place.lock_wait:
                raise
        except ManifestDamaged:
            pass
        with self._opener.session(mode, emit, refresh=refresh) as session:
            return operation(session)

    @contextlib.contextmanager
    def _damage_set_aside(self, emit: Emit) -> Iterator[None]:
        """A manifest that turns out damaged is set aside: the next session begins an empty one."""
        try:
            yield
        except ManifestDamaged as error:
            from backupclient.operations.session import put_aside  # noqa: PLC0415

            put_aside(error, emit)
            raise
