"""A computer with things on it, and what becomes of it: the states that are photographed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

from PySide6.QtTest import QTest

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.plan import BackupPlan, Bandwidth, Schedule, Storage, When, save_plan
from backupclient.requests import BackupRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from tests.cheap_key import make_repository
from tests.fakes import ManualClock
from tests.trees import random_bytes
from ui.app import App

PASSWORD = "open sesame"  # made up, and of no use outside the pictures
MB = 1_000_000
_DAYS = 24
_WORKED_ON = 4
_HOUR = 3600
_WAIT = 120.0
_COMPUTER = "Study PC"


class Desk:
    """One computer: its files, its plan and its window. `work` is empty at first."""

    def __init__(self, work: Path) -> None:
        self.home = work / "home"
        self.data = work / "data"
        self.location = str(work / "drive" / "Plainkeep")
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.folders = [self.home / name for name in ("Documents", "Pictures", "Music")]
        for folder in self.folders:
            folder.mkdir(parents=True)
        self._seed = 0
        self._today = SystemClock().now() - timedelta(days=2 * _DAYS)
        """When what comes next is written."""
        self.move_in()

    def move_in(self) -> None:
        """What this process takes for somebody's home is here from now on."""
        os.environ["HOME"] = str(self.home)

    # --- what lies on it ------------------------------------------------------------------------

    def fill(self) -> None:
        """What somebody has gathered."""
        for year in (2024, 2025, 2026):
            for month in ("01 January", "04 April", "08 August"):
                self._add(self.folders[1] / str(year) / month, "IMG_{:04}.jpg", 6, 3 * MB)
            self._add(self.folders[0] / "Letters" / str(year), "letter {:02}.odt", 40, 40_000)
            self._add(self.folders[0] / "Taxes" / str(year), "receipt {:02}.pdf", 30, 90_000)
        self._add(self.folders[2] / "Concert", "{:02} Track.flac", 12, 6 * MB)
        self._add(self.folders[0], "Notes {:02}.txt", 8, 9_000)
        self._add(self.folders[1] / "Holiday 2025", "IMG_{:04}.jpg", 4, 3 * MB)
        cards = self.folders[1] / "Cards"
        for name, size in (("holiday-card.png", 2 * MB), ("holiday-map.png", 800_000)):
            self._add(cards, name, 1, size)
        self._add(self.folders[0] / "Household", "holiday-list.txt", 1, 2_000)
        self._add(self.folders[0] / "Household", "insurance.pdf", 1, 120_000)
        self._budget(0)

    def _budget(self, day: int) -> bytes:
        """A table that somebody works on, again and again; where it lies."""
        folder = self.folders[0] / "Household"
        self._add(folder, "holiday-budget.ods", 1, 60_000 + 700 * day)
        return os.fsencode(folder)

    def _card(self) -> bytes:
        """A picture that somebody draws anew, again and again; where it lies."""
        folder = self.folders[1] / "Cards"
        self._add(folder, "holiday-card.png", 1, 9 * MB)
        return os.fsencode(folder)

    def add_photos(self, name: str, photos: int) -> None:
        """So many new ones in a folder of this name, of 3 MB each."""
        self._add(self.folders[1] / "2026" / name, "IMG_{:04}.jpg", photos, 3 * MB)

    def _add(self, folder: Path, name: str, count: int, size: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, count + 1):
            self._seed += 1
            file = folder / name.format(number)
            file.write_bytes(random_bytes(self._seed, size))
            written = self._today.timestamp() - _HOUR * (number % 5 + 1)
            os.utime(file, (written, written))

    # --- what was done with it ------------------------------------------------------------------

    def set_up(self) -> None:
        """A place for the backup and its password."""
        make_repository(self._place())
        self.secrets.keep(SecretName.PASSWORD, PASSWORD)

    def plan(self, *, when: When, upload: int = 0, limit: int = 0, gone: bool = False) -> None:
        folders = [*self.folders, *([self.home / "Drive E"] if gone else [])]
        save_plan(
            self.data,
            BackupPlan(
                storage=Storage(location=self.location, limit=limit),
                folders=tuple(map(str, folders)),
                computer=_COMPUTER,
                schedule=Schedule(when=when),
                bandwidth=Bandwidth(upload=upload),
            ),
        )

    def live_through_days(self) -> None:
        """A backup of what was new, each evening for some weeks; on one of them it was off."""
        chance = random.Random(1)
        for day in range(_DAYS, 0, -1):
            if day == _DAYS // 3:
                continue
            clock = ManualClock(SystemClock().now() - timedelta(days=day))
            self._today = clock.now()
            # A folder of its own, since a clock that is behind the files' would trust none of them.
            new = self.folders[1] / "2026" / f"{clock.now():%m-%d}"
            self._add(new, "IMG_{:04}.jpg", chance.randint(1, 9), chance.randint(1, 3) * MB)
            paths = [os.fsencode(new)]
            if day % _WORKED_ON == 0:
                paths += [self._budget(_DAYS - day), self._card()]
            self._engine(clock).backup(BackupRequest(paths=tuple(paths)))
        self._today = SystemClock().now()
        self._engine().backup(BackupRequest(paths=tuple(map(os.fsencode, self.folders))))

    def stored(self) -> int:
        """Bytes that the drive holds."""
        return sum(file.stat().st_size for file in Path(self.location).rglob("*") if file.is_file())

    def _engine(self, clock: ManualClock | None = None) -> Engine:
        return Engine(self._place(), clock)

    def _place(self) -> Place:
        return Place(location=self.location, password=PASSWORD, data_dir=str(self.data))

    # --- its window -----------------------------------------------------------------------------

    @contextlib.contextmanager
    def window(self) -> Iterator[App]:
        """The app over it; its engine ends with it."""
        app = App(self.data, SystemClock(), self.secrets)
        app.start()
        try:
            if app.first_run is None:
                until(lambda: app.controller.situation.reachable)
            yield app
        finally:
            app.close()
            self._end_engine()

    def _end_engine(self) -> None:
        try:
            with Link(self.data) as link:
                pid = link.engine.pid
        except EngineNotRunning:
            return
        assert pid != os.getpid()
        os.kill(pid, signal.SIGTERM)
        until(lambda: not (self.data / "engine.sock").exists())


def until(true: Callable[[], bool]) -> None:
    """Let the window work until it is so."""
    ends_at = time.monotonic() + _WAIT
    while not true():
        assert time.monotonic() < ends_at, "what was to be photographed did not come"
        QTest.qWait(20)


@contextlib.contextmanager
def restless(file: Path) -> Iterator[None]:
    """A file that somebody never stops writing to, so that no reading of it is whole."""
    ended = threading.Event()

    def write() -> None:
        while not ended.wait(0.002):
            with file.open("ab") as stream:
                stream.write(b"x" * 2000)

    file.write_bytes(b"x" * 30 * MB)
    thread = threading.Thread(target=write, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
