"""Random histories: files come, change and go, runs of overlapping choices end well or do not,
snapshots are forgotten and pruned, manifests are lost. Every snapshot that a run acknowledges holds
what was chosen as it is at that moment, and whatever is kept stays whole."""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

from backupclient.errors import StorageFault
from backupclient.operations.backup.run import Tuning
from backupclient.operations.trees import TreeReader
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, ExcludeRule
from tests.fakes import ManualClock
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.stored import differences, nodes_of
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method

LEFT_OUT = "f5"
SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1500)


@pytest.fixture
def clock() -> ManualClock:
    return TickingClock(an_hour_ahead(), step=3)


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


class Choice(NamedTuple):
    """What is asked for, and where in the tree it hangs: (folder, its place) pairs."""

    request: BackupRequest
    holds: tuple[tuple[Path, Path], ...]


def choices(home: Path) -> list[Choice]:
    """`home` is the working directory."""
    parts = (home / "a", home / "b")
    without = msgspec.structs.replace(request(home), rules=(ExcludeRule(LEFT_OUT),))
    within = msgspec.structs.replace(without, paths=(b".",))
    return [
        Choice(request(home), ((home, home),)),
        Choice(request(home), ((home, home),)),
        Choice(request(*parts), tuple((part, part) for part in parts)),
        Choice(request(parts[0]), ((parts[0], parts[0]),)),
        Choice(BackupRequest(paths=(b".",)), ((home, Path()),)),
        Choice(BackupRequest(paths=(b"a",)), ((home / "a", Path("a")),)),
        Choice(msgspec.structs.replace(request(home), force=True), ((home, home),)),
        Choice(without, ((home, home),)),
        Choice(within, ((home, Path()),)),
    ]


class History:
    def __init__(self, computer: Computer, home: Path, seed: int) -> None:
        self.random = random.Random(seed)
        self.computer = computer
        self.home = home
        self.folders = [home / name for name in ("a", "a/in", "a/in/deep", "b", "b/in", "c")]
        self.choices = choices(home)
        self.turn = 0

    def step(self) -> None:
        kinds: list[tuple[int, Callable[[], None]]] = [
            (8, self.back_up),
            (6, self.fail),
            (2, self.forget),
            (1, self.computer.lose_manifest),
        ]
        weights = [weight for weight, _ in kinds]
        for _ in range(self.random.randrange(3)):
            self.change()
        self.random.choices(kinds, weights)[0][1]()

    def change(self) -> None:
        self.turn += 1
        folder = self.random.choice(self.folders)
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / f"f{self.random.randrange(6)}"
        if self.random.random() < 0.3:
            file.unlink(missing_ok=True)
        else:
            file.write_bytes(self.random.randbytes(self.random.randrange(400)))

    def back_up(self) -> None:
        choice = self.random.choice(self.choices)
        summary = self.computer.backup(choice.request, tuning=SMALL_PACKS).summary
        for folder, at in choice.holds:
            wrong = differences(self.computer, summary.snapshot_id, folder, at)
            if choice.request.rules:
                wrong = {name for name in wrong if Path(name).name != LEFT_OUT}
            assert wrong == set()

    def fail(self) -> None:
        choice = self.random.choice(self.choices)
        at = self.random.randrange(1, 12)
        fault = Fault(FaultKind.ERROR_BEFORE, at=at, calls=1000, method=Method.PUT)
        faulty = FaultyStorage(self.computer.storage, [fault])
        with contextlib.suppress(StorageFault):
            self.computer.backup(choice.request, storage=faulty, tuning=SMALL_PACKS)

    def forget(self) -> None:
        """Another program forgets a snapshot, and mostly prunes what only that one needed."""
        repository = self.computer.open()
        names = sorted(repository.list_snapshots())
        if len(names) > 1:
            repository.delete_snapshot(self.random.choice(names))
            if self.random.random() < 0.8:
                prune(self.computer, repository)


def prune(computer: Computer, repository: Repository) -> None:
    """Delete every pack in which no snapshot needs anything, indexed or not."""
    needed: set[bytes] = set()
    for name, snapshot in computer.snapshots().items():
        needed.add(snapshot.tree)
        for node in nodes_of(computer, name).values():
            needed.update(node.content or (), [node.subtree] if node.subtree else ())
    old = repository.list_index()
    packs = {pack.name: pack for name in old for pack in repository.load_index(name)}
    kept = [p for p in packs.values() if any(blob.id in needed for blob in p.entries)]
    new = repository.save_index(kept)
    for name in set(old) - {new}:
        repository.delete_index(name)
    for file in list(repository.list_packs()):
        if file.name not in {pack.name for pack in kept}:
            repository.delete_pack(file.name)


@pytest.mark.parametrize("seed", [3, 4, 6])
def test_whatever_happened_a_snapshot_holds_what_is_there(
    computer: Computer, source: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source)
    history = History(computer, source, seed)
    for folder in history.folders:
        folder.mkdir(parents=True)
        (folder / "f0").write_bytes(folder.name.encode())
    for _ in range(30):
        history.step()
    for name in computer.snapshots():
        nodes_of(computer, name)


def test_the_prune_of_these_histories_leaves_nothing_that_is_not_needed(
    computer: Computer, source: Path
) -> None:
    (source / "plain").write_bytes(b"1")
    first = computer.backup(source).summary
    (source / "plain").write_bytes(b"22")
    second = computer.backup(source).summary
    repository = computer.open()
    repository.delete_snapshot(first.snapshot_id)
    prune(computer, repository)
    with computer.session() as session:
        kept = {row.name for row in session.manifest.blobs.packs()}
        assert kept == {file.name for file in repository.list_packs()}
        assert len(kept) == 2
        TreeReader(session).load(session.load_snapshot(second.snapshot_id).tree)
