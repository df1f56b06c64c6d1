"""Somebody works in the folders while they are backed up: files and folders come, go, change, and
become something else between being listed and being read. No run stops; whatever a snapshot holds
can be read whole; and once it is quiet the next one holds everything."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest

from backupclient.operations.backup.run import Tuning
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.computer import Computer
from tests.operations.stored import differences, nodes_of
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage

SECONDS = float(os.environ.get("SOURCE_RACES_SECONDS", "5"))
SEED = 5
TUNING = Tuning(threads=2, processes=0, uploads=2, pack_size=1 << 20)
FOLDERS = ("a", "a/in", "b", "b/in", "b/in/deep", "c")
ODD = (b"caf\xe9", b"new\nline", b"-rf", b"'quoted\"", b"x" * 255)


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


class Busy(threading.Thread):
    """Does one thing after the other to a folder until it is told to stop."""

    def __init__(self, root: Path, outside: Path, seed: int) -> None:
        super().__init__(daemon=True)
        self.root = root
        self.outside = outside
        self.random = random.Random(seed)
        self.stop = threading.Event()
        self.turns = 0

    def run(self) -> None:
        deeds = (
            self.write,
            self.write,
            self.grow,
            self.shrink,
            self.replace,
            self.vanish,
            self.become_a_link,
            self.become_a_fifo,
            self.become_a_socket,
            self.become_a_folder,
            self.move_folder,
            self.swap_folder,
            self.forbid,
        )
        while not self.stop.is_set():
            with contextlib.suppress(OSError):
                self.random.choice(deeds)()
            self.turns += 1
            time.sleep(0.0005)

    def some_file(self) -> bytes:
        folder = self.root / self.random.choice(FOLDERS)
        names = [b"f%d" % number for number in range(12)]
        return os.path.join(bytes(folder), self.random.choice([*names, *ODD]))

    def some_folder(self) -> Path:
        return self.root / self.random.choice(FOLDERS)

    def clear(self, path: bytes) -> bytes:
        with contextlib.suppress(OSError):
            os.unlink(path)
        shutil.rmtree(path, ignore_errors=True)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        return path

    def write(self) -> None:
        size = self.random.choice((0, 10, 5000, 300_000, 1 << 20))
        path = self.some_file()
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb", opener=no_wait) as file:
            file.write(self.random.randbytes(size))

    def grow(self) -> None:
        with open(self.some_file(), "ab", opener=no_wait) as file:
            file.write(self.random.randbytes(10_000))

    def shrink(self) -> None:
        path = self.some_file()
        os.truncate(path, os.path.getsize(path) // 2)

    def replace(self) -> None:
        path = self.some_file()
        beside = path[:200] + b".new"
        with open(beside, "wb") as file:
            file.write(self.random.randbytes(7000))
        os.replace(beside, path)

    def vanish(self) -> None:
        os.unlink(self.some_file())

    def become_a_link(self) -> None:
        os.symlink(bytes(self.outside), self.clear(self.some_file()))

    def become_a_fifo(self) -> None:
        os.mkfifo(self.clear(self.some_file()))

    def become_a_socket(self) -> None:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(self.clear(self.some_file()))

    def become_a_folder(self) -> None:
        os.mkdir(self.clear(self.some_file()))

    def move_folder(self) -> None:
        self.some_folder().rename(self.root / f"moved-{self.turns}")

    def swap_folder(self) -> None:
        """For a link to a folder that was not chosen."""
        folder = self.some_folder()
        shutil.rmtree(folder)
        folder.symlink_to(self.outside)
        time.sleep(0.002)
        folder.unlink()
        folder.mkdir()

    def forbid(self) -> None:
        path = self.some_file()
        os.chmod(path, 0)
        time.sleep(0.002)
        os.chmod(path, 0o644)


def no_wait(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK, 0o644)


def tidy(root: Path) -> None:
    """Sockets are never stored."""
    for path in root.rglob("*"):
        if path.is_socket():
            path.unlink()


def test_whatever_happens_to_files_while_they_are_backed_up(
    computer: Computer, source: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"never chosen")
    for folder in FOLDERS:
        (source / folder).mkdir(parents=True, exist_ok=True)
    busy = Busy(source, outside, SEED)
    made: list[str] = []
    busy.start()
    try:
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline or len(made) < 3:
            made.append(computer.backup(source, tuning=TUNING).summary.snapshot_id)
    finally:
        busy.stop.set()
        busy.join()
    tidy(source)
    for name in made:
        assert not [path for path in nodes_of(computer, name, source) if path.endswith(b"secret")]
    computer.clock.advance(86_400)
    last = computer.backup(source, tuning=TUNING)
    assert last.problems == []
    assert names_and_kinds(computer, last.summary.snapshot_id, source) == set()
    assert busy.turns > 100


def names_and_kinds(computer: Computer, snapshot: str, source: Path) -> set[str]:
    """`differences`, for files of one chunk; of others that they are there."""
    wrong = differences(computer, snapshot, source)
    return {name for name in wrong if not (source / name).is_file() or small(source / name)}


def small(path: Path) -> bool:
    return path.stat().st_size < 512 << 10
