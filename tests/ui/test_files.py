"""The Files page over a real engine: the tree, the list, the search, the details."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QDialog, QPushButton
from pytestqt.qtbot import QtBot

from backupclient.plan import load_plan
from backupclient.wire.answers import FileState, FolderAnswer
from tests.patience import PATIENCE_MS
from tests.ui.test_app import Desk
from tests.warm_engines import start_engine
from ui.dialogs.leave_out import LeaveOutDialog, rule_for
from ui.models import file_list
from ui.models.file_rows import Column
from ui.pages.files import FilesPage, Look
from ui.pages.files_table import FilesView
from ui.pages.page import PageName
from ui.theme import Theme
from ui.wording_files import Details


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot)
    yield desk
    desk.close()


@pytest.fixture
def page(desk: Desk) -> FilesPage:
    """Of a computer that has backed up: a folder of 20 letters, one of them in a folder below."""
    (desk.source / "old").mkdir()
    (desk.source / "old" / "diary.txt").write_text("dear diary")
    desk.plan()
    start_engine(desk.data)
    app = desk.open()
    app.controller.back_up()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)
    app.window.go_to(PageName.FILES)
    desk.qtbot.waitUntil(lambda: app.files.tree.rowCount() == 1, timeout=PATIENCE_MS)
    return app.files


def names(model: QAbstractItemModel, parent: QModelIndex | None = None) -> list[str]:
    above = QModelIndex() if parent is None else parent
    rows = range(model.rowCount(above))
    return [str(model.index(row, Column.NAME, above).data()) for row in rows]


def words(page: FilesPage) -> Details:
    assert page.panel.words is not None
    return page.panel.words


def open_top(page: FilesPage, qtbot: QtBot) -> QModelIndex:
    top = page.tree.index(0, 0)
    page.tree_view.expand(top)
    qtbot.waitUntil(lambda: page.tree.rowCount(page.tree.index(0, 0)) > 0, timeout=PATIENCE_MS)
    return page.tree.index(0, 0)


def test_a_folder_is_asked_for_when_it_is_opened(page: FilesPage, qtbot: QtBot) -> None:
    QAbstractItemModelTester(page.tree, QAbstractItemModelTester.FailureReportingMode.Fatal)
    assert names(page.tree) == ["Documents"]
    top = open_top(page, qtbot)
    assert names(page.tree, top)[:3] == ["old", "letter-0.txt", "letter-1.txt"]
    assert page.tree.index(1, Column.STATE, top).data() == "Safe"
    assert page.tree.index(0, Column.STATE, top).data() == "All safe"


def test_chips_count_and_filter(page: FilesPage, qtbot: QtBot) -> None:
    QAbstractItemModelTester(page.list, QAbstractItemModelTester.FailureReportingMode.Fatal)
    qtbot.waitUntil(lambda: "21" in page.chips[FileState.SAFE].text(), timeout=PATIENCE_MS)
    page.choose_look(Look.LIST)
    qtbot.waitUntil(lambda: page.list.rowCount() == 21, timeout=PATIENCE_MS)
    page.chips[FileState.PROBLEM].click()
    qtbot.waitUntil(lambda: page.list.rowCount() == 0, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: page.note == "No file has a problem.", timeout=PATIENCE_MS)
    page.choose_look(Look.TREE)
    assert page.note == "No file has a problem."
    page.choose_look(Look.LIST)
    page.chips[None].click()
    assert not page.note
    qtbot.waitUntil(lambda: page.list.rowCount() == 21, timeout=PATIENCE_MS)


def test_more_is_read_only_when_it_is_scrolled_to(
    page: FilesPage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_list, "PAGE", 5)
    monkeypatch.setattr(file_list, "MOST_ROWS", 15)
    page.window().resize(900, 600)
    page.choose_look(Look.LIST)
    qtbot.waitUntil(lambda: page.list.rowCount() == 15, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: "first 15" in page.note, timeout=PATIENCE_MS)
    QTest.keyClicks(page.search, "diary")
    qtbot.waitUntil(lambda: names(page.list) == ["diary.txt"], timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not page.note, timeout=PATIENCE_MS)


def test_a_name_has_the_room_that_times_can_spare(page: FilesPage, qtbot: QtBot) -> None:
    view = FilesView()
    qtbot.addWidget(view)
    view.setModel(page.tree)
    view.show()
    widths = []
    for room in (1200, 540):
        view.resize(room, 400)
        view.size_columns()
        widths.append([view.header().sectionSize(column) for column in Column])
    wide, narrow = widths
    assert narrow[Column.AS_OF] < wide[Column.AS_OF], "elided, and read whole in a tool tip"
    assert narrow[Column.STATE] == wide[Column.STATE]
    assert sum(narrow) <= 540


def test_letters_are_searched_as_they_are_typed(page: FilesPage, qtbot: QtBot) -> None:
    QTest.keyClicks(page.search, "DIAR")
    qtbot.waitUntil(lambda: names(page.list) == ["diary.txt"], timeout=PATIENCE_MS)
    page.search.clear()
    qtbot.waitUntil(lambda: page.view is page.tree_view, timeout=PATIENCE_MS)


def test_enter_opens_details_that_look_now_and_escape_closes(
    page: FilesPage, desk: Desk, qtbot: QtBot
) -> None:
    top = open_top(page, qtbot)
    page.tree_view.setCurrentIndex(page.tree.index(1, 0, top))
    (desk.source / "letter-0.txt").write_text("written anew")
    QTest.keyClick(page.tree_view, Qt.Key.Key_Return)
    assert not page.panel.isHidden()
    shown = page.shown_path
    assert os.path.basename(shown) == b"letter-0.txt"
    qtbot.waitUntil(lambda: words(page).title == "Changed", timeout=PATIENCE_MS)
    assert "is safe" in words(page).your_data
    assert "just now" in words(page).looked_at
    qtbot.waitUntil(lambda: len(page.panel.versions.versions) == 1, timeout=PATIENCE_MS)
    [now] = [one for one in page.panel.findChildren(QPushButton) if one.text() == "Try now"]
    QTest.mouseClick(now, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: words(page).title == "Safe", timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(page.panel.versions.versions) == 2, timeout=PATIENCE_MS)
    QTest.keyClick(page.tree_view, Qt.Key.Key_Escape)
    assert page.panel.isHidden()


def test_leaving_out_shows_first_and_then_changes_the_plan(
    page: FilesPage, desk: Desk, qtbot: QtBot
) -> None:
    top = open_top(page, qtbot)
    answer = page.tree.answer_at(page.tree.index(0, 0, top))
    assert isinstance(answer, FolderAnswer)
    page.open_details(answer)
    page.panel.leave_out.emit()
    dialog = page.window().findChild(LeaveOutDialog)
    assert isinstance(dialog, QDialog)
    assert "1 file" in dialog.what.text()
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.rules == ()
    QTest.keyClick(dialog, Qt.Key.Key_Return)

    def kept() -> bool:
        now = load_plan(desk.data)
        return now is not None and now.rules == (str(desk.source / "old"),)

    qtbot.waitUntil(kept, timeout=PATIENCE_MS)
    said = "From the next backup on, this is left out"
    qtbot.waitUntil(lambda: said in words(page).meanwhile, timeout=PATIENCE_MS)
    assert not words(page).can_leave_out
    assert desk.app is not None
    desk.app.controller.back_up()
    qtbot.waitUntil(lambda: said not in words(page).meanwhile, timeout=PATIENCE_MS)


def test_several_at_once_go_to_the_restore_page_as_they_are(
    page: FilesPage, desk: Desk, qtbot: QtBot
) -> None:
    top = open_top(page, qtbot)
    page.tree_view.setCurrentIndex(page.tree.index(0, 0, top))
    assert not page.several.isVisible(), "one alone has its details"
    for _ in range(2):
        QTest.keyClick(page.tree_view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert page.several.isVisible()
    names_chosen = [os.path.basename(path) for path in page.chosen_paths]
    assert names_chosen == [b"letter-0.txt", b"letter-1.txt", b"old"]
    page.several.restore.click()
    assert desk.app is not None
    restore = desk.app.restore
    qtbot.waitUntil(lambda: len(restore.chosen) == 3, timeout=PATIENCE_MS)
    assert {os.path.basename(one.path) for one in restore.chosen} == set(names_chosen)
    qtbot.waitUntil(
        lambda: all(one.size is not None for one in restore.chosen), timeout=PATIENCE_MS
    )
    assert restore.footer.button.isEnabled()
    results = restore.by_file.results
    assert all(results.row(number).marked for number in range(3))


def test_what_changes_on_disk_changes_in_the_rows(
    page: FilesPage, desk: Desk, qtbot: QtBot
) -> None:
    top = open_top(page, qtbot)
    (desk.source / "old" / "diary.txt").unlink()
    (desk.source / "old").rmdir()
    (desk.source / "a-new-one.txt").write_text("new")
    assert desk.app is not None
    desk.app.controller.back_up()
    top = page.tree.index(0, 0)
    qtbot.waitUntil(
        lambda: names(page.tree, top)[:2] == ["a-new-one.txt", "letter-0.txt"], timeout=PATIENCE_MS
    )


def test_what_was_found_and_its_details_go_with_the_time(
    page: FilesPage, desk: Desk, qtbot: QtBot
) -> None:
    """From what is typed into the rows and on to the details by the keyboard, while there are more
    backups; and another file of that name is found by who comes back."""
    QTest.keyClicks(page.search, "letter-7")
    qtbot.waitUntil(lambda: names(page.list) == ["letter-7.txt"], timeout=PATIENCE_MS)
    page.window().activateWindow()
    QTest.keyClick(page.search, Qt.Key.Key_Down)
    assert page.list_view.hasFocus()
    QTest.keyClick(page.list_view, Qt.Key.Key_Return)
    versions = page.panel.versions
    qtbot.waitUntil(lambda: len(versions.versions) == 1, timeout=PATIENCE_MS)
    assert desk.app is not None
    window, controller = desk.app.window, desk.app.controller

    def back_up() -> None:
        summary = desk.situation.summary
        controller.back_up()
        qtbot.waitUntil(lambda: desk.situation.summary is not summary, timeout=PATIENCE_MS)

    def size() -> object:
        return page.list.index(0, Column.SIZE).data()

    before = size()
    window.go_to(PageName.HOME)
    (desk.source / "letter-7.txt").write_text("another letter")
    back_up()
    window.go_to(PageName.FILES)
    qtbot.waitUntil(lambda: size() not in (before, None), timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: len(versions.versions) == 2, timeout=PATIENCE_MS)
    page.search.setText("poem")
    qtbot.waitUntil(lambda: "No file has that" in page.note, timeout=PATIENCE_MS)
    window.go_to(PageName.HOME)
    (desk.source / "poem.txt").write_text("roses")
    back_up()
    window.go_to(PageName.FILES)
    qtbot.waitUntil(lambda: names(page.list) == ["poem.txt"], timeout=PATIENCE_MS)


@pytest.mark.parametrize(
    ("path", "rule"), [(b"/a/b", "/a/b"), (b"/a/*[x]", "/a/\\*\\[x]"), (b"/a/\xff", None)]
)
def test_a_rule_means_the_path_and_nothing_else(path: bytes, rule: str | None) -> None:
    assert rule_for(path) == rule
