"""Settings of what opens the backup, over a real engine: the password, recovery sheets, the list of
both, another address."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from backupclient import recovery_key
from backupclient.engine import Engine
from backupclient.plan import load_plan
from backupclient.repository.keys import KeyInfo
from backupclient.requests import Place
from backupclient.secret_store import SecretName
from tests.patience import PATIENCE_MS
from tests.ui.test_app import PASSWORD, Desk
from tests.warm_engines import start_engine
from ui.dialogs.change_password import PasswordDialog
from ui.dialogs.change_place import PlaceDialog
from ui.dialogs.new_sheet import SheetDialog
from ui.dialogs.who_opens import WhoOpensDialog, key_name
from ui.theme import Theme

NEW = "green rabbit at noon"  # made up, and of no use outside the tests


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme, cheap_keys: None) -> Iterator[Desk]:
    desk = Desk(tmp_path, qtbot)
    desk.plan()
    start_engine(desk.data, cheap_keys=True)
    desk.open()
    yield desk
    desk.close()


def asked(desk: Desk, kind: type[QDialog]) -> QDialog:
    """The dialog that one of the page's buttons opens."""
    assert desk.app is not None
    page = desk.app.settings
    wish = {
        PasswordDialog: page.change_password,
        PlaceDialog: page.change_place,
        SheetDialog: page.new_sheet,
        WhoOpensDialog: page.show_keys,
    }[kind]
    with desk.qtbot.waitSignal(desk.app.settings_wishes.opened, timeout=PATIENCE_MS) as opened:
        wish.emit()
    assert opened.args is not None
    dialog = opened.args[0]
    assert isinstance(dialog, kind)
    return dialog


def keys(desk: Desk, password: str, location: str = "") -> list[KeyInfo]:
    data = str(desk.data.parent / "other")
    place = Place(location=location or desk.location, password=password, data_dir=data)
    return Engine(place).keys()


def test_a_password_is_changed_and_the_next_backup_opens_by_it(desk: Desk) -> None:
    dialog = asked(desk, PasswordDialog)
    assert isinstance(dialog, PasswordDialog)
    assert not dialog.change.isEnabled()
    dialog.field.edit.setText(NEW)
    dialog.change.click()
    desk.qtbot.waitUntil(dialog.change.isHidden, timeout=PATIENCE_MS)
    assert "opens nothing any more" in dialog.told.text()
    assert desk.secrets.get(SecretName.PASSWORD) == NEW
    dialog.close_button.click()
    assert len(keys(desk, NEW)) == 1
    assert desk.app is not None
    desk.app.home.back_up_now.emit()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)


def test_a_new_sheet_opens_the_backup_and_the_one_before_may_go(desk: Desk) -> None:
    old = recovery_key.generate()
    Engine(Place(location=desk.location, password=PASSWORD, data_dir=str(desk.data))).set_up(old)
    dialog = asked(desk, SheetDialog)
    assert isinstance(dialog, SheetDialog)
    desk.qtbot.waitUntil(dialog.sheet.isVisible, timeout=PATIENCE_MS)
    assert len(dialog.older) == 1
    assert not dialog.ready.isEnabled()
    new = dialog.key
    dialog.sheet.field.setText(new[-4:])
    dialog.revoke.setChecked(True)
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.ready.click()
    assert len(keys(desk, new)) == 2


def test_who_can_open_it_is_listed_and_taken_away(desk: Desk) -> None:
    engine = Engine(Place(location=desk.location, password=PASSWORD, data_dir=str(desk.data)))
    engine.set_up(recovery_key.generate())
    dialog = asked(desk, WhoOpensDialog)
    assert isinstance(dialog, WhoOpensDialog)
    desk.qtbot.waitUntil(lambda: len(dialog.keys) == 2, timeout=PATIENCE_MS)
    mine, sheet = dialog.keys
    assert mine.current
    assert key_name(sheet) == "A recovery sheet"
    assert list(dialog.remove_buttons) == [sheet.name], "never the one that this computer uses"
    dialog.remove(sheet.name)
    desk.qtbot.waitUntil(lambda: len(dialog.keys) == 1, timeout=PATIENCE_MS)
    dialog.close_button.click()
    assert [key.name for key in keys(desk, PASSWORD)] == [mine.name]


def test_a_backup_that_moved_is_found_and_another_is_not_taken_for_it(
    desk: Desk, tmp_path: Path
) -> None:
    there = Place(location=desk.location, password=PASSWORD, data_dir=str(desk.data))
    Engine(there).keys()  # from now on this computer knows it
    other = tmp_path / "other-drive"
    Engine(Place(location=str(other), password=PASSWORD, data_dir=str(tmp_path / "o"))).init()
    moved = tmp_path / "moved"
    shutil.copytree(desk.location, moved)
    dialog = asked(desk, PlaceDialog)
    assert isinstance(dialog, PlaceDialog)
    assert not dialog.access_key.isVisible(), "a drive has no keys"
    dialog.address.edit.setText(str(tmp_path / "nowhere"))
    dialog.keep.click()
    desk.qtbot.waitUntil(dialog.anew.isVisible, timeout=PATIENCE_MS)
    dialog.address.edit.setText(str(other))
    dialog.keep.click()
    desk.qtbot.waitUntil(lambda: "not yours" in dialog.told.text(), timeout=PATIENCE_MS)
    dialog.address.edit.setText(str(moved))
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.keep.click()
    desk.qtbot.waitUntil(lambda: desk.situation.summary is not None, timeout=PATIENCE_MS)
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.storage.location == str(moved)


def test_a_new_backup_begins_where_there_is_none(desk: Desk, tmp_path: Path) -> None:
    dialog = asked(desk, PlaceDialog)
    assert isinstance(dialog, PlaceDialog)
    drive = tmp_path / "another-drive"
    drive.mkdir()
    dialog.address.edit.setText(str(drive))
    dialog.keep.click()
    desk.qtbot.waitUntil(dialog.anew.isVisible, timeout=PATIENCE_MS)
    assert not list(drive.iterdir()), "nothing is made before somebody says so"
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.anew.click()
    plan = load_plan(desk.data)
    assert plan is not None
    assert plan.storage.location == str(drive)
    snapshots = drive / "snapshots"
    desk.qtbot.waitUntil(lambda: len(list(snapshots.iterdir())) == 1, timeout=PATIENCE_MS)
    assert desk.secrets.get(SecretName.PASSWORD) == PASSWORD, "the same password opens it"


def test_a_password_that_was_changed_elsewhere_is_asked_for(desk: Desk, tmp_path: Path) -> None:
    elsewhere = Place(location=desk.location, password=PASSWORD, data_dir=str(tmp_path / "o"))
    Engine(elsewhere).change_password(NEW)
    dialog = asked(desk, PlaceDialog)
    assert isinstance(dialog, PlaceDialog)
    dialog.keep.click()
    desk.qtbot.waitUntil(dialog.password.isVisible, timeout=PATIENCE_MS)
    dialog.password.edit.setText(NEW)
    with desk.qtbot.waitSignal(dialog.accepted, timeout=PATIENCE_MS):
        dialog.keep.click()
    assert desk.secrets.get(SecretName.PASSWORD) == NEW
