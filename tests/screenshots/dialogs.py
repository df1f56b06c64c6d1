"""The dialogs: each is opened as its button does, brought to where it asks something, closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from tests.screenshots.camera import SETTLED_MS, Camera
from tests.screenshots.desk import until
from ui.app import App
from ui.dialogs.change_place import PlaceDialog
from ui.dialogs.new_sheet import SheetDialog
from ui.dialogs.who_opens import WhoOpensDialog
from ui.pages.page import PageName


class Shown(NamedTuple):
    """What its picture is called, how it is opened, and when there is all to be seen."""

    name: str
    open: Callable[[App], None]
    ready: Callable[[App, QDialog], bool]


def _at_once(_app: App, _dialog: QDialog) -> bool:
    return True


def _nothing_asked(_app: App, dialog: QDialog) -> bool:
    assert isinstance(dialog, WhoOpensDialog)
    return bool(dialog.keys)


def _on_paper(_app: App, dialog: QDialog) -> bool:
    assert isinstance(dialog, SheetDialog)
    return dialog.sheet.isVisible()


def _refused(_app: App, dialog: QDialog) -> bool:
    """A folder without a backup is typed, and tried."""
    assert isinstance(dialog, PlaceDialog)
    if not dialog.told.text():
        dialog.address.edit.setText(f"{dialog.address.text}-elsewhere")
        dialog.keep.click()
    return dialog.anew.isVisible()


def _made(app: App, _dialog: QDialog) -> bool:
    return app.report.save_button.isEnabled()


def _free_space(app: App) -> None:
    app.window.go_to(PageName.STORAGE)
    app.storage.space_wanted.emit()


def _leave_out(app: App) -> None:
    app.window.go_to(PageName.FILES)
    rows = app.files.tree_view.model()
    until(lambda: rows.rowCount() > 0)
    index = rows.index(0, 0)
    app.files.tree_view.opened.emit(index)
    app.files.panel.leave_out.emit()


IN_PEACE = (
    Shown("leave-out", _leave_out, _at_once),
    Shown("free-space", _free_space, _at_once),
    Shown("change-password", lambda app: app.settings.change_password.emit(), _at_once),
    Shown("who-opens", lambda app: app.settings.show_keys.emit(), _nothing_asked),
    Shown("recovery-sheet", lambda app: app.settings.new_sheet.emit(), _on_paper),
    Shown("change-place", lambda app: app.settings.change_place.emit(), _refused),
    Shown("report", lambda app: app.make_report(), _made),
)
AT_WORK = (
    Shown("stop", lambda app: app.home.stop.emit(), _at_once),
    Shown("quit", lambda app: app.presence.ask_to_quit(), _at_once),
)


def take_dialogs(app: App, camera: Camera, dialogs: tuple[Shown, ...]) -> None:
    """All of them, one after the other."""
    for shown in dialogs:
        shown.open(app)
        until(lambda: bool(_open(app)))
        dialog = _open(app)[-1]
        until(lambda: shown.ready(app, dialog))  # noqa: B023 - waited for before the next
        QTest.qWait(SETTLED_MS)
        camera.take(dialog, f"dialog-{shown.name}")
        dialog.reject()
        until(lambda: not _open(app))


def _open(app: App) -> list[QDialog]:
    return list(_visible(app))


def _visible(app: App) -> Iterator[QDialog]:
    return (one for one in app.window.findChildren(QDialog) if one.isVisible())
