"""The restore page over a real engine: found, looked at, restored beside what is there."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from backupclient.clock import SystemClock
from backupclient.engine import Engine
from backupclient.plan import BackupPlan, Storage, save_plan
from backupclient.requests import BackupRequest, Overwrite, Place
from backupclient.secret_store import SecretName, SecretStore
from tests.cheap_key import make_repository
from tests.engines import end_engine
from tests.patience import PATIENCE_MS
from tests.seaweed import S3Place
from tests.warm_engines import start_engine
from ui.app import App
from ui.dialogs.question import Question
from ui.pages.page import PageName
from ui.pages.restore import RestorePage
from ui.restorer import RestoreState
from ui.theme import Theme
from ui.widgets.buttons import NavigationButton
from ui.widgets.choice_list import BOX

PASSWORD = "open sesame"  # made up, and of no use outside the tests


class Desk:
    """A computer with backups of four days, and its window."""

    def __init__(self, folder: Path, qtbot: QtBot, s3: S3Place | None = None) -> None:
        """The backups are in a folder, or on a storage."""
        self.folder, self.qtbot = folder, qtbot
        self.data = folder / "data"
        self.documents = folder / "Documents"
        self.place = Place(
            location=f"s3:{s3.endpoint}/{s3.bucket}/{s3.prefix}" if s3 else str(folder / "drive"),
            password=PASSWORD,
            data_dir=str(self.data),
            access_key=s3.access_key if s3 else "",
            secret_key=s3.secret_key if s3 else "",
        )
        make_repository(self.place)
        self._begin = datetime.now(UTC).replace(hour=12) - timedelta(days=20)
        self.write("Household/report.odt", "first")
        self.write("holiday-list.txt", "socks")
        self.back_up(0)
        self.write("Household/report.odt", "second!")
        (self.documents / "holiday-list.txt").unlink()
        self.back_up(10)
        secrets = SecretStore(self.data, use_keyring=False)
        secrets.keep(SecretName.PASSWORD, PASSWORD)
        secrets.keep(SecretName.SECRET_KEY, self.place.secret_key)
        storage = Storage(location=self.place.location, access_key=self.place.access_key)
        save_plan(self.data, BackupPlan(storage=storage, folders=(str(self.documents),)))
        start_engine(self.data)
        self.app = App(self.data, SystemClock(), secrets)
        qtbot.addWidget(self.app.window)
        self.app.start()
        self.app.window.go_to(PageName.RESTORE)
        self.opening: list[bool] = []
        self.hints: list[str] = []
        """What was said as soon as it was, and was not."""
        self.page.kept.opening.connect(self._note)

    def _note(self, opening: bool) -> None:
        self.opening.append(opening)
        self.hints.append(self.page.by_file.hint.text())

    @property
    def page(self) -> RestorePage:
        return self.app.restore

    def write(self, name: str, text: str) -> None:
        (self.documents / name).parent.mkdir(parents=True, exist_ok=True)
        (self.documents / name).write_text(text)

    def back_up(self, day: int) -> None:
        time = self._begin + timedelta(days=day)
        paths = (os.fsencode(self.documents),)
        Engine(self.place).backup(BackupRequest(paths=paths, time=time))

    def search(self, text: str) -> None:
        self.page.by_file.field.setText(text)
        self.qtbot.waitUntil(
            lambda: "found in" in self.page.by_file.field.facts.text(), timeout=PATIENCE_MS
        )

    def restore(self) -> None:
        assert self.page.footer.button.isEnabled()
        QTest.mouseClick(self.page.footer.button, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(
            lambda: self.page.restorer.state not in (RestoreState.IDLE, RestoreState.RUNNING),
            timeout=PATIENCE_MS,
        )

    def close(self) -> None:
        self.app.close()
        end_engine(self.data)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a new folder for what is restored is made. Before the window."""
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot)
    yield desk
    desk.close()


@pytest.fixture
def far_desk(tmp_path: Path, s3_place: S3Place, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot, s3_place)
    yield desk
    desk.close()


def test_the_place_is_opened_before_anything_is_looked_for(desk: Desk) -> None:
    desk.qtbot.waitUntil(lambda: desk.opening == [True, False], timeout=PATIENCE_MS)
    began, ended = desk.hints
    assert "Opening" in began
    assert ended.startswith("Type a part of a name")
    assert desk.page.by_date.backups.rows.rowCount() == 1, "of the newest day"


def test_a_deleted_file_and_an_older_version_come_back(desk: Desk, tmp_path: Path) -> None:
    page, by_file = desk.page, desk.page.by_file
    desk.search("HOLIDAY")
    [row] = [by_file.results.row(n) for n in range(by_file.results.rows.rowCount())]
    assert row.title == "holiday-list.txt"
    assert row.right_below.startswith("deleted ")
    by_file.results.marked.emit(0)
    desk.search("report")
    desk.qtbot.waitUntil(lambda: by_file.versions.rows.rowCount() == 2, timeout=PATIENCE_MS)
    by_file.versions.setCurrentIndex(by_file.versions.rows.index(1))
    assert by_file.results.row(0).marked, "who chooses a version wants the file"
    by_file.results.marked.emit(0)
    assert len(page.chosen) == 1
    there = by_file.versions.visualRect(by_file.versions.rows.index(1)).topLeft()
    spot = there + QPoint(BOX, BOX)
    QTest.mouseClick(by_file.versions.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert len(page.chosen) == 2, "chosen once more, though it is the one that is looked at"
    page.restore_to(str(tmp_path / "back"))
    desk.restore()
    assert page.restorer.state is RestoreState.DONE
    found = {path.name: path.read_text() for path in (tmp_path / "back").rglob("*.*")}
    assert found == {"holiday-list.txt": "socks", "report.odt": "first"}
    assert "all equal" in page.footer.end_line


def test_where_they_were_both_are_kept(far_desk: Desk) -> None:
    far_desk.search("report")
    by_file = far_desk.page.by_file
    far_desk.qtbot.waitUntil(lambda: by_file.versions.rows.rowCount() == 2, timeout=PATIENCE_MS)
    by_file.versions.setCurrentIndex(by_file.versions.rows.index(1))
    far_desk.page.footer.where_they_were.emit()
    far_desk.restore()
    texts = {p.read_text() for p in (far_desk.documents / "Household").iterdir()}
    assert texts == {"first", "second!"}
    assert (far_desk.documents / "Household" / "report.odt").read_text() == "second!"
    assert "1 file" in far_desk.page.footer.end_line


def test_what_is_there_is_replaced_only_after_that_was_said(far_desk: Desk) -> None:
    page, by_file, there = (
        far_desk.page,
        far_desk.page.by_file,
        far_desk.documents / "Household/report.odt",
    )
    far_desk.search("report")
    far_desk.qtbot.waitUntil(lambda: by_file.versions.rows.rowCount() == 2, timeout=PATIENCE_MS)
    by_file.versions.setCurrentIndex(by_file.versions.rows.index(1))
    page.footer.where_they_were.emit()
    page.footer.choose_conflict(Overwrite.ALWAYS)
    QTest.mouseClick(page.footer.button, Qt.MouseButton.LeftButton)
    [asked] = page.findChildren(Question)
    assert str(far_desk.documents) in asked.text.text()
    asked.reject()
    assert page.restorer.state is RestoreState.IDLE
    QTest.mouseClick(page.footer.button, Qt.MouseButton.LeftButton)
    [asked] = [one for one in page.findChildren(Question) if one.isVisible()]
    asked.buttons[-1].click()
    far_desk.qtbot.waitUntil(lambda: page.restorer.state is RestoreState.DONE, timeout=PATIENCE_MS)
    assert {p.read_text() for p in there.parent.iterdir()} == {"first"}


def test_versions_of_two_days_become_two_zips(desk: Desk, tmp_path: Path) -> None:
    page, by_file = desk.page, desk.page.by_file
    for name in ("holiday", "report"):
        desk.search(name)
        rows = by_file.results
        desk.qtbot.waitUntil(
            lambda: rows.rows.rowCount() == 1 and name in rows.row(0).title,  # noqa: B023
            timeout=PATIENCE_MS,
        )
        rows.marked.emit(0)
    page.restore_into(str(tmp_path / "back.zip"))
    assert page.footer.overwrite is Overwrite.KEEP_BOTH
    desk.restore()
    assert page.restorer.state is RestoreState.DONE
    assert "all equal" in page.footer.end_line
    found: dict[str, bytes] = {}
    for path in tmp_path.glob("back (from *).zip"):
        with zipfile.ZipFile(path) as archived:
            found |= {name: archived.read(name) for name in archived.namelist()}
    assert found == {"holiday-list.txt": b"socks", "report.odt": b"second!"}


def test_a_folder_of_a_day_comes_back(desk: Desk, tmp_path: Path) -> None:
    page, by_date = desk.page, desk.page.by_date
    page.segments.choose(1)
    page.show_side(1)
    desk.qtbot.waitUntil(lambda: by_date.backups.rows.rowCount() == 1, timeout=PATIENCE_MS)
    path = os.fsencode(desk.documents / "Household")
    desk.qtbot.waitUntil(lambda: by_date.tree.item_of(path) is not None, timeout=PATIENCE_MS)
    top = by_date.tree.model().index(0, 0, by_date.tree.rootIndex())
    assert top.data() == desk.documents.name, "the folders above it are only in the way"
    by_date.tree.use(path)
    desk.qtbot.waitUntil(lambda: page.chosen[0].size == 7, timeout=PATIENCE_MS)
    page.restore_to(str(tmp_path / "back"))
    desk.restore()
    assert (tmp_path / "back" / "Household" / "report.odt").read_text() == "second!"


def test_a_version_is_looked_at_and_its_copy_goes(desk: Desk) -> None:
    desk.search("report")
    by_file = desk.page.by_file
    desk.qtbot.waitUntil(lambda: by_file.versions.rows.rowCount() == 2, timeout=PATIENCE_MS)
    with desk.qtbot.waitSignal(desk.page.copies.opened, timeout=PATIENCE_MS) as opened:
        by_file.versions.followed.emit(1)
    assert opened.args is not None
    copy = Path(opened.args[0])
    assert copy.read_text() == "first"
    assert copy.stat().st_mode & 0o222 == 0
    desk.page.close_all()
    assert not copy.exists()


def test_a_search_outlasts_leaving_the_page_and_a_place_that_comes_late(desk: Desk) -> None:
    page = desk.page
    field = page.by_file.field
    desk.search("report")
    with desk.qtbot.waitSignal(page.by_file.searched, timeout=PATIENCE_MS):
        field.setText("holiday")
    desk.app.window.go_to(PageName.HOME)  # before there can be an answer
    assert "found in" not in field.facts.text()
    desk.app.window.go_to(PageName.RESTORE)
    desk.qtbot.waitUntil(lambda: "found in" in field.facts.text(), timeout=PATIENCE_MS)
    assert page.by_file.results.row(0).title == "holiday-list.txt"
    # So does a folder of a backup, and the versions of a file.
    tree, versions = page.by_date.tree, page.by_file.versions.rows
    desk.qtbot.waitUntil(lambda: versions.rowCount() > 0, timeout=PATIENCE_MS)
    tree.begin()
    tree.wanted.emit(b"/", 0)
    versions.show_rows(())
    page.by_file.versions_wanted.emit(os.fsencode(desk.documents / "holiday-list.txt"), "")
    desk.app.window.go_to(PageName.HOME)
    assert not tree.topLevelItemCount()
    desk.app.window.go_to(PageName.RESTORE)
    desk.qtbot.waitUntil(
        lambda: bool(tree.topLevelItemCount() and versions.rowCount()), timeout=PATIENCE_MS
    )
    # A keyring that has to be unlocked first: what is typed meanwhile is looked for afterwards.
    another = RestorePage(desk.data, desk.app.controller.link, SystemClock().now, desk.folder)
    desk.qtbot.addWidget(another)
    with desk.qtbot.waitSignal(another.by_file.searched, timeout=PATIENCE_MS):
        another.by_file.field.setText("report")
    another.set_place(desk.place)
    facts = another.by_file.field.facts
    desk.qtbot.waitUntil(lambda: "found in" in facts.text(), timeout=PATIENCE_MS)
    another.close_all()


def test_a_file_is_restored_by_the_keyboard_alone(home: Path, desk: Desk) -> None:
    window, page = desk.app.window, desk.page
    window.go_to(PageName.HOME)
    window.activateWindow()

    def reach(widget: QWidget) -> None:
        for _ in range(60):
            at = QApplication.focusWidget() or window
            if at is widget:
                return
            QTest.keyClick(at, Qt.Key.Key_Tab)
        raise AssertionError(f"{widget.accessibleName()} is not reached by Tab")

    rows = {one.accessibleName(): one for one in window.findChildren(NavigationButton)}
    reach(rows["Home"])
    for _ in range(3):  # the rows are one stop, and arrows choose among them
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Down)
    assert rows["Restore"].isChecked()
    assert page.isVisible()
    by_file = page.by_file
    reach(by_file.field)
    QTest.keyClicks(by_file.field, "holiday")
    desk.qtbot.waitUntil(lambda: by_file.results.rows.rowCount() == 1, timeout=PATIENCE_MS)
    QTest.keyClick(by_file.field, Qt.Key.Key_Down)
    assert by_file.results.hasFocus()
    QTest.keyClick(by_file.results, Qt.Key.Key_Space)
    assert page.chosen
    reach(page.footer.button)
    QTest.keyClick(page.footer.button, Qt.Key.Key_Space)
    desk.qtbot.waitUntil(lambda: page.restorer.state is RestoreState.DONE, timeout=PATIENCE_MS)
    [back] = list(home.rglob("holiday-list.txt"))
    assert back.read_text() == "socks"
