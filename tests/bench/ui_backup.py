"""How fluid every page is while a backup of 50,000 files runs and a million are known, and what a
backup of 100,000 tiny files at full speed does to the window."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.manifest.states import FILE_NAME
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.requests import BackupRequest, Place
from backupclient.secret_store import SecretName, SecretStore
from backupclient.settings import KnownPlaces
from backupclient.wire.protocol import Batch
from tests.bench.ui_loop import Busy, Gaps, end_engine, rest, until, worst
from tests.manifest.large import make
from tests.trees import random_bytes
from ui.app import App
from ui.pages.page import PageName

FILES = 50_000
TINY_FILES = 100_000
KNOWN = 1_000_000
MOST_BATCHES = 20
_PER_FOLDER = 100
_ON_A_PAGE_SECONDS = 0.5
_PASSWORD = "of no use elsewhere"


class Rate(NamedTuple):
    """Batches from the engine. A second in which twenty were sent may see one more arrive."""

    a_second: float
    most: int

    @property
    def met(self) -> bool:
        return self.a_second <= MOST_BATCHES and self.most <= MOST_BATCHES + 1


class Arrivals:
    """When news came from the engine."""

    def __init__(self, app: App) -> None:
        self._began = time.perf_counter()
        self._times: list[float] = []
        # In the thread that reads them: the window's own may be late.
        app.controller.link.news.connect(self._note, Qt.ConnectionType.DirectConnection)

    def _note(self, _batch: Batch) -> None:
        self._times.append(time.perf_counter())

    @property
    def seconds(self) -> float:
        """From when nothing was on its way yet, since who reads may be late, to the last."""
        return self._times[-1] - self._began

    @property
    def rate(self) -> Rate:
        most = first = 0
        for at, moment in enumerate(self._times):
            while self._times[first] <= moment - 1:
                first += 1
            most = max(most, at - first + 1)
        return Rate((len(self._times) - 1) / self.seconds, most)


class Desk:
    """A window over a million known files, with a plan to back others up."""

    def __init__(self, work: Path, known: int) -> None:
        self.work, self.data = work / "desk", work / "desk" / "data"
        template = work / f"known-{known}"
        if not (template / "complete").exists():
            _remember(template, known)
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(template, self.work)
        self._location = str(self.work / "drive")
        self.secrets = SecretStore(self.data, use_keyring=False)
        self.secrets.keep(SecretName.PASSWORD, _PASSWORD)
        [manifest] = self.data.glob(f"*/{FILE_NAME}")
        KnownPlaces(self.data).remember(self._location, manifest.parent.name)

    def open(self, source: Path) -> App:
        plan = BackupPlan(
            storage=Storage(location=self._location),
            folders=(str(source),),
            schedule=Schedule(when=When.BY_HAND),
        )
        save_plan(self.data, plan)
        app = App(self.data, SystemClock(), self.secrets)
        app.start()
        until(lambda: app.controller.situation.overview is not None)
        return app


def _remember(folder: Path, known: int) -> None:
    """A place with one small backup, and a manifest that takes it for two hundred of a large
    folder."""
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "seed").mkdir(parents=True)
    (folder / "seed" / "file").write_bytes(b"seed")
    data = folder / "data"
    engine = Engine(Place(location=str(folder / "drive"), password=_PASSWORD, data_dir=str(data)))
    engine.init()
    snapshot = engine.backup(BackupRequest(paths=(os.fsencode(folder / "seed"),))).snapshot_id
    [manifest] = data.glob(f"*/{FILE_NAME}")
    make(manifest.parent, known)
    with sqlite3.connect(manifest) as connection:
        connection.execute("UPDATE runs SET snapshot_id = ?, listed = 1", (snapshot,))
    connection.close()
    shutil.rmtree(data / "places")
    (folder / "complete").touch()


def source_of(work: Path, files: int, size: int) -> Path:
    """A tree of so many files of `size` bytes on average; kept for the next time."""
    top = work / f"source-{files}-{size}"
    if (top / "complete").exists():
        return top
    for number in range(files):
        folder = top / f"{number // _PER_FOLDER:05}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:06}").write_bytes(random_bytes(number, size // 2 + number % size))
    (top / "complete").touch()
    return top


# --- pages ----------------------------------------------------------------------------------------


def pages(
    work: Path,
    tell: Callable[[str], None],
    *,
    files: int = FILES,
    known: int = KNOWN,
    seconds: float = _ON_A_PAGE_SECONDS,
) -> tuple[list[Busy], Rate]:
    """Each page in turn, looked at and scrolled, for as long as the backup runs."""
    source = source_of(work, files, 2000)
    desk = Desk(work, known)
    app = desk.open(source)
    found: dict[PageName, list[Busy]] = {name: [] for name in app.window.pages}
    late: set[PageName] = set()
    try:
        gaps, arrivals = Gaps(), Arrivals(app)
        app.home.back_up_now.emit()
        until(lambda: app.controller.situation.backup is not None)
        running = True
        while running or not all(found.values()):
            for name, times in found.items():
                gaps.restart()
                _look_at(app, name, seconds)
                running = app.controller.situation.backup is not None
                if not running and not times:
                    late.add(name)
                if running or not times:
                    times.append(gaps.busy())
        summary = app.controller.situation.summary
        assert summary is not None, app.controller.situation.failure
        assert summary.files_new >= files
    finally:
        app.close()
        end_engine(desk.data)
    every = []
    for name, times in found.items():
        of_page = worst(times)
        every.append(of_page)
        after = ", after the backup" if name in late else ""
        tell(f"  {name:10} {of_page} ({len(times)} times{after})")
    return every, arrivals.rate


def _look_at(app: App, name: PageName, seconds: float) -> None:
    app.window.go_to(name)
    end = time.perf_counter() + seconds
    bars = [app.window.pages[name].verticalScrollBar()]
    if name is PageName.FILES:
        view, top = app.files.tree_view, app.files.tree.index(0, 0)
        view.setExpanded(top, not view.isExpanded(top))
        bars.append(view.verticalScrollBar())
    for bar in bars:
        for at in range(0, min(bar.maximum(), 3000), 120):
            bar.setValue(at)
            rest(0.01)
    rest(max(0.0, end - time.perf_counter()))


# --- full speed -----------------------------------------------------------------------------------


def full_speed(
    work: Path, tell: Callable[[str], None], *, files: int = TINY_FILES, known: int = 1000
) -> tuple[Busy, Rate]:
    """A backup of so many tiny files, Home in front."""
    source = source_of(work, files, 100)
    desk = Desk(work, known)
    app = desk.open(source)
    try:
        gaps, arrivals = Gaps(), Arrivals(app)
        app.home.back_up_now.emit()
        until(lambda: app.controller.situation.summary is not None)
        summary = app.controller.situation.summary
        assert summary is not None
        assert summary.files_new >= files
        busy = gaps.busy()
    finally:
        app.close()
        end_engine(desk.data)
    rate = arrivals.rate
    tell(f"  {busy}")
    tell(
        f"  {files / arrivals.seconds:,.0f} files a second, {rate.a_second:.1f} batches a second"
        f" (at most {rate.most} in one)"
    )
    return busy, rate
