"""How fluid the Files page is over a million files: gaps of the event loop, time to an answer."""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtTest import QTest

from backupclient.answers import FileState
from backupclient.clock import SystemClock
from backupclient.errors import EngineNotRunning
from backupclient.link import Link
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.secret_store import SecretStore
from backupclient.settings import KnownPlaces
from tests.manifest.large import TOP, make
from ui.app import App
from ui.pages.files import FilesPage, Look
from ui.pages.page import PageName

FILES = 1_000_000
_ID = "0" * 64
_TICK_MS = 5
_PATIENCE_SECONDS = 60.0


class Gaps(QObject):
    """Time between two ticks of the event loop, in milliseconds."""

    def __init__(self) -> None:
        super().__init__()
        self.taken: list[float] = []
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=_TICK_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start()

    def _tick(self) -> None:
        now = time.perf_counter()
        self.taken.append((now - self._last) * 1000)
        self._last = now

    def restart(self) -> None:
        self.taken = []
        self._last = time.perf_counter()


def measure(work: Path, tell: Callable[[str], None], files: int = FILES) -> dict[str, float]:
    """The longest gap of each thing somebody does, in milliseconds. Needs the theme."""
    data = prepare(work, files)
    app = App(data, SystemClock(), SecretStore(data, use_keyring=False))
    app.start()
    gaps, found = Gaps(), {}
    try:
        for title, act in _acts(app, files):
            gaps.restart()
            began = time.perf_counter()
            act()
            took = (time.perf_counter() - began) * 1000
            _rest(0.3)
            found[title] = max(gaps.taken)
            middle = statistics.median(gaps.taken)
            tell(
                f"  {title:34} longest gap {found[title]:6.1f} ms, median {middle:4.1f} ms,"
                f" there after {took:6.0f} ms"
            )
    finally:
        app.close()
        _end_engine(data)
    return found


def prepare(work: Path, files: int) -> Path:
    """A data folder with a plan and a manifest of so many files; kept for the next time."""
    data = work / f"ui-{files}"
    location = str(work / "nowhere")
    folder = data / _ID
    if not (data / "complete").exists():
        folder.mkdir(parents=True)
        make(folder, files)
        KnownPlaces(data).remember(location, _ID)
        save_plan(data, BackupPlan(storage=Storage(location=location), folders=(TOP.decode(),)))
        (data / "complete").touch()
    return data


def _acts(app: App, files: int) -> list[tuple[str, Callable[[], None]]]:
    page = app.files

    def open_page() -> None:
        app.window.go_to(PageName.FILES)
        _until(lambda: page.tree.rowCount() > 0)

    def expand() -> None:
        page.tree_view.expand(page.tree.index(0, 0))
        _until(lambda: page.tree.rowCount(page.tree.index(0, 0)) > 0)

    def as_list() -> None:
        page.choose_look(Look.LIST)
        _until(lambda: page.list.rowCount() > 0)

    def waiting() -> None:
        page.choose_state(FileState.WAITING)
        _until(lambda: page.list.rowCount() > 0)

    def news() -> None:
        page.choose_state(None)
        _until(lambda: page.list.rowCount() > 0)
        for _ in range(4):
            page.news()
            _rest(0.6)

    return [
        ("the engine found", lambda: _until(lambda: app.controller.situation.reachable)),
        ("Files opened", open_page),
        ("a folder opened", expand),
        ("the flat list", as_list),
        ("the list scrolled through 5,000", lambda: _scroll(page, 5000)),
        ("only what waits", waiting),
        ("news while rows are on screen", news),
        ("a search that finds the last file", lambda: _search(page, f"file-{files - 7:07}")),
        ("a search that finds everything", lambda: _search(page, "file")),
        ("a search that finds nothing", lambda: _search_nothing(page)),
    ]


def _scroll(page: FilesPage, rows: int) -> None:
    bar = page.list_view.verticalScrollBar()

    def further() -> bool:
        bar.setValue(bar.value() + 2000)
        return page.list.rowCount() >= rows

    _until(further)


def _search(page: FilesPage, text: str) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, text, delay=30)
    _until(lambda: page.list.rowCount() > 0 and text in str(page.list.index(0, 0).data()))


def _search_nothing(page: FilesPage) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, "not there", delay=30)
    _until(lambda: page.note == page.tr("No file has that in its name."))


def _until(condition: Callable[[], bool]) -> None:
    end = time.perf_counter() + _PATIENCE_SECONDS
    while not condition():
        assert time.perf_counter() < end, "never came"
        _rest(0.01)


def _rest(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def _end_engine(data: Path) -> None:
    try:
        with Link(data) as link:
            os.kill(link.engine.pid, signal.SIGTERM)
    except EngineNotRunning:
        return
