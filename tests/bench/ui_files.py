"""How fluid the Files page is over a million files: gaps of the event loop, time to an answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtTest import QTest

from backupclient.clock import SystemClock
from backupclient.plan import BackupPlan, Schedule, Storage, When, save_plan
from backupclient.secret_store import SecretStore
from backupclient.settings import KnownPlaces
from backupclient.wire.answers import FileState
from tests.bench.ui_loop import Busy, Gaps, end_engine, rest, until
from tests.manifest.large import TOP, make
from ui.app import App
from ui.pages.files import FilesPage, Look
from ui.pages.page import PageName

FILES = 1_000_000
_ID = "0" * 64


def measure(work: Path, tell: Callable[[str], None], files: int = FILES) -> list[Busy]:
    """How busy the window is with each thing somebody does. Needs the theme."""
    data = prepare(work, files)
    app = App(data, SystemClock(), SecretStore(data, use_keyring=False))
    app.start()
    gaps, found = Gaps(), []
    try:
        for title, act in _acts(app, files):
            gaps.restart()
            began = time.perf_counter()
            act()
            took = (time.perf_counter() - began) * 1000
            rest(0.3)
            found.append(gaps.busy())
            tell(f"  {title:34} {found[-1]}, there after {took:5.0f} ms")
    finally:
        app.close()
        end_engine(data)
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
        by_hand = Schedule(when=When.BY_HAND)
        storage = Storage(location=location)
        save_plan(data, BackupPlan(storage=storage, folders=(TOP.decode(),), schedule=by_hand))
        (data / "complete").touch()
    return data


def _acts(app: App, files: int) -> list[tuple[str, Callable[[], None]]]:
    page = app.files

    def open_page() -> None:
        app.window.go_to(PageName.FILES)
        until(lambda: page.tree.rowCount() > 0)

    def expand() -> None:
        page.tree_view.expand(page.tree.index(0, 0))
        until(lambda: page.tree.rowCount(page.tree.index(0, 0)) > 0)

    def as_list() -> None:
        page.choose_look(Look.LIST)
        until(lambda: page.list.rowCount() > 0)

    def waiting() -> None:
        page.choose_state(FileState.WAITING)
        until(lambda: page.list.rowCount() > 0)

    def news() -> None:
        page.choose_state(None)
        until(lambda: page.list.rowCount() > 0)
        for _ in range(4):
            page.news()
            rest(0.6)

    return [
        ("the engine found", lambda: until(lambda: app.controller.situation.reachable)),
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

    until(further)


def _search(page: FilesPage, text: str) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, text, delay=30)
    until(lambda: page.list.rowCount() > 0 and text in str(page.list.index(0, 0).data()))


def _search_nothing(page: FilesPage) -> None:
    page.search.clear()
    QTest.keyClicks(page.search, "not there", delay=30)
    until(lambda: page.note == page.tr("No file has that in its name."))
