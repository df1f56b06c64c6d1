"""The twelve questions of the people: each is answered on screen, on a real engine. The table is
`twelve-questions.md`."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.exceptions import TimeoutError as QtTimeout
from pytestqt.qtbot import QtBot

from backupclient.events import JobState
from tests.engines import engine_of
from tests.patience import PATIENCE_MS
from tests.ui import test_app, test_overview
from ui import theme as theming
from ui.numbers import NO_BREAK
from ui.pages.files import Look
from ui.pages.home_view import Mood
from ui.pages.page import PageName
from ui.theme import Theme

HERE = Path(__file__).parent


class Row(NamedTuple):
    no: int
    question: str
    page: PageName
    widgets: tuple[str, ...]
    test: str
    lacks: str


def table() -> list[Row]:
    lines = (HERE / "twelve-questions.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [
        Row(int(one[0]), one[1], PageName(one[2]), tuple(one[3].split(", ")), one[4], one[5])
        for one in cells
        if one[0].strip().isdigit()
    ]


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest, qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[test_overview.Desk]:
    """A computer whose backup is done: eight letters and a copy of one. One letter could not be
    read at some time."""
    try:
        theming.theme()
    except AssertionError:
        theming.install(qapp)
    desk = test_overview.Desk(tmp_path_factory.mktemp("house"), QtBot(request))
    first = desk.source / "letter-0.txt"
    (desk.source / "copy.txt").write_bytes(first.read_bytes())
    desk.back_up()
    desk.meet(b"letter-1.txt")
    plan = desk.app.controller.situation.plan
    assert plan is not None
    desk.app.controller.take_plan(plan)  # which looks again
    yield desk
    desk.close()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[test_overview.Desk]:
    desk = test_overview.Desk(tmp_path, qtbot)
    yield desk
    desk.close()


@pytest.fixture
def slow(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[test_app.Desk]:
    desk = test_app.Desk(tmp_path, qtbot)
    desk.plan(upload=test_app.SLOW)
    qtbot.wait(2100)  # or the files' times are too near to be trusted, and they are read again
    yield desk
    desk.close()


def said(window: QWidget, name: str) -> str:
    """What the widget of that name says, if it is to be seen."""
    for found in window.findChildren(QWidget, name):
        if found.isVisible():
            text = getattr(found, "text", found.accessibleName)()
            return re.sub("<[^>]*>", "", str(text) or found.accessibleName()).replace(NO_BREAK, " ")
    return ""


def reads(window: QWidget, name: str, pattern: str, qtbot: QtBot) -> str:
    """Wait until it says that."""
    try:
        qtbot.waitUntil(lambda: bool(re.search(pattern, said(window, name))), timeout=PATIENCE_MS)
    except QtTimeout as error:
        raise AssertionError(f"{name} says: {said(window, name)!r}") from error
    return said(window, name)


# --- the table ------------------------------------------------------------------------------------


def test_all_twelve_are_in_the_table() -> None:
    assert [row.no for row in table()] == list(range(1, 13))


def test_the_tests_of_the_table_exist() -> None:
    for row in table():
        file, _, name = row.test.partition("::")
        tree = ast.parse((HERE / file).read_text("utf-8"))
        assert name in {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}, row


def test_the_widgets_of_the_table_exist_on_their_pages(
    house: test_overview.Desk, qtbot: QtBot
) -> None:
    window = house.app.window
    for row in table():
        window.go_to(row.page)
        page = window.pages[row.page]
        for name in row.widgets:
            there = partial(page.findChildren, QWidget, name)
            qtbot.waitUntil(lambda there=there: bool(there()), timeout=PATIENCE_MS)  # type: ignore[misc]


# --- the answers ----------------------------------------------------------------------------------


def test_is_everything_safe_and_as_of_when(house: test_overview.Desk, qtbot: QtBot) -> None:
    window = house.app.window
    window.go_to(PageName.HOME)
    reads(window, "sentence", "^Everything is safe$", qtbot)
    assert re.search(r"9\sfile.*last\schecked\s(just\snow|\d+\sminute)", said(window, "facts"))


def test_is_this_file_safe_and_which_version(house: test_overview.Desk, qtbot: QtBot) -> None:
    window, files = house.app.window, house.app.files
    window.go_to(PageName.FILES)
    files.choose_look(Look.LIST)
    qtbot.waitUntil(lambda: files.list.rowCount() == 9, timeout=PATIENCE_MS)
    files.list_view.opened.emit(files.list.index(0, 0))
    assert reads(window, "file-state", ".", qtbot) == "Safe"
    reads(window, "file-data", r"this version has been safe since today \d", qtbot)
    qtbot.waitUntil(
        lambda: "newest" in test_overview.words(files.panel.versions), timeout=PATIENCE_MS
    )


def test_why_not_and_what_do_i_do(house: test_overview.Desk, qtbot: QtBot) -> None:
    window = house.app.window
    window.go_to(PageName.PROBLEMS)
    assert "Close the program" in reads(window, "problem-next", ".", qtbot)
    assert "tries again with every backup" in said(window, "problem-meanwhile")


def test_how_far_it_is_and_that_it_moves(slow: test_app.Desk, qtbot: QtBot) -> None:
    app = slow.open()
    app.home.back_up_now.emit()
    window = app.window
    reads(window, "sentence", r"^Backing up: \d+ % safe", qtbot)
    legend = window.findChildren(QWidget, "bar")[0]
    first = legend.accessibleName()
    assert re.search(r"already safe .*, sent now .*, left .*", first)
    qtbot.waitUntil(lambda: legend.accessibleName() != first, timeout=PATIENCE_MS)
    reads(window, "speed", r"/s$", qtbot)


def test_it_stopped_and_nothing_is_lost(slow: test_app.Desk, qtbot: QtBot) -> None:
    app = slow.open()
    app.home.back_up_now.emit()
    slow.wait_for(JobState.RUNNING)
    progress = slow.situation
    qtbot.waitUntil(
        lambda: progress.progress is not None and progress.progress.bytes_sent > 0,
        timeout=PATIENCE_MS,
    )
    engine = engine_of(slow.data)
    assert engine is not None
    with qtbot.waitSignal(app.controller.link.lost, timeout=PATIENCE_MS):
        engine.kill()
    qtbot.waitUntil(lambda: slow.situation.reachable, timeout=PATIENCE_MS)
    if slow.situation.backup is None:
        app.home.back_up_now.emit()
    reads(app.window, "note", r"^Went on where it stopped, (today|yesterday) \d", qtbot)


def test_nothing_is_stored_twice(house: test_overview.Desk, qtbot: QtBot) -> None:
    house.app.window.go_to(PageName.STORAGE)
    reads(house.app.window, "storage-spared", r"it would take \d+\.\d kB more", qtbot)


def test_how_full_it_is_and_what_takes_the_space(house: test_overview.Desk, qtbot: QtBot) -> None:
    window = house.app.window
    window.go_to(PageName.STORAGE)
    reads(window, "storage-used", r"\d+\.\d kB of .* used", qtbot)
    reads(window, "storage-parts", r"Documents 2\d\d\.\d kB", qtbot)


def test_what_an_error_means_for_the_data(desk: test_overview.Desk, qtbot: QtBot) -> None:
    desk.back_up()
    away = desk.source.with_name("elsewhere")
    os.rename(desk.source, away)
    desk.app.home.back_up_now.emit()
    window = desk.app.window
    qtbot.waitUntil(
        lambda: desk.app.home.view is not None and desk.app.home.view.mood is Mood.PROBLEM,
        timeout=PATIENCE_MS,
    )
    window.go_to(PageName.PROBLEMS)
    reads(window, "problem-data", "nothing was recorded as deleted|Nothing was changed", qtbot)


def test_which_systems_are_supported(house: test_overview.Desk, qtbot: QtBot) -> None:
    house.app.window.go_to(PageName.STORAGE)
    reads(house.app.window, "supported-systems", "works on Linux", qtbot)
