"""Every fault at every call to the storage, in the life of a repository.

One call fails, or every call from it on. A fault that may pass by itself, and comes once, is never
seen. Otherwise the command ends with an error that says what it was. Either way the repository is
sound afterwards, what was acknowledged is whole, and the next run completes.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from backupclient import errors
from backupclient.control import Control
from backupclient.events import Damage
from backupclient.operations.backup.run import Tuning
from backupclient.operations.check.run import run_check
from backupclient.operations.forget import ForgetRequest, run_forget
from backupclient.operations.index_repair import is_to_be_mended, mend
from backupclient.operations.prune import PruneRequest, run_prune
from backupclient.operations.session import LockMode
from backupclient.repository.found_locks import held_here
from backupclient.repository.repository import Repository
from backupclient.requests import CheckRequest
from backupclient.storage.base import Storage
from backupclient.storage.retry import RetryingStorage
from backupclient.support.explainer import known
from tests.compare import Difference, compare_trees
from tests.fakes import ManualClock
from tests.operations.computer import Computer, an_hour_ahead
from tests.operations.restoring import restore
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.storage.faults import Fault, FaultKind, FaultyStorage
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=6000)
FOR_GOOD = 1_000_000

ERRORS: dict[FaultKind, tuple[type[errors.BackupError], ...]] = {
    FaultKind.ERROR_BEFORE: (errors.StorageFault,),
    FaultKind.LOST_ANSWER: (errors.StorageUnreachable,),
    FaultKind.TIMEOUT: (errors.StorageUnreachable,),
    FaultKind.LOGIN_PAGE: (errors.NotTheStorage,),
    FaultKind.TRUNCATED_READ: (errors.DataDamaged,),
    FaultKind.BIT_FLIP: (errors.DataDamaged,),
    FaultKind.EMPTY_OBJECT: (errors.StorageFault, errors.StorageFull, errors.DataDamaged),
    FaultKind.STALE_LIST: (errors.KeyMissing,),
    FaultKind.GHOST_LIST: (),
}
"""What a command may end with when the fault stays."""

CUTS = [FaultKind.ERROR_BEFORE, FaultKind.LOST_ANSWER, FaultKind.STALE_LIST]
"""Before something is done, after it, and what might hide a snapshot."""
UNLIKE = [kind for kind in FaultKind if kind not in {FaultKind.TIMEOUT, FaultKind.LOGIN_PAGE}]
"""Without those that leave the storage as an error before anything is done leaves it."""


def inside(truth: Path, restored: Path) -> list[Difference]:
    """What differs below the two folders, which are not themselves part of a restored subfolder."""
    return [wrong for wrong in compare_trees(truth, restored) if wrong.path]


class Life:
    """A repository, the computer that backs up to it, and copies of what each snapshot that was
    acknowledged must hold."""

    def __init__(self, folder: Path, clock: ManualClock) -> None:
        self.folder = folder
        self.storage = MemoryStorage(clock)
        self.clock = clock
        self.computer = Computer(self.storage, folder / "data", clock)
        self.source = folder / "source"
        self.truths: dict[str, Path] = {}
        for number, name in enumerate(("a", "b", "in/c", "in/d", "in/deep/e")):
            (self.source / name).parent.mkdir(parents=True, exist_ok=True)
            (self.source / name).write_bytes(random_bytes(number, 3000))

    def through(self, faulty: FaultyStorage) -> tuple[Storage, Control]:
        control = Control(self.clock)
        return RetryingStorage(faulty, control, self.clock, random=random.Random(1)), control

    def change(self) -> None:
        self.serial += 1
        (self.source / "in" / "c").write_bytes(random_bytes(self.serial, 3000))
        (self.source / "in" / f"new-{self.serial}").write_bytes(random_bytes(-self.serial, 2000))
        (self.source / "in" / f"new-{self.serial - 1}").unlink(missing_ok=True)

    serial = 100

    # --- what a person does -----------------------------------------------------------------------

    def init(self, storage: Storage) -> None:
        Repository.create(storage, PASSWORD, self.clock, identity=ANNA, cost=CHEAP)

    def back_up(self, storage: Storage, control: Control | None = None) -> None:
        done = self.computer.backup(
            self.source,
            storage=storage,
            control=control,
            mode=LockMode.SHARED,
            tuning=SMALL_PACKS,
        )
        truth = self.folder / f"truth-{len(list(self.folder.glob('truth-*')))}"
        shutil.copytree(self.source, truth, symlinks=True)
        self.truths[done.summary.snapshot_id] = truth

    def restore(self, storage: Storage, control: Control | None = None) -> None:
        """The newest snapshot, and demand that what was restored is right."""
        target = self.folder / "restored"
        shutil.rmtree(target, ignore_errors=True)
        restored = restore(
            self.computer, target, storage=storage, control=control, subfolder=str(self.source)
        )
        newest = list(self.truths.values())[-1]
        wrong = inside(newest, target)
        if restored.problems:
            raise errors.DataDamaged(str(restored.problems))
        assert wrong == []

    def check(self, storage: Storage, control: Control | None = None) -> None:
        with self.computer.session(
            storage=storage, control=control, mode=LockMode.EXCLUSIVE, refresh=False
        ) as session:
            run_check(session, CheckRequest(read_data=True), random.Random(1))
            told = [event for event in self.computer.events if isinstance(event, Damage)]
        damage = [one for one in told if not self.is_empty(one)]
        if damage:
            raise errors.DataDamaged(str(damage))

    def mend(self, storage: Storage, control: Control | None = None) -> None:
        """A backup has sent again what was gone; now what is wrong gives way."""
        with self.computer.session(
            storage=storage, control=control, mode=LockMode.EXCLUSIVE
        ) as session:
            mend(session)

    def clean_up(self, storage: Storage, control: Control | None = None) -> None:
        with self.computer.session(
            storage=storage, control=control, mode=LockMode.EXCLUSIVE
        ) as session:
            run_prune(session, PruneRequest())

    def is_empty(self, damage: Damage) -> bool:
        """What a failed upload left without a byte is told, and costs nothing."""
        keys = (f"index/{damage.item}", f"snapshots/{damage.item}")
        return any(self.storage.objects.get(key) == b"" for key in keys)

    # --- what must be true ------------------------------------------------------------------------

    def prove(self, before: Mapping[str, bytes]) -> None:
        """Everything acknowledged is whole, and a backup completes. `before` is what was stored
        before the fault."""
        acknowledged = dict(self.truths)
        if stored(self.storage) != before:
            self.check(self.storage)
        else:
            acknowledged.clear()
        self.change()
        self.back_up(self.storage)
        self.check(self.storage)
        acknowledged[next(reversed(self.truths))] = self.source
        for name, truth in acknowledged.items():
            assert differences(self.computer, name, truth, self.source) == set()


def stored(storage: MemoryStorage) -> dict[str, bytes]:
    """What makes the repository: locks and what was put to try the storage are no part of it."""
    parts = ("config", "data/", "index/", "keys/", "snapshots/")
    return {key: body for key, body in storage.objects.items() if key.startswith(parts)}


class Saved:
    """A life, to be lived again from here."""

    def __init__(self, life: Life, folder: Path) -> None:
        self._life = life
        self._folder = folder
        self._objects = dict(life.storage.objects)
        self._modified = dict(life.storage.modified)
        self._truths = dict(life.truths)
        for name in ("data", "source"):
            if (life.folder / name).exists():
                shutil.copytree(life.folder / name, folder / name)

    def again(self) -> None:
        life = self._life
        life.storage.objects = dict(self._objects)
        life.storage.modified = dict(self._modified)
        life.truths = dict(self._truths)
        for name in ("data", "source"):
            shutil.rmtree(life.folder / name, ignore_errors=True)
            if (self._folder / name).exists():
                shutil.copytree(self._folder / name, life.folder / name)


@pytest.fixture
def life(tmp_path: Path) -> Life:
    (tmp_path / "life").mkdir()
    return Life(tmp_path / "life", ManualClock(an_hour_ahead()))


def first_backup(life: Life) -> Callable[[Storage, Control], None]:
    life.init(life.storage)
    return life.back_up


def second_backup(life: Life) -> Callable[[Storage, Control], None]:
    first_backup(life)
    life.back_up(life.storage)
    life.change()
    return life.back_up


def a_restore(life: Life) -> Callable[[Storage, Control], None]:
    second_backup(life)
    life.back_up(life.storage)
    return life.restore


def a_check(life: Life) -> Callable[[Storage, Control], None]:
    a_restore(life)
    return life.check


def a_mending(life: Life) -> Callable[[Storage, Control], None]:
    """After one pack was lost and another damaged."""
    first_backup(life)
    life.back_up(life.storage)
    packs = sorted(key for key in life.storage.objects if key.startswith("data/"))
    gone, spoiled = sorted(packs, key=lambda key: -len(life.storage.objects[key]))[:2]
    life.storage.delete(gone)
    whole = life.storage.objects[spoiled]
    life.storage.objects[spoiled] = whole[:50] + bytes([whole[50] ^ 1]) + whole[51:]
    with contextlib.suppress(errors.DataDamaged):
        life.check(life.storage)
    life.back_up(life.storage)
    with life.computer.manifest() as manifest:
        assert is_to_be_mended(manifest)
    return life.mend


def a_cleaning(life: Life) -> Callable[[Storage, Control], None]:
    """After a backup was forgotten, of which a pack is wholly waste and another in part."""
    a_restore(life)
    for name in list(life.truths)[:2]:
        with life.computer.session(mode=LockMode.FORGETTING) as session:
            run_forget(session, ForgetRequest(ids=(name,)))
        del life.truths[name]
    return life.clean_up


@pytest.mark.parametrize(
    ("begin", "lasting", "kind"),
    [
        *itertools.product(
            [first_backup, second_backup, a_restore, a_check], [False, True], FaultKind
        ),
        # As good as cut short at each call, where it makes no difference why nothing gets through.
        *itertools.product([a_mending], [True], UNLIKE),
        *itertools.product([a_cleaning], [True], CUTS),
    ],
)
def test_whatever_call_goes_wrong_nothing_is_lost(
    life: Life,
    tmp_path: Path,
    begin: Callable[[Life], Callable[[Storage, Control], None]],
    kind: FaultKind,
    lasting: bool,
) -> None:
    command = begin(life)
    saved = Saved(life, tmp_path / "saved")
    before = stored(life.storage)
    only_reads = begin in {a_restore, a_check}
    at = fired = 0
    while True:
        at += 1
        if not only_reads:
            saved.again()
        fault = Fault(kind, at=at, calls=FOR_GOOD if lasting else 1)
        faulty = FaultyStorage(life.storage, [fault], life.clock)
        # A storage that has not worked yet is given less time than one time-out takes.
        seen = lasting or (kind is FaultKind.TIMEOUT and at == 1)
        with contextlib.suppress(*ERRORS[kind]) if seen else contextlib.nullcontext():
            command(*life.through(faulty))
        if faulty.calls < at:
            break
        fired += bool(faulty.fired)
        held_here.clear()  # as the next program finds it
        life.clock.advance(3600)  # what a dead one left is stale
        if only_reads:
            assert stored(life.storage) == before
        elif faulty.fired:
            if begin is a_mending:
                life.mend(life.storage)  # as after the next backup
            life.prove(before)
    life.prove(before)
    assert fired > 0
    assert all(known(error.code) for error in ERRORS[kind])
