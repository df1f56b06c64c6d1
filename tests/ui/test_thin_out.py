"""From "Free space…" to room: what would go is shown first, and other computers' backups stay."""

from __future__ import annotations

import os

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from backupclient.engine import Engine
from backupclient.operations.select import SnapshotQuery
from backupclient.requests import BackupRequest, Place, SnapshotFilter
from tests.patience import PATIENCE_MS
from tests.trees import random_bytes
from tests.ui.test_app import PASSWORD, Desk
from tests.ui.test_app import desk as desk  # noqa: PLC0414 - a fixture
from ui.dialogs.thin_out import ThinOutDialog
from ui.pages.page import PageName


def test_old_versions_go_and_their_room_is_free(desk: Desk) -> None:
    desk.plan()
    other = Place(location=desk.location, password=PASSWORD, data_dir=str(desk.data / "other"))
    engine = Engine(other)
    paths = (os.fsencode(desk.source),)
    laptop = BackupRequest(paths=paths, hostname="laptop")
    engine.backup(laptop)
    engine.backup(laptop)
    large = desk.source / "large"
    large.write_bytes(random_bytes(99, 400_000))
    engine.backup(BackupRequest(paths=paths))
    large.unlink()
    engine.backup(BackupRequest(paths=paths))
    app = desk.open()
    app.window.go_to(PageName.STORAGE)
    with desk.qtbot.waitSignal(app.account_wishes.opened) as opened:
        app.storage.space_wanted.emit()
    assert opened.args is not None
    (dialog,) = opened.args
    assert isinstance(dialog, ThinOutDialog)
    dialog.choices[2].setChecked(True)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    desk.qtbot.waitUntil(lambda: "1 backup" in dialog.told.text(), timeout=PATIENCE_MS)
    assert len(snapshots(engine)) == 4, "nothing went yet"
    assert dialog.go_on.text().startswith("Free 4")
    dialog.choices[0].setChecked(True)
    assert not dialog.told.text(), "of another choice nothing is known"
    dialog.choices[2].setChecked(True)
    dialog.go_on.click()
    desk.qtbot.waitUntil(lambda: "1 backup" in dialog.told.text(), timeout=PATIENCE_MS)
    dialog.go_on.click()
    desk.qtbot.waitUntil(dialog.go_on.isHidden, timeout=PATIENCE_MS)
    assert "free again" in dialog.told.text()
    dialog.close_button.click()
    assert len(snapshots(engine)) == 3
    assert len(snapshots(engine, "laptop")) == 2, "those of another computer stay"


def snapshots(engine: Engine, *hosts: str) -> list[str]:
    query = SnapshotQuery(filter=SnapshotFilter(hosts=hosts))
    return [item.name for group in engine.snapshots(query) for item in group.snapshots]
