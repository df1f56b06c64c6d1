"""The manifest after a power cut, or on a disk that lies or rots.

Whatever is left of it opens or is set aside, and the next backup holds everything as it is: nothing
is skipped on the word of a row that is wrong. SQLite promises most of it as long as the disk keeps
what it says it has kept; the rest is ours.
"""

from __future__ import annotations

import contextlib
import os
import random
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from backupclient.errors import ManifestDamaged
from backupclient.events import BackupSummary, Event, NoticeCode, Noticed, ignore
from backupclient.manifest.manifest import FILE_NAME, set_aside
from backupclient.operations.backup.run import Tuning
from backupclient.repository.repository import Repository
from tests.fakes import ManualClock
from tests.operations.backup.test_walk_history import prune
from tests.operations.computer import Computer, TickingClock, an_hour_ahead
from tests.operations.stored import differences
from tests.repository.conftest import ANNA, CHEAP, PASSWORD
from tests.repository.memory_storage import MemoryStorage
from tests.trees import random_bytes

SMALL_PACKS = Tuning(threads=1, processes=0, uploads=1, pack_size=8000)
SEED = int(os.environ.get("POWER_LOSS_SEED", "7"))
SECTOR = 512
PAGE = 4096


@pytest.fixture
def clock() -> ManualClock:
    return TickingClock(an_hour_ahead(), step=0.5)


@pytest.fixture
def storage(clock: ManualClock) -> MemoryStorage:
    storage = MemoryStorage(clock)
    Repository.create(storage, PASSWORD, clock, identity=ANNA, cost=CHEAP)
    return storage


class Files(NamedTuple):
    """A manifest's files, as a disk may hold them."""

    database: bytes
    log: bytes


class Moment(NamedTuple):
    """What the disk and the storage hold at one moment of a run."""

    files: Files
    stored: dict[str, bytes]


class Ends(NamedTuple):
    """The database before a run and after it, and the whole log of that run."""

    before: bytes
    after: bytes
    log: bytes


class World:
    def __init__(self, computer: Computer, storage: MemoryStorage, source: Path) -> None:
        self.computer = computer
        self.storage = storage
        self.source = source
        self.database = computer.folder / FILE_NAME
        self.log = self.database.with_name(FILE_NAME + "-wal")
        self.turn = 0

    def change(self) -> None:
        self.turn += 1
        for number in range(0, 60, 7):
            name = self.source / f"in-{number % 6}" / f"f-{(number + self.turn) % 60}"
            name.parent.mkdir(exist_ok=True)
            name.write_bytes(random_bytes(self.turn * 1000 + number, 2500))

    def back_up(self) -> BackupSummary:
        """As a command does it: what turns out damaged is set aside, and the rest done again."""
        try:
            return self.computer.backup(self.source, tuning=SMALL_PACKS).summary
        except ManifestDamaged:
            set_aside(self.computer.folder)
            return self.computer.backup(self.source, tuning=SMALL_PACKS).summary

    def files(self) -> Files:
        log = self.log.read_bytes() if self.log.exists() else b""
        return Files(self.database.read_bytes(), log)

    def moments(self) -> tuple[list[Moment], Ends]:
        """A backup, and what there was at each of its events."""
        found: list[Moment] = []
        before = self.files().database

        def look(event: Event) -> None:
            found.append(Moment(self.files(), dict(self.storage.objects)))

        # While somebody else has it open, closing it leaves the log as it is.
        with contextlib.closing(sqlite3.connect(self.database)) as guard:
            guard.execute("SELECT * FROM meta").fetchall()
            self.computer.on_event = look
            self.back_up()
            self.computer.on_event = ignore
            look(Noticed(code=NoticeCode.WENT_ON))
            log = self.files().log
        ends = Ends(before, self.files().database, log)
        some = [found[n] for n in sorted({round(n * (len(found) - 1) / 11) for n in range(12)})]
        return some, ends

    def put_back(self, files: Files, stored: dict[str, bytes]) -> None:
        for old in self.computer.folder.glob("manifest*"):
            if old.name != "manifest.lock":
                old.unlink()
        self.database.write_bytes(files.database)
        if files.log:
            self.log.write_bytes(files.log)
        self.storage.objects = dict(stored)

    def prove(self, what: object) -> None:
        done = self.back_up()
        assert differences(self.computer, done.snapshot_id, self.source) == set(), what
        again = self.back_up()
        assert again.data_blobs == 0, what
        assert differences(self.computer, again.snapshot_id, self.source) == set(), what


@pytest.fixture
def world(computer: Computer, storage: MemoryStorage, source: Path) -> World:
    world = World(computer, storage, source)
    for number in range(60):
        name = source / f"in-{number % 6}" / f"f-{number}"
        name.parent.mkdir(exist_ok=True)
        name.write_bytes(random_bytes(number, 2500))
    world.back_up()
    return world


# --- what a power cut may leave -------------------------------------------------------------------


def whole(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    return moment.files


def without_its_end(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    database, log = moment.files
    return Files(database, log[: chance.randrange(len(log) + 1)])


def sectors_lost(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    """Nothing of the log was synced: each sector is there, or not, or garbage."""
    database, log = moment.files
    harmed = bytearray(log)
    for start in range(0, len(log), SECTOR):
        lot = chance.random()
        if lot < 0.02:
            harmed[start : start + SECTOR] = bytes(len(harmed[start : start + SECTOR]))
        elif lot < 0.04:
            harmed[start : start + SECTOR] = chance.randbytes(len(harmed[start : start + SECTOR]))
    return Files(database, bytes(harmed))


def without_its_log(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    return Files(moment.files.database, b"")


def half_checkpointed(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    """The log is whole; of the pages that were being copied into the database some are there."""
    pages = [
        chance.choice((ends.before, ends.after))[start : start + PAGE].ljust(PAGE, b"\0")
        for start in range(0, max(len(ends.before), len(ends.after)), PAGE)
    ]
    return Files(b"".join(pages), ends.log)


# --- what only a disk that lies leaves ------------------------------------------------------------


def old_with_a_newer_log(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    return Files(ends.before, moment.files.log)


def cut_off(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    return Files(ends.after[: chance.randrange(len(ends.after))], moment.files.log)


def zeros(chance: random.Random, moment: Moment, ends: Ends) -> Files:
    harmed = bytearray(ends.after)
    for _ in range(3):
        start = chance.randrange(len(ends.after) // SECTOR) * SECTOR
        harmed[start : start + SECTOR] = bytes(SECTOR)
    return Files(bytes(harmed), b"")


Harm = Callable[[random.Random, Moment, Ends], Files]
HARMS: list[Harm] = [
    whole,
    without_its_end,
    sectors_lost,
    without_its_log,
    half_checkpointed,
    old_with_a_newer_log,
    cut_off,
    zeros,
]


@pytest.mark.parametrize("harm", HARMS)
def test_a_manifest_that_a_power_cut_left_vouches_for_nothing_that_is_not_stored(
    world: World, harm: Harm
) -> None:
    chance = random.Random(SEED)
    world.change()
    moments, ends = world.moments()
    if harm is old_with_a_newer_log:
        world.change()
        moments, _ = world.moments()
    for number, moment in enumerate(moments):
        stored = moments[-1].stored if harm is half_checkpointed else moment.stored
        world.put_back(harm(chance, moment, ends), stored)
        if number % 3 == 1:
            prune(world.computer, world.computer.open())
        if number % 3 == 2:
            world.change()
        world.prove((harm.__name__, number))


# --- rows that rot --------------------------------------------------------------------------------


def columns(database: Path) -> Iterator[tuple[str, str]]:
    with sqlite3.connect(database) as connection:
        tables = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic%'"
        ).fetchall()
        for (table,) in tables:
            for _, column, *_ in connection.execute(f"PRAGMA table_info({table})").fetchall():
                yield table, column
    connection.close()


def rot(database: Path, table: str, column: str, chance: random.Random) -> int:
    """Turn a bit in that column of one row of three; returns in how many."""
    connection = sqlite3.connect(database)
    keys = [row[5] and row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    key = ", ".join(name for name in keys if name)
    rows = connection.execute(f"SELECT {key}, {column} FROM {table}").fetchall()
    harmed = 0
    for *where, value in rows:
        if value in (None, b"", "") or chance.random() > 0.3:
            continue
        marks = ", ".join("?" * len(where))
        connection.execute(
            f"UPDATE OR IGNORE {table} SET {column} = ? WHERE ({key}) = ({marks})",
            (turned(value, chance), *where),
        )
        harmed += 1
    connection.commit()
    connection.close()
    return harmed


def turned(value: int | str | bytes, chance: random.Random) -> int | str | bytes:
    if isinstance(value, int):
        return value ^ (1 << chance.randrange(max(1, value.bit_length())))
    data = bytearray(value if isinstance(value, bytes) else value.encode())
    data[chance.randrange(len(data))] ^= 1
    return bytes(data) if isinstance(value, bytes) else data.decode()


def test_no_row_that_rots_makes_a_backup_that_lacks_anything(world: World) -> None:
    chance = random.Random(SEED)
    world.change()
    world.back_up()
    pristine = Moment(world.files(), dict(world.storage.objects))
    harmed = 0
    for table, column in list(columns(world.database)):
        world.put_back(*pristine)
        if not rot(world.database, table, column, chance):
            continue
        harmed += 1
        (world.source / "in-1" / "another").write_bytes(chance.randbytes(100))
        world.prove((table, column))
    assert harmed > 30
