"""Takes pictures of windows and dialogs, in both appearances, into a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QAbstractItemModel, QLocale, QModelIndex, QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QTreeView, QWidget

from tests.screenshots.desk import until
from ui import theme, tokens, translations
from ui.app import App
from ui.models.file_rows import WORDS_ROLE
from ui.pages.page import PageName
from ui.theme import Appearance

_APPEARANCES = (Appearance.DARK, Appearance.LIGHT)
SETTLED_MS = 500
"""After so long a page shows what it has asked for, and nothing moves any more."""


class Camera:
    """`pages` are those that are wanted, of `out` the folder."""

    def __init__(self, out: Path, pages: frozenset[PageName]) -> None:
        self._out = out
        self._pages = pages
        self._language = ""
        self.taken = 0

    def speak(self, qt: QApplication, language: str) -> None:
        """What is made from now on is in this language; unless it is English, its pictures are
        named by it."""
        QLocale.setDefault(QLocale(language))
        spoken = translations.install(qt)
        self._language = "" if spoken == translations.ENGLISH else f"-{spoken}"

    def take(self, shown: QWidget, name: str) -> None:
        """As it stands, in both appearances."""
        for appearance in _APPEARANCES:
            theme.theme().set_appearance(appearance)
            self._shoot(shown, name, appearance)

    def take_both_sizes(self, app: App, name: str) -> None:
        """What is in front, in a window of the usual size and in the smallest."""
        self.take(app.window, name)
        app.window.resize(*tokens.SMALLEST_WINDOW)
        self.take(app.window, f"{name}-narrow")
        app.window.resize(*tokens.USUAL_WINDOW)

    def take_pages(self, app: App, state: str, *, narrow: bool = False) -> None:
        """Every page with something opened on it, and if wanted once more in a `narrow` window."""
        _fill_pages(app)
        for appearance in _APPEARANCES:  # which takes long to change
            theme.theme().set_appearance(appearance)
            self._take_pages(app, state, appearance)
            if narrow:
                app.window.resize(*tokens.SMALLEST_WINDOW)
                self._take_pages(app, f"{state}-narrow", appearance)
                app.window.resize(*tokens.USUAL_WINDOW)

    def _take_pages(self, app: App, state: str, appearance: Appearance) -> None:
        for page in PageName:
            if page in self._pages:
                app.window.go_to(page)
                if page in (PageName.RESTORE, PageName.STORAGE):
                    QTest.qWait(5 * SETTLED_MS)  # it looks into the storage, or counts
                self._shoot(app.window, f"{page.value}-{state}", appearance)

    def _shoot(self, shown: QWidget, name: str, appearance: Appearance) -> None:
        QTest.qWait(SETTLED_MS)
        if theme.theme().dark is not (appearance is Appearance.DARK):
            theme.theme().set_appearance(appearance)  # the app had looked what was chosen
            QTest.qWait(SETTLED_MS)
        file = self._out / f"{name}{self._language}-{appearance.value}.png"
        assert shown.grab().save(str(file)), f"{file} cannot be written"
        self.taken += 1

    def take_file(
        self, app: App, state: str, names: Sequence[str], *, narrow: bool = False
    ) -> None:
        """The details of the file that is found by these names of folders and its own."""
        app.window.go_to(PageName.FILES)
        index = QModelIndex()
        for name in names:
            until(lambda: _below(app.files.tree, index, name).isValid())  # noqa: B023 - at once
            index = _below(app.files.tree, index, name)
            app.files.tree_view.expand(index)
        app.files.tree_view.setCurrentIndex(index)
        app.files.tree_view.opened.emit(index)
        QTest.qWait(4 * SETTLED_MS)
        if narrow:
            self.take_both_sizes(app, f"file-{state}")
        else:
            self.take(app.window, f"file-{state}")
        app.files.close_details()

    def take_menu(self, app: App) -> None:
        """What a click on the icon in the tray opens."""
        menu = app.tray.menu
        menu.popup(QPoint(0, 0))
        self.take(menu, "tray-menu")
        menu.close()


def _fill_pages(app: App) -> None:
    app.window.go_to(PageName.FILES)
    QTest.qWait(SETTLED_MS)
    _opened(app.files.tree_view)
    app.window.go_to(PageName.RESTORE)
    app.restore.by_file.field.setText("holiday")
    versions = app.restore.by_file.versions
    for _ in range(20):  # there may be none
        if versions.rows.rowCount() < 2:
            QTest.qWait(SETTLED_MS)
    if versions.rows.rowCount() > 1:
        versions.setCurrentIndex(versions.rows.index(1))  # which chooses the file, too


def _below(model: QAbstractItemModel, above: QModelIndex, name: str) -> QModelIndex:
    rows = (model.index(number, 0, above) for number in range(model.rowCount(above)))
    return next((one for one in rows if one.data(WORDS_ROLE).name == name), QModelIndex())


def _opened(tree: QTreeView) -> QModelIndex:
    """The last folder and the last in it, as somebody would who looks for new pictures; the last
    in that."""
    index = QModelIndex()
    model = tree.model()
    for _ in range(4):
        below = model.index(max(0, model.rowCount(index) - 1), 0, index)
        if not below.isValid():
            break
        index = below
        tree.expand(index)
        QTest.qWait(SETTLED_MS)
    return index
