"""Worker processes for many small files."""

from __future__ import annotations

import os
import queue
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import psutil
import pytest

from backupclient.control import Control
from backupclient.errors import Cancelled, InternalError
from backupclient.events import Event, NoticeCode, ignore
from backupclient.manifest.kinds import RunState
from backupclient.manifest.manifest import Manifest
from backupclient.operations.backup.run import Tuning
from backupclient.pipeline.pace import Pace, Plan
from backupclient.pipeline.reader import ReadTask
from backupclient.pipeline.sender import Failed, PackSender, SentPack
from backupclient.pipeline.worker import SMALL
from backupclient.pipeline.workers import Digested, Stored, Workers
from backupclient.repository.repository import Repository
from backupclient.storage.base import Storage
from tests.fakes import ManualClock
from tests.operations.computer import Computer, TickingClock, an_hour_ahead, request
from tests.operations.stored import differences
from tests.patience import PATIENCE
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

WITH_PROCESSES = Tuning(threads=1, processes=2, uploads=2, pack_size=1 << 20)
WITHOUT = Tuning(threads=1, processes=0, uploads=2, pack_size=1 << 20)
MANY = 2500


@pytest.fixture
def clock() -> ManualClock:
    """Time passes, so that progress is told all the time."""
    return TickingClock(an_hour_ahead(), step=0.2)


@pytest.fixture
def computer(
    repository: Repository, storage: MemoryStorage, tmp_path: Path, clock: ManualClock
) -> Computer:
    return Computer(storage, tmp_path / "data", clock)


def workers_alive() -> list[psutil.Process]:
    """Started by this process; a dead one that nobody asked after counts."""
    return [
        child
        for child in psutil.Process().children()
        if any("spawn_main" in part for part in child.cmdline())
        or child.status() == psutil.STATUS_ZOMBIE
    ]


def shared_memory() -> set[str]:
    """Pieces of it that this process uses now."""
    maps = Path("/proc/self/maps").read_text().splitlines()
    return {line.split()[-1] for line in maps if "/dev/shm/" in line and "deleted" not in line}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "source"
    for number in range(MANY):
        folder = source / f"folder-{number % 20}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number}").write_bytes(random_bytes(number % 2000, number % 3000))
    return source


def test_paths_of_many_letters_do_not_confuse_the_workers(
    computer: Computer, tmp_path: Path
) -> None:
    """A batch of them is a message too long to be written at once."""
    source = tmp_path.joinpath("source", *(["n" * 250] * 8))
    source.mkdir(parents=True)
    for number in range(4000):
        (source / f"{number:05}").write_bytes(random_bytes(number, 4000))
    done = computer.backup(tmp_path / "source", tuning=WITH_PROCESSES)
    assert done.summary.data_blobs == 4000


def test_processes_store_what_one_process_stores(
    computer: Computer, source: Path, repository: Repository
) -> None:
    asked = msgspec.structs.replace(request(source), dry_run=True)
    dry = computer.backup(asked, tuning=WITHOUT).summary
    done = computer.backup(source, tuning=WITH_PROCESSES).summary
    assert workers_alive() == []
    assert differences(computer, done.snapshot_id, source) == set()
    for name in ("files_new", "data_blobs", "bytes_read", "total_bytes_processed", "data_added"):
        assert getattr(done, name) == getattr(dry, name), name
    ids = [
        blob.id
        for index in repository.list_index()
        for pack in repository.load_index(index)
        for blob in pack.entries
    ]
    assert len(ids) == len(set(ids))
    assert done.data_blobs + done.tree_blobs == len(ids)


@contextmanager
def at_the_first_sight_of_workers(computer: Computer, act: Callable[[], None]) -> Iterator[None]:
    """`act` once, as soon as a backup has started its worker processes. Nothing of them may be
    left at the end."""
    waiting = [act]
    shared: set[str] = set()

    def on_event(event: Event) -> None:
        if waiting and len(workers_alive()) >= 2:
            shared.update(shared_memory())
            waiting.pop()()

    computer.on_event = on_event
    try:
        yield
    finally:
        computer.on_event = ignore
    assert not waiting
    assert workers_alive() == []
    assert [path for path in shared if os.path.exists(path)] == []


def test_a_worker_that_the_system_kills_for_its_memory_is_done_without(
    computer: Computer, source: Path
) -> None:
    def kill_one() -> None:
        workers_alive()[0].kill()

    with at_the_first_sight_of_workers(computer, kill_one):
        done = computer.backup(source, tuning=WITH_PROCESSES)
    assert done.notices[0] == NoticeCode.LESS_AT_ONCE
    assert done.problems == []
    assert differences(computer, done.summary.snapshot_id, source) == set()
    with computer.manifest() as manifest:
        assert [run.state for run in manifest.runs()] == [RunState.COMPLETE, RunState.FAILED]


def test_a_worker_that_dies_ends_the_backup_and_leaves_no_process(
    computer: Computer, source: Path
) -> None:
    def end_one() -> None:
        workers_alive()[0].terminate()

    with (
        at_the_first_sight_of_workers(computer, end_one),
        pytest.raises(InternalError) as caught,
    ):
        computer.backup(source, tuning=WITH_PROCESSES)
    assert caught.value.facts["reason"] == "worker-died"
    done = computer.backup(source, tuning=WITH_PROCESSES).summary
    assert differences(computer, done.snapshot_id, source) == set()


def test_a_stop_leaves_no_process(computer: Computer, source: Path) -> None:
    control = Control(computer.clock)
    with (
        at_the_first_sight_of_workers(computer, control.stop),
        pytest.raises(Cancelled),
    ):
        computer.backup(source, control=control, tuning=WITH_PROCESSES)


# --- one batch ------------------------------------------------------------------------------------


def task(path: Path) -> ReadTask:
    return ReadTask(path.name, os.fsencode(path), path.lstat())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in (
        "changed",
        "chmodded",
        "empty",
        "fifo",
        "gone",
        "grown",
        "plain",
        "same",
        "symlink",
        "touched",
    ):
        (folder / name).write_bytes(b"" if name == "empty" else b"content")
    return folder


def test_a_worker_leaves_to_the_parent_whatever_is_not_as_it_was_listed(
    repository: Repository, storage: Storage, manifest: Manifest, control: Control, folder: Path
) -> None:
    listed = [task(path) for path in sorted(folder.iterdir())]
    (folder / "changed").write_bytes(b"CONTENT")
    (folder / "gone").unlink()
    (folder / "grown").write_bytes(bytes(SMALL))
    os.utime(folder / "touched")
    (folder / "chmodded").chmod(0o600)
    for name in ("fifo", "symlink"):
        (folder / name).unlink()
    os.mkfifo(folder / "fifo")
    (folder / "symlink").symlink_to("plain")
    news: queue.SimpleQueue[Digested | Stored | SentPack | Failed] = queue.SimpleQueue()
    pace = Pace(repository.clock, Plan(1 << 20, 1), lambda: None)
    sender = PackSender(repository, control, news.put, pace=pace, on_bytes=lambda _: None)
    workers = Workers(repository.master_key, manifest.blobs, sender, news.put, count=1)
    try:
        workers.submit(listed)
        digested, stored = news.get(timeout=PATIENCE), news.get(timeout=PATIENCE)
    finally:
        workers.close()
        sender.close()
    assert isinstance(digested, Digested)
    assert isinstance(stored, Stored)
    assert [file.token for file in digested.files] == ["empty", "plain", "same"]
    assert {one.token for one in digested.left} == {
        "changed",
        "chmodded",
        "fifo",
        "gone",
        "grown",
        "symlink",
        "touched",
    }
    assert (stored.added.blobs, stored.added.plain) == (1, 7)
