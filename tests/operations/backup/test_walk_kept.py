"""A folder in which nothing changed keeps its tree: only if that tree is really what is in it.

Whatever happened before, in runs of these paths or of others that overlap them, a snapshot holds
the source as it is now."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled
from backupclient.events import Reason
from backupclient.operations.backup.run import Tuning
from backupclient.repository.repository import Repository
from backupclient.requests import BackupRequest, ExcludeRule
from tests.fakes import ManualClock
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=1000)
BATCH = 64
"""So many small files are read at once: then a folder can be done while the next is not."""
NOBODY = 65534


class StoppingClock(TickingClock):
    """Stops the job at the time when it is asked for the `left`th time."""

    def __init__(self) -> None:
        super().__init__(an_hour_ahead(), step=3)
        self.control: Control | None = None
        self.left = 0

    def monotonic(self) -> float:
        if self.control is not None:
            self.left -= 1
            if not self.left:
                self.control.stop()
        return super().monotonic()


@pytest.fixture
def clock() -> ManualClock:
    return StoppingClock()


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


@pytest.fixture
def home(source: Path) -> Path:
    """`docs/old/plain`, `docs/plain` and `plain`."""
    (source / "docs" / "old").mkdir(parents=True)
    for number, folder in enumerate((source, source / "docs", source / "docs" / "old")):
        (folder / "plain").write_bytes(random_bytes(number, 3000))
    return source


def alter(folder: Path, turn: int) -> None:
    """Every file is changed, one is removed, one is new."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(BATCH - 1):
        (folder / f"{number:02}").write_bytes(random_bytes(1000 * turn + number, 50))
    (folder / f"new-{turn}").touch()
    (folder / f"new-{turn - 1}").unlink(missing_ok=True)


def stop_at(computer: Computer, source: Path, turn: int) -> bool:
    """Whether the run was stopped before its end."""
    clock = computer.clock
    assert isinstance(clock, StoppingClock)
    clock.control, clock.left = Control(clock), turn
    try:
        computer.backup(source, control=clock.control, tuning=SMALL_PACKS)
    except Cancelled:
        return True
    finally:
        clock.control = None
    return False


def test_what_changed_before_a_run_that_was_stopped_at_any_moment_is_in_the_next_snapshot(
    computer: Computer, source: Path
) -> None:
    folders = [source / "in" / name for name in ("a", "b", "c")]
    turn, stopped = 0, True
    while stopped:
        turn += 3
        for folder in folders:
            alter(folder, turn)
        stopped = stop_at(computer, source, turn)
        last = computer.backup(source, tuning=SMALL_PACKS).summary
        assert differences(computer, last.snapshot_id, source) == set(), turn
    assert turn > 20


def test_of_two_choices_one_within_the_other_each_holds_all_of_its_own(
    computer: Computer, home: Path
) -> None:
    computer.backup(home)
    (home / "docs" / "plain").write_bytes(b"changed")
    computer.backup(home / "docs")
    last = computer.backup(home).summary
    assert differences(computer, last.snapshot_id, home) == set()


@pytest.mark.parametrize("relative", [b".", b"docs"])
def test_the_same_folder_chosen_by_its_full_path_and_from_within(
    computer: Computer, home: Path, relative: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    computer.backup(home)
    for name in ("docs/plain", "docs/old/plain"):
        (home / name).write_bytes(b"changed")
    inner = computer.backup(BackupRequest(paths=(relative,))).summary
    assert differences(computer, inner.snapshot_id, home / "docs", at=Path("docs")) == set()
    last = computer.backup(home).summary
    assert differences(computer, last.snapshot_id, home) == set()


def test_a_file_deleted_before_a_run_from_within_does_not_come_back(
    computer: Computer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    computer.backup(home)
    (home / "plain").unlink()
    computer.backup(BackupRequest(paths=(b".",)))
    last = computer.backup(home).summary
    assert differences(computer, last.snapshot_id, home) == set()


def test_what_a_run_from_within_left_out_is_in_the_next_snapshot_of_the_whole(
    computer: Computer, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    computer.backup(home)
    rules = (ExcludeRule("plain"),)
    computer.backup(BackupRequest(paths=(b".",), rules=rules))
    last = computer.backup(home).summary
    assert differences(computer, last.snapshot_id, home) == set()


@contextmanager
def as_nobody() -> Iterator[None]:
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder where anybody may write."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


@pytest.mark.needs_root
@pytest.mark.parametrize("force", [False, True])
@pytest.mark.parametrize("closed", ["folder", "empty", "open/file"])
def test_what_cannot_be_read_for_a_while_keeps_its_last_version(
    computer: Computer, open_folder: Path, force: bool, closed: str
) -> None:
    """Nothing about the folder or the file changes: only who looks at them."""
    home = open_folder / "home"
    for folder in (home / "folder", home / "empty", home / "open"):
        folder.mkdir(parents=True)
    for file in (home / "folder" / "plain", home / "open" / "file", home / "open" / "plain"):
        file.write_bytes(b"as it is")
    (home / closed).chmod(0o700)
    ours = Computer(computer.storage, open_folder / "data", computer.clock)
    ours.backup(home)
    for path in (ours.folder, *ours.folder.iterdir()):
        path.chmod(0o777)
    with as_nobody():
        second = ours.backup(msgspec.structs.replace(request(home), force=force))
    if closed != "open/file" or force:
        assert [problem.path for problem in second.problems] == [str(home / closed)]
        assert second.problems[0].reason is Reason.UNREADABLE
        assert differences(ours, second.summary.snapshot_id, home) == set()
    third = ours.backup(home)
    assert third.problems == []
    assert differences(ours, third.summary.snapshot_id, home) == set()
