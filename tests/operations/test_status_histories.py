"""Random histories: whatever happened, no file is called safe that is not in a listed snapshot, and
the counts of every folder are those of its files."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from backupclient.control import Control
from backupclient.errors import Cancelled, StorageFault
from backupclient.events import Event
from backupclient.manifest.contents import blob_ids
from backupclient.operations.backup.run import Tuning
from backupclient.operations.status import Source, file_pages, place_status
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, ExcludeRule
from backupclient.wire.answers import FileAnswer, FileState, FolderAnswer
from tests.manifest.counting import assert_counted
from tests.operations.computer import Computer, TickingClock, an_hour_ahead
from tests.operations.stored import nodes_of
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.storage.faults import Fault, FaultKind, FaultyStorage, Method

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1500)
FOLDERS = ("a", "a/in", "b")
NAMES = ("f0", "f1", "f2")
LEFT_OUT = "f1"

folders = st.sampled_from(FOLDERS)
names = st.sampled_from(NAMES)
chosen = st.sampled_from(((".",), ("a",), ("a", "b")))
left_out = st.booleans()
moments = st.integers(1, 12)
picked = st.integers(0, 1000)
"""One of several, of which there need not be as many in the same history lived again: what is drawn
must not depend on it."""


class Killed(BaseException):
    """Nothing is tidied up after it but what the system does."""


class Histories(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="histories-"))
        self.home = self.folder / "home"
        clock = TickingClock(an_hour_ahead(), step=3)
        storage = MemoryStorage(clock)
        Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
        self.computer = Computer(storage, self.folder / "data", clock)
        for folder in FOLDERS:
            (self.home / folder).mkdir(parents=True)
            (self.home / folder / "f0").write_bytes(folder.encode())
            # A chosen folder that is empty is taken for a drive that is not plugged in.
            (self.home / folder / "kept").write_bytes(folder.encode() * 2)
        self.computer.folder.mkdir()
        self.turn = 0

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    def request(self, paths: tuple[str, ...], without: bool) -> BackupRequest:
        return BackupRequest(
            paths=tuple(os.fsencode(os.path.normpath(self.home / path)) for path in paths),
            rules=(ExcludeRule(LEFT_OUT),) if without else (),
        )

    # --- what may happen ------------------------------------------------------------------------

    @rule(folder=folders, name=names)
    def add_or_change(self, folder: str, name: str) -> None:
        self.turn += 1
        (self.home / folder).mkdir(parents=True, exist_ok=True)
        (self.home / folder / name).write_bytes(b"%d" % self.turn * 100)

    @rule(folder=folders, name=names)
    def delete(self, folder: str, name: str) -> None:
        (self.home / folder / name).unlink(missing_ok=True)

    @rule()
    def delete_folder(self) -> None:
        shutil.rmtree(self.home / "a" / "in", ignore_errors=True)

    @rule(paths=chosen, without=left_out)
    def back_up(self, paths: tuple[str, ...], without: bool) -> None:
        self.computer.backup(self.request(paths, without), tuning=SMALL_PACKS)
        for path in paths:
            self.check_complete(Path(os.path.normpath(self.home / path)), without)

    @rule(paths=chosen, without=left_out, at=moments)
    def fail(self, paths: tuple[str, ...], without: bool, at: int) -> None:
        fault = Fault(FaultKind.ERROR_BEFORE, at=at, calls=1000, method=Method.PUT)
        faulty = FaultyStorage(self.computer.storage, [fault])
        with contextlib.suppress(StorageFault):
            self.computer.backup(self.request(paths, without), storage=faulty, tuning=SMALL_PACKS)

    @rule(paths=chosen, without=left_out, at=moments, kill=st.booleans())
    def cut_short(self, paths: tuple[str, ...], without: bool, at: int, kill: bool) -> None:
        control = Control(self.computer.clock)
        left = at

        def count(_: Event) -> None:
            nonlocal left
            left -= 1
            if not left and kill:
                raise Killed
            if not left:
                control.stop()

        self.computer.on_event = count
        with contextlib.suppress(Killed, Cancelled):
            request = self.request(paths, without)
            self.computer.backup(request, control=control, tuning=SMALL_PACKS)
        self.computer.on_event = lambda event: None

    @rule(which=picked)
    def forget(self, which: int) -> None:
        names = sorted(self.computer.snapshots())
        if names:
            self.computer.open().delete_snapshot(names[which % len(names)])
        with self.computer.session():
            pass  # the storage is looked at

    @rule()
    def lose_manifest(self) -> None:
        self.computer.lose_manifest()

    # --- what must hold -------------------------------------------------------------------------

    @property
    def source(self) -> Source:
        return Source("here", "id", self.computer.folder)

    def listed(self) -> list[FileAnswer]:
        pages = file_pages(self.source, b"/", frozenset(FileState), self.computer.clock)
        return [file for page in pages for file in page.files]

    def check_complete(self, top: Path, without: bool) -> None:
        """Everything there is safe, or left out."""
        here = {path for path in top.rglob("*") if path.is_file()}
        out = {path for path in here if without and path.name == LEFT_OUT}
        states = {
            Path(os.fsdecode(file.path)): file.state
            for file in self.listed()
            if Path(os.fsdecode(file.path)).is_relative_to(top)
        }
        assert states == {
            path: FileState.LEFT_OUT if path in out else FileState.SAFE for path in here
        }
        paths = [os.fsencode(top)]
        (answer,) = place_status(self.source, paths, self.computer.clock).answers
        assert isinstance(answer, FolderAnswer)
        assert answer.counts.safe.files == len(here - out)
        assert answer.counts.safe.bytes == sum(path.stat().st_size for path in here - out)
        assert answer.counts.left_out.files == len(out)
        assert answer.counts.unsafe == 0

    @invariant()
    def folders_are_counted(self) -> None:
        with self.computer.manifest() as manifest:
            assert_counted(manifest)

    @invariant()
    def what_is_called_safe_is_in_a_listed_snapshot(self) -> None:
        stored = [nodes_of(self.computer, name) for name in self.computer.snapshots()]
        with self.computer.manifest() as manifest:
            for file in self.listed():
                row = manifest.entry_at(file.path)
                path = file.path.lstrip(b"/")
                versions = [nodes[path] for nodes in stored if path in nodes]
                if file.state is FileState.SAFE:
                    assert row is not None
                    assert blob_ids(row.content) in [node.content for node in versions], path
                if file.earlier_version:
                    assert versions, path


Histories.TestCase.settings = hypothesis.settings(
    max_examples=10,
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=list(hypothesis.HealthCheck),
)
TestHistories = Histories.TestCase
